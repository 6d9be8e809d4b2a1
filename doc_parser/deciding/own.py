"""Whose requests they are: the Drafts of all topics come in, those of this API go out; a page with one host loses nothing.

Somebody else's host is no part of the API, and a host kept for examples (RFC 2606) is nobody's: where the rest of the page
calls a host of its own, what such a host is asked was left from a template. So it was where the section itself names another path.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from doc_parser.deciding.chapters import is_about_errors
from doc_parser.deciding.drafts import Draft, leaves_open
from doc_parser.evidence import Call, FieldTable, Reply
from doc_parser.readers import words
from doc_parser.structs import replace
from doc_parser.url import PREFIX, Segment

_NOBODY = re.compile(r"(?:^|\.)example\.(?:com|net|org)$|\.(?:example|test|invalid)$", re.IGNORECASE)
_RARE = 20
"""One call in so many to another domain is no part of the API."""
_FEW = 2
"""So many calls to nobody's host for one elsewhere, and it stands for the page's own."""
_VERSIONED = 2
"""Parts of a base that say more than `api`."""


def domain(origin: str) -> str:
    """The last two names of a host."""
    return ".".join(origin.partition("//")[2].partition(":")[0].split(".")[-2:])


def is_nobodys(origin: str) -> bool:
    """Tell whether a host is one of those that are kept for examples."""
    return bool(_NOBODY.search(origin.partition("//")[2].partition(":")[0]))


def own(drafts: Sequence[Draft]) -> list[Draft]:
    """Leave out requests to somebody else's host: where files are put, or what the service sends to its customers."""
    hosts = Counter(domain(call.url.origin) for draft in drafts for call in draft.calls if call.url.origin)
    most, count = hosts.most_common(1)[0] if hosts else ("", 0)
    rare = {host for host, each in hosts.items() if host != most and each * _RARE < count}

    def foreign(draft: Draft) -> bool:
        domains = {domain(call.url.origin) for call in draft.calls}
        told = words.is_sent_by_service(f"{draft.topic.chapter} {draft.topic.title}")
        line = any(call.origin != "sample" and call.url.segments for call in draft.calls)
        return bool(domains) and (
            (domains <= rare and not line) or (told and not line and most not in domains and "" not in domains)
        )

    return [each for each in drafts if not foreign(each)]


def without_strangers(drafts: Sequence[Draft]) -> list[Draft]:
    """Leave out calls to nobody's host that agree with nothing on the page, where its request lines name a host of its own, or none."""
    calls = [call for draft in drafts for call in draft.calls]
    strange = {id(call) for call in calls if is_nobodys(call.url.origin)}
    hosted = [call for call in calls if call.url.origin and id(call) not in strange]
    real = hosted or [call for call in calls if id(call) not in strange and call.url.segments]
    if not strange or _FEW * len(real) < len(strange) or all(call.origin == "sample" for call in real):
        return list(drafts)
    spoken = {word for call in real for word in _resources(call)}
    base = _common(real)
    beside = {(id(draft.topic), call.method) for draft in drafts for call in draft.calls if id(call) not in strange}

    def kept(draft: Draft) -> Draft | None:
        others = [call for call in draft.calls if id(call) not in strange]
        if not others:
            mine = {word for call in draft.calls for word in _resources(call)}
            below = len(base) >= _VERSIONED and all(call.url.shape[: len(base)] == base for call in draft.calls)
            alone = not hosted and not any((id(draft.topic), call.method) in beside for call in draft.calls)
            return draft if below or mine & spoken or alone else None
        agreeing = [
            each
            for each in draft.calls
            if id(each) not in strange
            or any(_agree(each, one) for one in others)
            or (not hosted and spoken & _resources(each))
        ]
        return replace(draft, calls=tuple(agreeing))

    return [each for draft in drafts if (each := kept(draft))]


def without_places(drafts: Sequence[Draft]) -> list[Draft]:
    """Leave out addresses without any word of a request where the page names most of its requests in full."""
    speaking = [draft for draft in drafts if not all(call.silent for call in draft.calls)]
    speaking = speaking if 2 * len(speaking) > len(drafts) else list(drafts)
    named = Counter((call.method, len(call.url.segments)) for draft in speaking for call in draft.calls)
    open_ones = [draft for draft in speaking if all(leaves_open(call.url) for call in draft.calls)]
    for draft in open_ones:
        named.subtract((call.method, len(call.url.segments)) for call in draft.calls)
    general = {id(each) for each in open_ones if all(named[c.method, len(c.url.segments)] > 0 for c in each.calls)}
    return [each for each in speaking if id(each) not in general]


def without_illustrations(drafts: Sequence[Draft]) -> list[Draft]:
    """Leave out samples that only show within a chapter that explains (`Usage`, below `Authentication`) how anything is read."""
    telling = [draft for draft in drafts if not _illustrates(draft)]
    erring = {id(draft) for draft in telling if is_about_errors(draft.topic.sections[0])}
    if erring:  # what goes wrong with a request is shown where all errors are, and is none of its successes
        told = {(call.method, call.url.shape) for draft in telling if id(draft) not in erring for call in draft.calls}
        telling = [
            draft
            for draft in telling
            if id(draft) not in erring or not all((call.method, call.url.shape) in told for call in draft.calls)
        ]
    return telling or list(drafts)


def _illustrates(draft: Draft) -> bool:
    """No line names the request, nobody shows what comes back, and it neither sends anything nor lets anybody in."""
    if not words.is_illustration(draft.topic.chapter) or any(
        isinstance(each, Reply | FieldTable) for each in draft.found
    ):
        return False
    return all(
        call.origin == "sample"
        and call.method == "GET"
        and not call.body
        and not any(words.is_login_path(each.text) for each in call.url.segments)
        for call in draft.calls
    )


def _resources(call: Call) -> set[str]:
    return {
        words.singular(_stem(each))
        for each in call.url.segments
        if not each.variable and not PREFIX.fullmatch(each.text)
    }


def _common(calls: Sequence[Call]) -> tuple[str, ...]:
    """What the paths of all calls begin with."""
    least, most = (pick(call.url.shape for call in calls) for pick in (min, max))
    same = 0
    while same < min(len(least), len(most)) and least[same] == most[same]:
        same += 1
    return least[:same]


def _agree(call: Call, other: Call) -> bool:
    """One path may be the other's, or the end of it."""
    cut = len(other.url.segments) - len(call.url.segments)
    longer, shorter = (other.url, call.url) if cut >= 0 else (call.url, other.url)
    end = longer.segments[abs(cut) :]
    pairs = list(zip(shorter.segments, end, strict=True))
    return bool(pairs) and all(
        mine.variable or theirs.variable or _stem(mine) == _stem(theirs) for mine, theirs in pairs
    )


def _stem(segment: Segment) -> str:
    """A part of a path without the format that is asked for at its end."""
    return _FORMAT.sub("", segment.text)


_FORMAT = re.compile(r"\.(?:json|xml|csv)$")
