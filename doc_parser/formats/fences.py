"""Fences that somebody forgot to close, or closed twice: the lines of a text and its fences come in, what should stand in some lines goes out.

A caption (`> Answers:`) or a heading with another opening fence below it does not stand in code, so the fence above it ends
there; and where a language is named, a line of fewer marks than its fence began with. Marks right below the end of a fence open
none that a heading or another fence stands in. Any other code may hold what looks like a fence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_OPENING = re.compile(r"^(`{3,}|~{3,})[ \t]*\w[\w+#.-]*[ \t]*$", re.MULTILINE)
_PAGE = re.compile(rf"^#{{2,6}} ?[A-Z]|{_OPENING.pattern}", re.MULTILINE)
"""What stands between samples, and in none."""
_CAPTION = re.compile(r" {0,3}> ?\S")
_HEADING = re.compile(r"#{1,6} ?[A-Z]")
_SHORTER = re.compile(r" {0,3}(?:``|~~)[ \t]*")
"""A closing fence that lacks a mark."""
_ABOVE = 8
"""Lines between the end of a fence and the next one."""


def forgotten(lines: Sequence[str], fences: Iterable[tuple[int, str, str]]) -> Iterator[tuple[int, str]]:
    """The lines where fences should have been closed, and the marks for it: blank lines, or ends that are too short; an end too many, and nothing.

    A fence is the line of its opening, its marks and what it holds.
    """
    for begins, marks, content in fences:
        if begins and lines[begins - 1].strip() == marks == lines[begins].strip() and _PAGE.search(content):
            yield begins, ""
            continue
        if len(marks) > _LEAST and (end := _shorter_end(lines[begins], marks, content)) is not None:
            yield begins + 1 + end, marks
            continue
        opening = _OPENING.search(content)
        if opening and opening[1] == marks:
            end = _end(lines, begins, begins + 1 + content.count("\n", 0, opening.start()))
            if end is not None:
                yield end, marks


def _shorter_end(opening: str, marks: str, content: str) -> int | None:
    """The first line of a fence's content that would end one of fewer marks; None where it shows such a fence, or text."""
    language = opening.strip().strip(marks[0]).strip().lower()
    for number, line in enumerate(content.split("\n") if language and language not in _TEXTS else ()):
        if line.strip().startswith(marks[0] * _LEAST):
            return number if not line.strip().strip(marks[0]) else None
    return None


_LEAST = 3
"""Marks of any fence."""
_TEXTS = frozenset(("markdown", "md", "text", "plain", "plaintext"))


def _end(lines: Sequence[str], since: int, opening: int) -> int | None:
    """What stands above the caption or the heading of the next fence; None where it has neither."""
    prose = False
    for number in range(opening - 1, max(since + 1, opening - _ABOVE), -1):
        line, above = lines[number], lines[number - 1]
        begins = (_CAPTION.match(line) and not prose) or (_HEADING.match(line) and not above.strip())
        if begins and number - 1 > since and (not above.strip() or _SHORTER.fullmatch(above)):
            return number - 2 if number - 2 > since and _SHORTER.fullmatch(lines[number - 2]) else number - 1
        prose = prose or (bool(line.strip()) and not _CAPTION.match(line))
    return None
