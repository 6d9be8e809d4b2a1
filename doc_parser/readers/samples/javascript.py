"""JavaScript samples: `fetch` and `XMLHttpRequest` come in, what they send goes out."""

from __future__ import annotations

import re

from doc_parser.readers.samples.sent import Sent, literal, literal_after, literal_or_variable

_FETCH = re.compile(r"\bfetch\s*\(\s*(\w*)")
_OPEN = re.compile(r"\.open\s*\(")
_STRINGIFY = re.compile(r"JSON\.stringify\s*\(\s*(?=[{\[])")
_HEADER = re.compile(r"\.(?:append|setRequestHeader)\s*\(\s*[\"']([\w-]+)[\"']\s*,")


def sent(code: str) -> Sent | None:
    """Read the request of a fetch or an xhr sample."""
    headers = tuple(
        (match[1], value.value) for match in _HEADER.finditer(code) if (value := literal(code, match.end()))
    )
    if opened := _OPEN.search(code):
        method = literal(code, opened.end())
        address = literal(code, code.index(",", method.at) + 1) if method else None
    elif fetched := _FETCH.search(code):
        address = literal_or_variable(code, fetched[1], fetched.start(1))
        method = literal_after(code, r"\bmethod\s*:\s*")
    else:
        return None
    if not address:
        return None
    body, body_at = _body(code)
    return Sent(
        address.value, address.at, method.value.upper() if method else None, headers, body, body_at, body_is_code=True
    )


def _body(code: str) -> tuple[str | None, int]:
    """Take the object that is made into JSON, up to its balancing bracket."""
    start = _STRINGIFY.search(code)
    if not start:
        return None, 0
    depth = 0
    for at in range(start.end(), len(code)):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(code[at], 0)
        if depth == 0:
            return code[start.end() : at + 1], start.end()
    return None, 0
