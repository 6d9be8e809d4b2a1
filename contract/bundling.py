"""Several files become one: an OpenAPI document whose references leave it comes in, one whose references stay inside goes out.

What another file holds is put under `components` by its kind and named after where it stood; a path item is written where it is
asked for. A reference is never lost: what cannot be read stays as it is, for whoever mends the document to tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from posixpath import normpath
from typing import Any, TypeAlias
from urllib.parse import unquote, urljoin, urlsplit

Json: TypeAlias = Any

Read = Callable[[str], Json]
"""Gives what a file holds, by its path or URL; LookupError where it holds nothing that can be read."""

_KINDS: Mapping[str, str] = {
    "paths": "pathItems",
    "webhooks": "pathItems",
    "requestBody": "requestBodies",
    "schema": "schemas",
    "schemas": "schemas",
    **{each: each for each in ("pathItems", "callbacks", "parameters", "requestBodies", "responses")},
    **{each: each for each in ("headers", "examples", "links", "securitySchemes")},
}
"""What a reference is to, by the nearest of these names above it (OpenAPI 3.1.0, section 4.8.7); within a schema there are only schemas."""
_NAMED = _KINDS.keys() - {"schema", "requestBody"} | {
    *("content", "properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
}
"""What stands below these has names of the author's."""
_DATA = frozenset(("example", "default", "enum", "const", "value", "x-doc-source"))
_DATA_OF_SCHEMAS = _DATA | {"examples"}
"""What stands below these is data, and a `$ref` in it means nothing."""
_DEEPEST = 40
"""References to references in a row; more are a circle."""


def bundled(document: Json, name: str, read: Read) -> Json:
    """A document in one piece, the same one where no reference leaves it; `name` is its own path or URL, as `read` takes them."""
    if not isinstance(document, dict) or not _leaves(document):
        return document
    return _Bundling(document, name, read).whole()


def _leaves(document: Json) -> bool:
    """Tell whether a reference leaves a document; each part is looked at once, for anchors of YAML may show it again and again, or in itself."""
    seen, waiting = set[int](), [document]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, (dict, list)) or id(node) in seen:
            continue
        seen.add(id(node))
        ref = node.get("$ref") if isinstance(node, dict) else None
        if isinstance(ref, str) and not ref.startswith("#"):
            return True
        waiting += node.values() if isinstance(node, dict) else node
    return False


class _Bundling:
    """One walk over a document and over all that it asks for."""

    def __init__(self, document: dict[str, Json], name: str, read: Read) -> None:
        self._document = document
        self._own = name
        self._read = read
        self._files: dict[str, Json] = {"": document}
        self._names: dict[tuple[str, str, str], str] = {}
        """By kind, file and pointer: the name under which it was put."""
        components = document.get("components")
        self._components = components if isinstance(components, dict) else {}
        self._put: dict[str, dict[str, Json]] = {}
        self._done: dict[tuple[int, str, str, bool], Json] = {}
        """What became of a part, by its identity and by what it was taken for: anchors of YAML show one part many times."""

    def whole(self) -> Json:
        """The document with what it asked for."""
        made = {name: self._walked(value, _KINDS.get(name, ""), "", 0) for name, value in self._document.items()}
        components = made.get("components") or {}
        found = {kind: {**(components.get(kind) or {}), **parts} for kind, parts in self._put.items()}
        return {**made, "components": {**components, **found}} if found else made

    def _walked(self, node: Json, kind: str, file: str, depth: int, *, named: bool = False) -> Json:
        """A part of a file with its references turned; `named` where its keys are names of the author's."""
        if not isinstance(node, (dict, list)):
            return node
        key = (id(node), kind, file, named)
        if key not in self._done:
            self._done[key] = self._turned(node, kind, file, depth, named=named)
        return self._done[key]

    def _turned(self, node: Json, kind: str, file: str, depth: int, *, named: bool) -> Json:
        if isinstance(node, list):
            return [self._walked(each, kind, file, depth) for each in node]
        ref = node.get("$ref")
        if isinstance(ref, str) and kind:
            if named or kind == "pathItems":
                return self._written_out(node, ref, kind, file, depth, named=named)
            return self._referring(node, ref, kind, file, depth)
        data = () if named else _DATA_OF_SCHEMAS if kind == "schemas" else _DATA
        made = {
            name: each if name in data else self._inner(name, each, kind, file, depth, named=named)
            for name, each in node.items()
        }
        chosen = node.get("discriminator")
        if not named and isinstance(chosen, dict) and isinstance(chosen.get("mapping"), dict):
            made["discriminator"] = {**chosen, "mapping": self._mapped(chosen["mapping"], file, depth)}
        return made

    def _inner(self, name: str, node: Json, kind: str, file: str, depth: int, *, named: bool) -> Json:
        if not named and kind != "schemas":
            kind = _KINDS.get(name, kind)
        return self._walked(node, kind, file, depth, named=not named and name in _NAMED)

    def _mapped(self, mapping: Mapping[str, Json], file: str, depth: int) -> Json:
        """The schemas that a discriminator chooses among: names, or references."""
        return {
            name: self._referring({}, ref, "schemas", file, depth)["$ref"]
            if isinstance(ref, str) and ("/" in ref or "#" in ref or ref.endswith((".json", ".yaml", ".yml")))
            else ref
            for name, ref in mapping.items()
        }

    def _referring(self, node: dict[str, Json], ref: str, kind: str, file: str, depth: int) -> Json:
        """A node that refers, referring to where its target is put."""
        target, pointer = self._target(ref, file)
        if not target:
            return {**node, "$ref": f"#{pointer}"}
        if depth > _DEEPEST or self._held(target, pointer) is None:
            return node
        return {**node, "$ref": f"#/components/{kind}/{self._placed(kind, target, pointer, depth)}"}

    def _written_out(self, node: dict[str, Json], ref: str, kind: str, file: str, depth: int, *, named: bool) -> Json:
        """What a node refers to, in its place: a path item, or a whole map of parts."""
        target, pointer = self._target(ref, file)
        if not target:
            return {**node, "$ref": f"#{pointer}"}
        if depth > _DEEPEST or not isinstance(self._held(target, pointer), dict):
            return node
        found = self._walked(_pointed(self._files[target], pointer), kind, target, depth + 1, named=named)
        return {**found, **{name: each for name, each in node.items() if name != "$ref"}} if found else node

    def _target(self, ref: str, file: str) -> tuple[str, str]:
        """The file and the pointer that a reference in a file means; no file for the document itself."""
        where, _, pointer = ref.partition("#")
        target = _joined(file or self._own, where) if where else file
        target = "" if target == self._own else target
        if not where and target and self._held(target, pointer) is None:
            target = ""  # many tools take `#/components` in a part for that of the whole
        return target, pointer

    def _placed(self, kind: str, file: str, pointer: str, depth: int) -> str:
        """The name under which a part of another file is put, once."""
        key = (kind, file, pointer)
        if key not in self._names:
            taken = {*(self._components.get(kind) or {}), *self._put.get(kind, {})}
            stem = pointer.rpartition("/")[2] or urlsplit(file).path.rpartition("/")[2].partition(".")[0]
            wanted = "".join(each if each.isalnum() or each in "._-" else "_" for each in unquote(stem)) or "part"
            name, count = wanted, 1
            while name in taken:
                count += 1
                name = f"{wanted}_{count}"
            self._names[key] = name
            parts = self._put.setdefault(kind, {})
            parts[name] = {}  # it may refer to itself
            parts[name] = self._walked(_pointed(self._files[file], pointer), kind, file, depth + 1)
        return self._names[key]

    def _held(self, file: str, pointer: str) -> Json:
        """What a file has where a pointer points; None where it cannot be read or has nothing there."""
        try:
            if file not in self._files:
                self._files[file] = self._read(file)
            return _pointed(self._files[file], pointer)
        except LookupError:
            return None


def _joined(file: str, where: str) -> str:
    """A reference seen from the document, as it is written in one of the files (RFC 3986, section 5.2)."""
    if urlsplit(where).scheme or urlsplit(file).scheme:
        return urljoin(file, where)
    folder = file.rpartition("/")[0]
    return normpath(f"{folder}/{unquote(where)}" if folder else unquote(where))


def _pointed(node: Json, pointer: str) -> Json:
    """What a JSON Pointer points at (RFC 6901); LookupError where there is nothing."""
    for part in pointer.split("/")[1:]:
        key = unquote(part).replace("~1", "/").replace("~0", "~")
        if isinstance(node, list) and key.isdecimal():
            node = node[int(key)]
        elif isinstance(node, dict):
            node = node[key]
        else:
            raise LookupError(pointer)
    return node
