"""Ruby samples: Net::HTTP, RestClient, HTTParty and Faraday come in, what they send goes out."""

from __future__ import annotations

import re

from doc_parser.readers.samples.sent import Sent, address, literal, literal_after

_CLASS = re.compile(r"Net::HTTP::(Get|Post|Put|Patch|Delete|Head|Options)\b")
_HEADER = re.compile(r"\b\w+\[\s*[\"']([\w-]+)[\"']\s*\]\s*=\s*")


HOLDS = ("Net::HTTP", "URI(", "RestClient", "HTTParty", "Faraday")
TELLING = re.compile(r"\b(?:Net::HTTP|URI\(|RestClient|HTTParty|Faraday)")
_CLIENT = re.compile(r"\b(?:RestClient|HTTParty|Faraday)\.(get|post|put|patch|delete|head)\b\s*\(?\s*")


def sent(code: str) -> Sent | None:
    """Read the request of a sample."""
    opened = re.search(r"\bURI(?:\.parse)?\s*\(", code)
    called = address(code, opened.end()) if opened else None
    if not called:
        return _client(code)
    method = _CLASS.search(code)
    body = literal_after(code, r"\.body\s*=\s*")
    headers = tuple(
        (match[1], value.value) for match in _HEADER.finditer(code) if (value := literal(code, match.end()))
    )
    return Sent(
        url=called.value,
        url_at=called.at,
        method=method[1].upper() if method else None,
        headers=headers,
        body=body.value if body else None,
        body_at=body.at if body else 0,
    )


def _client(code: str) -> Sent | None:
    """Libraries whose function is the method."""
    call = _CLIENT.search(code)
    called = address(code, call.end()) if call else None
    if not call or not called:
        return None
    body = literal_after(code, r"\bbody:?\s*(?:=>)?\s*(?=[\"'])")
    return Sent(
        url=called.value,
        url_at=called.at,
        method=call[1].upper(),
        body=body.value if body else None,
        body_at=body.at if body else 0,
    )
