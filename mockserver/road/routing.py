"""Which operation a request means: raw paths come in, a Match goes on in the scope; the time does not depend on the number of operations.

This stage stands where Connexion's router would: static segments go before placeholders, `%2F` stays
inside its segment, both spellings of a slash at the end are the same, and Allow is exact.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import msgspec

from contract.checks import WireError, unquoted
from mockserver.answering.problems import Reply, problem
from mockserver.api import Api
from mockserver.planning.evidence import is_placeholder, placeholders
from mockserver.planning.model import MockError, Step
from mockserver.road.heads import Fields

MATCH = "slatemock.match"
"""Key of the Match in the ASGI scope."""

Asgi = Callable[[Any, Any, Any], Awaitable[None]]
"""A stage that has nothing to do after those behind it gives what they give: a coroutine of its own for each would cost as much as what it does."""


@dataclass(frozen=True, slots=True)
class Target:
    """An operation of one of the contracts served."""

    api: Api
    step: Step
    names: tuple[str, ...]
    """Placeholders of the operation's path, in order."""
    base_path: str
    """Under which Connexion knows the contract."""
    borrowed: tuple[int | str, ...] | None = None
    """For a spelling that lost: where each value of the operation's own path stands in it, or the value itself."""

    def values(self, raw: tuple[str, ...]) -> tuple[str, ...]:
        """The values of the operation's placeholders from those of the path as it was matched."""
        if self.borrowed is None:
            return raw
        return tuple(raw[each] if isinstance(each, int) else each for each in self.borrowed)


class Match(msgspec.Struct, frozen=True, gc=False):
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


_Found = tuple[_Node, tuple[str, ...]]


class Routes:
    """All paths of the contracts served, as a tree; beside it the spellings that lost (`x-doc-conflicts`)."""

    def __init__(self, apis: Iterable[tuple[str, Api]]) -> None:
        self._root, self._lost = _Node(), _Node()
        self._plain: dict[str, _Found] = {}
        """Paths without placeholders, which most specific of all: what is found for them is known beforehand."""
        self._templates: list[str] = []
        for base, api in apis:
            for step in api.plan.steps:
                self._add(Target(api, step, placeholders(step.operation.path), base))

    def find(self, path: str) -> _Found | None:
        """The most specific node of a raw path that any operation has, with the values of its placeholders."""
        return self._plain.get(path) or _search(self._root, _parts(path), 0, ())

    def find_lost(self, path: str) -> _Found | None:
        """The same among the spellings that lost; they answer only where nothing better does."""
        return _search(self._lost, _parts(path), 0, ())

    def near(self, path: str) -> list[str]:
        """Documented paths that look like an unknown one."""
        return difflib.get_close_matches(path, self._templates, n=3, cutoff=0.6)

    def _add(self, target: Target) -> None:
        operation = target.step.operation
        node = _node(self._root, operation.path)
        taken = node.methods.setdefault(operation.method, target)
        if taken.api is not target.api:
            raise MockError(
                f"{operation.key} is in {taken.api.spec.name} and in {target.api.spec.name}; "
                "serve them apart, or give one another base path in `servers`"
            )
        if operation.path not in self._templates:
            self._templates.append(operation.path)
        if "{" not in operation.path:
            self._plain[operation.path] = (node, ())
        for conflict in operation.node.get("x-doc-conflicts") or ():
            path, method = str(conflict.get("path", "")), str(conflict.get("method", operation.method)).upper()
            if path.startswith("/"):
                borrowed = _borrowed(operation.path, path)
                if "" not in borrowed:  # else it does not say which record is meant
                    _node(self._lost, path).methods.setdefault(method, replace(target, borrowed=borrowed))


def _borrowed(own: str, lost: str) -> tuple[int | str, ...]:
    """For each placeholder of the operation's path, its place among those of the lost one, or the text that stands there."""
    there, names = _parts(lost), placeholders(lost)
    places = {part: index for index, part in enumerate(part for part in there if is_placeholder(part))}
    same_length = len(_parts(own)) == len(there)
    found: list[int | str] = []
    for index, part in enumerate(_parts(own)):
        for name in placeholders(part):
            other = there[index] if same_length else ""
            found.append(names.index(name) if name in names else places.get(other, other))
    return tuple(found)


def _parts(path: str) -> list[str]:
    """The segments of a path as sent; one slash at the end does not count."""
    parts = path[1:].split("/")
    return parts[:-1] if parts[-1] == "" else parts


def _node(root: _Node, path: str) -> _Node:
    """The node of a template, made where there is none."""
    node = root
    for part in filter(None, path.split("/")):
        if is_placeholder(part):
            node.any = node.any or _Node()
            node = node.any
        elif "{" in part:
            node = _mixed(node, part)
        else:
            node = node.static.setdefault(part, _Node())
    return node


def _mixed(node: _Node, part: str) -> _Node:
    pieces = re.split(r"\{[^{}]+\}", part)
    pattern = re.compile("(.+?)".join(re.escape(piece) for piece in pieces))
    found = next((inner for known, inner in node.mixed if known.pattern == pattern.pattern), None)
    if found is None:
        found = _Node()
        node.mixed.append((pattern, found))
    return found


def _search(node: _Node, parts: list[str], index: int, values: tuple[str, ...]) -> _Found | None:
    if index == len(parts):
        return (node, values) if node.methods else None
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

    def __call__(self, scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        """Pass a known operation on with its Match; answer what is none."""
        match = self._meant(scope["method"], raw_path(scope))
        if match is None:
            return self._admin(scope, receive, send)
        if isinstance(match, Reply):
            return send_reply(scope, send, match)
        scope[MATCH] = match
        return self._app(scope, receive, send)

    def _meant(self, method: str, path: str) -> Match | Reply | None:
        """The operation that a request means, or why it means none; None for an admin page."""
        found = self._routes.find(path)
        target = _target(found[0], method) if found else None
        if found and target:
            return Match(target, found[1])
        lost = self._routes.find_lost(path)
        if found and lost and len(lost[1]) > len(found[1]):
            lost = None  # it only fits because its placeholder takes a word that is a path of its own
        target = lost[0].methods.get(method) if lost else None
        if lost and target:
            return Match(target, target.values(lost[1]), _allow(found[0]) if found else None)
        node = (found or lost or (None,))[0]
        if node is None:
            return None if is_admin(path) else self._unknown(method, path)
        if method == "OPTIONS":
            return Reply(204, b"", (("allow", _allow(node)),))
        return not_allowed(next(iter(node.methods.values())), method, _allow(node))

    def _unknown(self, method: str, path: str) -> Reply:
        near = self._routes.near(path)
        hint = f" Did you mean {' or '.join(near)}?" if near else " GET /__admin/plan lists every path."
        return problem(404, f"{method} {path} is not documented.{hint}")


def _target(node: _Node, method: str) -> Target | None:
    """The operation of a method; GET answers HEAD where nothing else does (RFC 9110, section 9.3.2)."""
    return node.methods.get(method) or (node.methods.get("GET") if method == "HEAD" else None)


def _allow(node: _Node) -> str:
    methods = set(node.methods)
    return ", ".join(sorted(methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())))


def not_allowed(target: Target, method: str, allow: str) -> Reply:
    """405 in the error shape of a neighbour, with what the path does know (RFC 9110, section 15.5.6)."""
    sentence = f"{method} is not documented here; {allow} are."
    return target.api.problems.refusal(target.step.operation, 405, sentence, headers=(("allow", allow),))


def is_admin(path: str) -> bool:
    """Tell whether a path that no operation has is one of the mock's own pages."""
    return path in ("/", "/__admin") or path.startswith("/__admin/")


def raw_path(scope: Any) -> str:
    """The path as sent, percent-encoding kept."""
    raw = scope.get("raw_path")
    return raw.partition(b"?")[0].decode("latin-1") if raw else quote(scope["path"])


Line = tuple[str, bytes, bytes, Fields]
"""Method, path, query and header fields of a request as they stand on the wire."""


def line_of(scope: Any) -> Line:
    """What an ASGI scope tells of a request."""
    return scope["method"], scope.get("raw_path") or scope["path"].encode(), scope["query_string"], scope["headers"]


async def send_reply(scope: Any, send: Any, reply: Reply) -> None:
    """Send an answer; HEAD gets no body."""
    status, fields, body = written(reply)
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


Answer = tuple[int, Fields, bytes]
"""Status, header fields and body as they stand on the wire."""


def written(reply: Reply) -> Answer:
    """An answer as it is sent; 204 and 304 have neither body nor length (RFC 9110, section 6.4.1)."""
    fields = [(_header_name(name), value.encode("latin-1")) for name, value in reply.headers]
    if reply.status in (204, 304) or reply.status < 200:
        return reply.status, fields, b""
    fields.append((b"content-length", b"%d" % len(reply.body)))
    return reply.status, fields, reply.body


@lru_cache(maxsize=1024)
def _header_name(name: str) -> bytes:
    return name.lower().encode("latin-1")
