"""Which names of a query a parameter takes: documented names and pairs come in, what is sent under each goes out.

Documents write names with a place in them (`answers[:question_id][]`, `filter[{field}]`): one parameter, and whatever
clients put there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from contract.spec import Json, Operation, Parameter, Spec
from contract.wire import Pairs

_PLACE = re.compile(r"\[(?::[A-Za-z_]\w*|\{[^{}\[\]]+\}|<[^<>\[\]]+>)\]")


@lru_cache(1024)
def places_in(name: str) -> re.Pattern[str] | None:
    """The names that a name with places in it stands for; None where it has none."""
    if not _PLACE.search(name):
        return None
    return re.compile(r"\[[^\[\]]+\]".join(re.escape(each) for each in _PLACE.split(name)))


def accepting(
    parameter: Parameter, types: frozenset[str], spec: Spec, properties: Callable[[Json], Mapping[str, Json]]
) -> Callable[[str], bool]:
    """Tell by a name in a query whether it is this parameter's."""
    if parameter.style == "deepObject":
        return lambda name: name.startswith(parameter.name + "[")
    if parameter.style == "form" and parameter.explode and "object" in types:
        closed = spec.resolve(parameter.schema).get("additionalProperties") is False
        known = properties(parameter.schema) if closed else {}
        return lambda name: not closed or name in known
    meant = places_in(parameter.name)
    return lambda name: name == parameter.name or bool(meant and meant.fullmatch(name))


def held_places(name: str, pairs: Pairs) -> list[str]:
    """The names sent that a name with places in it stands for, each once; none where it stands for itself alone."""
    meant = places_in(name) if pairs else None
    found = dict.fromkeys(each for each, _ in pairs if meant.fullmatch(each)) if meant else {}
    return list(found) if found.keys() - {name} else []


def families(operation: Operation, pairs: Pairs) -> tuple[Pairs, Mapping[str, str]]:
    """`fields[people]=name` where the documents of a JSON:API call it `fields`, one parameter for all types (jsonapi.org, 7.4).

    The pairs with all of it under the documented name go out, and beside them, where there is any, what is told of each type.
    """
    names = {each.name for each in operation.parameters if each.location == "query"}
    if "fields" not in names:
        return pairs, {}
    told: dict[str, str] = {}
    for name, value in pairs:
        if name == "fields" or (name.startswith("fields[") and name not in names):
            told[name] = f"{told[name]},{value}" if name in told else value
    if not told.keys() - {"fields"}:
        return pairs, {}
    own = [each for each in pairs if each[0] not in told]
    return (*own, ("fields", ",".join(told.values()))), told


def typed(query: dict[str, Json], told: Mapping[str, str]) -> dict[str, Json]:
    """The values of a query with what is told of each type in place of all of it together."""
    return {**{name: each for name, each in query.items() if name != "fields"}, **told} if told else query
