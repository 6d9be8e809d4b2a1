"""Which bodies the documents ask to be forms: operations come in, the same go out, sure of it where words say so and not only a sample.

curl calls whatever `-d` sends a form, so a sample alone shows what is sent and does not ask for a form. Words that offer JSON
besides ask for none either, nor do those that name a form in parts where a sample shows an encoded one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from doc_parser.document import Code, Document, List, Section, Table
from doc_parser.evidence import Topic
from doc_parser.model import Operation
from doc_parser.structs import replace

Key = tuple[str, tuple[str, ...]]

_ENCODED = re.compile(r"\burl-?encoded\b|\bform[- ](?:url)?-?encoded\b", re.IGNORECASE)
_OF_ONE = re.compile(rf"{_ENCODED.pattern}|(?<!multipart/)\bform[- ](?:data|fields?|param\w*)\b", re.IGNORECASE)
_JSON = re.compile(r"\bapplication/json\b", re.IGNORECASE)
_READ = 4000
"""Characters of a block that are read."""


def with_stated_forms(
    document: Document, topics: Mapping[Key, Sequence[Topic]], operations: Mapping[Key, Operation]
) -> dict[Key, Operation]:
    """Be sure of the forms that a section of their own, or a chapter for all, asks for in words."""
    done = dict(operations)
    shown = [key for key, each in done.items() if each.body and each.body.sure != "stated"]
    if not shown:
        return done
    own = {_place(section) for each in topics.values() for topic in each for section in topic.sections}
    general = any(_says(_ENCODED, each) for each in document.sections if _place(each) not in own)
    for key in shown:
        sections = [section for topic in topics.get(key, ()) for section in topic.sections]
        asked = any(_says(_OF_ONE, each) for each in sections)
        offered = asked and any(_says(_JSON, each, code=False) for each in sections)
        if (body := done[key].body) and (asked or general) and not offered:
            done[key] = replace(done[key], body=replace(body, sure="stated"))
    return done


def _place(section: Section) -> tuple[str, int]:
    return section.span.source.name, section.span.line


def _says(words: re.Pattern[str], section: Section, *, code: bool = True) -> bool:
    return any(words.search(each[:_READ]) for each in (section.title, *_texts(section, code=code)))


def _texts(section: Section, *, code: bool) -> Iterator[str]:
    for block in section.blocks:
        if isinstance(block, Code):
            yield block.content if code else ""
        elif isinstance(block, List):
            yield from (each.text.plain for each in block.items)
        elif isinstance(block, Table):
            yield from (cell.plain for row in block.rows for cell in row.cells)
        else:
            yield block.text.plain
