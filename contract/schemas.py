"""OpenAPI schemas compiled for judging values: a Spec comes in, Compiled validators go out; every fault of a value is told at once.

They are rewritten to JSON Schema 2020-12 first. References stay references, so recursion is fine. A keyword that cannot be used
(`required: true`, a pattern that is none) judges nothing, and is told; the rest of the document is as good as before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from contract.finding import DocLine, Finding
from contract.rewriting import Direction, definition, rewritten
from contract.spec import Json, Spec, SpecError

_LONGEST_MESSAGE = 200
_MOST_UNUSABLE = 1000


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which a request or an answer breaks the contract."""

    place: str
    """`body.account.email`, `query.page`, `path.id`, `header.X-Total`, `status`."""
    message: str
    """What is wrong there, without the place."""
    source: DocLine | None = None
    """The line of the documents that states the rule, the most specific known."""
    status: int = 400
    """The HTTP status that answers such a request (RFC 9110, section 15.5)."""
    path: tuple[str | int, ...] = ()
    """Steps into the judged value; the last names the missing or superfluous property where there is one."""
    rule: str = ""
    """The JSON Schema keyword that failed, or empty."""

    def __str__(self) -> str:
        return f"{self.place} {self.message}"

    def finding(self, operation: str) -> Finding:
        """Give the fault as a Finding against an operation (`METHOD /path`)."""
        rule = "".join(f"-{each.lower()}" if each.isupper() else each for each in self.rule)
        return Finding(f"contract-{rule or 'breach'}", "error", str(self), operation, self.source)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A schema ready to judge values; thread safe."""

    root: Json
    """The whole JSON Schema, references included."""
    validator: Any

    def is_valid(self, value: Json) -> bool:
        """Tell whether the value keeps every rule; a value nested beyond reason does not."""
        try:
            return bool(self.validator.is_valid(value))
        except (ValueError, UnicodeEncodeError):
            return False

    def faults(self, value: Json, place: str, fallback: DocLine | None = None) -> tuple[Fault, ...]:
        """Tell everything that is wrong with a value; `place` is the name of its root."""
        if self.is_valid(value):
            return ()
        try:
            return tuple(
                fault
                for error in self.validator.iter_errors(value)
                for fault in self._told(error, tuple(_steps(value, error.instance_path)), place, fallback)
            )
        except (ValueError, UnicodeEncodeError):
            return (Fault(place, "is nested too deeply or holds text that is no Unicode", fallback),)

    def _told(self, error: Any, path: tuple[str | int, ...], place: str, fallback: DocLine | None) -> Iterator[Fault]:
        """One error at a path as faults: a missing or superfluous property is itself the place."""
        rule = error.kind.name
        detail = error.kind.as_dict()
        if rule == "required":
            names, message = [detail["property"]], "is required"
        elif rule in ("additionalProperties", "unevaluatedProperties"):
            names, message = detail["unexpected"], "is not documented"
        elif rule == "not" and detail.get("schema") == {}:
            names, message = [], "must not stand here (it is write-only)"
        else:
            names, message = [], _shortened(error.message)
        for full in [(*path, name) for name in names] or [path]:
            source = self._source(error.evaluation_path, full[-1] if names else None)
            yield Fault(_named(place, full), message, source or fallback, path=full, rule=rule)

    def _source(self, steps: Sequence[str | int], missing: str | int | None) -> DocLine | None:
        """The deepest `x-doc-source` on the way to the rule, or that of the property it speaks of."""
        node, found, owner = self.root, None, self.root
        for step in steps:
            owner = node
            node = _stepped(self.root, node, step)
            mark = node.get("x-doc-source") if isinstance(node, dict) else None
            found = DocLine.parse(mark) or found
        described = owner.get("properties", {}).get(missing) if isinstance(owner, dict) and missing else None
        mark = described.get("x-doc-source") if isinstance(described, dict) else None
        return DocLine.parse(mark) or found


class Schemas:
    """Compiles the schemas of one Spec, each once for each direction."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._rewritten: dict[tuple[Direction, str], Json] = {}
        self._compiled: dict[tuple[Direction, int], Compiled] = {}
        self.unusable: dict[str, None] = {}
        """What no value is judged by, a line for each keyword."""

    def compiled(self, schema: Json, direction: Direction) -> Compiled:
        """Compile a schema of the document (as written there). SpecError when it is no schema."""
        key = (direction, id(schema))
        if key not in self._compiled:
            self._compiled[key] = self._compile(schema, direction)
        return self._compiled[key]

    def _compile(self, schema: Json, direction: Direction) -> Compiled:
        top = rewritten(schema, self._spec, direction)
        root: dict[str, Json] = {"allOf": [top]} if isinstance(top, bool) else dict(top)
        definitions = self._definitions(root, direction)
        if definitions:
            root["$defs"] = {**root.get("$defs", {}), **definitions}
        for _ in range(_MOST_UNUSABLE):
            try:
                return Compiled(root, jsonschema_rs.Draft202012Validator(root, validate_formats=True))
            except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
                reason = " ".join(str(error).partition("\n")[0].split())[:_LONGEST_MESSAGE]
                at = tuple(getattr(error, "instance_path", ()))
                if not _left_out(root, at):
                    raise SpecError(f"{self._spec.name}: a schema cannot be used ({reason}); mend it") from error
                self.unusable[f"{_written(at)}: {reason}; it is left out, mend it"] = None
        raise SpecError(f"{self._spec.name}: too much of a schema cannot be used; mend it")

    def _definitions(self, root: Json, direction: Direction) -> dict[str, Json]:
        """Everything reachable by `$ref`, under the names that `rewritten` gave."""
        found: dict[str, Json] = {}
        pending = list(_references(root))
        while pending:
            ref = pending.pop()
            name = definition(ref)
            if name in found:
                continue
            if (direction, ref) not in self._rewritten:
                target = self._spec.resolve({"$ref": ref})
                self._rewritten[direction, ref] = rewritten(target, self._spec, direction)
            found[name] = self._rewritten[direction, ref]
            pending.extend(_references(found[name]))
        return found


def _references(node: Json) -> Iterator[str]:
    """The original references of a rewritten schema (kept beside the new one)."""
    if isinstance(node, dict):
        if isinstance(node.get("x-ref"), str):
            yield node["x-ref"]
        for each in node.values():
            yield from _references(each)
    elif isinstance(node, list):
        for each in node:
            yield from _references(each)


def _left_out(root: Json, at: Sequence[str | int]) -> bool:
    """Take the keyword at a place out of a schema, for all that share it; False where there is none."""
    holders = [root]
    for step in at[:-1]:
        holders.append(holders[-1][step])
    for holder, step in zip(reversed(holders), reversed(at), strict=False):
        if isinstance(holder, dict):  # a member of a list is no keyword, the list is
            return holder.pop(step, None) is not None
    return False


def _written(at: Sequence[str | int]) -> str:
    return ".".join(str(each) for each in at if each != "$defs")


def _stepped(root: Json, node: Json, step: str | int) -> Json:
    """One step of an evaluation path; `$ref` steps to where it points."""
    if isinstance(node, dict):
        if step == "$ref":
            return root.get("$defs", {}).get(str(node["$ref"]).removeprefix("#/$defs/"), {})
        return node.get(step, {})
    if isinstance(node, list) and isinstance(step, int) and step < len(node):
        return node[step]
    return {}


def _steps(value: Json, path: Sequence[str | int]) -> Iterator[str | int]:
    """The steps of a path into a value; jsonschema-rs takes names that are numbers for places in a list, and leaves empty names out."""
    for step in path:
        names = value if isinstance(value, dict) and isinstance(step, int) else ()
        own: Any = next((name for name in names if name.isdecimal() and int(name) == step), step)
        yield own
        if isinstance(value, dict):
            value = value.get(own)
        else:
            value = value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None


def _named(place: str, path: Sequence[str | int]) -> str:
    return place + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def _shortened(message: str) -> str:
    return message if len(message) <= _LONGEST_MESSAGE else message[:_LONGEST_MESSAGE] + " ..."
