"""What some addresses leave out of their beginning: Drafts come in, the Drafts go out with it; a path that differs in anything else stays.

Who wins: sections whose samples call more than their lines name, and lists whose requests other sections name in full, where all
differ by the same words and those begin the paths of a whole API. A beginning that only two owners of a thing have is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import compress

from doc_parser.deciding.drafts import Draft
from doc_parser.evidence import Call
from doc_parser.structs import replace
from doc_parser.url import PREFIX, Segment, Url

Shape = tuple[str, ...]
Beginnings = Mapping[str, tuple[Segment, ...]]
"""What paths of an origin begin with."""

_AGREEING = 2
"""Sections, or requests of a list, that differ from others by one beginning."""


def prefixed(drafts: Sequence[Draft]) -> list[Draft]:
    """Give each call the beginning that the others of its origin have."""
    found = dict(_found(drafts))
    return [_with_beginnings(draft, found) for draft in drafts] if found else list(drafts)


def _found(drafts: Sequence[Draft]) -> Iterator[tuple[str, tuple[Segment, ...]]]:
    """The beginning that each origin's calls prove, where nothing speaks against it."""
    votes: dict[str, Counter[Shape]] = {}
    for origin, beginning in _votes(drafts):
        votes.setdefault(origin, Counter())[beginning] += 1
    calls: dict[str, list[Call]] = {}
    for call in (call for draft in drafts for call in draft.calls) if votes else ():
        calls.setdefault(call.url.origin, []).append(call)
    for origin, counted in votes.items():
        (beginning, count), *_ = counted.most_common(1)
        if count >= _AGREEING and _rules(calls[origin], beginning, known=bool(origin)):
            yield origin, tuple(map(Segment, beginning))


def _votes(drafts: Sequence[Draft]) -> Iterator[tuple[str, Shape]]:
    """One vote of each section whose sample goes on before its line, and of each request of a list that a section names in full."""
    listed = {
        (call.method, call.url.origin, call.url.shape) for draft in drafts if draft.overview for call in draft.calls
    }
    for draft in drafts:
        yield from set(_own_votes(draft))
        for call in draft.calls[:_FEW] if listed and not draft.overview else ():
            for cut in range(1, min(len(call.url.shape), _DEEPEST)):
                if (call.method, call.url.origin, call.url.shape[cut:]) in listed and _is_base(call.url.segments[:cut]):
                    yield call.url.origin, call.url.shape[:cut]


def _own_votes(draft: Draft) -> Iterator[tuple[str, Shape]]:
    lines = [call.url for call in draft.calls if call.origin != "sample" and _begins_with_word(call.url)][:_FEW]
    samples = [call.url for call in draft.calls if call.origin == "sample"][:_FEW]
    for line in lines:
        for sample in samples:
            cut = len(sample.segments) - len(line.segments)
            end = replace(sample, segments=sample.segments[cut:])
            same = line.origin == sample.origin and 0 < cut < _DEEPEST and line.covers(end)
            if same and _is_base(sample.segments[:cut]):
                yield sample.origin, sample.shape[:cut]


def _begins_with_word(url: Url) -> bool:
    return bool(url.segments) and not url.segments[0].variable


_FEW = 8
"""Calls of one section that are compared with each other."""
_DEEPEST = 5
"""Parts of a base, and one more."""


def _is_base(segments: Sequence[Segment]) -> bool:
    """Words that begin the paths of a whole API; that something is public says nothing of the rest."""
    return not any(each.names for each in segments) and any(
        PREFIX.fullmatch(each.text) and each.text.lower() != "public" for each in segments
    )


def _rules(calls: Sequence[Call], beginning: Shape, *, known: bool) -> bool:
    """Some line has it, nobody begins in part as it does (another version), and samples have it more often than not.

    Where each reader has another host, that is not known, and lines may all leave out what samples show.
    """
    begins = [call.url.shape[: len(beginning)] == beginning for call in calls]
    others = list(compress(calls, (not each for each in begins)))
    lines = any(call.origin != "sample" for call in compress(calls, begins))
    samples = Counter(each for call, each in zip(calls, begins, strict=True) if call.origin == "sample")
    return (
        (lines or not known)
        and samples[True] >= 2 * samples[False]
        and not any(_other(call.url, beginning) for call in others)
    )


def _other(url: Url, beginning: Shape) -> bool:
    """Another beginning of a whole API."""
    return url.shape[:1] == beginning[:1] or bool(url.segments and PREFIX.fullmatch(url.segments[0].text))


def _with_beginnings(draft: Draft, found: Beginnings) -> Draft:
    begun = [(call, _begun(call, found.get(call.url.origin, ()))) for call in draft.calls]
    named = [call for call, other in begun if other is not call and call.url.origin]
    return replace(draft, calls=(*(other for _, other in begun), *named))


def _begun(call: Call, beginning: tuple[Segment, ...]) -> Call:
    """The call with its beginning; what a line names in full stays besides, because somebody calls it."""
    if not call.url.segments or call.url.shape[: len(beginning)] == Url("", beginning).shape:
        return call
    return replace(call, url=replace(call.url, segments=(*beginning, *call.url.segments)))
