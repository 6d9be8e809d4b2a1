"""Ruby samples: `Net::HTTP::Post.new(URI(...))` comes in, what it sends goes out."""

from __future__ import annotations

import re

from doc_parser.readers.samples.sent import Sent, literal, literal_after

_CLASS = re.compile(r"Net::HTTP::(Get|Post|Put|Patch|Delete|Head|Options)\b")
_HEADER = re.compile(r"\w+\[\s*[\"']([\w-]+)[\"']\s*\]\s*=\s*")


def sent(code: str) -> Sent | None:
    """Read the request of a Net::HTTP sample."""
    address = literal_after(code, r"\bURI(?:\.parse)?\s*\(")
    if not address:
        return None
    method = _CLASS.search(code)
    body = literal_after(code, r"\.body\s*=\s*")
    headers = tuple(
        (match[1], value.value) for match in _HEADER.finditer(code) if (value := literal(code, match.end()))
    )
    return Sent(
        url=address.value,
        url_at=address.at,
        method=method[1].upper() if method else None,
        headers=headers,
        body=body.value if body else None,
        body_at=body.at if body else 0,
    )
