"""Words that fit a refusal: a status and what a property may say come in, the phrase or the word for machines goes out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from contract.checks import Fault
from contract.spec import Json
from mockserver.planning.covers import plain


@dataclass(frozen=True, slots=True)
class Said:
    """What a refusal has to say."""

    status: int
    sentence: str
    faults: Sequence[Fault] = ()
    path: str = ""
    """The path that was asked for."""
    about: str = ""
    """What the path calls its records, in the singular."""

    @property
    def phrase(self) -> str:
        """The reason phrase of the status (RFC 9110, section 15)."""
        return phrase_of(self.status)


def phrase_of(status: int) -> str:
    """The reason phrase of a status; services have numbers of their own that bear none."""
    return HTTPStatus(status).phrase if status in _KNOWN else "Error"


_KNOWN = frozenset(map(int, HTTPStatus))


RULES: Mapping[str, str] = {
    "required": "required",
    "type": "invalid_type",
    "format": "invalid_format",
    "pattern": "invalid_format",
    "enum": "invalid_value",
    "const": "invalid_value",
    "additionalProperties": "unknown",
    "minLength": "too_short",
    "maxLength": "too_long",
    "minimum": "too_small",
    "maximum": "too_big",
}
"""A word for each rule of JSON Schema that values break most."""
_INVALID = ("invalidrequest", "badrequest", "invalidargument", "validation", "invalid", "malformed", "bad")
_FITTING: Mapping[int, Sequence[str]] = {
    400: _INVALID,
    401: ("unauthorized", "unauthenticated", "notauth", "unauth", "token", "client", "credential", "login"),
    403: ("forbidden", "permission", "denied", "scope"),
    404: ("notfound", "nosuch", "unknown", "missing", "notexist"),
    405: ("method",),
    409: ("conflict", "exists", "taken", "duplicate", "already"),
    412: ("precondition", "stale", "version"),
    413: ("toolarge", "large"),
    415: ("mediatype", "unsupported"),
    422: ("unprocessable", *_INVALID),
    429: ("ratelimit", "toomany", "limit"),
    500: ("internal", "server"),
    503: ("unavailable", "server"),
}
"""What words for machines have in them that fit a status, the surest first."""
_ANY_FAILURE = ("error", "fail")


def chosen(listed: Sequence[Json], said: Said) -> Sequence[Json]:
    """Of the words that a property may be, the one that fits the status, and what it is about."""
    words = [each for each in listed if isinstance(each, str)]
    for part in (*_FITTING.get(said.status, ()), *_ANY_FAILURE):
        fitting = [each for each in words if part in plain(each)]
        if fitting:
            return sorted(fitting, key=lambda each: not (said.about and said.about in plain(each)))
    return ()


def snake(phrase: str) -> str:
    """A phrase as a word for machines."""
    return re.sub(r"[^a-z]+", "_", phrase.lower()).strip("_")


def styled(word: str, schema: Mapping[str, Json], said: Said) -> Json:
    """A word written as the sample is; the sample itself, where it fits the status or is a number of the service's own."""
    shown = schema.get("example", next(iter(schema.get("examples") or ()), schema.get("default")))
    if not isinstance(shown, str):
        return word
    if re.search(r"\d", shown) or chosen([shown], said):
        return shown
    if shown.isupper():
        word = word.upper()
    return word.replace("_", "-") if "-" in shown else word
