"""HTML as Slate renders it: a Source comes in, Sections go out; also blocks of HTML within Markdown, which Slate lets through.

`marks` splits the text into tags, `reader` tells what stands open and makes blocks, `runs` holds what
they gather. Every text belongs to at most one block.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from doc_parser.document import Block, Section, Text
from doc_parser.formats.html.marks import column, marks, shown, title
from doc_parser.formats.html.reader import Reader
from doc_parser.formats.html.runs import Inline
from doc_parser.source import Source, Span
from doc_parser.structs import replace

_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_PAGE_BEGINNING = 4096
_LITERAL_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)([^`]+)\1(?!`)")


def is_page(text: str) -> bool:
    """Tell whether a text is an HTML page, not Markdown with HTML in it."""
    return _PAGE.match(text[:_PAGE_BEGINNING]) is not None


def sections(source: Source) -> tuple[dict[str, Any], tuple[Section, ...]]:
    """Read a page: its title, as front matter would give it, and the sections of its content column."""
    found = marks(source.text)
    said = title(found)
    content = Reader(source, _as_written).read(list(shown(column(found))))
    return {"title": said} if said else {}, tuple(gathered(source, content))


def blocks(source: Source, text: str, line: int, inline: Inline) -> list[Section | Block]:
    """Read HTML that stands within another format, from this line on; a heading is a Section without blocks."""
    return Reader(source, inline).read(list(shown(marks(text, line))))


def gathered(source: Source, items: Iterable[Section | Block]) -> Iterator[Section]:
    """Put blocks below the heading that they follow."""
    heading = Section(0, "", Span(source, 1), ())
    held: list[Block] = []
    for each in items:
        if not isinstance(each, Section):
            held.append(each)
            continue
        if held or heading.level:
            yield _with_blocks(heading, held)
        heading, held = each, []
    yield _with_blocks(heading, held)


def _with_blocks(heading: Section, held: list[Block]) -> Section:
    return replace(heading, blocks=tuple(held)) if held else heading


def _as_written(text: str) -> Text:
    """Slate leaves Markdown within HTML as it is; writers use backticks there all the same."""
    codes = tuple(match[2].strip() for match in _LITERAL_CODE.finditer(text))
    return Text(_LITERAL_CODE.sub(lambda match: match[2].strip(), text) if codes else text, codes)
