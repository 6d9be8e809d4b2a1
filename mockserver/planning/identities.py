"""What names the records of a collection: what answers show and paths ask by comes in, the property, the place and the looks of ids come out; pure."""

from __future__ import annotations

from collections.abc import Iterable

from contract.spec import Json, Operation, Spec
from mockserver.planning.covers import ID_NAMES, Way, plain, properties_of
from mockserver.planning.evidence import (
    Shown,
    id_style,
    is_placeholder_value,
    last_word,
    placeholders,
    singular,
)


def common_id(
    about: list[tuple[Operation, Shown]], path_shape: str, named: str | None, taken: frozenset[str]
) -> str | None:
    """`id` rather than `task_id` of `/tasks/{task_id}`, where records have both: the second may be another's.

    A `guid` that clients send beside a `task_id` that they do not is no id of ours.
    """
    if named is None or named in ID_NAMES or plain(named) != plain(singular(last_word(path_shape))) + "id":
        return named
    read = [record for operation, mine in about if operation.method == "GET" for record in mine.records]
    count = {name: sum(name in record for record in read) for name in (*ID_NAMES, named)}
    best = max(
        (each for each in ID_NAMES if each not in taken or named in taken), key=lambda name: count[name], default=""
    )
    return best if best and count[best] and count[best] >= count[named] else named


def named_by(item: str, properties: frozenset[str]) -> str:
    """The name of an id that no answer shows, and that clients must be told: `id`, or what the item's path calls it."""
    name = placeholders(item)[-1]
    return "id" if plain(name).endswith(("id", "key", "uuid")) and "id" not in properties else name


def ids(spec: Spec, shows: list[Shown], name: str | None) -> str | None:
    """The style of documented ids; where none is real, the schema's word on them."""
    if name is None:
        return None
    values = [record[name] for mine in shows for record in mine.records if name in record]
    style = id_style(value for value in values if not is_placeholder_value(name, value))
    return style or next((found for mine in shows if (found := _styled_by_schema(spec, mine, name))), None)


def _styled_by_schema(spec: Spec, mine: Shown, name: str) -> str | None:
    described = _described(spec, mine, name)
    return {"integer": "integer", "number": "integer"}.get(str(described.get("type"))) or (
        {"uuid": "uuid"}.get(str(described.get("format")))
    )


def _described(spec: Spec, mine: Shown, name: str) -> dict[str, Json]:
    """What the schema of an answer says of a property of its records."""
    described = spec.resolve(properties_of(spec, _of_records(spec, mine)).get(name, {}))
    return described if isinstance(described, dict) else {}


def _of_records(spec: Spec, mine: Shown) -> Json:
    schema: Json = mine.media.schema if mine.media else {}
    for cover in mine.way:
        schema = properties_of(spec, schema).get(cover, {})
    resolved = spec.resolve(schema)
    return resolved.get("items", resolved) if isinstance(resolved, dict) else {}


def id_pattern(spec: Spec, shows: list[Shown], name: str | None, items: Iterable[Operation]) -> str:
    """The pattern of ids, by the schema of the property or of the placeholder that asks by it; empty without one."""
    described = [_described(spec, mine, name) for mine in shows] if name else []
    for each in items:
        last = placeholders(each.path)[-1:]
        asked = [one.schema for one in each.parameters if one.location == "path" and (one.name,) == last]
        described += [found for one in asked if isinstance(found := spec.resolve(one), dict)]
    return next((each["pattern"] for each in described if isinstance(each.get("pattern"), str)), "")


def id_way(spec: Spec, shows: list[Shown], item: str) -> Way:
    """Where records hold what the last placeholder of their path is called, if that is in just one of their objects."""
    own, found = plain(placeholders(item)[-1]), set[Way]()
    for mine in shows:
        described = properties_of(spec, _of_records(spec, mine)).items()
        shown = [(key, inner) for each in mine.records for key, inner in each.items() if isinstance(inner, dict)]
        for key, names in [*((key, properties_of(spec, each)) for key, each in described), *shown]:
            found.update((key, name) for name in names if plain(name) == own)
    return found.pop() if len(found) == 1 else ()
