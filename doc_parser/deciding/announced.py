"""Where the documents say that all paths begin: a Document and its Drafts come in, the Base of a sentence, a heading or a table goes out.

Who wins: an address for production before one for trying, one that is called the base before one that is a server among others, then the
first. A path that all requests are said to begin with goes behind a host alone. What a sample asks for is no base.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter

from msgspec import Struct

from doc_parser.deciding.drafts import Draft
from doc_parser.deciding.templates import Templates
from doc_parser.document import Annotation, Block, Code, Document, List, Prose, Section, Table
from doc_parser.readers import words
from doc_parser.readers.forms import METHOD
from doc_parser.structs import replace
from doc_parser.url import PREFIX, Segment, Url, url

_ADDRESS = re.compile(
    r"(?:https?://|(?<![\w./@-])(?=(?:www|api)\.[\w-]+\.[a-z]+/))[^\s\"'`<>()|\\]*(?:<[^<>]*>[^\s\"'`<>()|\\]*)*|https?://<[^<>]*>[^\s\"'`<>()|\\]*"
)
_BEGINNINGS = ("://", "www.", "api.")
_SAID = re.compile(
    r"\b(?:base(?:_?ur[li])?|root|prefix|end-?points?|hosts?|servers?|environments?|production|live|ur[li]s?|domain|api address"
    r"|entorno|produ(?:cci[oó]n|ção)|servidor|requisiç(?:ão|ões)|peticiones|solicitudes|requêtes|anfragen|aufrufe)\b"
    r"|ホスト|ベース|环境|域名|آدرس|سرور",
    re.IGNORECASE,
)
_LIVES = re.compile(
    r"\b(?:access(?:ed|ible)|available|reach(?:ed|able)?|lives?|located|hosted|served|found|runs?|stands? for)\b",
    re.IGNORECASE,
)
"""Words for where something is; what ends as a base does and is said to be there is one."""
_STRONG = re.compile(
    r"\b(?:base|root|prefix|production|live|all (?:api )?(?:requests|calls|urls)|tod[ao]s [ao]s requisições|todas las (?:peticiones|solicitudes)"
    r"|toutes les requêtes|alle (?:anfragen|aufrufe))\b|ベース",
    re.IGNORECASE,
)
TRYING = re.compile(
    r"\b(?:sand-?box|test(?:ing|net)?|stag(?:e|ing)|dev(?:elopment)?|demo|local(?:host)?|mock|uat|qa)\b", re.IGNORECASE
)
_PAGE = re.compile(r"\.(?:html?|php|png|jpe?g|gif|svg|pdf|md|zip|js|css|ya?ml|json)\b|#", re.IGNORECASE)
_DOCS = re.compile(
    r"//(?:docs?|www\.w3|github|gitlab|stackoverflow|en\.wikipedia|developer\.mozilla|tools\.ietf|swagger|getpostman)\b",
    re.IGNORECASE,
)


class Base(Struct, frozen=True):
    """What stands before a relative path."""

    origin: str
    segments: tuple[Segment, ...]


def announced(document: Document, drafts: Sequence[Draft]) -> Base | None:
    """The address that a sentence, a heading or a table calls the base."""
    paths = {call.url.shape for draft in drafts for call in draft.calls if not call.url.origin and call.url.segments}
    named = _Named(call.url for draft in drafts for call in draft.calls if call.url.origin and call.method)
    texts = [each for section in document.sections for each in _texts(section)]
    best = min(_ranked(texts, paths, named), key=itemgetter(0), default=None)
    said = best[1] if best else _given_to_client(document)
    return said if said and said.segments else _with_path(said, texts, paths)


def _ranked(
    texts: Iterable[tuple[str, str]], paths: Collection[tuple[str, ...]], named: _Named
) -> Iterator[tuple[int, Base]]:
    """Addresses that may be the base, the surest with the lowest number."""
    for around, text in texts:
        if not any(each in text for each in _BEGINNINGS):
            continue
        strong = bool(_STRONG.search(around))
        called = strong or bool(_SAID.search(around))
        for match in _addresses(text) if called or _LIVES.search(around) else ():
            address = url(match)
            if not address or _PAGE.search(match) or _is_operation(address, paths) or named.holds(address):
                continue
            if called or (address.segments and PREFIX.fullmatch(address.segments[-1].text)):
                trying = bool(TRYING.search(around.partition("\n")[2] + match))
                address = _before_any(address)
                yield 2 * trying - strong + (not called), Base(address.origin, address.segments)


def _addresses(text: str) -> Iterator[str]:
    for found in _ADDRESS.finditer(text) if any(each in text for each in _BEGINNINGS) else ():
        asked = _BEHIND_METHOD.search(text, max(0, found.start() - _NEAR), found.start())
        if not asked and not _DOCS.search(found[0]):
            yield found[0].rstrip(".,;*:")


_BEHIND_METHOD = re.compile(rf"\b(?:{METHOD})\W{{0,4}}$")
"""A request is sent there, and what it asks for is its own."""
_NEAR = 12


class _Named:
    """The full addresses of requests: one of them, an instance or a template of it is no base."""

    def __init__(self, urls: Iterable[Url]) -> None:
        self._templates = Templates()
        shapes = {each.shape: each for each in urls}
        self._some = list(islice(shapes.values(), _COMPARED))
        for each in shapes.values():
            self._templates.add(each)

    def holds(self, address: Url) -> bool:
        """Tell whether a request goes there; a base that ends as all bases do may be asked too."""
        if not address.segments or PREFIX.fullmatch(address.segments[-1].text):
            return False
        general = bool(address.variables) and any(address.covers(each) for each in self._some)
        return general or self._templates.covering(address) is not None


_COMPARED = 200
"""Requests that a template is compared with."""


def _is_operation(address: Url, paths: Collection[tuple[str, ...]]) -> bool:
    """The URL of an operation, given as an example: it asks for something, or for one record."""
    one = bool(address.query) or any(each.looks_like_id and len(each.text) > _LONG for each in address.segments)
    return one or any(address.shape[cut:] in paths for cut in range(len(address.shape)))


_LONG = 5
"""Characters of a number that a version may have."""


def _with_path(said: Base | None, texts: Sequence[tuple[str, str]], paths: Collection[tuple[str, ...]]) -> Base | None:
    """Behind the host, the path that all requests are said to begin with; the longest of those that go on from each other."""
    given = [found for around, text in texts if "/" in text and _ALL.search(text) for found in _paths(text)]
    begun = {shape[0] for shape in paths}
    fitting = [each for each in given if each.shape[0] not in begun]
    if not fitting:
        return said
    first = fitting[0]
    path = max((each for each in fitting if _goes_on(each, first)), key=lambda each: len(each.segments))
    if said:
        return replace(said, segments=path.segments)
    called = (url(match) for _, text in texts for match in _addresses(text))
    origin = next((each.origin for each in called if each and _goes_on(each, path)), "")
    return Base(origin, path.segments)


def _paths(text: str) -> Iterator[Url]:
    """Paths that end as the base of an API does."""
    for match in _PATH.finditer(text):
        path = url(match[1])
        if path and PREFIX.fullmatch(path.segments[-1].text) and not path.variables:
            yield path


def _goes_on(address: Url, beginning: Url) -> bool:
    return address.shape[: len(beginning.shape)] == beginning.shape


_ALL = re.compile(
    r"\b(?:base|root|prefix(?:ed)?|prepend(?:ed)?|(?:begin|start)s? with|accessed (?:from|at|via|through|under)"
    r"|(?:all|every|each)(?: of)?(?: the| our)?(?: api)? (?:requests?|calls?|ur[li]s?|end-?points?|paths?|routes?|resources?))\b",
    re.IGNORECASE,
)
_PATH = re.compile(
    r"(?:`|\b(?:(?:base|root) ?(?:path|ur[il])|(?:prefixed|(?:begin|start)s?) with)\W{1,4})((?:/[\w.-]+)+)/?(?=[`\s.,;]|$)",
    re.IGNORECASE,
)


def _given_to_client(document: Document) -> Base | None:
    """The base that a sample gives the client it makes (`axios.create({baseURL: ...})`)."""
    codes = (block.content for section in document.sections for block in section.blocks if isinstance(block, Code))
    given = (url(match[1]) for code in codes for match in _CLIENT.finditer(code))
    return next((Base(each.origin, each.segments) for each in given if each), None)


_CLIENT = re.compile(r"\bbase_?ur[li]\b[\"']?\s*(?::|=>?)?\s*[\"'`]([^\"'`\n]+)[\"'`]", re.IGNORECASE)


def _before_any(address: Url) -> Url:
    """A base is shown with what stands for any path behind it (`https://host/api/v2/{specific_path}`)."""
    any_path = address.segments and address.segments[-1].variable and words.is_any_path(address.segments[-1].text)
    return replace(address, segments=address.segments[:-1]) if any_path else address


def _texts(section: Section) -> Iterator[tuple[str, str]]:
    """Texts that may hold an address, each with the words around it; the heading stands in front of a line end."""
    before = ""
    for block in section.blocks:
        for text in texts_of(block):
            if "/" in text:
                yield f"{section.title}\n{before} {text}", text
            before = text if isinstance(block, List) else before
        before = block.text.plain if isinstance(block, Prose | Annotation) else ""


def texts_of(block: Block) -> Iterator[str]:
    """What a block says, its code spans in backticks; of a fence, the lines that are nothing but an address, of a table, the rows that may hold one."""
    if isinstance(block, Prose | Annotation):
        yield block.text.quoted
    elif isinstance(block, List):
        yield from (item.text.quoted for item in block.items)
    elif isinstance(block, Table):
        rows = (row for row in block.rows if any("/" in cell.plain for cell in row.cells))
        yield from (" ".join(cell.quoted for cell in row.cells) for row in rows)
    elif isinstance(block, Code) and block.content.strip().count("\n") < _FEW:
        yield from (line for line in block.content.split("\n") if re.match(r"\s*https?://\S+\s*$", line))


_FEW = 6
"""Lines of a fence that only lists addresses."""
