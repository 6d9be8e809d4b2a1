"""Requests that sentences ask for: a Topic that names none outright comes in, Calls go out; where two methods are told, neither is.

The address stands in the sentence, right below it, in the list that it announces, or alone right above (`https://host/pets`, and
then "Use the GET method to list them"), be it below the heading above.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, field

from doc_parser.document import List, Prose, Section
from doc_parser.evidence import Call, Topic
from doc_parser.readers import words
from doc_parser.readers.alone import PAGE, place_of
from doc_parser.readers.forms import METHOD
from doc_parser.source import Span
from doc_parser.url import Url, url

_URL = re.compile(r"https?://(?:<[^<>]*>|[^\s`\"'<>()])+")
_LOCATED = re.compile(
    r"\bend-?point\b[^.]{0,40}\b(?:located|available|found|reached|reachable|hosted)\b|\bapi is located at\b",
    re.IGNORECASE,
)
_PLACED = ("oint", "OINT", "ocated", "OCATED")
"""One of these it takes."""
_ASKED = re.compile(
    rf"\b({METHOD})(?: (?:HTTP )?(?:requests?|calls?|method|verb)\b|[- ](?:Anfrage|Methode|Request|Aufruf|запрос)| (?:to|on|against) (?=/|https?:))"
    rf"|\b(?:[Mm][eé]th?od[oe]?|[Vv]erbo?|[Rr]equisição|[Ss]olicitud|[Pp]etición|[Rr]equête|[Cc]hamada|[Ll]lamada|[Rr]ichiesta|[Зз]апрос)"
    rf"(?: (?:de|del|do|di|tipo|type|HTTP))* ({METHOD})\b"
)


def told(topic: Topic) -> Iterator[Call]:
    """Find what sentences ask for ("send a GET request to", "is located at")."""
    explains = words.is_illustration(topic.title) or words.is_illustration(topic.chapter)
    said = [_Said(explains) for _ in topic.sections]
    found = [list(_of_section(section, each)) for section, each in zip(topic.sections, said, strict=True)]
    yield from (call for calls in found for call in calls)
    if any(found):  # a template beside them that no sentence speaks of
        yield from (_call(None, place) for each in said for place in each.left if place[0].variables)
    asked = any(each.asked for each in said[1:]) and not found[0] and not explains
    if asked and (place := place_of(topic, topic.sections[0])):
        for section, each, calls in zip(topic.sections[1:], said[1:], found[1:], strict=True):
            if each.asked and not calls and (each.asked in _OF_MANY or place.segments[-1].variable):
                yield _call(each.asked, (place, section.span))


_OF_MANY = ("GET", "POST")
"""What a collection is asked; records are changed at addresses of their own."""


_Place = tuple[Url, Span]


class _Said(Struct):
    """What has been said in a section so far."""

    explains: bool
    method: str | None = None
    """Asked for, and no address yet; empty where one is announced without a method."""
    announced: str = ""
    """Asked for by a sentence that goes on in a list."""
    alone: _Place | None = None
    """An address alone in its paragraph, and no method yet."""
    asked: str | None = None
    """Asked for, and there was no address at all; empty where several are."""
    left: list[_Place] = field(default_factory=list)


def _of_section(section: Section, said: _Said) -> Iterator[Call]:
    for block in section.blocks:
        if isinstance(block, List):
            for item in block.items:
                yield from _of_item(item, said, listed=True)
            said.announced = ""
        elif isinstance(block, Prose):
            yield from _of_item(block, said, listed=False)
            goes_on = block.text.plain.endswith(":")
            said.announced = (said.method or "") if goes_on else said.announced if not said.method else ""
    said.left += [said.alone] if said.alone else []


def _of_item(item: Prose, said: _Said, *, listed: bool) -> Iterator[Call]:
    """Go on with a text; give the request that it completes."""
    text = item.text.plain
    full = "://" in text
    alone = full and bool(_URL.fullmatch(text.strip()))
    own = _method_told(text)
    if own is not None or not alone:
        said.method = own
    here = bool(own) and not said.explains
    method = (said.announced or None) if listed and said.method is None else said.method
    place = _place(item, paths=here) if full or method is not None else None
    if place and method is not None:
        yield _call(method or None, place)
        said.method = None
    elif place and alone and not PAGE.search(place[0].path):
        said.left += [said.alone] if said.alone else []
        said.alone = place
    elif own and said.alone and not (text.endswith(":") and _method_told(text.rpartition(". ")[2])):
        yield _call(own, said.alone)
        said.method = said.alone = None
    elif own:
        said.asked = own if said.asked in (None, own) else ""


def _place(item: Prose, *, paths: bool) -> _Place | None:
    """The first address of a text; `paths` lets one be without its host."""
    for address in (*item.text.codes, *_URL.findall(item.text.plain)):
        found = url(address.rstrip(".,;")) if "/" in address else None
        if found and (found.origin or (paths and address[0] == "/")) and found.segments:
            return found, item.span.holding(address)
    return None


def _call(method: str | None, place: _Place) -> Call:
    return Call("request-line", method, explicit=False, url=place[0], span=place[1])


def _method_told(text: str) -> str | None:
    """The method a sentence asks for; empty where it only says where the endpoint is, None where it says nothing."""
    named = _ASKED.finditer(text) if any(map(text.__contains__, words.METHODS)) else ()
    methods = {each[1] or each[2] for each in named}
    if len(methods) == 1:
        return methods.pop()
    return "" if any(map(text.__contains__, _PLACED)) and _LOCATED.search(text) else None
