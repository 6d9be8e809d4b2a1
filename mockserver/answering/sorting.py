"""In which order a list shows its records: what a request says of it comes in, records go out in that order; what records do not have sorts nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from contract.spec import Json
from mockserver.planning.covers import plain
from mockserver.planning.dialect import Record, value_of
from mockserver.planning.filters import time_of

Order = tuple[str, bool]
"""A property to sort by, and whether downwards."""

_WAY = re.compile(r"asc(?:ending)?|desc(?:ending)?|[-+]?1|-|\+", re.IGNORECASE)
_WORDED = re.compile(r"(?P<name>.+?)[_-]?(?P<way>asc|desc)(?:ending)?", re.IGNORECASE)
_BY_AGE = {"newest": True, "latest": True, "recent": True, "mostrecent": True, "oldest": False, "earliest": False}


def orders(
    value: Json, direction: str, known: Sequence[str], usual: Mapping[str, str] = MappingProxyType({})
) -> tuple[Order, ...]:
    """What a request wants a list sorted by; an empty name stands for the order in which records are kept.

    `direction` is what it says beside that, `known` the properties of records, `usual` what holds where it says nothing.
    """
    if not value and direction and not _WAY.fullmatch(direction):
        value, direction = direction, ""  # `order=name`
    value = value or usual.get("sort")
    down, usually_down = (
        _is_down(each) for each in (direction or usual.get("direction", ""), usual.get("direction", ""))
    )
    if not value:
        return (("", True),) if down is not usually_down else ()
    texts = [each for text in (value if isinstance(value, list) else [value]) for each in str(text).split(",")]
    found: list[Order] = []
    for text in texts:
        name, _, way = text.strip().lstrip("+").replace(":", " ").partition(" ")
        if found and _WAY.fullmatch(name):  # `name,desc`
            found[-1] = (found[-1][0], name.lower().startswith("desc"))
            continue
        found.append((name.lstrip("-"), name.startswith("-") or way.strip().lower().startswith("desc") or down))
    return tuple(_worded(*each, known) for each in found if each[0])


def _is_down(direction: str) -> bool:
    return direction.lower().startswith(("desc", "-"))


def _worded(name: str, backwards: bool, known: Sequence[str]) -> Order:  # noqa: FBT001 - a pair as it is sorted by
    """What a word for an order means: `price_desc` where records have a `price`, `newest` where they tell a time."""
    if any(plain(each) == plain(name) for each in known):
        return name, backwards
    if (worded := _WORDED.fullmatch(name)) and any(plain(each) == plain(worded["name"]) for each in known):
        return worded["name"], worded["way"].lower().startswith("d")
    if plain(name) in _BY_AGE and (time := time_of(known)):
        return time, _BY_AGE[plain(name)]
    return name, backwards


def in_order(records: Sequence[Record], wanted: Sequence[Order]) -> list[Record]:
    """Records in an order of which the first part weighs most."""
    kept = list(records)
    for name, backwards in reversed(wanted):
        if not name:
            kept.reverse()
            continue
        values = [_weight(value_of(record, name), backwards=backwards) for record in kept]
        if any(value is not None for value in values):
            order = sorted(range(len(kept)), key=lambda index: _sortable(values[index]), reverse=backwards)
            kept = [kept[index] for index in order]
    return kept


def _weight(value: Json, *, backwards: bool) -> Json:
    """What a record is sorted by: of several values the first one in the order asked for."""
    if not isinstance(value, list) or not value:
        return None if value == [] else value
    return max(value, key=_sortable) if backwards else min(value, key=_sortable)


def _sortable(value: Json) -> tuple[int, float, str]:
    if isinstance(value, (int, float)):
        return (0, float(value) if abs(value) < 1e300 else 0.0, "")
    return (1, 0.0, "" if value is None else str(value).casefold())
