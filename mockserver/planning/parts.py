"""A part of a record beside its id: `/orders/{id}/status` comes in, the step that shows or changes that part of the order goes out; pure.

The path's last word is a property of the record, or says that it is shown in short or in full, and all that the answer shows besides are others of it, or its id (`order_id`). Whatever
shows more than that is something of its own.
"""

from __future__ import annotations

from dataclasses import replace

from contract.spec import Operation
from mockserver.planning.covers import ID_NAMES, plain
from mockserver.planning.evidence import (
    Shown,
    is_placeholder,
    last_word,
    request_properties,
    segments,
    sent_way,
    shape,
    singular,
)
from mockserver.planning.known import Known, common
from mockserver.planning.model import Resource, Step
from mockserver.planning.resources import above

_LEAST = 3


def in_part(known: Known, operation: Operation) -> Step | None:
    """A GET of a part of a record, or a PUT or PATCH where GET shows it."""
    at, parts = shape(operation.path), segments(operation.path)
    resource = known.resources.get(above(above(at))) if len(parts) >= _LEAST else None
    read = known.survey.by_shape[at].get("GET")
    if operation.method not in ("GET", "PUT", "PATCH") or read is None or resource is None or is_placeholder(parts[-1]):
        return None
    names = _shown(known, resource, read, parts[-1])
    if not names or not is_placeholder(parts[-2]):
        return None
    because = f"it shows {', '.join(f'`{each}`' for each in sorted(names))} of a record of {resource.name}"
    if operation.method == "GET":
        return replace(common(known, operation, "read", resource, because), part=names, shows_records=True)
    mine = known.survey.shown[operation.key]
    sent = sent_way(known.survey.spec, operation, mine.way, frozenset(resource.properties))
    if not request_properties(known.survey.spec, operation, sent) <= {*resource.properties}:
        return None
    step = common(known, operation, "update", resource, because)
    if not _is_part(mine, resource):
        return replace(step, shows_records=False)
    return replace(step, part=mine.properties, shows_records=True)


def _shown(known: Known, resource: Resource, read: Operation, word: str) -> frozenset[str]:
    """What a GET shows, if that is a part of a record called so."""
    mine = known.survey.shown[read.key]
    if resource.kind != "collection" or resource.is_json_api or mine.key:
        return frozenset()
    called = any(plain(each) == plain(word) for each in mine.properties & {*resource.properties})
    called = called or (plain(word) in _IN_SHORT and len(mine.properties & {*resource.properties}) > 1)
    return mine.properties if called and _is_part(mine, resource) else frozenset()


_IN_SHORT = ("summary", "overview", "detail", "details", "info", "full", "preview")
"""Last words of a path that promise more or less of the record, and nothing else."""


def _is_part(mine: Shown, resource: Resource) -> bool:
    """Tell whether an answer holds nothing but properties of a record, and the names under which a part tells whose it is."""
    own = {*map(plain, ID_NAMES), plain(singular(last_word(resource.shape))) + "id"}
    return mine.kind in ("record", "object") and all(
        each in resource.properties or plain(each) in own for each in mine.properties
    )
