"""Addresses that stand without a method: a Topic that names no request outright comes in, Calls go out; the topic's only method is theirs.

A label announces such an address, or nothing else stands in its paragraph or fence where the topic shows what comes back. A
heading may be the address, with a heading for each method below it, or a list of the methods that it takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from doc_parser.document import Annotation, Block, Code, List, Prose, Section, Table
from doc_parser.evidence import Call, Flaw, Topic
from doc_parser.readers import words
from doc_parser.readers.forms import ADDRESS, METHOD
from doc_parser.readers.labelled import addresses, lone_methods
from doc_parser.readers.samples import asked, commands, is_sample
from doc_parser.source import Span
from doc_parser.structs import replace
from doc_parser.url import PREFIX, Url, url

_ADDRESS = re.compile(ADDRESS, re.IGNORECASE)
_HEADED = re.compile(rf"(.*\s\[)?{ADDRESS}")
_METHOD = re.compile(rf"(?:.*[\[(])?({METHOD})[\])]?")
_PAYLOAD = ("{", "[", "<")


def without_methods(topic: Topic) -> Iterator[Call]:
    """Find the addresses of a topic that names no method beside them."""
    found = list(_by_headings(topic))
    if not found and _may_mean(topic):
        said = [each for section in topic.sections for each in addresses(section)] or list(_alone(topic))
        for address, span, sample in said:
            if not all(PREFIX.fullmatch(each.text) for each in address.segments):
                found.append(_silent(address, span, sample=sample))
    yield from found or _templates(topic)


def _templates(topic: Topic) -> Iterator[Call]:
    """Addresses with placeholders that stand alone beside a sample: it has the method, and they have the names."""
    explains = words.is_illustration(topic.title) or words.is_illustration(topic.chapter)
    codes = (block for section in topic.sections for block in section.blocks if isinstance(block, Code))
    if not explains and any(map(is_sample, codes)):
        yield from (_silent(address, span, sample=False) for address, span, _ in _alone(topic) if address.variables)


def _silent(address: Url, span: Span, *, sample: bool) -> Call:
    return Call("sample" if sample else "request-line", None, explicit=False, url=address, span=span, silent=True)


_TITLED = re.compile(rf"\W*({METHOD})\b|.*(?:[(\[|–—:-]\s*)({METHOD})[)\]]?\s*$", re.DOTALL)
"""A heading that begins with a method, or ends in one behind a mark: `POST: Log in`, `Log in (POST)`."""
_LONGEST = 200
"""Characters of a heading that are read."""


def titled(topic: Topic) -> Iterator[Call]:
    """The heading says the method, and the address stands alone below, or behind its label."""
    method = titled_method(topic.title)
    for section in topic.sections if method else ():
        for address, span, _ in standing(section):
            yield Call("request-line", method, explicit=False, url=address, span=span)
            return


def standing(section: Section) -> Iterator[tuple[Url, Span, bool]]:
    """Find the addresses that stand behind a label or alone, each with whether it is said to be an example."""
    yield from addresses(section)
    yield from _lone(section)


def titled_method(title: str) -> str:
    """The method that a heading says; empty where it says none."""
    said = _TITLED.match(title[:_LONGEST])
    return (said[1] or said[2]) if said else ""


def with_lone_method(topic: Topic, found: Iterable[Call | Flaw]) -> Iterator[Call | Flaw]:
    """An address without a method has the only one that stands alone in its topic."""
    found = list(found)
    silent = [each for each in found if isinstance(each, Call) and each.method is None]
    said = {each for section in topic.sections for each in lone_methods(section)} if silent else set()
    method = said.pop() if len(said) == 1 else None
    for each in found:
        yield (
            replace(each, method=method, silent=False)
            if method and isinstance(each, Call) and each.method is None
            else each
        )


def with_listed_methods(topic: Topic, found: Iterable[Call | Flaw]) -> Iterator[Call | Flaw]:
    """The heading is an address, or the list is said to be of methods: the address takes all that it lists, though only one is shown.

    Where no line names the address, the one that the samples call is meant: what a command leaves out (`-X`) is no method.
    """
    found = list(found)
    listed = [each for section in topic.sections for each in _listed(topic, section)]
    place = _place(topic, found) if listed else None
    if not place:
        yield from found
        return
    shown = {each.method for each in found if isinstance(each, Call)}
    yield from (each for each in found if not isinstance(each, Call) or each.method or each.url.shape != place.shape)
    for method, span in listed:
        if method not in shown:
            shown.add(method)
            yield Call("request-line", method, explicit=False, url=place, span=span)


def _place(topic: Topic, found: Iterable[Call | Flaw]) -> Url | None:
    """The one address that lines name, else the heading, else samples; None where there are several."""
    named = address_of(topic.title)
    lines = {each.url.shape: each.url for each in found if isinstance(each, Call) and each.origin != "sample"}
    explains = words.is_illustration(topic.title) or words.is_illustration(topic.chapter)
    places = lines or ({named.shape: named} if named else {}) or ({} if explains else dict(_sampled(topic)))
    place = next(iter(places.values())) if len(places) == 1 else None
    strange = place and named and place.shape[-len(named.shape) :] != named.shape
    return None if not place or not place.segments or strange else place


def _sampled(topic: Topic) -> Iterator[tuple[tuple[str, ...], Url]]:
    """The addresses that samples call."""
    codes = (block for section in topic.sections for block in section.blocks if isinstance(block, Code))
    for code in (each for block in codes for each in commands(block)):
        if found := asked(code):
            yield found[1].shape, replace(found[1], query=())


def _listed(topic: Topic, section: Section) -> Iterator[tuple[str, Span]]:
    """The methods of a list, or of a column, that holds nothing but methods and what they are for."""
    said, headed = section.title, address_of(topic.title) is not None
    for block in section.blocks:
        rows = list(_rows(block))
        form = _BEGUN if headed else _LISTED
        methods = [(match[1], span) for text, span in rows if (match := form.match(text))]
        if methods and len(methods) == len(rows) and (headed or _OF_METHODS.search(said)):
            yield from methods
        yield from _beside(block)
        said = block.text.plain if isinstance(block, Prose) else section.title


def _beside(block: Block) -> Iterator[tuple[str, Span]]:
    """The methods that stand behind their label (`Allowed methods: GET, PUT`)."""
    texts = block.items if isinstance(block, List) else [block] if isinstance(block, Prose | Annotation) else ()
    for each in texts:
        plain = each.text.plain
        if (":" in plain or "." not in plain) and (found := _BESIDE.fullmatch(plain[:_LONGEST])):
            yield from ((method, each.span) for method in _EACH.findall(found[1]))


_EACH = re.compile(METHOD)
_BESIDE = re.compile(
    rf"\W*(?:\w+ ){{0,2}}(?i:methods?|verbs)(?: (?i:allowed|supported|accepted|available))?\W{{1,5}}((?:{METHOD})(?:(?:\W|and|or){{1,5}}(?:{METHOD}))*)\W*",
)


def _rows(block: Block) -> Iterator[tuple[str, Span]]:
    """The items of a list or of a first column, where the first one names a method."""
    if isinstance(block, List) and _BEGUN.match(block.items[0].text.plain):
        yield from ((item.text.plain, item.span) for item in block.items)
    elif (
        isinstance(block, Table) and block.rows and block.rows[0].cells and _LISTED.match(block.rows[0].cells[0].plain)
    ):
        yield from ((row.cells[0].plain, row.span) for row in block.rows if row.cells)


_LISTED = re.compile(rf"\W{{0,3}}({METHOD})\W{{0,3}}(?:$|(?<=[:–—-])\s+(?!\W*(?:/|https?:)))")
_BEGUN = re.compile(rf"\W{{0,3}}({METHOD})\b(?!\W*(?:/|https?:))")
"""Below an address, what a method is for may follow at once."""
_OF_METHODS = re.compile(
    r"\b(?:available|allowed|supported|accepted|possible|http) (?:http )?(?:methods|verbs)\b", re.IGNORECASE
)


def _by_headings(topic: Topic) -> Iterator[Call]:
    """`/pets` with `GET` and `POST`, or `GET: all pets`, below it; it is a heading itself, or stands alone below one."""
    methods = [method_of(each.title) or _first_method(each.title) for each in topic.sections]
    if not any(methods[1:]):
        return
    address = None
    for section, method in zip(topic.sections, methods, strict=True):
        if address and address.segments and method:
            yield Call("request-line", method, explicit=False, url=address, span=section.span)
        else:
            address = address_of(section.title) or place_of(topic, section) or address


def _first_method(title: str) -> str:
    """The method of a heading that says besides what is done; empty where it speaks of requests at large."""
    return "" if words.is_label(title) or _AT_LARGE.search(title) else titled_method(title)


_AT_LARGE = re.compile(r"\b(?:requests?|methods?|verbs?|calls?|param\w*|body|headers?|or|and)\b", re.IGNORECASE)


def place_of(topic: Topic, section: Section) -> Url | None:
    """The only address that stands alone below a heading, and is no base."""
    if words.is_illustration(topic.title) or words.is_illustration(topic.chapter):
        return None
    places = {each.shape: each for each, _, sample in standing(section) if not sample and not PAGE.search(each.path)}
    place = next(iter(places.values())) if len(places) == 1 else None
    return place if place and not all(PREFIX.fullmatch(each.text) for each in place.segments) else None


def address_of(title: str) -> Url | None:
    """Read a heading that is an address, or holds one in brackets at its end."""
    headed = _HEADED.fullmatch(title.strip("` "))
    return url(headed[2].removesuffix("]" if headed[1] else "")) if headed else None


def method_of(title: str) -> str:
    """Read a heading that is a method, or holds one in brackets at its end; empty for any other."""
    said = _METHOD.fullmatch(title.strip("` "))
    return said[1] if said else ""


def _may_mean(topic: Topic) -> bool:
    """The topic shows what comes back or what is asked for, and no sample says how: it is about a request."""
    if words.is_illustration(topic.title) or words.is_illustration(topic.chapter):
        return False
    blocks = [block for section in topic.sections for block in section.blocks]
    codes = [each for each in blocks if isinstance(each, Code)]
    told = any(isinstance(each, Table) for each in blocks) or any(_is_payload(each) for each in codes)
    return (told or any(True for section in topic.sections for _ in lone_methods(section))) and not any(
        map(is_sample, codes)
    )


def _is_payload(code: Code) -> bool:
    return code.content.lstrip()[:1] in _PAYLOAD


def _alone(topic: Topic) -> Iterator[tuple[Url, Span, bool]]:
    """Addresses with nothing beside them; a link to read is none."""
    for section in topic.sections:
        for address, span, sample in _lone(section):
            if not PAGE.search(address.path):
                yield address, span, sample


def _lone(section: Section) -> Iterator[tuple[Url, Span, bool]]:
    """Paragraphs and fences of one line that are an address."""
    for block in section.blocks:
        if isinstance(block, Prose) and not block.aside:
            text = block.text.plain
        elif isinstance(block, Code):
            text = block.content.strip()
        else:
            continue
        if _ADDRESS.fullmatch(text) and (address := url(text)) and address.segments:
            yield address, block.span.holding(text), False


PAGE = re.compile(r"\.(?:html?|png|jpe?g|gif|svg|pdf|md|zip)$", re.IGNORECASE)
"""A link to read or to load."""
