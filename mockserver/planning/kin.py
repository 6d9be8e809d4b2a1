"""Records of one kind at two paths: resources come in, the same go out, those below a record tied to those that hold the same records at a path of their own; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from mockserver.planning.evidence import is_placeholder, last_word, segments, similar
from mockserver.planning.model import Resource

Paths = Mapping[str, Collection[str]]
"""The methods of each path shape."""


def is_made_for(path_shape: str, paths: Paths, upper: str = "") -> bool:
    """Tell whether what is made below a record can only be read in a collection that is called the same and makes none (`POST /boats/{}/repairs`, `GET /repairs/{}`)."""
    if "POST" not in paths.get(path_shape, ()) or "GET" in paths.get(path_shape + "/{}", ()):
        return False
    others = [upper] if upper else [each.removesuffix("/{}") for each in paths if each.endswith("/{}")]
    return _is_below(path_shape) and any(
        last_word(each) == last_word(path_shape)
        and not _is_below(each)
        and "GET" in paths.get(each + "/{}", ())
        and "POST" not in paths.get(each, ())
        for each in others
    )


def with_kin(made: Mapping[str, Resource], paths: Paths) -> dict[str, Resource]:
    """Resources by shape, each with those further down that hold its records, and these with it."""
    below: dict[str, list[Resource]] = {}
    for each in made.values():
        if _is_below(each.shape):
            below.setdefault(last_word(each.shape), []).append(each)
    tied = {key: replace(each, also=tuple(_further_down(each, below, paths))) for key, each in made.items()}
    kin = {further: each for each in tied.values() for further in each.also}
    return {key: _as_kin(each, kin[key]) if key in kin else each for key, each in tied.items()}


def _further_down(upper: Resource, below: Mapping[str, Sequence[Resource]], paths: Paths) -> Iterator[str]:
    """Collections below a record, given by their last words, that are called the same and hold the same kind of record, whether or not what is above them is known."""
    if upper.kind != "collection" or _is_below(upper.shape) or not upper.id_property:
        return
    for each in below.get(last_word(upper.shape), ()):
        untold = not (each.properties and upper.properties) and is_made_for(each.shape, paths, upper.shape)
        alike = untold or similar(frozenset(each.properties), frozenset(upper.properties))
        if alike and each.id_property in (upper.id_property, *[None] * untold):
            yield each.shape


def _as_kin(mine: Resource, upper: Resource) -> Resource:
    """What names the records of the other collection names them here."""
    return replace(mine, kin=upper.shape, id_property=mine.id_property or upper.id_property)


def _is_below(path_shape: str) -> bool:
    """A path that names a record above."""
    return any(map(is_placeholder, segments(path_shape)))
