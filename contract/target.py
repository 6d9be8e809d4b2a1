"""A contract at a place: a Spec and a URL come in, a Target goes out, whose paths are relative to one base URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from contract.mending import METHODS
from contract.spec import Json, Operation, Spec


@dataclass(frozen=True, slots=True)
class Target:
    """A Spec to be tried at a URL."""

    spec: Spec
    url: str
    """Without a slash at the end; every path is appended to it."""
    operations: Mapping[str, Operation]
    """By `METHOD /path`, the path relative to `url`."""

    @classmethod
    def of(cls, spec: Spec, url: str) -> Target:
        """Join the URL given and the base path of the contract, which users may or may not have put into the URL."""
        bases = {each.path.removesuffix(each.item_path) for each in spec.operations}
        base = bases.pop() if len(bases) == 1 else ""
        origin, given = urlsplit(url), urlsplit(url).path.rstrip("/")
        if given and all(each.path.startswith(given + "/") for each in spec.operations):
            given = ""
        return cls(
            spec,
            urlunsplit((origin.scheme, origin.netloc, given + base, "", "")),
            {f"{each.method} {each.path.removeprefix(base)}": each for each in spec.operations},
        )

    def document(self) -> dict[str, Json]:
        """The OpenAPI document with these paths and without servers, which `url` replaces."""
        paths: dict[str, Json] = {}
        for label, each in self.operations.items():
            item = self.spec.resolve(self.spec.document["paths"][each.item_path])
            shared = {key: value for key, value in item.items() if key not in METHODS and key != "servers"}
            node = {key: value for key, value in each.node.items() if key != "servers"}
            paths.setdefault(label.partition(" ")[2], shared)[each.method.lower()] = node
        return {**{key: value for key, value in self.spec.document.items() if key != "servers"}, "paths": paths}
