"""Records that are asked for by something else than their id: an operation under `/users/email/{email}` or `/posts/user/{userId}` comes in, where the value stands goes out.

The documents decide: records hold a value under the word in front of the placeholder, and the answer shows one of them, or several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from contract.spec import Json, Media, Operation, Spec
from mockserver.planning.covers import ID_NAMES, Way, places, plain
from mockserver.planning.evidence import (
    is_placeholder,
    json_media,
    last_word,
    request_properties,
    segments,
    shape,
    singular,
    successes,
)

_HOW = frozenset(("by", "with", "find", "get", "for", "search", "lookup"))


def looked_up(spec: Spec, known: Mapping[str, Mapping[str, Operation]], operation: Operation) -> tuple[str, Way] | None:
    """The path of the record that an operation reads, and the way to the value in it that names the record; None for all others."""
    base, parts = _base(known, operation), segments(operation.path)
    if not base:
        return None
    name = _named(parts[-2])
    way = next(_ways(spec, operation, name), None)
    if not way and name in _UNIQUE and not _media(operation):
        held = _held(spec, known, base, (name,))
        way = (held,) if held else None
    return (f"{base}/{parts[-1]}", way) if way else None


def sifted(spec: Spec, known: Mapping[str, Mapping[str, Operation]], operation: Operation) -> tuple[str, str] | None:
    """The path of the list that an operation shows a part of, and the property by whose value it does; None for all others."""
    base, parts, media = _base(known, operation), segments(operation.path), _media(operation)
    if not base or len(known[shape(operation.path)]) > 1:
        return None
    if media and not any(each.many for each in places(spec, media.schema, [each.value for each in media.examples])):
        return None
    word, own = _named(parts[-2]), plain(parts[-1])
    names = (own, word, plain(singular(parts[-2])), word + "id", plain(singular(word)) + "id")
    ids = {*map(plain, ID_NAMES), plain(singular(last_word(base))) + "id"}
    held = _held(spec, known, base, tuple(each for each in names if each not in ids))
    if not held or (own.endswith("id") and not plain(held).endswith("id") and plain(singular(word)) not in own):
        return None  # `/orders/status/{id}` tells of one order
    return base, held


def _base(known: Mapping[str, Mapping[str, Operation]], operation: Operation) -> str:
    """The collection of which a path asks by a word and a value; empty where it does not."""
    parts = segments(operation.path)
    if operation.method != "GET" or len(parts) < _LEAST or not is_placeholder(parts[-1]) or is_placeholder(parts[-2]):
        return ""
    base = "/" + "/".join(parts[:-2])
    upper = shape(base)
    if is_placeholder(parts[-3]) or not (upper + "/{}" in known or "POST" in known.get(upper, {})):
        return ""
    # `/users/emails` is a collection below, or a thing of its own
    return "" if known.get(shape(f"{base}/{parts[-2]}")) else base


def _held(spec: Spec, known: Mapping[str, Mapping[str, Operation]], base: str, names: tuple[str, ...]) -> str | None:
    """The first property of a collection's documented records, else of what makes them, that is called like one of several names."""
    there = [known.get(shape(base) + end, {}).get("GET") for end in ("", "/{}")]
    bodies = [found for each in there if each and (found := _media(each))]
    shown = [place for each in bodies for place in places(spec, each.schema, [one.value for one in each.examples])]
    held = {plain(name): name for each in shown if each.properties & {*ID_NAMES} for name in sorted(each.properties)}
    post = known.get(shape(base), {}).get("POST")
    sent = {plain(name): name for name in sorted(request_properties(spec, post))} if post else {}
    return next((each[name] for each in (held, sent) for name in names if name in each), None)


def _media(operation: Operation) -> Media | None:
    return next((found for each in successes(operation) if (found := json_media(each.content))), None)


_UNIQUE = frozenset(("email", "username", "slug", "handle", "login", "code", "key", "sku", "reference", "externalid"))
"""What is known of one record alone, where nothing shows how many are answered."""


_LEAST = 3
"""Parts of a path: a collection, a word and a placeholder."""


def _named(segment: str) -> str:
    """What a part of a path names, without the words that say how: `email` of `by-email` and `findByEmail`."""
    words = [each.lower() for each in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", segment)]
    return "".join(each for each in words if each not in _HOW)


def _ways(spec: Spec, operation: Operation, name: str) -> Iterator[Way]:
    """Where the one record that is answered holds a plain value of a name, at its top or one level down."""
    media = _media(operation)
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
