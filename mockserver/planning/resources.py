"""Which records there are: the Survey of a Spec comes in, Resources go out; a path belongs to at most one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from contract.spec import Json, Operation, Spec
from mockserver.planning import tabled
from mockserver.planning.addresses import Meant, is_of_many
from mockserver.planning.covers import ID_NAMES, Clues, places, plain, properties_of
from mockserver.planning.evidence import (
    THEIRS,
    Shown,
    id_property,
    is_placeholder,
    last_word,
    placeholders,
    request_properties,
    schema_of_records,
    segments,
    sent_way,
    shape,
    shown,
    similar,
    singular,
)
from mockserver.planning.hiding import hidden
from mockserver.planning.identities import Identity, identity
from mockserver.planning.kin import is_made_for, read_alone, with_kin
from mockserver.planning.model import LEVELS, Resource
from mockserver.planning.naturals import natural
from mockserver.planning.outer import as_holder, as_listed, as_told, holds_others, lists_inside, seen_from_above


@dataclass(frozen=True)
class Survey:
    """A Spec with what each operation shows."""

    spec: Spec
    shown: Mapping[str, Shown]
    """By operation key."""
    by_shape: Mapping[str, Mapping[str, Operation]]
    """Operations by path shape and method."""
    apart: frozenset[str]
    """Keys of operations that speak of no record: logins and jobs."""
    below: Mapping[str, tuple[str, ...]]
    """Path shapes by the shape one segment up."""
    far_below: Mapping[str, tuple[str, ...]]
    """Path shapes by the shape two segments up."""
    read_alone: frozenset[str]
    """What `kin.read_alone` says."""

    def at(self, path_shape: str, method: str) -> Shown | None:
        """What an operation shows, by path shape and method; None where there is no such operation."""
        operation = self.by_shape.get(path_shape, {}).get(method)
        return self.shown[operation.key] if operation and operation.key not in self.apart else None


def survey(spec: Spec, apart: frozenset[str] = frozenset()) -> Survey:
    """Read out what every operation shows."""
    by_shape: dict[str, dict[str, Operation]] = {}
    for operation in spec.operations:
        methods = by_shape.setdefault(shape(operation.path), {})
        if operation.method not in methods or not isinstance(operation, Meant):
            methods[operation.method] = operation
    made = {each.key: shown(spec, each, _clues(spec, each, by_shape)) for each in spec.operations}
    for at in by_shape:
        for seen in (as_holder, as_listed, as_told):
            made.update(seen(spec, at, by_shape, made))
    for at, methods in by_shape.items():
        made.update(_as_changed(spec, methods, made))
        made.update(_as_others(spec, at, by_shape, made))
        made.update(seen_from_above(spec, at, by_shape, made))
    below, far_below = dict[str, tuple[str, ...]](), dict[str, tuple[str, ...]]()
    for each in by_shape:
        upper, top = above(each), above(above(each))
        below[upper] = (*below.get(upper, ()), each)
        far_below[top] = (*far_below.get(top, ()), each)
    return Survey(spec, made, by_shape, apart, below, far_below, read_alone(by_shape))


def _as_changed(spec: Spec, methods: Mapping[str, Operation], made: Mapping[str, Shown]) -> Iterator[tuple[str, Shown]]:
    """One object without an id stands in the same cover where it is read and where it is changed."""
    mine = made[methods["GET"].key] if "GET" in methods else None
    ways = [made[methods[each].key].way for each in ("PUT", "PATCH") if each in methods]
    way = next((each for each in ways if each), ())
    if mine and mine.media and mine.kind == "object" and way:
        known = places(spec, mine.media.schema, [each.value for each in mine.media.examples])
        if found := next((each for each in known if each.way == way and not each.many), None):
            yield (
                methods["GET"].key,
                replace(mine, kind="record", way=way, properties=found.properties, records=found.records),
            )


def _as_others(
    spec: Spec, at: str, by_shape: Mapping[str, Mapping[str, Operation]], made: Mapping[str, Shown]
) -> Iterator[tuple[str, Shown]]:
    """What is read of a record is what all others about it show, and not an object inside of it that is called like its path."""
    read = by_shape[at].get("GET") if is_placeholder(segments(at)[-1] if segments(at) else "") else None
    mine = made[read.key] if read else None
    if not (read and mine and mine.media and mine.kind == "record" and mine.way):
        return
    there = by_shape.get(above(at), {})
    others = [made[each.key] for each in (there.get("GET"), there.get("POST"), by_shape[at].get("PUT")) if each]
    alike = [each.properties for each in others if each.kind in ("records", "record") and each.properties]
    if not alike or any(similar(mine.properties, each) for each in alike):
        return
    known = places(spec, mine.media.schema, [each.value for each in mine.media.examples])
    fits = (each for each in known if not each.many and all(similar(each.properties, one) for one in alike))
    if found := next(fits, None):
        yield read.key, replace(mine, way=found.way, properties=found.properties, records=found.records)


def _clues(spec: Spec, operation: Operation, by_shape: Mapping[str, Mapping[str, Operation]]) -> Clues:
    """What is expected of an operation's answer by its path, its method, and what requests there send."""
    at = shape(operation.path)
    item = is_placeholder(segments(at)[-1]) if segments(at) else False
    of = at if item else at + "/{}"
    last, below = last_word(operation.path), by_shape.get(of, {})
    ids = {plain(singular(last)) + "id", plain(last) + "id", *([plain(last)[:1] + "id"] if below else [])}
    ids.update(plain(placeholders(each.path)[-1]) for each in below.values())
    changes = operation.method in ("POST", "PUT", "PATCH")
    sent = _sent_properties(spec, operation) if changes else frozenset[str]()
    many: bool | None = None
    if is_of_many(spec, operation):
        many = True
    elif item or (changes and below):
        many = False
    elif operation.method == "GET" and (below or "POST" in by_shape[at]):
        many = True
    return Clues(plain(last), frozenset(ids), sent, many, changes)


def _sent_properties(spec: Spec, operation: Operation) -> frozenset[str]:
    """What a request names, at its top or below the one cover that is all there is."""
    return request_properties(spec, operation, sent_way(spec, operation, (), frozenset()))


def above(path_shape: str) -> str:
    """The shape one segment up."""
    return "/" + "/".join(segments(path_shape)[:-1])


def is_view(known: Survey, path_shape: str) -> bool:
    """Tell whether a list below a list is a filter over it: the same cover, or the same kind of record."""
    mine, upper = known.at(path_shape, "GET"), known.at(above(path_shape), "GET")
    if not (mine and upper and mine.kind == upper.kind == "records") or is_placeholder(segments(path_shape)[-1]):
        return False
    if "POST" in known.by_shape[path_shape] or path_shape + "/{}" in known.by_shape:
        return False
    return similar(mine.properties, upper.properties) or (not mine.properties and mine.way == upper.way)


def resources(known: Survey) -> dict[str, Resource]:
    """All resources by shape, in the order of the document."""
    found = dict.fromkeys(_collections(known), "collection")
    found.update({each: "document" for each in _documents(known) if each not in found})
    made = {each: resource(known, each, kind, found) for each, kind in found.items()}
    styles = [each.id_style for each in made.values() if each.id_style]
    common = max(styles, key=styles.count) if styles else "hex24"
    put = {key for key in made if _is_put(known, key)}  # whoever puts a record there gives it a name
    made = {
        key: each if each.id_style else replace(each, id_style="slug" if key in put else common)
        for key, each in made.items()
    }
    return with_kin(made, known.by_shape, known.read_alone)


def _collections(known: Survey) -> Iterator[str]:
    seen: set[str] = set()
    for path_shape, methods in known.by_shape.items():
        for method in methods:
            candidate = _collection(known, path_shape, method)
            if candidate and candidate not in seen:
                seen.add(candidate)
                yield candidate


def _collection(known: Survey, path_shape: str, method: str) -> str | None:
    """The collection that one operation proves, if any."""
    parts, mine = segments(path_shape), known.at(path_shape, method)
    if not mine or not parts:
        return None
    if is_placeholder(parts[-1]):
        return _proved_by_item(known, path_shape, method, mine)
    if method == "GET" and tabled.speaks(known.spec, known.by_shape[path_shape][method], mine):
        return path_shape
    if mine.kind == "records" and method == "GET":
        named = id_property(mine.properties, path_shape, None) or path_shape + "/{}" in known.by_shape
        named = named or _is_added_to(known, path_shape, mine)
        return path_shape if named and not is_view(known, path_shape) else None
    if method == "POST" and mine.kind == "record" and not _is_action(known, path_shape, mine):
        return None if _is_set(known, path_shape) else path_shape
    unseen = method == "POST" and mine.kind == "none" and known.by_shape[path_shape][method].body
    return path_shape if unseen and is_made_for(path_shape, known.by_shape, known.read_alone) else None


def _is_added_to(known: Survey, path_shape: str, mine: Shown) -> bool:
    """Tell whether a POST sends one of the records of a list, though nothing names them."""
    operation, made = known.by_shape[path_shape].get("POST"), known.at(path_shape, "POST")
    if operation is None or made is None or made.kind == "records" or not mine.properties:
        return False
    sent = request_properties(known.spec, operation)
    return (
        bool(sent)
        and similar(sent, mine.properties)
        and (not made.properties or similar(made.properties, mine.properties))
    )


def _proved_by_item(known: Survey, path_shape: str, method: str, mine: Shown) -> str | None:
    """`/teams/{}` proves `/teams`; a verb before the id (`/tasks/start/{}`) proves `/tasks`."""
    upper = above(path_shape)
    if len(segments(upper)) == 0 or is_placeholder(segments(upper)[-1]):
        return None
    if method == "POST":
        proved = mine.kind == "record" and not known.by_shape.get(upper) and len(segments(upper)) > 1
        return above(upper) if proved and not is_placeholder(segments(above(upper))[-1]) else None
    siblings = known.by_shape.get(upper, {})
    tells = any(known.at(path_shape, each) and each in ("GET", "PUT", "PATCH") for each in known.by_shape[path_shape])
    return upper if tells or "POST" in siblings or "GET" in siblings else None


def _is_action(known: Survey, path_shape: str, mine: Shown) -> bool:
    """`POST /orders/{}/cancel` that answers the order creates nothing."""
    parts = segments(path_shape)
    if len(parts) < 3 or not is_placeholder(parts[-2]) or "GET" in known.by_shape[path_shape]:
        return False
    if path_shape + "/{}" in known.by_shape:
        return False
    owner = known.at(above(path_shape), "GET") or known.at(above(above(path_shape)), "GET")
    belongs = plain(singular(parts[-3])) + "id"  # `payment_id` of a refund
    if owner and any(plain(each) == belongs for each in mine.properties - owner.properties):
        return False
    return owner is None or similar(mine.properties, owner.properties)


def _is_set(known: Survey, path_shape: str) -> bool:
    """`POST /settings` sets what `GET /settings` shows: one object without an id, most of what is sent among what is shown."""
    methods, shown = known.by_shape[path_shape], known.at(path_shape, "GET")
    if not shown or shown.kind != "object" or "POST" not in methods or path_shape + "/{}" in known.by_shape:
        return False
    sent = _sent_properties(known.spec, methods["POST"])
    return bool(sent) and 2 * len(sent & shown.properties) > len(sent)


def _documents(known: Survey) -> Iterator[str]:
    """Paths whose GET shows one object that PUT or PATCH changes."""
    for path_shape, methods in known.by_shape.items():
        mine = known.at(path_shape, "GET")
        if (
            mine
            and mine.kind in ("object", "record")
            and not is_placeholder(segments(path_shape)[-1])
            and (methods.keys() & {"PUT", "PATCH"} or any(each(known, path_shape) for each in _ARE_DOCUMENTS))
        ):
            yield path_shape


def _is_callers(known: Survey, path_shape: str) -> bool:
    """`/auth/me` shows who has logged in, where clients log in."""
    return bool(known.apart) and "{}" not in path_shape and plain(segments(path_shape)[-1]) in THEIRS


def _holds_others(known: Survey, path_shape: str) -> bool:
    """`/cart` shows a list of what can be posted to `/cart/items`."""
    return bool(holds_others(known.spec, path_shape, known.by_shape, known.shown))


_ARE_DOCUMENTS = (_is_set, _is_callers, _holds_others)


def _about(known: Survey, path_shape: str, *, document: bool) -> Iterator[tuple[Operation, Shown]]:
    """The operations that show or take records of a resource."""
    paths = [path_shape] if document else [path_shape, path_shape + "/{}"]
    for each in paths:
        for method, operation in known.by_shape.get(each, {}).items():
            mine = known.at(each, method)
            if mine and not (method == "POST" and mine.kind == "records"):
                yield operation, mine
    for each in known.far_below.get(path_shape, ()):
        parts, methods = segments(each), known.by_shape[each]
        verb = len(parts) > 2 and is_placeholder(parts[-1]) and not is_placeholder(parts[-2])
        if verb and "POST" in methods and not document and (mine := known.at(each, "POST")):
            yield methods["POST"], mine


def resource(known: Survey, path_shape: str, kind: str, all_kinds: Mapping[str, str]) -> Resource:
    """The records at a path that some operation shows or takes; `all_kinds` tells what the paths above it are."""
    about = list(_about(known, path_shape, document=kind == "document"))
    item = known.by_shape.get(path_shape + "/{}") if kind == "collection" else None
    item_path = next(iter(item.values())).path if item else None
    path = next((each.path for each, _ in about if shape(each.path) == path_shape), None)
    name = "/" + "/".join(
        segments(path) if path else segments(item_path or about[0][0].path)[: len(segments(path_shape))]
    )
    shows = [mine for _, mine in about if mine.kind in ("records", "record")] or [
        mine for _, mine in about if kind == "document"
    ]
    properties = frozenset().union(*(mine.properties for mine in shows)) if shows else frozenset[str]()
    changes = [(each, mine) for each, mine in about if each.method in ("POST", "PUT", "PATCH")]
    taken = frozenset(name for each, mine in changes for name in _sent_names(known.spec, each, mine, properties))
    listed = known.at(path_shape, "GET")
    untold = next((each for each, mine in about if tabled.speaks(known.spec, each, mine)), None)
    example = tabled.record(known.spec, untold) if untold else _example(about)
    named, properties = (Identity("id", style="digits"), frozenset(example)) if untold else (Identity(), properties)
    if kind == "collection" and not untold:
        named = identity(known.spec, path_shape, about, item or {}, taken)
    return Resource(
        name=name,
        shape=path_shape,
        kind="document" if kind == "document" else "collection",
        item=item_path,
        parents=tuple(parents(path_shape, all_kinds)),
        id_property=named.property,
        id_way=named.way,
        id_link=named.link,
        id_pattern=named.pattern,
        id_style=named.style,
        way=("data",) if untold else listed.way if listed and listed.kind == "records" else (),
        properties=tuple(sorted(properties)),
        fields=tuple(sorted(properties | _inner_names(known.spec, shows, example))),
        write_only=tuple(sorted(hidden(known.spec, changes, taken - properties))),
        takes=tuple(sorted(taken)),
        renamed=named.property in taken and named.property not in ID_NAMES,
        example=example,
        natural=natural(item or {}, named.property, properties, taken),
        lists={name: each for mine in shows for name, each in lists_inside(known.spec, mine).items()},
    )


def makes(known: Survey, operation: Operation, resource: Resource) -> bool:
    """Tell whether a PUT makes what is not there: it documents 201 (RFC 9110, section 9.3.4), or nothing else makes records that clients name."""
    told = any(each.status == "201" for each in operation.responses)
    return operation.method == "PUT" and (told or (resource.id_style == "slug" and _is_put(known, resource.shape)))


def _is_put(known: Survey, path_shape: str) -> bool:
    return "PUT" in known.by_shape.get(path_shape + "/{}", {}) and "POST" not in known.by_shape.get(path_shape, {})


def _sent_names(spec: Spec, operation: Operation, mine: Shown, properties: frozenset[str]) -> frozenset[str]:
    """What a request names of a record, at its top or among its JSON:API attributes."""
    way = sent_way(spec, operation, mine.way, properties)
    return request_properties(spec, operation, way) | request_properties(spec, operation, (*way, "attributes"))


def _inner_names(spec: Spec, shows: list[Shown], example: Mapping[str, Json]) -> frozenset[str]:
    """What JSON:API records name as attributes and relationships."""
    described = [properties_of(spec, schema_of_records(spec, mine)) for mine in shows]
    records = [example, *(each for mine in shows for each in mine.records)]
    levels = [each.get(level) for each in records for level in LEVELS[:2]]
    levels += [properties_of(spec, each[level]) for each in described for level in LEVELS[:2] if level in each]
    return frozenset(name for level in levels if isinstance(level, dict) for name in level)


def _example(about: list[tuple[Operation, Shown]]) -> Mapping[str, Json]:
    """The documented record that shows most: of a read, else of a list, else of what changes it."""
    order = {"GET": 0, "POST": 1}
    ranked = sorted(about, key=lambda each: (order.get(each[0].method, 2), -len(segments(each[0].path))))
    return next((mine.records[0] for _, mine in ranked if mine.kind != "none" and mine.records), {})


def parents(path_shape: str, all_kinds: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Collections whose placeholder stands in the path, outermost first."""
    parts = segments(path_shape)
    position = 0
    for index, part in enumerate(parts):
        if is_placeholder(part):
            upper = "/" + "/".join(parts[:index])
            if all_kinds.get(upper) == "collection":
                yield upper, position
            position += 1
