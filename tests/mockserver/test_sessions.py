"""Sessions: how many, under which names, and what becomes of them when others come."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from contract.spec import Spec
from mockserver.api import serve_spec
from mockserver.planning.model import StateError
from mockserver.sessions.sessions import MOST, SESSION, Sessions
from mockserver.state.opening import opened
from mockserver.state.store import Store
from tests.mockserver.served import answering, made, mock

THINGS = "/things"


def contract() -> Spec:
    return made({THINGS: {"get": answering([{"id": 1}]), "post": answering({"id": 1}, 201)}})


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def processes(clock: Clock, tmp_path: Path) -> Iterator[tuple[Sessions, Sessions]]:
    """Two processes at one state that holds at most three sessions."""
    stores = [opened(str(tmp_path / "state.db")) for _ in range(2)]
    apis = [serve_spec(contract(), polls=0)]
    one, two = (Sessions(apis, each, 0, most=3, now=clock) for each in stores)
    yield one, two
    for each in stores:
        each.close()


def state(sessions: Sessions, name: str) -> Store:
    return sessions.of({SESSION: name})[0]


def listed(sessions: Sessions) -> set[str]:
    return set(sessions.of({})[0].sessions())


def use(sessions: Sessions, *names: str) -> None:
    for name in names:
        state(sessions, name).put(THINGS, "", "own", b"{}")


def test_a_new_session_takes_the_place_of_the_least_recently_used(
    processes: tuple[Sessions, Sessions], clock: Clock
) -> None:
    sessions, _ = processes
    for each in ("a", "b", "c"):
        use(sessions, each)
        clock.now += 1.5
    use(sessions, "a")
    clock.now += 1.5
    use(sessions, "d")
    assert listed(sessions) == {"a", "c", "d"}
    assert state(sessions, "a").get(THINGS, "", "own") == b"{}"


def test_a_session_that_was_dropped_starts_anew(processes: tuple[Sessions, Sessions], clock: Clock) -> None:
    sessions, _ = processes
    use(sessions, "a", "b", "c")
    clock.now += 5
    use(sessions, "d")
    assert state(sessions, "a").get(THINGS, "", "own") is None
    assert state(sessions, "a").bodies(THINGS, "") == [b'{"id":1}']


def test_a_session_that_another_process_dropped_starts_anew_here_too(
    processes: tuple[Sessions, Sessions], clock: Clock
) -> None:
    one, two = processes
    use(one, "a", "b", "c")
    clock.now += 5
    use(two, "d")
    assert "a" not in listed(two)
    assert state(one, "a").get(THINGS, "", "own") is None
    assert state(one, "a").bodies(THINGS, "") == [b'{"id":1}']


def test_a_session_in_use_elsewhere_is_not_dropped(processes: tuple[Sessions, Sessions], clock: Clock) -> None:
    one, two = processes
    use(one, "a", "b", "c")
    for _ in range(5):
        clock.now += 1.5
        use(two, "a")
    use(one, "d")
    assert "a" in listed(one)
    assert state(one, "a").get(THINGS, "", "own") == b"{}"


def test_when_all_are_in_use_a_new_one_is_refused_for_now(processes: tuple[Sessions, Sessions], clock: Clock) -> None:
    sessions, _ = processes
    use(sessions, "a", "b", "c")
    with pytest.raises(StateError, match="All 3 sessions are in use") as told:
        use(sessions, "d")
    assert told.value.status == 429
    assert listed(sessions) == {"a", "b", "c"}
    clock.now += 5
    use(sessions, "d")
    assert len(listed(sessions)) == 3


def test_the_nameless_session_always_stays(processes: tuple[Sessions, Sessions], clock: Clock) -> None:
    sessions, _ = processes
    use(sessions, "")
    for number in range(10):
        clock.now += 5
        use(sessions, str(number))
    assert state(sessions, "").get(THINGS, "", "own") == b"{}"
    assert len(listed(sessions)) == 3


def test_a_client_that_invents_names_leaves_no_more_than_the_last_of_them(
    processes: tuple[Sessions, Sessions], clock: Clock
) -> None:
    sessions, _ = processes
    use(sessions, "0")
    database: Any = state(sessions, "")._database  # noqa: SLF001 - all sessions at once is what no Store shows

    def rows() -> list[int]:
        return [
            database.execute(f"SELECT count(*) FROM {each}").fetchone()[0] for each in ("records", "facts", "sessions")
        ]

    one = rows()
    for number in range(40):
        clock.now += 5
        use(sessions, str(number))
    nameless, session = 1, 2  # records of each
    assert rows()[0] == nameless + 3 * session
    assert rows()[1] <= 3 * one[1]
    assert len(sessions._open) <= 4  # noqa: SLF001 - what memory holds


@pytest.mark.parametrize("name", ["x" * 201, "a\tb"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    async def scenario() -> None:
        async with mock(contract()) as client:
            answer = await client.send("GET", THINGS, headers={"X-Mock-Session": name})
            assert (answer.status_code, "at most 200 characters" in answer.json()["detail"]) == (400, True)
            assert (await client.send("GET", THINGS)).status_code == 200

    asyncio.run(scenario())


@pytest.mark.parametrize("name", ["x" * 200, "É".encode(), "a b/c", "%00", "'; DROP TABLE records; --"])
def test_any_other_name_is_one(name: str | bytes) -> None:
    async def scenario() -> None:
        async with mock(contract()) as client:
            headers: Any = {"X-Mock-Session": name}
            assert (await client.send("POST", THINGS, json={}, headers=headers)).status_code == 201
            assert len((await client.send("GET", THINGS, headers=headers)).json()) == 2
            assert len((await client.send("GET", THINGS)).json()) == 1

    asyncio.run(scenario())


def test_one_session_too_many_is_answered_429_with_a_time_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.app.Sessions", partial(Sessions, most=2))

    async def scenario() -> None:
        async with mock(contract()) as client:
            answers = [await client.send("GET", THINGS, headers={"X-Mock-Session": each}) for each in "abc"]
            assert [each.status_code for each in answers] == [200, 200, 429]
            assert answers[2].headers["retry-after"] == "1"

    asyncio.run(scenario())


def test_a_session_that_is_full_refuses_more_records_and_says_what_helps() -> None:
    things = {"get": answering([{"id": 1, "name": "A"}]), "post": answering({"id": 1, "name": "A"}, 201)}
    contract = made({THINGS: things, "/things/{id}": {"delete": answering(status=204)}})

    async def run() -> None:
        async with mock(contract, records=60) as client:
            for _ in range(59):
                assert (await client.send("POST", "/things", json={"name": "B"})).status_code == 201
            full = await client.send("POST", "/things", json={"name": "B"})
            assert full.status_code == 507
            assert "keeps 60 records" in full.text
            assert "--max-records" in full.text
            assert (await client.send("POST", "/things", json=[{"name": "B"}, {"name": "C"}])).status_code == 507
            elsewhere = await client.send("POST", "/things", json={"name": "B"}, headers={"X-Mock-Session": "other"})
            assert elsewhere.status_code == 201
            assert (await client.send("DELETE", "/things/1")).status_code == 204
            assert (await client.send("POST", "/things", json={"name": "B"})).status_code == 201

    asyncio.run(run())


def test_there_is_room_for_a_thousand() -> None:
    assert MOST == 1000
