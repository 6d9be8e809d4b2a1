"""What is described elsewhere: operations without an answer or a body of their own come in, and go out with what another section says.

A chapter describes its record once (`The pet object`, `Pet Attributes`), or a sentence names the section that shows the same
(`See above under 'Read a Pet'`). Nothing that an operation says itself is touched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from doc_parser import schema
from doc_parser.answers import WITHOUT_CONTENT, placed_in
from doc_parser.document import Annotation, Document, List, Prose, Section
from doc_parser.evidence import FieldRow, FieldTable, Json, Reply, Shown, Topic
from doc_parser.explained import explained
from doc_parser.model import Body, Example, Operation, PlacedField, Response
from doc_parser.readers import words
from doc_parser.readers.examples import examples
from doc_parser.readers.lists import lists
from doc_parser.readers.tables import tables
from doc_parser.readers.tongues import english
from doc_parser.whereabouts import steps

_OF_RECORD = r"(?:objects?|attributes|schema|resource|model|entity|properties|fields|representation|structure)"
_LONGEST_TITLE = 200
"""Characters of a heading that names a record; what is longer is not looked through for words in every way."""
_TITLE = re.compile(
    rf"(?:the )?(?P<noun>\S.*?)[ :–—-]*\b{_OF_RECORD}(?: {_OF_RECORD}| definition| reference)?"
    rf"|{_OF_RECORD}(?: {_OF_RECORD})?(?: of|:| -| –)* (?:an? |the )?(?P<of>\S.*)",
    re.IGNORECASE,
)
_SMALL = frozenset(("a", "an", "the", "specific", "single", "existing", "new", "your", "all", "of", "api", "one"))
"""Words that tell no title from another."""
_WITH_BODIES = ("POST", "PUT", "PATCH")
_SELF = frozenset(("me", "self", "current"))
"""Ends of paths that stand for one record."""
_REFERS = re.compile(r"\b(?:same|see|refer|identical|exactly like|as (?:in|for|with|under))\b", re.IGNORECASE)
_OF_BODY = re.compile(r"\b(?:param\w*|attributes|fields|arguments|body|payload|options|properties)\b", re.IGNORECASE)
_OF_ANSWER = re.compile(r"\b(?:respon\w+|return(?:s|ed)?|json|results?|outputs?|answers?|structure)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_READ = 4000
"""Characters of a block that are read."""
_LONGEST = 6
"""Words of a title that a sentence may name."""
_COVERS = frozenset(("data", "results", "items", "objects", "records", "entries", "list", "content", "rows"))
"""Members that hold the records of any list."""


@dataclass(frozen=True)
class Record:
    """What a chapter says of its record."""

    noun: str
    title: str
    example: Shown | None
    rows: tuple[FieldRow, ...]


Key = tuple[str, tuple[str, ...]]
"""Method and path of an operation, without the names of placeholders."""


Place = tuple[str, int]


def _place(section: Section) -> Place:
    """Where a section stands: one that was split at its bold labels is another one, at the same place."""
    return section.span.source.name, section.span.line


def completed(
    document: Document, topics: Mapping[Key, Sequence[Topic]], operations: Mapping[Key, Operation]
) -> dict[Key, Operation]:
    """Give operations what is said of them elsewhere."""
    records = list(_records(document, _taken(topics)))
    by_noun = {each.noun: each for each in reversed(records)}
    titles: dict[tuple[str, ...], Key | Record] = {_key(_called(each)): each for each in reversed(records)}
    titles |= {_key(each.title): key for key, each in reversed(list(operations.items()))}
    cover = _usual_cover(operations.values())
    told_by = _told_by(titles)
    done = dict(operations)
    for key, each in operations.items():
        told = [found for topic in topics.get(key, ()) for found in told_by(topic)]
        record = by_noun.get(_noun(each)) if each.method != "DELETE" else None
        record = next((target for _, target in told if isinstance(target, Record)), record)
        if record and _lacks_answer(each):
            many = _is_list(each, operations)
            done[key] = each = _answering(each, record, cover if many else None, many=many)
        elif record:
            done[key] = each = explained(each, record.rows)
        for wanted, other in told:
            if not isinstance(other, Record) and other != key:
                done[key] = each = _like(each, done[other], wanted)
    return done


def listed(
    document: Document, topics: Mapping[Key, Sequence[Topic]], operations: Mapping[Key, Operation]
) -> dict[Key, frozenset[str]]:
    """The fields that a chapter lists of the record which an operation is about."""
    fields: dict[str, frozenset[str]] = {}
    for each in _records(document, _taken(topics)):
        fields[each.noun] = fields.get(each.noun, frozenset()) | {steps(row.name)[-1] for row in each.rows}
    return {key: fields.get(_noun(each), frozenset()) for key, each in operations.items()}


def _taken(topics: Mapping[Key, Sequence[Topic]]) -> frozenset[Place]:
    return frozenset(_place(section) for each in topics.values() for topic in each for section in topic.sections)


# --- records that a chapter describes ---------------------------------------------------------------


def _records(document: Document, taken: frozenset[Place]) -> Iterator[Record]:
    """Find the sections that describe a record, with the labelled parts below them."""
    chapter, noun, level = "", "", 0
    parts: list[Section] = []
    for section in document.sections:
        if section.level <= 1:
            chapter = section.title
        if parts and _place(section) not in taken and section.level > level and words.is_label(section.title):
            parts.append(section)
            continue
        if parts:
            yield from _record(noun, parts)
        noun, level, parts = _described(section, chapter), section.level, []
        if noun and _place(section) not in taken:
            parts = [section]
    if parts:
        yield from _record(noun, parts)


def _described(section: Section, chapter: str) -> str:
    """The noun of the record that a section describes; empty where it describes none."""
    title = english(section.title)
    found = _TITLE.fullmatch(title.strip(" :#")) if len(title) <= _LONGEST_TITLE else None
    if found:
        noun = found["noun"] or found["of"]
        return _one(chapter if words.place(noun) == "response" else noun)
    if words.is_illustration(title) or words.is_no_operation(title) or words.is_sent_by_service(title):
        return ""
    if words.is_label(title):
        return _one(chapter)
    return _one(title) if section.level <= 1 else ""


def _called(record: Record) -> str:
    """The title of a record's section; one that any record may have (`Response attributes`) says which only with its noun."""
    return f"{record.noun} {record.title}" if words.is_label(record.title) else record.title


def _record(noun: str, parts: Sequence[Section]) -> Iterator[Record]:
    topic = Topic(parts[0].title, parts[0].title, parts[0].span, tuple(parts))
    shown = (each.body for each in examples(topic) if isinstance(each, Reply) and each.body and not each.caption.fails)
    example = next((each for body in shown if (each := _one_of(body))), None)
    found = (each for reader in (tables, lists) for each in reader(topic) if isinstance(each, FieldTable))
    rows = tuple(row for table in found if table.place in ("", "response") for row in table.rows)
    if example and (sketched := _sketched(example)):
        types = {row.name: row.type for row in sketched}
        listed = tuple(replace(row, type=row.type or types.get(row.name, "")) for row in rows)
        known = {row.name for row in rows}
        example, rows = None, (*listed, *(row for row in sketched if row.name not in known))
    if example or len(rows) > 1:
        yield Record(noun, topic.title, example, rows)


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
    first = value[0] if isinstance(value, list) and value else value
    return _with_value(shown, first) if isinstance(first, dict) and len(first) > 0 else None


def _with_value(shown: Shown, value: Json) -> Shown:
    return shown if value is shown.payload.value else replace(shown, payload=replace(shown.payload, value=value))


# --- what an operation speaks of --------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _words(title: str) -> tuple[str, ...]:
    return tuple(words.singular(each) for each in _WORD.findall(english(title).lower()) if each not in _SMALL)


_WORD = re.compile(r"[^\W_]+")


def _key(title: str) -> tuple[str, ...]:
    """The words of a title in any order: `the boat schema` is `Schema - Boat`."""
    return tuple(sorted(_words(title)))


def _one(title: str) -> str:
    """A noun in one form, whether it is a title or a part of a path."""
    return "".join(_words(_HUMP.sub(" ", title)))


_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def _noun(operation: Operation) -> str:
    """The noun of the collection that a path ends in."""
    texts = [each.text for each in operation.url.segments if not each.variable and each.text not in _SELF]
    return _one(texts[-1].partition(".")[0]) if texts else ""


def _is_list(operation: Operation, operations: Mapping[Key, Operation]) -> bool:
    """A path whose records have paths of their own, or that ends in a plural."""
    last = operation.url.segments[-1]
    if operation.method != "GET" or last.variable or last.text in _SELF:
        return False
    item = (*operation.url.shape, "{}")
    name = last.text.partition(".")[0].lower()
    return any((method, item) in operations for method in words.METHODS) or words.singular(name) != name


def _lacks_answer(operation: Operation) -> bool:
    """No success shows or lists anything, and none is said to be without content."""
    successes = [each for each in operation.responses if each.succeeds]
    return not any(each.examples or each.fields or each.status in WITHOUT_CONTENT for each in successes)


# --- what it answers then ---------------------------------------------------------------------------

Cover = tuple[str, ...]
"""Names on the way to the records of a list; `own` for the name of the collection."""
_OWN = "own"


def _usual_cover(operations: Iterable[Operation]) -> Cover | None:
    """How the lists that are shown hold their records, mostly; None where none is shown."""
    found: Counter[Cover] = Counter()
    for each in operations:
        last = each.url.segments[-1:] if each.method == "GET" else ()
        for response in each.responses if last and not last[0].variable else ():
            for example in response.examples[:1] if response.succeeds else ():
                if (cover := _cover(example.shown.payload.value, last[0].text)) is not None:
                    found[cover] += 1
    return found.most_common(1)[0][0] if found else None


def _cover(value: Json, name: str) -> Cover | None:
    if isinstance(value, list):
        return ()
    holders = [key for key, each in value.items() if isinstance(each, list)] if isinstance(value, dict) else []
    if name in holders:
        return (_OWN,)
    return next(((each,) for each in holders if each in _COVERS), None)


def _answering(operation: Operation, record: Record, cover: Cover | None, *, many: bool) -> Operation:
    """Give an operation the record, or a list of it, as its answer."""
    before = next((each for each in operation.responses if each.succeeds), None)
    if before is None:
        span = record.example.span if record.example else record.rows[0].span
        before = Response(200, "OK", span, "inferred")
    path: tuple[str, ...] = ()
    example = record.example
    if many:
        example, path = _listed(record.example, cover, operation.url.segments[-1].text)
    kept = (Example("example", example),) if example else ()
    fields = placed_in(schema.shape_of_all(kept), record.rows, path)
    after = replace(before, examples=kept, fields=fields)
    others = (each for each in operation.responses if each is not before)
    return replace(operation, responses=tuple(sorted((after, *others), key=lambda each: each.status)))


def _listed(shown: Shown | None, cover: Cover | None, name: str) -> tuple[Shown | None, tuple[str, ...]]:
    """A list of one record, and the path to its records; one in a cover of its own is taken out of that."""
    value = shown.payload.value if shown else None
    inner = next(iter(value.values())) if isinstance(value, dict) and len(value) == 1 else None
    if isinstance(value, dict) and isinstance(inner, dict):
        key = next(iter(value))
        value = inner
        cover = cover or ((key,) if key in _COVERS else (_OWN,))
    path = tuple(name if each == _OWN else each for each in cover or ())
    held: Json = [value]
    for each in reversed(path):
        held = {each: held}
    return _with_value(shown, held) if shown else None, (*path, "*")


# --- sections that a sentence names -----------------------------------------------------------------


Reference = tuple[str, Key | Record]
"""What is as in another section, `body` or `answer`, and the operation or the record that the section is about."""


@dataclass(frozen=True)
class Titles:
    """The titles that a sentence may name."""

    meant: Mapping[tuple[str, ...], Key | Record]
    """What each is the title of, by its words in their order in the alphabet."""
    words: frozenset[str]
    """All words of all of them."""

    def within(self, said: tuple[str, ...]) -> Key | Record | None:
        """What the longest title means that stands among words."""
        if sum(map(self.words.__contains__, said)) < 2:
            return None
        for size in range(_LONGEST, 1, -1):
            for at in range(len(said) - size + 1):
                window = said[at : at + size]
                if self.words.issuperset(window) and (found := self.meant.get(tuple(sorted(window)))):
                    return found
        return None


def _told_by(titles: Mapping[tuple[str, ...], Key | Record]) -> Callable[[Topic], Sequence[Reference]]:
    """Read the references of a topic; several operations of one topic share them, and they are looked for once."""
    known: dict[int, Sequence[Reference]] = {}
    named = Titles(titles, frozenset(word for title in titles for word in title))

    def told(topic: Topic) -> Sequence[Reference]:
        if id(topic) not in known:
            known[id(topic)] = list(islice(_references(topic, named), _MOST))
        return known[id(topic)]

    return told


_MOST = 20
"""References of one topic that are followed."""


def _references(topic: Topic, titles: Titles) -> Iterator[Reference]:
    for section in topic.sections:
        label = section.title if words.is_label(section.title) else ""
        for text in _texts(section):
            for sentence in _SENTENCE.split(text[:_READ]):
                yield from _named(label, text, sentence, titles)


def _named(label: str, text: str, sentence: str, titles: Titles) -> Iterator[Reference]:
    refers, answers = bool(_REFERS.search(sentence)), bool(_OF_ANSWER.search(sentence))
    if not refers and not answers:
        return
    target = titles.within(_words(sentence))
    if isinstance(target, Record):  # what is returned need not be likened to anything
        if answers:
            yield "answer", target
    elif target and refers:
        about = next((each for each in (sentence, text, label) if _OF_BODY.search(each) or _OF_ANSWER.search(each)), "")
        if _OF_BODY.search(about):
            yield "body", target
        if _OF_ANSWER.search(about):
            yield "answer", target


def _texts(section: Section) -> Iterator[str]:
    for block in section.blocks:
        if isinstance(block, List):
            yield from (item.text.plain for item in block.items)
        elif isinstance(block, Prose | Annotation):
            yield block.text.plain


def _like(operation: Operation, other: Operation, wanted: str) -> Operation:
    """Give an operation what another one says, where it says nothing itself."""
    if wanted == "answer":
        success = next((each for each in other.responses if each.succeeds and (each.examples or each.fields)), None)
        if not success or not _lacks_answer(operation):
            return operation
        rest = [each for each in operation.responses if not each.succeeds]
        own = next((each for each in operation.responses if each.succeeds), success)
        after = replace(own, examples=success.examples, fields=success.fields, media_type=success.media_type)
        return replace(operation, responses=(after, *rest))
    if operation.method not in _WITH_BODIES or not other.body or (operation.body and operation.body.fields):
        return operation
    fields = other.body.fields
    if operation.method != other.method:  # a change need not send all that a new record needs
        fields = tuple(PlacedField(each.path, replace(each.row, required=None)) for each in fields)
    own_body = operation.body or Body(other.body.media_type, other.body.examples, (), other.body.span)
    return replace(operation, body=replace(own_body, fields=fields))
