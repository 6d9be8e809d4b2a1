"""Python samples: `http.client` and `requests` come in, what they send goes out."""

from __future__ import annotations

import re

from doc_parser.readers.samples.sent import Sent, literal, literal_after, literal_or_variable

_CONNECTION = re.compile(r"\bHTTP(S?)Connection\s*\(")
_REQUEST = re.compile(r"\.request\s*\(")
_CALL = re.compile(r"\brequests\.(get|post|put|patch|delete|head|options)\s*\(")
_ARGUMENT = re.compile(r"\s*,\s*(?:body\s*=\s*)?(\w+)?")
_HEADER = re.compile(r"[\"']([\w-]+)[\"']\s*:\s*")


def sent(code: str) -> Sent | None:
    """Read the request of an http.client or a requests sample."""
    return _client(code) or _requests(code)


def _client(code: str) -> Sent | None:
    connection, request = _CONNECTION.search(code), _REQUEST.search(code)
    method = literal(code, request.end()) if request else None
    if not connection or not method:
        return None
    path = literal(code, code.index(",", method.at) + 1)
    if not path:
        return None
    host = literal(code, connection.end())
    after = path.at + len(path.value) + 1
    argument = _ARGUMENT.match(code, after)
    body = None
    if argument and argument[1] != "headers":
        body = literal_or_variable(code, argument[1] or "payload", argument.start(1) if argument[1] else argument.end())
    origin = host.value if host else ""
    if origin and not origin.startswith("http"):
        origin = f"http{connection[1].lower()}://{origin}"
    return Sent(
        url=origin + path.value,
        url_at=path.at,
        method=method.value.upper(),
        headers=_headers(code),
        body=body.value if body else None,
        body_at=body.at if body else 0,
    )


def _requests(code: str) -> Sent | None:
    call = _CALL.search(code)
    if not call:
        return None
    name = re.match(r"\s*(\w*)", code[call.end() :])
    address = literal_or_variable(code, name[1] if name else "", call.end())
    body = literal_after(code, r"\bdata\s*=\s*")
    if not address:
        return None
    return Sent(
        url=address.value,
        url_at=address.at,
        method=call[1].upper(),
        headers=_headers(code),
        body=body.value if body else None,
        body_at=body.at if body else 0,
    )


def _headers(code: str) -> tuple[tuple[str, str], ...]:
    start = re.search(r"\bheaders\s*=\s*\{", code)
    if not start:
        return ()
    block = code[start.end() : code.find("}", start.end())]
    return tuple((match[1], value.value) for match in _HEADER.finditer(block) if (value := literal(block, match.end())))
