"""Copies of records, as a rule of a plan: `POST /posts/{id}/duplicate` makes a new record of one that is known."""

from __future__ import annotations

from dataclasses import replace

from contract.spec import Operation
from mockserver.planning.covers import plain
from mockserver.planning.evidence import is_placeholder, segments, shape, singular
from mockserver.planning.known import Known, common
from mockserver.planning.model import Step
from mockserver.planning.resources import above
from mockserver.planning.verbs import words

_COPIES = frozenset(("duplicate", "clone", "copy", "replicate"))
_LEAST = 3
"""Parts of a path: a collection, a record and a verb."""


def copied(known: Known, operation: Operation) -> Step | None:
    """A verb that copies, beside the id of a record: alone, or with what the record is called (`clone_post`)."""
    at = shape(operation.path)
    parts = segments(at)
    if operation.method != "POST" or len(parts) < _LEAST or not is_placeholder(parts[-2]):
        return None
    resource = known.resources.get(above(above(at)))
    verb, *what = words(parts[-1]) or [""]
    if verb not in _COPIES or resource is None or resource.kind != "collection" or not resource.id_property:
        return None
    if what and plain("".join(what)) != plain(singular(parts[-3])):
        return None
    because = f"`{parts[-1]}` stands beside the id of a record of {resource.name}, which it makes a new one of"
    return replace(common(known, operation, "create", resource, because), copies=True)
