"""Two Specs come in, Facts go out: what differs between two editions of an API, without an opinion on it.

Nothing is a fact that a client cannot notice: marks (`x-...`), descriptions, names of path parameters, a slash at
the end of a path, the order of keys, and answers that the documents do not state.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from contract.diff.shapes import Comparison, Direction, Edit, Step
from contract.finding import DocLine
from contract.spec import Json, Media, Operation, Parameter, Response, Spec

_Lines: TypeAlias = tuple[DocLine | None, DocLine | None]
"""The line of the old and of the new edition."""
_Comparisons: TypeAlias = Mapping[tuple[Direction, bool], Comparison]
"""By direction, and whether values travel as text."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One difference."""

    area: str
    """What it is about: `operation`, `required-property`, `parameter-type` ...; the rules list them all."""
    direction: Direction | Literal["none"]
    action: str
    """`added`, `removed`, `widened`, `narrowed` or `changed`."""
    operation: str
    """`METHOD /path` as the new edition writes it; as the old one does where the operation is gone."""
    pointer: str
    """JSON Pointer (RFC 6901) from the Operation Object, references followed; parameters by place and name."""
    name: str
    """What the sentence calls it: a dotted property, a parameter, a status, a media type."""
    place: str
    """Where it is, in words: `request body`, `response 200`, `query parameter`."""
    before: str
    after: str
    old: DocLine | None
    """The most specific line of each edition; None where there is none, as for an operation that is gone."""
    new: DocLine | None


def facts(old: Spec, new: Spec) -> Iterator[Fact]:
    """Everything that differs, in the order of the old edition, what is new at the end."""
    before, after = _by_identity(old.operations), _by_identity(new.operations)
    old_paths, new_paths = ({path for _, path in each} for each in (before, after))
    directions: tuple[Direction, ...] = ("request", "response")
    comparisons = {
        (direction, textual): Comparison(old, new, direction, textual=textual)
        for direction in directions
        for textual in (False, True)
    }
    for key, one in before.items():
        if key in after:
            pair = _Pair(old, new, one, after[key], comparisons)
            yield from _parameter_facts(pair)
            yield from _body_facts(pair)
            yield from _response_facts(pair)
        else:
            yield _lone_operation(one, "operation" if key[1] in new_paths else "path", "removed", (one.source, None))
    for key, one in after.items():
        if key not in before:
            yield _lone_operation(one, "operation" if key[1] in old_paths else "path", "added", (None, one.source))


def _by_identity(operations: Sequence[Operation]) -> dict[tuple[str, str], Operation]:
    """Operations by what a client sees of them: names of path parameters and a slash at the end do not count."""
    found: dict[tuple[str, str], Operation] = {}
    for each in operations:
        plain = re.sub(r"\{[^{}]*\}", "{}", each.path).rstrip("/") or "/"
        key = (each.method, plain)
        found[key if key not in found else (each.method, each.path)] = each
    return found


def _lone_operation(operation: Operation, area: str, action: str, lines: _Lines) -> Fact:
    deprecated = action == "removed" and operation.node.get("deprecated") is True
    area = f"deprecated-{area}" if deprecated else area
    return Fact(area, "none", action, operation.key, "", operation.key, "", "", "", *lines)


@dataclass(frozen=True, slots=True)
class _Pair:
    """The same operation in both editions."""

    old_spec: Spec
    new_spec: Spec
    old: Operation
    new: Operation
    comparisons: _Comparisons

    def place(self, direction: Direction, words: str, *way: str, lines: _Lines) -> _Place:
        return _Place(self, direction, words, way, (lines[0] or self.old.source, lines[1] or self.new.source))


@dataclass(frozen=True, slots=True)
class _Place:
    """A part of an operation that facts are about."""

    pair: _Pair
    direction: Direction
    words: str
    way: tuple[str, ...]
    lines: _Lines

    def below(self, *tokens: str) -> _Place:
        return replace(self, way=(*self.way, *tokens))

    def fact(self, area: str, action: str, name: str = "", edit: Edit | None = None) -> Fact:
        pointer = "".join("/" + token.replace("~", "~0").replace("/", "~1") for token in self.way)
        before, after = (edit.before, edit.after) if edit else ("", "")
        old, new = self.lines
        if edit:
            old, new = edit.old or old, edit.new or new
        return Fact(area, self.direction, action, self.pair.new.key, pointer, name, self.words, before, after, old, new)

    def schema_facts(self, holder: str, name: str, schemas: tuple[Json, Json], *, textual: bool) -> Iterator[Fact]:
        """Facts of the schemas of a body (`holder` is `body`) or a parameter, and of the properties below."""
        inner = "property" if holder == "body" else f"{holder}-property"
        for each in self.pair.comparisons[self.direction, textual].edits(*schemas):
            place = self.below("schema", *(token for step in each.way for token in step))
            area = each.area.format(inner if any(step[0] != "oneOf" for step in each.way) else holder)
            yield place.fact(area, each.action, _dotted(name, each.way), each)


def _dotted(name: str, way: Sequence[Step]) -> str:
    for step in way:
        if step[0] == "properties":
            name += f".{step[1]}"
        elif step[0] != "oneOf":
            name += "[]" if step[0] == "items" else ".*"
    return name.removeprefix(".")


# --- parameters -------------------------------------------------------------------------------------------------------


def _parameter_facts(pair: _Pair) -> Iterator[Fact]:
    before, after = _parameters(pair.old), _parameters(pair.new)
    for key, one in before.items():
        if key in after:
            yield from _changed_parameter(pair, one, after[key])
        elif one.location != "path":  # the path itself says which of these there are
            yield _lone_parameter(pair, one, "removed", (one.source, None))
    for key, one in after.items():
        if key not in before and one.location != "path":
            yield _lone_parameter(pair, one, "added", (None, one.source))


def _parameters(operation: Operation) -> dict[tuple[str, str], Parameter]:
    """By place and name; in the path the place counts and not the name, header fields have no case (RFC 9110, 5.1)."""
    order = re.findall(r"\{([^{}]*)\}", operation.path)
    found = {}
    for each in operation.parameters:
        name = each.name.lower() if each.location == "header" else each.name
        if each.location == "path" and name in order:
            name = str(order.index(name))
        found[each.location, name] = each
    return found


def _parameter_place(pair: _Pair, one: Parameter, lines: _Lines) -> _Place:
    return pair.place("request", f"{one.location} parameter", "parameters", one.location, one.name, lines=lines)


def _lone_parameter(pair: _Pair, one: Parameter, action: str, lines: _Lines) -> Fact:
    area = "required-parameter" if one.required else "optional-parameter"
    return _parameter_place(pair, one, lines).fact(area, action, one.name)


def _changed_parameter(pair: _Pair, old: Parameter, new: Parameter) -> Iterator[Fact]:
    place = _parameter_place(pair, new, (old.source, new.source))
    if old.required != new.required:
        yield place.fact("parameter-need", "added" if new.required else "removed", new.name)
    yield from place.schema_facts("parameter", new.name, (old.schema, new.schema), textual=True)


# --- bodies -----------------------------------------------------------------------------------------------------------


def _body_facts(pair: _Pair) -> Iterator[Fact]:
    old, new = pair.old.body, pair.new.body
    lines = (old.source if old else None, new.source if new else None)
    place = pair.place("request", "request body", "requestBody", lines=lines)
    if old and new:
        if old.required != new.required:
            yield place.fact("body-need", "added" if new.required else "removed")
        yield from _content_facts(place, old.content, new.content)
    elif one := old or new:
        area = "required-body" if one.required else "optional-body"
        yield place.fact(area, "removed" if old else "added")


def _response_facts(pair: _Pair) -> Iterator[Fact]:
    before = _responses(pair.old_spec, pair.old)
    after = _responses(pair.new_spec, pair.new)
    for status, (one, stated) in before.items():
        if status in after:
            other = after[status][0]
            place = _response_place(pair, status, (one.source, other.source))
            yield from _content_facts(place, one.content, other.content)
        elif stated:
            yield _lone_response(pair, status, "removed", (one.source, None))
    for status, (one, stated) in after.items():
        if status not in before and stated:
            yield _lone_response(pair, status, "added", (None, one.source))


def _responses(spec: Spec, operation: Operation) -> dict[str, tuple[Response, bool]]:
    """Answers by status, and whether the documents state the status; a `default` that nobody stated is none."""
    nodes = {str(status): spec.resolve(node) for status, node in (operation.node.get("responses") or {}).items()}
    found = {}
    for each in operation.responses:
        stated = nodes[each.status].get("x-doc-confidence") != "inferred"
        if stated or each.status != "default":
            found[each.status.replace("x", "X")] = (each, stated)
    return found


def _response_place(pair: _Pair, status: str, lines: _Lines) -> _Place:
    return pair.place("response", f"response {status}", "responses", status, lines=lines)


def _lone_response(pair: _Pair, status: str, action: str, lines: _Lines) -> Fact:
    area = "success-status" if status.startswith("2") else "other-status"
    return _response_place(pair, status, lines).fact(area, action, status)


def _content_facts(place: _Place, old: Sequence[Media], new: Sequence[Media]) -> Iterator[Fact]:
    before, after = _media(old), _media(new)
    for name in {**before, **after}:
        to = place.below("content", name)
        one, other = before.get(name), after.get(name)
        if one is None or other is None:
            yield to.fact("media-type", "added" if one is None else "removed", name)
        elif bool(one.schema) != bool(other.schema):
            yield to.fact("schema", "added" if other.schema else "removed", name)
        else:
            textual = not name.endswith(("/json", "+json"))
            yield from to.schema_facts("body", "", (one.schema, other.schema), textual=textual)


def _media(content: Sequence[Media]) -> dict[str, Media]:
    """By type without its parameters, which has no case (RFC 9110, 8.3.1)."""
    return {each.type.partition(";")[0].strip().lower(): each for each in content}
