"""Which operation a request means: raw paths come in, a Match goes on in the scope; the time does not depend on the number of operations.

This stage stands where Connexion's router would: static segments go before placeholders, `%2F` stays
inside its segment, both spellings of a slash at the end are the same, and Allow is exact.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from contract.checks import WireError, unquoted
from mockserver.api import Api
from mockserver.evidence import is_placeholder
from mockserver.model import MockError, Step
from mockserver.problems import Reply, problem

MATCH = "slatemock.match"
"""Key of the Match in the ASGI scope."""

_FOR_CONNEXION = "connexion_routing"
"""Where Connexion's stages look for the operation: a key of the scope's extensions."""

Asgi = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Target:
    """An operation of one of the contracts served."""

    api: Api
    step: Step
    names: tuple[str, ...]
    """Placeholders of the path as it was matched, in order."""
    base_path: str
    """Under which Connexion knows the contract."""


@dataclass(frozen=True, slots=True)
class Match:
    """A request that means an operation."""

    target: Target
    raw: tuple[str, ...]
    """Values of the placeholders as sent."""
    allow: str | None = None
    """For a spelling that lost in the documents: the methods that the path otherwise knows."""


@dataclass(slots=True)
class _Node:
    static: dict[str, _Node] = field(default_factory=dict)
    mixed: list[tuple[re.Pattern[str], _Node]] = field(default_factory=list)
    """Segments that are part text, part placeholder (`{id}.json`)."""
    any: _Node | None = None
    methods: dict[str, Target] = field(default_factory=dict)
    aliases: dict[str, Target] = field(default_factory=dict)
    """Spellings that lost (`x-doc-conflicts`); they answer only where nothing better does."""


class Routes:
    """All paths of the contracts served, as a tree."""

    def __init__(self, apis: Iterable[tuple[str, Api]]) -> None:
        self._root = _Node()
        self._templates: list[str] = []
        served = [(base, api, step) for base, api in apis for step in api.plan.steps]
        for base, api, step in served:
            self._add(Target(api, step, (), base), step.operation.path, step.operation.method)
        for base, api, step in served:
            for conflict in step.operation.node.get("x-doc-conflicts") or ():
                self._add_alias(Target(api, step, (), base), conflict)

    def find(self, path: str) -> tuple[_Node, tuple[str, ...]] | None:
        """The most specific node of a raw path that any operation has, with the values of its placeholders."""
        parts = path[1:].split("/")
        if parts[-1] == "":
            parts.pop()
        return _search(self._root, parts, 0, ())

    def near(self, path: str) -> list[str]:
        """Documented paths that look like an unknown one."""
        return difflib.get_close_matches(path, self._templates, n=3, cutoff=0.6)

    def _add(self, target: Target, path: str, method: str) -> None:
        node, names = self._node(path)
        taken = node.methods.get(method)
        if taken:
            raise MockError(
                f"{method} {path} is in {taken.api.spec.name} and in {target.api.spec.name}; "
                "serve them apart, or give one another base path in `servers`"
            )
        node.methods[method] = Target(target.api, target.step, names, target.base_path)
        if path not in self._templates:
            self._templates.append(path)

    def _add_alias(self, target: Target, conflict: Any) -> None:
        path, method = str(conflict.get("path", "")), str(conflict.get("method", target.step.operation.method)).upper()
        node, names = self._node(path)
        if path.startswith("/") and method not in node.methods:
            node.aliases.setdefault(method, Target(target.api, target.step, names, target.base_path))

    def _node(self, path: str) -> tuple[_Node, tuple[str, ...]]:
        node, names = self._root, []
        for part in filter(None, path.split("/")):
            if is_placeholder(part) and part.count("{") == 1:
                names.append(part[1:-1])
                node.any = node.any or _Node()
                node = node.any
            elif "{" in part:
                names += re.findall(r"\{([^{}]+)\}", part)
                node = _mixed(node, part)
            else:
                node = node.static.setdefault(part, _Node())
        return node, tuple(names)


def _mixed(node: _Node, part: str) -> _Node:
    pieces = re.split(r"\{[^{}]+\}", part)
    pattern = re.compile("(.+?)".join(re.escape(piece) for piece in pieces))
    found = next((inner for known, inner in node.mixed if known.pattern == pattern.pattern), None)
    if found is None:
        found = _Node()
        node.mixed.append((pattern, found))
    return found


def _search(node: _Node, parts: list[str], index: int, values: tuple[str, ...]) -> tuple[_Node, tuple[str, ...]] | None:
    if index == len(parts):
        return (node, values) if node.methods or node.aliases else None
    part = parts[index]
    exact = node.static.get(part) or (node.static.get(_readable(part)) if "%" in part else None)
    if exact and (found := _search(exact, parts, index + 1, values)):
        return found
    for pattern, inner in node.mixed:
        match = pattern.fullmatch(part)
        if match and (found := _search(inner, parts, index + 1, (*values, *match.groups()))):
            return found
    return _search(node.any, parts, index + 1, (*values, part)) if node.any and part else None


def _readable(part: str) -> str:
    try:
        return unquoted(part)
    except WireError:
        return part


class Routing:
    """The ASGI stage: finds the operation, or answers 404, 405 and OPTIONS itself."""

    def __init__(self, app: Asgi, routes: Routes, admin: Asgi) -> None:
        self._app = app
        self._routes = routes
        self._admin = admin

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a known operation on with its Match; answer what is none."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = raw_path(scope)
        found = self._routes.find(path)
        if found is None:
            if path == "/" or path.startswith("/__admin"):
                await self._admin(scope, receive, send)
            else:
                await send_reply(scope, send, self._unknown(scope["method"], path))
            return
        node, raw = found
        match = _matched(node, raw, scope["method"])
        if isinstance(match, Reply):
            await send_reply(scope, send, match)
            return
        scope[MATCH] = match
        extensions = scope.setdefault("extensions", {})
        extensions[_FOR_CONNEXION] = {
            "api_base_path": match.target.base_path,
            "operation_id": match.target.step.operation.operation_id,
        }
        await self._app(scope, receive, send)

    def _unknown(self, method: str, path: str) -> Reply:
        near = self._routes.near(path)
        hint = f" Did you mean {' or '.join(near)}?" if near else " GET /__admin/plan lists every path."
        return problem(404, f"{method} {path} is not documented.{hint}")


def _matched(node: _Node, raw: tuple[str, ...], method: str) -> Match | Reply:
    target = node.methods.get(method) or (node.methods.get("GET") if method == "HEAD" else None)
    if target:
        return Match(target, raw)
    if method == "OPTIONS":
        return Reply(204, b"", (("allow", _allow(node)),))
    if method in node.aliases:
        return Match(node.aliases[method], raw, _allow(node) if node.methods else None)
    first = next(iter((node.methods or node.aliases).values()))
    return not_allowed(first, method, _allow(node))


def _allow(node: _Node) -> str:
    methods = set(node.methods or node.aliases)
    return ", ".join(sorted(methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())))


def not_allowed(target: Target, method: str, allow: str) -> Reply:
    """405 in the error shape of a neighbour, with what the path does know (RFC 9110, section 15.5.6)."""
    sentence = f"{method} is not documented here; {allow} are."
    return target.api.problems.refusal(target.step.operation, 405, sentence, headers=(("allow", allow),))


def raw_path(scope: Any) -> str:
    """The path as sent, percent-encoding kept."""
    raw = scope.get("raw_path")
    return raw.partition(b"?")[0].decode("latin-1") if raw else quote(scope["path"])


async def send_reply(scope: Any, send: Any, reply: Reply) -> None:
    """Send an answer; HEAD gets no body, 204 and 304 neither body nor length (RFC 9110, section 6.4.1)."""
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers]
    bodiless = reply.status in (204, 304) or reply.status < 200
    if not bodiless:
        headers.append((b"content-length", str(len(reply.body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    body = b"" if bodiless or scope["method"] == "HEAD" else reply.body
    await send({"type": "http.response.body", "body": body})
