"""Amendments to a document that cannot be edited: an OpenAPI Overlay 1.0.0 and a document come in, an amended copy goes out.

Actions are applied in order, each to what the one before left (Overlay Specification 1.0.0, section 4.4.3);
neither the overlay nor the document given is changed.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contract.spec import Json, SpecError, data

_VERSION = re.compile(r"1\.0\.\d+")
_ACTION = ("target", "description", "update", "remove")


@dataclass(frozen=True, slots=True)
class Action:
    """One amendment."""

    place: str
    """File and position, counted from 1, for messages: `mend.yaml: action 2`."""
    target: str
    """JSONPath of the parts that it amends (RFC 9535)."""
    query: Any
    """The compiled target."""
    update: Json
    remove: bool


def overlay(text: str, name: str) -> tuple[Action, ...]:
    """Read an Overlay in JSON or YAML. SpecError with every fault, a line each: file, action, cause, remedy."""
    document = data(text, name, "an OpenAPI Overlay")
    if not isinstance(document, dict) or "overlay" not in document:
        raise SpecError(f"{name}: not an Overlay: no 'overlay' field at the top; begin it with 'overlay: 1.0.0'")
    version = document["overlay"]
    if not _VERSION.fullmatch(str(version)):
        raise SpecError(f"{name}: Overlay {version} is not supported; write 'overlay: 1.0.0'")
    listed = document.get("actions")
    if not isinstance(listed, list) or not listed:
        raise SpecError(f"{name}: 'actions' holds no action; list at least one (Overlay 1.0.0, section 4.4.1)")
    faults = [fault for index, each in enumerate(listed, 1) for fault in _faults(each, f"{name}: action {index}")]
    if faults:
        raise SpecError("\n".join(faults))
    return tuple(
        Action(
            f"{name}: action {index}",
            each["target"],
            _compiled(each["target"]),
            each.get("update"),
            bool(each.get("remove")),
        )
        for index, each in enumerate(listed, 1)
    )


def applied(document: Json, actions: Sequence[Action]) -> tuple[Json, tuple[Action, ...]]:
    """The amended copy of a document, and the actions whose target is nowhere in it.

    SpecError where an update does not fit what it is to amend.
    """
    amended, idle = _copied(document), []
    for action in actions:
        found = list(dict.fromkeys(match.parts for match in action.query.finditer(amended)))
        if not found:
            idle.append(action)
        elif action.remove:
            _remove(amended, found, action)
        else:
            for parts in found:
                amended = _updated(amended, parts, action)
    return amended, tuple(idle)


def _copied(node: Json) -> Json:
    """A copy in which nothing stands twice: what YAML's anchors share is amended only where a target is."""
    if isinstance(node, dict):
        return {key: _copied(each) for key, each in node.items()}
    return [_copied(each) for each in node] if isinstance(node, list) else node


def _faults(action: Json, place: str) -> Iterator[str]:
    if not isinstance(action, dict):
        yield f"{place}: is no object; write a target, and update or remove"
        return
    for key in action:
        if key not in _ACTION and not str(key).startswith("x-"):
            near = difflib.get_close_matches(str(key), _ACTION, 1)
            yield f"{place}: unknown field '{key}'; {f'did you mean {near[0]!r}?' if near else 'there are ' + ', '.join(_ACTION)}"
    target = action.get("target")
    if not isinstance(target, str):
        yield f"{place}: has no target; write a JSONPath such as $.paths['/users'].get"
    elif reason := _unreadable(target):
        yield f"{place}: target {target} is no JSONPath ({reason}); write one such as $.paths['/users'].get (RFC 9535)"
    if not isinstance(action.get("remove", False), bool):
        yield f"{place}: remove is {action['remove']!r}; write true or false"
    elif "update" not in action and not action.get("remove"):
        yield f"{place}: does nothing; write what to update, or 'remove: true'"


def _compiled(target: str) -> Any:
    from jsonpath import JSONPathEnvironment

    return JSONPathEnvironment(strict=True).compile(target)


def _unreadable(target: str) -> str:
    """Why a target is no JSONPath; empty where it is one."""
    from jsonpath import JSONPathError

    try:
        _compiled(target)
    except JSONPathError as error:
        return str(error).partition("\n")[0]
    return ""


def _holder(document: Json, parts: Sequence[str | int]) -> Json:
    for step in parts[:-1]:
        document = document[step]
    return document


def _remove(document: Json, found: Sequence[tuple[str | int, ...]], action: Action) -> None:
    if () in found:
        raise SpecError(f"{action.place}: removes the whole document; target a part of it")
    places: dict[int, tuple[Json, list[Any]]] = {}
    for parts in found:
        holder = _holder(document, parts)
        places.setdefault(id(holder), (holder, []))[1].append(parts[-1])
    for holder, keys in places.values():  # all were found before the first one moved its neighbours
        for key in sorted(keys, reverse=True):
            del holder[key]


def _updated(document: Json, parts: Sequence[str | int], action: Action) -> Json:
    """The document with the update merged in at one place; a list takes it as a further entry."""
    holder = _holder(document, parts)
    found = holder[parts[-1]] if parts else document
    if isinstance(found, list):
        made: Json = [*found, _copied(action.update)]
    elif isinstance(found, dict) and isinstance(action.update, dict):
        made = merged(found, action.update)
    else:
        raise SpecError(
            f"{action.place}: the update of an object must be an object too; write its properties"
            if isinstance(found, dict)
            else f"{action.place}: {action.target} is a single value; target the object that holds it, and update that"
        )
    if not parts:
        return made
    holder[parts[-1]] = made
    return document


def merged(one: Mapping[str, Json], other: Mapping[str, Json]) -> dict[str, Json]:
    """Two objects as one: objects inside merge likewise, lists are joined, of anything else the other wins."""
    made = dict(one)
    for key, value in other.items():
        known = made.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            made[key] = merged(known, value)
        elif isinstance(known, list) and isinstance(value, list):
            made[key] = [*known, *_copied(value)]
        else:
            made[key] = _copied(value)
    return made
