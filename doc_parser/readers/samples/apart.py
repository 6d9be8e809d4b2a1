"""Queries that a library is given apart from the address (`params={"page": 2}`): a request and its code come in, the whole request goes out.

What stands within the body is the body's, and a value that only names its type tells no query.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import quote

from doc_parser.evidence import Json
from doc_parser.payload import Unreadable, payload
from doc_parser.readers.samples.sent import Sent
from doc_parser.readers.samples.written import Written, written
from doc_parser.structs import replace

_GIVEN = re.compile(r"(?<![\w.])[\"']?(?:params|qs|query|querystring)[\"']?\s*(?:=>|[:=](?![=~>]))\s*")
_FEW = 4
"""Places of a sample that may give its query."""
_TYPE = re.compile(r"(?:string|integer|number|boolean|array|object)(?:\(\w*\))?|")


def with_query(code: str, sent: Sent | None) -> Sent | None:
    """The request with all that it asks for in its URL."""
    if not sent or "?" in sent.url:
        return sent
    for given in islice(_GIVEN.finditer(code), _FEW):
        read = written(code, given.end())
        if read and read.is_code and not _is_body(sent, given.start(), read):
            pairs = "&".join(f"{name}={quote(value, safe='{}<>:,')}" for name, value in _pairs(read.text))
            return replace(sent, url=f"{sent.url}?{pairs}") if pairs else sent
    return sent


def _is_body(sent: Sent, at: int, read: Written) -> bool:
    """It is sent as the body, or stands within it."""
    if sent.body is None:
        return False
    return read.at == sent.body_at or sent.body_at <= at < sent.body_at + len(sent.body)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    try:
        value = payload(text).value
    except Unreadable:
        return
    for name, each in value.items() if isinstance(value, dict) else ():
        shown = _shown(each)
        if shown is not None and re.fullmatch(r"[\w.\[\]-]+", name) and not _TYPE.fullmatch(shown):
            yield name, shown


def _shown(value: Json) -> str | None:
    """A value as a URL has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and value and all(isinstance(each, str | int | float) for each in value):
        return ",".join(map(str, value))
    return str(value) if isinstance(value, str | int | float) else None
