"""What the rules of a plan look at, and what the steps of one resource have in common: facts are brought together here, no rule decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from contract.spec import Operation
from mockserver.planning.evidence import (
    Shown,
    defaults,
    is_placeholder,
    request_properties,
    segments,
    sent_way,
    shape,
)
from mockserver.planning.model import Job, Own, Resource, Step, View
from mockserver.planning.owning import made_by, owners, references, unknown_owners
from mockserver.planning.placing import Cover, cover, is_flat, placed
from mockserver.planning.resources import Survey, above
from mockserver.planning.working import is_begun, work


@dataclass(frozen=True)
class Known:
    """Everything the rules look at."""

    survey: Survey
    resources: Mapping[str, Resource]
    jobs: Mapping[str, tuple[Job, str]]
    """Parts of jobs with their evidence, by operation key."""
    views: Mapping[str, Mapping[str, View]]
    """By shape of the collection and of the view's path."""
    own: Mapping[str, Own]
    """The caller's own records, by shape of the path that shows them."""


def common(known: Known, operation: Operation, behaviour: str, resource: Resource, *because: str) -> Step:
    """A step about records of a resource, with what follows from its answer and its request whatever it does."""
    mine = known.survey.shown[operation.key]
    sent = sent_way(known.survey.spec, operation, mine.way, frozenset(resource.properties))
    many = mine.kind == "records"
    spec = known.survey.spec
    names = request_properties(spec, operation, sent)
    told = mine.kind in ("record", "records") or mine.media is None
    found = Cover(mine.way, told or resource.kind == "document")
    if mine.media is None or behaviour not in ("delete", "action"):
        found = cover(known.survey, resource, mine, many=behaviour in ("list", "view"))
    if mine.outer is not None:
        found = Cover((), shows_records=False)
        because = (*because, "its answer is the record above, as it is then")
    task = work(known.survey, resource) if behaviour in ("read", "create") else None
    if task and behaviour == "read":
        because = (*because, f"the service works on it: `{task.name}` goes from {task.first} to {task.last}")
    first = {task.name: task.first} if task and behaviour == "create" and not is_begun(mine, task) else {}
    return Step(
        operation,
        behaviour,
        because,
        resource,
        found.shows_records,
        found.way,
        nameable=names,
        defaults={**defaults(spec, operation, sent), **first},
        work=task if behaviour == "read" else None,
        owners=tuple(owners(known.survey, resource)),
        narrowed=_narrowed(known, resource) if behaviour in ("list", "view") else (),
        made_by=tuple(made_by(known.survey, resource, names)) if behaviour == "create" else (),
        sent_way=sent,
        placed={**dict(references(known.survey, resource, names)), **placed(resource, names)},
        is_flat=is_flat(resource, names),
        outer=mine.outer,
        cover=found.around,
        many=many,
        key=mine.key,
    )


def _narrowed(known: Known, resource: Resource) -> tuple[tuple[str, int], ...]:
    """What a path asks of the records of a list by the ids of those above of whom nothing is known; samples may belong to anybody."""
    if resource.example:
        return ()
    return tuple((name, position) for name, position, _ in unknown_owners(known.survey, resource))


def is_silent(known: Known, resource: Resource, mine: Shown) -> bool:
    """Nothing is documented of an answer that must be a list: there is a record to be read, or to be created."""
    return mine.media is None and bool(resource.item or known.survey.at(resource.shape, "POST"))


def at_item(known: Known, operation: Operation) -> Resource | None:
    """The collection whose record the path names."""
    parts = segments(operation.path)
    if not parts or not is_placeholder(parts[-1]):
        return None
    found = known.resources.get(above(shape(operation.path)))
    return found if found and found.kind == "collection" else None


def at_collection(known: Known, operation: Operation) -> Resource | None:
    """The collection that the path itself names."""
    found = known.resources.get(shape(operation.path))
    return found if found and found.kind == "collection" else None
