"""Records that chapters describe (`The pet object`, `Pet Attributes`): a document comes in, Records go out.

Whatever a title's words are and in whatever order, a noun has one form; sections that operations have are none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from doc_parser.document import Document, Section
from doc_parser.evidence import FieldRow, FieldTable, Json, Reply, Shown, Topic
from doc_parser.readers import words
from doc_parser.readers.examples import examples
from doc_parser.readers.lists import lists
from doc_parser.readers.tables import tables
from doc_parser.readers.tongues import english
from doc_parser.structs import replace

_OF_RECORD = r"(?:objects?|attributes|schema|resource|model|entity|properties|fields|representation|structure)"
_LONGEST_TITLE = 200
"""Characters of a heading that names a record; what is longer is not looked through for words in every way."""
_TITLE = re.compile(
    rf"(?:the )?(?P<noun>\S.*?)[ :–—-]*\b{_OF_RECORD}(?: {_OF_RECORD}| definition| reference)?"
    rf"|{_OF_RECORD}(?: {_OF_RECORD})?(?: of|:| -| –)* (?:an? |the )?(?P<of>\S.*)",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"(?:the |data )?{_OF_RECORD}(?: {_OF_RECORD}| definition)?", re.IGNORECASE)
"""Such a title says of its chapter's record that it stands below."""
_SMALL = frozenset(("a", "an", "the", "specific", "single", "existing", "new", "your", "all", "of", "api", "one"))
"""Words that tell no title from another."""


class Record(Struct, frozen=True):
    """What a chapter says of its record."""

    noun: str
    title: str
    example: Shown | None
    rows: tuple[FieldRow, ...]
    listing: Shown | None = None
    """The list that the example was taken from, where it stands beside its pages."""


Place = tuple[str, int]


def place(section: Section) -> Place:
    """Where a section stands: one that was split at its bold labels is another one, at the same place."""
    return section.span.source.name, section.span.line


def described(document: Document, taken: frozenset[Place]) -> Iterator[Record]:
    """Find the sections that describe a record, with the labelled parts below them."""
    chapter, noun, level, highest = "", "", 0, document.chapter_level
    parts: list[Section] = []
    for section in document.sections:
        if section.level <= highest:
            chapter = section.title
        if parts and place(section) not in taken and section.level > level and words.is_label(section.title):
            parts.append(section)
            continue
        if parts:
            yield from _record(noun, parts)
        noun, level, parts = _noun_of(section, chapter, highest), section.level, []
        if noun and place(section) not in taken:
            parts = [section]
    if parts:
        yield from _record(noun, parts)


def _noun_of(section: Section, chapter: str, highest: int) -> str:
    """The noun of the record that a section describes; empty where it describes none."""
    title = english(section.title)
    found = _TITLE.fullmatch(title.strip(" :#")) if len(title) <= _LONGEST_TITLE else None
    if found:
        noun = found["noun"] or found["of"]
        return noun_in(chapter if words.place(noun) == "response" else noun)
    if words.is_illustration(title) or words.is_no_operation(title) or words.is_sent_by_service(title):
        return ""
    if words.is_label(title) or _ALONE.fullmatch(title.strip(" :#")):
        return noun_in(chapter)
    return noun_in(title) if section.level <= highest else ""


def full_title(record: Record) -> str:
    """The title of a record's section; one that any record may have (`Response attributes`) says which only with its noun."""
    return f"{record.noun} {record.title}" if words.is_label(record.title) else record.title


def _record(noun: str, parts: Sequence[Section]) -> Iterator[Record]:
    topic = Topic(parts[0].title, parts[0].title, parts[0].span, tuple(parts))
    shown = [each.body for each in examples(topic) if isinstance(each, Reply) and each.body and not each.caption.fails]
    example = next((each for body in shown if (each := _one_of(body))), None)
    listing = next((each for each in shown if example and _listed(each.payload.value)), None)
    found = (each for reader in (tables, lists) for each in reader(topic) if isinstance(each, FieldTable))
    rows = tuple(row for table in found if table.place in ("", "response") for row in table.rows)
    if example and (sketched := _sketched(example)):
        types = {row.name: row.type for row in sketched}
        listed = tuple(replace(row, type=row.type or types.get(row.name, "")) for row in rows)
        known = {row.name for row in rows}
        example, listing, rows = None, None, (*listed, *(row for row in sketched if row.name not in known))
    if example or len(rows) > 1:
        yield Record(noun, topic.title, example, rows, listing)


def _sketched(shown: Shown) -> tuple[FieldRow, ...]:
    """The fields of a payload whose values only name types (`"id": "long"`); none where one of them is a value."""
    value = shown.payload.value
    if not all(isinstance(each, str) and _TYPE.fullmatch(each) for each in value.values()):
        return ()
    return tuple(
        FieldRow(name, each.strip("<>").lower(), None, "", "", (), "", shown.line_of(name))
        for name, each in value.items()
    )


_TYPE = re.compile(
    r"<?(?:string|text|int(?:eger)?|long|number|float|double|decimal|bool(?:ean)?|date(?:time)?|timestamp|uuid|object|array)>?",
    re.IGNORECASE,
)


def _one_of(shown: Shown) -> Shown | None:
    """One record: the payload, or the first of a list of them."""
    value = shown.payload.value
    value = _listed(value) or value
    first = value[0] if isinstance(value, list) and value else value
    return shown.with_value(first) if isinstance(first, dict) and len(first) > 0 else None


def _listed(value: Json) -> list[Json] | None:
    """The records of a list that stands beside its pages (`{"data": [...], "paging": {...}}`); None for what is no such list."""
    lists = [each for each in value.values() if isinstance(each, list)] if isinstance(value, dict) else []
    paged = len(lists) == 1 and any(_PAGES.fullmatch(name) for name in value) and _OWN.isdisjoint(value)
    return lists[0] if paged and lists[0] and isinstance(lists[0][0], dict) else None


_PAGES = re.compile(
    r"paging|pagination|meta|links|page_?info|total(?:_?(?:count|pages|items))?|count|next|has_?more", re.IGNORECASE
)
_OWN = frozenset(("id", "_id", "uuid", "name"))
"""What a record has, and no list."""


@lru_cache(maxsize=4096)
def title_words(title: str) -> tuple[str, ...]:
    """The words of a title that tell it from others, each in one form."""
    return tuple(words.singular(each) for each in _WORD.findall(english(title).lower()) if each not in _SMALL)


_WORD = re.compile(r"[^\W_]+")


def in_any_order(title: str) -> tuple[str, ...]:
    """The words of a title in any order: `the boat schema` is `Schema - Boat`."""
    return tuple(sorted(title_words(title)))


def noun_in(title: str) -> str:
    """A noun in one form, whether it is a title or a part of a path."""
    return "".join(title_words(_HUMP.sub(" ", title)))


_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
