"""Text dumps of rendered pages: a Source comes in, Sections go out as Markdown would have given them; every span is a true line.

What is left of a rendered page when its text is copied: no fences, no pipes, headings as bare lines,
tables as loose lines. `page` knows the lines, `code`, `folded` and `tables` what begins where, `pieces`
cuts, `headings` tells titles from captions and prose.
"""

from __future__ import annotations

import re

from doc_parser.document import Section
from doc_parser.formats.text.code import begins
from doc_parser.formats.text.headings import sections as titled
from doc_parser.formats.text.page import Page, request
from doc_parser.formats.text.pieces import pieces
from doc_parser.readers.words import METHODS
from doc_parser.source import Source

_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_FRONT_MATTER = re.compile(r"\s*---\s*\n(?:.*\n)*?---\s*$", re.MULTILINE)
_MARKS = re.compile(
    r"`[^`\n]+`|^<(?:aside|h[1-6])\b|^> \S|\]\([^\s()]+\)|^.+\n(?:={3,}|-{3,})[ \t]*$|^#{1,6}[ \t]*[^#\s!].*\n[ \t]*$",
    re.MULTILINE,
)
"""What Markdown writes in any chapter: code spans, asides, captions, links, headings. A comment within a sample looks like a heading, too."""


_BARE = re.compile(rf"\s*(?:[{{\[]|(?:\$ ?)?curl|HTTP/|(?:{'|'.join(METHODS)})\b)")
"""How a line begins that may be one; looking closer costs more."""


def is_dump(text: str) -> bool:
    """Tell a text dump from Markdown: no fences, and more requests and answers that stand bare than marks of Markdown."""
    if _FRONT_MATTER.match(text) or _FENCE.search(text):
        return False
    page = Page(Source("", text))
    bare = sum(
        bool(request(line)) or begins(page, number) for number, line in enumerate(page.lines) if _BARE.match(line)
    )
    return bare > 0 and bare > len(_MARKS.findall(text))


def sections(source: Source) -> tuple[Section, ...]:
    """Read a dump."""
    return tuple(titled(source, tuple(pieces(Page(source)))))
