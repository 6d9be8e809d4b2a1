"""Records that are asked for by something else than their id: an operation under `/users/email/{email}` comes in, where the value stands goes out.

The documents decide: the answer shows one record, and that holds a plain value under the word in front of the placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from contract.spec import Json, Operation, Spec
from mockserver.planning.covers import ID_NAMES, Way, places, plain
from mockserver.planning.evidence import is_placeholder, json_media, segments, shape, successes

_HOW = frozenset(("by", "with", "find", "get", "for", "search", "lookup"))


def looked_up(spec: Spec, known: Mapping[str, Mapping[str, Operation]], operation: Operation) -> tuple[str, Way] | None:
    """The path of the record that an operation reads, and the way to the value in it that names the record; None for all others."""
    parts = segments(operation.path)
    if operation.method != "GET" or len(parts) < _LEAST or not is_placeholder(parts[-1]) or is_placeholder(parts[-2]):
        return None
    base = "/" + "/".join(parts[:-2])
    upper = shape(base)
    if is_placeholder(parts[-3]) or not (upper + "/{}" in known or "POST" in known.get(upper, {})):
        return None
    if known.get(shape(f"{base}/{parts[-2]}")):
        return None  # `/users/emails` is a collection below, or a thing of its own
    way = next(_ways(spec, operation, _named(parts[-2])), None)
    return (f"{base}/{parts[-1]}", way) if way else None


_LEAST = 3
"""Parts of a path: a collection, a word and a placeholder."""


def _named(segment: str) -> str:
    """What a part of a path names, without the words that say how: `email` of `by-email` and `findByEmail`."""
    words = [each.lower() for each in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", segment)]
    return "".join(each for each in words if each not in _HOW)


def _ways(spec: Spec, operation: Operation, name: str) -> Iterator[Way]:
    """Where the one record that is answered holds a plain value of a name, at its top or one level down."""
    media = next((found for each in successes(operation) if (found := json_media(each.content))), None)
    if media is None or not name:
        return
    shown = places(spec, media.schema, [each.value for each in media.examples])
    place = next((each for each in shown if each.properties & {*ID_NAMES} or (each.many and not each.way)), None)
    for record in place.records[:1] if place and not place.many else ():
        yield from _within(record, name, ())
        yield from (found for key, each in record.items() for found in _within(each, name, (key,)))


def _within(value: Json, name: str, way: Way) -> Iterator[Way]:
    if isinstance(value, dict):
        yield from ((*way, key) for key, each in value.items() if plain(key) == name and isinstance(each, (str, int)))
