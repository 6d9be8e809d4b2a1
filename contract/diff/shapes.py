"""Two schemas come in, Edits go out: what differs in what they allow, each with the way to it and the line on each side.

Spelling does not count: a reference is its target, `nullable`, `type: [..., "null"]` and a null alternative are one
thing, `const` is an enumeration of one, and members of `allOf` are folded into one shape. Schemas that contain
themselves are compared once on every way into them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from contract.finding import DocLine
from contract.spec import Json, Spec

Direction = Literal["request", "response"]
Step: TypeAlias = tuple[str, ...]
"""Tokens of a JSON pointer from a schema to one below: `("properties", "email")`, `("items",)`."""

_NOT_IN: dict[Direction, str] = {"request": "readOnly", "response": "writeOnly"}
"""A property with this flag does not exist in that direction (OpenAPI 3.0.3, Schema Object)."""
_WIDER_FORMATS = {
    ("float", "double"),
    ("int32", "int64"),
    ("int32", "bigint"),
    ("int64", "bigint"),
    ("date", "date-time"),
    ("time", "date-time"),
}


@dataclass(frozen=True, slots=True)
class Edit:
    """One difference between two schemas."""

    area: str
    """What it is about; `{}` stands for what the schema describes (`body`, `property`, `parameter` ...)."""
    action: str
    before: str = ""
    after: str = ""
    way: tuple[Step, ...] = ()
    old: DocLine | None = None
    """The most specific line on the way; None where the schema states none."""
    new: DocLine | None = None

    def below(self, step: Step, old: DocLine | None, new: DocLine | None) -> Edit:
        """The same difference seen from the holder of the schema."""
        return replace(self, way=(step, *self.way), old=self.old or old, new=self.new or new)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a schema allows, however it is spelled."""

    types: frozenset[str] | None = None
    """None: any."""
    format: str = ""
    nullable: bool = False
    values: Mapping[str, Json] | None = None
    """The enumeration, keyed by the values' JSON; None: any value."""
    properties: Mapping[str, Json] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    items: Json = None
    rest: Json = None
    """Schema of properties that have no name, None where there is none."""
    alternatives: tuple[Json, ...] = ()

    def title(self) -> str:
        """The type in words, such as `string (date-time)`."""
        names = " or ".join(sorted(self.types)) if self.types is not None else "any type"
        return f"{names} ({self.format})" if self.format else names

    @property
    def is_open(self) -> bool:
        """Whether it says nothing of the value itself, null being as good as any."""
        return self.types is None and self.values is None and not self.alternatives


def shape(spec: Spec, node: Json, direction: Direction, outer: tuple[int, ...] = ()) -> Shape:
    """Read a schema; `outer` are the schemas being read, so that an `allOf` that contains itself ends."""
    node = spec.resolve(node)
    if not isinstance(node, dict) or id(node) in outer:
        return Shape()
    types = _types(node.get("type"))
    values = [node["const"]] if "const" in node else node.get("enum")
    rest = node.get("additionalProperties")
    found = Shape(
        types=types - {"null"} if types is not None and types != {"null"} else types,
        format=str(node.get("format") or ""),
        nullable=bool(node.get("nullable")) or "null" in (types or ()) or (types is None and None in (values or ())),
        values={_canonical(each): each for each in values if each is not None} if values is not None else None,
        properties={
            name: each
            for name, each in (node.get("properties") or {}).items()
            if not _is(spec, each, _NOT_IN[direction])
        },
        required=frozenset(node.get("required") or ()),
        items=node.get("items"),
        rest=rest if isinstance(rest, dict) else None,
    )
    for member in node.get("allOf") or ():
        found = _folded(found, shape(spec, member, direction, (*outer, id(node))))
    return _chosen(spec, found, node, direction, (*outer, id(node)))


def _chosen(spec: Spec, found: Shape, node: Json, direction: Direction, outer: tuple[int, ...]) -> Shape:
    """The shape with the alternatives of a schema: null, one alone and plain types are other spellings of the shape."""
    members = [spec.resolve(each) for key in ("oneOf", "anyOf") for each in node.get(key) or ()]
    some = [each for each in members if each != {"type": "null"}]
    found = replace(found, nullable=found.nullable or len(some) < len(members))
    if len(some) == 1:
        return _folded(found, shape(spec, some[0], direction, outer))
    if some and all(isinstance(each, dict) and isinstance(each.get("type"), str) and len(each) == 1 for each in some):
        return _folded(found, Shape(types=frozenset(each["type"] for each in some)))
    return replace(found, alternatives=tuple(some))


def _types(written: Json) -> frozenset[str] | None:
    if written is None:
        return None
    return frozenset([written] if isinstance(written, str) else written)


def _is(spec: Spec, node: Json, flag: str) -> bool:
    resolved = spec.resolve(node)
    return isinstance(resolved, dict) and resolved.get(flag) is True


def _canonical(value: Json) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _folded(one: Shape, other: Shape) -> Shape:
    """Both at once, as `allOf` says; of two schemas for one property the later refines the earlier."""
    values = other.values if one.values is None else one.values
    if one.values is not None and other.values is not None:
        values = {key: each for key, each in one.values.items() if key in other.values}
    return Shape(
        types=other.types if one.types is None else one.types,
        format=one.format or other.format,
        nullable=one.nullable or other.nullable,
        values=values,
        properties={**one.properties, **other.properties},
        required=one.required | other.required,
        items=other.items if one.items is None else one.items,
        rest=other.rest if one.rest is None else one.rest,
        alternatives=one.alternatives + other.alternatives,
    )


class Comparison:
    """Differences of schemas of two Specs, in one direction; each pair of schemas is compared once."""

    def __init__(self, old: Spec, new: Spec, direction: Direction, *, textual: bool) -> None:
        """`textual`: values travel as text (parameters, forms), where anything is also a string."""
        self._old, self._new = old, new
        self._direction: Direction = direction
        self._textual = textual
        self._done: dict[tuple[int, int], list[Edit]] = {}
        self._open: dict[tuple[int, int], int] = {}

    def edits(self, old: Json, new: Json) -> Sequence[Edit]:
        """What differs, ways counted from the two schemas."""
        return self._compared(old, new)[0]

    def _compared(self, old: Json, new: Json) -> tuple[list[Edit], float]:
        """Edits, and the depth of the outermost open pair that was met again below (infinite: none)."""
        old, new = self._old.resolve(old), self._new.resolve(new)
        pair = (id(old), id(new))
        if pair in self._done:
            return self._done[pair], math.inf
        if pair in self._open:
            return [], self._open[pair]
        depth = self._open[pair] = len(self._open)
        before, after = self._shapes(old, new)
        if (
            before.types
            and after.types
            and self._type_change(before, after) == "changed"
            and not before.types & after.types
        ):
            # Whatever else differs is an echo of a type of which nothing is left.
            before, after = (Shape(types=each.types, format=each.format) for each in (before, after))
        found, met = list(self._own(before, after)), math.inf
        for step, below_old, below_new in self._below(before, after):
            inner, reached = self._compared(below_old, below_new)
            lines = _line(self._old, below_old), _line(self._new, below_new)
            found += [each.below(step, *lines) for each in inner]
            met = min(met, reached)
        del self._open[pair]
        if met < depth:  # what is left out below stands in an outer list, and is not known elsewhere
            return found, met
        self._done[pair] = found
        return found, math.inf

    def _shapes(self, old: Json, new: Json) -> tuple[Shape, Shape]:
        """Both shapes; beside one with alternatives, one without is its own only alternative."""
        before, after = shape(self._old, old, self._direction), shape(self._new, new, self._direction)
        if after.alternatives and not before.is_open and not before.alternatives:
            return Shape(nullable=before.nullable, alternatives=(old,)), after
        if before.alternatives and not after.is_open and not after.alternatives:
            return before, Shape(nullable=after.nullable, alternatives=(new,))
        return before, after

    def _own(self, old: Shape, new: Shape) -> Iterator[Edit]:
        if action := self._type_change(old, new):
            yield Edit("{}-type", action, old.title(), new.title())
        if old.nullable != new.nullable and not old.is_open and not new.is_open:
            yield Edit("{}-null", "added" if new.nullable else "removed")
        yield from _value_edits(old, new)
        yield from self._property_edits(old, new)
        for _ in range(len(old.alternatives), len(new.alternatives)):
            yield Edit("{}-alternative", "added")
        for _ in range(len(new.alternatives), len(old.alternatives)):
            yield Edit("{}-alternative", "removed")

    def _type_change(self, old: Shape, new: Shape) -> str:
        if None in {old.types, new.types} and (old.values or new.values):
            return ""  # the values say more than a type would
        up = self._fits(old, new)
        down = self._fits(new, old)
        if up and down:
            return ""
        return "widened" if up else "narrowed" if down else "changed"

    def _fits(self, inner: Shape, outer: Shape) -> bool:
        """Whether every value of one shape's types and format is one of the other's."""
        if outer.types is None or (self._textual and outer.types >= {"string"} and not outer.format):
            return True
        if inner.types is None or not inner.types <= outer.types | ({"integer"} if "number" in outer.types else set()):
            return False
        return not outer.format or inner.format == outer.format or (inner.format, outer.format) in _WIDER_FORMATS

    def _property_edits(self, old: Shape, new: Shape) -> Iterator[Edit]:
        for name, node in old.properties.items():
            if name not in new.properties:
                need = "required" if name in old.required else "optional"
                line = _line(self._old, node)
                yield Edit(f"{need}-{{}}", "removed", name, "", (("properties", name),), line)
            elif (name in old.required) != (name in new.required):
                lines = _line(self._old, node), _line(self._new, new.properties[name])
                action = "added" if name in new.required else "removed"
                yield Edit("{}-need", action, "", "", (("properties", name),), *lines)
        for name, node in new.properties.items():
            if name not in old.properties:
                need = "required" if name in new.required else "optional"
                line = _line(self._new, node)
                yield Edit(f"{need}-{{}}", "added", "", name, (("properties", name),), None, line)

    def _below(self, old: Shape, new: Shape) -> Iterator[tuple[Step, Json, Json]]:
        for name in old.properties:
            if name in new.properties:
                yield ("properties", name), old.properties[name], new.properties[name]
        if old.items is not None and new.items is not None:
            yield ("items",), old.items, new.items
        if old.rest is not None and new.rest is not None:
            yield ("additionalProperties",), old.rest, new.rest
        for number, (one, other) in enumerate(self._paired(old.alternatives, new.alternatives)):
            yield ("oneOf", str(number)), one, other

    def _paired(self, old: Sequence[Json], new: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
        """Alternatives that differ: equal ones pair wherever they stand, the others in their order."""
        left = list(new)
        lone = []
        for one in old:
            same = next((each for each in left if not self._compared(one, each)[0]), None)
            if same is None:
                lone.append(one)
            else:
                left.remove(same)
        yield from zip(lone, left, strict=False)


def _value_edits(old: Shape, new: Shape) -> Iterator[Edit]:
    if old.values is None and new.values is None:
        return
    if old.values is None or new.values is None:
        before, after = (", ".join(each.values or ()) for each in (old, new))
        yield Edit("{}-enum", "added" if old.values is None else "removed", before, after)
        return
    for value in old.values:
        if value not in new.values:
            yield Edit("{}-value", "removed", value, "")
    for value in new.values:
        if value not in old.values:
            yield Edit("{}-value", "added", "", value)


def _line(spec: Spec, node: Json) -> DocLine | None:
    """The line of a schema: that of the place that refers to it before that of the target."""
    for each in (node, spec.resolve(node)):
        if isinstance(each, dict) and (line := DocLine.parse(each.get("x-doc-source"))):
            return line
    return None
