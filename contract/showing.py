"""What a schema shows of an answer that no example shows: the samples that its properties bear come in, one value goes out; nothing is made up.

Many documents give each property its sample and no body one (OpenAPI 3.0.3, section 4.7.24; 3.1 has lists of `examples`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

Json: TypeAlias = Any

NOTHING = object()
"""Stands for a value that is not shown (`null` is a value)."""
_DEEPEST = 8


class Showing:
    """The schemas of one document; `resolve` follows references, and what is shown by one that is referred to is found once."""

    def __init__(self, resolve: Callable[[Json], Json]) -> None:
        self._resolve = resolve
        self._known: dict[str, Json] = {}

    def of(self, schema: Json, depth: int = 0) -> Json:
        """What a schema shows; NOTHING where it shows none."""
        ref = schema.get("$ref") if isinstance(schema, dict) else None
        if not isinstance(ref, str):
            return self._made(schema, depth)
        if ref not in self._known:
            self._known[ref] = NOTHING  # for what holds itself
            self._known[ref] = self._made(self._resolve(schema), depth)
        return self._known[ref]

    def bears(self, schema: Json, value: Json, path: Sequence[str | int]) -> bool:
        """Tell whether the part of a value at a path is the very sample that its schema bears, or a schema around it."""
        samples: list[Json] = []
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return False
            samples = [_inside(each, step) for each in (*samples, self.of(schema))]
            schema = self._below(self._resolve(schema), step)
        return any(type(each) is type(value) and bool(each == value) for each in (*samples, self.of(schema)))

    def _below(self, schema: Json, step: str | int) -> Json:
        if not isinstance(schema, dict):
            return {}
        if isinstance(step, int):
            return schema.get("items") or {}
        found = (part["properties"][step] for part in self._parts(schema, 0) if step in (part.get("properties") or {}))
        return next(found, schema.get("additionalProperties") or {})

    def _made(self, schema: Json, depth: int) -> Json:
        if not isinstance(schema, dict) or depth > _DEEPEST:
            return NOTHING
        if "example" in schema:
            return schema["example"]
        if isinstance(schema.get("examples"), list) and schema["examples"]:
            return schema["examples"][0]
        if isinstance(schema.get("items"), dict) and "properties" not in schema:
            inner = self.of(schema["items"], depth + 1)
            return NOTHING if inner is NOTHING else [inner]
        return self._object(schema, depth)

    def _object(self, schema: dict[str, Json], depth: int) -> Json:
        made: dict[str, Json] = {}
        for part in self._parts(schema, depth):
            example = part.get("example")
            made.update(example if isinstance(example, dict) else {})
            for name, inner in (part.get("properties") or {}).items():
                is_kept_back = isinstance(inner, dict) and inner.get("writeOnly") is True
                found = NOTHING if is_kept_back else self.of(inner, depth + 1)
                if found is not NOTHING:
                    made[name] = found
        return made or NOTHING

    def _parts(self, schema: dict[str, Json], depth: int) -> Iterator[dict[str, Json]]:
        """A schema and all that it is put together from."""
        for each in schema.get("allOf") or ():
            resolved = self._resolve(each)
            if isinstance(resolved, dict) and depth <= _DEEPEST:
                yield from self._parts(resolved, depth + 1)
        yield schema


def _inside(sample: Json, step: str | int) -> Json:
    """What a sample has at a step; one item of a list is a sample of all."""
    if isinstance(step, int):
        return sample[0] if isinstance(sample, list) and sample else NOTHING
    return sample.get(step, NOTHING) if isinstance(sample, dict) else NOTHING
