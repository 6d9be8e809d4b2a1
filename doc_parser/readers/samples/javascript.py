"""JavaScript samples: fetch, XMLHttpRequest, axios, jQuery and Angular come in, what they send goes out."""

from __future__ import annotations

import re

from doc_parser.readers.samples.sent import (
    Sent,
    address,
    balanced,
    literal,
    literal_after,
)

_FETCH = re.compile(r"\bfetch\s*\(\s*")
_OPEN = re.compile(r"\.open\s*\(")
_STRINGIFY = re.compile(r"JSON\.stringify\s*\(\s*(?=[{\[])")
_HEADER = re.compile(r"\.(?:append|setRequestHeader)\s*\(\s*[\"']([\w-]+)[\"']\s*,")


HOLDS = ("fetch(", "XMLHttpRequest", ".open(", "axios", "$.", "this.http.", "$http.")
TELLING = re.compile(
    r"\bfetch\(|XMLHttpRequest|\.open\(|\baxios\b|\$\.(?:ajax|get|post|getJSON)\(|(?:this\.|\$)http\.\w+\("
)
_DATA = re.compile(r"\bdata\s*:\s*(?=[{\[])")
_CLIENT = re.compile(r"(?:\baxios|\$|\bthis\.http|\$http)\.(get|post|put|patch|delete|getJSON)\(\s*")
_OPTIONS = re.compile(r"(?:\baxios|\$\.ajax)\(\s*")


def sent(code: str) -> Sent | None:
    """Read the request of a sample."""
    headers = tuple(
        (match[1], value.value) for match in _HEADER.finditer(code) if (value := literal(code, match.end()))
    )
    if opened := _OPEN.search(code):
        method = literal(code, opened.end())
        called = address(code, code.find(",", method.at) + 1) if method else None
    elif fetched := _FETCH.search(code):
        called = address(code, fetched.end())
        method = literal_after(code, r"\bmethod\s*:\s*")
    else:
        return _client(code)
    if not called:
        return None
    body, body_at = _body(code)
    return Sent(
        called.value, called.at, method.value.upper() if method else None, headers, body, body_at, body_is_code=True
    )


def _body(code: str) -> tuple[str | None, int]:
    """Take the object that is made into JSON, or given as `data`."""
    start = _STRINGIFY.search(code) or _DATA.search(code)
    return balanced(code, start.end()) if start else (None, 0)


def _client(code: str) -> Sent | None:
    """Libraries whose function is the method, or that take it as an option."""
    body, body_at = _body(code)
    if call := _CLIENT.search(code):
        called = address(code, call.end())
        method = "GET" if call[1] == "getJSON" else call[1].upper()
    elif _OPTIONS.search(code):
        start = re.search(r"\burl\s*:\s*", code)
        called = address(code, start.end()) if start else None
        named = literal_after(code, r"\b(?:method|type)\s*:\s*")
        method = named.value.upper() if named else "GET"
    else:
        return None
    return Sent(called.value, called.at, method, (), body, body_at, body_is_code=True) if called else None
