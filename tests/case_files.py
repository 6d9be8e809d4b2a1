"""Markdown case files: a path comes in, Cases go out; a case is a heading and the fenced blocks below it, the last of which is expected.

A heading is the sentence that holds; prose between heading and fences says why. Fences may be longer than three
backticks, so that a case can hold a Markdown document with fences of its own. Rewriting a case touches nothing
but the inside of its last block.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_HEADING = re.compile(r"#+ +(.+?) *#*")
_FENCE = re.compile(r"(`{3,}|~{3,}) *(.*?) *")


@dataclass(frozen=True)
class Block:
    """One fenced block."""

    info: str
    """What follows the opening fence, such as `yaml old`."""
    text: str
    """The lines inside, each with its newline; empty for an empty block."""
    first: int
    """Index of the first line inside, counted from 0 in the file."""

    @property
    def lines(self) -> int:
        return self.text.count("\n")


@dataclass(frozen=True)
class Case:
    """A heading and its blocks."""

    file: Path
    heading: str
    blocks: tuple[Block, ...]

    def text(self, info: str) -> str:
        """Text of the one block with this info string; a KeyError where the case has none."""
        for each in self.blocks:
            if each.info == info:
                return each.text
        raise KeyError(f"{self}: no block '{info}'")

    @property
    def expected(self) -> Block:
        return self.blocks[-1]

    def __str__(self) -> str:
        return f"{self.file.name}: {self.heading}"


def cases(*paths: Path) -> list[Case]:
    """All cases of files, and of the `*.md` files of folders, in reading order; headings without a block are chapters."""
    files = [file for path in paths for file in (sorted(path.glob("*.md")) if path.is_dir() else [path])]
    return [case for file in files for case in _cases(file)]


def rewrite(case: Case, actual: str) -> None:
    """Put `actual` inside the last block of a case, in its file."""
    current = next(each for each in _cases(case.file) if each.heading == case.heading).expected
    lines = _lines(case.file)
    lines[current.first : current.first + current.lines] = actual.removesuffix("\n").split("\n") if actual else []
    case.file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").split("\n")[:-1]


def _cases(file: Path) -> list[Case]:
    lines, found, heading, number = _lines(file), {}, "", 0
    while number < len(lines):
        if fence := _FENCE.fullmatch(lines[number]):
            block = _block(file, lines, number, fence)
            found.setdefault(heading, []).append(block)
            number = block.first + block.lines
        elif title := _HEADING.fullmatch(lines[number]):
            heading = title[1]
            assert heading not in found, f"{file.name}:{number + 1}: two cases named '{heading}'"
        number += 1
    return [Case(file, name, tuple(blocks)) for name, blocks in found.items()]


def _block(file: Path, lines: list[str], opening: int, fence: re.Match[str]) -> Block:
    closing = re.compile(re.escape(fence[1][0]) + "{" + str(len(fence[1])) + ",} *")
    for number in range(opening + 1, len(lines)):
        if closing.fullmatch(lines[number]):
            return Block(fence[2], "".join(f"{line}\n" for line in lines[opening + 1 : number]), opening + 1)
    raise AssertionError(f"{file.name}:{opening + 1}: a fence that is never closed")
