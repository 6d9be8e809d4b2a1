"""Request lines: `GET https://host/path` alone in a paragraph, a code span, a list item, a cell or a heading; each gives one Call.

The method may stand outside the code span, in a cell of its own, or nowhere; the URL may run over
two lines. A line is told by its form, and by the label above it where it is a URL alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from doc_parser.document import Block, Code, List, Prose, Section, Table, Text
from doc_parser.evidence import Call, Evidence, Origin, Topic
from doc_parser.readers import words
from doc_parser.source import Span
from doc_parser.url import url

_METHODS = "|".join(words.METHODS)
_ADDRESS = r"((?:https?://|/|[{<]|\$\w)(?:<[^<>]*>|\{[^{}]*\}|\S)*)"
_LINE = re.compile(rf"/?({_METHODS}|DEL)\b[:\s]+{_ADDRESS}(?:\s+HTTP/[\d.]+)?", re.IGNORECASE)
_BARE = re.compile(rf"({_METHODS})\s+((?:[\w.-]+/)+[\w.{{}}<>:$-]*)")
"""A path without its first slash."""
_BROKEN = re.compile(r"\s*\n\s*|(?<=[/=&?])[ \t]+(?=[\w<{:$])|[ \t]+(?=[/?&])")
"""Places where a URL was broken by the width of a page."""
_ALONE = re.compile(_ADDRESS)
_URL = re.compile(r"https?://(?:<[^<>]*>|[^\s`\"'<>()])+")
_LOCATED = re.compile(
    r"\bend-?point\b[^.]{0,40}\b(?:located|available|found|reached|reachable|hosted)\b|\bapi is located at\b",
    re.IGNORECASE,
)
_LONGEST = 2000
"""Characters of a request line."""
_ASKED = re.compile(rf"\b({_METHODS}) (?:requests?|calls?|method)\b")


def request_lines(topic: Topic) -> Iterator[Evidence]:
    """Find the request lines of a topic."""
    found = list(_lines(topic))
    yield from found or _told(topic)


def _lines(topic: Topic) -> Iterator[Call]:
    if call := _call(topic.title, topic.span, "heading"):
        yield call
    for section in topic.sections:
        for block in section.blocks:
            yield from _of_block(section, block)


def _of_block(section: Section, block: Block) -> Iterator[Call]:
    if isinstance(block, Prose):
        yield from _of_text(section, block.text, block.span)
    elif isinstance(block, List):
        for item in block.items:
            yield from _of_text(section, item.text, item.span)
    elif isinstance(block, Table):
        if len(block.rows) < 2 or words.is_request_label(section.title):
            yield from _of_table(block)
    elif isinstance(block, Code) and block.language in ("", "text", "plaintext", "plain", "http"):
        line = block.content.strip()
        if "\n" not in line and (call := _call(line, block.span, "request-line")):
            yield call


def _of_text(section: Section, text: Text, span: Span) -> Iterator[Call]:
    calls = [
        call for code in text.codes if (call := _call(code, span.holding(code.partition("\n")[0]), "request-line"))
    ]
    if not calls and (call := _call(text.plain, span, "request-line")):
        calls = [call]
    if not calls and words.is_request_label(section.title):
        for alone in text.codes or (text.plain,):
            if _ALONE.fullmatch(alone.strip()) and (address := url(alone)) and address.segments:
                calls.append(Call("request-line", None, explicit=False, url=address, span=span.holding(alone)))
    yield from calls


def _of_table(table: Table) -> Iterator[Call]:
    """A row with a cell for the method and a cell for the URL; the row of titles may be one."""
    rows = [(table.titles, table.span), *((tuple(cell.plain for cell in row.cells), row.span) for row in table.rows)]
    for cells, span in rows:
        method = next((each for each in cells if re.fullmatch(_METHODS, each.strip(), re.IGNORECASE)), None)
        address = next((each for each in cells if _ALONE.fullmatch(each.strip())), None)
        if method and address and (call := _call(f"{method.strip()} {address.strip()}", span, "request-line")):
            yield call


def _told(topic: Topic) -> Iterator[Call]:
    """A sentence asks for a request ("send a GET request to", "is located at"), and the URL stands in it or right below."""
    for section in topic.sections:
        asked = None
        for block in section.blocks:
            for item in block.items if isinstance(block, List) else (block,) if isinstance(block, Prose) else ():
                asked = _method_told(item.text.plain, asked)
                for address in (*item.text.codes, *_URL.findall(item.text.plain)) if asked is not None else ():
                    found = url(address.rstrip(".,;"))
                    if found and found.origin and found.segments:
                        yield Call(
                            "request-line", asked or None, explicit=False, url=found, span=item.span.holding(address)
                        )
                        asked = None
                        break


def _method_told(text: str, before: str | None) -> str | None:
    """The method a sentence asks for; empty where it only says where the endpoint is, None where it says nothing."""
    methods: set[str] = set(_ASKED.findall(text))
    if len(methods) == 1:
        return methods.pop()
    if _LOCATED.search(text):
        return ""
    return before if _URL.fullmatch(text.strip()) else None


def _call(text: str, span: Span, origin: Origin) -> Call | None:
    if len(text) > _LONGEST:
        return None
    match = _LINE.fullmatch(
        _BROKEN.sub("", text.strip().strip("*#").strip(), count=2) if re.search(r"\s", text) else text
    )
    match = match or _LINE.fullmatch(text.strip().strip("*#").strip()) or _BARE.fullmatch(text.strip())
    address = url(match[2] if re.match(r"https?:|[/{<$]", match[2]) else "/" + match[2]) if match else None
    if not match or not address:
        return None
    method = match[1].upper()
    return Call(origin, "DELETE" if method == "DEL" else method, explicit=False, url=address, span=span)
