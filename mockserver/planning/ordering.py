"""The order in which a list shows its records where nobody asks for one: its parameters come in, what they say goes out by role.

`sort` has a default in its schema, or its description tells one (`defaults to surname, name`). Documented answers in another
order rule it out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from contract.spec import Json, Operation, Parameter, Spec
from mockserver.planning.comparing import comparable, text_of
from mockserver.planning.covers import plain
from mockserver.planning.dialect import Record, role, value_of
from mockserver.planning.model import Resource

_NAME = r"[-+]?[A-Za-z_][\w.]*\w"
_DEFAULT = re.compile(
    rf"\bdefaults?\b(?: (?:sort|order|sorting|ordering|value|field|direction))?(?:[\s:=]+(?:is|to|by)\b)*[\s:=]+[`'\"]?"
    rf"(?P<names>{_NAME}(?: (?:asc|desc)\w*)?(?:, ?{_NAME}(?: (?:asc|desc)\w*)?)*)",
    re.IGNORECASE,
)
_WAY = re.compile(r"(?:asc|desc)(?:ending)?", re.IGNORECASE)


def usual_order(spec: Spec, operation: Operation, resource: Resource, records: Sequence[Record]) -> Mapping[str, str]:
    """What a request asks for by `sort` and `direction` where it says nothing; empty where nothing is told of it."""
    found: dict[str, str] = {}
    for each in operation.parameters:
        part = role(plain(each.name)) if each.location == "query" and each.name not in resource.fields else None
        if part in ("sort", "direction") and (told := _default(spec, operation, each)):
            found[part] = told
    names = [each.strip() for each in found.get("sort", "").split(",") if each.strip()]
    known = {plain(each) for each in resource.fields}
    if not all(plain(each.partition(" ")[0]) in known for each in names):
        found.pop("sort")
    if "direction" in found and not _WAY.fullmatch(found["direction"]):
        found.pop("direction")
    return found if not names or _keeps(records, names[0], found) else {}


def _default(spec: Spec, operation: Operation, parameter: Parameter) -> str:
    """The default of a parameter, as it would be sent."""
    stated = parameter.schema.get("default")
    if stated is not None:
        return ",".join(map(text_of, stated if isinstance(stated, list) else [stated]))
    nodes = (spec.resolve(each) for each in operation.node.get("parameters") or ())
    node: Json = next((each for each in nodes if isinstance(each, dict) and each.get("name") == parameter.name), {})
    told = _DEFAULT.search(str(node.get("description") or ""))
    return told["names"] if told else ""


def _keeps(records: Sequence[Record], first: str, found: Mapping[str, str]) -> bool:
    """Tell whether documented records stand in an order."""
    name, _, way = first.partition(" ")
    down = name.startswith("-") or (way or found.get("direction", "")).lower().startswith("desc")
    values = [value_of(each, name.lstrip("-+")) for each in records]
    return not any(_before(later, earlier, down=down) for earlier, later in pairwise(values))


def _before(value: Json, other: Json, *, down: bool) -> bool:
    """Tell whether a value should stand before another."""
    if value is None or other is None:
        return False
    pair: tuple[Json, Json] = comparable(value, other) or (text_of(value).casefold(), text_of(other).casefold())
    return bool(pair[0] > pair[1]) if down else bool(pair[0] < pair[1])
