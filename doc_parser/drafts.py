"""Drafts: a topic with its Evidence comes in, the operations it holds go out, undecided; callbacks are told from calls here.

One section is one operation unless its request lines name several. A request that the service sends
is no operation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from doc_parser.evidence import Call, Evidence, Json, Topic
from doc_parser.readers import words
from doc_parser.readers.examples import BODY_ONLY


@dataclass(frozen=True)
class Draft:
    """A topic that is one operation, before anything is decided about it."""

    topic: Topic
    calls: tuple[Call, ...]
    """All that name the request; the strongest first."""
    callbacks: tuple[tuple[Call, tuple[str, ...]], ...]
    """Requests that the service sends, with the place of their address in the request body."""
    found: tuple[Evidence, ...]


def drafts_of(topic: Topic, found: tuple[Evidence, ...]) -> list[Draft]:
    """Split a topic into operations: one, unless its request lines name several."""
    calls = [each for each in found if isinstance(each, Call) and each.url != BODY_ONLY]
    callbacks = tuple(_callbacks(calls))
    sent_by_service = {id(call) for call, _ in callbacks}
    calls = _believed(topic, [each for each in calls if id(each) not in sent_by_service])
    if not calls:
        return []
    named = _named(calls)
    if len(named) < 2:
        return [Draft(topic, tuple(calls), callbacks, found)]
    return _split(topic, named, calls, callbacks, found)


def _believed(topic: Topic, calls: list[Call]) -> list[Call]:
    """Leave out what only illustrates a chapter about something else, and messages that the service sends."""
    if words.is_no_operation(topic.title):
        return []
    lines = [each for each in calls if each.origin != "sample"]
    if not lines and words.is_illustration(topic.title):
        return [
            each
            for each in calls
            if each.method == "POST" and any(words.is_login_path(part.text) for part in each.url.segments)
        ]
    if words.is_sent_by_service(f"{topic.chapter} {topic.title}"):  # a message without a host is the service's own
        return [each for each in calls if each.origin != "sample" or each.url.origin]
    examples = {
        id(each)
        for each in lines
        if any(other.url.variables and other.url.covers(each.url) for other in lines if other is not each)
    }
    return [each for each in calls if id(each) not in examples or each.url.variables]


Named = dict[tuple[str | None, tuple[str, ...]], list[Call]]


def _named(calls: Sequence[Call]) -> Named:
    """The requests that a topic names: by its lines, else by one language of its samples."""
    lines: Named = {}
    for call in calls:
        if call.origin != "sample":
            lines.setdefault((call.method, call.url.shape), []).append(call)
    if lines:
        return lines
    languages: dict[str, Named] = {}
    for call in calls:
        languages.setdefault(call.language, {}).setdefault((call.method, call.url.shape), []).append(call)
    return max(languages.values(), key=len)


def _split(
    topic: Topic,
    named: Named,
    calls: Sequence[Call],
    callbacks: tuple[tuple[Call, tuple[str, ...]], ...],
    found: tuple[Evidence, ...],
) -> list[Draft]:
    """Give each request the samples that fit it; tables and answers belong to the first."""
    groups = list(named.values())
    placed = {id(each) for group in groups for each in group}
    for sample in calls:
        if id(sample) not in placed:
            fitting = [
                group
                for group in groups
                if group[0].url.covers(sample.url) and group[0].method in (None, sample.method)
            ]
            (fitting or groups)[0].append(sample)
    return [
        Draft(topic, tuple(group), callbacks if index == 0 else (), found if index == 0 else ())
        for index, group in enumerate(groups)
    ]


def _callbacks(calls: Sequence[Call]) -> Iterator[tuple[Call, tuple[str, ...]]]:
    """A sample that calls the very address which another sample sends in its body is sent by the service."""
    for call in calls:
        if call.origin != "sample" or not call.url.origin:
            continue
        address = call.url.origin + call.url.path
        for other in calls:
            pointer = _pointer(other.body.payload.value, address) if other.body and other is not call else None
            if pointer:
                yield call, pointer
                break


def _pointer(value: Json, text: str) -> tuple[str, ...] | None:
    """Find the path of a string within a payload."""
    if isinstance(value, str):
        return () if value.rstrip("/") == text else None
    if isinstance(value, dict):
        for name, each in value.items():
            if (inner := _pointer(each, text)) is not None:
                return (name, *inner)
    return None
