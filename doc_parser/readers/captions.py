"""Captions: a section's code blocks come in, each goes out with what was announced above it; a caption reaches to the next one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from doc_parser.document import Annotation, Block, Code, List, Prose, Section, Table
from doc_parser.evidence import NO_CAPTION, Caption
from doc_parser.readers import outcomes, words
from doc_parser.readers.once import once
from doc_parser.source import Span
from doc_parser.structs import replace


class Captioned(Struct, frozen=True):
    """A code block below its caption."""

    code: Code
    caption: Caption
    first: bool
    """The first block below its caption: the one the caption speaks of for certain."""


@once
def captioned(section: Section) -> Iterator[Captioned]:
    """Pair the code blocks of a section with their captions."""
    current, first = _of_heading(section), True
    spoken: Caption | None = None
    group = NO_CAPTION  # a caption without code of its own (`Error responses:`) speaks of the captions below it
    for block in section.blocks:
        if isinstance(block, Annotation):
            group = group if group.role else current if first and current.role == "response" else NO_CAPTION
            current, first = caption(block.text.plain, block.span), True
            group = NO_CAPTION if words.is_label(block.text.plain) else group
            current = _within(group, current) if group.role else current
        elif isinstance(block, Table):
            current, first, group = NO_CAPTION, True, NO_CAPTION
        elif isinstance(block, List):
            part = _part(block, current)
            current, first = part or current, first or part is not None
        elif isinstance(block, Code):
            yield Captioned(block, spoken or current, first or spoken is not None)
            first = False
        spoken = _spoken(block)


def _spoken(block: Block) -> Caption | None:
    """A short line such as `Response (404):` right above a sample is its caption, though it is set as text."""
    if not isinstance(block, Prose) or block.aside:
        return None
    text = block.text.plain.strip()
    if words.introduces_body(last := _LAST.split(text[-_READ:])[-1]) and not _COMES_BACK.search(last):
        return Caption("request", "", block.span)
    if len(text) > _SHORT or not (block.text.strong or text.endswith(":")):
        return None
    said = caption(text, block.span)
    told = said.status or words.is_label(text) or (said.fails and len(text.split()) <= _FEW)
    return said if told else None


_LAST = re.compile(r"[.!?]\s")
_COMES_BACK = re.compile(r"\b(?:respon|return|answer|result|repl(?:y|ies)|error|fail)", re.IGNORECASE)


_FEW = 4
"""Words that name an error and tell nothing else."""


_SHORT = 60
"""Characters of a line that introduces a sample."""


def _part(block: List, above: Caption) -> Caption | None:
    """A list of one item may say which part of what is announced above it stands below (`- Body:`)."""
    only = block.items[0] if len(block.items) == 1 and above.role else None
    label = _BRACKETS.sub("", only.text.plain[:_SHORT]).strip(" :") if only else ""
    if not only or not words.is_label(label):
        return None
    said = caption(only.text.plain, only.span)
    if said.role == above.role:
        return said
    return replace(above, span=only.span, variant=said.variant, headers=said.headers)


def _within(group: Caption, each: Caption) -> Caption:
    """A caption of a group: an answer, and an error where the group is of errors and it names no status."""
    return replace(each, role="response", fails=each.fails or (group.fails and each.status is None))


def caption(text: str, span: Span | None = None) -> Caption:
    """Read a caption: its role, the status it names, and the variant that brackets or a trailing clause name."""
    said = _said(text[:_READ])
    return said if span is None else replace(said, span=span)


@words.known
def _said(text: str) -> Caption:
    role, status = words.role(outcomes.without_phrase(text)), outcomes.status_of(text)
    fails = status >= _ERRORS if status else outcomes.fails(text) or bool(_DEFAULT.fullmatch(text))
    if role != "response" and (role or not (status or fails)):
        status, fails = None, False  # `Request (404)` is sent, whatever comes of it
    bracketed = _BRACKETS.search(text)
    variant = words.slug(bracketed[1]) if bracketed and not outcomes.status_of(bracketed[1]) else ""
    role = "response" if status or fails else role
    headers = bool(_HEADERS.fullmatch(text))
    return Caption(role, variant, None, status, fails, many=bool(_MANY.search(text)), headers=headers)


_BRACKETS = re.compile(r"\(([^()]+)\)")
_DEFAULT = re.compile(r"\W*default response\W*", re.IGNORECASE)
"""All that is not told by its status, which is mostly what goes wrong (OpenAPI 3.0.3, Responses Object)."""
_MANY = re.compile(r"\b(?:responses|answers)\b", re.IGNORECASE)
_HEADERS = re.compile(r"\W*(?:(?:https?|request|response|required|example|sample) )*headers?\W*", re.IGNORECASE)
_ERRORS = 400
_READ = 200
"""Characters of a caption that are read."""


def _of_heading(section: Section) -> Caption:
    if not words.is_label(section.title) and not outcomes.status_of(section.title):
        return NO_CAPTION
    said = _said(section.title[:_READ])
    of_line = words.is_request_line_label(section.title)
    return Caption(said.role, "", section.span, said.status, said.fails, of_line, headers=said.headers)
