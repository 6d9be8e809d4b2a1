"""What is the server's own in a request: a body and its schema come in, the body without what is read-only goes out; nothing is judged here.

Read-only properties should not be sent (OpenAPI 3.0.3, section 4.7.24.1), and clients send them all the same: they read a record,
change it and put it back whole. Servers leave such parts as they are (3.1 allows them that, or to refuse).
"""

from __future__ import annotations

from contract.spec import Json, Spec


def has_owned(spec: Spec, schema: Json, seen: frozenset[str] = frozenset()) -> bool:
    """Tell whether anything that a schema describes is read-only."""
    if isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
        if schema["$ref"] in seen:
            return False
        seen |= {schema["$ref"]}
        schema = spec.resolve(schema)
    if not isinstance(schema, dict):
        return False
    known = (schema.get("properties") or {}).values()
    if any(_is_owned(spec, each) for each in known):
        return True
    parts = [*known, *_alternatives(schema), *([schema["items"]] if "items" in schema else [])]
    return any(has_owned(spec, each, seen) for each in parts)


def without_owned(spec: Spec, schema: Json, value: Json) -> Json:
    """The same value without what is read-only in it."""
    resolved = spec.resolve(schema)
    if not isinstance(resolved, dict):
        return value
    if isinstance(value, list):
        return [without_owned(spec, resolved.get("items"), each) for each in value]
    if not isinstance(value, dict):
        return value
    for each in _alternatives(resolved):
        value = without_owned(spec, each, value)
    known = resolved.get("properties") or {}
    owned = {name for name, each in known.items() if _is_owned(spec, each)}
    return {
        name: without_owned(spec, known[name], each) if name in known else each
        for name, each in value.items()
        if name not in owned
    }


def _is_owned(spec: Spec, schema: Json) -> bool:
    """The mark stands beside a reference, or in what is referred to."""
    return any(isinstance(each, dict) and each.get("readOnly") is True for each in (schema, spec.resolve(schema)))


def _alternatives(schema: dict[str, Json]) -> list[Json]:
    return [each for key in ("allOf", "oneOf", "anyOf") for each in schema.get(key) or ()]
