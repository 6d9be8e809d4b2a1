"""Requests whose method and address stand apart: `Endpoint: /pets` and `Method: POST`, or `POST` alone above `/pets`; each pair gives a Form.

The parts may stand in either order, in one line or in several, in bullets or the cells of a table, behind their labels or
below them; code between them parts them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from doc_parser.document import Annotation, Block, Code, List, Prose, Section, Text
from doc_parser.readers import words
from doc_parser.readers.forms import ADDRESS, METHOD, Form, bare_name, form
from doc_parser.readers.once import once
from doc_parser.source import Span
from doc_parser.url import Url, url

_SEVERAL = rf"(?:{METHOD})\b(?:\s?(?:[/,|&]|\bor\b|\band\b)\s?(?:{METHOD})\b)*"
"""`PUT/PATCH` is two requests to one address."""
_EACH = re.compile(METHOD)
_METHOD = re.compile(
    rf"(?:\b(?:method|verb|metodo|método|méthode|methode|метод)\b|方[式法]|メソッド|메[서소]드|방[식법])[\W_]{{1,6}}({_SEVERAL})|^\W*(?:\w+[ -])?type\W*[:–-]\W*(?-i:({_SEVERAL}))\W*$",
    re.IGNORECASE,
)
_LABEL = r"(?<![A-Za-z\d_])(?:end-?point|ur[li]|path|route|ruta|rota|caminho|chemin|pfad|address|adresse|direcci[oó]n|endere[cç]o|indirizzo|адрес|путь|地址|路[径徑]|パス|エンドポイント|주소|경로)(?: (?:pattern|template|format|structure|(sample|example)))?"
_ADDRESS = re.compile(
    rf"{_LABEL}\b[*_]*(?:\s*[:：|=]|\s[–-]\s)[\s`*_]*(?:{ADDRESS}|(?!n/a)([\w.-]+/[^\s`*]*))", re.IGNORECASE
)
_UNMARKED = re.compile(rf"{_LABEL}\s+{ADDRESS}", re.IGNORECASE)
_LABELS_FIRST = re.compile(
    r"\W*(?:(?:http|api|request|resource) )?(?:method|verb|end-?point|url|uri|path|route)\b", re.IGNORECASE
)
"""Bold labels need no mark behind them."""
_WHOLE = re.compile(ADDRESS, re.IGNORECASE)
_ALONE = re.compile(rf"\W*({METHOD})\W*", re.IGNORECASE)
_OF_METHODS = re.compile(
    rf"[MmVv](?:[eEéÉ][tT]|[eE][rR][bB])|[Мм]ет|方[式法]|メソ|메[서소]|방[식법]|[Tt](?:ype|YPE)[^\w\n]*[:–-]|^[^\w\n]*(?i:{METHOD})[^\w\n]*$",
    re.MULTILINE,
)
"""Most sections have no part for the method, and need no search for pairs."""
_CODE = re.compile(r"['\"]")
"""Code of a template that nobody filled in (`/['table_name']`)."""


class Pair(Struct, frozen=True):
    """A method and the address that goes with it."""

    form: Form
    span: Span
    sample: bool = False
    """The address is an example of the template beside it."""


def labelled(section: Section) -> Iterator[Pair]:
    """Find the pairs of a section."""
    if not _OF_METHODS.search("\n".join(text for block in section.blocks for text in _texts(block))):
        return
    parts = _Parts()
    for block in section.blocks:
        if isinstance(block, Code):
            yield from _within(block, parts)
            parts = _Parts()
        for text, span in _lines(block):
            if pair := parts.take(text, span):
                yield pair


def _within(code: Code, parts: _Parts) -> Iterator[Pair]:
    """A fence may be the address alone, or nothing but labels."""
    lines = code.content.strip().split("\n")
    if len(lines) == 1 and lines[0][:1] != "{":
        whole = parts.beside(Text(lines[0])) or _WHOLE.fullmatch(lines[0])
        if whole and (pair := parts.take(Text(lines[0]), code.span)):
            yield pair
    elif 1 < len(lines) <= _FEW and all(map(_LABELLED_LINE.fullmatch, lines)):
        parts = _Parts()
        for number, line in enumerate(lines):
            if pair := parts.take(Text(line), code.span.below(number)):
                yield pair


_FEW = 12
"""Lines of a fence of labels."""
_LABELLED_LINE = re.compile(r"\s*(?:[A-Za-z][A-Za-z -]*:[^\"'{(]*(?:\{[\w-]+\}[^\"'{(]*)*)?")


class _Parts(Struct):
    """What has been said of a request so far."""

    method: str = ""
    """One, or several to the same address."""
    address: Url | None = None
    sample: bool = False
    """The address is said to be an example."""
    before: str = ""
    """The text before this one."""
    last: Pair | None = None
    """The pair before: another address may follow that says the same by way of example."""

    def take(self, text: Text, span: Span) -> Pair | None:
        """Go on with a text; give the pair that it completes."""
        whole = self.beside(text)
        if not whole:
            self._read(text)
            again = self.last if self.address and not self.method else None
            if again and (self.sample or again.sample) and self.address:
                whole = Form(again.form.methods, self.address)
            elif self.method and self.address:
                whole = Form(tuple(_EACH.findall(self.method)), self.address)
        self.before = text.plain
        if not whole or not whole.url.segments:
            return None
        pair = Pair(whole, span, self.sample)
        self.method, self.address, self.sample, self.last = "", None, False, pair
        return pair

    def beside(self, text: Text) -> Form | None:
        """Right below a method alone, the address needs no label; a word alone is one in a code span."""
        alone = _ALONE.fullmatch(self.before)
        if not alone:
            return None
        whole = f"{alone[1].upper()} {text.plain.strip()}"
        return form(whole) or (bare_name(whole) if text.plain in text.codes else None)

    def _read(self, text: Text) -> None:
        if found := _METHOD.search(text.plain):
            self.method = (found[1] or found[2]).upper()
        elif (alone := _ALONE.fullmatch(text.plain)) and alone[1].isupper():
            self.method = alone[1]
        if "/" not in text.plain:
            return
        first = _LABELS_FIRST.match(text.plain)
        if found := _ADDRESS.search(text.plain) or (_UNMARKED.search(text.plain) if first else None):
            address = (found[2] or f"/{found[3]}").rstrip("`*.,;")
            self.address = None if _CODE.search(address) else url(address)
            self.sample = bool(found[1])
        elif words.is_request_label(self.before) and _WHOLE.fullmatch(text.plain.strip()):
            self.address, self.sample = url(text.plain.strip()), False


def addresses(section: Section) -> Iterator[tuple[Url, Span, bool]]:
    """Find the addresses whose labels say that requests go there, each with whether it is said to be an example."""
    for block in section.blocks:
        for text, span in _lines(block) if isinstance(block, Prose | Annotation | List) else ():
            label, colon, said = text.plain[:_LONGEST].partition(":")
            found = _LABELLED.fullmatch(label.strip()) if colon else None
            if found and words.is_request_label(found[1]) and _WHOLE.fullmatch(said.strip()) and not _CODE.search(said):
                address = url(said.strip())
                if address and address.segments:
                    yield address, span, _SAMPLE.search(label) is not None


_LONGEST = 2000
_LABELLED = re.compile(r"(.*?)(?: (?:pattern|template|format|structure|sample|example))?", re.IGNORECASE)
_SAMPLE = re.compile(r"\b(?:sample|example)\b", re.IGNORECASE)


@once
def lone_methods(section: Section) -> Iterator[str]:
    """Find the methods that stand alone, or behind a label; the heading may be one."""
    if found := _METHOD.search(section.title):
        yield from _EACH.findall((found[1] or found[2]).upper())
    for block in section.blocks:
        if isinstance(block, Code):
            texts = [Text(block.content.strip())] if len(block.content) < _SHORT else []
        else:
            texts = [text for text, _ in _lines(block)]
        for text in texts:
            if found := _METHOD.search(text.plain):
                yield from _EACH.findall((found[1] or found[2]).upper())
            elif (alone := _ALONE.fullmatch(text.plain)) and alone[1].isupper():
                yield alone[1]


_SHORT = 10
"""Characters of a method with its brackets."""


def _texts(block: Block) -> Iterable[str]:
    """All that `_lines` gives, and more, without the places."""
    if isinstance(block, Prose | Annotation):
        return (block.text.plain,)
    if isinstance(block, List):
        return [item.text.plain for item in block.items]
    if isinstance(block, Code):
        return (block.content,) if len(block.content) < _LONGEST else ()
    return (*block.titles, *(cell.plain for row in block.rows if len(row.cells) == _PAIR for cell in row.cells))


def _lines(block: Block) -> Iterator[tuple[Text, Span]]:
    """The texts of a block; the cells of a row stand as a label and what it is for."""
    if isinstance(block, Prose | Annotation):
        yield block.text, block.span
    elif isinstance(block, List):
        yield from ((item.text, item.span) for item in block.items)
    elif not isinstance(block, Code):
        if len(block.titles) == _PAIR:
            yield Text(" : ".join(block.titles)), block.span
        for row in block.rows:
            if len(row.cells) == _PAIR:
                yield Text(f"{row.cells[0].plain} : {row.cells[1].plain}"), row.span


_PAIR = 2
