"""Request lines: `GET https://host/path` alone in a paragraph, a code span or a heading; each gives one Call."""

from __future__ import annotations

import re
from collections.abc import Iterator

from doc_parser.document import Code, Prose
from doc_parser.evidence import Call, Evidence, Origin, Topic
from doc_parser.readers import words
from doc_parser.source import Span
from doc_parser.url import url

_LINE = re.compile(rf"({'|'.join(words.METHODS)})\s+(\S+)(?:\s+HTTP/[\d.]+)?", re.IGNORECASE)


def request_lines(topic: Topic) -> Iterator[Evidence]:
    """Find the request lines of a topic."""
    if call := _call(topic.title, topic.span, "heading"):
        yield call
    for section in topic.sections:
        for block in section.blocks:
            if isinstance(block, Prose):
                for text in block.text.codes or (block.text.plain,):
                    if call := _call(text, block.span.holding(text), "request-line"):
                        yield call
            elif isinstance(block, Code) and block.language in ("", "http", "text", "plaintext", "plain"):
                first = block.content.lstrip("\n").partition("\n")[0]
                if call := _call(first, block.span.source.span(block.span.line, first), "request-line"):
                    yield call


def _call(text: str, span: Span, origin: Origin) -> Call | None:
    match = _LINE.fullmatch(text.strip())
    address = url(match[2]) if match else None
    if not match or not address:
        return None
    return Call(origin, match[1].upper(), explicit=False, url=address, span=span)
