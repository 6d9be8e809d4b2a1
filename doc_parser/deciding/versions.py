"""Which version of the API a path is of that leaves it open (`/{version}/pets`): Drafts come in and go out with what the documents say.

Who wins: the one version that concrete calls name in that place; where none does, what a table or a sentence gives for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from doc_parser.deciding.announced import texts_of
from doc_parser.deciding.drafts import Draft
from doc_parser.document import Document, Table
from doc_parser.evidence import Call, Evidence, FieldRow, FieldTable
from doc_parser.structs import replace
from doc_parser.url import Segment

VERSION_DEPTH = 3
"""A version stands among the first parts of a path."""
_NAME = re.compile(r"(?:api[_-]?)?ver(?:sion)?(?:[_-]?(?:no|num(?:ber)?))?", re.IGNORECASE)
_NUMBER = re.compile(r"v?\d{1,3}(?:\.\d{1,3})*", re.IGNORECASE)
_VALUE = r"\W{0,4}\b(v?\d{1,3}(?:\.\d{1,3})*)\b"
_TO_PUT = re.compile(
    rf"\breplac\w+\W{{1,4}}(?:the )?(?:api[ _-]?)?ver(?:sion)?\W{{1,4}}(?:with|by){_VALUE}", re.IGNORECASE
)
"""What the reader is told to write instead (`replace {version} with 2`)."""
_NOW = re.compile(
    r"\b(?:current(?:ly)?|latest|newest|only|always|must be|should be)\b[^.\n]{0,60}?\b(v\d{1,3}(?:\.\d{1,3})*)\b",
    re.IGNORECASE,
)


def with_versions(document: Document, drafts: Sequence[Draft]) -> list[Draft]:
    """Give a version that calls leave open its value; where several are named, it stays open."""
    open_at: set[tuple[str, ...]] = set()
    named: dict[tuple[str, ...], set[str]] = {}
    for call in (call for draft in drafts for call in draft.calls):
        for at, each in enumerate(call.url.segments[:VERSION_DEPTH]):
            if each.variable and _NAME.fullmatch(each.text) and at + 1 < len(call.url.segments):
                open_at.add(call.url.shape[:at])
            elif not each.variable and _NUMBER.fullmatch(each.text):
                named.setdefault(call.url.shape[:at], set()).add(each.text)
    said = _said(document, drafts) if not open_at <= named.keys() else set()
    values = {before: named.get(before, said if "{}" not in before else ()) for before in open_at}
    certain = {before: next(iter(found)) for before, found in values.items() if len(found) == 1}
    return [_versioned(draft, certain) for draft in drafts] if certain else list(drafts)


def _said(document: Document, drafts: Sequence[Draft]) -> set[str]:
    """The versions that a row gives, or that a sentence says to write or to be the one in use."""
    texts = [
        text
        for section in document.sections
        for block in section.blocks
        if not isinstance(block, Table)
        for text in texts_of(block)
        if "ersion" in text
    ]
    told = {found[1] for text in texts for found in _TO_PUT.finditer(text)} | set(_listed(drafts))
    return told or {found[1] for text in texts for found in _NOW.finditer(text)}


def _listed(drafts: Sequence[Draft]) -> Iterator[str]:
    """What tables of path parameters give for a version: its default, the only value it has, or the one in use."""
    for table in (each for draft in drafts for each in draft.found if isinstance(each, FieldTable)):
        for row in filter(_is_version, table.rows) if table.place in _PLACES else ():
            given = (row.default, *(row.enum if len(row.enum) == 1 else ()))
            yield from filter(_NUMBER.fullmatch, given)
            yield from (found[1] for found in _NOW.finditer(row.description))


_PLACES = ("path", "")


def _is_version(row: FieldRow) -> bool:
    return _NAME.fullmatch(row.name.replace(" ", "_")) is not None


def _versioned(draft: Draft, certain: Mapping[tuple[str, ...], str]) -> Draft:
    """The draft without what it leaves open, and without the rows about it."""

    def segment(call: Call, at: int, each: Segment) -> Segment:
        known = certain.get(call.url.shape[:at]) if each.variable and _NAME.fullmatch(each.text) else None
        return Segment(known) if known else each

    def given(call: Call) -> Call:
        segments = tuple(segment(call, at, each) for at, each in enumerate(call.url.segments))
        return replace(call, url=replace(call.url, segments=segments))

    calls = tuple(map(given, draft.calls))
    still_open = any(_NAME.fullmatch(name) for call in calls for name in call.url.variables)
    found = draft.found if calls == draft.calls or still_open else filter(None, map(_without_version, draft.found))
    return replace(draft, calls=calls, found=tuple(found))


def _without_version(found: Evidence) -> Evidence | None:
    if not isinstance(found, FieldTable) or found.place not in _PLACES:
        return found
    rows = tuple(row for row in found.rows if not _is_version(row))
    return found if len(rows) == len(found.rows) else replace(found, rows=rows) if rows else None
