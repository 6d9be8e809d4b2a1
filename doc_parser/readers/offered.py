"""Requests that are only said to be there: a Topic that names none outright comes in, Calls go out, of which little more is told.

A table has a column for each method, sentences name the methods that an address takes (`/boats` supports GET and POST), or the
items of a list tell of a request each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from doc_parser.document import Block, List, Prose, Table
from doc_parser.evidence import Call, Topic
from doc_parser.readers import words
from doc_parser.readers.forms import ADDRESS, METHOD, form
from doc_parser.readers.rows import is_nothing
from doc_parser.source import Span
from doc_parser.url import Url, url

_ADDRESS = re.compile(ADDRESS, re.IGNORECASE)
_TAKES = re.compile(
    rf"\W*(?:the )?{ADDRESS} (?:(?:end-?point|resource|route) )?(?:only )?"
    r"(?:supports?|accepts?|allows?|takes?|offers?|provides?|handles?|responds? to)(?: (?:the|only|both|https?|methods?|verbs?))*\W{1,4}"
    rf"((?-i:{METHOD})\b(?:(?:\W|and\b|or\b){{1,6}}(?-i:{METHOD})\b)*)",
    re.IGNORECASE,
)
_EACH = re.compile(METHOD)
_REQUEST = re.compile(rf"(?<![\w/])(?:{METHOD}) /[\w{{][^\s,;]*[\w}}]")
_OTHERWISE = re.compile(r"\b(?:examples?|e\.g|i\.e|see|instead|deprecated|removed)\b", re.IGNORECASE)
_REFUSED = re.compile(r"no|x|✗|✘|❌|error|invalid|(?:is )?not \w+|unsupported|forbidden|405\b.*", re.IGNORECASE)
_OVERVIEW = re.compile(r"\b(?:overview|introduction)\b", re.IGNORECASE)
_READ = 300
"""Characters of a sentence that are read."""
_LEAST = 3
"""Requests that make a list; fewer are mentioned."""


def offered(topic: Topic) -> Iterator[Call]:
    """Find the requests that a topic says there are, in the first way in which it says any."""
    if words.is_illustration(topic.title) and not _OVERVIEW.search(topic.title):
        return
    for reader in _READERS:
        found = [call for section in topic.sections for block in section.blocks for call in reader(block)]
        if found:
            yield from found
            return


def _in_columns(block: Block) -> Iterator[Call]:
    """A column for each method; what is empty or refused is not there."""
    if not isinstance(block, Table):
        return
    methods = [(at, each.strip()) for at, each in enumerate(block.titles) if each.strip() in words.METHODS]
    for row in block.rows if len(methods) > 1 else ():
        texts = [cell.plain.strip() for cell in row.cells]
        address = next((url(each) for each in texts if _ADDRESS.fullmatch(each)), None)
        for at, method in methods if address and address.segments else ():
            if address and not is_nothing(texts[at]) and not _REFUSED.fullmatch(texts[at]):
                yield _call(method, address, row.span)


def _in_items(block: Block) -> Iterator[Call]:
    """Each item tells of one (`In GET /boats, all boats are listed`)."""
    texts = [(each.text.plain[:_READ], each.span) for each in block.items] if isinstance(block, List) else []
    named = [(found, span) for text, span in texts if (found := _REQUEST.findall(text)) and not _OTHERWISE.search(text)]
    if len(named) >= _LEAST and all(len(found) == 1 for found, _ in named):
        for (request, *_), span in named:
            if read := form(request):
                yield from (_call(method, read.url, span) for method in read.methods)


def _supported(block: Block) -> Iterator[Call]:
    """A sentence says what an address takes."""
    for each in block.items if isinstance(block, List) else (block,) if isinstance(block, Prose) else ():
        said = _TAKES.match(each.text.plain[:_READ])
        address = url(said[1]) if said else None
        if said and address and address.segments:
            yield from (_call(method, address, each.span) for method in _EACH.findall(said[2]))


def _call(method: str, address: Url, span: Span) -> Call:
    return Call("request-line", method, explicit=False, url=address, span=span)


_READERS: tuple[Callable[[Block], Iterator[Call]], ...] = (_in_columns, _in_items, _supported)
