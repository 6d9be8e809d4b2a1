"""Python samples: `http.client`, `requests` and `urllib` come in, what they send goes out."""

from __future__ import annotations

import re

from doc_parser.readers.samples.sent import (
    Sent,
    address,
    balanced,
    headers_of,
    literal,
    literal_beyond_comma,
    literal_or_variable,
)

_CONNECTION = re.compile(r"\bHTTP(S?)Connection\s*\(")
_REQUEST = re.compile(r"\.request\s*\(")
HOLDS = ("http.client", "requests.", "session.", "httpx.", "client.", "HTTPSConnection", "urlopen(")
TELLING = re.compile(
    r"\A(?![\s\S]*(?:\b(?:const|let|var) \w+ =|=>|\(`))"  # JavaScript has clients and sessions too
    r"[\s\S]*?\b(?:http\.client|(?:requests|session|httpx|client)\.\w+\(|HTTPSConnection|urlopen\()"
)
_CALL = re.compile(r"\b(?:requests|session|httpx|client)\.(get|post|put|patch|delete|head|options|request)\s*\(")
_ARGUMENT = re.compile(r"\s*,\s*(?:body\s*=\s*)?(\w+)?")


def sent(code: str) -> Sent | None:
    """Read the request of an http.client or a requests sample."""
    return _client(code) or _requests(code)


def _client(code: str) -> Sent | None:
    connection, request = _CONNECTION.search(code), _REQUEST.search(code)
    method = literal(code, request.end()) if request else None
    if not connection or not method:
        return None
    path = literal_beyond_comma(code, method)
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
        headers=headers_of(code),
        body=body.value if body else None,
        body_at=body.at if body else 0,
    )


def _requests(code: str) -> Sent | None:
    call = _CALL.search(code)
    if not call:
        return None
    at, method = call.end(), call[1].upper()
    if method == "REQUEST":
        named = literal(code, at)
        if not named or "," not in code[named.at :]:
            return None
        at, method = code.index(",", named.at) + 1, named.value.upper()
    called = address(code, at)
    if not called:
        return None
    body, body_at, is_code = _argument(code, call.end())
    return Sent(called.value, called.at, method, headers_of(code), body, body_at, body_is_code=is_code)


def _argument(code: str, at: int) -> tuple[str | None, int, bool]:
    """What is given as `data=` or `json=`: a literal, a variable, or a dictionary written out."""
    argument = re.compile(r"\b(?:data|json)\s*=\s*(?:json\.dumps\(\s*)?(\w*)").search(code, at)
    if not argument:
        return None, 0, False
    start = argument.start(1)
    if argument[1]:
        given = re.search(rf"\b{re.escape(argument[1])}\s*=\s*(?:json\.dumps\(\s*)?(?=[{{\[\"'])", code)
        if not given:
            return None, 0, False
        start = given.end()
    text = literal(code, start)
    return (text.value, text.at, False) if text else (*balanced(code, start), True)
