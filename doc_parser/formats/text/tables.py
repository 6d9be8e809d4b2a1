"""Tables in a text dump: a Page and a line come in, the Table that begins there and the line after it go out, or None.

A table begins at its column titles, which are known words or stand between tabs or pipes. What its
rows look like follows from how the titles stand: between pipes, tabs, runs of blanks, single blanks,
or each on a line of its own. Every row is read by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from doc_parser.document import Row, Table, Text
from doc_parser.formats.text.code import begins
from doc_parser.formats.text.page import Page, is_label, request
from doc_parser.readers import words

Found = tuple[Table, int]

_RULE = re.compile(r"\s*\|?\s*:?-{3,}[-:|\s]*")
_GAP = re.compile(r"[ \t]*\t[ \t]*| {2,}")
_NAME = re.compile(r"[\w.$@:<{\[*/#-][^\s,;!?()]*")
_NAMES = re.compile(r"-|[\w-]+(?:, ?[\w-]+)*")
_PLAIN = re.compile(r"[A-Z][A-Za-z]*")
_TYPE = re.compile(r"(?:\w+ of |\w+ or )*(?:<[^<>]*>|\S+)", re.IGNORECASE)
_VALUE = re.compile(r"-|\d[\w.:-]*|true|false|null|none|[\"'“][^\"'”]*[\"'”]|\[\]|\{\}", re.IGNORECASE)
_WORD = re.compile(r"[a-z][\w-]*")
_STOPS = (".", ")", "!")
"""A word behind a description that has ended is a cell of its own."""
_LONGEST_TITLES = 120
_LONGEST_CONDITION = 6
"""Words of a cell that says whether a field is required."""
_LONGEST_ROW = 60
"""Lines of one row between pipes."""
_MOST_COLUMNS = 8
_SIZES = ((3, 2, 1), (1, 2, 3))
"""Words of a title: `Status Code` is one, but `Parameter Type` may be two columns."""
_LEADING = frozenset(("name", "status"))
"""What the first columns of a table that means anything to a reader hold."""


def table(page: Page, start: int) -> Found | None:
    """Read the table whose titles stand at a line."""
    if "|" in page.lines[start]:
        return _piped(page, start)
    line = page.lines[start].strip()
    if len(line) > _LONGEST_TITLES:
        return None
    titles = [each for each in _GAP.split(line) if each]
    if len(titles) > 1:
        return _gapped(page, start, titles) if _is_head(titles) else None
    for sizes in () if is_label(line) else _SIZES:
        titles = _known_titles(line, sizes)
        if _is_head(titles):
            return _blank_separated(page, start, titles)
    return _stacked(page, start)


def _is_head(titles: list[str]) -> bool:
    if len(titles) < 2:
        return False
    kinds = [words.column(each) for each in titles]
    known = [each for each in kinds if each]
    return len(set(known)) > 1 and (bool(_LEADING & set(known)) or not kinds[0])


def _known_titles(line: str, sizes: tuple[int, ...]) -> list[str]:
    """Split a line into column titles of so many words, the first size that fits; a word of no vocabulary is one if it begins with a capital."""
    titles: list[str] = []
    tokens = line.split()
    at = 0
    while at < len(tokens):
        size = next((size for size in sizes if words.column(" ".join(tokens[at : at + size]))), 0)
        if len(titles) == _MOST_COLUMNS or not (size or tokens[at][0].isupper()):
            return []
        titles.append(" ".join(tokens[at : at + max(size, 1)]))
        at += max(size, 1)
    return titles


def _row(page: Page, number: int, cells: list[str], columns: int) -> Row:
    cells = [*cells[: columns - 1], " ".join(cells[columns - 1 :])] if len(cells) > columns else cells
    filled = [*cells, *[""] * (columns - len(cells))]
    return Row(tuple(Text(" ".join(each.split())) for each in filled), page.span(number))


def _table(page: Page, start: int, titles: list[str], rows: list[Row], end: int) -> Found | None:
    return (Table(tuple(titles), tuple(rows), page.span(start)), end) if rows else None


def _piped(page: Page, start: int) -> Found | None:
    """Titles above a rule of dashes; a row may go on over several lines until it has all its pipes."""
    if not ("|" in page.line(start + 1) and _RULE.fullmatch(page.line(start + 1))):
        return None
    head = page.lines[start].strip()
    titles = _cells(head)
    pipes = head.count("|")
    rows, number = [], start + 2
    while "|" in page.line(number) and not _RULE.fullmatch(page.line(number + 1)):
        first, text = number, page.lines[number].strip()
        number += 1
        while text.count("|") < pipes and number - first < _LONGEST_ROW and page.line(number).strip():
            text += " " + page.lines[number].strip()
            number += 1
        rows.append(_row(page, first, _cells(text), len(titles)))
    return _table(page, start, titles, rows, number)


def _cells(line: str) -> list[str]:
    return [each.strip() for each in line.strip().removeprefix("|").removesuffix("|").split("|")]


def _gapped(page: Page, start: int, titles: list[str]) -> Found | None:
    """Cells between tabs, or set in columns with blanks."""
    number = start + 1
    rows: list[Row] = []
    split = _by_tabs if "\t" in page.lines[start] else _by_columns(page.lines[start])
    while page.line(number).strip() and not begins(page, number):
        line = page.lines[number]
        if not _GAP.search(line.strip()) and not (rows and line[:1].isspace()):
            break
        cells = split(line)
        if rows and not cells[0]:  # a cell went on over the line
            last = [
                f"{old.plain} {new}" for old, new in zip(rows[-1].cells, [*cells, *[""] * len(titles)], strict=False)
            ]
            rows[-1] = Row(tuple(Text(" ".join(each.split())) for each in last), rows[-1].span)
        else:
            rows.append(_row(page, number, cells, len(titles)))
        number += 1
    return _table(page, start, titles, rows, number)


def _by_tabs(line: str) -> list[str]:
    return [each.strip() for each in line.split("\t")]


def _by_columns(head: str) -> Callable[[str], list[str]]:
    """Cut a line where the titles begin; where a row has as many cells as there are titles, they are in order."""
    starts = [each.start() for each in re.finditer(r"(?:(?<=^)|(?<=  ))(?=\S)|(?<=^\s)(?=\S)", head)] or [0]

    def split(line: str) -> list[str]:
        found = list(re.finditer(r"\S+(?: \S+)*", line))
        if len(found) == len(starts):
            return [each[0] for each in found]
        cells = [""] * len(starts)
        for each in found:
            column = max((index for index, at in enumerate(starts) if at <= each.start() + 1), default=0)
            cells[column] = f"{cells[column]} {each[0]}".strip()
        return cells

    return split


def _blank_separated(page: Page, start: int, titles: list[str]) -> Found | None:
    """One blank between cells: what a column holds tells how much of the row is its."""
    kinds = [words.column(each) for each in titles]
    number = start + 1
    rows: list[Row] = []
    while (line := page.line(number).strip()) and not _ends_rows(page, number):
        cells = _cut(line, kinds)
        if not page.spaced and not (_fits(cells, kinds) and _goes_on(rows, cells[0])):
            break
        rows.append(_row(page, number, cells, len(titles)))
        number += 1
    return _table(page, start, titles, rows, number)


def _ends_rows(page: Page, number: int) -> bool:
    line = page.line(number)
    return bool(begins(page, number) or request(line) or (is_label(line) and len(line.split()) > 1))


def _cut(line: str, kinds: list[words.Column | None]) -> list[str]:
    """Cells before the description are taken from the left, those behind it from the right."""
    middle = kinds.index("description") if "description" in kinds else len(kinds) - 1
    left = []
    for kind in kinds[:middle]:
        cell, line = _taken(line, kind)
        left.append(cell)
    right: list[str] = []
    for _ in kinds[middle + 1 :]:
        rest, _, last = line.rpartition(" ")
        cell = last if _VALUE.fullmatch(last) or (rest.endswith(_STOPS) and _WORD.fullmatch(last)) else ""
        line = rest.strip() if cell else line
        right.insert(0, cell)
    return [*left, line, *right]


def _taken(line: str, kind: words.Column | None) -> tuple[str, str]:
    """Take one cell off the front of a row."""
    first = line.partition(" ")[0]
    if kind == "required" and words.yes_or_no(first) is None:
        clause = re.match(
            r"[a-z](?:[^A-Z]*[^A-Z\s])?(?=\s+[A-Z])", line
        )  # a condition, up to where the description begins
        first = clause[0] if clause else ""
    elif kind in ("type", "headers"):
        match = (_TYPE if kind == "type" else _NAMES).match(line)
        first = match[0] if match else ""
    elif kind == "default" and not (_VALUE.fullmatch(first) or _WORD.fullmatch(first)):
        first = ""
    return first, line[len(first) :].strip()


def _fits(cells: list[str], kinds: list[words.Column | None]) -> bool:
    """Tell whether a line is a row and not the prose below the table."""
    if not _NAME.fullmatch(cells[0]) or not any(cells[1:]):
        return False
    for kind, cell in zip(kinds, cells, strict=False):
        if kind == "required" and (not cell or len(cell.split()) > _LONGEST_CONDITION):
            return False
        if kind == "status" and not cell[:3].isdigit():
            return False
    return True


def _goes_on(rows: list[Row], name: str) -> bool:
    """Tell whether a name is of the kind that the rows above have: a title below `KEY_ID` and `key` begins with a plain word."""
    return not rows or not _PLAIN.fullmatch(name) or any(_PLAIN.fullmatch(row.cells[0].plain) for row in rows)


def _stacked(page: Page, start: int) -> Found | None:
    """Titles and cells each on a line of its own, with or without blank lines between them."""
    titles: list[str] = []
    number = start
    while len(titles) < _MOST_COLUMNS and (title := page.line(number).strip()):
        if len(title) > _LONGEST_LABEL or not words.column(title) or title in titles:
            break
        titles.append(title)
        number = page.filled[number + 1]
    if len(titles) < 2 or not _is_head(titles):
        return None
    kinds = [words.column(each) for each in titles]
    if kinds[0] in kinds[1:]:  # the first is the heading of the table: `Attributes`, `Name`, `Description`
        return None
    rows: list[Row] = []
    end = number
    for first, cells, after in _stacks(page, number, len(titles)):
        if not _fits(cells, kinds) or (is_label(cells[0]) and cells[0][:1].isupper()) or not _goes_on(rows, cells[0]):
            break
        rows.append(_row(page, first, cells, len(titles)))
        end = after
    return _table(page, start, titles, rows, end)


_LONGEST_LABEL = 40


def _stacks(page: Page, number: int, columns: int) -> Iterator[tuple[int, list[str], int]]:
    """Take rows of so many lines; a row that a blank line ends early has its last cells empty."""
    together = bool(page.line(number + 1).strip())
    while page.line(number).strip():
        first = number
        cells: list[str] = []
        while len(cells) < columns and page.line(number).strip() and not begins(page, number):
            cells.append(page.lines[number].strip())
            number += 1
            if not page.line(number).strip():
                if together and len(cells) > 1:
                    break
                number = page.filled[min(number, len(page.lines))]
        if not cells:
            return
        yield first, cells, number
        number = page.filled[min(number, len(page.lines))]
