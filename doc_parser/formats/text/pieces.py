"""A text dump cut into pieces: a Page comes in; code, tables, lists, request lines and Lines go out, in reading order, each line in one piece.

A Line is what may be a heading, a caption or prose; that depends on its neighbours and is decided in
`headings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from http import HTTPMethod

from msgspec import Struct

from doc_parser.document import Code, List, Prose, Table, Text
from doc_parser.formats.text.code import code
from doc_parser.formats.text.folded import folded
from doc_parser.formats.text.page import Page, alternatives, request
from doc_parser.formats.text.tables import table
from doc_parser.source import Span
from doc_parser.url import url

_ITEM = re.compile(r"\s*(?:[*•‣◦–-]|\d{1,2}[.)])\s+(\S.*)")
_HOST = re.compile(r"https?://(?:\{[^{}]*\}|<[^<>]*>|[^/{<]*)", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\{\{?[^{}]*\}?\}|<[^<>]*>|(?<=/):\w+|\$\w+|(?<=/)\[\w+\]|(?<=/)[A-Z][A-Z_]{2,}(?![\w-])")
_METHODS = frozenset(HTTPMethod)
_ADDRESS = re.compile(r"(?:https?://|/)\S{1,600}")


class Line(Struct, frozen=True):
    """A line of text, or the lines of one paragraph."""

    text: str
    span: Span


class Request(Struct, frozen=True):
    """A request line that stands by itself, or several that the line offers to choose from (`PUT /pets/1 or PATCH /pets/1`)."""

    text: str
    span: Span

    @property
    def prose(self) -> Prose:
        """As Markdown gives a paragraph with nothing but code spans."""
        return Prose(Text(self.text, tuple(alternatives(self.text))), self.span)

    @property
    def states_method(self) -> bool:
        """It is one request line with its method and no query."""
        return bool(request(self.text)) and "?" not in self.text

    def is_sent_by(self, samples: Sequence[str]) -> bool:
        """Tell whether a sample holds the path, with any value in the place of a placeholder."""
        address = alternatives(self.text)[0].split()[-1]
        path = _HOST.sub("", address).partition("?")[0].rstrip("/")
        if not re.search(r"[a-z]{2}", _PLACEHOLDER.sub("", path)):
            return False
        sent = re.compile(
            r"[^/?\s\"']{1,80}".join(re.escape(each) for each in _PLACEHOLDER.split(path)) + r"/?(?![\w/])"
        )
        return any(sent.search(each) for each in samples)


Piece = Code | Table | List | Line | Request


def pieces(page: Page) -> Iterator[Piece]:
    """Cut a page."""
    number, code_end = 0, -1
    while number < len(page.lines):
        if not page.lines[number].strip():
            number += 1
            continue
        found = _structure(page, number, after_code=number == code_end)
        if found:
            piece, number = found
            code_end = number if isinstance(piece, Code) else -1
            yield piece
            continue
        end = _end_of_paragraph(page, number)
        yield Line(" ".join(" ".join(page.lines[number:end]).split()), page.span(number))
        number = end


def _structure(page: Page, number: int, *, after_code: bool) -> tuple[Piece, int] | None:
    return (
        table(page, number)
        or folded(page, number)
        or code(page, number, after_code=after_code)
        or _list(page, number)
        or _request(page, number)
    )


def _list(page: Page, start: int) -> tuple[Piece, int] | None:
    items = []
    number = start
    while match := _ITEM.fullmatch(page.line(number)):
        items.append(Prose(quoted(match[1]), page.span(number, match[1])))
        number += 1
    return (List(tuple(items), items[0].span), number) if items else None


def quoted(line: str) -> Text:
    """Text with the request line behind its label (`Request: GET /pets`) as the code span that it was."""
    text = " ".join(line.split())
    behind = text.rpartition(": ")[2]
    return Text(text, (behind,) if behind != text and request(behind) else ())


def _request(page: Page, number: int) -> tuple[Piece, int] | None:
    """A method and an address on one line, or on two where a page sets the method apart; an address alone is one too."""
    line = page.lines[number].strip()
    if text := request(line):
        return Request(text, page.span(number, text)), number + 1
    if any(request(each) for each in alternatives(line)[:2]):
        return Request(line, page.span(number, line)), number + 1
    if line in _METHODS:
        below = page.filled[number + 1]
        address = page.line(below).strip()
        if _ADDRESS.fullmatch(address) and url(address):
            return Request(f"{line} {address}", page.span(below, address)), below + 1
    if _ADDRESS.fullmatch(line) and url(line):
        return Request(line, page.span(number, line)), number + 1
    return None


def _end_of_paragraph(page: Page, start: int) -> int:
    """Where blank lines part blocks, a paragraph may be wrapped; a line that ends a sentence, or could be a title, ends it."""
    number = start + 1
    if not page.spaced:
        return number
    while (line := page.line(number).strip()) and not _is_finished(page.lines[number - 1]):
        if _structure(page, number, after_code=False) or line in _METHODS:
            break
        number += 1
    return number


def _is_finished(line: str) -> bool:
    return line.rstrip()[-1:] in (".", ":", "!", "?", ";")
