"""Markdown as Slate renders it: a Source comes in, Sections go out; every line of the text belongs to at most one block.

markdown-it-py does the parsing, with block rules of our own (`rules`) where Slate's Redcarpet reads more than CommonMark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.html_blocks import block_names
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from doc_parser.diagnostics import Diagnostic
from doc_parser.document import Annotation, Block, Code, List, Prose, Row, Section, Table, Text
from doc_parser.formats import html
from doc_parser.formats.embedded import filled
from doc_parser.formats.fences import forgotten
from doc_parser.formats.front_matter import front_matter
from doc_parser.formats.html.marks import is_small, marks
from doc_parser.formats.rules import parser
from doc_parser.source import Source

_SLANTED = re.compile(r"([*_])[^*_\n]+\1:?|<(i|em|u)>[^<]*</\2>:?")
_STRONG = re.compile(r"(\*\*\*?)[^*\n]+\1:?|(___?)[^_\n]+\2:?|<(b|strong)>[^<]*</\3>:?")
_LINE_OR_SMALL = re.compile(r"<(?:br|p|div|su[bp]|small|span)\b", re.IGNORECASE)
_BREAKS = re.compile(r"</?(?:br|p|div)\b", re.IGNORECASE)
_MARKUP = re.compile(r"[\\`*<&]|~~|\]\(|(?<!\w)_|_(?!\w)")
"""What may be inline markup (CommonMark 6): `_` within a word is none, nor is a bracket without a target behind it."""
_MARKS = re.compile(r"[\\`*<&~\]_]")
"""One of these it takes."""
_SIMPLE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|(?<!!)\[(?P<said>[^\\`*_<>&~!\[\]\n]+)\]\((?P<target>(?a:(?:https?:/)?[/#][\w/.?=+,;:@#-]*))\)"
    r"|(?<!\*)(?P<marks>\*\*?)(?=[^\W_])(?P<bold>(?:[^\\`*_<>&~\[\]\n]|(?<=\w)_(?=\w))*[^\W_])(?P=marks)(?!\*)"
)
"""Code, links and emphasis of which there are no two opinions, for nothing stands within them."""
_INLINE_TAGS = frozenset((
    "a", "abbr", "b", "br", "code", "del", "em", "font", "i", "img", "ins", "kbd", "mark", "q", "s", "small", "span",
    "strong", "sub", "sup", "tt", "u", "var", "wbr",
))  # fmt: skip
_TAGS = _INLINE_TAGS | frozenset(block_names)
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)\b[^>]*>")


def sections(source: Source) -> tuple[Mapping[str, Any], tuple[Section, ...], list[Diagnostic]]:
    """Read one file: its front matter (empty where it has none), its sections, and what is wrong with the former."""
    tokens = _tokens(source)
    meta: Mapping[str, Any] = {}
    flaws: list[Diagnostic] = []
    if tokens and tokens[0].type == "front_matter":
        meta, flaws = front_matter(source, tokens.pop(0).content)
    return meta, tuple(html.gathered(source, _content(source, tokens))), flaws


def _tokens(source: Source) -> list[Token]:
    """The blocks of a text, forgotten ends of fences in their places."""
    lines: Sequence[str] = source.lines
    text = source.text
    if "<%=" in text:
        lines = filled(lines)
        text = "\n".join(lines)
    tokens = _blocks(text, lines)
    for _ in range(_FORGOTTEN):
        fences = ((each.map[0], each.markup, each.content) for each in tokens if each.type == "fence" and each.map)
        ends = dict(forgotten(lines, fences))
        if not ends:
            break
        lines = [ends.get(number, line) for number, line in enumerate(lines)]
        tokens = _blocks("\n".join(lines), lines)
    return tokens


_FORGOTTEN = 4
"""Fences that may hide one another."""


def _blocks(text: str, lines: Sequence[str]) -> list[Token]:
    """The blocks of a text. Inline text is read where it is looked at, and line ends are mended in `source`."""
    state = StateBlock("", _PARSER, {}, [])
    lines = lines if lines[-1].strip(" \t") else lines[:-1]
    # what StateBlock works out itself, but most lines are not indented
    state.src = text
    state.lineMax = len(lines)
    state.bMarks = [*accumulate((len(each) + 1 for each in lines), initial=0)]
    state.eMarks = [*(begins - 1 for begins in state.bMarks[1:]), len(text)]
    state.bMarks[-1] = len(text)
    state.tShift, state.sCount, state.bsCount = ([0] * (len(lines) + 1) for _ in range(3))
    for number, line in enumerate(lines):
        if line[:1] in _INDENTS:
            state.tShift[number] = len(line) - len(line.lstrip(" \t"))
            state.sCount[number] = len(line[: state.tShift[number]].expandtabs(4))
    _PARSER.block.tokenize(state, 0, state.lineMax)
    return state.tokens


_INDENTS = frozenset((" ", "\t"))


def plain_text(content: str) -> Text:
    """Take the markup off a line of inline Markdown; placeholders that look like tags (`<ID>`) stay."""
    return _short(content) if len(content) <= _SHORT else _plain_text(content)


_SHORT = 120
"""Characters of a cell or a title; the same ones stand in a document many times."""


@lru_cache(maxsize=4096)
def _short(content: str) -> Text:
    return _plain_text(content)


def _plain_text(content: str) -> Text:
    if not _MARKS.search(content):
        return Text(" ".join(content.split()))
    if not _MARKUP.search(_SIMPLE.sub(" ", content) if "``" not in content else content):
        return _simple_text(content)
    return marked_up(content)


def marked_up(content: str) -> Text:
    """Take the markup off a line, whatever it is, with the inline parser."""
    parts: list[str] = []
    codes: list[str] = []
    links: list[tuple[str, str]] = []
    children: list[Token] = []
    _INLINE.inline.parse(content, _INLINE, {}, children)
    anchor, begun = "", 0
    for token in children:
        if token.type == "link_open":
            anchor, begun = str(token.attrs.get("href", "")).partition("#")[2], len(parts)
        elif token.type == "link_close" and anchor:
            links.append(("".join(parts[begun:]), anchor))
        if token.type == "code_inline":
            codes.append(token.content)
        if token.type in ("text", "code_inline", "text_special"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type == "html_inline":
            parts.append(_visible(token.content))
    lead = _lead(children) if _LINE_OR_SMALL.search(content) else ""
    return Text(" ".join("".join(parts).split()), tuple(codes), *_set_off(content), lead, tuple(links))


def _set_off(content: str) -> tuple[bool, bool]:
    """Tell whether a line is bold as a whole, or slanted."""
    strong = _STRONG.fullmatch(content.strip()) is not None
    return strong, not strong and _SLANTED.fullmatch(content.strip()) is not None


def _lead(children: Iterable[Token]) -> str:
    """The first line without small print."""
    parts: list[str] = []
    small = ""
    for token in children:
        tag = next(iter(marks(token.content)), None) if token.type == "html_inline" else None
        if tag and tag.name in ("br", "p", "div") and parts:
            break
        if tag and not small and tag.kind == "start" and is_small(tag):
            small = tag.name
        elif tag and tag.name == small and tag.kind == "end":
            small = ""
        elif not small:
            parts.append(_visible(token.content) if token.type == "html_inline" else token.content or " ")
    return " ".join("".join(parts).split())


def _simple_text(content: str) -> Text:
    """A line whose only markup is simple; most lines with markup are such."""
    codes: list[str] = []
    links: list[tuple[str, str]] = []

    def shown(match: re.Match[str]) -> str:
        if code := match["code"]:
            codes.append(code[1:-1] if code[0] == code[-1] == " " and code.strip(" ") else code)
            return codes[-1]
        said: str = match["said"] or match["bold"]
        if match["target"] and (anchor := match["target"].partition("#")[2]):
            links.append((said, anchor))
        return said

    plain = _SIMPLE.sub(shown, content)
    return Text(" ".join(plain.split()), tuple(codes), *_set_off(content), "", tuple(links))


def _visible(tag: str) -> str:
    if _BREAKS.match(tag):
        return " "
    name = _TAG.match(tag)
    known = tag.startswith(("<!--", "</")) or "=" in tag or (name is not None and name[1].lower() in _TAGS)
    return "" if known else tag


_INLINE = MarkdownIt("commonmark", {"html": True}).enable("strikethrough")


def _first_line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _content(source: Source, tokens: list[Token]) -> Iterator[Section | Block]:
    """Headings, as Sections without blocks, and blocks; a list gives its items as one block, fences within it stand for themselves."""
    quoted = listed = 0
    items: list[Prose] = []
    heading: Token | None = None
    for token in tokens:
        quoted += token.nesting if token.type.startswith("blockquote") else 0
        listed += token.nesting if token.type.startswith(("bullet_list", "ordered_list")) else 0
        if items and (not listed or token.type == "heading_open"):
            yield List(tuple(items), items[0].span)
            items = []
        if token.type in ("heading_open", "heading_close"):
            heading = token if token.nesting > 0 else None
        elif heading:
            title = _heading(source, heading, token)
            if title.title:  # marks alone are for the looks
                yield _in_quote(title) if quoted else title
        elif token.type != "inline":
            found = _block(source, token, listed=listed > 0)
            yield from map(_in_quote, found) if quoted else found
        elif listed:
            items.append(_prose(source, token))
        else:
            prose = _prose(source, token)
            yield Annotation(prose.text, prose.span) if quoted else prose


_LISTED = 2
"""Headings to this level are listed in Slate's table of contents, wherever they stand."""


def _in_quote(found: Section | Block) -> Section | Block:
    """What is said above a sample may be set large."""
    if isinstance(found, Section) and found.level > _LISTED:
        return Annotation(Text(found.title), found.span)
    return found


def _heading(source: Source, opening: Token, inline: Token) -> Section:
    title = plain_text(inline.content).plain
    span = source.span(_first_line(opening))
    return Section(int(opening.tag[1]), title, span, (), bool(opening.meta.get("loose")))


def _prose(source: Source, token: Token) -> Prose:
    return Prose(plain_text(token.content), source.span(_first_line(token)))


def _block(source: Source, token: Token, *, listed: bool) -> Iterator[Section | Block]:
    if token.type == "fence":
        yield _code(source, token, within_list=listed)
    elif token.type == "embedded":
        yield Code("", token.content, source.span(_first_line(token)), within_list=listed)
    elif token.type == "loose_table":
        yield _table(source, token)
    elif token.type == "html_block":
        yield from html.blocks(source, token.content, _first_line(token), plain_text)


def _code(source: Source, token: Token, *, within_list: bool) -> Code:
    words = token.info.strip().split()
    language = words[0].lower().removeprefix("language-") if words else ""
    line = _first_line(token)
    last = source.line(token.map[1]).strip() if token.map else ""
    closed = last.startswith(token.markup) and token.map is not None and token.map[1] > line
    return Code(language, token.content, source.span(line + 1), within_list, closed)


def _table(source: Source, token: Token) -> Table:
    rows = tuple(
        Row(tuple(plain_text(cell) for cell in _indented(cells)), source.span(number + 1))
        for number, cells in token.meta["rows"]
    )
    titles = tuple(plain_text(each).plain for each in token.meta["titles"])
    return Table(titles, rows, source.span(_first_line(token)))


def _indented(cells: Sequence[str]) -> Iterable[str]:
    """Cells of a row; blanks that stay where they are written (`&nbsp;&nbsp;city`) set a name in, as the mark `»` does."""
    blanks = _BLANKS.match(cells[0]) if cells else None
    return (f"{'»' * len(_BLANK.findall(blanks[0]))} {cells[0][blanks.end() :]}", *cells[1:]) if blanks else cells


_BLANK = re.compile(r"&(?:nbsp|emsp|ensp|#160);|[\xa0\u2002\u2003\u3000]")
_BLANKS = re.compile(rf"\s*(?:(?:{_BLANK.pattern})\s*)+(?=[`*_]*[^\W\d])")

_PARSER = parser()
