"""Ruby samples: Net::HTTP, RestClient, HTTParty and Faraday come in, what they send goes out."""

from __future__ import annotations

import re

from doc_parser.readers.samples import parts
from doc_parser.readers.samples.sent import Literal, Sent, address, headers_of, literal
from doc_parser.readers.samples.written import Written, with_body, written
from doc_parser.structs import replace

_CLASS = re.compile(r"Net::HTTP::(Get|Post|Put|Patch|Delete|Head|Options)\b")
_BODY = re.compile(r"\.body\s*=(?!=)\s*")
_FORM = re.compile(r"\bset_form_data\s*\(?\s*")
_HEADER = re.compile(r"\b\w+\[\s*[\"']([\w-]+)[\"']\s*\]\s*=\s*")


HOLDS = ("Net::HTTP", "URI(", "RestClient", "HTTParty", "Faraday")
TELLING = re.compile(r"\b(?:Net::HTTP|URI\(|RestClient|HTTParty|Faraday)")
_CLIENT = re.compile(r"\b(?:RestClient|HTTParty|Faraday)\.(get|post|put|patch|delete|head)\b\s*\(?\s*")

_CONNECTION = parts.table(
    (r"\bFaraday\.new\(?\s*(?:url:\s*|:url\s*=>\s*)?", "base"),
    (r"\bconn(?:ection)?\.(get|post|put|patch|delete|head)\b[( ]\s*", "address body"),
)
"""A connection of Faraday has the base, and is given paths."""


def sent(code: str) -> Sent | None:
    """Read the request of a sample."""
    opened = re.search(r"\bURI(?:\.parse)?\s*\(", code)
    called = address(code, opened.end()) if opened else None
    if not called:
        return _client(code)
    method = _CLASS.search(code)
    given = _BODY.search(code) or _FORM.search(code)
    body = written(code, given.end()) if given else None
    headers = tuple(
        (match[1], value.value) for match in _HEADER.finditer(code) if (value := literal(code, match.end()))
    )
    as_form = given is not None and given.re is _FORM
    request = Sent(called.value, called.at, method[1].upper() if method else None, headers)
    return with_body(request, replace(body, form=as_form) if body else None)


def _client(code: str) -> Sent | None:
    """Libraries whose function is the method."""
    call = _CLIENT.search(code)
    called = address(code, call.end()) if call else None
    if not call or not called:
        return parts.request(code, _CONNECTION)
    body = _argument(code, called, call.end()) if call[1] in ("post", "put", "patch") else None
    request = Sent(called.value, called.at, call[1].upper(), headers_of(code))
    return with_body(request, replace(body, form=not _AS_JSON.search(code)) if body else None)


_AS_JSON = re.compile(r"to_json|\bJSON\.|content[_-]type\W{1,6}(?:json|application/json)", re.IGNORECASE)
"""These libraries make a form of a hash, unless the sample asks for JSON."""


def _argument(code: str, called: Literal, at: int) -> Written | None:
    """What is given as `body:`, else behind the address."""
    if named := _NAMED.search(code, at):
        return written(code, named.end())
    comma = code.find(",", max(at, called.at + len(called.value)))
    found = written(code, comma + 1) if comma >= 0 and not _OPTION.match(code, comma + 1) else None
    return found if found and not _HEADERS.match(found.text) else None


_HEADERS = re.compile(r"\{\s*:?[\"']?(?:authorization|accept|content[-_]type)\b", re.IGNORECASE)
"""Writers forget the payload that these libraries want first."""
_NAMED = re.compile(r"\bbody:?\s*(?:=>)?\s*(?=[\"'{\w])")
_OPTION = re.compile(r"\s*:?\w+(?::\s|\s*=>)")
"""`headers: {...}`"""
