"""Wishes granted: a Plan and the `x-mock` of its contract come in, the Plan that follows them goes out; without any it is the same Plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from contract.spec import Json, Operation
from mockserver.planning.covers import ID_NAMES, Way, places
from mockserver.planning.evidence import (
    Shown,
    id_style,
    is_placeholder,
    is_placeholder_value,
    placeholders,
    request_properties,
    segments,
    sent_way,
    shape,
)
from mockserver.planning.model import Job, Plan, Resource, Step, Token, View
from mockserver.planning.resources import Survey, above, resource
from mockserver.planning.xmock import APPLIES, RECORDS, Wishes, refuse, wishes

_AT_ITEMS = ("read", "replace", "update", "delete")
_LISTS = ("list", "view")
_AT_COLLECTIONS = ("list", "create")


@dataclass
class _Granting:
    """The plan while it changes."""

    known: Survey
    steps: dict[str, Step]
    """By operation key."""
    resources: dict[str, Resource]
    """By shape."""
    refused: list[str] = field(default_factory=list)


def overridden(known: Survey, plan: Plan) -> Plan:
    """The plan with every `x-mock` followed. MockError, one line a fault, where one cannot be."""
    wished = wishes(known.spec)
    if not wished:
        return plan
    at = _Granting(
        known, {each.operation.key: each for each in plan.steps}, {each.shape: each for each in plan.resources}
    )
    for key, wish in wished.items():
        at.steps[key] = _granted(at, wish, at.steps[key])
    refuse(iter(at.refused))
    _name_records(at, wished)
    refuse(iter(at.refused))
    steps = [_settled(at, each) for each in at.steps.values()]
    used = {each.resource.shape for each in steps if each.resource}
    return Plan(tuple(each for key, each in at.resources.items() if key in used), tuple(steps))


def _granted(at: _Granting, wish: Wishes, found: Step) -> Step:
    behaviour = wish.said.get("behaviour", found.behaviour)
    key = wish.operation.key
    for name in wish.said:
        if behaviour not in APPLIES.get(name, (behaviour,)):
            at.refused.append(
                f"{key}: x-mock.{name} means nothing for {behaviour}, but for {', '.join(APPLIES[name])}; "
                "ask for one of these behaviours, or leave it out"
            )
    about = _resource(at, wish, found, behaviour) if behaviour in RECORDS else None
    changed = behaviour != found.behaviour or about is not found.resource
    parts = _shape(_seen(at.known, wish.operation, behaviour), at.known, wish.operation, about) if changed else {}
    step = replace(
        found,
        behaviour=behaviour,
        because=(wish.told(),) if changed else (*found.because, wish.told()),
        resource=about,
        **{**parts, **{name: make(wish) for name, make in _PARTS.items() if name in wish}},
    )
    return _complete(at, wish, step)


def _seen(known: Survey, operation: Operation, behaviour: str) -> Shown:
    """What an operation shows; of one that is to answer a list, the first list there is in the answer."""
    mine = known.shown[operation.key]
    if behaviour not in _LISTS or mine.kind == "records" or mine.media is None:
        return mine
    found = places(known.spec, mine.media.schema, [each.value for each in mine.media.examples])
    best = next((each for each in found if each.many), None)
    if best is None:
        return mine
    return Shown("records", mine.response, mine.media, best.way, best.properties, best.records, best.key)


def _shape(mine: Shown, known: Survey, operation: Operation, about: Resource | None) -> dict[str, Json]:
    """How an answer shows records, as its example has it; an object shows one if it has properties of the collection's."""
    properties = frozenset(about.properties if about else ())
    alike = (about is not None and about.kind == "document") or bool(mine.properties & properties)
    return {
        "shows_records": mine.kind in ("record", "records") or (mine.kind == "object" and alike),
        "way": mine.way,
        "many": mine.kind == "records",
        "key": mine.key,
        "sent_way": sent_way(known.spec, operation, mine.way, properties),
        "relationship": None,
    }


def _complete(at: _Granting, wish: Wishes, step: Step) -> Step:
    """The step, if it has all that its behaviour needs."""
    if "nulls" in wish:
        step = replace(step, nulls_remove=wish["nulls"] == "remove")
    if "envelope" in wish:
        step = replace(step, way=_way(wish["envelope"]), many=True, shows_records=True)
    if "wrapper" in wish:
        way, properties = _way(wish["wrapper"]), frozenset(step.resource.properties if step.resource else ())
        sent = sent_way(at.known.spec, wish.operation, way, properties)
        step = replace(step, way=way, sent_way=sent, shows_records=True)
    needed = {"view": step.view, "login": step.token, "job": step.job}
    if step.behaviour in needed and needed[step.behaviour] is None:
        part = {"login": "token"}.get(step.behaviour, step.behaviour)
        at.refused.append(
            f"{wish.operation.key}: x-mock asks for {step.behaviour}, but the contract shows no sign of one; "
            f"say it with x-mock.{part}, or ask for another behaviour"
        )
    scheduled = step.job and step.job.role == "schedule"
    if scheduled and not any(each.status == "202" for each in step.operation.responses):
        at.refused.append(f"{wish.operation.key}: x-mock asks for a job, but no 202 is documented; document it")
    return step


def _way(said: str | None) -> Way:
    return tuple(said.split(".")) if said else ()


def _view(wish: Wishes) -> View:
    said = wish["view"]
    return View(segments(wish.operation.path)[-1], said["property"], said["value"])


def _token(wish: Wishes) -> Token:
    said = wish["token"]
    return Token(said["in"], said["name"], said.get("prefix", ""))


def _job(wish: Wishes) -> Job:
    said, own = wish["job"], wish.operation.path
    base = own.removesuffix(wish.operation.item_path)
    poll = base + said["poll"] if "poll" in said else own
    following = {"schedule": poll, "poll": base + said["result"] if "result" in said else None, "result": None}
    name = None if said["role"] == "schedule" else next(reversed(placeholders(own)), None)
    return Job(said["role"], poll, name, following[said["role"]], None)


_PARTS: Mapping[str, Callable[[Wishes], Json]] = {
    "page_size": lambda wish: wish["page_size"],
    "view": _view,
    "sets": lambda wish: wish["sets"],
    "token": _token,
    "job": _job,
    "polls": lambda wish: wish["polls"],
}
"""Wishes that are properties of a Step, and how each is read."""


# ---- the collection that an operation is about


def _resource(at: _Granting, wish: Wishes, found: Step, behaviour: str) -> Resource | None:
    path_shape = _asked(at, wish) if "resource" in wish else _natural(at, wish.operation, found, behaviour)
    if path_shape in at.resources:
        return at.resources[path_shape]
    made = _made(at, path_shape, behaviour) if path_shape else None
    if path_shape and made:
        at.resources[path_shape] = made
    elif "resource" in wish:
        why = f"x-mock.resource is {wish['resource']}, but no operation lists or reads records there"
        at.refused.append(f"{wish.operation.key}: {why}; name a path of the document")
    else:
        why = f"x-mock asks for {behaviour}, but no records are known there"
        at.refused.append(f"{wish.operation.key}: {why}; name their collection with x-mock.resource, or ask for static")
    return made


def _asked(at: _Granting, wish: Wishes) -> str | None:
    """The shape of the path that x-mock names, below the operation's base path or from the root."""
    operation, path = wish.operation, wish["resource"]
    candidates = (shape(operation.path.removesuffix(operation.item_path) + path), shape(path))
    return next((each for each in candidates if each in at.resources or _operations(at.known, each)), None)


def _natural(at: _Granting, operation: Operation, found: Step, behaviour: str) -> str | None:
    """The shape of the collection that the path itself names, else of the nearest one known above it."""
    here = shape(operation.path)
    named = is_placeholder(segments(here)[-1]) if segments(here) else False
    if behaviour in _AT_COLLECTIONS and not named:
        return here
    if behaviour in _AT_ITEMS and named:
        return above(here)
    if found.resource:
        return found.resource.shape
    while here != "/" and here not in at.resources:
        here = above(here)
    return here if here != "/" else shape(operation.path) if behaviour == "singleton" else None


def _operations(known: Survey, path_shape: str) -> list[Operation]:
    """The operations of a collection and of its records."""
    found = (known.by_shape.get(each, {}) for each in (path_shape, path_shape + "/{}"))
    return [each for methods in found for each in methods.values()]


def _made(at: _Granting, path_shape: str, behaviour: str) -> Resource | None:
    """A collection that nothing showed to be one, from what its operations show; None where they show nothing."""
    known = at.known
    about = [each for each in _operations(known, path_shape) if each.key not in known.apart]
    if not about or all(each.method == "POST" and known.shown[each.key].kind == "records" for each in about):
        return None
    item = known.by_shape.get(path_shape + "/{}")
    asked = known.by_shape.get(path_shape, {}).get("GET")
    listed = _seen(known, asked, behaviour) if asked else Shown("none")
    if not (item or listed.kind == "records" or behaviour in ("create", "singleton")):
        return None
    kind = "document" if behaviour == "singleton" and not item and listed.kind != "records" else "collection"
    kinds = {key: each.kind for key, each in at.resources.items()}
    seen = replace(known, shown={**known.shown, asked.key: listed}) if asked else known
    made = resource(seen, path_shape, kind, {**kinds, path_shape: kind})
    return replace(made, id_style=made.id_style or "hex24")


# ---- the property that names its records


def _name_records(at: _Granting, wished: Mapping[str, Wishes]) -> None:
    """Give collections the id property that was wished, for all their operations."""
    names: dict[str, tuple[str, str]] = {}
    for key, wish in wished.items():
        mine = at.steps[key].resource
        if "id" not in wish or mine is None:
            continue
        other, name = names.setdefault(mine.shape, (key, wish["id"]))
        if name != wish["id"]:
            at.refused.append(
                f"{key}: x-mock.id is {wish['id']}, but {other} names the records of {mine.name} by {name}; agree on one"
            )
    for path_shape, (_, name) in names.items():
        about = [each for each in at.steps.values() if _about(each, path_shape)]
        shows = [_seen(at.known, each.operation, each.behaviour) for each in about]
        sent = {each for step in about for each in request_properties(at.known.spec, step.operation, step.sent_way)}
        values = [record[name] for each in shows for record in each.records if name in record]
        style = id_style(each for each in values if not is_placeholder_value(name, each))
        known = at.resources[path_shape]
        at.resources[path_shape] = replace(
            known,
            id_property=name,
            id_style=style or known.id_style,
            renamed=name in sent and name not in ID_NAMES,
        )


def _about(step: Step, path_shape: str) -> bool:
    return step.resource is not None and step.resource.shape == path_shape


def _settled(at: _Granting, step: Step) -> Step:
    """The step with its collection as it became, and with all views of it where it counts them."""
    if step.resource is None:
        return step
    views = [each.view for each in at.steps.values() if each.view and _about(each, step.resource.shape)]
    known = {each.name: each for each in (*step.views, *views)}
    counts = step.behaviour in _LISTS
    return replace(
        step, resource=at.resources[step.resource.shape], views=tuple(known.values()) if counts else step.views
    )
