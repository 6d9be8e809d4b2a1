"""The life of a record, on any document: created, read back, found in the list, changed, deleted, and then gone.

    make lifecycle                         the real documents beside the checkout
    .venv/bin/python benchmarks/lifecycle.py SOURCE...   documents of one's own

Which collections there are is judged from the paths alone: one that can be posted to, and whose records can be read, be it where a
verb says so (`POST /boats/create`) or without those that they belong to (`POST /quays/{id}/boats`, `GET /boats/{id}`). The mock is
asked over ASGI, as `serve --auth off` would answer; nothing of its plan is looked at. Printed is what breaks first, for each
collection that breaks; exit code 1 when fewer than 95 of 100 live.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from contract.spec import Media, Operation, Spec, from_document
from contract.spec import parse as parse_openapi
from doc_parser import load, parse
from doc_parser.source import SourceError
from mockserver.answering.samples import generated
from mockserver.app import Settings, create_app

CORPUS = Path(__file__).resolve().parents[1].parent / "shared" / "corpus"
TARGET = 0.95
_SECRET = re.compile(r"pass|secret|token|card|cvv|pin$|api_?key", re.IGNORECASE)


class BrokenError(Exception):
    """A step of the life that failed; the message says which and how."""


@dataclass(frozen=True)
class Collection:
    """What the paths say: where records are created, read, and what else can be done to them."""

    path: str
    at: dict[str, Operation] = field(default_factory=dict)
    """Operations on the collection, by method."""
    of: dict[str, Operation] = field(default_factory=dict)
    """Operations on one record, by method."""
    apart: bool = False
    """One record has an address of its own, without those that it belongs to."""

    def named(self, above: list[str], identity: str) -> list[str]:
        """The values of the placeholders in the address of one record."""
        return [identity] if self.apart else [*above, identity]


def shape(path: str) -> str:
    return re.sub(r"\{[^{}]*\}", "{}", re.sub(r"\.(json|xml)$", "", path)).rstrip("/")


def collections(spec: Spec) -> Iterator[Collection]:
    """Paths that can be posted to, or what they say is done there, and whose path with one placeholder more can be read."""
    by_shape: dict[str, dict[str, Operation]] = {}
    for each in spec.operations:
        by_shape.setdefault(shape(each.path), {})[each.method] = each
    for path, methods in by_shape.items():
        if "POST" not in methods or path.endswith("{}"):
            continue
        home = re.sub(r"/(?:create|add|new)$", "", path, flags=re.IGNORECASE)
        outer, _, inner = home.partition("/{}/")  # `/quays/{}/boats`, of which one is `/boats/{}`
        alone = f"{outer.rpartition('/')[0]}/{inner}" if inner and "/" not in inner else ""
        listing = {**at_path(by_shape, home, ("GET", "list|all"), after=""), "POST": methods["POST"]}
        if "GET" in (of := of_record(by_shape, home)):
            yield Collection(methods["POST"].path, listing, of)
        elif alone and "POST" not in by_shape.get(alone, {}) and "GET" in (of := of_record(by_shape, alone)):
            yield Collection(methods["POST"].path, listing, of, apart=True)


def of_record(by_shape: Mapping[str, Mapping[str, Operation]], home: str) -> dict[str, Operation]:
    """What can be done to one record: at its path, or where a verb stands in front of its placeholder or behind it."""
    found = dict(by_shape.get(home + "/{}", {}))
    for verbs in (("GET", "get|show|view|read"), ("PUT", "update|edit"), ("DELETE", "delete|remove")):
        found = {**at_path(by_shape, home, verbs, after="/{}"), **found}
    return found


def at_path(
    by_shape: Mapping[str, Mapping[str, Operation]], home: str, verbs: tuple[str, str], *, after: str
) -> dict[str, Operation]:
    """The operation of a method at a path, or at one that says what is done in a word."""
    method, words = verbs
    for path in (
        home + after,
        *(f"{home}/{each}{after}" for each in words.split("|")),
        *(f"{home}{after}/{each}" for each in words.split("|")),
    ):
        if method in (there := by_shape.get(path, {})):
            return {method: there[method]}
    return {}


class Life:
    """One client of one mock."""

    def __init__(self, spec: Spec, client: httpx.AsyncClient) -> None:
        self.spec = spec
        self.client = client
        self.gets = {shape(each.path): each for each in spec.operations if each.method == "GET"}
        self.posts = {shape(each.path): each for each in spec.operations if each.method == "POST"}

    async def lived(self, collection: Collection) -> None:
        """Go through a life; BrokenError at the first step that fails."""
        above = await self.parents(collection.path)
        sent = self.body(collection.at["POST"])
        made = await self.asked("create", collection.at["POST"], above, sent)
        sent = self.asked_back(sent)
        identity = await self.named(collection, above, made, sent)
        await self.listed(collection, above, identity, sent, there=True)
        for method in ("PATCH", "PUT"):
            if method in collection.of:
                change = self.body(collection.of[method])
                await self.asked("change", collection.of[method], collection.named(above, identity), change)
                read = await self.asked("read after change", collection.of["GET"], collection.named(above, identity))
                lost = missing(self.asked_back(change), read.json(), identity)
                if lost:
                    raise BrokenError(f"{method}: read shows not what was sent: {lost}")
        if "DELETE" in collection.of:
            await self.asked("delete", collection.of["DELETE"], collection.named(above, identity))
            gone = await self.answer(collection.of["GET"], collection.named(above, identity))
            if gone.status_code not in (404, 410):
                raise BrokenError(f"read after delete: {gone.status_code}")
            await self.listed(collection, above, identity, sent, there=False)

    async def parents(self, path: str) -> list[str]:
        """An id for each placeholder of a path: of a record that is there, else the documented one."""
        found: list[str] = []
        parts = path.strip("/").split("/")
        for index, part in enumerate(parts):
            if not re.fullmatch(r"\{[^{}]*\}(\.json)?", part):
                continue
            upper = shape("/" + "/".join(parts[:index]))
            found.append(await self.existing(upper, found) or self.documented(path, part) or "1")
        return found

    async def existing(self, upper: str, above: list[str]) -> str | None:
        """The id of the first record of a list, or of one newly created."""
        if upper in self.gets and self.gets[upper].path.count("{") == len(above):
            answer = await self.answer(self.gets[upper], above)
            if answer.status_code == 200:
                for candidate in candidates(answer):
                    item = self.gets.get(upper + "/{}")
                    if item is None or (await self.answer(item, [*above, candidate])).status_code == 200:
                        return candidate
        if upper in self.posts and self.posts[upper].path.count("{") == len(above):
            answer = await self.answer(self.posts[upper], above, self.body(self.posts[upper]))
            return next(candidates(answer), None) if answer.is_success else None
        return None

    def documented(self, path: str, part: str) -> str | None:
        for operation in self.spec.operations:
            for each in operation.parameters:
                if operation.path.startswith(path) and "{" + each.name + "}" == part:
                    return str(each.examples[0].value) if each.examples else _made_up(self.spec, each.schema)
        return None

    def body(self, operation: Operation) -> tuple[Media, Any] | None:
        """The documented body, else one with all that a client may send."""
        if operation.body is None:
            return None
        media = operation.body.content[0]
        return media, media.examples[0].value if media.examples else full(self.spec, media.schema)

    def asked_back(self, sent: tuple[Media, Any] | None) -> tuple[Media, Any] | None:
        """What was sent, as far as the contract lets it be read."""
        return sent and (sent[0], readable(self.spec, sent[0].schema, sent[1]))

    async def named(
        self, collection: Collection, above: list[str], made: httpx.Response, sent: tuple[Media, Any] | None
    ) -> str:
        """The id under which the new record is read, with what was sent."""
        told = list(dict.fromkeys(candidates(made)))
        if not told and "GET" in collection.at:
            told = list(dict.fromkeys(candidates(await self.answer(collection.at["GET"], above))))[::-1]
        if not told:
            raise BrokenError("create: the answer names no id")
        seen = []
        name = collection.of["GET"].path.rpartition("{")[2].partition("}")[0]
        for each in told:
            read = await self.answer(collection.of["GET"], collection.named(above, each))
            if read.status_code == 200:
                lost = missing(sent, json_of(read), each, chosen=name)
                if not lost:
                    return each
                seen.append(lost)
        raise BrokenError(
            f"read: shows not what was sent: {seen[0]}" if seen else f"read: none of {', '.join(told[:4])} is known"
        )

    async def listed(
        self, collection: Collection, above: list[str], identity: str, sent: tuple[Media, Any] | None, *, there: bool
    ) -> None:
        """Look for a record in the list; a search that must be asked for something is asked for what was sent."""
        if "GET" not in collection.at:
            return
        known = sent[1] if sent and isinstance(sent[1], dict) else {}
        answer = await self.asked("list", collection.at["GET"], above, known=known)
        shown = json_of(answer)
        if there and identity not in set(scalars(shown)):
            read = json_of(await self.answer(collection.of["GET"], collection.named(above, identity)))
            if identity in set(scalars(read)) or missing(sent, shown, identity):
                raise BrokenError("list: the new record is not in it")
        if not there and identity in set(ids(shown)):
            raise BrokenError("list: still has the deleted record")

    async def asked(
        self,
        step: str,
        operation: Operation,
        values: list[str],
        body: tuple[Media, Any] | None = None,
        known: Mapping[str, Any] | None = None,
    ) -> httpx.Response:
        answer = await self.answer(operation, values, body, known)
        if not answer.is_success:
            raise BrokenError(f"{step}: {answer.status_code} {answer.text[:200]}")
        return answer

    async def answer(
        self,
        operation: Operation,
        values: list[str],
        body: tuple[Media, Any] | None = None,
        known: Mapping[str, Any] | None = None,
    ) -> httpx.Response:
        """One request; what must be asked for is asked for by what is known of the record, where it is."""
        text = next((each for each in (known or {}).values() if isinstance(each, str)), None)
        path, rest = operation.path, iter(values)
        path = re.sub(r"\{[^{}]*\}", lambda _: quote(next(rest, "1"), safe=""), path)
        query, headers = {}, {}
        for each in operation.parameters:
            if each.required and each.location in ("query", "header"):
                value = each.examples[0].value if each.examples else generated(self.spec, each.schema)
                value = text if value == "string" and text else value
                value = (known or {}).get(each.name, value)
                (query if each.location == "query" else headers)[each.name] = written(value)
        url = path + ("?" + urlencode(query) if query else "")
        more = encoded(body)
        headers.update(more.pop("headers", {}))
        return await self.client.request(operation.method, url, headers=headers, **more)


def full(spec: Spec, schema: Any) -> Any:
    """A value with all properties that a schema describes, but for those that only a server writes."""
    return writable(spec, schema, generated(spec, schema, turn=1))


def says(schema: dict[str, Any]) -> bool:
    """Tell whether a schema says what a client may send: a table without types does not."""
    return not schema.keys().isdisjoint(
        ("type", "enum", "const", "example", "default", "allOf", "oneOf", "anyOf", "properties")
    )


def writable(spec: Spec, schema: Any, value: Any) -> Any:
    """A value without what only a server writes, or of which nobody says what it is."""
    return _without(spec, schema, value, lambda each, needed: each.get("readOnly") or not (needed or says(each)))


def readable(spec: Spec, schema: Any, value: Any) -> Any:
    """A value without what no answer shows as it was sent: `writeOnly` (OpenAPI 3.0.3, section 4.7.24.2), and a file, of which answers tell the address."""
    return _without(spec, schema, value, lambda each, _: each.get("writeOnly") or each.get("format") == "binary")


def _without(spec: Spec, schema: Any, value: Any, hides: Callable[[dict[str, Any], bool], object]) -> Any:
    """A value without the properties that are hidden by their schema, and by whether they are required."""
    resolved = spec.resolve(schema)
    if not isinstance(resolved, dict):
        return value
    for each in resolved.get("allOf") or ():
        value = _without(spec, each, value, hides)
    if isinstance(value, list):
        return [_without(spec, resolved.get("items"), each, hides) for each in value]
    if not isinstance(value, dict):
        return value
    inner = {name: spec.resolve(each) or {} for name, each in (resolved.get("properties") or {}).items()}
    required = resolved.get("required") or ()
    hidden = {name for name, each in inner.items() if hides(each, name in required)}
    return {name: _without(spec, inner.get(name), each, hides) for name, each in value.items() if name not in hidden}


def _made_up(spec: Spec, schema: Any) -> str | None:
    value = generated(spec, schema)
    return None if value == "string" else str(value)


def written(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def encoded(body: tuple[Media, Any] | None) -> dict[str, Any]:
    """A body as httpx is given it."""
    if body is None:
        return {}
    media, value = body
    if "json" in media.type or media.type == "*/*":
        kind = "application/json" if media.type == "*/*" else media.type
        return {"content": json.dumps(value).encode(), "headers": {"content-type": kind}}
    if "urlencoded" in media.type and isinstance(value, dict):
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return {"content": urlencode(list(fields(value))).encode(), "headers": kind}
    if "multipart" in media.type and isinstance(value, dict):
        return {"files": [(name, (None, each)) for name, each in fields(value)]}
    return {"content": str(value).encode(), "headers": {"content-type": media.type}}


def fields(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The fields of a form; structure is written into their names, as curl users do."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from fields(inner, f"{name}[{key}]" if name else key)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from fields(inner, f"{name}[{index}]" if isinstance(inner, dict) else f"{name}[]")
    else:
        yield name, written(value)


def json_of(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def candidates(answer: httpx.Response) -> Iterator[str]:
    """What may be the id of the record in an answer, the likeliest first."""
    if "location" in answer.headers:
        last = answer.headers["location"].rstrip("/").rpartition("/")[2]
        yield from dict.fromkeys((last, re.sub(r"\.(?:json|xml)$", "", last)))  # of `/boats/{id}.json`, too
    level = [json_of(answer)]
    while level:
        yield from likely_ids(level)
        inner = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, (dict, list))]
        level = [each for values in inner for each in values]


IDS = (r"_?id", r"uuid|guid|slug|key|token|code|.*_?id", r"number|name|symbol|email")
"""Names of what may be an id, the likeliest first."""


def likely_ids(values: list[Any]) -> Iterator[str]:
    """What may be an id among the properties of objects, the likeliest first."""
    for wanted in IDS:
        for each in values:
            for name, value in each.items() if isinstance(each, dict) else ():
                if isinstance(value, (str, int)) and re.fullmatch(wanted, name, re.IGNORECASE):
                    yield str(value)


def ids(shown: Any) -> Iterator[str]:
    """The id of each record of a list: what is embedded in one, or what it refers to, may have the id of another."""
    level = [shown]
    while level and not any(isinstance(each, list) for each in level):
        level = [inner for each in level if isinstance(each, dict) for inner in each.values()]
    for record in (record for each in level if isinstance(each, list) for record in each):
        yield from [str(record)] if not isinstance(record, dict) else [next(likely_ids([record]), "")]


def scalars(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (each for inner in value.values() for each in scalars(inner))
    elif isinstance(value, list):
        yield from (each for inner in value for each in scalars(inner))
    else:
        yield str(value)


def missing(sent: tuple[Media, Any] | None, shown: Any, identity: str, chosen: str = "id") -> str:
    """What was sent but is not shown under its name; secrets and files are not asked for, nor is the id, which the server may have chosen."""
    if sent is None or not isinstance(sent[1], dict):
        return ""
    there: dict[str, list[Any]] = {}
    walked = [shown]
    while walked:
        value = walked.pop()
        if isinstance(value, dict):
            for name, inner in value.items():
                there.setdefault(name, []).append(inner)
        walked += value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    asked = [*sent[1].items()]
    while asked:
        name, value = asked.pop()
        if any(same(value, each, identity) or str(each) == identity for each in there.get(name, ())):
            continue
        if isinstance(value, list) and len(value) == 1:
            value = value[0]  # the one record of a body that may hold several
        if isinstance(value, dict) and value:
            asked += value.items()
        elif not (
            _SECRET.search(name)
            or name.lower() in ("id", "_id", chosen.lower())
            or value in (None, {}, [])
            or "@" in str(value)[:3]
        ):
            return f"`{name}` {value!r:.60} is {there.get(name, ['not there'])[0]!r:.60}"
    return ""


def same(sent: Any, shown: Any, identity: str) -> bool:
    """Tell whether what is shown holds what was sent; a server may add to objects, tell numbers as text and the other way round, and spell out what an id refers to."""
    if isinstance(sent, dict):
        return isinstance(shown, dict) and all(
            _SECRET.search(name) or (name in shown and same(each, shown[name], identity)) for name, each in sent.items()
        )
    if isinstance(sent, list):
        return isinstance(shown, list) and all(any(same(each, one, identity) for one in shown) for each in sent)
    if isinstance(shown, dict):
        return any(str(each) == str(sent) for each in shown.values())
    return str(sent).casefold() == str(shown).casefold() or str(sent) == identity or plain(sent) == plain(shown)


def plain(value: Any) -> Any:
    """A number or a flag as a text may tell it: `"12.00"` is 12, and so is `1` where somebody says `true`."""
    text = str(value).strip().lower()
    try:
        return float({"true": "1", "on": "1", "yes": "1", "false": "0", "off": "0", "no": "0"}.get(text, text))
    except ValueError:
        return value


async def lives(spec: Spec) -> dict[str, str]:
    """What breaks first, by collection; empty where nothing does."""
    app = create_app([spec], Settings(auth=False))
    results: dict[str, str] = {}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mock.test") as client:
        life = Life(spec, client)
        for each in collections(spec):
            try:
                await life.lived(each)
                results[each.path] = ""
            except BrokenError as error:
                results[each.path] = str(error)
    await app.finish()
    return results


def read(source: str) -> Spec:
    """A contract from an OpenAPI file, else from documentation."""
    if source.endswith((".yaml", ".yml", ".json")):
        return parse_openapi(Path(source).read_text(encoding="utf-8"), source)
    return from_document(parse(load(source)).openapi, source)


def main(arguments: list[str]) -> int:
    sources = arguments or sorted(str(each) for each in CORPUS.iterdir() if each.is_dir())
    total = live = 0
    for source in sources:
        try:
            spec = read(source)
        except SourceError as error:
            print(error)
            continue
        results = asyncio.run(lives(spec))
        good = sum(not each for each in results.values())
        total, live = total + len(results), live + good
        if results:
            print(f"{Path(source).name}: {good} of {len(results)} live")
        for path, broken in results.items():
            if broken:
                print(f"    {path}: {broken}")
    print(f"{live} of {total} collections live: {live / max(total, 1):.3f} (target {TARGET})")
    return 0 if live >= TARGET * total else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
