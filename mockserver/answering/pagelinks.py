"""Links around a list, as HAL and others have them: a cover whose counters are true comes in, one whose links lead to its pages goes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from contract.spec import Json
from mockserver.answering.counters import Count
from mockserver.planning.covers import plain
from mockserver.planning.dialect import role

_WAYS: Mapping[str, Callable[[Count], int | None]] = {
    "self": lambda told: told.wanted.offset,
    "first": lambda _: 0,
    "last": lambda told: (told.numbers()["pages"] - 1) * told.limit,
    "next": lambda told: told.next,
    "prev": lambda told: told.previous,
    "previous": lambda told: told.previous,
}
"""Offsets of the pages that links lead to (IANA registry of link relations)."""
_PAGED = frozenset(("hasmore", "currentpage", "lastpage", "perpage"))
"""What stands beside the address of a list that is its own (Stripe, Laravel)."""


def linked(cover: Json, told: Count) -> Json:
    """The cover of a list whose link objects lead to pages; there is none to a page that is not there."""
    if not isinstance(cover, dict):
        return cover
    paged = not _PAGED.isdisjoint(map(plain, cover))
    made: dict[str, Json] = {}
    for name, value in cover.items():
        plainly = plain(name)
        if isinstance(value, dict) and "href" in value and plainly in _WAYS:
            at = _WAYS[plainly](told)
            made |= {name: {**value, "href": told.address(at)}} if at is not None else {}
        elif paged and plainly in ("url", "path") and value in (None, ""):
            made[name] = told.address(0).partition("?")[0]
        else:
            made[name] = told.total if _is_open(plainly, value, told) else linked(value, told)
    return made


def _is_open(plainly: str, value: Json, told: Count) -> bool:
    """A page of which nobody says how long it is holds all there is."""
    sized = role(plainly) == "limit" or plainly.endswith(("perpage", "pagesize"))
    return sized and plainly != "count" and type(value) is int and value == 0 and told.wanted.limit is None
