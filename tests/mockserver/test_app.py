import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract.spec import Spec
from mockserver.app import MockError, Settings, create_app
from tests.mockserver.served import BASIC, BEARER, ORIGIN, SPECS, answering, bundled, made, mock

TEAMS = "/v1/teams/"
JSON = {"Content-Type": "application/json"}


def run(scenario: Any) -> None:
    asyncio.run(scenario())


# ---- bad bodies


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"name": "Blue"', 400),
        (b'{"name": "\xff\xfe"}', 400),
        (b'{"name": NaN}', 400),
        (b'{"name": "\\ud800"}', 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, 400),
        (b'{"name": ' + b"[" * 600 + b"]" * 600 + b"}", 400),
        (b"", 400),
        (b"null", 400),
        (b'{"name": "' + b"x" * 2_000 + b'"}', 413),
    ],
    ids=[
        "broken",
        "not UTF-8",
        "NaN",
        "half a character",
        "brackets",
        "a tower",
        "a small tower",
        "empty",
        "null",
        "large",
    ],
)
def test_a_bad_body_is_refused_in_the_documented_shape_and_changes_nothing(body: bytes, status: int) -> None:
    async def scenario() -> None:
        async with mock(bundled("elastic-io-v1"), headers=BASIC, body_limit=1_500) as client:
            before = (await client.send("GET", "/__admin/state")).content
            limit = {} if len(body) < 100_000 else JSON
            answer = await client.send("POST", TEAMS, content=body, headers={**JSON, **limit})
            assert answer.status_code in ((status, 413) if len(body) > 1_500 else (status,))
            assert isinstance(answer.json()["message"], str)
            assert (await client.send("GET", "/__admin/state")).content == before

    run(scenario)


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 50_000 + b"1" + b"}" * 50_000, b'{"name": ' + b"[" * 600 + b"]" * 600 + b"}"]
)
def test_a_body_that_is_nested_too_deeply_is_refused_whatever_the_limit(body: bytes) -> None:
    async def scenario() -> None:
        async with mock(bundled("elastic-io-v1"), headers=BASIC) as client:
            assert (await client.send("POST", TEAMS, content=body, headers=JSON)).status_code == 400

    run(scenario)


def test_a_body_of_unknown_length_is_cut_off_at_the_limit() -> None:
    sent = iter([b'{"name": "', *[b"x" * 100] * 1000, b'"}'])
    read = 0

    async def receive() -> dict[str, Any]:
        nonlocal read
        chunk = next(sent)
        read += len(chunk)
        return {"type": "http.request", "body": chunk, "more_body": True}

    answers: list[Any] = []

    async def send(message: Any) -> None:
        answers.append(message)

    async def scenario() -> None:
        app = create_app([bundled("elastic-io-v1")], Settings(body_limit=1_500, auth=False))
        headers = [(b"content-type", b"application/json"), (b"transfer-encoding", b"chunked")]
        scope = {
            "type": "http",
            "method": "POST",
            "path": TEAMS,
            "raw_path": TEAMS.encode(),
            "query_string": b"",
            "headers": headers,
        }
        await app(scope, receive, send)
        app.close()

    run(scenario)
    assert answers[0]["status"] == 413
    assert read < 1_700


def test_numbers_beyond_64_bits_survive() -> None:
    schema = {"type": "object", "properties": {"id": {"type": "integer"}, "n": {"type": "integer"}}}
    post = answering({"id": 1, "n": 2}, 201, requestBody={"content": {"application/json": {"schema": schema}}})
    get = answering([{"id": 1, "n": 2}])

    async def scenario() -> None:
        async with mock(made({"/things": {"get": get, "post": post}})) as client:
            answer = await client.send(
                "POST", "/things", content=b'{"n": 123456789012345678901234567890}', headers=JSON
            )
            assert b"123456789012345678901234567890" in answer.content
            assert b"123456789012345678901234567890" in (await client.send("GET", "/things")).content

    run(scenario)


# ---- the same again


async def _story(client: Any) -> list[bytes]:
    sent = [
        ("POST", "/v1/users", {"first_name": "J", "last_name": "R", "email": "j@example.com", "password": "p"}),
        ("POST", TEAMS, {"name": "Blue"}),
        ("POST", "/v1/exec/schedule", {"execution_type": "get_meta_model", "component": "c"}),
        ("GET", "/v1/users", None),
    ]
    answers = [await client.send(method, path, json=body) for method, path, body in sent]
    return [each.content + each.headers.get("location", "").encode() for each in answers]


def test_same_seed_and_same_requests_give_the_same_bytes() -> None:
    async def story(seed: int) -> list[bytes]:
        async with mock(bundled("elastic-io-v1"), headers=BASIC, seed=seed) as client:
            return await _story(client)

    assert asyncio.run(story(1)) == asyncio.run(story(1))
    assert asyncio.run(story(1))[:3] != asyncio.run(story(2))[:3]


def test_a_reset_starts_the_same_story_again() -> None:
    async def scenario() -> None:
        async with mock(bundled("elastic-io-v1"), headers=BASIC) as client:
            first = await _story(client)
            await client.send("POST", "/__admin/reset")
            assert await _story(client) == first

    run(scenario)


# ---- state in a file


def test_a_state_file_keeps_what_was_created(tmp_path: Path) -> None:
    path = str(tmp_path / "state.db")

    async def create() -> None:
        async with mock(bundled("elastic-io-v1"), headers=BASIC, state=path) as client:
            await client.send("POST", TEAMS, json={"name": "Blue"})

    async def names(*specs: Spec) -> list[str]:
        async with mock(*specs, headers=BASIC, state=path) as client:
            return [each["name"] for each in (await client.send("GET", TEAMS)).json()]

    asyncio.run(create())
    assert asyncio.run(names(bundled("elastic-io-v1"))) == ["My team", "Blue"]
    assert asyncio.run(names(bundled("elastic-io-v1"), bundled("elastic-personas"))) == ["My team", "Blue"]


@pytest.mark.parametrize("where", ["missing/state.db", "folder", "text.db"])
def test_a_state_file_that_cannot_be_used_is_told_in_one_line(where: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.db").write_text("no database " * 100)
    with pytest.raises(MockError, match=r"state\.db|folder|text\.db.*name a file") as told:
        create_app([bundled("elastic-personas")], Settings(state=str(tmp_path / where)))
    assert "\n" not in str(told.value)


# ---- several contracts


def test_several_contracts_are_served_side_by_side_each_with_its_own_errors() -> None:
    async def scenario() -> None:
        async with mock(bundled("elastic-io-v1"), bundled("elastic-personas")) as client:
            assert (await client.send("GET", TEAMS, headers=BASIC)).status_code == 200
            assert (await client.send("GET", TEAMS, headers=BEARER)).status_code == 401
            assert (await client.send("GET", "/en/api/v1/dashboard", headers=BEARER)).status_code == 200
            refused = await client.send("GET", "/en/api/v1/dashboard", headers=BASIC)
            assert refused.headers["content-type"] == "application/problem+json"
            listed = (await client.send("GET", "/__admin/openapi")).json()["documents"]
            assert (await client.send("GET", listed[1]["path"])).json()["info"]["title"] == listed[1]["title"]
            assert len((await client.send("GET", "/__admin/plan")).json()["operations"]) == 33

    run(scenario)


def test_two_contracts_with_one_operation_cannot_be_served_together() -> None:
    with pytest.raises(
        MockError, match="GET /v1/users is in elastic-io-v1 and in elastic-io-v1-2015; serve them apart"
    ):
        create_app([bundled("elastic-io-v1"), bundled("elastic-io-v1-2015")])


def test_nothing_to_serve_is_told() -> None:
    with pytest.raises(MockError, match="nothing to serve"):
        create_app([])


def test_nobody_is_asked_for_a_security_scheme_that_is_not_defined() -> None:
    async def scenario() -> None:
        async with mock(made({"/things": {"get": answering([], security=[{"ghost": []}])}})) as client:
            assert (await client.send("GET", "/things")).status_code == 200

    run(scenario)


# ---- settings


def test_without_auth_nobody_is_asked_who_they_are() -> None:
    async def scenario() -> None:
        async with mock(bundled("elastic-io-v1"), auth=False) as client:
            assert (await client.send("GET", TEAMS)).status_code == 200

    run(scenario)


@pytest.mark.parametrize("polls", [0, 1, 3])
def test_a_job_is_ready_after_the_polls_asked_for(polls: int) -> None:
    async def scenario() -> None:
        async with mock(bundled("elastic-io-v1"), headers=BASIC, polls=polls) as client:
            accepted = await client.send(
                "POST", "/v1/exec/schedule", json={"execution_type": "select_model", "component": "c"}
            )
            path = accepted.headers["location"].removeprefix(ORIGIN)
            statuses = [(await client.send("GET", path)).status_code for _ in range(polls + 2)]
            assert statuses == [200] * polls + [303, 303]

    run(scenario)


def test_a_location_is_on_the_host_that_the_client_used() -> None:
    async def scenario() -> None:
        async with mock(bundled("elastic-io-v1"), headers=BASIC) as client:
            body = {"execution_type": "select_model", "component": "c"}
            answer = await client.send("POST", "/v1/exec/schedule", json=body, headers={"Host": "localhost:4010"})
            assert answer.headers["location"].startswith("http://localhost:4010/v1/exec/poll/")

    run(scenario)


PREFLIGHT = {
    "Origin": "http://app.test",
    "Access-Control-Request-Method": "PUT",
    "Access-Control-Request-Headers": "authorization",
}


def test_pages_from_everywhere_may_call_and_read_the_token() -> None:
    async def scenario() -> None:
        async with mock(bundled("elastic-personas")) as client:
            preflight = await client.send("OPTIONS", "/en/api/v1/accounts", headers=PREFLIGHT)
            assert preflight.status_code == 200
            assert "PUT" in preflight.headers["access-control-allow-methods"]
            body = {"account": {"email": "a@example.com", "password": "p"}}
            answer = await client.send(
                "POST", "/en/api/v1/accounts/login", json=body, headers={"Origin": "http://app.test"}
            )
            assert answer.headers["access-control-allow-origin"] == PREFLIGHT["Origin"]
            assert answer.headers["access-control-allow-credentials"] == "true"
            assert "Authorization" in answer.headers["access-control-expose-headers"]
            refused = await client.send("GET", "/en/api/v1/dashboard", headers={"Origin": "http://app.test"})
            assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, PREFLIGHT["Origin"])

    run(scenario)


def test_without_cors_a_preflight_is_any_other_options() -> None:
    async def scenario() -> None:
        async with mock(bundled("elastic-personas"), cors=False) as client:
            preflight = await client.send("OPTIONS", "/en/api/v1/accounts", headers=PREFLIGHT)
            assert (preflight.status_code, preflight.headers["allow"]) == (204, "OPTIONS, PUT")
            assert "access-control-allow-origin" not in preflight.headers

    run(scenario)


# ---- a contract in OpenAPI 3.1


def test_a_contract_in_openapi_31_is_judged_as_it_is() -> None:
    schema = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": ["string", "null"]}, "n": {"exclusiveMinimum": 3}},
    }
    post = answering({"id": "1", "name": None}, 201, requestBody={"content": {"application/json": {"schema": schema}}})
    spec = made({"/things": {"post": post}}, openapi="3.1.0")

    async def scenario() -> None:
        async with mock(spec) as client:
            assert (await client.send("POST", "/things", json={"name": None, "n": 4})).status_code == 201
            refused = await client.send("POST", "/things", json={"n": 3})
            assert refused.headers["content-type"] == "application/problem+json"
            assert [each["place"] for each in refused.json()["errors"]] == ["body.name", "body.n"]

    run(scenario)


# ---- on a socket


PROGRAM = """
import socket, sys
from pathlib import Path
from contract.spec import parse
from mockserver.app import Settings, create_app
from mockserver.serving import serve
bound = socket.create_server(("127.0.0.1", 0))
app = create_app([parse(Path(sys.argv[1]).read_text(), "v1")], Settings(state=sys.argv[2]))
print(bound.getsockname()[1], flush=True)
serve(app, bound)
bound.close()
print("ended", flush=True)
"""


@contextmanager
def server(state: Path) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """A mock in a process of its own."""
    contract = SPECS / "elastic-io-v1" / "openapi.yaml"
    command = [sys.executable, "-W", "error::ResourceWarning", "-c", PROGRAM, str(contract), str(state)]
    environment = {**os.environ, "PYTHONPATH": str(SPECS.parent)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        origin = f"http://127.0.0.1:{int(process.stdout.readline())}"
        with httpx.Client(base_url=origin, headers=BASIC, timeout=10) as client:
            yield process, client


def test_it_serves_on_a_bound_socket_until_it_is_told_to_end(tmp_path: Path) -> None:
    with server(tmp_path / "state.db") as (process, client):
        status = client.get(TEAMS).status_code
        process.send_signal(signal.SIGTERM)
        out, errors = process.communicate(timeout=20)
    assert status == 200
    assert (process.returncode, out, errors) == (0, "ended\n", "")


def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    with server(tmp_path / "state.db") as (process, client):
        known = [client.post(TEAMS, json={"name": str(number)}).json()["id"] for number in range(50)]
        process.kill()

    async def scenario() -> None:
        async with mock(bundled("elastic-io-v1"), headers=BASIC, state=str(tmp_path / "state.db")) as client:
            listed = [each["id"] for each in (await client.send("GET", TEAMS)).json()]
            assert listed[1:] == known

    run(scenario)


def test_many_clients_at_once_each_create_their_own_record() -> None:
    async def scenario() -> None:
        async with mock(bundled("elastic-io-v1"), headers=BASIC) as client:
            answers = await asyncio.gather(
                *(client.send("POST", TEAMS, json={"name": str(each)}) for each in range(60))
            )
            assert len({each.json()["id"] for each in answers}) == 60
            assert len((await client.send("GET", TEAMS)).json()) == 61

    run(scenario)


def test_a_session_starts_from_the_documents_and_meets_no_other() -> None:
    spec = made(
        {
            "/things": {"get": answering([{"id": 1}]), "post": answering({"id": 1}, 201)},
            "/things/{id}": {"get": answering({"id": 1}), "delete": answering(status=204)},
        }
    )

    async def scenario() -> list[list[int]]:
        async with mock(spec) as client:
            mine, yours = {"X-Mock-Session": "mine"}, {"X-Mock-Session": "yours"}
            await client.send("POST", "/things", json={}, headers=mine)
            await client.send("DELETE", "/things/1", headers=yours)
            answers = [await client.send("GET", "/things", headers=each) for each in (mine, yours, {})]
            return [[each["id"] for each in answer.json()] for answer in answers]

    assert asyncio.run(scenario()) == [[1, 2], [], [1]]


def test_documented_numbers_without_a_fraction_are_integers_on_the_wire() -> None:
    """To JSON Schema before draft 6, and so to OpenAPI 3.0, 20.0 is no integer."""

    async def scenario() -> None:
        thing = {"type": "object", "properties": {"weight": {"type": "integer", "default": 3.0}}}
        sent = {"requestBody": {"content": {"application/json": {"schema": thing}}}}
        api = made({"/things": {"get": answering([{"id": 1, "weight": 20.0}]), "post": {**answering({}, 201), **sent}}})
        async with mock(api) as client:
            await client.send("POST", "/things", json={"name": "b"})
            assert ".0" not in (await client.send("GET", "/things")).text

    asyncio.run(scenario())
