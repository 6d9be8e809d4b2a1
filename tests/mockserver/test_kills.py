"""SIGKILL in mid-write, again and again: whatever was acknowledged is there, whole."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.mockserver.programs import Server, serving, things

WRITERS = 8
LONGEST = 20_000
"""Characters; several pages of the file."""


@dataclass
class Known:
    """What the server has acknowledged."""

    created: dict[int, str] = field(default_factory=dict)
    """Names by id."""
    changed: dict[int, int] = field(default_factory=dict)
    """The last value that each writer wrote to the shared record."""


def whole(name: str) -> dict[str, str]:
    """A record that shows by itself whether it is all there."""
    length = random.Random(name).randrange(LONGEST)
    return {"name": name, "long": name * (length // len(name)), "end": name}


async def write_until_the_end(server: Server, known: Known, run: int, kill_after: int) -> None:
    """Create and change at once, from several connections; kill the server after some acknowledgements."""
    acknowledged = 0

    def acknowledge() -> None:
        nonlocal acknowledged
        acknowledged += 1
        if acknowledged == kill_after:
            server.process.kill()  # the other writers are in the middle of something

    async def write(writer: int) -> None:
        async with httpx.AsyncClient(base_url=server.origin, timeout=30) as client:
            for turn in range(10_000):
                body = whole(f"{run}.{writer}.{turn} ")
                made = await client.post("/things", json=body)
                known.created[made.json()["id"]] = body["name"]
                acknowledge()
                value = run * 10_000 + turn
                await client.patch("/things/1", json={f"a{writer}": value, f"b{writer}": value})
                known.changed[writer] = value
                acknowledge()

    results = await asyncio.gather(*(write(writer) for writer in range(WRITERS)), return_exceptions=True)
    assert all(isinstance(each, httpx.TransportError) for each in results), results


def check(server: Server, known: Known) -> None:
    listed: list[dict[str, Any]] = httpx.get(f"{server.origin}/things", timeout=60).json()["items"]
    record, *others = listed
    ids = [each["id"] for each in others]
    assert (len(set(ids)), ids) == (len(ids), sorted(ids))
    assert known.created.items() <= {each["id"]: each["name"] for each in others}.items()
    for each in others:
        assert {name: each[name] for name in ("name", "long", "end")} == whole(each["name"])
    for writer in range(WRITERS):
        assert record.get(f"a{writer}") == record.get(f"b{writer}")
        assert record.get(f"a{writer}", -1) >= known.changed.get(writer, -1)


def killed(times: int, state: Path, *options: str) -> Known:
    known, chance = Known(), random.Random(times)
    arguments = (things(state.parent), "--state", str(state), *options)
    for run in range(times):
        with serving(*arguments) as server:
            check(server, known)
            asyncio.run(write_until_the_end(server, known, run, chance.randrange(1, 60)))
    with serving(*arguments) as server:
        check(server, known)
    return known


@pytest.mark.parametrize("workers", ["1", "2"])
def test_nothing_acknowledged_is_lost_when_the_server_is_killed_in_mid_write(workers: str, tmp_path: Path) -> None:
    known = killed(3, tmp_path / "state.db", "--durable", "--workers", workers)
    assert known.created


@pytest.mark.long
def test_nothing_acknowledged_is_lost_in_a_hundred_kills(tmp_path: Path) -> None:
    known = killed(100, tmp_path / "state.db", "--durable")
    assert len(known.created) > 1000
