"""The short road answers what the long one does, and nothing that only the long one can."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from contract.spec import Spec
from mockserver.answering.callbacks import Postman
from mockserver.app import Settings, create_app
from mockserver.planning.evidence import placeholders, request_examples
from mockserver.road import routing
from mockserver.road.heads import Head, Heads
from tests.mockserver.served import BASIC, NAMES, ORIGIN, Client, answering, bundled, credentials, made, mock
from tests.mockserver.wire import Wire

OFTEN = 6
"""Times until a request takes the short road for certain."""
BODY = {"required": True, "content": {"application/json": {"schema": {"type": "object", "required": ["name"]}}}}
THINGS = made(
    {
        "/things": {
            "get": answering([{"id": 1, "name": "a"}]),
            "post": answering({"id": 1, "name": "a"}, 201, requestBody=BODY),
        },
        "/things/{id}": {"get": answering({"id": 1, "name": "a"}), "delete": answering(status=204)},
    }
)


class Forgetful(Heads):
    """Knows no head, so that everything takes the long road."""

    def of(self, told: bytes) -> Head | None:  # noqa: ARG002
        return None


def run(scenario: Any) -> None:
    asyncio.run(scenario())


@pytest.fixture
def routed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that were looked for among all: those of requests on the long road."""
    seen: list[str] = []
    find = routing.Routes.find

    def noted(self: routing.Routes, path: str) -> Any:
        seen.append(path)
        return find(self, path)

    monkeypatch.setattr(routing.Routes, "find", noted)
    return seen


# ---- the law


@pytest.mark.parametrize("name", NAMES)
def test_both_roads_lead_to_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Postman, "send", lambda *_: None)
    spec = bundled(name)

    async def scenario() -> None:
        short, long = await _told(spec, Heads()), await _told(spec, Forgetful())
        for (asked, one), (_, other) in zip(short, long, strict=True):
            assert one == other, asked

    run(scenario)


async def _told(spec: Spec, heads: Heads) -> list[tuple[str, Any]]:
    """What every documented request, repeated, is answered, with some that break the contract; at the end, the journal and the state."""
    app = create_app([spec], Settings())
    told: list[tuple[str, Any]] = []
    async with httpx.AsyncClient(transport=Wire(app, heads), base_url=ORIGIN, headers=credentials(spec.name)) as client:
        for operation in spec.operations:
            path = operation.path
            for each in placeholders(path):
                shown = [one.value for known in operation.parameters if known.name == each for one in known.examples]
                path = path.replace("{" + each + "}", str(shown[0]) if shown else "1")
            bodies = [body for _, body in request_examples(operation)] or [None]
            for body in [*bodies * OFTEN, "none", *bodies]:
                answer = await client.request(operation.method, path, json=body)
                told.append((operation.key, (answer.status_code, answer.headers.raw, answer.content)))
        seen = (await client.get("/__admin/requests", params={"limit": 1000})).json()["requests"]
        told += [(each["path"], {**each, "at": 0, "ms": 0}) for each in seen]
        told.append(("state", (await client.get("/__admin/state")).json()))
    await app.finish()
    return told


# ---- what takes which


def test_what_came_before_is_not_routed_again(routed: list[str]) -> None:
    async def scenario() -> None:
        async with mock(THINGS) as client:
            made = [(await client.send("POST", "/things", json={"name": "b"})).json()["id"] for _ in range(9)]
            assert made == list(range(2, 11))
            assert [each["id"] for each in (await client.send("GET", "/things")).json()] == [1, *made]

    run(scenario)
    assert routed.count("/things") < OFTEN


@pytest.mark.parametrize(
    "headers",
    [
        {"Prefer": "code=201"},
        {"Prefer": "delay=0.001"},
        {"Origin": "http://page.test"},
        {"Connection": "close"},
    ],
    ids=["an answer preferred", "a delay preferred", "a page of another origin", "the last of a connection"],
)
def test_what_more_than_the_head_decides_takes_the_long_road(routed: list[str], headers: dict[str, str]) -> None:
    async def scenario() -> None:
        async with mock(THINGS) as client:
            for _ in range(9):
                assert (await client.send("POST", "/things", json={"name": "b"}, headers=headers)).status_code == 201

    run(scenario)
    assert len(routed) == 9


def test_what_breaks_the_contract_is_refused_with_all_faults() -> None:
    async def scenario() -> None:
        async with mock(THINGS) as client:
            for _ in range(OFTEN):
                await client.send("POST", "/things", json={"name": "b"})
            answer = await client.send("POST", "/things", json={"nome": "b"})
            assert (answer.status_code, "body.name is required" in answer.json()["detail"]) == (400, True)
            newest = (await client.send("GET", "/__admin/requests?limit=1")).json()["requests"][0]
            assert newest["violations"]

    run(scenario)


def test_a_fault_befalls_what_came_before() -> None:
    async def scenario() -> None:
        async with mock(THINGS) as client:
            for _ in range(OFTEN):
                await client.send("POST", "/things", json={"name": "b"})
            for faults, status in (([{"operation": "*", "status": 503}], 503), ([], 201)):
                await client.send("PUT", "/__admin/faults", json={"faults": faults})
                assert (await client.send("POST", "/things", json={"name": "b"})).status_code == status

    run(scenario)


def test_the_bound_of_records_holds() -> None:
    async def scenario() -> None:
        async with mock(THINGS, records=8) as client:
            answers = [await client.send("POST", "/things", json={"name": "b"}) for _ in range(9)]
            assert [each.status_code for each in answers] == [201] * 7 + [507] * 2
            assert len((await client.send("GET", "/things")).json()) == 8

    run(scenario)


def test_the_edition_that_follows_answers_what_came_before() -> None:
    after = made({"/things": {"post": answering({"id": 1, "title": "a"}, 202, requestBody=BODY)}})

    async def scenario() -> None:
        async with mock(THINGS) as client:
            for _ in range(OFTEN):
                await client.send("POST", "/things", json={"name": "b"})
            client.app.follow(client.app.edition_after([after]))
            later = Client(client.app, [after], {}, client.wire)
            assert (await later.send("POST", "/things", json={"name": "b"})).status_code == 202

    run(scenario)


TOKENS = made(
    {
        "/login": {
            "post": answering(
                {"token": "abc"},
                requestBody={
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {"email": {"type": "string"}, "password": {"type": "string"}},
                            }
                        }
                    }
                },
                security=[],
            )
        },
        "/logout": {"post": answering(status=204)},
        "/things": {"get": answering([{"id": 1}]), "post": answering({"id": 1}, 201)},
    },
    components={"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    security=[{"bearer": []}],
)


def test_a_token_that_was_logged_out_is_good_no_longer() -> None:
    async def scenario() -> None:
        async with mock(TOKENS) as client:
            token = (await client.send("POST", "/login", json={"email": "a@b.test", "password": "c"})).json()["token"]
            bearer = {"Authorization": f"Bearer {token}"}
            for _ in range(OFTEN):
                assert (await client.send("GET", "/things", headers=bearer)).status_code == 200
            await client.send("POST", "/logout", headers=bearer)
            assert (await client.send("GET", "/things", headers=bearer)).status_code == 401

    run(scenario)


def test_a_callback_is_due_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(Postman, "send", lambda *given: sent.append(given))
    hook = {"{$request.body#/url}": {"post": {"responses": {"200": {"description": "OK"}}}}}
    spec = made({"/things": {"post": answering({"id": 1}, 201, requestBody=BODY, callbacks={"made": hook})}})

    async def scenario() -> None:
        async with mock(spec, headers=BASIC) as client:
            for _ in range(9):
                await client.send("POST", "/things", json={"name": "b", "url": "http://hooks.test/"})

    run(scenario)
    assert len(sent) == 9
