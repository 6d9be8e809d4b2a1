"""JavaScript samples: fetch, XMLHttpRequest, axios, jQuery and Angular come in, what they send goes out."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import Any

from doc_parser.readers import words
from doc_parser.readers.samples import parts
from doc_parser.readers.samples.sent import Literal, Sent, address, headers_of, literal
from doc_parser.readers.samples.written import Written, with_body, written
from doc_parser.structs import replace
from doc_parser.url import BEGINS

_FETCH = re.compile(r"\b(?:fetch|useFetch)\s*\(\s*")
_OPEN = re.compile(r"\.open\s*\(")
_HEADER = re.compile(r"(\w*)\.(?:append|setRequestHeader)\s*\(\s*[\"']([\w-]+)[\"']\s*,")
_FORM = re.compile(r"(\w+)\s*=\s*new FormData\b")
_FIELD = re.compile(r"(\w+)\.append\s*\(\s*[\"']([\w.\[\]-]+)[\"']\s*,\s*(-?\d+(?:\.\d+)?(?=\s*\)))?")


HOLDS = (
    *("fetch(", "Fetch(", "XMLHttpRequest", ".open(", "axios", "$.", "this.http.", "$http", "request", "rp("),
    *(".get(", ".post(", ".put(", ".patch(", ".delete("),
    *("Axios", ".get<", ".post<", ".put<", ".patch<", ".delete<"),
)
_NO_CLIENT = r"(?!(?:app|router|server|express|map|params|query|headers|cookies?|cache|session|storage|localStorage|store|config|res|req)\b)"
"""What has such functions and sends no request: a server, or a place for values."""
_MADE = re.compile(
    rf"(?<![\w$.>]){_NO_CLIENT}[A-Za-z_$][\w$]*(?:\.{_NO_CLIENT}[\w$]+)?\s*\.\s*(get|post|put|patch|delete)\(\s*(?=[`'\"]"
    r"(?:https?://|/|\$\{|(?!application/|text/)[\w-]+/)[^\s`'\"]*[`'\"])"
)
"""A client that the document made (`request.get(`pets/${id}`)`): told by the path that it is given."""
_SERVES = re.compile(r"\breq(?:uest)?, ?res")
"""It answers requests, and sends none."""
_REQUEST = re.compile(r"(?<![\w.$])request(?:\.(get|post|put|patch|del|delete|head))?\s*\(\s*")
"""The library of that name."""
TELLING = re.compile(
    rf"\bhttps?\.request\(|\b(?:fetch|useFetch)\(|XMLHttpRequest|\.open\(|\baxios\b|\$http\(|\b(?:rp|wx\.request|uni\.request)\(|\$\.(?:ajax|get|post|getJSON)\(|(?:this\.|\$)http\.\w+\(|{_REQUEST.pattern}|{_MADE.pattern}"
)
_TYPED = re.compile(
    r"(\.(?:get|post|put|patch|delete|request|ajax)|\baxios)\)?\s*<[^<>()]*(?:<[^<>()]*>[^<>()]*)?>\s*\("
)
"""A call of TypeScript says what comes back (`axios.get<Boat[]>(`), which some printers take for comparisons (`(await axios.get) < Boat > (`)."""
_CLIENT = re.compile(r"(?:\baxios|\$|\bthis\.http|\$http)\.(get|post|put|patch|delete|getJSON)\(\s*")
_OPTIONS = re.compile(r"(?:\baxios(?:\.request)?|\$\.ajax|\$http|\b(?:rp|wx\.request|uni\.request))\(\s*")
_NODE = parts.table(
    (r"\bhost(?:name)?[\"']?\s*:", "base"),
    (r"\bpath[\"']?\s*:", "address"),
    (r"\bmethod[\"']?\s*:", "method"),
    (r"\.(?:write|end)\(", "body"),
)
"""Node's own library is given host and path apart."""
_URL = re.compile(r"(?:^|[{,])\s*[\"']?ur[il][\"']?\s*:\s*", re.MULTILINE)
_METHOD = re.compile(r"\b(?:method|type)[\"']?\s*:\s*")
_BODY = re.compile(
    r"JSON\.stringify\s*\(\s*"
    r"|(?:^|[{,(])\s*[\"']?(?:body|data|json|(?P<form>form))[\"']?\s*:\s*(?!true\b|false\b|null\b|function\b)"
    r"|\.send\s*\(\s*",
    re.MULTILINE,
)
_READ = 10
"""Places of a sample that may give its body."""
_SENDS = ("POST", "PUT", "PATCH")


def telling(code: str) -> bool:
    """Tell whether code may send a request."""
    return TELLING.search(_untyped(code)) is not None


def _untyped(code: str) -> str:
    """Code without what calls say to come back, all else in its place."""
    return _TYPED.sub(lambda each: f"{each[1]}(".ljust(len(each[0])), code)


def sent(code: str) -> Sent | None:
    """Read the request of a sample."""
    code = _untyped(code)
    forms = set(_FORM.findall(code))
    given = ((each[2], literal(code, each.end())) for each in _HEADER.finditer(code) if each[1] not in forms)
    headers = (*((name, value.value) for name, value in given if value), *headers_of(code))
    if opened := _OPEN.search(code):
        call, method = opened.end(), literal(code, opened.end())
        called = address(code, code.find(",", method.at) + 1) if method else None
    elif fetched := _FETCH.search(code):
        call, method = fetched.end(), _named_method(code)
        called = address(code, call)
    else:
        return _client(code)
    if not called:
        return None
    request = Sent(called.value, called.at, method.value.upper() if method else None, headers)
    return replace(with_body(request, _body(code, call)), body_is_code=True)


def _named_method(code: str) -> Literal | None:
    """The option that is a method; records have a `type` as well."""
    named = (literal(code, option.end()) for option in islice(_METHOD.finditer(code), _READ))
    return next((each for each in named if each and each.value.upper() in words.METHODS), None)


def _body(code: str, call: int) -> Written | None:
    """Take the object that is made into JSON, given as an option or sent: by the call, else the last above it."""
    given = (found for place in islice(_BODY.finditer(code, call), _READ) if (found := _payload(code, place)))
    if found := next(given, None):
        return found
    above: list[Written] = []
    for place in islice(_BODY.finditer(code, 0, call), _READ):
        within = above and above[-1].at <= place.end() < above[-1].at + len(above[-1].text)
        if not within and (found := _payload(code, place)):
            above.append(found)
    return above[-1] if above else _form(code)


def _payload(code: str, place: re.Match[str]) -> Written | None:
    found = written(code, place.end())
    if not found or not _SENT.match(found.text):
        return None
    return replace(found, form=found.form or place["form"] is not None)


def _form(code: str) -> Written | None:
    """The fields of a form that is put together (`form.append("name", "Gull")`); what is no plain value is a file."""
    forms = set(_FORM.findall(code))
    appended = [each for each in islice(_FIELD.finditer(code), _FIELDS) if each[1] in forms]
    fields: dict[str, Any] = {}
    for each in appended:
        plain = each[3] or getattr(literal(code, each.end()), "value", None)
        name = each[2].removesuffix("[]")
        value = "@file" if plain is None else plain
        fields[name] = [*fields.get(name, []), value] if name != each[2] else value
    return Written(json.dumps(fields), appended[0].start(), is_code=True, form=True) if appended else None


_FIELDS = 40
"""Fields of a form that are read."""


def _client(code: str) -> Sent | None:
    """Libraries whose function is the method, or that take it as an option."""
    if call := _CLIENT.search(code) or (not _SERVES.search(code) and _MADE.search(code)):
        called = address(code, call.end())
        method = "GET" if call[1] == "getJSON" else call[1].upper()
        behind = _argument(code, called, call.end()) if called and method in _SENDS else None
        body = behind if behind and call.re is _CLIENT else _body(code, call.end()) or behind
        if called and not _BEGINS.match(called.value):
            called = replace(called, value=f"/{called.value}")
    elif call := _REQUEST.search(code) or _OPTIONS.search(code):
        of_library = call.re is _REQUEST
        body = _body(code, call.end())
        start = _URL.search(code)
        called = address(code, start.end() if start else call.end()) if start or not of_library or call[1] else None
        named = _named_method(code)
        method = _of_library(call[1]) if of_library and call[1] else named.value.upper() if named else "GET"
    else:
        return parts.request(code, _NODE)
    if not called:
        return None
    request = Sent(called.value, called.at, method, headers_of(code))
    return replace(with_body(request, body), body_is_code=True)


_BEGINS = re.compile(BEGINS, re.IGNORECASE)
_SENT = re.compile(r"\s*(?:[{\[]|[\w.\[\]-]+=)")
"""Text that can be sent: JSON or a form."""
_HOW = re.compile(r"\{(?:[^{}]*[,{])?\s*[\"']?(?:headers|qs|params|timeout|responseType)\b[\"']?\s*:\s*(?=[{\w])")
"""Options that say how to send, and nothing that is sent."""


def _of_library(function: str) -> str:
    return "DELETE" if function == "del" else function.upper()


def _argument(code: str, called: Literal, at: int) -> Written | None:
    """The object that is given behind the address."""
    comma = code.find(",", max(at, called.at + len(called.value)))
    found = written(code, comma + 1) if comma >= 0 else None
    return found if found and _SENT.match(found.text) and not _HOW.match(found.text) else None
