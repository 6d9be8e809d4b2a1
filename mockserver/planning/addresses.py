"""Where an operation would stand if paths named records alone: a Spec comes in, the same operations under such addresses go out, in the same order.

`POST /users/update/{id}` means PATCH on `/users/{id}`, `GET /users/list` means GET on `/users`, `PUT /users` with an id
in its body means PUT on `/users/{id}`, `POST /create_user` beside `GET /get_users` means POST on `/users`, and `/user/{id}` beside `/users` is one of them. Only planning sees these addresses.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace

from contract.spec import Operation, Spec
from mockserver.planning.covers import ID_NAMES, Way, items_of, plain, properties_of
from mockserver.planning.elsewhere import by_audience, of_others
from mockserver.planning.evidence import (
    is_named_after,
    is_placeholder,
    last_word,
    placeholders,
    request_examples,
    request_properties,
    segments,
    sent_media,
    sent_way,
    shape,
    singular,
    successes,
)
from mockserver.planning.lookups import looked_up, sifted
from mockserver.planning.verbs import words

Shapes = Mapping[str, Mapping[str, Operation]]
"""Operations by path shape and method."""


@dataclass(frozen=True, slots=True)
class Meant(Operation):
    """An operation under the address that it means."""

    original: Operation | None = None
    known_by: Way = ()
    """Where the record holds what the path names it by, if that is no id."""
    sifted_by: str = ""
    """What the last value of the path asks of the records of a list."""

    def __post_init__(self) -> None:
        Operation.__post_init__(self)
        if self.original:  # every report calls it as the documents do
            object.__setattr__(self, "key", self.original.key)


@dataclass(frozen=True, slots=True)
class _Verb:
    """What words in a path stand for."""

    method: str
    """Empty for that of the operation."""
    one: bool
    """It is about one record."""
    methods: tuple[str, ...]
    """Of operations that may mean it."""
    words: tuple[str, ...]


_VERBS = (
    _Verb("POST", one=False, methods=("POST", "PUT"), words=("create", "add", "new", "insert")),
    _Verb("PATCH", one=True, methods=("POST", "PUT", "PATCH"), words=("update", "edit", "modify")),
    _Verb("DELETE", one=True, methods=("POST", "PUT", "DELETE", "GET"), words=("delete", "remove", "destroy")),
    _Verb("GET", one=True, methods=("GET", "POST"), words=("show", "get", "view", "fetch", "read", "retrieve")),
    _Verb(
        "GET",
        one=False,
        methods=("GET", "POST"),
        words=("list", "all", "index", "search", "searches", "find", "query", "lookup"),
    ),
)
_HOW = ("via", "with", "by", "using", "for", "from")
"""After a verb, words that say how and not what: `update_via_post`, `findByState`."""
_MANNERS = ("quick", "fast", "simple", "easy")
"""The same before a verb: `quick_create`."""


def meant(spec: Spec) -> tuple[Operation, ...]:
    """All operations, those moved that mean another address than theirs; what asks for a behaviour by `x-mock` stays."""
    known: dict[str, dict[str, Operation]] = {}
    for operation in spec.operations:
        known.setdefault(shape(operation.path), {})[operation.method] = operation
    plurals, called = dict(_plurals(known)), dict(_called(spec))
    found = [
        each
        if "x-mock" in each.node
        else _under(each, *called[each.key])
        if each.key in called
        else _moved(spec, known, plurals, each)
        for each in spec.operations
    ]
    found = list(_at(found, by_audience(spec, found)))
    counts = Counter(map(_base, found))
    # One verb below a path of which nothing else is known proves no collection.
    alone = (is_verbal(each) and counts[_base(each)] < _TWO and not _has_custom_verb(each) for each in found)
    found = [documented(each) if one else each for each, one in zip(found, alone, strict=True)]
    return tuple(_at(found, of_others(spec, found)))


_TWO = 2


def _at(operations: Iterable[Operation], paths: Mapping[str, str]) -> Iterator[Operation]:
    """Operations, those with a path of their own in `paths`, by key, under that; what asks for a behaviour by `x-mock` stays."""
    for each in operations:
        if each.key not in paths or "x-mock" in each.node:
            yield each
        elif isinstance(each, Meant):
            yield replace(each, path=paths[each.key])
        else:
            yield _under(each, each.method, paths[each.key])


def _base(operation: Operation) -> str:
    return shape(operation.path).removesuffix("/{}")


def _moved(spec: Spec, known: Shapes, plurals: Mapping[str, str], operation: Operation) -> Operation:
    path, method = _with_custom_verb(operation.path), operation.method
    parts = segments(path)
    for index in range(len(parts)):
        if (one := shape("/".join(parts[: index + 1]))) in plurals:
            path = "/" + "/".join([*parts[:index], plurals[one].rpartition("/")[2], *parts[index + 1 :]])
    found = _without_verb(spec, known, replace(operation, path=path))
    known_by: Way = ()
    sifted_by = ""
    if found:
        method, path = found
    elif _has_custom_verb(operation):
        pass
    elif asked := looked_up(spec, known, operation):
        path, known_by = asked
    elif part := sifted(spec, known, operation):
        path, sifted_by = part
    elif name := _named_inside(spec, known, replace(operation, path=path)):
        path = f"{path.rstrip('/')}/{{{name}}}"
    return _under(operation, method, path, known_by, sifted_by)


def _with_custom_verb(path: str) -> str:
    """A path with a part of its own for what stands behind a colon: `/tickets/{id}:close` (Google's API design guide, custom methods)."""
    return re.sub(r"(?<=[\w}]):(?=[A-Za-z]\w*/?$)", "/", path)


def _has_custom_verb(operation: Operation) -> bool:
    path = documented(operation).path
    return _with_custom_verb(path) != path


def _under(operation: Operation, method: str, path: str, known_by: Way = (), sifted_by: str = "") -> Operation:
    """An operation under another address."""
    if (method, path) == (operation.method, operation.path):
        return operation
    own = {each.name: getattr(operation, each.name) for each in fields(Operation) if each.init}
    moved = {**own, "method": method, "path": path}
    return Meant(**moved, original=operation, known_by=known_by, sifted_by=sifted_by)


@dataclass(frozen=True, slots=True)
class _Named:
    """An operation whose path is the name of a call: a verb and what it acts on."""

    operation: Operation
    verb: _Verb
    base: tuple[str, ...]
    what: str
    item: str = ""
    """The placeholder behind it."""


def _called(spec: Spec) -> Iterator[tuple[str, tuple[str, str]]]:
    """Where calls by name would stand (`get_pets`, `createPet`), by the keys of their operations.

    Several verbs that act on one thing, of which one shows it and another does not, are needed: a verb alone is a word.
    """
    groups: dict[tuple[tuple[str, ...], str], list[_Named]] = {}
    for each in filter(None, map(_named, spec.operations)):
        groups.setdefault((each.base, singular(each.what)), []).append(each)
    for group in groups.values():
        if len({each.verb.method == "GET" for each in group}) < _TWO:
            continue
        name = next((each.what for each in group if each.what != singular(each.what)), group[0].what)
        for each in group:
            there = (*each.base, name)
            many = (
                not each.item
                and each.verb.method == "GET"
                and (not each.verb.one or each.what == name != singular(name))
            )
            if many or not each.verb.one:
                yield each.operation.key, (each.verb.method, "/" + "/".join(there))
            elif inside := each.item or _names(spec, each.operation, there, {}):
                yield each.operation.key, (each.verb.method, "/" + "/".join((*there, f"{{{inside}}}")))


def _named(operation: Operation) -> _Named | None:
    parts = segments(operation.path)
    item = parts[-1][1:-1] if parts and is_placeholder(parts[-1]) else ""
    *base, last = (parts[:-1] if item else parts) or ("",)
    verb, *rest = words(last) or [""]
    rest = rest[1:] if rest[:1] == ["all"] else rest
    found = next((each for each in _VERBS if verb in each.words and operation.method in each.methods), None)
    if found is None or not rest or rest[0] in _HOW or any(map(is_placeholder, base)):
        return None
    if base and plain("".join(rest)) in (plain(base[-1]), plain(singular(base[-1]))):
        return None  # the collection stands in front: `/pets/create_pet`
    return None if item and found.method == "POST" else _Named(operation, found, tuple(base), "_".join(rest), item)


def _plurals(known: Shapes) -> Iterator[tuple[str, str]]:
    """Shapes in the singular whose records another shape lists in the plural."""
    named = {each for path_shape in known for each in _below_records(path_shape)}
    for path_shape, methods in known.items():
        parts = segments(path_shape)
        if not parts or is_placeholder(parts[-1]) or singular(parts[-1]) == parts[-1]:
            continue
        one = "/" + "/".join([*parts[:-1], singular(parts[-1])])
        # A singular path that can be read is a thing of its own: `GET /user` beside `/users` is whoever asks.
        if (
            "GET" in methods
            and "GET" not in known.get(one, {})
            and (one + "/{}" in named or "POST" in known.get(one, {}))
        ):
            yield one, path_shape


def _below_records(path_shape: str) -> Iterator[str]:
    """The shapes of records that a path names, its own and those above: `/boat/{}` of `/boat/{}/hats`."""
    parts = segments(path_shape)
    yield from ("/" + "/".join(parts[: index + 1]) for index, part in enumerate(parts) if is_placeholder(part))


def _without_verb(spec: Spec, known: Shapes, operation: Operation) -> tuple[str, str] | None:
    """The method and the path that a path with a verb means; None without one."""
    parts = segments(operation.path)
    item = bool(parts) and is_placeholder(parts[-1])
    at = len(parts) - (2 if item else 1)
    if at < 1 or is_placeholder(parts[at]):
        return None
    below = not item and is_placeholder(parts[at - 1])
    base = parts[: at - 1] if below else parts[:at]
    verb = _verb(parts[at], operation.method, base) or (
        _CREATES if _makes_many(spec, operation, parts[at], base) else None
    )
    if verb is None or not base or is_placeholder(base[-1]) or shape(operation.path) + "/{}" in known:
        return None
    method = operation.method if verb.method == "PATCH" and operation.method == "PUT" else verb.method
    if below and verb.one and _is_mark(known, operation, verb):
        return None
    if below and verb.one:
        return method, "/" + "/".join(parts[:at])
    if below or (item and not verb.one and verb.method == "POST"):
        return None
    if not verb.one:
        return method, "/" + "/".join(base)
    name = parts[-1][1:-1] if item else _names(spec, operation, base, known)
    return (method, "/" + "/".join([*base, f"{{{name}}}"])) if name else None


def _is_mark(known: Shapes, operation: Operation, verb: _Verb) -> bool:
    """`POST /letters/{id}/read` says that somebody has read one: it answers nothing, or the letter is read by GET already."""
    answers = successes(operation)
    silent = bool(answers) and all(each.status == "204" for each in answers)
    item = "/" + "/".join(segments(shape(operation.path))[:-1])
    return verb.method == "GET" and operation.method == "POST" and (silent or "GET" in known.get(item, {}))


_CREATES = _VERBS[0]
_MANY = frozenset(("bulk", "batch", "many", "multiple", "mass", "create", "add", "insert"))


def _makes_many(spec: Spec, operation: Operation, segment: str, base: tuple[str, ...]) -> bool:
    """`POST /boats/bulk` and `/boats/batch_create` of a list of boats make each of them."""
    said = frozenset(words(segment))
    if operation.method != "POST" or not said or not said <= _MANY or not base:
        return False
    for _, body in request_examples(operation):
        name, value = next(iter(body.items())) if isinstance(body, dict) and len(body) == 1 else ("", body)
        named = not name or is_named_after(name, "/".join(base))
        if named and isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            return True
    media = sent_media(operation)
    held = properties_of(spec, media.schema) if media else {}
    named = len(held) == 1 and is_named_after(next(iter(held)), "/".join(base))
    inner = next(iter(held.values())) if named else None if held or media is None else media.schema
    return bool(properties_of(spec, items_of(spec, inner) or {}))


def _verb(segment: str, method: str, base: tuple[str, ...]) -> _Verb | None:
    """What a segment says to do to the records of a path; `create_user` below `users` too, but not `add_member`."""
    said = words(segment)
    said = said[1:] if said[0:1] and said[0] in _MANNERS else said
    if not said or not base:
        return None
    rest = said[1:]
    what = "".join(rest[: next((index for index, each in enumerate(rest) if each in _HOW), len(rest))])
    if what and what not in (plain(base[-1]), plain(singular(base[-1])), "all"):
        return None
    return next((each for each in _VERBS if said[0] in each.words and method in each.methods), None)


def _named_inside(spec: Spec, known: Shapes, operation: Operation) -> str | None:
    """The property of a request that names the record, where the path of a change or deletion does not."""
    at, parts = shape(operation.path), segments(operation.path)
    if operation.method not in ("PUT", "PATCH", "DELETE") or not parts or is_placeholder(parts[-1]):
        return None
    if "relationships" in parts:
        return None  # what JSON:API links to it is named there (jsonapi.org, 9.6)
    one = known.get(at + "/{}", {})
    if operation.method in one or not (one or "POST" in known.get(at, {})):
        return None
    return _names(spec, operation, parts, known, strictly=True)


def _names(
    spec: Spec, operation: Operation, base: tuple[str, ...], known: Shapes, *, strictly: bool = False
) -> str | None:
    """What a request sends to name a record of a collection: what its paths name one by, its id, else what else is known of one only."""
    way = sent_way(spec, operation, (), frozenset())
    sent = [each.name for each in operation.parameters if each.location == "query"]
    sent += sorted(request_properties(spec, operation) | request_properties(spec, operation, way))
    items = known.get(shape("/".join(base)) + "/{}", {}).values()
    called = {plain(segments(each.path)[-1][1:-1]) for each in items}
    if by_path := next((each for each in sent if plain(each) in called), None):
        return by_path
    own = plain(singular(last_word("/".join(base))))
    ids = {*map(plain, ID_NAMES), own + "id", own + "uuid", own + "key"}
    found = next((each for each in sent if plain(each) in ids), None)
    return found or (None if strictly else next((each for each in sent if plain(each).endswith(_UNIQUE)), None))


_UNIQUE = ("identifier", "slug", "uuid", "email", "username", "handle", "code", "key")


def is_of_many(spec: Spec, operation: Operation) -> bool:
    """Tell whether an operation makes each of several records that it is sent."""
    there = documented(operation)
    last = segments(there.path)[-1:]
    return there is not operation and bool(last) and _makes_many(spec, there, last[0], segments(operation.path))


def identified_by(operation: Operation) -> str | None:
    """The property of a request that names the record, where the documented path has no place for it."""
    if not isinstance(operation, Meant) or operation.original is None:
        return None
    here, there = placeholders(operation.path), placeholders(operation.original.path)
    return here[-1] if len(here) > len(there) else None


def is_verbal(operation: Operation) -> bool:
    """Tell whether an operation stands elsewhere for what it does, and not only for how its collection is spelled."""
    there = documented(operation)
    return there.method != operation.method or len(segments(there.path)) != len(segments(operation.path))


def documented(operation: Operation) -> Operation:
    """The operation as the contract has it."""
    return operation.original if isinstance(operation, Meant) and operation.original else operation
