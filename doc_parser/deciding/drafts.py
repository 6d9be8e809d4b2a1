"""Drafts: a topic with its Evidence comes in, the operations it holds go out, undecided; callbacks are told from calls here.

One section is one operation unless its request lines name several. A request that the service sends
is no operation.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from itertools import compress, zip_longest

from msgspec import Struct

from doc_parser.deciding.callbacks import callbacks
from doc_parser.deciding.fitting import Fitting
from doc_parser.deciding.places import is_own_place, is_word
from doc_parser.deciding.templates import Templates
from doc_parser.document import List, Prose, Section
from doc_parser.evidence import Call, Evidence, FieldTable, Reply, StatusRow, Topic
from doc_parser.readers import words
from doc_parser.readers.examples import BODY_ONLY
from doc_parser.readers.forms import METHOD
from doc_parser.structs import replace
from doc_parser.url import PREFIX, Url


class Draft(Struct, frozen=True):
    """A topic that is one operation, before anything is decided about it."""

    topic: Topic
    calls: tuple[Call, ...]
    """All that name the request; the strongest first."""
    callbacks: tuple[tuple[Call, tuple[str, ...]], ...]
    """Requests that the service sends, with the place of their address in the request body."""
    found: tuple[Evidence, ...]
    description: str = ""
    """The topic's own prose, without that of its parts."""
    overview: bool = False
    """The topic only lists requests: sections of their own say more."""


def drafts_of(topic: Topic, found: tuple[Evidence, ...]) -> list[Draft]:
    """Split a topic into operations: one, unless its request lines name several."""
    calls = [each for each in found if isinstance(each, Call) and each.url != BODY_ONLY]
    called_back = tuple(callbacks(calls))
    sent_by_service = {id(call) for call, _ in called_back}
    calls = _believed(topic, [each for each in calls if id(each) not in sent_by_service])
    if not calls:
        return []
    named = _named(calls)
    if len(named) < 2:
        return [Draft(topic, tuple(calls), called_back, found, _description(topic))]
    split = _split(topic, named, calls, called_back, found)
    overview = len(named) >= _MANY and all(each.origin == "request-line" for each in calls)
    return [replace(each, overview=True) for each in split] if overview else split


_MANY = 3
"""Requests of a list; two are what one section is about (`PUT` and `PATCH`)."""


def _believed(topic: Topic, calls: list[Call]) -> list[Call]:
    """Leave out what only illustrates a chapter about something else, and messages that the service sends."""
    if words.is_no_operation(topic.title):
        return []
    calls = [each for each in calls if each.origin != "sample" or not _is_any(each.url.path)]
    sampled = [each.url for each in calls if each.origin == "sample"]
    calls = [each for each in calls if not (each.silent and sampled) or _is_called(each.url, sampled)]
    named = {each.method for each in calls if not leaves_open(each.url)}
    calls = [each for each in calls if each.method not in named or not leaves_open(each.url)]
    lines = [each for each in calls if each.origin != "sample"]
    if words.is_history(topic.chapter) and len(lines) == len(calls):
        return []
    if not lines and words.is_illustration(topic.title):
        return [each for each in calls if any(words.is_login_path(part.text) for part in each.url.segments)]
    if words.is_illustration(topic.chapter):
        calls = [
            each
            for each in calls
            if (not words.is_any_path(each.url.path) if each.origin == "sample" else each.method or not each.url.origin)
        ]
    if words.is_sent_by_service(f"{topic.chapter} {topic.title}"):  # a message without a host is the service's own
        return [each for each in calls if each.origin != "sample" or each.url.origin]
    templates = Templates()
    for each in lines:
        if each.url.variables:
            templates.add(each.url)
    listed = len({(each.method, each.url.shape) for each in lines}) >= _LIST
    examples = {
        id(each)
        for each in lines
        if (wider := templates.covering(each.url, wider=True))
        and not (is_own_place(each.url, wider) or (listed and is_word(each.url, wider)))
    }
    # an example with its host, in a fence for commands, says what may be sent there as a command would
    calls = [
        replace(each, origin="sample") if id(each) in examples and each.url.origin and each.language else each
        for each in calls
    ]
    return [each for each in calls if id(each) not in examples]


def _is_any(path: str) -> bool:
    """A path that says in so many words that another would do (`/api/v1/some/endpoint`) names no request, wherever it is shown."""
    return bool(_SOME.search(path)) and words.is_any_path(path)


_SOME = re.compile(r"[/_-](?:some|any|whatever|foo|bar)(?=[/_-]|$)", re.IGNORECASE)


def _is_called(template: Url, sampled: Sequence[Url]) -> bool:
    """One of the samples calls the address, or a longer one that ends in it."""
    size = len(template.segments)
    return any(template.covers(replace(each, segments=each.segments[-size:])) for each in sampled[:_SAMPLES])


_SAMPLES = 8
"""Samples of one section that are compared with an address beside them."""


def leaves_open(url: Url) -> bool:
    """All that a path names could be any collection (`/api/{resource}/{id}`): a section that shows one means that."""
    own = [each for each in url.segments if not PREFIX.fullmatch(each.text)]
    return bool(own) and all(each.variable for each in own) and words.is_any_path(own[0].text)


_LIST = 6
"""Requests of a list whose entries stand for themselves."""


Named = dict[tuple[str | None, tuple[str, ...]], list[Call]]


def _named(calls: Sequence[Call]) -> Named:
    """The requests that a topic names: by its lines, else by one language of its samples."""
    lines: Named = {}
    for call in calls:
        if call.origin != "sample":
            lines.setdefault((call.method, call.url.shape), []).append(call)
    if lines:
        return _without_rival(_without_prefixed(lines))
    languages: dict[str, Named] = {}
    for call in calls:
        languages.setdefault(call.language, {}).setdefault((call.method, call.url.shape), []).append(call)
    return max(languages.values(), key=len)


def _without_prefixed(lines: Named) -> Named:
    """Of two lines that differ in how the whole API's paths begin (`/api/pets/7` below `/pets/{id}`), the later one is an example of the first."""
    first = {key: calls[0].url for key, calls in lines.items()}
    merged: Named = {}
    for (method, shape), calls in lines.items():
        own = first[method, shape]
        same = None
        if merged and len(own.segments) > 1 and PREFIX.fullmatch(own.segments[0].text):
            shorter = replace(own, segments=own.segments[1:])
            same = next((key for key in merged if key[0] == method and first[key].covers(shorter)), None)
        merged.setdefault(same or (method, shape), []).extend(calls)
    return merged


def _without_rival(lines: Named) -> Named:
    """A heading that is a request says what its section is about: one line below it with the same method is about that too."""
    heading = [key for key, calls in lines.items() if calls[0].origin == "heading"]
    if len(heading) != 1 or len(lines) != _PAIR:
        return lines
    other = next(key for key in lines if key != heading[0])
    if other[0] not in (heading[0][0], None):
        return lines
    return {heading[0]: [*lines[heading[0]], *lines[other]]}


_PAIR = 2


def _split(
    topic: Topic,
    named: Named,
    calls: Sequence[Call],
    callbacks: tuple[tuple[Call, tuple[str, ...]], ...],
    found: tuple[Evidence, ...],
) -> list[Draft]:
    """Give each request the samples that fit it, and the tables and answers below its line; others belong to the first."""
    groups = list(named.values())
    placed = {id(each) for group in groups for each in group}
    fitting = Fitting(named)
    for sample in calls:
        if id(sample) not in placed:
            group = fitting.of(sample)
            if group is None:  # a request of its own, which another section may tell of
                groups.append(group := [])
            group.append(sample)
    description = _description(topic)
    replies: dict[tuple[str | None, Url] | None, list[Reply]] = {}
    for reply in found:
        if isinstance(reply, Reply):
            replies.setdefault(reply.of, []).append(reply)
    addresses = [dict.fromkeys((each.method, each.url) for each in group) for group in groups]
    below = _below(topic, groups, found) or _called(groups, found)
    own: list[tuple[Evidence, ...]] = [
        (*(each for address in called for each in replies.get(address, ())), *mine)
        for called, mine in zip(addresses, below, strict=True)
    ]
    own = _as_titled(groups, own, found)
    others = {id(each) for mine in own[1:] for each in mine}
    rest = tuple(each for each in found if id(each) not in others)
    tables = [_stands(each) for each in rest if isinstance(each, FieldTable)]
    first_table = min(tables, default=None)
    alike = [_alike(groups[0], group, first_table) for group in groups[1 : _ALIKE + 1]]
    shared = _shared(groups[0], rest) if any(alike) else ()
    given = [rest, *(mine or (shared if same else ()) for mine, same in zip_longest(own[1:], alike))]
    _share([0, *(index for index, same in enumerate(alike, start=1) if same)], given)
    called = [index for index, group in enumerate(groups) if any(each.origin == "sample" for each in group)]
    if len(called) == 1:  # what comes back stands below the sample, whichever line it calls
        answers = [isinstance(each, Reply) and _may_belong(each) for each in rest]
        given[0] = tuple(each for each, moves in zip(rest, answers, strict=True) if not moves)
        given[called[0]] = (*given[called[0]], *compress(rest, answers))
    return [
        Draft(topic, tuple(group), callbacks if index == 0 else (), mine, description)
        for index, (group, mine) in enumerate(zip(groups, given, strict=True))
    ]


_ALIKE = 20
"""Lines that may share what stands below them; each of them has all of it."""


def _alike(first: Sequence[Call], group: Sequence[Call], table: tuple[str, int, int] | None) -> bool:
    """Lines above the first table that end alike ask for the same thing below other owners: what stands below both is said of
    both. So do a replacement and a change of one thing (`PUT|PATCH`).
    """
    lines = [each for each in group if each.origin != "sample"]
    if table and any(_stands(each) > table for each in lines):
        return False
    if {first[0].method, group[0].method} == _CHANGES:
        return first[0].url.shape == group[0].url.shape
    alike = group[0].method == first[0].method and _ending(group[0].url) == _ending(first[0].url)
    if (
        group[0].method == first[0].method
        and (alike or _is_detour(first[0].url, group[0].url))
        and _adjoin(first, lines)
    ):
        return True
    return table is not None and alike and len(lines) == len(group)


def _is_detour(url: Url, other: Url) -> bool:
    """Another way to name one record: `/pets/tag/{tag}` beside `/pets/{id}`."""
    last = len(url.segments) - 1
    return (
        last > 0
        and len(other.segments) == len(url.segments) + 1
        and url.segments[-1].variable
        and other.segments[-1].variable
        and not other.segments[-2].variable
        and url.shape[:last] == other.shape[:last]
    )


def _adjoin(first: Sequence[Call], lines: Sequence[Call]) -> bool:
    """Nothing stands between a line and one of the first."""
    own = {(each.span.source.name, each.span.line) for each in first if each.origin != "sample"}
    return any((each.span.source.name, each.span.line - gap) in own for each in lines for gap in (1, 2))


def _share(same: Sequence[int], given: list[tuple[Evidence, ...]]) -> None:
    """Give all of some requests that are one the tables, or the answers, that only one of them has."""
    for kind in (FieldTable, Reply) if len(same) > 1 else ():
        has = {at: [each for each in given[at] if isinstance(each, kind) and _may_belong(each)] for at in same}
        holders = [at for at in same if has[at]]
        if len(holders) == 1:
            for at in same:
                given[at] = (*given[at], *(has[holders[0]] if at != holders[0] else ()))


_CHANGES = {"PUT", "PATCH"}


def _shared(first: Sequence[Call], found: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """What stands below several lines, with what the samples of the first send."""
    bodies = (replace(each, url=BODY_ONLY) for each in first if each.origin == "sample" and each.body)
    return (*bodies, *(each for each in found if _may_belong(each)))


def _ending(url: Url) -> tuple[str, ...]:
    """The last word of a path and what follows it."""
    at = max((index for index, each in enumerate(url.segments) if not each.variable), default=0)
    return url.shape[at:]


def _below(topic: Topic, groups: Sequence[Sequence[Call]], found: Sequence[Evidence]) -> list[list[Evidence]]:
    """What belongs to each request: what stands below its line, where each is a heading, or tables or answers stand below more than one;
    empty where they do not.

    Below a line or a heading that is one, a sentence that mentions another takes nothing over.
    """
    named = [(call, index) for index, group in enumerate(groups) for call in group if call.origin != "sample"]
    own = [each for each in named if not each[0].mentioned]
    lines = sorted((_stands(call), index) for call, index in own or named)
    below: list[list[Evidence]] = [[] for _ in groups]
    for each in found:
        if _may_belong(each):
            above = bisect(lines, (_stands(each), 0)) - 1
            beside = above >= 0 and lines[above][0][0] == each.span.source.name
            below[lines[above][1] if beside else 0].append(each)
    headings = {_stands(each) for each in topic.sections[1:]}
    headed = bool(lines) and all(line in headings for line, _ in lines)
    apart = any(sum(any(isinstance(each, kind) for each in part) for part in below) > 1 for kind in (FieldTable, Reply))
    return below if headed or apart else []


def _as_titled(
    groups: Sequence[Sequence[Call]], own: Sequence[tuple[Evidence, ...]], found: Sequence[Evidence]
) -> list[tuple[Evidence, ...]]:
    """A table whose heading names one of the methods (`Arguments for POST`) belongs to that, wherever it stands."""
    methods = {method: index for index, group in reversed([*enumerate(groups)]) if (method := group[0].method)}
    titled = {
        id(each): (methods[said[1]], each)
        for each in found
        if isinstance(each, FieldTable) and (said := _OF_METHOD.search(each.title)) and said[1] in methods
    }
    given = [tuple(each for each in mine if id(each) not in titled) for mine in own]
    for index, each in titled.values():
        given[index] = (*given[index], each)
    return given


_OF_METHOD = re.compile(rf"\b(?:for|of|on|with|to|in) (?:an? |the )?({METHOD})\b(?!\W+(?:and|or|/|{METHOD})\b)")


def _called(groups: Sequence[Sequence[Call]], found: Sequence[Evidence]) -> list[list[Evidence]]:
    """An answer below a sample is that of the request that the sample sends, where that is another path than the first, or a change
    and not a look; of what a sentence says is made or done, too.
    """
    samples = sorted(
        (_stands(call), index) for index, group in enumerate(groups) for call in group if call.origin == "sample"
    )
    called: list[list[Evidence]] = [[] for _ in groups]
    first = groups[0][0]
    changing = next((index for index, group in enumerate(groups) if group[0].method != "GET"), 0)
    for each in found if samples else ():
        above = bisect(samples, (_stands(each), 0)) - 1 if isinstance(each, Reply) and _may_belong(each) else -1
        index = samples[above][1] if above >= 0 and samples[above][0][0] == each.span.source.name else 0
        if isinstance(each, Reply | StatusRow) and each.in_prose and first.method == "GET" and each.status in _DONE:
            index = changing
        own = groups[index][0]
        if own.url.shape != first.url.shape or (own.method != first.method and "GET" in (own.method, first.method)):
            called[index].append(each)
    return called


_DONE = (201, 204)
"""Statuses of what was made, and of what leaves nothing to show (RFC 9110, section 15.3); whoever looks gets neither."""


def _stands(each: Evidence | Section) -> tuple[str, int, int]:
    return each.span.source.name, each.span.line, each.span.column


def _may_belong(each: Evidence) -> bool:
    """Tables, answers and bodies: what is not joined to a request of its own."""
    if isinstance(each, Reply):
        return not each.of and not each.in_prose
    return isinstance(each, FieldTable) or (isinstance(each, Call) and each.url == BODY_ONLY)


def _description(topic: Topic) -> str:
    parts: list[str] = []
    for each in topic.sections[0].blocks:
        if isinstance(each, Prose) and not each.aside:
            parts.append(each.text.plain)
        elif isinstance(each, List):
            parts.append("\n".join(f"- {item.text.plain}" for item in each.items))
    return "\n\n".join(parts)
