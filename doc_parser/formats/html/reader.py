"""The blocks of HTML: Marks come in, Blocks and headings go out, in reading order.

What stands open is an explicit stack, so that no depth of nesting matters. An element that is never
closed ends where the next heading begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct, field

from doc_parser.document import Annotation, Block, Code, List, Prose, Section
from doc_parser.formats.html.marks import BLOCK, Mark, is_small, partners
from doc_parser.formats.html.runs import Cell, Inline, Line, Run, table
from doc_parser.source import Source

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BOXES = _HEADINGS | {"div", "section", "header", "center"}
_LISTS = frozenset(("ul", "ol", "menu", "dl"))
_CODES = frozenset(("code", "tt"))
_BOLD = frozenset(("b", "strong"))
_TABLE_PARTS = frozenset(("thead", "tbody", "tfoot", "tr", "td", "th"))
_DRESS = frozenset(
    ("highlight", "hljs", "tab", "code", "prettyprint", "sourcecode", "chroma", "codehilite", "plaintext")
)
"""Classes of code that name no language; Slate writes `plaintext` where the fence names none."""
_LANGUAGE = re.compile(r"(?:tab|language|lang)-(.+)")
_BLANK_LINES = re.compile(r"\A(?:[ \t]*\n)+")
_SPAN_LIMIT = 50
"""Columns or rows that one cell may reach over; no table of a document is larger."""

Kind = Literal["page", "heading", "table", "list", "definitions", "quote", "aside"]


class _Frame(Struct):
    """An element that stands open."""

    kind: Kind
    line: int
    end: int | None
    """Index of the mark that closes it; None where none does."""
    level: int = 0
    items: list[Prose] | None = None
    """Items of the outermost list it stands in."""
    lines: list[Line] = field(default_factory=list)
    cell: Cell | None = None
    head: bool = False
    around: Run = field(default_factory=Run)
    """Text of the cell in which a table stands."""


class Reader:
    """Turns Marks into Blocks; one for each text."""

    def __init__(self, source: Source, inline: Inline) -> None:
        self._source, self._inline = source, inline
        self._run = Run()
        self._frames = [_Frame("page", 1, None)]
        self._ends: set[int] = set()
        self._small: dict[int, tuple[Run, int]] = {}
        """End tags of small print, with the text it is in and where it begins there."""
        self._found: list[Section | Block] = []

    def read(self, content: Sequence[Mark]) -> list[Section | Block]:
        """Read all marks; a heading is a Section without blocks."""
        pairs = partners(content)
        index = 0
        while index < len(content):
            mark = content[index]
            if mark.kind == "text":
                self._run.add(mark.text, mark.first_line)
            elif mark.kind == "end":
                self._close(mark, index)
            elif mark.name == "pre":
                index = self._code(content, index, pairs.get(index))
            else:
                self._open(mark, pairs.get(index))
            index += 1
        while len(self._frames) > 1:
            self._pop()
        self._flush()
        return self._found

    @property
    def _top(self) -> _Frame:
        return self._frames[-1]

    def _open(self, mark: Mark, end: int | None) -> None:
        if mark.name in _CODES:
            self._run.open_code()
        elif mark.name in _BOLD:
            self._run.bold += 1
        elif mark.name == "br":
            self._run.break_line(mark.line)
        elif end is not None and is_small(mark):
            self._small[end] = self._run, len(self._run.pieces)
        elif mark.name in BLOCK:
            self._end_loose_heading()
            self._open_block(mark, end)

    def _open_block(self, mark: Mark, end: int | None) -> None:
        name, top = mark.name, self._top
        if name in _HEADINGS:
            self._heading(mark, end)
        elif name == "table":
            self._table(mark, end)
        elif top.kind == "table" and name in _TABLE_PARTS:
            self._part_of_table(mark, top)
        elif top.cell and name in ("p", "div"):
            self._run.break_line(mark.line)
        elif top.cell or top.kind == "heading":
            self._run.add(", " if name == "li" and self._run.last.isalnum() else " ", mark.line)
        elif name in _LISTS:
            self._push("definitions" if name == "dl" else "list", mark, end)
            self._top.items = [] if self._top.items is None else self._top.items
        elif name in ("aside", "blockquote") or "annotation" in mark.classes:
            self._push("aside" if name == "aside" else "quote", mark, end)
        else:
            self._begin(mark)

    def _begin(self, mark: Mark) -> None:
        """Begin a paragraph, an item, a box."""
        if mark.name == "dd" and self._top.kind == "definitions":
            self._run.define(mark.line)
            return
        self._break(mark.name)
        if mark.name in ("p", "li", "dt") and not self._run.line:
            self._run.line = mark.line

    def _break(self, name: str) -> None:
        """End a paragraph, where that means something."""
        together = self._top.cell or self._top.kind in ("heading", "aside")
        defined = self._top.kind == "definitions" and name not in ("dt", "li")
        if together or defined or (name in _BOXES and self._run.is_bare_method):
            self._run.pieces.append(" ")
        else:
            self._flush()

    def _close(self, mark: Mark, index: int) -> None:
        if mark.name in _CODES:
            self._run.close_code()
        elif mark.name in _BOLD:
            self._run.bold = max(0, self._run.bold - 1)
        elif index in self._small:
            run, begins = self._small[index]
            run.shrink(begins)
        elif index in self._ends:
            while self._top.end != index:
                self._pop()
            self._pop()
        elif self._top.kind == "table" and mark.name in _TABLE_PARTS:
            self._end_cell()
            self._top.head = self._top.head and mark.name != "thead"
        elif mark.name in BLOCK and mark.name != "dt":
            self._end_loose_heading()
            self._break(mark.name)

    def _push(self, kind: Kind, mark: Mark, end: int | None) -> None:
        self._flush()
        self._frames.append(_Frame(kind, mark.line, end, items=self._top.items))
        self._ends |= set() if end is None else {end}
        if kind in ("aside", "heading"):
            self._run.line = mark.line

    def _pop(self) -> None:
        frame = self._top
        if frame.kind == "table":
            self._end_cell()
        if frame.kind != "heading":
            self._flush()
        self._frames.pop()
        self._ends.discard(-1 if frame.end is None else frame.end)
        if frame.kind == "heading":
            self._title(frame)
        elif frame.kind == "table":
            self._found += table(self._source, self._inline, frame.line, frame.lines)
            self._run = frame.around
        elif frame.items and self._top.items is None:
            self._found.append(List(tuple(frame.items), frame.items[0].span))

    def _flush(self) -> None:
        """End the running text and say what it is by what stands open."""
        run, self._run = self._run, Run()
        text = run.text(self._inline)
        if not text.plain:
            return
        span, top = self._source.span(run.line), self._top
        if top.kind == "aside":
            self._found.append(Prose(text, span, aside=True))
        elif top.items is not None:
            top.items.append(Prose(text, span))
        else:
            self._found.append(Annotation(text, span) if top.kind == "quote" else Prose(text, span))

    def _heading(self, mark: Mark, end: int | None) -> None:
        """Begin a section; a heading in a cell, an item or an aside, or behind a lone method, is text in large letters."""
        while self._top.end is None and len(self._frames) > 1:
            self._pop()
        if self._top.kind in ("page", "quote") and self._top.items is None and not self._run.is_bare_method:
            self._push("heading", mark, end)
            self._top.level = int(mark.name[1])
        else:
            self._break(mark.name)

    def _end_loose_heading(self) -> None:
        if self._top.kind == "heading" and self._top.end is None:
            self._pop()

    def _title(self, frame: _Frame) -> None:
        run, self._run = self._run, Run()
        plain = run.text(self._inline).plain.rstrip("¶").rstrip()
        if plain:
            self._found.append(Section(frame.level, plain, self._source.span(frame.line), ()))

    def _code(self, content: Sequence[Mark], index: int, end: int | None) -> int:
        """Read `<pre>`; gives the index of its last mark. One that is never closed ends at the next block."""
        self._end_loose_heading()
        last = index + 1 if end is None else end
        while end is None and last < len(content) and content[last].name not in BLOCK:
            last += 1
        inner = content[index + 1 : last]
        text = _BLANK_LINES.sub("", "".join(_written(each) for each in inner))
        line = next((each.first_line for each in inner if each.kind == "text" and each.text.strip()), 0)
        if line and (self._top.cell or self._top.kind == "heading"):
            self._run.add(f" {text} ", line)
            self._run.codes.append(text.strip())
        elif line:
            self._flush()
            language = _language([content[index], *inner[:2]])
            text += "" if text.endswith("\n") else "\n"
            self._found.append(Code(language, text, self._source.span(line), within_list=self._top.items is not None))
        return last - 1 if end is None else last

    def _table(self, mark: Mark, end: int | None) -> None:
        if self._top.kind == "table" and self._top.end is None:
            self._pop()
        if not self._top.cell:
            self._flush()
        self._frames.append(_Frame("table", mark.line, end, around=self._run))
        self._ends |= set() if end is None else {end}
        self._run = Run()

    def _part_of_table(self, mark: Mark, frame: _Frame) -> None:
        self._end_cell()
        if mark.name in ("thead", "tbody", "tfoot"):
            frame.head = mark.name == "thead"
            return
        if mark.name == "tr" or not frame.lines:
            frame.lines.append(Line(mark.line, frame.head))
        if mark.name != "tr":
            self._flush()
            frame.cell = Cell(self._run, mark.name == "th", _reach(mark, "colspan"), _reach(mark, "rowspan"))
            frame.lines[-1].cells.append(frame.cell)

    def _end_cell(self) -> None:
        if self._top.cell:
            self._top.cell = None
            self._run = Run()


def _written(mark: Mark) -> str:
    """What a mark within code gives."""
    return mark.text if mark.kind == "text" else "\n" if mark.name == "br" else ""


def _language(opening: Sequence[Mark]) -> str:
    """The language of code by its classes: Slate's `tab-shell`, highlight.js's `language-json`, or the bare name."""
    classes = [word.lower() for each in opening if each.name in ("pre", "code") for word in each.classes]
    named = [match[1] for each in classes if (match := _LANGUAGE.fullmatch(each))]
    return next(iter([*named, *(each for each in classes if each not in _DRESS)]), "")


def _reach(mark: Mark, attribute: str) -> int:
    said = mark.attribute(attribute)
    return min(int(said), _SPAN_LIMIT) if said.isdecimal() and len(said) < 6 else 1
