"""Sixty-four clients at once over loopback: no update is lost, no id given twice, every list true, no session mixed up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.mockserver.programs import ELASTIC, serving, things
from tests.mockserver.served import BASIC

CLIENTS, ROUNDS = 64, 5


@pytest.fixture(params=["1 worker", "2 workers", "2 workers on PostgreSQL"])
def origin(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    state = ["--state", request.getfixturevalue("database")] if "PostgreSQL" in request.param else []
    with serving(ELASTIC, things(tmp_path), "--workers", request.param[0], "--polls", "40", *state) as server:
        yield server.origin


def crowd(origin: str, act: Callable[[httpx.AsyncClient, int], Awaitable[Any]]) -> list[Any]:
    """What each client, on a connection of its own, brings back."""

    async def one(number: int) -> Any:
        async with httpx.AsyncClient(base_url=origin, headers=BASIC, timeout=60) as client:
            return await act(client, number)

    async def all_of_them() -> list[Any]:
        return await asyncio.gather(*(one(number) for number in range(CLIENTS)))

    return asyncio.run(all_of_them())


def test_a_crowd_keeps_one_record_one_list_and_one_job_true(origin: str) -> None:
    async def act(client: httpx.AsyncClient, number: int) -> list[int]:
        own = []
        for turn in range(ROUNDS):
            changed = (await client.patch("/things/1", json={f"client{number}": turn})).json()
            assert changed[f"client{number}"] == turn
            created = await client.post("/things", json={"name": f"{number}/{turn}"})
            assert created.status_code == 201
            own.append(created.json()["id"])
            listed = (await client.get("/things")).json()
            ids = [each["id"] for each in listed["items"]]
            assert listed["total"] == len(ids) == len(set(ids))
            assert set(own) <= set(ids)
            assert sorted(ids) == ids
        return own

    created = [each for own in crowd(origin, act) for each in own]
    record = httpx.get(f"{origin}/things/1").json()
    assert {f"client{number}": ROUNDS - 1 for number in range(CLIENTS)}.items() <= record.items()
    assert len(set(created)) == CLIENTS * ROUNDS
    assert sorted(each["id"] for each in httpx.get(f"{origin}/things").json()["items"]) == [1, *sorted(created)]

    job = {"execution_type": "select_model", "component": "c"}
    poll = httpx.post(f"{origin}/v1/exec/schedule", json=job, headers=BASIC).headers["location"]

    async def ask(client: httpx.AsyncClient, _: int) -> int:
        return (await client.get(poll)).status_code

    assert sorted(crowd(origin, ask)) == [200] * 40 + [303] * (CLIENTS - 40)


def test_a_crowd_that_changes_and_deletes_leaves_what_was_not_deleted(origin: str) -> None:
    async def act(client: httpx.AsyncClient, number: int) -> tuple[int, list[int]]:
        made = [(await client.post("/things", json={"name": str(number)})).json()["id"] for _ in range(2)]
        statuses = [
            (await client.delete(f"/things/{made[0]}")).status_code,
            (await client.patch(f"/things/{made[0]}", json={"name": "back again"})).status_code,
            (await client.delete("/things/1")).status_code,
        ]
        assert statuses[:2] == [204, 404]
        return made[1], statuses[2:]

    left = crowd(origin, act)
    assert sorted(status for _, statuses in left for status in statuses) == [204] + [404] * (CLIENTS - 1)
    listed = httpx.get(f"{origin}/things").json()
    assert sorted(each["id"] for each in listed["items"]) == sorted(kept for kept, _ in left)


def test_sessions_in_a_crowd_do_not_meet(origin: str) -> None:
    async def act(client: httpx.AsyncClient, number: int) -> tuple[int, list[int]]:
        own = {"X-Mock-Session": f"session {number % 16}"}
        made = []
        for turn in range(ROUNDS):
            made.append((await client.post("/things", json={"name": str(turn)}, headers=own)).json()["id"])
            await client.patch("/things/1", json={f"client{number}": turn}, headers=own)
        return number % 16, made

    made = crowd(origin, act)
    for session in range(16):
        headers = {"X-Mock-Session": f"session {session}"}
        own = sorted(each for name, ids in made if name == session for each in ids)
        assert own == list(range(2, 2 + 4 * ROUNDS))
        listed = httpx.get(f"{origin}/things", headers=headers).json()["items"]
        assert sorted(each["id"] for each in listed) == [1, *own]
        told = httpx.get(f"{origin}/things/1", headers=headers).json()
        assert {name for name in told if name.startswith("client")} == {
            f"client{number}" for number in range(session, CLIENTS, 16)
        }
    assert len(httpx.get(f"{origin}/things").json()["items"]) == 1
