"""What is described elsewhere: operations without an answer or a body of their own come in, and go out with what another section says.

A chapter describes its record once (`The pet object`, `Pet Attributes`), or a sentence names the section that shows the same
(`See above under 'Read a Pet'`). Nothing that an operation says itself is touched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct

from doc_parser import schema
from doc_parser.deciding.answers import WITHOUT_CONTENT, placed_in
from doc_parser.deciding.explained import explained, written
from doc_parser.deciding.records import Place, Record, described, full_title, in_any_order, noun_in, place, title_words
from doc_parser.deciding.whereabouts import steps
from doc_parser.document import Annotation, Document, List, Prose, Section, Text
from doc_parser.evidence import Json, Shown, Topic
from doc_parser.model import Body, Example, Operation, PlacedField, Response
from doc_parser.readers import words
from doc_parser.structs import replace

_WITH_BODIES = ("POST", "PUT", "PATCH")
_SELF = frozenset(("me", "self", "current"))
"""Ends of paths that stand for one record."""
_REFERS = re.compile(r"\b(?:same|see|refer|identical|exactly like|as (?:in|for|with|under))\b", re.IGNORECASE)
_OF_BODY = re.compile(r"\b(?:param\w*|attributes|fields|arguments|body|payload|options|properties)\b", re.IGNORECASE)
_OF_ANSWER = re.compile(r"\b(?:respon\w+|return(?:s|ed)?|json|results?|outputs?|answers?|structure)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_READ = 4000
"""Characters of a block that are read."""
_LONGEST_ANCHOR = 20
"""Words of an anchor that are looked at one by one."""
_LONGEST = 6
"""Words of a title that a sentence may name."""
_RIVALS = 2
"""Operations of one method that are about one record."""
_COVERS = frozenset(("data", "results", "items", "objects", "records", "entries", "list", "content", "rows"))
"""Members that hold the records of any list."""


Key = tuple[str, tuple[str, ...]]
"""Method and path of an operation, without the names of placeholders."""


def completed(
    document: Document, topics: Mapping[Key, Sequence[Topic]], operations: Mapping[Key, Operation]
) -> dict[Key, Operation]:
    """Give operations what is said of them elsewhere."""
    records = list(described(document, _taken(topics)))
    by_noun = {each.noun: each for each in reversed(records)}
    titles: dict[tuple[str, ...], Key | Record] = {in_any_order(full_title(each)): each for each in reversed(records)}
    titles |= {in_any_order(each.title): key for key, each in reversed(list(operations.items()))}
    cover = _usual_cover(operations.values())
    anchors: dict[str, Key | Record] = {words.slug(each.title): each for each in reversed(records)}
    anchors |= {words.slug(each.title): key for key, each in reversed(list(operations.items()))}
    told_by = _told_by(titles, anchors)
    done = dict(operations)
    claimed = Counter((each.method, noun) for each in operations.values() for noun in islice(_nouns(each), 1))
    for key, each in operations.items():
        told = [found for topic in topics.get(key, ()) for found in told_by(topic)]
        record = next((by_noun[noun] for noun in _nouns(each) if noun in by_noun), None)
        if record:
            alone = claimed[each.method, record.noun] < _RIVALS  # `POST /pet` and `POST /pets` send something else
            done[key] = each = written(_made_of(each, record) if alone else each, record.rows)
        record = record if each.method != "DELETE" else None
        record = next((target for wanted, target in told if isinstance(target, Record) and wanted == "answer"), record)
        if record and _lacks_answer(each):
            many = _is_list(each, operations)
            done[key] = each = _answering(each, record, cover if many else None, many=many)
        elif record:
            done[key] = each = explained(each, record.rows)
        for wanted, other in told:
            if isinstance(other, Record):
                done[key] = each = _sending(each, other) if wanted == "body" else each
            elif other != key:
                done[key] = each = _like(each, done[other], wanted)
        makes = ("POST", key[1][:-1])
        if key[1][-1:] == ("{}",) and makes in done and _beside(topics, key, makes):
            done[key] = _sharing(each, done[makes])
    return done


def _beside(topics: Mapping[Key, Sequence[Topic]], one: Key, other: Key) -> bool:
    """One section lists both requests, and nothing else tells of the first."""
    return len(topics.get(one, ())) == 1 and any(each is topics[one][0] for each in topics.get(other, ()))


def _sharing(operation: Operation, makes: Operation) -> Operation:
    """Where the lines that make and change a record stand above one table of its fields, that speaks of both."""
    body = makes.body if makes.body and makes.body.fields else None
    first = body.fields[0].row.span if body else None
    if not body or not first or first.source is not operation.span.source or not operation.span < first:
        return operation
    return _like(operation, replace(makes, body=replace(body, examples=())), "body")


def listed(
    document: Document, topics: Mapping[Key, Sequence[Topic]], operations: Mapping[Key, Operation]
) -> dict[Key, frozenset[str]]:
    """The fields that a chapter lists of the record which an operation is about."""
    fields: dict[str, frozenset[str]] = {}
    for each in described(document, _taken(topics)):
        fields[each.noun] = fields.get(each.noun, frozenset()) | {steps(row.name)[-1] for row in each.rows}
    return {
        key: next((fields[noun] for noun in _nouns(each) if noun in fields), frozenset())
        for key, each in operations.items()
    }


def _taken(topics: Mapping[Key, Sequence[Topic]]) -> frozenset[Place]:
    return frozenset(place(section) for each in topics.values() for topic in each for section in topic.sections)


# --- what an operation speaks of --------------------------------------------------------------------


def _nouns(operation: Operation) -> Iterator[str]:
    """The noun of the collection that a path ends in, by itself, with what it belongs to, and as the chapter calls it."""
    texts = [each.text for each in operation.url.segments if not each.variable and each.text not in _SELF]
    if not texts:
        return
    yield (noun := noun_in(texts[-1].partition(".")[0]))
    yield from (noun_in(each) + noun for each in texts[-2:-1])
    if noun and (called := noun_in(operation.chapter)).endswith(noun):
        yield called


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
    if many and record.listing:
        example, shown = record.listing, record.listing.payload.value
        path = (*(name for name, each in shown.items() if isinstance(each, list)), "*")
    elif many:
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
    return shown.with_value(held) if shown else None, (*path, "*")


# --- sections that a sentence names -----------------------------------------------------------------


Reference = tuple[str, Key | Record]
"""What is as in another section, `body` or `answer`, and the operation or the record that the section is about."""


class Titles(Struct, frozen=True):
    """The titles that a sentence may name."""

    meant: Mapping[tuple[str, ...], Key | Record]
    """What each is the title of, by its words in their order in the alphabet."""
    words: frozenset[str]
    """All words of all of them."""
    anchors: Mapping[str, Key | Record]
    """What each is the title of, by the anchor that a page gives it."""

    def at(self, anchor: str) -> Record | None:
        """The record that a link leads to; the anchors of deep headings may begin with those above them."""
        parts = anchor.lower().split("-", _LONGEST_ANCHOR)
        endings = ("-".join(parts[at:]) for at in range(len(parts)))
        found = next((self.anchors[each] for each in endings if each in self.anchors), None)
        return found if isinstance(found, Record) else None

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


def _told_by(
    titles: Mapping[tuple[str, ...], Key | Record], anchors: Mapping[str, Key | Record]
) -> Callable[[Topic], Sequence[Reference]]:
    """Read the references of a topic; several operations of one topic share them, and they are looked for once."""
    known: dict[int, Sequence[Reference]] = {}
    named = Titles(titles, frozenset(word for title in titles for word in title), anchors)

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
            yield from _linked(label, text, titles)
            for sentence in _SENTENCE.split(text.plain[:_READ]):
                yield from _named(label, text.plain, sentence, titles)


def _linked(label: str, text: Text, titles: Titles) -> Iterator[Reference]:
    """Links to a record's section, where the sentence or the heading says that it is what is sent or comes back."""
    for said, anchor in () if _NOTHING.match(text.plain) else text.links:
        record = titles.at(anchor)
        sentence = next((each for each in _SENTENCE.split(text.plain[:_READ]) if said in each), "") if record else ""
        if record and (_OF_ANSWER.search(sentence) or words.place(label) == "response"):
            yield "answer", record
        elif record and label and _BODY.search(sentence):
            yield "body", record


_NOTHING = re.compile(r"\W*(?:no|none)\b", re.IGNORECASE)
_BODY = re.compile(r"\b(?:body|payload)\b", re.IGNORECASE)
"""What links to a record must say outright, since a sentence may mention one for anything."""


def _named(label: str, text: str, sentence: str, titles: Titles) -> Iterator[Reference]:
    refers, answers = bool(_REFERS.search(sentence)), bool(_OF_ANSWER.search(sentence))
    if not refers and not answers:
        return
    target = titles.within(title_words(sentence))
    if isinstance(target, Record):  # what is returned need not be likened to anything
        if answers:
            yield "answer", target
    elif target and refers:
        about = next((each for each in (sentence, text, label) if _OF_BODY.search(each) or _OF_ANSWER.search(each)), "")
        if _OF_BODY.search(about):
            yield "body", target
        if _OF_ANSWER.search(about):
            yield "answer", target


def _texts(section: Section) -> Iterator[Text]:
    for block in section.blocks:
        if isinstance(block, List):
            yield from (item.text for item in block.items)
        elif isinstance(block, Prose | Annotation):
            yield block.text


def _made_of(operation: Operation, record: Record) -> Operation:
    """Give an operation that makes a record, or changes one, what the record is said to need: nobody needs anything in answers."""
    last = operation.url.segments[-1]
    makes = operation.method == "POST" and not last.variable
    needed = [each for each in record.rows if each.required]
    if not needed or operation.body or not (makes or (operation.method in ("PUT", "PATCH") and last.variable)):
        return operation
    return _sending(operation, replace(record, rows=tuple(each for each in record.rows if not each.read_only)))


def _sending(operation: Operation, record: Record) -> Operation:
    """Give an operation the fields of a record for its body, where it names none itself."""
    if operation.method not in _WITH_BODIES or (operation.body and operation.body.fields) or not record.rows:
        return operation
    span = record.rows[0].span
    body = operation.body or Body("application/json", (), (), span)
    rows = record.rows if operation.method != "PATCH" else [replace(each, required=None) for each in record.rows]
    fields = placed_in(schema.shape_of_all(body.examples), rows, ())
    return replace(operation, body=replace(body, fields=fields))


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
