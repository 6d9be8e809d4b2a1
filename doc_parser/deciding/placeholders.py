"""What in a path stands for a value: a Call and what all calls tell come in, its Url with placeholders goes out.

A concrete value becomes a placeholder where a template, a sibling, a neighbour or its looks show that
it is an id; a word that the document uses as a word stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from doc_parser.deciding.answers import unused
from doc_parser.deciding.drafts import Draft, leaves_open
from doc_parser.deciding.names import normal
from doc_parser.deciding.templates import Templates
from doc_parser.deciding.versions import VERSION_DEPTH
from doc_parser.evidence import Call, FieldTable, Flaw
from doc_parser.readers.words import singular
from doc_parser.structs import replace
from doc_parser.url import Segment, Url

_CODED = re.compile(r"[a-z]+\d+[a-z]+[a-z0-9]*|\d+[a-z]+\d+[a-z0-9]*")
"""Letters with digits among them, as servers make names."""
_KEY = re.compile(r"[a-z]+\d{4,}")
"""Letters and then many digits: a made-up key (`abcd1234`), where other paths have a placeholder."""
_NUMBERED = re.compile(r"[A-Za-z]+[_-]?\d{3,}")
"""A name with a number, which below a collection is one of its records (`/pets/abc123`)."""


class Known(Struct, frozen=True):
    """What all calls together tell about one."""

    siblings: Mapping[tuple[str, ...], str]
    """Names of placeholders by the path in front of them."""
    homes: Mapping[str, tuple[str, ...]]
    """Paths of collections whose placeholder is called after them (`/pets/{petId}`), by its normal form (`petid`)."""
    used: frozenset[tuple[str | None, tuple[str, ...]]]
    """Methods with the path in front of their last part."""
    templates: Templates
    """Paths with placeholders that request lines give."""
    prefixes: Mapping[tuple[str, ...], int]
    """How many calls begin with a path."""
    stated: Mapping[tuple[str, ...], int]
    """How many of them are no samples."""
    total: int
    lines: int
    """How many calls are no samples."""

    @classmethod
    def of(cls, drafts: Sequence[Draft]) -> Known:
        """Learn from all calls; a section's samples teach templates only where it has no request line."""
        calls = [call for draft in drafts for call in draft.calls]
        teaching = {id(call) for draft in drafts for call in _teachers(draft) if not leaves_open(call.url)}
        siblings: dict[tuple[str, ...], str] = {}
        homes: dict[str, tuple[str, ...]] = {}
        templates = Templates()
        prefixes: Counter[tuple[str, ...]] = Counter()
        stated: Counter[tuple[str, ...]] = Counter()
        for call in sorted(calls, key=lambda call: call.origin == "sample"):
            for index, segment in enumerate(call.url.segments):
                prefixes[call.url.shape[: index + 1]] += 1
                stated[call.url.shape[: index + 1]] += call.origin != "sample"
                if segment.variable and id(call) in teaching:
                    siblings.setdefault(call.url.shape[:index], segment.text)
                    if index and (name := normal(segment.text)) == own_id(call.url.segments[index - 1].text):
                        homes.setdefault(name, call.url.shape[:index])
            if call.url.variables and id(call) in teaching:
                templates.add(call.url)
        lines = sum(call.origin != "sample" for call in calls)
        used = frozenset((call.method, call.url.shape[:-1]) for call in calls)
        return cls(siblings, homes, used, templates, prefixes, stated, len(calls), lines)

    def says(self, call: Call, index: int) -> bool:
        """Tell whether a sample has a word here that a request line of any section has."""
        word = not call.url.segments[index].looks_like_id
        return word and call.origin == "sample" and self.stated.get(call.url.shape[: index + 1], 0) > 0

    def is_unused(self, prefix: tuple[str, ...], other: tuple[str, ...]) -> bool:
        """Tell whether no sample begins with a path, where samples and as many lines begin with the other."""
        sampled, rival = (self.prefixes[each] - self.stated[each] for each in (prefix, other))
        return not sampled and rival > 1 and self.stated[other] >= self.stated[prefix]

    def is_base(self, prefix: tuple[str, ...]) -> bool:
        """Tell whether all samples begin with a path, and as many lines as do not: who leaves it out has forgotten it."""
        samples = self.prefixes[prefix] - self.stated[prefix]
        return samples == self.total - self.lines > 1 and 2 * self.stated[prefix] >= self.lines

    def is_constant(self, prefix: tuple[str, ...]) -> bool:
        """Tell whether a number is part of most paths (a version), not an id."""
        return len(prefix) <= VERSION_DEPTH and (2 * self.prefixes[prefix] > self.total or self.total <= _FEW_CALLS)


def own_id(word: str) -> str:
    """The normal form of a placeholder that is called after its collection: `petid` of `pets`."""
    return f"{normal(singular(word.lower()))}id"


def with_acronyms(drafts: Sequence[Draft]) -> list[Draft]:
    """Take capitals for a word that a section's title has and its samples leave as it is (`/RFQ` below `RFQ`); tables name values."""
    found: set[str] = set()
    for draft in drafts:
        spoken = set(_ACRONYM.findall(f"{draft.topic.chapter} {draft.topic.title}"))
        bare = {each.text for call in draft.calls for each in call.url.segments if each.bare} & spoken if spoken else ()
        for text in bare:
            found |= {text} if _is_left(text, draft) else set()
    return [_with_words(draft, found) for draft in drafts] if found else list(drafts)


_ACRONYM = re.compile(r"(?<!\bby )(?<!\bfor )(?<!\bper )\b(?!ID\b)[A-Z]{2,}\b")


def _is_left(text: str, draft: Draft) -> bool:
    """The samples have the word where the line has it, and no table explains it."""
    samples = [call for call in draft.calls if call.origin == "sample"]
    listed = any(row.name.upper() == text for each in draft.found if isinstance(each, FieldTable) for row in each.rows)
    return (
        bool(samples) and not listed and all(any(part.text == text for part in call.url.segments) for call in samples)
    )


def _with_words(draft: Draft, found: set[str]) -> Draft:
    calls = (
        replace(call, url=replace(call.url, segments=tuple(_as_word(each, found) for each in call.url.segments)))
        for call in draft.calls
    )
    return replace(draft, calls=tuple(calls))


def _as_word(segment: Segment, found: set[str]) -> Segment:
    return Segment(segment.text) if segment.bare and segment.text in found else segment


def with_slashes(drafts: Sequence[Draft]) -> list[Draft]:
    """A placeholder that stands right behind a word (`/pets{id}`) lacks its slash where other paths have one between the two."""
    calls = [call for draft in drafts for call in draft.calls]
    glued = {
        each.text for call in calls for each in call.url.segments if not each.variable and _GLUED.fullmatch(each.text)
    }
    if not glued:
        return list(drafts)
    apart = {
        call.url.shape[: at + 1] for call in calls for at, each in enumerate(call.url.segments[1:]) if each.variable
    }

    def parted(url: Url) -> Url:
        found: list[Segment] = []
        for each in url.segments:
            split = _GLUED.fullmatch(each.text) if each.text in glued else None
            before = tuple("{}" if one.variable else one.text for one in found)
            lacks = split and (*before, split[1]) in apart
            found += (Segment(split[1]), Segment(split[2], variable=True)) if split and lacks else (each,)
        return url if len(found) == len(url.segments) else replace(url, segments=tuple(found))

    return [
        replace(draft, calls=tuple(replace(call, url=parted(call.url)) for call in draft.calls)) for draft in drafts
    ]


_GLUED = re.compile(r"([A-Za-z][\w-]*)\{([\w.-]+)\}")


def _teachers(draft: Draft) -> Sequence[Call]:
    return [call for call in draft.calls if call.origin != "sample"] or draft.calls


_FEW_CALLS = 3


_LINES = 8
"""Request lines of one operation."""


class Peers(Struct, frozen=True):
    """What the calls of one section tell about each other."""

    title: str
    ids: Mapping[tuple[int, int], frozenset[str]]
    """Values that look like ids, by the length of the path and the place in it."""
    lines: tuple[Url, ...]
    """Paths of the first request lines."""
    said: Mapping[tuple[int, str], int]
    """How many request lines have a word at a place."""

    @classmethod
    def of(cls, draft: Draft) -> Peers:
        """Look at the calls of a section once."""
        ids: dict[tuple[int, int], set[str]] = {}
        said: Counter[tuple[int, str]] = Counter()
        for call in draft.calls:
            for index, segment in enumerate(call.url.segments):
                if segment.looks_like_id:
                    ids.setdefault((len(call.url.segments), index), set()).add(segment.text)
                if call.origin != "sample" and not segment.variable:
                    said[index, segment.text] += 1
        lines = tuple(call.url for call in draft.calls if call.origin != "sample")[:_LINES]
        return cls(draft.topic.title, {place: frozenset(texts) for place, texts in ids.items()}, lines, said)

    def says(self, call: Call, index: int) -> bool:
        """Tell whether another request line has this very word here."""
        own = call.origin != "sample"
        return self.said.get((index, call.url.segments[index].text), 0) > own


def generalised(call: Call, peers: Peers, known: Known) -> Url:
    """A concrete value that a template, a sibling, a neighbour or its looks show to be an id becomes a placeholder."""
    result = call.url
    template = known.templates.covering(call.url) if call.origin == "sample" else None
    if call.origin == "sample" and any(line.covers(call.url) for line in peers.lines):
        return result  # an instance of its own request line, `{id}.json` and all
    for index, segment in enumerate(call.url.segments):
        if not segment.variable and (
            meant := _meant(call, index, peers, known, template=template, taken=result.variables)
        ):
            result = result.with_segment(index, meant)
    return result


def _meant(
    call: Call, index: int, peers: Peers, known: Known, *, template: Url | None, taken: Sequence[str]
) -> Segment | None:
    """What a concrete part of a path stands for; None for a word."""
    text, theirs = call.url.segments[index].text, template.segments[index] if template else None
    if index and _names_one(text, call.url.segments[index - 1].text):
        return Segment(unused(text, taken), variable=True)
    if peers.says(call, index) or known.says(call, index):
        return None  # what a request line says in so many words is a word
    if theirs and theirs.names and not (theirs.variable and _is_named(text, peers.title)):
        return Segment(theirs.text, theirs.variable)  # `7` of `{id}`, or `7.json` of `{id}.json`
    if (index or _KEY.fullmatch(text)) and (sibling := _sibling(call, index, peers.title, known)):
        return Segment(sibling, variable=True)
    if index and _is_id(call, index, peers, known):
        return Segment(unused("id", taken), variable=True)
    return _formatted(call, index, peers, known, taken) if index and _FORMAT.search(text) else None


def _formatted(call: Call, index: int, peers: Peers, known: Known, taken: Sequence[str]) -> Segment | None:
    """The placeholder that stands in front of the format that is asked for at the end of a path (`/pets/7.json`)."""
    text = call.url.segments[index].text
    stem = Segment(_FORMAT.sub("", text))
    bare = replace(call, url=call.url.with_segment(index, stem))
    if index + 1 < len(call.url.segments) or not stem.looks_like_id:
        return None
    name = _sibling(bare, index, peers.title, known) or ("id" if _is_id(bare, index, peers, known) else "")
    return Segment(f"{{{unused(name, taken)}}}{text[len(stem.text) :]}") if name else None


_FORMAT = re.compile(r"\.(?:json|xml|csv)$")


def _names_one(word: str, before: str) -> bool:
    """`/pets/pet_id`, `/pets/id`, `/pets/your-pet-id`, `/pets/pet-id-here`: a writer's placeholder without its mark."""
    if _TO_FILL_IN.fullmatch(word):
        return True
    return (_is_plural(before) and word.lower() in ("id", "uuid", "guid")) or word.lower() in {
        f"{singular(before.lower())}{joint}{kind}" for joint in ("_", "-", "") for kind in ("id", "uid", "uuid", "guid")
    }


_TO_FILL_IN = re.compile(
    r"(?:\w+[-_])+(?:here|aqu[ií]|ici|hier)|(?:your|my|insert|enter|put|some|the)[-_](?:\w+[-_])?(?:id|uuid|guid|key|code|slug|number)",
    re.IGNORECASE,
)


def _is_plural(word: str) -> bool:
    return singular(word) != word.lower()


def _is_id(call: Call, index: int, peers: Peers, known: Known) -> bool:
    """A value that differs within its section is an id, and one below a collection; a number that most paths share is a version."""
    below = _is_plural(call.url.segments[index - 1].text)
    text = call.url.segments[index].text
    if not call.url.segments[index].looks_like_id:
        return below and _NUMBERED.fullmatch(text) is not None
    differing = len(peers.ids.get((len(call.url.segments), index), ())) > 1
    return differing or below or len(text) > _SHORT or not known.is_constant(call.url.shape[: index + 1])


_CALLS_OF_ONE = 4
"""Samples that one section has; what more calls have in common is a word of the API."""
_SHORT = 2
"""Digits of a version."""


def concrete_ids(written: Sequence[Call], general: Sequence[Call]) -> Iterator[Flaw]:
    """Report request lines that name one record; samples may."""
    for before, after in zip(written, general, strict=True):
        for segment, variable in zip(before.url.segments, after.url.segments, strict=True):
            if before.origin != "sample" and segment != variable:
                span = before.span.source.span(before.span.line, segment.text)
                read = f"{{{variable.text}}}" if variable.variable else variable.text
                yield Flaw("concrete-id-in-path", f"'{segment.text}' is one record's id; read as {read}", span)


def _sibling(call: Call, index: int, title: str, known: Known) -> str | None:
    """Name of the placeholder that a sibling has at this place; words that the document uses as words stay."""
    segment = call.url.segments[index]
    if not (segment.looks_like_id or _CODED.fullmatch(segment.text) or _KEY.fullmatch(segment.text)):
        of_many = known.prefixes[call.url.shape[: index + 1]] > _CALLS_OF_ONE
        if call.origin != "sample" or of_many or _is_named(segment.text, title):
            return None
    return known.siblings.get(call.url.shape[:index])


def _is_named(word: str, title: str) -> bool:
    """The heading speaks of it (`Find pets by tags` of `find_by_tags`), so it is a word of the path."""
    spoken = {singular(each) for each in re.findall(r"[a-z0-9]+", title.lower())}
    return all(singular(each) in spoken for each in re.findall(r"[a-z0-9]+", word.lower()))
