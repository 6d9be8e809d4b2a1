"""Deletions that can be taken back: a Plan comes in, the same Plan goes out, its steps marked where records go to a trash and come back from it.

The documents say so by a restore beside the id (`POST /patients/{id}/restore`), or by a list of what is deleted (`/trash`, `/notes/deleted`)
that shows the same kind of record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from mockserver.planning.covers import plain
from mockserver.planning.evidence import is_placeholder, last_word, segments, shape, similar
from mockserver.planning.model import Plan, Resource, Step
from mockserver.planning.resources import above

_RESTORES = ("restore", "undelete", "recover", "untrash", "putback")
_TRASHES = ("trash", "trashed", "deleted", "bin", "recyclebin", "trashbin", "wastebin")
_ALL = ("withtrashed", "includetrashed", "withdeleted", "includedeleted", "showdeleted", "showtrashed")
_ONLY = ("onlytrashed", "onlydeleted", "trashed", "deleted", "isdeleted", "istrashed")


def with_trash(plan: Plan) -> Plan:
    """Mark deletions that keep what they delete, what takes it back, and the lists that may show it."""
    known = {each.shape: each for each in plan.resources if each.kind == "collection"}
    trashes = dict(_trashes(plan, known))
    if not trashes:
        return plan
    steps = tuple(_marked(each, known, trashes) for each in plan.steps)
    return replace(plan, steps=steps)


def _trashes(plan: Plan, known: Mapping[str, Resource]) -> Iterator[tuple[str, str]]:
    """Where the deleted records of a collection are, by its shape: the trash that clients see, else a hidden one."""
    deletes = {each.resource.shape for each in plan.steps if each.resource and each.behaviour == "delete"}
    made = {each.resource.shape for each in plan.steps if each.resource and each.behaviour == "create"}
    seen = [each for each in known.values() if plain(last_word(each.shape)) in _TRASHES and each.shape not in made]
    for path in (shape(each.operation.path) for each in plan.steps):
        at = above(above(path))
        if _is_restore(path) and at in deletes and not any(each.shape == at for each in seen):
            yield at, f"{at} trash"
    for trash in seen if not any(each.parents for each in seen) else ():
        alike = [
            each.shape
            for each in known.values()
            if each.shape in deletes - {trash.shape}
            and not each.parents
            and similar(frozenset(each.properties), frozenset(trash.properties))
        ]
        yield from ((each, trash.shape) for each in alike if len(alike) == 1)


def _is_restore(path: str) -> bool:
    parts = segments(path)
    return len(parts) > 2 and is_placeholder(parts[-2]) and plain(parts[-1]) in _RESTORES


def _marked(step: Step, known: Mapping[str, Resource], trashes: Mapping[str, str]) -> Step:
    resource, at = step.resource, shape(step.operation.path)
    if _is_restore(at) and step.operation.method in ("POST", "PUT", "PATCH"):
        upper = above(above(at))
        of = next((each for each, trash in trashes.items() if upper in (each, trash)), None)
        if of:
            own = resource is not None and resource.shape in (of, trashes[of])
            because = f"it takes a record back to {known[of].name}"
            return replace(
                step,
                behaviour="action",
                resource=known[of],
                because=(*step.because, because) if own and step.behaviour == "action" else (because,),
                trash=trashes[of],
            )
    if resource is None or resource.shape not in trashes or step.removes is not None:
        return step
    if step.behaviour == "delete":
        because = "what it deletes can be taken back"
        return replace(step, because=(*step.because, because), trash=trashes[resource.shape])
    asked = {each.name: plain(each.name) for each in step.operation.parameters if each.location == "query"}
    told = {name: each in _ONLY for name, each in asked.items() if each in _ALL + _ONLY}
    if step.behaviour == "list" and told:
        return replace(step, trash=trashes[resource.shape], shows_trash=told)
    return step
