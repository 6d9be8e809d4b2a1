"""Records that are made at one path and read at another: operations come in, the paths under which they are about the same records go out; pure.

`/admin/orders` and `/customer/orders` are one collection as two kinds of people see it, and what `POST /rides/book` answers is read
at `/bookings/{id}`: the documents say so by the words of the paths, and by what answers show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise

from contract.spec import Operation, Spec
from mockserver.planning.covers import ID_NAMES, Place, places, plain
from mockserver.planning.evidence import (
    REGISTERS,
    is_placeholder,
    json_media,
    last_word,
    request_properties,
    segments,
    sent_way,
    shape,
    similar,
    singular,
    successes,
)

Shapes = Mapping[str, Mapping[str, Operation]]
"""Operations by path shape and method."""

_AUDIENCES = frozenset(
    (
        *(
            "admin",
            "admins",
            "administration",
            "administrator",
            "backoffice",
            "manage",
            "management",
            "manager",
            "staff",
        ),
        *("customer", "customers", "client", "clients", "consumer", "buyer", "guest", "member", "user", "my", "me"),
        *("merchant", "seller", "vendor", "partner", "owner", "driver", "store", "storefront", "shop"),
        *("public", "private", "open", "internal", "external", "app", "web", "mobile", "portal", "dashboard", "api"),
    )
)
"""Parts of paths that say who asks."""


def by_audience(spec: Spec, operations: Iterable[Operation]) -> dict[str, str]:
    """The paths of operations at the one collection of their records that has all of them, where only who asks tells their paths apart; by key."""
    known, groups = _shapes(operations), dict[str, list[str]]()
    for at in known:
        groups.setdefault(_without_audience(_listed(at)), []).append(at)
    made: dict[str, str] = {}
    for group in groups.values():
        collections = list(dict.fromkeys(_listed(at) for at in group if segments(_listed(at))))
        home = _home(known, collections) if len(collections) > 1 else ""
        for other in collections if home else ():
            if other != home and _may_be_one(spec, known, home, other):
                made.update(_moved(known, other, home))
    return made


def _shapes(operations: Iterable[Operation]) -> dict[str, dict[str, Operation]]:
    known: dict[str, dict[str, Operation]] = {}
    for each in operations:
        known.setdefault(shape(each.path), {})[each.method] = each
    return known


def _listed(at: str) -> str:
    """The shape of a collection, of its own shape or that of its records."""
    return at.removesuffix("/{}")


def _without_audience(at: str) -> str:
    """A shape without the words in front of its last that say who asks."""
    parts = segments(at)
    kept = (each for each, after in pairwise(parts) if plain(each) not in _AUDIENCES or is_placeholder(after))
    return "/".join((*kept, *parts[-1:]))


def _home(known: Shapes, collections: list[str]) -> str:
    """The collection among several that holds the records of all: the only one that is posted to, if they are read there, else the only one where they are; empty where none is."""
    makers = [at for at in collections if "POST" in known.get(at, {})]
    readers = [at for at in collections if "GET" in known.get(at + "/{}", {})]
    if len(makers) != 1:
        return ""
    return makers[0] if makers[0] in readers else readers[0] if len(readers) == 1 else ""


def _moved(known: Shapes, other: str, home: str) -> Iterator[tuple[str, str]]:
    """Operations at a collection and below it, each with its path at another one."""
    count = len(segments(other))
    for at, methods in known.items():
        if at == other or at.startswith(other + "/{}"):
            for each in methods.values():
                yield each.key, _filled(home, each.path) + "".join(f"/{part}" for part in segments(each.path)[count:])


def _filled(at: str, path: str) -> str:
    """A shape as a path, with the placeholders of another one."""
    names = iter(part for part in segments(path) if is_placeholder(part))
    return "".join(f"/{next(names, part) if is_placeholder(part) else part}" for part in segments(at))


def _may_be_one(spec: Spec, known: Shapes, home: str, other: str) -> bool:
    """Tell whether nothing that two collections show is against their holding the same records."""
    one, two = (_shown(spec, *known.get(at, {}).values(), *known.get(at + "/{}", {}).values()) for at in (home, other))
    return home.count("{}") == other.count("{}") and (not one or not two or similar(one, two))


def _shown(spec: Spec, *operations: Operation) -> frozenset[str]:
    """All that operations show of records, wherever in an answer these stand."""
    found = (next((each for each in _places(spec, one) if each.properties & {*ID_NAMES}), None) for one in operations)
    return frozenset[str]().union(*(each.properties for each in found if each))


def _places(spec: Spec, operation: Operation) -> Iterator[Place]:
    media = next((found for each in successes(operation) if (found := json_media(each.content))), None)
    return places(spec, media.schema, [each.value for each in media.examples]) if media else iter(())


def of_others(spec: Spec, operations: Iterable[Operation]) -> dict[str, str]:
    """The paths of the collections that do not make their records or list them, for the operations with paths of their own that make these records or list them; by key."""
    found = tuple(operations)
    known = _shapes(found)
    ones = {_listed(at): methods.get("GET") for at, methods in known.items() if _is_of_one(at)}
    readers = {at: read for at, each in ones.items() if (read := each or known.get(at, {}).get("GET"))}
    free = {method: [one for one in readers.items() if method not in known.get(one[0], {})] for method in _SAYS}
    made: dict[str, str] = {}
    for each in found if readers else ():
        says = _SAYS.get(each.method) if _is_alone(known, each) else None
        fitting = [at for at, read in free[each.method] if says(spec, each, at, read)] if says else []
        if len(fitting) == 1:
            made[each.key] = _filled(fitting[0], each.path)
    return made


def _is_of_one(at: str) -> bool:
    return len(segments(at)) > 1 and is_placeholder(segments(at)[-1]) and not is_placeholder(segments(at)[-2])


def _is_alone(known: Shapes, operation: Operation) -> bool:
    """Nothing else is at the path of an operation, no record below it, and nobody registers there."""
    at, parts = shape(operation.path), segments(operation.path)
    alone = len(known[at]) == 1 and at + "/{}" not in known
    return alone and bool(parts) and not is_placeholder(parts[-1]) and not REGISTERS.fullmatch(parts[-1])


def _makes(spec: Spec, operation: Operation, at: str, read: Operation) -> bool:
    """Tell whether an operation takes what the records of a collection have, and answers one of them or its id (`order_id`)."""
    shown, way = _shown(spec, read), sent_way(spec, operation, (), frozenset())
    sent = [request_properties(spec, operation), request_properties(spec, operation, way)]
    if shape(operation.path).count("{}") != at.count("{}") or not any(each & shown for each in sent):
        return False
    answered = [each.properties for each in _places(spec, operation) if not each.many]
    told = plain(singular(last_word(at))) + "id"
    whole = shown in answered and any(similar(each, shown) for each in sent)
    return whole or any(plain(name) == told for each in answered for name in each)


def _lists(spec: Spec, operation: Operation, at: str, read: Operation) -> bool:
    """Tell whether an operation lists what is read beside it."""
    beside = segments(shape(operation.path))[:-1] == segments(at)[:-1]
    shown = _shown(spec, read) if beside else frozenset()
    return bool(shown) and any(each.properties == shown and each.many for each in _places(spec, operation))


_SAYS: Mapping[str, Callable[[Spec, Operation, str, Operation], bool]] = {"POST": _makes, "GET": _lists}
"""What tells by the method of an operation that it is about the records of a collection."""
