"""What a request asks of a list in its body: a body comes in, values by name go out, as if they had been asked for in the query.

`POST /boats/search` takes `{"color": "red"}`, or the same below a cover (`{"filter": {...}}`), or conditions one by one
(`[{"field": "length", "operator": ">=", "value": 7}]`, `[["length", ">=", 7]]`).
"""

from __future__ import annotations

from collections.abc import Iterator

from contract.spec import Example, Json, Operation, Parameter, Spec
from mockserver.planning.covers import plain, properties_of
from mockserver.planning.evidence import request_examples, sent_media

_COVERS = frozenset(
    ("filter", "filters", "where", "query", "criteria", "conditions", "condition", "search", "match", "params")
)
_FIELDS = frozenset(("field", "fieldname", "attribute", "property", "propertyname", "key", "column", "name"))
_HOW = frozenset(("operator", "op", "comparison", "comparator", "condition", "matcher"))
_OPERATORS = {
    **dict.fromkeys(("=", "==", "is", "eq", "equal", "equals", ""), ""),
    **dict.fromkeys((">=", "gte", "ge"), "[gte]"),
    **dict.fromkeys((">", "gt", "after"), "[gt]"),
    **dict.fromkeys(("<=", "lte", "le"), "[lte]"),
    **dict.fromkeys(("<", "lt", "before"), "[lt]"),
    **dict.fromkeys(("!=", "<>", "ne", "neq", "not", "isnot", "notequals"), "[ne]"),
    **dict.fromkeys(("like", "contains", "ilike", "~"), "[like]"),
    **dict.fromkeys(("startswith", "starts"), "[starts_with]"),
    "in": "[in]",
}
"""What conditions call comparisons, and what the same is called in a query."""
_DEEPEST = 2
_TRIPLE = 3


def asked(body: Json, depth: int = 0) -> dict[str, Json]:
    """The values that a body names, those below its covers and in its conditions included."""
    found: dict[str, Json] = (_below(body, depth) or {}) if isinstance(body, list) else {}
    for name, value in body.items() if isinstance(body, dict) else ():
        inner = _below(value, depth) if plain(name) in _COVERS else None
        found.update({name: value} if inner is None else inner)
    return found


def _below(value: Json, depth: int) -> dict[str, Json] | None:
    """What a cover holds; None where it is no cover."""
    if isinstance(value, dict) and depth < _DEEPEST:
        return asked(value, depth + 1)
    conditions = [_condition(each) for each in value] if isinstance(value, list) and value else []
    return dict(filter(None, conditions)) if all(conditions) and conditions else None


def _condition(value: Json) -> tuple[str, Json] | None:
    """`{"field": "length", "operator": ">=", "value": 7}` as `length[gte]` and its value."""
    if isinstance(value, list) and len(value) == _TRIPLE:
        value = dict(zip(("field", "operator", "value"), value, strict=True))
    parts = {plain(name): each for name, each in value.items()} if isinstance(value, dict) else {}
    field = next((parts[each] for each in parts if each in _FIELDS), None)
    told = next((parts[each] for each in ("value", "values") if each in parts), None)
    how = str(next((parts[each] for each in parts if each in _HOW), "")).strip().lower()
    operator = _OPERATORS.get(how, _OPERATORS.get(plain(how)) if plain(how) else None)
    return (field + operator, told) if isinstance(field, str) and told is not None and operator is not None else None


def as_parameter(name: str, schema: Json = None, examples: tuple[Example, ...] = ()) -> Parameter:
    """A name in a body as a parameter of the query."""
    return Parameter(name, "query", required=False, schema=schema or {}, style="form", explode=True, examples=examples)


def in_body(spec: Spec, operation: Operation) -> Iterator[Parameter]:
    """What the documents name of a list in the body of its request, as parameters of the query."""
    media = sent_media(operation)
    if media is None:
        return
    shown: dict[str, tuple[Example, ...]] = {}
    for title, body in request_examples(operation):
        for name, value in asked(body).items():
            shown[name] = (*shown.get(name, ()), Example(title, value))
    known = {}
    for name, inner in properties_of(spec, media.schema).items():
        below = properties_of(spec, inner) if plain(name) in _COVERS else {}
        known.update(below or {name: inner})
    for name in dict.fromkeys((*known, *shown)):
        described = spec.resolve(known.get(name, {}))
        yield as_parameter(name, described if isinstance(described, dict) else {}, shown.get(name, ()))
