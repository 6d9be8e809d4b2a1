"""The lines of a text dump, with what a reader wants to know about each: a Source comes in, a Page goes out; every answer costs the length of a line.

A dump is what is left of a rendered page when its text is copied. Some ways of copying leave a blank
line between blocks, some none at all; in the latter, that two lines adjoin means nothing.
"""

from __future__ import annotations

import re
from functools import cached_property

from msgspec import Struct

from doc_parser.readers import words
from doc_parser.source import Source, Span
from doc_parser.url import url

_REQUEST = re.compile(rf"({'|'.join(words.METHODS)})[ \t]+(\S.*?)(?:[ \t]+HTTP/\d(?:\.\d)?)?")
_OR = re.compile(r"\s+(?:or|and|o|y|e|ou|et|oder|und|/|\|)\s+(?=[A-Z]{3,7}\s+[/h{<])|\s*,\s*(?=[A-Z]{3,7}\s+[/h{<])")
_LONGEST_URL = 600
"""Characters of a request line; a longer line is something else."""
_LONGEST_LABEL = 60


class Page(Struct, frozen=True, dict=True):
    """A dump, line by line; lines are counted from 0 here, from 1 in spans."""

    source: Source

    @cached_property
    def filled(self) -> list[int]:
        """For every line, and the end, the first line at or after it that is not blank."""
        filled = [len(self.lines)] * (len(self.lines) + 1)
        for number in range(len(self.lines) - 1, -1, -1):
            filled[number] = number if self.lines[number].strip() else filled[number + 1]
        return filled

    @property
    def lines(self) -> list[str]:
        """Lines without their ends."""
        return self.source.lines

    def line(self, number: int) -> str:
        """Give a line, empty beyond the end."""
        return self.lines[number] if number < len(self.lines) else ""

    def span(self, number: int, excerpt: str = "") -> Span:
        """Point at an excerpt within a line."""
        return self.source.span(number + 1, excerpt)

    def text(self, start: int, end: int) -> str:
        """Lines from start up to end, each with its newline."""
        return "".join(f"{line}\n" for line in self.lines[start:end])

    @cached_property
    def spaced(self) -> bool:
        """Whether blank lines stand between blocks.

        Labels tell best: `HTTP Request` is a block of its own in any document; else the share of blank lines does.
        """
        labels = [number for number, line in enumerate(self.lines) if is_label(line)]
        if len(labels) > 1:
            apart = [each for each in labels if not self.line(each - 1).strip() or not self.line(each + 1).strip()]
            return len(apart) * 2 > len(labels)
        blank = sum(not line.strip() for line in self.lines[:-1])
        return blank * 8 > len(self.lines)


def is_label(line: str) -> bool:
    """Tell whether a line names a part of an operation."""
    return 0 < len(line.strip()) <= _LONGEST_LABEL and words.is_label(line.replace("：", ":"))


def request(line: str) -> str:
    """Give the `METHOD address` of a request line, empty for any other line."""
    line = line.strip()
    if len(line) > _LONGEST_URL:
        return ""
    match = _REQUEST.fullmatch(line)
    return f"{match[1]} {match[2]}" if match and url(match[2]) else ""


def alternatives(line: str) -> list[str]:
    """Split `PUT /pets/1 or PATCH /pets/1` where another method follows; a line without alternatives is its own only part."""
    parts = _OR.split(line.strip()) if len(line) <= _LONGEST_URL else [line]
    return [each for each in parts if each.strip()] or [line]
