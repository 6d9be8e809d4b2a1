"""Chapters that speak of all operations: a Document comes in, what it says of every answer goes out.

An error chapter lists statuses once for the whole API; an operation's own words win.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from doc_parser import schema
from doc_parser.deciding import resources
from doc_parser.deciding.answers import MANY, answers, told_status
from doc_parser.deciding.fields import Placed
from doc_parser.deciding.records import Place, place
from doc_parser.document import Block, Code, Document, List, Prose, Section, Table
from doc_parser.evidence import Call, Evidence, Reply, StatusRow, Topic
from doc_parser.model import Example, Response
from doc_parser.readers import words
from doc_parser.readers.examples import examples
from doc_parser.readers.outcomes import FAILED, KNOWN
from doc_parser.readers.tables import tables
from doc_parser.url import url

_ERRORS = re.compile(
    r"(?:.*\b)?(?:errors?|error (?:codes?|handling|responses?|messages?)|(?:http |response )?status codes?|response codes?|errores|erros|fehler|erreurs)\b.*|.*(?:エラー|错误|خطا).*",
    re.IGNORECASE,
)
_STATUS = re.compile(r"(?:HTTP )?([45]\d\d)\b[\s:–—-]*(.*)", re.DOTALL | re.IGNORECASE)


_MENTIONED = re.compile(
    r"(?<![\d.,/$-])([45]\d\d)\b(?![.,]?\d| ?(?:requests?|calls?|ms|seconds?|characters?|items?|records?|per)\b)"
)


class CommonErrors(Struct, frozen=True):
    """What the error chapters say."""

    responses: tuple[Response, ...] = ()
    """One a status of 400 or more."""
    bodies: tuple[Example, ...] = ()
    """What any error looks like: bodies that are shown without a status."""


def common_errors(document: Document, taken: frozenset[Place]) -> CommonErrors:
    """Read the error chapters; sections of operations (`taken`) are none."""
    rows: list[StatusRow] = []
    replies: list[Reply] = []
    for section in _error_sections(document, taken):
        alone = Topic(section.title, section.title, section.span, (section,))
        rows += (each for each in _rows(section, alone) if each.status >= FAILED)
        replies += (each for each in examples(alone) if isinstance(each, Reply) and _is_error(each))
    numbered = [each for each in replies if (told_status(each) or 0) >= FAILED]
    free = [each.body for each in replies if each.body and not told_status(each)]
    bodies = tuple(Example(f"error-{number}", each) for number, each in enumerate(free[:MANY], start=1))
    if not rows and not numbered:
        return CommonErrors((), bodies)
    said = answers(numbered, rows, Placed(), rows[0].span if rows else numbered[0].span)
    return CommonErrors(tuple(each for each in said.responses if each.fails), bodies)


def is_about_errors(section: Section) -> bool:
    """Tell whether a heading announces errors, or what statuses mean."""
    return bool(_ERRORS.fullmatch(section.title))


def _is_error(reply: Reply) -> bool:
    """A body that says what is wrong; an error chapter may show a success for comparison."""
    return reply.body is not None and bool(resources.tells_error(schema.shape_of(reply.body)))


def _error_sections(document: Document, taken: frozenset[Place]) -> Iterator[Section]:
    within = 0
    for section in document.sections:
        if place(section) in taken:
            within = 0
            continue
        if is_about_errors(section):
            within = section.level
        elif section.level <= within:
            within = 0
        if within or _lists_errors(section):
            yield section


def _lists_errors(section: Section) -> bool:
    """A table of statuses beside no operation is about all of them, whatever its heading."""
    if words.is_sent_by_service(section.title) or words.is_history(section.title):
        return False
    alone = Topic(section.title, section.title, section.span, (section,))
    return sum(isinstance(each, StatusRow) and each.status >= FAILED for each in tables(alone)) > 1


def _rows(section: Section, alone: Topic) -> Iterator[StatusRow]:
    """Statuses in tables, lists and sentences; what a sentence says of each is not told apart."""
    yield from (each for each in tables(alone) if isinstance(each, StatusRow))
    for block in section.blocks:
        if isinstance(block, List):
            for item in block.items:
                if status := _STATUS.fullmatch(item.text.plain):
                    yield StatusRow(int(status[1]), None, (), status[2], item.span)
        elif isinstance(block, Prose):
            for mention in _MENTIONED.finditer(block.text.plain[:_READ]):
                if int(mention[1]) in KNOWN:
                    yield StatusRow(int(mention[1]), None, (), "", block.span, in_prose=True)


_READ = 4000
"""Characters of a paragraph that are read."""


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
