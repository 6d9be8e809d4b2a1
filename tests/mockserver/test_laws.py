import asyncio
import time
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract.checks import Checks
from contract.spec import Spec
from mockserver.answering import patterns
from mockserver.answering.samples import conformed, generated
from mockserver.app import Settings, create_app
from mockserver.planning.model import MockError
from mockserver.road.routing import Routes
from mockserver.state.opening import opened
from tests.mockserver.served import answering, made, mock

QUICK = settings(max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])

SCHEMAS: dict[str, Any] = {
    "plain": {
        "type": "object",
        "required": ["a", "b"],
        "properties": {"a": {"type": "integer", "minimum": 3}, "b": {"type": "string", "maxLength": 2}},
    },
    "closed": {
        "type": "object",
        "additionalProperties": False,
        "required": ["a"],
        "properties": {"a": {"enum": ["x", "y"]}},
    },
    "formats": {
        "type": "object",
        "required": ["at", "mail", "key", "day", "link"],
        "properties": {
            name: {"type": "string", "format": kind}
            for name, kind in {"at": "date-time", "mail": "email", "key": "uuid", "day": "date", "link": "uri"}.items()
        },
    },
    "parts": {
        "allOf": [
            {"type": "object", "required": ["a"], "properties": {"a": {"type": "boolean"}}},
            {
                "type": "object",
                "required": ["b"],
                "properties": {"b": {"type": "number", "multipleOf": 5, "minimum": 7}},
            },
        ]
    },
    "choice": {
        "oneOf": [
            {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "minLength": 9}}},
            {"type": "array", "minItems": 2, "items": {"type": "integer"}},
        ]
    },
    "nested": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Tree"}},
    "nullable": {
        "type": "object",
        "nullable": True,
        "required": ["a"],
        "properties": {"a": {"type": "integer", "nullable": True, "maximum": -2}},
    },
}
TREE = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
    },
}


def contract(schema: Any) -> Spec:
    paths = {
        "/things": {
            "get": {"responses": {"200": {"description": "OK", "content": {"application/json": {"schema": schema}}}}}
        }
    }
    return made(paths, components={"schemas": {"Tree": TREE}})


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "name", "children", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_generated_value_validates(name: str) -> None:
    spec = contract(SCHEMAS[name])
    media = spec.operations[0].responses[0].content[0]
    assert Checks(spec).answer_schema(media).is_valid(generated(spec, media.schema))


@pytest.mark.parametrize("name", SCHEMAS)
@given(value=JSON)
@QUICK
def test_whatever_comes_in_conforms_when_it_is_mended_and_what_is_valid_is_left_alone(name: str, value: Any) -> None:
    spec = contract(SCHEMAS[name])
    media = spec.operations[0].responses[0].content[0]
    compiled = Checks(spec).answer_schema(media)
    mended = conformed(spec, compiled, media.schema, value)
    assert compiled.is_valid(mended)
    if compiled.is_valid(value):
        assert mended == value


def test_what_a_closed_schema_does_not_know_is_left_out_and_the_rest_kept() -> None:
    spec = contract(SCHEMAS["closed"])
    media = spec.operations[0].responses[0].content[0]
    compiled = Checks(spec).answer_schema(media)
    assert conformed(spec, compiled, media.schema, {"a": "y", "b": 1}) == {"a": "y"}


HOSTILE = made(
    {
        "/things": {"get": answering([{"id": 1}]), "post": answering({"id": 1}, 201)},
        "/things/{id}": {"get": answering({"id": 1, "name": "A"}), "put": answering({"id": 1, "name": "A"})},
        "/things/{id}.json": {"get": answering({"id": 1})},
        "/things/{id}/parts/{part}": {"get": answering({"id": 2})},
    }
)
PIECES = st.sampled_from(
    [
        "/",
        "things",
        "1",
        "%2F",
        "%ff",
        "%",
        "..",
        ".",
        ";",
        "{id}",
        "__admin",
        "parts",
        "\x00",
        "é",
        " ",
        "?",
        "#",
        ".json",
        "a" * 300,
    ]
)


@given(
    pieces=st.lists(PIECES, max_size=7),
    method=st.sampled_from(["GET", "PUT", "POST", "HEAD", "OPTIONS", "TRACE", "QUERY"]),
    query=st.binary(max_size=8),
)
@QUICK
def test_no_path_method_or_query_brings_the_server_down(pieces: list[str], method: str, query: bytes) -> None:
    path = "/" + "".join(pieces)
    answers: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        answers.append(message)

    app = create_app([HOSTILE])
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "headers": [],
    }
    asyncio.run(app(scope, receive, send))
    app.close()
    assert answers[0]["status"] < 500
    assert answers[0]["status"] == 204 or method == "HEAD" or answers[1]["body"]


@given(bodies=st.lists(st.binary(max_size=40) | JSON.map(msgspec.json.encode), max_size=6))
@QUICK
def test_no_body_brings_the_server_down_and_the_list_stays_readable(bodies: list[bytes]) -> None:
    post = answering({"id": 1, "name": "A"}, 201, requestBody={"content": {"application/json": {"schema": {}}}})

    async def scenario() -> None:
        async with mock(made({"/things": {"get": answering([{"id": 1, "name": "A"}]), "post": post}})) as client:
            for each in bodies:
                answer = await client.send(
                    "POST", "/things", content=each, headers={"Content-Type": "application/json"}
                )
                assert answer.status_code in (201, 400)
            assert isinstance((await client.send("GET", "/things")).json(), list)

    asyncio.run(scenario())


SHELF = {
    "id": 7,
    "title": "Atlas",
    "pages": 3,
    "open": True,
    "at": "2024-05-06T07:08:09Z",
    "tags": ["a"],
    "depth": {"cm": 2},
}
SHELVED = {name: value for name, value in SHELF.items() if name not in ("id", "at")}
SHELVES = {
    "/shelves": {
        "get": answering([SHELF]),
        "post": answering(
            SHELF,
            201,
            requestBody={"content": {"application/json": {"schema": {"type": "object"}, "example": SHELVED}}},
        ),
    },
    "/shelves/{id}": {"get": answering(SHELF)},
}
SHELF_BODY = st.dictionaries(
    st.sampled_from([*SHELF, "api_key", "colour"]), JSON | st.sampled_from([7, "x", 20.0]), max_size=7
)


@given(bodies=st.lists(SHELF_BODY | st.just(SHELVED), min_size=1, max_size=4))
@QUICK
def test_a_record_made_the_short_way_is_the_one_made_the_long_way(bodies: list[Any]) -> None:
    found, short = patterns._found, []  # noqa: SLF001 - nobody else would ask for the long way

    def longer(call: Any) -> Any:
        known = found(call)
        short.append(known.plain)
        return replace(known, plain=frozenset(), shown_as_kept=None)

    async def told() -> list[Any]:
        async with mock(made(SHELVES)) as client:
            made_so = [await client.send("POST", "/shelves", json=each) for each in bodies]
            return [(each.status_code, each.headers.get("location"), each.content) for each in made_so] + [
                (await client.send("GET", "/shelves")).content
            ]

    quick = asyncio.run(told())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(patterns, "_found", longer)
        assert asyncio.run(told()) == quick
    assert short == [SHELVED.keys()]


def test_the_time_to_find_an_operation_does_not_grow_with_their_number() -> None:
    def best(count: int) -> float:
        spec = made({f"/r{number}/{{id}}": {"get": answering({"id": 1})} for number in range(count)})
        app_routes = _routes(spec)
        path = f"/r{count - 1}/7"
        times = []
        for _ in range(5):
            start = time.process_time()
            for _ in range(500):
                app_routes.find(path)
            times.append(time.process_time() - start)
        return min(times)

    assert best(800) < 4 * best(10)


def _routes(spec: Spec) -> Routes:
    from mockserver.api import serve_spec

    return Routes([("/0", serve_spec(spec, polls=0))])


def test_changes_made_together_are_seen_together_or_not_at_all() -> None:
    store = opened()
    with pytest.raises(MockError, match="half way"), store.together():  # noqa: PT012 - the point is what was written before
        store.put("things", "", "1", b"{}")
        raise MockError("half way")
    assert store.get("things", "", "1") is None
    store.close()


def test_settings_have_the_documented_defaults() -> None:
    assert Settings() == Settings(
        auth=True, state=None, durable=False, seed=0, polls=2, body_limit=10 * 1024 * 1024, cors=True
    )
