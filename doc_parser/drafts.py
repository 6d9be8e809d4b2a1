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
    calls = [each for each in calls if id(each) not in sent_by_service]
    lines = [each for each in calls if each.origin != "sample"]
    if not calls or words.is_no_operation(topic.title) or (not lines and words.is_illustration(topic.title)):
        return []
    if words.is_sent_by_service(f"{topic.chapter} {topic.title}"):  # a message without a host is the service's own
        calls = [each for each in calls if each.origin != "sample" or each.url.origin]
        if not calls:
            return []
    named: dict[tuple[str | None, tuple[str, ...]], list[Call]] = {}
    for line in lines:
        named.setdefault((line.method, line.url.shape), []).append(line)
    if len(named) < 2:
        return [Draft(topic, tuple(calls), callbacks, found)]
    return _split(topic, named, [each for each in calls if each.origin == "sample"], found)


def _split(
    topic: Topic,
    named: dict[tuple[str | None, tuple[str, ...]], list[Call]],
    samples: list[Call],
    found: tuple[Evidence, ...],
) -> list[Draft]:
    """Give each request line the samples that fit it; tables and answers belong to the first."""
    groups = list(named.values())
    for sample in samples:
        fitting = [group for group in groups if group[0].url.covers(sample.url) and group[0].method == sample.method]
        (fitting or groups)[0].append(sample)
    return [Draft(topic, tuple(group), (), found if index == 0 else ()) for index, group in enumerate(groups)]


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
