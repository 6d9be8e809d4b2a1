"""Many records where the documents show a few: a first state comes in, collections of N records go out; the same seed gives the same bytes.

Ids are made first, so that records can point at each other. Every record is held to the schemas that
answers give for it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

import msgspec

from contract.spec import Json
from mockserver.answering.linking import renamed
from mockserver.answering.samples import conformed
from mockserver.answering.shapes import compiled, record_schemas
from mockserver.api import Opened
from mockserver.planning.covers import ID_NAMES, plain, properties_of
from mockserver.planning.evidence import is_placeholder_value, last_word, singular
from mockserver.planning.model import Resource
from mockserver.sessions.crossing import crossed
from mockserver.sessions.plausible import Record, is_few, number, scrambled, text
from mockserver.state.store import below

PARENTS = 3
"""How many of the records above have a full collection below them."""
_DEEPEST = 6
_MANY = 4
_LONG = 6
"""Characters from which on a text that is some record's id is taken for a reference to it."""

_SELF = "\ufffcself\ufffc"
"""Stands in documented texts for the id of the record that they belong to."""

Places = Mapping[str, Sequence[tuple[str, Json]]]
"""Key of the parents and id of every record, by collection."""


def populate(at: Opened, count: int) -> None:
    """Fill the collections of a session up to a count; below parents, those of the first few."""
    made = at.api.populated
    if at.maker.seed not in made:
        made[at.maker.seed] = tuple(_made(at, count))
    for row in made[at.maker.seed]:
        at.store.put(*row)


def _made(at: Opened, count: int) -> Iterator[tuple[str, str, str, bytes]]:
    """The records as the store takes them."""
    from faker import Faker

    collections = [each for each in at.api.plan.resources if each.kind == "collection"]
    collections.sort(key=lambda each: len(each.parents))
    held = {each.shape: list(_held(at, each)) for each in collections}
    places = {shape: [(parent, identity) for parent, identity, _ in rows] for shape, rows in held.items()}
    new = {each.shape: list(_reserved(at, each, places, count)) for each in collections}
    fake = Faker("en_US", use_weighting=False)
    for resource in collections:
        seed = hashlib.sha256(f"{at.maker.seed} populate {resource.shape}".encode()).digest()
        fake.seed_instance(int.from_bytes(seed[:8], "big"))
        writer = _Writer(at, resource, [body for *_, body in held[resource.shape]], places)
        for index, (parent, identity) in enumerate(new[resource.shape], 1):
            body = writer.record(Record(fake, index), parent, identity)
            yield resource.shape, parent, str(identity), msgspec.json.encode(body)


def _held(at: Opened, resource: Resource) -> Iterator[tuple[str, Json, dict[str, Json]]]:
    """Parent, id and body of the records that are there."""
    for collection, parent, identity, raw in at.store.all():
        if collection == resource.shape:
            body = msgspec.json.decode(raw)
            yield parent, body.get(resource.id_property, identity), body


def _reserved(
    at: Opened, resource: Resource, places: dict[str, list[tuple[str, Json]]], count: int
) -> Iterator[tuple[str, Json]]:
    """The places of the records that are missing."""
    homes = [below(parent, str(each)) for parent, each in places.get(resource.parent or "", ())[:PARENTS]]
    for parent in homes if resource.parent else [""]:
        for _ in range(count - at.store.count(resource.shape, parent)):
            identity = at.maker.identity(resource, {}, parent)
            at.store.put(resource.shape, parent, str(identity), b"{}")
            places[resource.shape].append((parent, identity))
            yield parent, identity


@dataclass(frozen=True)
class _At:
    """Where a value stands in a record."""

    name: str
    owner: str
    """What the object around it is called."""
    depth: int = 0

    def inside(self) -> _At:
        """For the items of a list."""
        return replace(self, name=singular(self.name), depth=self.depth + 1)


class _Writer:
    """Writes the records of one collection."""

    def __init__(self, at: Opened, resource: Resource, shown: Sequence[dict[str, Json]], places: Places) -> None:
        self._api, self._resource, self._places = at.api, resource, places
        judges = [(each, compiled(at.api, each)) for each in record_schemas(at.api, resource)]
        # Beside the most telling schema, one that fits none of the documented records is hardly one of theirs.
        fitting = [each for each in judges[1:] if not shown or any(each[1].is_valid(one) for one in shown)]
        self._judges = [*judges[:1], *fitting]
        self._shown = _distinct([_templated(each, str(each.get(resource.id_property or "", ""))) for each in shown])
        self._owner = singular(last_word(resource.shape))
        self._parent = ""
        self._related: dict[str, Json] = {}
        """Ids that the record points at, by collection."""
        self._owners = {
            identity: shape
            for shape, held in places.items()
            for _, identity in held
            if isinstance(identity, str) and len(identity) >= _LONG
        }

    def record(self, scene: Record, parent: str, identity: Json) -> dict[str, Json]:
        """A record that the contract takes, in the shape of those that are shown."""
        self._parent, self._related = parent, {}
        name = self._resource.id_property
        made = self._object(scene, self._owner, [schema for schema, _ in self._judges], self._shown, 0)
        own = {name: identity} if name else {}
        body = _put_back({**own, **made, **own}, str(identity))
        example = _put_back({**self._shown[0], **own}, str(identity)) if self._shown else None
        for schema, judge in self._judges:
            if not judge.is_valid(body):
                mended = conformed(self._api.spec, judge, schema, body, example)
                body = {**mended, **own} if isinstance(mended, dict) else body
        return body

    def _object(
        self, scene: Record, owner: str, schemas: Sequence[Json], seen: Sequence[dict[str, Json]], depth: int
    ) -> dict[str, Json]:
        known = [properties_of(self._api.spec, each) for each in schemas]
        required = {name for each in schemas for name in self._resolved(each).get("required") or ()}
        made: dict[str, Json] = self._taken_together(scene, seen)
        form = scene.random.choice(seen) if depth == 0 and len({frozenset(each) for each in seen}) > 1 else None
        for name in dict.fromkeys(
            [*(name for each in seen for name in each), *(name for each in known for name in each)]
        ):
            if name in made:
                continue
            nodes = [each[name] for each in known if name in each]
            values = [each[name] for each in seen if name in each]
            share = len(values) / len(seen) if seen else 1.0 if depth < _DEEPEST else 0.0
            if form is not None:  # what stands together in one record is not put together of several
                share = float(name in form)
                told = form.get(name)
                values = [told] if isinstance(told, str) and is_few(plain(name), [told]) else values
            hidden = depth == 0 and name in self._resource.write_only
            if hidden or any(self._resolved(each).get("writeOnly") for each in nodes):
                continue
            if name in required or scene.random.random() < share:
                made[name] = self._value(scene, _At(name, owner, depth), nodes, values)
        kind = made.get("type")
        if isinstance(kind, str) and "id" in made and depth and (shape := self._shape_of(kind)):
            made["id"] = self._picked(scene, shape, [made["id"]])
        return made

    def _taken_together(self, scene: Record, seen: Sequence[dict[str, Json]]) -> dict[str, Json]:
        """The parts of one documented object that name each other."""
        shown = [(each, names) for each in seen if (names := crossed(each, self._api.named))]
        if not shown:
            return {}
        each, names = scene.random.choice(shown)
        return {name: value for name, value in each.items() if name in names}

    def _value(self, scene: Record, at: _At, schemas: Sequence[Json], seen: Sequence[Json]) -> Json:
        nodes = [self._resolved(each) for each in schemas]
        node = next((each for each in nodes if each), {})
        real = [each for each in seen if each is not None]
        if seen and scene.random.random() >= len(real) / len(seen):
            return None
        if "const" in node:
            return node["const"]
        shape = self._referred(at, real)
        if shape and not node.get("enum") and not (real and isinstance(real[0], (dict, list))):
            return self._picked(scene, shape, real or [""] * (_kind(node, real) == "string"))
        match _kind(node, real):
            case "object":
                inside = [each for each in real if isinstance(each, dict)]
                return self._object(scene, singular(at.name), schemas, inside, at.depth + 1)
            case "array":
                return self._array(scene, at, nodes, [each for each in real if isinstance(each, list)])
            case "boolean":
                return scene.random.random() < 0.5
            case "integer" | "number" as kind:
                numbers = [each for each in real if isinstance(each, (int, float))]
                return number(scene, at.name, node, numbers, whole=kind == "integer")
        written = [each for each in real if isinstance(each, str)]
        texts = [each for each in written if each.startswith("/") or not is_placeholder_value(at.name, each)]
        shown = scene.random.choice(texts) if texts else ""
        if _SELF in shown or shown.startswith("/"):
            return self._path(scene, shown)
        return text(scene, at.name, at.owner, node, texts)

    def _array(self, scene: Record, at: _At, nodes: Sequence[Json], seen: Sequence[list[Json]]) -> list[Json]:
        schemas = [each["items"] for each in nodes if "items" in each]
        node: Json = next(iter(nodes), {})
        low, high = (min(map(len, seen)), max(map(len, seen))) if seen else (1, _MANY - 1)
        low, high = max(low, node.get("minItems", 0)), min(high, node.get("maxItems", high), _MANY * 2)
        if (not schemas and not any(seen)) or at.depth >= _DEEPEST:
            return []
        items = [each for value in seen for each in value]
        made: list[Json] = []
        for _ in range(scene.random.randint(min(low, high), max(low, high))):
            value = self._value(scene, at.inside(), schemas, items)
            if value not in made:
                made.append(value)
        return made

    # ---- references

    def _path(self, scene: Record, shown: str) -> str:
        """A documented path with the ids of this record's own relations, and unknown ones made new."""
        parts: list[str] = []
        for part in shown.split("/"):
            id_like = len(part) >= _LONG and re.search(r"\d", part)
            shape = self._owners.get(part) or (self._shape_of(parts[-1]) if id_like and parts and parts[-1] else None)
            if shape:
                part = str(self._related.get(shape) or self._picked(scene, shape, [part]))
            parts.append(
                scrambled(scene, part) if not shape and len(part) >= _LONG and re.search(r"\d", part) else part
            )
        return "/".join(parts)

    def _referred(self, at: _At, seen: Sequence[Json]) -> str | None:
        """The collection whose records a property names: by an id that is shown, or by its own name (`user_id`)."""
        shown = next((self._owners[each] for each in seen if isinstance(each, str) and each in self._owners), None)
        if shown:
            return shown
        if at.depth and at.name in ID_NAMES:
            return self._shape_of(at.owner)
        stem = re.sub("ids?$", "", plain(at.name))
        return self._shape_of(stem) if stem and stem != plain(at.name) else None

    def _shape_of(self, word: str) -> str | None:
        """The collection that a word names, in the singular or the plural."""
        wanted = plain(singular(word))
        return next((each.shape for name, each in self._api.named.items() if plain(singular(name)) == wanted), None)

    def _picked(self, scene: Record, shape: str, seen: Sequence[Json]) -> Json:
        """The id of a record: of that above this one, if it belongs to that collection, else of any."""
        for index, (upper, _) in enumerate(self._resource.parents):
            if upper == shape:
                identity: Json = unquote(self._parent.split("/")[index])
                break
        else:
            places = self._places.get(shape)
            identity = scene.random.choice(places)[1] if places else None
        self._related[shape] = identity
        if seen and isinstance(seen[0], str):
            return str(identity)
        return int(identity) if isinstance(identity, str) and identity.isdecimal() else identity

    def _resolved(self, schema: Json) -> dict[str, Json]:
        found = self._api.spec.resolve(schema)
        return found if isinstance(found, dict) else {}


def _kind(node: Mapping[str, Json], seen: Sequence[Json]) -> str:
    """The JSON type of a value: that of what is shown, else what the schema says."""
    if seen:
        first = seen[0]
        kinds = {bool: "boolean", int: "integer", float: "number", str: "string", dict: "object", list: "array"}
        found = kinds[type(first)]
        return "number" if found == "integer" and any(isinstance(each, float) for each in seen) else found
    stated = node.get("type")
    stated = next((each for each in stated if each != "null"), None) if isinstance(stated, list) else stated
    implied = "object" if any(key in node for key in ("properties", "allOf", "oneOf", "anyOf")) else "string"
    return str(stated or ("array" if "items" in node else implied))


def _distinct(records: Sequence[dict[str, Json]]) -> list[dict[str, Json]]:
    return [each for index, each in enumerate(records) if each not in records[:index]]


def _templated(record: dict[str, Json], identity: str) -> dict[str, Json]:
    """A documented record without its id, wherever its texts hold it (`links.self`)."""

    def told(value: Json) -> Json:
        if isinstance(value, dict):
            return {key: told(each) for key, each in value.items()}
        if isinstance(value, list):
            return [told(each) for each in value]
        marked = isinstance(value, str) and (len(identity) >= _LONG or "/" in value)
        return renamed(value, identity, _SELF) if marked else value

    made: dict[str, Json] = told(record) if identity else record
    return made


def _put_back(record: dict[str, Json], identity: str) -> dict[str, Json]:
    raw = msgspec.json.encode(record)
    if _SELF.encode() not in raw:
        return record
    told = msgspec.json.encode(identity)[1:-1]
    made: dict[str, Json] = msgspec.json.decode(raw.replace(_SELF.encode(), told))
    return made
