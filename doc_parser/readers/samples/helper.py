"""Helpers of a site's own that write a sample (`<%= curl_example('/pets', method: 'POST', data: data) %>`) come in, what is sent goes out.

Of such a helper only its arguments are known: a text that is an address, a method, and an object or the variable that was
given one.
"""

from __future__ import annotations

import re

from doc_parser.formats.embedded import ADDRESS
from doc_parser.readers import words
from doc_parser.readers.samples.sent import Sent
from doc_parser.readers.samples.written import with_body, written
from doc_parser.structs import replace

HOLDS = ("<%=",)
TELLING = re.compile(r"\s*<%")
_EXPRESSION = re.compile(r"<%=\s*(?P<name>[\w.]+)[ (](?P<given>(?:[^%]|%(?!>))*)%>")
_LITERAL = re.compile(r"([\"'])(.*?)\1")
_METHOD = re.compile(rf"(?:(?<!\w)[\"']|(?<![\w:]):)({'|'.join(words.METHODS)})\b", re.IGNORECASE)
_DATA = re.compile(r"\b(?:data|body|payload|json)\w*[\"']?\s*(?::(?!:)|=>)\s*|,\s*(?=\{)")
_OF_PAGE = re.compile(
    r"(?:^|[._])(?:partial|render|include|image|img|link|asset|stylesheet|javascript|script|file|read|import|icon|button|video)(?:$|[._])",
    re.IGNORECASE,
)
"""Helpers that put together a page."""


def sent(code: str) -> Sent | None:
    """Read the request that a helper is given."""
    called = _EXPRESSION.search(code)
    if not called or _OF_PAGE.search(called["name"]):
        return None
    address = next((each for each in _LITERAL.finditer(called["given"]) if ADDRESS.fullmatch(each[2])), None)
    if not address:
        return None
    begins = called.start("given")
    method = _METHOD.search(called["given"])
    given = _DATA.search(code, begins + address.end(), called.end())
    body = written(code, given.end()) if given else None
    request = Sent(address[2], begins + address.start(2), method[1].upper() if method else None)
    return with_body(request, replace(body, form=False) if body else None)
