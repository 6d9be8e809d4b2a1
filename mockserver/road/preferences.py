"""What a client prefers (RFC 7240): the lines of its Prefer header come in, Preferences go out; what is not ours is ignored, what is ours and broken is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from contract.spec import Json

LONGEST = 60.0
"""Seconds that an answer can be held back."""

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"?|[^",;]+|.', re.DOTALL)
"""Never fails and never looks back, so a hostile header costs its length."""
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TIME = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)\s*(ms|s)?", re.IGNORECASE | re.ASCII)


class PreferenceError(Exception):
    """A preference of ours cannot be followed; the message says why and what can be asked for."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What is to happen to one request."""

    code: int | None = None
    """Answer with this documented status."""
    example: str | None = None
    """Answer with the documented example of this name."""
    dynamic: bool = False
    """Answer with a body made from the schema."""
    delay: float = 0.0
    """Hold the answer back, in seconds."""
    told: Mapping[str, str] = field(default_factory=dict)
    """The preferences as they were sent, by name."""

    @property
    def chooses_answer(self) -> bool:
        """Whether the answer is chosen from the documents, so that no behaviour acts."""
        return self.code is not None or self.example is not None or self.dynamic

    def applied(self, names: Sequence[str]) -> str:
        """The value of Preference-Applied (RFC 7240, section 3), in the order in which they were sent."""
        return ", ".join(_spelled(name, value) for name, value in self.told.items() if name in names)


def preferences(lines: Sequence[str]) -> Preferences:
    """Read Prefer header lines; of a preference that is told twice the first counts (RFC 7240, section 2).

    Raises PreferenceError for a value that one of ours does not take.
    """
    told: dict[str, str] = {}
    for line in lines:
        for name, value in _pairs(line):
            if name in _READERS:
                told.setdefault(name, value)
    return Preferences(told=told, **{name: _READERS[name](value) for name, value in told.items()})


def _pairs(line: str) -> Iterator[tuple[str, str]]:
    """Names in lower case and their values; parameters of a preference (`; x=y`) are none of ours."""
    for preference in _parts(line, ","):
        name, _, value = next(_parts(preference, ";")).partition("=")
        yield name.strip().lower(), _unquoted(value.strip())


def _parts(text: str, separator: str) -> Iterator[str]:
    """What stands between separators, those inside quotes left alone."""
    part: list[str] = []
    for piece in _PIECE.findall(text):
        if piece == separator:
            yield "".join(part)
            part = []
        else:
            part.append(piece)
    yield "".join(part)


def _unquoted(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word[1:].removesuffix('"')) if word.startswith('"') else word


def _spelled(name: str, value: str) -> str:
    if not value:
        return name
    quoted = re.sub(r'(["\\])', r"\\\1", value)
    return f"{name}={value}" if _TOKEN.fullmatch(value) else f'{name}="{quoted}"'


def _code(value: str) -> int:
    if not re.fullmatch(r"[2-5]\d\d", value, re.ASCII):
        raise PreferenceError(f"Prefer: code={value:.40} is no status; write one from 200 to 599.")
    return int(value)


def _example(value: str) -> str:
    if not value:
        raise PreferenceError("Prefer: example= names no example.")
    try:
        return value.encode("latin-1").decode()  # header bytes are read as Latin-1; people write UTF-8
    except UnicodeError:
        return value


def _dynamic(value: str) -> bool:
    if value.lower() not in ("", "true", "false"):
        raise PreferenceError(f"Prefer: dynamic={value:.40} is neither true nor false.")
    return value.lower() != "false"


def _delay(value: str) -> float:
    found = _TIME.fullmatch(value)
    seconds = float(found[1]) / (1000 if (found[2] or "").lower() == "ms" else 1) if found else None
    if seconds is None or seconds > LONGEST:
        raise PreferenceError(
            f"Prefer: delay={value:.40} is no time; write seconds (delay=1.5) or delay=500ms, at most {LONGEST:g} seconds."
        )
    return seconds


_READERS: Mapping[str, Callable[[str], Json]] = {
    "code": _code,
    "example": _example,
    "dynamic": _dynamic,
    "delay": _delay,
}
