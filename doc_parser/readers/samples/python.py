"""Python samples: `http.client`, `requests` and `urllib` come in, what they send goes out."""

from __future__ import annotations

import re

from doc_parser.readers.samples import parts
from doc_parser.readers.samples.sent import Sent, address, headers_of, literal, literal_beyond_comma
from doc_parser.readers.samples.written import with_body, written

_CONNECTION = re.compile(r"\bHTTP(S?)Connection\s*\(")
_REQUEST = re.compile(r"\.request\s*\(")
HOLDS = ("http.client", "requests.", "session.", "httpx.", "client.", "HTTPSConnection", "urlopen(")
TELLING = re.compile(
    r"\A(?![\s\S]*(?:\b(?:const|let|var) \w+ =|=>|\(`))"  # JavaScript has clients and sessions too
    r"[\s\S]*?\b(?:http\.client|(?:requests|session|httpx|client)\.\w+\(|HTTPSConnection|urlopen\()"
)
_CALL = re.compile(r"\b(?:requests|session|httpx|client)\.(get|post|put|patch|delete|head|options|request)\s*\(")
_URLLIB = parts.table(
    (r"\b(?:Request|urlopen)\(\s*(?=[\"'])", "address"),
    (r"\bmethod\s*=\s*|\.get_method\s*=\s*lambda\s*:", "method"),
    (r"\bdata\s*=\s*", "body"),
)
_ARGUMENT = re.compile(r"\s*,\s*(?:body\s*=\s*)?(\w*)")


def sent(code: str) -> Sent | None:
    """Read the request of an http.client, a requests or a urllib sample."""
    return _client(code) or _requests(code) or parts.request(code, _URLLIB)


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
    body = written(code, argument.start(1)) if argument and argument[1] != "headers" else None
    origin = host.value if host else ""
    if origin and not origin.startswith("http"):
        origin = f"http{connection[1].lower()}://{origin}"
    return with_body(Sent(origin + path.value, path.at, method.value.upper(), headers_of(code)), body)


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
    given = _GIVEN.search(code, call.end())
    body = written(code, given.end()) if given else None
    return with_body(Sent(called.value, called.at, method, headers_of(code)), body)


_GIVEN = re.compile(r"\b(?:data|json)\s*=\s*")
