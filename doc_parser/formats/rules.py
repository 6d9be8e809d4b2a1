"""The blocks that Slate's renderer sees and CommonMark does not: rules for markdown-it come out, built into a parser.

Slate's Redcarpet reads more than CommonMark: headings without a blank after the marks (`#Title`), a heading of one line underlined
at the end of a paragraph, tables with careless separator rows, and HTML blocks that end at their closing tag. Ruby that fills in a text
is a block too. Reading stays linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from markdown_it import MarkdownIt
from markdown_it.common.html_blocks import block_names
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.heading import heading as strict_heading
from markdown_it.rules_block.html_block import html_block as strict_html_block
from mdit_py_plugins.front_matter import front_matter_plugin

_SEPARATOR = re.compile(r"[ \t]*\|?[ \t\xa0]*:?-[-:| \t\xa0]*$")
"""Some keyboards write a no-break space beside a pipe."""
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*$")
_LOOSE_HEADING = re.compile(r"(#{1,6})(?![#!\s])(.+)")
_CELL_END = re.compile(r"(?<!\\)\|")
_OPENING = re.compile(r"<([A-Za-z][A-Za-z0-9]*)[\s>/]")
_BLOCK_TAG = re.compile(rf"<(/?)({'|'.join(block_names)})\b[^<>\n]*?(/?)>", re.IGNORECASE)
_HTML_LINES = 400
"""How far a closing tag is looked for; beyond it the tag counts as left open."""

_RUBY_LINES = 200
"""How far the end of a piece of Ruby is looked for."""


def parser() -> MarkdownIt:
    """A parser of Slate's Markdown; inline text is left to whoever looks at it."""
    made = MarkdownIt("commonmark", {"html": True}).use(front_matter_plugin).disable(["code", "lheading"])
    made.block.ruler.before("fence", "embedded", _embedded, {"alt": ["paragraph", "reference", "blockquote"]})
    made.block.ruler.before("fence", "loose_table", _loose_table, {"alt": ["paragraph", "reference"]})
    made.block.ruler.at("heading", _loose_heading, {"alt": ["paragraph", "reference", "blockquote"]})
    made.block.ruler.before("paragraph", "underlined_heading", _underlined_heading, {"alt": ["paragraph"]})
    made.block.ruler.at("html_block", _balanced_html, {"alt": ["paragraph", "reference", "blockquote"]})
    return made


def _begins(state: StateBlock, number: int, mark: str | tuple[str, ...]) -> bool:
    """Most lines begin with no mark at all, and each rule is asked about each of them."""
    return state.src.startswith(mark, state.bMarks[number] + state.tShift[number])


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _embedded(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Lines from `<%` to `%>` that Middleman runs, and what follows them likewise, are one block: variables, and what shows them."""
    if not _begins(state, start, "<%"):
        return False
    last = number = start
    while number < end and (ends := _ruby(state, number, end)) is not None:
        last = number = ends + 1
        while number < end and state.isEmpty(number):
            number += 1
    if last == start or silent:
        return last > start
    state.line = last
    token = state.push("embedded", "", 0)
    token.map = [start, last]
    token.content = state.getLines(start, last, 0, keepLastLF=True)
    return True


def _ruby(state: StateBlock, start: int, end: int) -> int | None:
    """The line in which a piece of Ruby ends; None where none begins, or text stands beside it."""
    if not _begins(state, start, "<%"):
        return None
    for number in range(start, min(end, start + _RUBY_LINES)):
        before, closing, behind = _line(state, number).partition("%>")
        if closing:
            return None if behind.strip() or "<%" in before[2 * (number == start) :] else number
    return None


def _loose_heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """`#Title` is a heading too; a single mark cuts no paragraph short (a tag or an issue number in prose)."""
    if not _begins(state, start, "#"):
        return False
    if strict_heading(state, start, end, silent):
        return True
    match = _LOOSE_HEADING.match(_line(state, start))
    if not match or state.sCount[start] - state.blkIndent > 0:
        return False
    if silent:
        return len(match[1]) > 1
    state.line = start + 1
    _push_heading(state, start, len(match[1]), match[2].rstrip(" \t#").strip(), loose=True)
    return True


def _underlined_heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """A line above a row of `=` or `-`: as for Redcarpet that line alone is the heading, whatever text stands before it."""
    if start + 1 >= end or state.sCount[start + 1] < state.blkIndent:
        return False
    if not _begins(state, start + 1, ("=", "-")) or not _UNDERLINE.match(underline := _line(state, start + 1)):
        return False
    if silent:
        return True
    state.line = start + 2
    _push_heading(state, start, 1 if underline[0] == "=" else 2, _line(state, start).strip())
    return True


def _push_heading(state: StateBlock, start: int, level: int, title: str, **meta: bool) -> None:
    for kind, nesting in (("heading_open", 1), ("inline", 0), ("heading_close", -1)):
        token = state.push(kind, "" if kind == "inline" else f"h{level}", nesting)  # type: ignore[arg-type]
        token.map = [start, state.line]
        token.content = title if kind == "inline" else ""
        token.meta = dict(meta)
        token.children = []


def _loose_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """A line with pipes above a row of dashes, whatever the number of cells; one token for the whole table."""
    if start + 1 >= end or state.sCount[start + 1] < state.blkIndent:
        return False
    header = _line(state, start)
    if "|" not in header or not _SEPARATOR.match(dashes := _line(state, start + 1)) or "|" not in dashes:
        return False
    if silent:
        return True
    led = header.lstrip().startswith("|")
    titles = _cells(header, 0, led=led)
    rows = []
    number = start + 2
    while number < end and state.sCount[number] >= state.blkIndent and "|" in (text := _line(state, number)):
        rows.append((number, _cells(text, len(titles), led=led)))
        number += 1
    state.line = number
    token = state.push("loose_table", "table", 0)
    token.map = [start, number]
    token.meta = {"titles": titles, "rows": rows}
    return True


def _cells(line: str, columns: int, *, led: bool) -> list[str]:
    """Split a row; without pipes at the rim, an empty first cell is a cell."""
    line = line.strip()
    parts = _CELL_END.split(line) if "\\|" in line else line.split("|")
    cells = [each.strip().replace("\\|", "|") for each in parts]
    if not cells[0] and (led or len(cells) > columns) and len(cells) > 1:
        cells.pop(0)
    if not cells[-1] and len(cells) > 1 and (not columns or len(cells) > columns):
        cells.pop()
    return cells + [""] * (columns - len(cells))


def _balanced_html(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """`<aside>...</aside>` ends at its closing tag, as for Redcarpet, not at the next blank line."""
    if not _begins(state, start, "<"):
        return False
    opening = _OPENING.match(_line(state, start))
    if silent or not opening or opening[1].lower() not in block_names or state.sCount[start] < state.blkIndent:
        return strict_html_block(state, start, end, silent)
    if "closings" not in state.env:
        state.env["closings"] = _closings(state.src)
    last = state.env["closings"].get((start, opening[1].lower()), start)
    if last >= min(end, start + _HTML_LINES):
        return strict_html_block(state, start, end, silent)
    state.line = last + 1
    token = state.push("html_block", "", 0)
    token.map = [start, state.line]
    token.content = state.getLines(start, state.line, state.blkIndent, keepLastLF=True)
    return True


def _closings(text: str) -> dict[tuple[int, str], int]:
    """Say for each line and tag that it leaves open in which line the tag is closed; beyond the text where it is not.

    All tags of a text at once: a search from each open tag of its own would look at the same lines over and over.
    """
    closings: dict[tuple[int, str], int] = {}
    depths: dict[str, int] = {}
    waiting: dict[str, list[tuple[int, int]]] = {}
    for number, tags in groupby(_tags(text), key=itemgetter(0)):
        before: dict[str, int] = {}
        for _, each in tags:
            name = each[2].lower()
            depth = depths.get(name, 0)
            before.setdefault(name, depth)
            depths[name] = depth + (0 if each[3] else -1 if each[1] else 1)
        for name, depth in before.items():
            opened = waiting.setdefault(name, [])
            while opened and depths[name] <= opened[-1][1]:
                closings[opened.pop()[0], name] = number
            if depths[name] > depth:
                opened.append((number, depth))
    beyond = text.count("\n") + 1
    for name, opened in waiting.items():
        closings.update(((number, name), beyond) for number, _ in opened)
    return closings


def _tags(text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """The tags of blocks, each with the number of its line, from 0."""
    line = at = 0
    for tag in _BLOCK_TAG.finditer(text):
        line, at = line + text.count("\n", at, tag.start()), tag.start()
        yield line, tag
