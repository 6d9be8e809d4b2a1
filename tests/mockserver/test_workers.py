"""Several processes on one port: how they start, share, die, are replaced, and end."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import httpx
import pytest

from tests.mockserver.programs import ELASTIC, Server, serving, things
from tests.mockserver.served import BASIC
from tests.test_cli import refused

TEAMS = "/v1/teams/"


def create(server: Server, name: str) -> str:
    answer = httpx.post(server.origin + TEAMS, json={"name": name}, headers=BASIC)
    assert answer.status_code == 201
    return str(answer.json()["id"])


def names(server: Server) -> list[str]:
    return [each["name"] for each in httpx.get(server.origin + TEAMS, headers=BASIC).json()]


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_state_file_survives_a_restart(workers: str, end: signal.Signals, tmp_path: Path) -> None:
    options = (ELASTIC, "--state", str(tmp_path / "state.db"), "--workers", workers)
    with serving(*options) as server:
        created = [create(server, "Blue"), create(server, "Red")]
        server.process.send_signal(end)
        assert server.ended() == (0, "", "")
    with serving(*options) as server:
        assert names(server) == ["My team", "Blue", "Red"]
        assert create(server, "Green") not in created


def test_without_a_state_workers_share_a_file_that_is_gone_at_the_end(tmp_path: Path) -> None:
    with serving(ELASTIC, "--workers", "2", environ={"TMPDIR": str(tmp_path)}) as server:
        server.workers(2)
        ids = {create(server, str(each)) for each in range(8)}
        assert (len(ids), len(names(server)), len(list(tmp_path.iterdir()))) == (8, 9, 1)
        server.process.send_signal(signal.SIGINT)
        assert server.ended() == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_a_worker_that_dies_is_replaced_and_nothing_is_lost(tmp_path: Path) -> None:
    with serving(ELASTIC, "--workers", "2", environ={"TMPDIR": str(tmp_path)}) as server:
        create(server, "Blue")
        first, second = server.workers(2)
        os.kill(first, signal.SIGKILL)
        assert server.process.stderr is not None
        assert server.process.stderr.readline() == f"worker {first} ended (signal 9); another takes its place\n"
        assert names(server) == ["My team", "Blue"]
        os.kill(second, signal.SIGKILL)
        server.process.stderr.readline()
        assert names(server) == ["My team", "Blue"]
        server.process.send_signal(signal.SIGTERM)
        assert server.ended()[0] == 0


def test_no_worker_outlives_its_parent(tmp_path: Path) -> None:
    with serving(ELASTIC, "--workers", "2", "--state", str(tmp_path / "state.db")) as server:
        names(server)
        server.process.kill()
        # The output ends when the last process that could write to it has ended.
        assert server.ended() == (-signal.SIGKILL, "", "")


def test_workers_that_cannot_start_end_the_server_with_their_reason(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    with serving(ELASTIC, "--workers", "2", "--state", str(state)) as server:
        names(server)
        state.write_bytes(b"no database " * 1000)
        for each in server.workers(2):
            os.kill(each, signal.SIGKILL)
        code, _, errors = server.ended()
    assert code == 2
    assert errors.count("the state cannot be kept there") >= 1
    assert errors.endswith("workers in a row ended as soon as they started; the lines above say why\n")
    assert "Traceback" not in errors


def test_two_servers_share_a_database(database: str) -> None:
    options = (ELASTIC, "--state", database, "--workers", "2")
    with serving(*options) as one, serving(*options, "--durable") as two:
        ids = {create(server, str(number)) for number in range(6) for server in (one, two)}
        assert len(ids) == 12
        assert names(one) == names(two) == ["My team", *(str(each) for each in range(6) for _ in range(2))]
        for each in (one, two):
            each.process.send_signal(signal.SIGINT)
            assert each.ended() == (0, "", "")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--workers", "0"], "'0' is not a number of workers (1 to 64)"),
        (["--workers", "many"], "'many' is not a number of workers"),
        (["--durable"], "--durable: there is nothing to keep without --state; name a file or a database"),
        (["--workers", "2", "--state", "/nowhere/state.db"], "/nowhere/state.db: the state cannot be kept there"),
        (["--state", "redis://localhost"], "redis://: the state cannot be kept there; name a file or postgresql://"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_served(options: list[str], said: str, tmp_path: Path) -> None:
    assert said in refused("serve", things(tmp_path), "-p", "0", *options)


def test_a_flag_can_be_configured(tmp_path: Path) -> None:
    source = things(tmp_path)
    (tmp_path / "slatemock.toml").write_text("[serve]\ndurable = true\n")
    assert "--durable: there is nothing to keep" in refused("serve", source, "-p", "0", cwd=tmp_path)
    (tmp_path / "slatemock.toml").write_text("[serve]\ndurable = 'perhaps'\n")
    assert "durable: 'perhaps' is none of true, false" in refused("serve", source, "-p", "0", cwd=tmp_path)
    assert "SLATEMOCK_DURABLE" in refused("serve", source, cwd=tmp_path.parent, env={"SLATEMOCK_DURABLE": "perhaps"})


if sys.platform != "linux":
    pytestmark = pytest.mark.skip(reason="reads the processes of a server from /proc")
