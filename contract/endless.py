"""What no value can have: the schemas of a document come in, the properties that schemas require and that require those schemas in turn go out.

A class that shows its owner, and the owner as one of its kind, has no end where both must be there; generators write so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

Json: TypeAlias = Any

SCHEMAS = "#/components/schemas/"
_DEEPEST = 8
_Need = tuple[str, str, str]
"""A schema that is needed, the place of the one that requires a property for it, and the name of that property."""


def endless(schemas: Mapping[str, Json]) -> dict[str, frozenset[str]]:
    """Names of required properties that are never whole, by the places of the schemas that require them (JSON Pointer)."""
    needs = {name: tuple(_needs(each, SCHEMAS + escaped(name), "", "", 0)) for name, each in schemas.items()}
    rings = _rings({name: [each for each, _, _ in found if each in needs] for name, found in needs.items()})
    made: dict[str, frozenset[str]] = {}
    for name, found in needs.items():
        for needed, place, called in found:
            if called and rings.get(needed) == rings[name]:
                made[place] = made.get(place, frozenset()) | {called}
    return made


def escaped(name: object) -> str:
    """A name as a part of a JSON Pointer (RFC 6901, section 3)."""
    return str(name).replace("~", "~0").replace("/", "~1")


def _needs(schema: Json, place: str, by: str, called: str, depth: int) -> Iterator[_Need]:
    """The named schemas without which a schema has no value."""
    if not isinstance(schema, dict) or depth > _DEEPEST or _may_be_null(schema):
        return
    if isinstance(ref := schema.get("$ref"), str):
        yield ref.removeprefix(SCHEMAS), by, called
        return
    parts, properties, required = schema.get("allOf"), schema.get("properties"), schema.get("required")
    for index, each in enumerate(parts if isinstance(parts, list) else ()):
        yield from _needs(each, f"{place}/allOf/{index}", by, called, depth + 1)
    if isinstance(properties, dict):
        for name in required if isinstance(required, list) else ():
            inner = properties.get(name) if isinstance(name, str) else None
            yield from _needs(inner, f"{place}/properties/{escaped(name)}", place, name, depth + 1)
    if isinstance(least := schema.get("minItems"), int) and least > 0:
        yield from _needs(schema.get("items"), f"{place}/items", by, called, depth + 1)


def _may_be_null(schema: dict[str, Json]) -> bool:
    kind = schema.get("type")
    return schema.get("nullable") is True or (isinstance(kind, list) and "null" in kind)


def _rings(needs: Mapping[str, list[str]]) -> dict[str, str]:
    """One name for all that lead to each other, and another one for each that leads nowhere back to itself (Kosaraju)."""
    last = list(_finished(needs))
    back: dict[str, list[str]] = {name: [] for name in needs}
    for name, found in needs.items():
        for each in found:
            back[each].append(name)
    rings: dict[str, str] = {}
    for name in reversed(last):
        waiting = [name]
        while waiting:
            each = waiting.pop()
            if each not in rings:
                rings[each] = name
                waiting += back[each]
    return rings


def _finished(needs: Mapping[str, list[str]]) -> Iterator[str]:
    """All names, each after what can be reached from it first."""
    seen = set[str]()
    for start in needs:
        waiting = [(start, iter(needs[start]))] if start not in seen else []
        seen.add(start)
        while waiting:
            name, rest = waiting[-1]
            step = next((each for each in rest if each not in seen), None)
            if step is None:
                waiting.pop()
                yield name
            else:
                seen.add(step)
                waiting.append((step, iter(needs[step])))
