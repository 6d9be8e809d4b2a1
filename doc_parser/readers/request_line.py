"""Request lines: `GET https://host/path` alone in a paragraph, a code span, a list item, a cell or a heading; each gives one Call.

The method may stand outside the code span, in a cell of its own, or nowhere; the URL may run over
two lines. A line is told by its form, and by the label above it where it is a URL alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from doc_parser.document import Annotation, Block, Code, List, Prose, Section, Table, Text
from doc_parser.evidence import Call, Evidence, Flaw, Origin, Topic
from doc_parser.readers import words
from doc_parser.readers.alone import titled, with_listed_methods, with_lone_method, without_methods
from doc_parser.readers.forms import (
    ADDRESS,
    METHOD,
    Form,
    bare_name,
    choice,
    form,
    form_in_front,
    form_within,
    forms,
    is_pathlike,
)
from doc_parser.readers.labelled import addresses, labelled
from doc_parser.readers.offered import offered
from doc_parser.readers.once import once
from doc_parser.readers.samples import http
from doc_parser.readers.told import told
from doc_parser.source import Span
from doc_parser.structs import replace
from doc_parser.url import url

_ALONE = re.compile(ADDRESS, re.IGNORECASE)
_ANY = re.compile(METHOD, re.IGNORECASE)
_METHODS = re.compile(rf"(?:{METHOD})(?:\W{{1,3}}(?:{METHOD}))*", re.IGNORECASE)
_OF_METHODS = re.compile(r"\b(?:methods?|verbs?|actions?|http|type)\b", re.IGNORECASE)
_PLAIN = re.compile(r"[\w.-]+(?:/[\w.:{}<>$-]*)*")
_OPENS = re.compile(rf"\s*(?:{METHOD})", re.IGNORECASE)
_METHOD = re.compile(rf"\b({METHOD})\b")
_AFTER_WORDS = re.compile(rf"((?:\w+ ){{0,2}}\w+)\s+(?=(?:{METHOD})\s)")


def request_lines(topic: Topic) -> Iterator[Evidence]:
    """Find the request lines of a topic."""
    found = list(_lines(topic))
    if not any(isinstance(each, Call) for each in found):
        for reader in (told, titled, _behind_words, without_methods, offered):
            found = found or list(reader(topic))
    yield from _with_queries(topic, list(with_listed_methods(topic, with_lone_method(topic, found))))


def _with_queries(topic: Topic, found: Sequence[Call | Flaw]) -> Iterator[Call | Flaw]:
    """What a label says to be an example of a request's address shows what may be asked (`Example: /pets?age=3`)."""
    yield from found
    lines = {each.url.shape: each.method for each in reversed(found) if isinstance(each, Call)}
    for section in topic.sections if lines else ():
        for address, span, _ in addresses(section):
            if address.query and address.shape in lines:
                yield Call("sample", lines[address.shape], explicit=False, url=address, span=span)


def _lines(topic: Topic) -> Iterator[Call | Flaw]:
    heading = list(_read(topic.title, topic.span, "heading"))
    if not heading and (within := form_within(topic.title)):
        heading = list(_calls(within, topic.span, "heading"))
    yield from heading
    for section in topic.sections:
        yield from _of_section(section)


def holds_line(section: Section) -> bool:
    """Tell whether a section shows a request line."""
    return any(isinstance(each, Call) for each in _of_section(section))


@once
def _of_section(section: Section) -> Iterator[Call | Flaw]:
    pairs = list(labelled(section))
    for pair in pairs:
        yield from _calls(pair.form, pair.span, "sample" if pair.sample else "request-line")
    alone = words.is_request_label(section.title) and not pairs
    for block in section.blocks:
        yield from _of_block(section, block, alone=alone)


def _of_block(section: Section, block: Block, *, alone: bool) -> Iterator[Call | Flaw]:
    if isinstance(block, Prose | Annotation):
        yield from _of_text(block.text, block.span, alone=alone)
    elif isinstance(block, List):
        for item in block.items:
            yield from _of_text(item.text, item.span, alone=alone, listed=True)
    elif isinstance(block, Table):
        found = list(_of_table(block))
        if len(block.rows) < 2 or words.is_request_label(section.title) or len(found) >= len(block.rows):
            yield from found
    elif isinstance(block, Code):
        yield from _of_code(block)


def _of_text(text: Text, span: Span, *, alone: bool, listed: bool = False) -> Iterator[Call | Flaw]:
    """Code that is a request line, else the text itself; `alone` lets an address without a method be one.

    What leads to where another request is told is none, but it may be all that an item of a list holds.
    """
    if not (alone or is_pathlike(text.plain) or _METHOD.search(text.plain)):
        return
    linked = {words for words, _ in text.links} - ({text.plain} if alone or listed else set())
    if text.plain in linked:
        return
    found = [
        replace(each, mentioned=_is_within(code, text.plain)) if isinstance(each, Call) else each
        for code in (text.codes if not _goes_on(text) else ())
        if is_pathlike(code) and code not in linked
        for each in _read(code, span.holding(code.partition("\n")[0]), "request-line")
    ]
    for line in (text.plain, _behind_label(text.plain)):
        found = found or list(_read(line, span, "request-line"))
    if not found and (leading := form_in_front(text.plain)):
        found = list(_calls(leading, span, "request-line"))
    if not found and alone:
        found = list(_without_method(text, span))
    if not found and (named := bare_name(text.plain)) and (text.strong or text.plain in text.codes):
        found = list(_calls(named, span, "request-line"))
    yield from found


def _is_within(code: str, sentence: str) -> bool:
    """A sentence has begun before, and no colon sets the code apart."""
    before = sentence.partition(code)[0].rstrip()
    return before.count(" ") > 1 and before[-1] not in ":–—-"


def _goes_on(text: Text) -> bool:
    """A path begins in a code span and goes on behind it (`GET /pets/` and then `id` in bold)."""
    begun = text.codes[0] if text.codes else ""
    return begun.endswith("/") and text.plain.startswith(begun) and form(text.plain) is not None


def _behind_label(text: str) -> str:
    """`Endpoint: GET /pets` and `Endpoint GET /pets` without their label; empty for other texts."""
    label, colon, behind = text.partition(": ")
    if not colon and (bare := _AFTER_WORDS.match(text)):
        label, behind = bare[1], text[bare.end() :]
    return behind if words.is_request_label(label) else ""


def _without_method(text: Text, span: Span) -> Iterator[Call | Flaw]:
    """Below a label, an address alone is a request line; a method that its text names besides is its own."""
    said = set(_METHOD.findall(text.plain))
    for alone in text.codes or (text.plain,):
        if _ALONE.fullmatch(alone.strip()) and (address := url(alone)) and address.segments:
            method = next(iter(said)) if len(said) == 1 else None
            yield Call("request-line", method, explicit=False, url=address, span=span.holding(alone))
        elif named := bare_name(alone):
            yield from _calls(named, span.holding(alone), "request-line")


def _of_code(code: Code) -> Iterator[Call | Flaw]:
    """A fence of nothing but request lines, or the lines above the command that shows how one is sent; a message is a sample."""
    found: list[tuple[int, Form]] = []
    origin: Origin = "request-line"
    for number, line in enumerate(code.content.split("\n")):
        if not line.strip() or _REMARK.match(line):
            continue
        if read := form(line) or bare_name(line):
            found.append((number, read))
        elif _ANY.fullmatch(line.strip()) and (read := form(code.content)):
            yield from _calls(read, code.span.below(number), "request-line")
            return
        elif found and _OPTION.match(line):
            origin = "sample"
        elif _COMMAND.match(line) or (line.lstrip()[:1] in _ANSWER and not http.TELLING.match(code.content)):
            break
        else:
            return
    for number, read in found:
        for each in _calls(read, code.span.below(number), origin):
            yield replace(each, language=code.language) if isinstance(each, Call) else each


_REMARK = re.compile(r"\s*(?:#|//|--)")
_OPTION = re.compile(r"\s*--?[a-zA-Z]")
_ANSWER = ("{", "[")
_COMMAND = re.compile(r"\s*(?:[$>] )?(?:(?i:curl)|wget|https?)\b")


def _of_table(table: Table) -> Iterator[Call | Flaw]:
    """A row with a cell for the method and a cell for the URL, or with one for both; the row of titles may be one.

    Below a title that announces addresses, one needs no slash.
    """
    named = any(map(_OF_METHODS.search, table.titles))
    column = next((at for at, each in enumerate(table.titles) if named and words.is_address(each)), None)
    rows = [(table.titles, table.span), *((tuple(cell.plain for cell in row.cells), row.span) for row in table.rows)]
    for cells, span in rows:
        if not any(map(_OPENS.match, cells)):
            continue
        method = next((each.strip() for each in cells if _METHODS.fullmatch(each.strip())), None)
        address = next((each.strip() for each in cells if _ALONE.fullmatch(each.strip())), None) if method else None
        if method and not address and column is not None and column < len(cells) and _PLAIN.fullmatch(cells[column]):
            address = "/" + cells[column]
        if method and address:
            yield from _read(f"{method} {address}", span, "request-line")
        elif whole := next((each for each in cells if _METHOD.match(each.strip()) and form(each)), None):
            yield from _read(whole, span, "request-line")


def _behind_words(topic: Topic) -> Iterator[Call | Flaw]:
    """A short line ends in the request that it tells of (`Adds a boat: POST /boats`); an example is none."""
    for section in topic.sections if not words.is_illustration(topic.title) else ():
        for block in section.blocks:
            if isinstance(block, Prose):
                said, colon, behind = block.text.plain.rpartition(": ")
                if colon and len(said) <= _SHORT and not _EXAMPLE.search(said) and (found := form(behind)):
                    yield from _calls(found, block.span, "request-line")


_SHORT = 80
"""Characters of the words that say what a request is for."""
_EXAMPLE = re.compile(r"\b(?:examples?|samples?|e\.g|i\.e|see|instead|deprecated|curl)\b", re.IGNORECASE)


def _read(text: str, span: Span, origin: Origin) -> Iterator[Call | Flaw]:
    """Read a text that is nothing but a request line, or several of them, one below the other or in one line."""
    if several := choice(text):
        for each in several:
            yield from _calls(each, span, origin)
        return
    if found := form(text):
        yield from _calls(found, span, origin)
        return
    for number, each in forms(text) if "\n" in text else ():
        yield from _calls(each, span.below(number), origin)


def _calls(found: Form, span: Span, origin: Origin) -> Iterator[Call | Flaw]:
    """A repair is a flaw."""
    if found.slip:
        meant = " or ".join(found.methods)
        yield Flaw("misspelt-method", f"'{found.slip}' is no method; read as {meant}", span)
    if found.broken:
        yield Flaw("damaged-url", "the URL is broken by blanks", span)
    for method in found.methods:
        yield Call(origin, method, explicit=False, url=found.url, span=span, guessed=bool(found.slip))
