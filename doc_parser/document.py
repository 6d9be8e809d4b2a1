"""What a page of documentation is, whatever it was written in: every format gives a Document, and nothing above knows which.

A Document is a flat run of Sections in reading order; a Section is a heading and the blocks below it
up to the next heading. Every block knows its place in the source text.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from doc_parser.source import Source, Span


class Text(Struct, frozen=True):
    """Running text without its markup."""

    plain: str
    codes: tuple[str, ...] = ()
    """Contents of the code spans within it."""
    strong: bool = False
    """All of it is set in bold."""
    slanted: bool = False
    """All of it is set in italics, or underlined."""
    lead: str = ""
    """Its first line without small print (`<sup>`, badges); empty where that is all of it."""
    links: tuple[tuple[str, str], ...] = ()
    """What leads to another place of the documents: the words of each link, and the anchor that it leads to."""

    @property
    def quoted(self) -> str:
        """Its words with the code spans in backticks."""
        if not self.codes:
            return self.plain
        parts: list[str] = []
        at = 0
        for code in self.codes:
            found = self.plain.find(code, at, at + len(code) + _NEAR) if code else -1
            if found >= 0:
                parts.append(f"{self.plain[at:found]}`{code}`")
                at = found + len(code)
        return "".join(parts) + self.plain[at:]


_NEAR = 2_000
"""Characters within which the next code span stands; one that blanks changed is not looked for in the whole text."""


class Prose(Struct, frozen=True):
    """A paragraph, or the text of an aside."""

    text: Text
    span: Span
    aside: bool = False


class Annotation(Struct, frozen=True):
    """The caption of a sample (`> Example Response:`); Slate sets it in the sample column."""

    text: Text
    span: Span


class Code(Struct, frozen=True):
    """A fenced block; the span is that of its first line of content."""

    language: str
    """First word of the info string, lower case, without a `language-` prefix."""
    content: str
    span: Span
    within_list: bool = False
    closed: bool = True


class Row(Struct, frozen=True):
    """A row of a table."""

    cells: tuple[Text, ...]
    span: Span


class Table(Struct, frozen=True):
    """A table with its column titles."""

    titles: tuple[str, ...]
    rows: tuple[Row, ...]
    span: Span


class List(Struct, frozen=True):
    """A list, its items as running text."""

    items: tuple[Prose, ...]
    span: Span


Block = Prose | Annotation | Code | Table | List


class Section(Struct, frozen=True, dict=True):
    """A heading and what stands below it, up to the next heading of any level."""

    level: int
    """1 to 6; 0 for what stands before the first heading."""
    title: str
    span: Span
    blocks: tuple[Block, ...]
    loose: bool = False
    """The heading's marks lack the blank (`#Title`), which only some renderers accept."""

    @cached_property
    def kept(self) -> dict[Any, Any]:
        """What readers found in it once."""
        return {}


class Document(Struct, frozen=True):
    """One index with its includes, in reading order."""

    meta: Mapping[str, Any]
    """Front matter of the index."""
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]
    span: Span
    """Where the document begins."""

    @property
    def chapter_level(self) -> int:
        """The level of the highest headings that there are."""
        return min((each.level for each in self.sections if each.level), default=1)
