"""Where relative paths hang: a Document and its Drafts come in, the Drafts go out with full paths; a full URL is never changed.

A base may stand anywhere once: in the introduction, in an aside, in a table of environments, or only
in the samples, which call full URLs. What a section's own samples show wins, then what its chapter's
show, then what most show, then what any other sample asks of one of the paths, then what a sentence says (`announced`), then
a host alone: in real documents samples are right nearly always, sentences four times of five. What other lines show in front of the same paths (`prefixes`) was put there before.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from doc_parser.deciding.announced import TRYING, Base, announced, texts_of
from doc_parser.deciding.drafts import Draft
from doc_parser.deciding.templates import Templates
from doc_parser.document import Block, Code, Document
from doc_parser.evidence import Call, FieldTable, Reply
from doc_parser.readers import words
from doc_parser.readers.forms import METHOD
from doc_parser.readers.samples import asked, commands
from doc_parser.structs import replace
from doc_parser.url import PREFIX, Segment, Url, url

NOWHERE = Base("", ())


def based(document: Document, drafts: Sequence[Draft]) -> list[Draft]:
    """Give every relative call the base that the documents give it."""
    if not any(not call.url.origin for draft in drafts for call in draft.calls):
        return list(drafts)
    # Where people only try the API, and no sample calls it in earnest, the paths are the same.
    found = (
        {id(draft): votes for draft in drafts if (votes := Counter(_shown(draft, trying=each)))}
        for each in (False, True)
    )
    shown = _once(next(filter(None, found), {}))
    overall: Counter[Base] = Counter()
    chapters: dict[str, Counter[Base]] = {}
    for draft in drafts:
        votes = shown.get(id(draft), Counter())
        overall += votes
        chapters.setdefault(draft.topic.chapter, Counter()).update(votes)
    said = announced(document, drafts)
    called = _winner(Counter(_explained(document, drafts)))
    general = _winner(overall) or _surer(called, said) or _host_alone(drafts)
    longer = _Longer.of(said, document)
    return [
        _with_base(
            draft, longer.than(_winner(shown.get(id(draft))) or _winner(chapters[draft.topic.chapter]) or general)
        )
        for draft in drafts
    ]


def _surer(called: Base | None, said: Base | None) -> Base | None:
    """A request that was sent shows the path; where it agrees, or only tries the API, the sentence names the host."""
    agrees = called and said and (called.segments == said.segments or TRYING.search(called.origin))
    return said if agrees else called or said


class _Longer(Struct, frozen=True):
    """The base that a sentence gives, where some sample calls it: samples that leave its end out are wrong about all else."""

    base: Base | None

    @classmethod
    def of(cls, said: Base | None, document: Document) -> _Longer:
        """Look for a sample that calls it, in chapters that explain too."""
        if not said or not said.segments:
            return cls(None)
        address = f"{said.origin}{Url('', said.segments).path}/"
        codes = (block.content for section in document.sections for block in section.blocks if isinstance(block, Code))
        return cls(said if any(address in each for each in codes) else None)

    def than(self, shown: Base) -> Base:
        """The longer of the two, where one begins with the other."""
        longer = self.base
        begins = longer and longer.origin == shown.origin and longer.segments[: len(shown.segments)] == shown.segments
        return longer if longer and begins else shown


def _once(shown: Mapping[int, Counter[Base]]) -> Mapping[int, Counter[Base]]:
    """Votes of a sample that was pasted into an address which had the base of most others already (`/api/v1/pets/api/v1/cats`) are for that base."""
    usual = _winner(sum(shown.values(), Counter()))
    return (
        {key: Counter(_unrepeated(each, usual) for each in votes.elements()) for key, votes in shown.items()}
        if usual
        else shown
    )


def _unrepeated(base: Base, usual: Base) -> Base:
    own, size = usual.segments, len(usual.segments)
    again = len(base.segments) > size > 0 and base.segments[:size] == own == base.segments[-size:]
    return replace(base, segments=own) if again else base


def _winner(votes: Counter[Base] | None) -> Base | None:
    return votes.most_common(1)[0][0] if votes else None


def _shown(draft: Draft, *, trying: bool) -> Iterator[Base]:
    """A sample's full URL ends in the section's relative path: what is left in front is the base."""
    relative = [call.url for call in draft.calls if not call.url.origin and call.url.segments]
    for call in draft.calls:
        for path in relative if call.url.origin and bool(TRYING.search(call.url.origin)) == trying else ():
            cut = len(call.url.segments) - len(path.segments)
            if cut >= 0 and _agree(path.segments, call.url.segments[cut:]):
                yield Base(call.url.origin, call.url.segments[:cut])
                break


def _explained(document: Document, drafts: Sequence[Draft]) -> Iterator[Base]:
    """A request that explains something (how to send a key, say) calls one of the paths in full: what stands in front is the base."""
    known = Templates()
    for draft in drafts:
        for call in draft.calls:
            if not call.url.origin and any(not each.variable for each in call.url.segments):
                known.add(call.url)
    for address in (each for section in document.sections for block in section.blocks for each in _called(block)):
        cut = next((at for at in range(len(address.segments)) if _ends(known, address, at)), None)
        if cut is not None:
            yield Base(address.origin, address.segments[:cut])


def _called(block: Block) -> Iterator[Url]:
    """The full addresses that a block sends requests to: a sample, or a sentence that shows one."""
    if isinstance(block, Code):
        found = [each[1] for code in commands(block) if (each := asked(code))] if "://" in block.content else []
    else:
        texts = (each for each in texts_of(block) if "://" in each)
        found = [there for text in texts for at in _REQUEST.finditer(text) if (there := url(at[1].rstrip(".,;*:")))]
    yield from (each for each in found if each.origin)


_REQUEST = re.compile(rf"\b(?:(?:{METHOD})\s+|curl\b[^\n]{{0,200}}?)(https?://[^\s\"'`<>()|\\]+)")


def _ends(known: Templates, address: Url, at: int) -> bool:
    """What follows is one of the paths."""
    return known.covering(replace(address, segments=address.segments[at:])) is not None


def _agree(path: Sequence[Segment], end: Sequence[Segment]) -> bool:
    """A path is the end of another; where only placeholders meet, that says nothing."""
    pairs = list(zip(path, end, strict=True))
    met = any(_bare(mine) == _bare(theirs) for mine, theirs in pairs if not mine.variable)
    return (met or all(mine.variable for mine in path)) and all(
        mine.variable or _bare(mine) == _bare(theirs) or theirs.variable for mine, theirs in pairs
    )


def _bare(segment: Segment) -> str:
    """A part of a path without a format at its end, which one of two spellings may leave out."""
    return re.sub(r"\.(?:json|xml)$", "", segment.text)


def without_bases(drafts: Sequence[Draft]) -> list[Draft]:
    """Leave out addresses that are the base of most others, without a method or where a chapter explains: no operation."""
    shapes = [{call.url.shape for call in draft.calls} for draft in drafts]
    below = Counter(shape[:cut] for each in shapes for shape in each for cut in range(1, min(len(shape), _DEEPEST)))
    named = Counter(shape for each in shapes for shape in each)

    def is_base(draft: Draft) -> bool:
        own = {call.url for call in draft.calls}
        explains = words.is_illustration(draft.topic.chapter)
        silent = (
            each.method is None or (explains and each.origin == "sample" and not each.explicit) for each in draft.calls
        )
        return all(silent) and all(
            PREFIX.fullmatch(each.segments[-1].text) and 2 * below[each.shape] > len(drafts)
            for each in own
            if each.segments
        )

    def is_place(draft: Draft) -> bool:
        """An address alone in the opening of a chapter says where what follows is."""
        opens = draft.topic.title == draft.topic.chapter and not any(
            isinstance(each, Reply | FieldTable) or (isinstance(each, Call) and each.body) for each in draft.found
        )
        return opens and all(
            call.method is None and call.origin != "sample" and named[call.url.shape] + below[call.url.shape] > _ALONE
            for call in draft.calls
        )

    return [draft for draft in drafts if not is_base(draft) and not is_place(draft)]


_ALONE = 2
"""So many requests at a place and below, and it was not named for its own sake."""


_DEEPEST = 5
"""Parts of a base, and one more."""


def _with_base(draft: Draft, base: Base) -> Draft:
    return replace(draft, calls=tuple(_hung(call, base) for call in draft.calls))


def _hung(call: Call, base: Base) -> Call:
    if call.url.origin:
        return call
    inside = base.segments and call.url.shape[: len(base.segments)] == Url("", base.segments).shape
    segments = call.url.segments if inside else (*base.segments, *call.url.segments)
    return replace(call, url=replace(call.url, origin=base.origin, segments=segments))


def _host_alone(drafts: Sequence[Draft]) -> Base:
    """Without any base, the host that the samples call."""
    origins = Counter(call.url.origin for draft in drafts for call in draft.calls if call.url.origin)
    return Base(origins.most_common(1)[0][0], ()) if origins else NOWHERE
