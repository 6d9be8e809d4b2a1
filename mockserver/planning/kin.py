"""Records of one kind at two paths: resources come in, the same go out, those below a record tied to those that hold the same records at a path of their own; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from mockserver.planning.evidence import is_placeholder, last_word, segments, similar
from mockserver.planning.model import Resource

Paths = Mapping[str, Collection[str]]
"""The methods of each path shape."""


def read_alone(paths: Paths) -> frozenset[str]:
    """The last words of paths at which records are read, and where nothing makes any (`GET /repairs/{}`)."""
    uppers = (each.removesuffix("/{}") for each, methods in paths.items() if each.endswith("/{}") and "GET" in methods)
    return frozenset(last_word(each) for each in uppers if not _is_below(each) and "POST" not in paths.get(each, ()))


def is_made_for(path_shape: str, paths: Paths, alone: frozenset[str]) -> bool:
    """Tell whether what is made below a record can only be read where records of that name are read alone (`POST /boats/{}/repairs`)."""
    unread = "POST" in paths.get(path_shape, ()) and "GET" not in paths.get(path_shape + "/{}", ())
    return unread and _is_below(path_shape) and last_word(path_shape) in alone


def with_kin(made: Mapping[str, Resource], paths: Paths, alone: frozenset[str]) -> dict[str, Resource]:
    """Resources by shape, each with those further down that hold its records, and these with it; `alone` is what `read_alone` says."""
    below: dict[str, list[Resource]] = {}
    for each in made.values():
        if _is_below(each.shape):
            below.setdefault(last_word(each.shape), []).append(each)
    tied = {key: replace(each, also=tuple(_further_down(each, below, paths, alone))) for key, each in made.items()}
    kin = {further: each for each in tied.values() for further in each.also}
    return {key: _as_kin(each, kin[key]) if key in kin else each for key, each in tied.items()}


def _further_down(
    upper: Resource, below: Mapping[str, Sequence[Resource]], paths: Paths, alone: frozenset[str]
) -> Iterator[str]:
    """Collections below a record, given by their last words, that are called the same and hold the same kind of record, whether or not what is above them is known."""
    if upper.kind != "collection" or _is_below(upper.shape) or not upper.id_property:
        return
    for each in below.get(last_word(upper.shape), ()):
        untold = not (each.properties and upper.properties) and is_made_for(each.shape, paths, alone)
        alike = untold or similar(frozenset(each.properties), frozenset(upper.properties))
        if alike and each.id_property in (upper.id_property, *[None] * untold):
            yield each.shape


def _as_kin(mine: Resource, upper: Resource) -> Resource:
    """What names the records of the other collection names them here."""
    return replace(mine, kin=upper.shape, id_property=mine.id_property or upper.id_property)


def _is_below(path_shape: str) -> bool:
    """A path that names a record above."""
    return any(map(is_placeholder, segments(path_shape)))
