"""A request and its answer as a Finding shows them: header fields and bytes come in, short text without credentials goes out."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from contract.finding import Finding

REDACTED = "[redacted]"

_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"})
_EXCERPT = 500
"""Characters of a body that are shown."""
_LINE = 300
"""Characters of a message at most."""


def one_line(text: str) -> str:
    """Text of several lines as one, cut where it gets too long to read."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    sentence = "; ".join(line for line in lines if line).replace(":; ", ": ")
    return sentence if len(sentence) <= _LINE else sentence[: _LINE - 3] + "..."


def excerpt(status_line: str, headers: Iterable[tuple[str, str]], body: bytes) -> str:
    """Status line, header fields and the start of the body; `Date` is left out, so that equal answers look equal."""
    lines = [
        status_line,
        *(
            f"{name}: {REDACTED if name.lower() in _SECRET_HEADERS else value}"
            for name, value in headers
            if name.lower() != "date"
        ),
    ]
    text = body.decode("utf-8", "replace")
    shown = text if len(text) <= _EXCERPT else text[:_EXCERPT] + "..."
    return "\n".join([*lines, "", shown] if shown else lines)


def secrets(headers: Mapping[str, str], auth: tuple[str, str] | None) -> tuple[str, ...]:
    """Values that a server might echo, longest first; short ones are left, since they are part of any text."""
    given = [part for value in headers.values() for part in (value, *value.split())]
    if auth:
        given += [auth[1], b64encode(":".join(auth).encode()).decode()]
    return tuple(sorted({each for each in given if len(each) >= 8}, key=lambda each: (-len(each), each)))


def redacted(finding: Finding, hidden: Sequence[str]) -> Finding:
    """The finding without the values given."""
    message, request, response = finding.message, finding.request, finding.response
    for each in hidden:
        message, request, response = (text.replace(each, REDACTED) for text in (message, request, response))
    return replace(finding, message=message, request=request, response=response)
