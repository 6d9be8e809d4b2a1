"""What was read once is answered from memory, and never when it would not be true."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from mockserver import app
from mockserver.answering.problems import Reply
from mockserver.api import Call
from mockserver.road import memory, short
from tests.mockserver.served import BASIC, ORIGIN, answering, bundled, made, mock

THINGS = made(
    {
        "/things": {"get": answering([{"id": 1, "name": "a"}]), "post": answering({"id": 1, "name": "a"}, 201)},
        "/things/{id}": {"get": answering({"id": 1, "name": "a"}), "put": answering({"id": 1, "name": "a"})},
    }
)


def run(scenario: Any) -> None:
    asyncio.run(scenario())


@pytest.fixture
def made_anew(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations that a behaviour answered."""
    seen: list[str] = []
    behave = app.behave

    def counted(call: Call) -> Reply:
        seen.append(call.step.operation.key)
        return behave(call)

    for road in (app, short):
        monkeypatch.setattr(road, "behave", counted)
    return seen


def test_the_same_read_is_made_a_few_times_and_journaled_each_time(made_anew: list[str]) -> None:
    async def scenario() -> None:
        async with mock(THINGS) as client:
            answers = [await client.send("GET", "/things") for _ in range(9)]
            assert len({(each.content, str(each.headers)) for each in answers}) == 1
            assert (await client.send("GET", "/__admin/requests")).json()["total"] == 9

    run(scenario)
    assert made_anew == ["GET /things"] * 4


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("POST", "/things", {"name": "b"}), ("PUT", "/things/1", {"name": "b"}), ("POST", "/__admin/reset", None)],
)
def test_any_change_makes_every_read_new(made_anew: list[str], method: str, path: str, body: Any) -> None:
    async def scenario() -> None:
        async with mock(THINGS) as client:
            for _ in range(9):
                await client.send("GET", "/things")
            await client.send(method, path, json=body)
            await client.send("GET", "/things")

    run(scenario)
    assert made_anew.count("GET /things") == 5


def test_a_change_by_another_process_is_seen(tmp_path: Path) -> None:
    async def scenario() -> None:
        state = str(tmp_path / "state.db")
        async with mock(THINGS, state=state) as mine, mock(THINGS, state=state) as other:
            for count in range(1, 4):
                for _ in range(9):
                    assert len((await mine.send("GET", "/things")).json()) == count
                await other.send("POST", "/things", json={"name": "b"})

    run(scenario)


@pytest.mark.parametrize(
    "headers",
    [{"X-Mock-Session": "mine"}, {"Prefer": "code=200"}, {"Host": "other.test"}, {"X-New": "1"}],
    ids=["a session", "a preference", "another host", "another header"],
)
def test_another_request_is_no_repetition(made_anew: list[str], headers: dict[str, str]) -> None:
    async def scenario() -> None:
        async with mock(THINGS) as client:
            for _ in range(9):
                await client.send("GET", "/things")
            before = len(made_anew)
            answer = await client.send("GET", "/things", headers=headers)
            assert len(made_anew) > before or answer.headers.get("preference-applied")

    run(scenario)


def test_credentials_are_asked_for_whatever_was_let_in_before() -> None:
    async def scenario() -> None:
        async with mock(bundled("elastic-io-v1")) as client:
            for headers, status in [
                *[(BASIC, 200)] * 9,
                ({}, 401),
                ({"Authorization": "Basic aW52YWxpZDo="}, 401),
                (BASIC, 200),
            ]:
                assert (await client.send("GET", "/v1/teams/", headers=headers)).status_code == status

    run(scenario)


def test_a_read_that_moves_something_is_made_each_time() -> None:
    async def scenario() -> None:
        async with mock(bundled("elastic-io-v1"), headers=BASIC, polls=2) as client:
            body = {"execution_type": "select_model", "component": "c"}
            path = (await client.send("POST", "/v1/exec/schedule", json=body)).headers["location"].removeprefix(ORIGIN)
            assert [(await client.send("GET", path)).status_code for _ in range(4)] == [200, 200, 303, 303]

    run(scenario)


def test_a_fault_comes_before_what_was_read() -> None:
    async def scenario() -> None:
        async with mock(THINGS) as client:
            for _ in range(9):
                await client.send("GET", "/things")
            await client.send("PUT", "/__admin/faults", json={"faults": [{"operation": "*", "status": 503}]})
            assert (await client.send("GET", "/things")).status_code == 503

    run(scenario)


@pytest.mark.parametrize("headers", [{"X-Mock-Session": "mine"}, {"Content-Length": "0"}], ids=["a session", "a body"])
def test_what_keeps_a_session_in_use_or_has_a_body_is_made_each_time(
    made_anew: list[str], headers: dict[str, str]
) -> None:
    async def scenario() -> None:
        async with mock(THINGS) as client:
            for _ in range(9):
                await client.send("GET", "/things", headers=headers)

    run(scenario)
    assert len(made_anew) == 9


def test_it_forgets_before_it_grows(made_anew: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_MOST", 4_500)

    async def scenario() -> None:
        async with mock(THINGS) as client:
            for number in (1, 2, 3, 4, 1):
                for _ in range(9):
                    await client.send("GET", "/things", headers={"X-Number": str(number)})

    run(scenario)
    assert len(made_anew) == 4 + 4 + 5 + 4 + 2  # what is one too many empties the memory, and is kept the next time
