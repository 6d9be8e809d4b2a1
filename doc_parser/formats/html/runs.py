"""What an element holds until it ends: running text and the cells of tables come in piece by piece, Text and Tables go out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from http import HTTPMethod

from msgspec import Struct, field

from doc_parser.document import Row, Table, Text
from doc_parser.source import Source

_METHODS = frozenset(each.value for each in HTTPMethod)

Inline = Callable[[str], Text]
"""Reads running text: what is left of its markup."""


class Run(Struct):
    """Running text that is being gathered."""

    line: int = 0
    """Where it begins; 0 before it has."""
    pieces: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    bold: int = 0
    """Depth of bold type."""
    last: str = ""
    """Its last character so far that is no blank."""
    _thin: bool = False
    _code_at: int | None = None
    _ends_at: int | None = None
    _small: list[range] = field(default_factory=list)
    _defined: bool = False

    def add(self, text: str, line: int) -> None:
        """Go on with text; the line is that of its first character that is no blank."""
        if text.strip():
            self.line = self.line or line
            self.last = text.rstrip()[-1:]
            self._thin = self._thin or not (self.bold or text.strip() == ":")
        self.pieces.append(text)

    def open_code(self) -> None:
        """Begin a code span."""
        self._code_at = len(self.pieces)

    def close_code(self) -> None:
        """End it."""
        if self._code_at is not None and (code := "".join(self.pieces[self._code_at :]).strip()):
            self.codes.append(code)
        self._code_at = None

    def break_line(self, line: int) -> None:
        """Go on in the next line."""
        if self._ends_at is None and self.last:
            self._ends_at = len(self.pieces)
        self.add(" ", line)

    def shrink(self, begins: int) -> None:
        """What came since piece `begins` is small print."""
        self._small.append(range(begins, len(self.pieces)))

    def define(self, line: int) -> None:
        """Go on with what the term before means; where none stands before, the text begins here."""
        self.line = self.line or line
        self.pieces.append(" " if self._defined or self.last == ":" else ": ")
        self._defined = True

    @property
    def words(self) -> str:
        """The text with single blanks."""
        return " ".join("".join(self.pieces).split())

    @property
    def lead(self) -> str:
        """Its first line without small print; empty where that is all of it."""
        if self._ends_at is None and not self._small:
            return ""
        small = {index for each in self._small for index in each}
        return " ".join(
            "".join(each for at, each in enumerate(self.pieces[: self._ends_at]) if at not in small).split()
        )

    @property
    def is_bold(self) -> bool:
        """All of it is set in bold type."""
        return not self._thin and bool(self.words)

    @property
    def is_bare_method(self) -> bool:
        """`GET` in a box of its own, as a label: the URL stands in the next one."""
        return len(self.pieces) < 8 and self.words in _METHODS

    def text(self, inline: Inline) -> Text:
        """Read it."""
        read = inline(self.words)
        lead = inline(self.lead).plain if self.lead else read.lead
        return Text(read.plain, (*read.codes, *self.codes), self.is_bold or read.strong, read.slanted, lead, read.links)


class Cell(Struct):
    """A cell of a table."""

    run: Run
    title: bool
    columns: int
    rows: int
    """How many columns and rows it reaches over."""


class Line(Struct):
    """A row of a table that is being gathered."""

    line: int
    head: bool
    """It stands in `<thead>`."""
    cells: list[Cell] = field(default_factory=list)

    @property
    def is_titles(self) -> bool:
        """It names the columns: by its place, by its cells, or by their bold type alone."""
        return (
            self.head
            or all(each.title for each in self.cells)
            or (len(self.cells) > 1 and all(each.title or each.run.is_bold for each in self.cells))
        )


def table(source: Source, inline: Inline, line: int, lines: Sequence[Line]) -> Iterator[Table]:
    """Make a table of rows, if there are any; one without a row of titles has no titles."""
    filled = [each for each in lines if each.cells]
    if not filled:
        return
    rows = [Row(cells, source.span(each.line)) for each, cells in zip(filled, _grid(filled, inline), strict=True)]
    titles: tuple[str, ...] = ()
    if filled[0].is_titles:
        titles = tuple(each.plain for each in rows.pop(0).cells)
    yield Table(titles, tuple(rows), source.span(line))


def _grid(rows: Sequence[Line], inline: Inline) -> Iterator[tuple[Text, ...]]:
    """Cells, with blanks where another cell reaches over, so that columns stay below their titles."""
    reaching: dict[int, int] = {}
    for row in rows:
        cells: list[Text] = []
        for each in row.cells:
            while reaching.get(len(cells)):
                reaching[len(cells)] -= 1
                cells.append(Text(""))
            for offset in range(max(1, each.columns)):
                reaching[len(cells)] = each.rows - 1
                cells.append(Text("") if offset else each.run.text(inline))
        yield tuple(cells)
