"""Parts of a record that name each other (`edges` name the `id` of `nodes`): a documented object comes in, the names of such properties go out; pure.

Made one by one they would name what is not there, so that they are taken together from one documented object.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from contract.spec import Json
from mockserver.planning.covers import ID_NAMES


def crossed(shown: Mapping[str, Json], collections: Collection[str]) -> frozenset[str]:
    """The properties of an object of which one names an item of another's list; not where items are records of a collection, which have ids anew."""
    lists = {name: each for name, each in shown.items() if isinstance(each, list) and name not in collections}
    ids = {name: found for name, each in lists.items() if (found := set(_ids(each)))}
    if not ids:
        return frozenset()
    told = {name: set(_texts(each)) for name, each in shown.items()}
    pairs = ((one, other) for one, found in ids.items() for other in shown if other != one and found & told[other])
    return frozenset(name for pair in pairs for name in pair)


def _ids(items: list[Json]) -> Iterator[str]:
    for each in items:
        own = [each[name] for name in ID_NAMES if name in each] if isinstance(each, dict) else []
        yield from (value for value in own if isinstance(value, str) and value)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inside:
        yield from _texts(each)
