"""Chapters that speak of all operations: a Document comes in, what it says of every answer goes out.

An error chapter lists statuses once for the whole API, a chapter on paging the parameters of every list
that pages; an operation's own words win.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from doc_parser.answers import answers
from doc_parser.document import Block, Code, Document, List, Table
from doc_parser.evidence import Call, Evidence, FieldRow, FieldTable, StatusRow, Topic
from doc_parser.model import Operation, Parameter, Response
from doc_parser.readers.lists import lists
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


_PAGING = re.compile(r"\bpaginat\w*|\bpaging\b|\bpaginaci[oó]n\b|\bpaginação\b|ページ|分页", re.IGNORECASE)


def paging(document: Document, taken: frozenset[int]) -> tuple[FieldRow, ...]:
    """Read the parameters that a chapter on paging lists, outside of any operation."""
    for section in document.sections:
        if _PAGING.search(section.title) and id(section) not in taken:
            alone = Topic(section.title, section.title, section.span, (section,))
            found = [each for reader in (tables, lists) for each in reader(alone) if isinstance(each, FieldTable)]
            rows = tuple(
                row for table in found if table.place in ("query", "path", "") and not table.aside for row in table.rows
            )
            if rows:
                return rows
    return ()


def pages(operation: Operation) -> bool:
    """Tell whether an operation says that its list comes in pages."""
    return operation.method == "GET" and bool(_PAGING.search(f"{operation.title} {operation.description}"))


def with_paging(operation: Operation, rows: tuple[FieldRow, ...]) -> Operation:
    """Give an operation that pages the parameters of the chapter on paging."""
    if not rows or not pages(operation):
        return operation
    known = {each.name for each in operation.parameters}
    added = tuple(Parameter(row.name, "query", row.span, "inferred", row) for row in rows if row.name not in known)
    return replace(operation, parameters=(*operation.parameters, *added))


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
