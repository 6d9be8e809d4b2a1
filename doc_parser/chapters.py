"""Chapters that speak of all operations: a Document comes in, what it says of every answer goes out.

An error chapter lists statuses once for the whole API; an operation's own words about a status win.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from doc_parser.answers import answers
from doc_parser.document import Block, Code, Document, List, Table
from doc_parser.evidence import Call, Evidence, StatusRow, Topic
from doc_parser.model import Response
from doc_parser.readers.tables import tables
from doc_parser.url import url

_ERRORS = re.compile(
    r"(?:.*\b)?(?:errors?|error (?:codes?|handling|responses?|messages?)|(?:http |response )?status codes?|response codes?|errores|erros|fehler|erreurs)\b.*|.*(?:エラー|错误|خطا).*",
    re.IGNORECASE,
)
_STATUS = re.compile(r"(?:HTTP )?([45]\d\d)\b[\s:–—-]*(.*)", re.DOTALL | re.IGNORECASE)


def common_errors(document: Document, taken: frozenset[int]) -> tuple[Response, ...]:
    """Read the error chapters: one Response a status of 400 or more; sections of operations (`taken`) are none."""
    rows = [row for row in _rows(document, taken) if row.status >= 400]
    if not rows:
        return ()
    said = answers([], rows, [], rows[0].span)
    return tuple(each for each in said.responses if each.status >= 400)


def _rows(document: Document, taken: frozenset[int]) -> Iterator[StatusRow]:
    within = 0
    for section in document.sections:
        if id(section) in taken:
            within = 0
            continue
        if _ERRORS.fullmatch(section.title):
            within = section.level
        elif section.level <= within:
            within = 0
        if within:
            alone = Topic(section.title, section.title, section.span, (section,))
            yield from (each for each in tables(alone) if isinstance(each, StatusRow))
            for block in section.blocks:
                if isinstance(block, List):
                    for item in block.items:
                        if status := _STATUS.fullmatch(item.text.plain):
                            yield StatusRow(int(status[1]), None, (), status[2], item.span)


def graphql_endpoint(document: Document) -> tuple[Topic, tuple[Evidence, ...]] | None:
    """A GraphQL document has one operation: POST to the address that it gives (GraphQL over HTTP, section 3).

    None for a document without GraphQL, or without an address.
    """
    if not any(
        isinstance(block, Code) and block.language == "graphql"
        for section in document.sections
        for block in section.blocks
    ):
        return None
    for section in document.sections:
        for block in section.blocks:
            for text in _texts(block):
                found = re.search(r"https?://\S*graphql\S*", text)
                address = url(found[0]) if found else None
                if found and address and address.segments:
                    span = block.span.holding(found[0])
                    call = Call("request-line", "POST", explicit=False, url=address, span=span)
                    return Topic(section.title, section.title, section.span, (section,)), (call,)
    return None


def _texts(block: Block) -> Iterator[str]:
    if isinstance(block, List):
        yield from (item.text.plain for item in block.items)
    elif not isinstance(block, Code | Table):
        yield block.text.plain
