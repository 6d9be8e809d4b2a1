"""Request lines: `GET https://host/path` alone in a paragraph, a code span, a list item, a cell or a heading; each gives one Call.

The method may stand outside the code span, in a cell of its own, or nowhere; the URL may run over
two lines. A line is told by its form, and by the label above it where it is a URL alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from doc_parser.document import Block, Code, List, Prose, Section, Table, Text
from doc_parser.evidence import Call, Evidence, Flaw, Origin, Topic
from doc_parser.readers import words
from doc_parser.source import Span
from doc_parser.url import url

_METHODS = "|".join(words.METHODS)
_ADDRESS = r"((?:https?://|/|[{<]|\$\w)(?:<[^<>]*>|\{[^{}]*\}|\S)*)"
_LINE = re.compile(
    rf"/?((?:{_METHODS})(?:\s*(?:/|,|\||\bor\b)\s*(?:{_METHODS}))*)\b[:\s]+{_ADDRESS}(?:\s+HTTP/[\d.]+)?", re.IGNORECASE
)
"""`PUT/PATCH /pets/:id` is two requests."""
_MISSPELT = re.compile(rf"([A-Z]{{3,8}})[:\s]+{_ADDRESS}")
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
_PATHLIKE = re.compile(r"[/{<$]")
_LONGEST = 2000
"""Characters of a request line."""
_ASKED = re.compile(rf"\b({_METHODS}) (?:requests?|calls?|method)\b")


def request_lines(topic: Topic) -> Iterator[Evidence]:
    """Find the request lines of a topic."""
    found = list(_lines(topic))
    yield from found
    if not any(isinstance(each, Call) for each in found):
        yield from _told(topic)


def _lines(topic: Topic) -> Iterator[Call | Flaw]:
    yield from _read(topic.title, topic.span, "heading")
    for section in topic.sections:
        for block in section.blocks:
            yield from _of_block(section, block)


def _of_block(section: Section, block: Block) -> Iterator[Call | Flaw]:
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
        if "\n" not in line:
            yield from _read(line, block.span, "request-line")


def _of_text(section: Section, text: Text, span: Span) -> Iterator[Call | Flaw]:
    found = [each for code in text.codes for each in _read(code, span.holding(code.partition("\n")[0]), "request-line")]
    found = found or list(_read(text.plain, span, "request-line"))
    if not found and words.is_request_label(section.title):
        for alone in text.codes or (text.plain,):
            if _ALONE.fullmatch(alone.strip()) and (address := url(alone)) and address.segments:
                found.append(Call("request-line", None, explicit=False, url=address, span=span.holding(alone)))
    yield from found


def _of_table(table: Table) -> Iterator[Call | Flaw]:
    """A row with a cell for the method and a cell for the URL; the row of titles may be one."""
    rows = [(table.titles, table.span), *((tuple(cell.plain for cell in row.cells), row.span) for row in table.rows)]
    for cells, span in rows:
        method = next((each for each in cells if re.fullmatch(_METHODS, each.strip(), re.IGNORECASE)), None)
        address = next((each for each in cells if _ALONE.fullmatch(each.strip())), None)
        if method and address:
            yield from _read(f"{method.strip()} {address.strip()}", span, "request-line")


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


def _read(text: str, span: Span, origin: Origin) -> Iterator[Call | Flaw]:
    """Read a text that is nothing but a request line; a repair is a flaw."""
    if len(text) > _LONGEST or not _PATHLIKE.search(text):
        return
    bare = text.strip().strip("*#").strip()
    joined = _BROKEN.sub("", bare, count=2) if re.search(r"\s", bare) else bare
    match = _LINE.fullmatch(bare) or _BARE.fullmatch(bare) or _LINE.fullmatch(joined)
    methods = match[1].upper() if match else ""
    if not match and (match := _MISSPELT.fullmatch(joined)) and (meant := _meant(match[1])):
        yield Flaw("misspelt-method", f"'{match[1]}' is no method; read as {meant}", span)
        methods = meant
    if methods and match and match[2] not in bare:
        yield Flaw("damaged-url", "the URL is broken by blanks", span)
    address = url(match[2] if re.match(r"https?:|[/{<$]", match[2]) else "/" + match[2]) if match and methods else None
    for method in re.findall(r"[A-Z]+", methods.replace("OR", " ")) if address else ():
        yield Call(origin, method, explicit=False, url=address, span=span)  # type: ignore[arg-type]


def _meant(word: str) -> str | None:
    """The method that a misspelt one means."""
    return "DELETE" if word == "DEL" else next(iter(get_close_matches(word, words.METHODS, 1, _LIKENESS)), None)


_LIKENESS = 0.7
"""How alike a slip must be (difflib's ratio): `PSOT` is POST, `LIST` is nothing."""
