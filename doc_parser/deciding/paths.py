"""Which path a section means: the calls of a Draft come in, those that agree go out, the winner first; a rival becomes a Conflict.

Each place that names the request has a voice: its heading, its request line, its samples. A list of requests
elsewhere and a table of path parameters speak for a path as well; that another section is certainly about it
speaks against it, because lines are copied from section to section and not always changed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from doc_parser.deciding.asides import is_another_step, is_choice
from doc_parser.deciding.drafts import Draft
from doc_parser.deciding.names import normal
from doc_parser.deciding.placeholders import Known, own_id
from doc_parser.evidence import Call, FieldTable, Flaw
from doc_parser.model import Conflict
from doc_parser.readers import words
from doc_parser.structs import replace
from doc_parser.url import Segment, Url

Shape = tuple[str, ...]

_ORDER = ("heading", "request-line", "sample")
"""Among paths with equally many voices."""
_SPELLED = ("request-line", "heading", "sample")
"""Among places that name one path: who names its placeholders."""


class Claims(Struct, frozen=True):
    """What sections say of a request for certain."""

    sure: Mapping[tuple[str | None, Shape], int]
    """How many sections have a request line that their heading or a sample confirms."""
    listed: frozenset[tuple[str | None, Shape]]
    """Requests that lists name."""

    @classmethod
    def of(cls, drafts: Iterable[Draft]) -> Claims:
        """Look at each section once."""
        sure: Counter[tuple[str | None, Shape]] = Counter()
        listed: set[tuple[str | None, Shape]] = set()
        for draft in drafts:
            if draft.overview:
                listed |= {(call.method, call.url.shape) for call in draft.calls}
            else:
                sure.update(_sure(draft))
        return cls(sure, frozenset(listed))


def is_copied(draft: Draft, claims: Claims) -> bool:
    """Tell whether another section has the request of this one's line for certain, so that the line may be copied from there."""
    line = next((each for each in draft.calls if each.origin == "request-line"), None)
    claim = (line.method, line.url.shape) if line else None
    return claim is not None and claims.sure.get(claim, 0) > (claim in _sure(draft))


def _sure(draft: Draft) -> set[tuple[str | None, Shape]]:
    lines = [call for call in draft.calls if call.origin == "request-line"][:_FEW]
    others = [call for call in draft.calls if call.origin != "request-line"][:_FEW]
    return {
        (line.method or each.method, line.url.shape) for line in lines for each in others if line.url.covers(each.url)
    }


_FEW = 8
"""Paths of one section that are compared with each other."""
_MANY = 40
"""Calls of one section that are looked at."""


class Said(Struct, frozen=True):
    """What is known when a path is picked."""

    method: str
    tables: Sequence[FieldTable]
    known: Known
    claims: Claims


def settled(draft: Draft, calls: Sequence[Call], said: Said, flaws: list[Flaw]) -> tuple[list[Call], list[Conflict]]:
    """Pick the path; give the calls that agree with it, the winner first, and the conflicts."""
    winner = _winner(draft, calls, said)
    agreeing, seen = [winner], {winner.url.shape}
    conflicts: list[Conflict] = []
    for call, written in zip(calls, draft.calls, strict=True):
        if call is winner:
            continue
        differs = call.url.shape != winner.url.shape and not winner.url.covers(call.url)
        step = differs and is_another_step(call, winner.url, calls)
        if not step:
            agreeing.append(call)
        if differs:
            if not step and not is_choice(written.url, call.url, winner.url, draft.topic):
                place = f"in line {winner.span.line}" if call.span != winner.span else "by its placeholder"
                message = f"{call.url.path} here, {winner.url.path} {place}"
                flaws.append(Flaw("path-conflict", message, call.span))
            if call.url.shape not in seen:
                seen.add(call.url.shape)
                conflicts.append(Conflict(said.method, call.url, call.span))
    return agreeing, conflicts


def _winner(draft: Draft, calls: Sequence[Call], said: Said) -> Call:
    """The path with most voices, as the place spells it that is best at names."""
    rivals: dict[Shape, Call] = {}
    for call in sorted(calls, key=lambda call: _SPELLED.index(call.origin)):
        if len(rivals) < _FEW:
            rivals.setdefault(call.url.shape, call)
    first = min(rivals.values(), key=lambda call: _ORDER.index(call.origin))
    if len(rivals) == 1:
        return _at_home(first, calls, draft, said)
    pair = _with_and_without_base(rivals.values())
    voices = {shape: _voices(call, calls, draft, said, pair) for shape, call in rivals.items()}
    winner = max(rivals.values(), key=lambda call: (voices[call.url.shape], call is first))
    better = (call for call in rivals.values() if voices[call.url.shape] >= voices[winner.url.shape])
    return next((call for call in better if _agrees_better(call.url, winner.url, draft, said)), winner)


def _at_home(call: Call, calls: Sequence[Call], draft: Draft, said: Said) -> Call:
    """The call at the path that its placeholder is of: samples copied from one chapter to another keep words that belong there.

    `DELETE /groups/{pet_id}` below `Remove a pet` is `DELETE /pets/{pet_id}`, if groups have ids of their own and nobody else says so.
    """
    last = call.url.segments[-1:]
    name = normal(last[0].text) if last and last[0].variable else ""
    home, here = said.known.homes.get(name), call.url.shape[:-1]
    if not home or not here or home == here or any(each.origin != "sample" for each in calls):
        return call
    taken = not {(said.method, home), (None, home)}.isdisjoint(said.known.used)
    url = replace(call.url, segments=(*map(Segment, home), last[0]))
    strange = said.known.homes.get(own_id(here[-1])) == here and not _is_spoken(call.url, draft.topic.title)
    return (
        replace(call, url=url)
        if strange and not taken and "{}" not in home and _is_spoken(url, draft.topic.title)
        else call
    )


def _with_and_without_base(rivals: Iterable[Call]) -> tuple[Call, ...]:
    """Two rivals of which one is the end of the other."""
    longest = sorted(rivals, key=lambda call: len(call.url.shape), reverse=True)
    for index, long in enumerate(longest):
        for short in longest[index + 1 :]:
            if short.url.shape and long.url.shape[-len(short.url.shape) :] == short.url.shape:
                return long, short
    return ()


def _voices(rival: Call, calls: Sequence[Call], draft: Draft, said: Said, pair: Sequence[Call] = ()) -> int:
    """Count what speaks for a path, less what speaks against it; the samples of a chapter that explains are anybody's."""
    places = {call.origin for call in calls[:_MANY] if call.url.shape == rival.url.shape or rival.url.covers(call.url)}
    if words.is_illustration(draft.topic.title):
        places.discard("sample")
    claim = (said.method, rival.url.shape)
    elsewhere = said.claims.sure.get(claim, 0) > (claim in _sure(draft))
    siblings = "heading" in places and said.known.prefixes[_resource(rival.url)] > sum(
        call.url.shape[: len(_resource(rival.url))] == _resource(rival.url) for call in calls
    )
    if rival in pair:  # what more requests of the collection begin with
        other = next(each for each in pair if each is not rival)
        based = said.known.is_base(pair[0].url.shape[: -len(pair[1].url.shape)])
        siblings = said.known.stated[_resource(rival.url)] > said.known.stated[_resource(other.url)]
        siblings = rival is pair[0] if based else siblings
    spoken = _is_spoken(rival.url, draft.topic.title)
    # Of two spellings with and without a base, or with one thing's name at the end, what a table explains of one it explains of the other.
    alike = (each for each in calls[:_MANY] if each is rival or ends_alike(each.url, rival.url))
    explained = any(_explained(each.url, said.tables) for each in (pair if rival in pair else alike))
    made = (said.method == "POST" and _makes(rival, calls)) or (
        said.method in ("PUT", "PATCH", "DELETE") and _changes(rival, calls, draft)
    )
    homely = any(_is_homely(rival.url, each.url, said.known) for each in calls[:_MANY])
    told = len(places) + spoken + (claim in said.claims.listed) + siblings + explained + made + homely
    return told - elsewhere


def _makes(rival: Call, calls: Sequence[Call]) -> bool:
    """A command sends a new record to the collection; that a line names one of its records was copied from above."""
    line = next((call.url for call in calls if call.origin == "request-line"), None)
    one = line is not None and len(line.shape) > 1 and line.segments[-1].variable
    return (
        one
        and line is not None
        and rival.origin == "sample"
        and bool(rival.body)
        and rival.url.shape == line.shape[:-1]
    )


def _changes(rival: Call, calls: Sequence[Call], draft: Draft) -> bool:
    """A command changes one record; that the line ends in the collection was copied from above."""
    line = next((call.url for call in calls if call.origin == "request-line"), None)
    written = next(before.url for before, call in zip(draft.calls, calls, strict=True) if call is rival)
    return (
        line is not None
        and line.shape == rival.url.shape[:-1]
        and not line.segments[-1].variable
        and rival.origin == "sample"
        and (written.segments[-1].variable or written.segments[-1].looks_like_id)
    )


def _is_homely(url: Url, other: Url, known: Known) -> bool:
    """A placeholder stands behind the collection that it is of (`/pets/{pet_id}/meals`), which the other path leaves out."""
    for at, each in enumerate(other.segments[: len(url.segments) - 1]):
        home = known.homes.get(normal(each.text)) if each.variable else None
        if home and home[:-1] == other.shape[:at] and home == url.shape[: at + 1] and url.shape[at + 1] == "{}":
            return True
    return False


def ends_alike(url: Url, other: Url) -> bool:
    """Both name one of the same things, whatever stands in front (`/pets/{id}`, `/owners/{owner}/pet/{number}`)."""
    ends = [each.segments[-2:] for each in (url, other)]
    named = all(len(end) > 1 and end[1].variable and not end[0].variable for end in ends)
    return named and words.singular(ends[0][0].text) == words.singular(ends[1][0].text)


def _resource(url: Url) -> Shape:
    """The path without the placeholder at its end."""
    return url.shape[:-1] if url.segments and url.segments[-1].variable else url.shape


def _is_spoken(url: Url, title: str) -> bool:
    """The heading names what the path ends in (`Create a group` of `/groups`)."""
    stems = (Segment(each.text.partition(".")[0]) for each in reversed(url.segments) if not each.names)
    last = next((each.text for each in stems if not each.looks_like_id), "")
    return words.singular(last) in {words.singular(each) for each in re.findall(r"[\w-]+", title.lower())}


def _explained(url: Url, tables: Sequence[FieldTable]) -> bool:
    """A table of path parameters has the placeholder at the end of the path."""
    if not url.segments or not url.segments[-1].variable:
        return False
    name = normal(url.segments[-1].text)
    return any(normal(row.name) == name for table in tables if table.place == "path" for row in table.rows)


def _agrees_better(url: Url, other: Url, draft: Draft, said: Said) -> bool:
    """Two spellings that differ in one word: the one that other sections or the title use wins over one that stands alone."""
    if len(url.segments) != len(other.segments):
        return False
    differing = [
        index for index, (mine, theirs) in enumerate(zip(url.shape, other.shape, strict=True)) if mine != theirs
    ]
    if len(differing) != 1 or "{}" in (url.shape[differing[0]], other.shape[differing[0]]):
        return False
    at = differing[0]
    mine, theirs = (said.known.prefixes[each.shape[: at + 1]] for each in (url, other))
    if said.claims.sure.get((said.method, url.shape), 0):
        return False  # another section's path, pasted here
    spoken = set(re.findall(r"[a-z0-9]+", draft.topic.title.lower()))
    own = sum(call.url.shape[: at + 1] == other.shape[: at + 1] for call in draft.calls[:_MANY])
    unused = said.known.is_unused(other.shape[: at + 1], url.shape[: at + 1])
    return (theirs <= max(own, 1) or unused) and (
        mine > _COMMON or (url.shape[at] in spoken and other.shape[at] not in spoken)
    )


_COMMON = 2
"""Calls that begin with a word which is no slip."""
