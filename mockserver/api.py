"""One served contract with all that its behaviours need; built once, never changed. What changes is in the store."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from contract.checks import Checks, Values
from contract.spec import Json, Spec
from mockserver.answering.maker import Maker
from mockserver.answering.problems import Problems
from mockserver.planning.covers import plain
from mockserver.planning.evidence import counts, ids_at, is_placeholder, segments
from mockserver.planning.model import Plan, Resource, Step
from mockserver.planning.plan import plan
from mockserver.planning.signs import credentials
from mockserver.planning.variants import Variant, variants
from mockserver.state.store import Store

_MOST_TOLD = 10

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Api:
    """A contract being served."""

    spec: Spec
    checks: Checks
    plan: Plan
    problems: Problems
    polls: int
    populate: int
    """How many records a collection holds at first; 0 for those that are documented."""
    variants: Mapping[str, tuple[Variant, ...]]
    """Documented successes by operation key."""
    also: Mapping[str, tuple[str, ...]]
    """Shapes of collections that hold records of another's kind, by that other's shape."""
    named: Mapping[str, Resource]
    """Collections by the last word of their path, to know records inside of others."""
    embedding: frozenset[str] = field(default_factory=frozenset)
    """Keys of operations whose documented answers hold such records."""

    patterns: dict[tuple[int, int], object] = field(default_factory=dict)
    """What `answering.patterns` has found."""

    samples: Mapping[str, tuple[tuple[str, int, frozenset[str]], ...]] = field(default_factory=dict)
    """By operation key, collections whose records the path names, with the place of their id in it and the ids of the documented paths."""

    by_name: Mapping[str, tuple[tuple[Resource, int], ...]] = field(default_factory=dict)
    """By operation key, the resources whose records the path names, each with the place in it, where one of them may be named by something else than its id."""

    inside: Mapping[str, tuple[tuple[str, Resource], ...]] = field(default_factory=dict)
    """By collection, properties that hold the records of a collection below, each with that."""
    around: Mapping[str, tuple[Resource, str]] = field(default_factory=dict)
    """By collection, the one above whose records show its own, and the property that does."""

    counting: Mapping[str, tuple[Resource, str]] = field(default_factory=dict)
    """By collection, the one above whose records tell how many it has, and the property that does (`items_count`)."""

    populated: dict[int, tuple[tuple[str, str, str, bytes], ...]] = field(default_factory=dict)
    """The records that were made to fill collections, by seed: every session starts with the same."""

    @cached_property
    def collections(self) -> Mapping[str, Resource]:
        """Collections and documents by shape."""
        return {each.shape: each for each in self.plan.resources}

    @cached_property
    def accounts(self) -> frozenset[str]:
        """Shapes of the collections whose records are those who use the service."""
        kept = (each.account.made.resource for each in self.plan.steps if each.account and each.account.made)
        own = (each.resource for each in self.plan.steps if each.own is not None)
        return frozenset(each.shape for each in (*kept, *own) if each)

    @cached_property
    def telling_secrets(self) -> frozenset[str]:
        """Keys of operations, beside logins, whose requests may tell a password."""
        found = ((each, credentials(self.spec, each.operation)) for each in self.plan.steps if each.operation.body)
        return frozenset(
            each.operation.key
            for each, names in found
            if each.behaviour != "login" and any("password" in name or name in ("pwd", "passwd") for name in names)
        )

    @cached_property
    def gives_tokens(self) -> bool:
        """Somebody can log in, so the state has a say in which tokens are good, and whose they are."""
        return any(each.behaviour == "login" for each in self.plan.steps)

    @cached_property
    def steps(self) -> Mapping[str, Step]:
        """Steps by operation key."""
        return {each.operation.key: each for each in self.plan.steps}

    @cached_property
    def included(self) -> Mapping[tuple[str, str], Mapping[str, Json]]:
        """Records that documented answers include (jsonapi.org, 7.3), by type and id."""
        shown = [
            each.example.get("included")
            for known in self.variants.values()
            for each in known
            if isinstance(each.example, dict)
        ]
        records = [each for one in shown if isinstance(one, list) for each in one if isinstance(each, dict)]
        return {(str(each.get("type")), str(each.get("id"))): each for each in reversed(records)}

    @property
    def fingerprint(self) -> str:
        """The same for contracts with the same operations; what a state remembers them by."""
        return hashlib.sha256("\n".join(each.key for each in self.spec.operations).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Opened:
    """A contract with the state of one session."""

    api: Api
    store: Store
    maker: Maker


class Call(msgspec.Struct, frozen=True, gc=False):
    """A valid request on its way to a behaviour."""

    api: Api
    step: Step
    store: Store
    """The state of the client's session."""
    maker: Maker
    segments: tuple[str, ...]
    """Values of the path's placeholders, decoded, in order."""
    values: Values
    variant: Variant | None
    """The documented success that the request asks for."""
    user: str | None
    """Whom the credentials name."""
    origin: str
    """Scheme and host as the client used them."""
    headers: Mapping[str, str]
    body: bytes = b""
    """The request's body as it came."""


def serve_spec(spec: Spec, *, polls: int, populate: int = 0) -> Api:
    """Make a contract ready to be served. SpecError or MockError when it cannot be."""
    checks, made = Checks(spec), plan(spec)
    _tell(spec.name, checks.unusable)
    around = {child.shape: (upper, name) for upper, name, child in nested(made)}
    inside: dict[str, tuple[tuple[str, Resource], ...]] = {}
    for upper, name, child in nested(made):
        inside[upper.shape] = (*inside.get(upper.shape, ()), (name, child))
    named = {_last(each.shape): each for each in made.resources if each.kind == "collection" and each.id_property}
    return Api(
        spec=spec,
        checks=checks,
        plan=made,
        problems=Problems(spec, checks),
        polls=polls,
        populate=populate,
        variants={each.key: variants(each) for each in spec.operations},
        samples=samples(made.steps),
        by_name=_by_name(made),
        around=around,
        inside=inside,
        counting=dict(_counting(made)),
        also={each.shape: each.also for each in made.resources if each.also},
        named=named,
        embedding=frozenset(
            step.operation.key
            for step in made.steps
            if any(True for each in variants(step.operation) for _ in embedded(each.example, named))
        ),
    )


def _tell(name: str, unusable: Sequence[str]) -> None:
    """A small breach of OpenAPI spoils its place and nothing else; whoever wrote it wants to know."""
    for each in unusable[:_MOST_TOLD]:
        logger.warning("%s: %s", name, each)
    if len(unusable) > _MOST_TOLD:
        logger.warning("%s: and %d more places like these", name, len(unusable) - _MOST_TOLD)


def samples(steps: Iterable[Step]) -> dict[str, tuple[tuple[str, int, frozenset[str]], ...]]:
    """By operation key, the collections whose records its path names, each with the place of the id, and all ids that sample paths have."""
    named = {each.operation.key: each for each in steps if each.named}
    told: dict[str, set[str]] = {}
    for step in named.values():
        for shape, position in step.named:
            told.setdefault(shape, set()).update(ids_at(step.operation, position))
    known = {shape: frozenset(each) for shape, each in told.items() if each}
    found = {
        key: tuple((shape, position, known[shape]) for shape, position in step.named if shape in known)
        for key, step in named.items()
    }
    return {key: each for key, each in found.items() if each}


def _by_name(made: Plan) -> dict[str, tuple[tuple[Resource, int], ...]]:
    known = {each.shape: each for each in made.resources}
    named = {
        step.operation.key: tuple((known[shape], position) for shape, position in step.named if shape in known)
        for step in made.steps
    }
    return {key: each for key, each in named.items() if any(one.natural for one, _ in each)}


def nested(made: Plan) -> Iterator[tuple[Resource, str, Resource]]:
    """Collections whose records show those of the one directly below, with the property that does (`customers`, `contacts`); a document may as well (`/cart`)."""
    known = {each.shape: each for each in made.resources}
    for child in made.resources:
        upper = known.get(child.parent or "") or known.get(child.shape.rpartition("/")[0])
        if not upper or not child.id_property or child.kind != "collection":
            continue
        if child.shape == f"{upper.shape}{'/{}' if upper.kind == 'collection' else ''}/{_last(child.shape)}":
            yield from ((upper, name, child) for name in upper.properties if _shows(upper, name, child))


def _counting(made: Plan) -> Iterator[tuple[str, tuple[Resource, str]]]:
    known = {each.shape: each for each in made.resources}
    for child in made.resources:
        upper = known.get(child.parent or "")
        if upper and upper.kind == child.kind == "collection" and not upper.is_json_api:
            items = _last(child.shape)
            yield from (
                (child.shape, (upper, each))
                for each in upper.properties
                if counts(each, items) and each not in upper.takes
            )


def _shows(upper: Resource, name: str, child: Resource) -> bool:
    """Tell whether the records above show those below under a name: all that are shown there have ids, or schemas describe them so."""
    items = upper.example.get(name)
    if plain(name) != plain(_last(child.shape)) or not isinstance(items, (list, type(None))):
        return False
    shown = [each for each in items or () if isinstance(each, dict) and child.id_property in each]
    told = items is not None or child.id_property in upper.lists.get(name, ())
    return told and len(shown) == len(items or ())


def _last(path_shape: str) -> str:
    return next((part for part in reversed(segments(path_shape)) if not is_placeholder(part)), "")


def embedded(value: Json, named: Mapping[str, Resource]) -> Iterator[tuple[Resource, dict[str, Json]]]:
    """Records inside of a value, below properties named like a collection (`tasks`)."""
    if isinstance(value, list):
        for each in value:
            yield from embedded(each, named)
    if not isinstance(value, dict):
        return
    for name, inner in value.items():
        resource = named.get(name)
        if resource and isinstance(inner, list):
            yield from ((resource, each) for each in inner if isinstance(each, dict) and resource.id_property in each)
        yield from embedded(inner, named)
