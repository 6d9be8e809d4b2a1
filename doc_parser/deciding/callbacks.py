"""Requests that the service sends: the Calls of a topic come in, those that go to an address which another one gives go out, each with where it is given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from doc_parser.evidence import Call, Json


def callbacks(calls: Sequence[Call]) -> Iterator[tuple[Call, tuple[str, ...]]]:
    """A sample that calls the very address which another sample sends in its body is sent by the service."""
    given: dict[str, tuple[Call, tuple[str, ...]]] = {}
    for call in calls:
        if call.body:
            for address, pointer in _addresses(call.body.payload.value):
                given.setdefault(address, (call, pointer))
    for call in calls:
        if call.origin == "sample" and call.url.origin:
            other, pointer = given.get(call.url.origin + call.url.path, (call, ()))
            if other is not call:
                yield call, pointer


def _addresses(value: Json) -> Iterator[tuple[str, tuple[str, ...]]]:
    """URLs among the values of an object, with their paths."""
    if isinstance(value, dict):
        for name, each in value.items():
            if isinstance(each, str) and each.startswith("http"):
                yield each.rstrip("/"), (name,)
            elif isinstance(each, dict):
                yield from ((address, (name, *pointer)) for address, pointer in _addresses(each))
