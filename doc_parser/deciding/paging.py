"""Pages of lists: a Document and its operations come in, the parameters that lists have besides their own go out.

A chapter on paging, filters or order says once what every list can be asked, and the link to the next page that an
answer shows says it of its own list. An operation's own words win; what is added is marked as inferred or shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from msgspec import Struct

from doc_parser.document import Block, Code, Document, List, Section, Table
from doc_parser.evidence import FieldRow, FieldTable, Json, Topic
from doc_parser.model import Operation, Parameter
from doc_parser.readers.lists import lists
from doc_parser.readers.tables import tables
from doc_parser.structs import replace
from doc_parser.url import Url, url

_PAGING = re.compile(r"\bpaginat\w*|\bpaged\b|\bpaging\b|\bpaginaci[oó]n\b|\bpaginação\b|ページ|分页", re.IGNORECASE)
_STEMS = ("pag", "ページ", "分页")
_ALL = re.compile(
    r"\b(?:all|every|each|any|most)\b[^.]{0,60}\b(?:lists?|listing|collections?|endpoints?|requests?|calls?|resources?|methods?|results?|GETs?)\b"
    r"|\bcollection (?:apis?|endpoints?)|\brequests that return (?:multiple|lists?|collections?)",
    re.IGNORECASE,
)
_COUNTERS = re.compile(
    r"(?:total|num|current|next|prev\w*|last|first|page|per)?_?(?:page|pages|entries|count|results|records|size|number|page_info|pagination\w*|paging|cursor|offset|limit|total|next|meta)",
    re.IGNORECASE,
)
_LINKS = re.compile(r"(?:next|prev|previous|first|last)(?:_?(?:page|url|href|link))*", re.IGNORECASE)
_READ = 4000
"""Characters of a block that are read."""
_DEPTH = 3
"""How deep in an answer the link to the next page stands."""


class Paging(Struct, frozen=True):
    """What the chapter on paging says."""

    rows: tuple[FieldRow, ...]
    """Parameters that it lists."""
    general: bool
    """It speaks of all lists."""


def paging(document: Document, taken: frozenset[int]) -> Paging:
    """Read the first chapter on paging that lists parameters, with what stands below it; sections of operations (`taken`) are none."""
    level, rows, words = 0, dict[str, FieldRow](), list[str]()
    for section in document.sections:
        if id(section) in taken or section.level <= level:
            if rows:
                break
            level = 0
        if not level and id(section) not in taken and _speaks_of_pages(section.title):
            level, words = section.level, []
        if level:
            for row in _listed(section):
                rows.setdefault(row.name, row)
            words += (text[:_READ] for block in section.blocks for text in _texts(block))
    return Paging(tuple(rows.values()), any(_ALL.search(each) for each in words))


def _speaks_of_pages(text: str) -> bool:
    return any(map(text.lower().__contains__, _STEMS)) and bool(_PAGING.search(text))


def _listed(section: Section) -> list[FieldRow]:
    """Parameters that a section lists."""
    alone = Topic(section.title, section.title, section.span, (section,))
    found = [each for reader in (tables, lists) for each in reader(alone) if isinstance(each, FieldTable)]
    return [row for table in found if table.place in ("query", "path", "") and not table.aside for row in table.rows]


def _texts(block: Block) -> Iterator[str]:
    if not isinstance(block, Code | Table):
        yield from (item.text.plain for item in (block.items if isinstance(block, List) else (block,)))


_BLOCKS = 60
"""Blocks of a section that are looked at; a section may hold many requests."""


def says_pages(topic: Topic) -> bool:
    """Tell whether a section says that its list comes in pages; in an aside too."""
    if _speaks_of_pages(topic.title):
        return True
    blocks = islice((block for section in topic.sections for block in section.blocks), _BLOCKS)
    return any(_speaks_of_pages(text[:_READ]) for block in blocks for text in _texts(block))


def with_pages(operations: Sequence[Operation], chapter: Paging) -> tuple[Operation, ...]:
    """Give the lists that come in pages the parameters of the chapter, and of the links in their answers."""
    told = [each.method == "GET" and (each.paged or _shows_pages(each)) for each in operations]
    general = chapter.general or not any(told)
    inferred = [Parameter(row.name, "query", row.span, "inferred", row) for row in chapter.rows]
    return tuple(
        _with(each, (*_linked(each), *(inferred if paged or (general and _is_list(each)) else ())))
        for each, paged in zip(operations, told, strict=True)
    )


def _with(operation: Operation, parameters: Iterable[Parameter]) -> Operation:
    known = {each.name for each in operation.parameters}
    added = {each.name: each for each in parameters if each.name not in known}
    return replace(operation, parameters=(*operation.parameters, *added.values())) if added else operation


def _values(operation: Operation) -> Iterator[Json]:
    for response in operation.responses:
        if response.succeeds:
            yield from (each.shown.payload.value for each in response.examples)


def _is_list(operation: Operation) -> bool:
    """A GET whose answers hold a list; one without an answer, where no placeholder ends its path."""
    if operation.method != "GET" or not operation.url.segments:
        return False
    shown = list(_values(operation))
    if shown:
        return any(isinstance(each, list) or (isinstance(each, dict) and _holds_list(each)) for each in shown)
    return not operation.url.segments[-1].variable


def _holds_list(value: dict[str, Json]) -> bool:
    """Of a record's members, one that is a list of records, and counters beside it, make it a cover of a list."""
    records = [each for each in value.values() if isinstance(each, list) and all(isinstance(one, dict) for one in each)]
    return len(records) == 1 and not any(name in value for name in ("id", "uuid", "_id"))


def _shows_pages(operation: Operation) -> bool:
    """An answer with a list has members that count pages beside it."""
    return any(
        isinstance(each, dict) and _holds_list(each) and any(_COUNTERS.fullmatch(name) for name in each)
        for each in _values(operation)
    )


def _linked(operation: Operation) -> Iterator[Parameter]:
    """The query of the links to other pages that answers show."""
    if operation.method != "GET":
        return
    for response in operation.responses:
        for example in response.examples if response.succeeds else ():
            for text in _links(example.shown.payload.value, _DEPTH):
                for name in _names(text, operation.url):
                    yield Parameter(name, "query", example.shown.line_of(text), "shown")


def _links(value: Json, depth: int) -> Iterator[str]:
    """Addresses of other pages: members called next or the like, or what they hold."""
    for name, each in value.items() if isinstance(value, dict) and depth else ():
        if isinstance(each, dict):
            inner = each.get("href") or each.get("url") if _LINKS.fullmatch(name) else None
            yield from (inner,) if isinstance(inner, str) else _links(each, depth - 1)
        elif isinstance(each, str) and "?" in each and _LINKS.fullmatch(name):
            yield each


def _names(text: str, own: Url) -> Iterator[str]:
    """Names in the query of a link, if it leads to the operation itself."""
    address = url(text if "/" in text.partition("?")[0] else f"/{text.strip()}")
    if address and (
        not address.segments
        or (own.segments and address.segments[-1].text == own.segments[-1].text)
        or own.covers(address)
    ):
        yield from (name for name, _ in address.query if name)
