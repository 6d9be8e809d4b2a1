"""Captions: a section's code blocks come in, each goes out with what was announced above it; a caption reaches to the next one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from doc_parser.document import Annotation, Code, Section, Table
from doc_parser.evidence import NO_CAPTION, Caption
from doc_parser.readers import words
from doc_parser.source import Span


@dataclass(frozen=True)
class Captioned:
    """A code block below its caption."""

    code: Code
    caption: Caption
    first: bool
    """The first block below its caption: the one the caption speaks of for certain."""


def captioned(section: Section) -> Iterator[Captioned]:
    """Pair the code blocks of a section with their captions."""
    current, first = _of_heading(section), True
    of_answers = False  # a caption without code of its own (`Error responses:`) speaks of the captions below it
    for block in section.blocks:
        if isinstance(block, Annotation):
            of_answers = of_answers or (first and current.role == "response")
            current, first = caption(block.text.plain, block.span), True
            if of_answers and (of_answers := not words.is_label(block.text.plain)):
                current = replace(current, role="response")
        elif isinstance(block, Table):
            current, first, of_answers = NO_CAPTION, True, False
        elif isinstance(block, Code):
            yield Captioned(block, current, first)
            first = False


def caption(text: str, span: Span | None = None) -> Caption:
    """Read a caption: its role, and the variant that brackets or a trailing clause name."""
    text = text[:_READ]
    bracketed = re.search(r"\(([^()]+)\)", text)
    return Caption(words.role(text), words.slug(bracketed[1]) if bracketed else "", span)


_READ = 200
"""Characters of a caption that are read."""


def _of_heading(section: Section) -> Caption:
    if not words.is_label(section.title):
        return NO_CAPTION
    return Caption(words.role(section.title), "", section.span)
