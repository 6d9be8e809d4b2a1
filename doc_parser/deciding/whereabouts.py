"""Where rows stand in what samples send: the rows of one table and a Shape come in, the path of each goes out.

A name with dots in it stands where its whole tail does; a sample may leave out a wrapper that the name has, but what another
row names by its own parent is never taken for it (`buyer.id` is no `seller.id`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from doc_parser import schema
from doc_parser.evidence import FieldRow
from doc_parser.schema import Shape

Path = tuple[str, ...]


def steps(name: str) -> Path:
    """`filters.mode`, `user[email]` and `items[]` are paths."""
    if "." not in name and "[" not in name and "]" not in name:
        return (name,)
    return tuple(each for each in _STEPS.split(name.replace("[]", ".*")) if each) or (name,)


_STEPS = re.compile(r"[.\[\]]+")


class Whereabouts(Struct, frozen=True):
    """The places of the rows of one table."""

    body: Shape
    tails: frozenset[Path]
    """What the rows with dots in their names name, without the lists on the way."""
    together: Path
    """Where most rows stand."""

    @classmethod
    def of(cls, body: Shape, rows: Sequence[FieldRow]) -> Whereabouts:
        """Look at the rows of a table together."""
        tails = frozenset(_named(path) for row in rows if len(path := steps(row.name)) > 1)
        paths = [path for row in rows for path in _found(body, tails, row.name)]
        return cls(body, tails, _common_parent(body, paths))

    def found(self, name: str) -> list[Path]:
        """The paths that a name may mean, shallowest first."""
        return _found(self.body, self.tails, name)

    def chosen(self, name: str) -> Path | None:
        """The path that a name means; None where no sample sends it."""
        found = self.found(name)
        return next((each for each in found if each[:-1] == self.together), found[0] if found else None)


def _found(body: Shape, tails: frozenset[Path], name: str) -> list[Path]:
    path = steps(name)
    found = schema.places(body, path[-1])
    if not found:
        return found
    if len(path) < 2:
        return [each for each in found if not _is_of_another(each, tails)] or found
    wanted = _named(path)
    exact = [each for each in found if _named(each)[-len(wanted) :] == wanted]
    return exact or [each for each in found if not _is_of_another(each, tails)]


def _is_of_another(path: Path, tails: frozenset[Path]) -> bool:
    """Another row names this place by its parent."""
    named = _named(path)
    return any(named[-length:] in tails for length in range(2, len(named) + 1))


def _named(path: Path) -> Path:
    return tuple(each for each in path if each != "*")


def _common_parent(body: Shape, paths: Sequence[Path]) -> Path:
    """Rows of one table belong at one depth: where most of them stand, then where most samples send them, then the shallowest."""
    parents = Counter(path[:-1] for path in paths)
    if len(parents) < 2:
        return next(iter(parents), ())
    samples: Counter[Path] = Counter()
    for path in paths:
        holder = schema.at(body, path[:-1])
        samples[path[:-1]] += min(holder.present.get(path[-1], 0), body.objects) if holder else 0
    return max(parents, key=lambda path: (parents[path], samples[path], -len(path)), default=())
