"""What only sentences say: an answer's status, a body in a code span, a credential that comes back in a header."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from itertools import islice

from doc_parser.document import Annotation, List, Prose, Row, Section, Table, Text
from doc_parser.evidence import (
    Caption,
    Evidence,
    FieldRow,
    FieldTable,
    Reply,
    Shown,
    StatusRow,
    TokenInHeader,
    Topic,
)
from doc_parser.payload import Unreadable, payload
from doc_parser.readers import words
from doc_parser.readers.captions import caption
from doc_parser.source import Span

_FOLLOWS = r"(?= (?:if|when|on|for|and|or|in case|error|errors)\b|[.,;:)\"']|\s*$)"
_OTHER_TONGUES = r"(?:c[oó]digo|estado|statut|code de statut|retorna|devuelve|regresa|responde|devolve|renvoie|retourne|код|статус|возвращает)"
_PHRASES = "|".join(each.phrase for each in HTTPStatus)
_STATUS = re.compile(
    r"\b(?:HTTP|status|code|response)\b(?: (?:status|response|code|of|is|a|an|with|the|HTTP|will|would|should|be))*[ :]+[\"'(]?([1-5]\d\d)\b"
    r"|\b([1-5]\d\d)[)\"']?(?: | ?[-–] )(?:OK|Created|Accepted|No Content|See Other|Bad Request|Not Found|Unauthorized|Forbidden|Conflict|status|response|(?:HTTP|success|error) (?:status )?(?:code|response)s?)\b"
    rf"|\b(?:{_PHRASES.replace(' ', ' ?')}) ?\(([1-5]\d\d)\)"
    rf"|\b(?:respond|return|answer)s?(?: (?:with|an?|the|either))* ([2-5]\d\d)\b{_FOLLOWS}"
    rf"|\b{_OTHER_TONGUES}(?: (?:de|del|da|do|HTTP|estado|status|statut|es|est|é|un|une?|uma?|con|com|avec))*[ :]+[\"'(]?([2-5]\d\d)\b",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"\W*(?:(?:HTTP|example|sample|response|status|code)\b\W*)*\b\d{{3}}\W*(?:\b(?:{_PHRASES}|success\w*|responses?)\b\W*)*",
    re.IGNORECASE,
)
"""A status, with its phrase at most: it describes nothing."""
_STOCK = re.compile(
    r"the (?:above|following) (?:command|code|request|call)s? (?:will )?returns? [^.]*:$", re.IGNORECASE
)
"""What every template says above an answer; it describes nothing either."""
_TOKEN = (
    re.compile(r"\b(?:jwt|token)\b", re.IGNORECASE),
    re.compile(r"\bheaders?\b", re.IGNORECASE),
    re.compile(r"\b(?:response|returned|reply|answer)\b", re.IGNORECASE),
)
_SENT_BACK = re.compile(r"\b(?:use|using|send|include|pass|provide|add|put|attach|set)\b.*\brequests?\b", re.IGNORECASE)
"""Who uses a returned token sends it (`Use the returned token in API requests`)."""
_HEADER = re.compile(r"[Hh](?:eader|EADER)")
_NUMBER = re.compile(r"[1-5]\d\d")
"""Most sentences speak of neither."""
_QUERY = re.compile(r"\?[\w.\[\]-]+=[^&]*(?:&[\w.\[\]-]+=[^&]*)*")
_PAIR = re.compile(r"[?&]([\w.\[\]-]+)=([^&]*)")
_VALUE = re.compile(r"[a-z0-9][\w.-]*")
"""What stands for a value is written otherwise (`KEYWORD`, `<id>`)."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_READ = 4000
"""Characters of a paragraph that are read."""
_MENTIONS = 5
"""Statuses of one paragraph that count; more of them is a list of another kind."""


def prose(topic: Topic) -> Iterator[Evidence]:
    """Read the sentences of a topic."""
    for section in topic.sections:
        for block in section.blocks:
            for each in (
                block.items if isinstance(block, List) else (block,) if isinstance(block, Prose | Annotation) else ()
            ):
                yield from _read(topic, section, each)
            if isinstance(block, Table) and (
                rows := tuple(each for row in block.rows for cell in row.cells for each in _in_cell(cell, row))
            ):
                yield FieldTable(section.title, "query", rows, block.span)


def _in_cell(cell: Text, row: Row) -> Iterator[FieldRow]:
    """Parameters that a cell shows as they stand in a URL; another one says what they are for."""
    codes = [each for each in cell.codes if "?" in each]
    said = next((each.plain for each in row.cells if each is not cell and each.plain), "") if codes else ""
    for code in codes:
        yield from _pairs(code, said, row.span)


def _read(topic: Topic, section: Section, block: Prose | Annotation) -> Iterator[Evidence]:
    text = block.text.plain[:_READ]
    for match in islice(_STATUS.finditer(text), _MENTIONS) if _NUMBER.search(text) else ():
        span = block.span.source.span(block.span.line, match[0])
        said = "" if _BARE.fullmatch(text) or _STOCK.match(text) else text
        status = next(each for each in match.groups() if each)
        yield StatusRow(int(status), None, (), said, span, in_prose=True)
    if isinstance(block, Annotation) and (status := caption(block.text.plain).status):
        yield StatusRow(status, None, (), "", block.span, in_prose=True)
    if _HEADER.search(text) and any(
        all(word.search(sentence) for word in _TOKEN) and not _SENT_BACK.search(sentence)
        for sentence in _SENTENCE.split(text)
    ):
        yield TokenInHeader(block.span.holding("header"))
    if section.title != topic.title and isinstance(block, Prose):
        yield from _bodies(section, block)
    if isinstance(block, Prose) and (rows := tuple(_asked(block))):
        yield FieldTable(section.title, "query", rows, block.span)


def _asked(block: Prose) -> Iterator[FieldRow]:
    """Parameters that a sentence shows as they stand in a URL (`?limit=25`)."""
    for code in block.text.codes:
        if code.startswith("?"):
            sentence = next((each for each in _SENTENCE.split(block.text.plain) if code in each), "")
            yield from _pairs(code, sentence, block.span.holding(code))


def _pairs(code: str, said: str, span: Span) -> Iterator[FieldRow]:
    for name, value in _PAIR.findall(code) if _QUERY.fullmatch(code) else ():
        example = value if _VALUE.fullmatch(value) else ""
        yield FieldRow(name, "", None, "", said, (), "", span, example=example, place="query")


def _bodies(section: Section, block: Prose) -> Iterator[Reply]:
    """A payload in a code span below a heading such as 'With Callback Provided' is the answer of that variant."""
    for code in block.text.codes:
        if code.lstrip()[:1] != "{":
            continue
        try:
            shown = Shown(payload(code), block.span.source.span(block.span.line, code))
        except Unreadable:
            continue
        yield Reply(
            None, "", (), shown, shown.span, Caption("response", words.slug(section.title), section.span), in_prose=True
        )
