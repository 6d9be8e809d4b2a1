"""A PostgreSQL server for the tests, where Debian's package is installed: started once, in a folder of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


class Cluster:
    """A server on a Unix socket; it refuses to run as root, so another user starts it."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._user = next((each for each in ("postgres", "nobody") if _exists(each)), None) if not os.getuid() else None
        if self._user:
            shutil.chown(folder, self._user)
        self._run("initdb", "--auth=trust", "--no-sync", "--username=mock", "--locale=C", "--encoding=UTF8")

    @property
    def url(self) -> str:
        return f"postgresql://mock@/postgres?host={self._folder}"

    def start(self) -> None:
        options = f"-k {self._folder} -c listen_addresses='' -c fsync=off"
        self._run("pg_ctl", "--wait", f"--log={self._folder / 'log'}", f"--options={options}", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "--wait", "--mode=immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, f"--pgdata={self._folder / 'data'}", *arguments],
            user=self._user,
            group=pwd.getpwnam(self._user).pw_gid if self._user else None,
            extra_groups=[] if self._user else None,
            check=True,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def _exists(user: str) -> bool:
    return any(each.pw_name == user for each in pwd.getpwall())


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: float(each.parts[-3]))
    initdb = found[-1] if found else shutil.which("initdb")
    if not initdb:
        pytest.skip("needs PostgreSQL (Debian: apt-get install postgresql)")
    pytest.importorskip("psycopg", reason="needs the driver: pip install 'slatemock[postgresql]'")
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:  # short, as the path of a socket has to be
        server = Cluster(Path(initdb).resolve().parent, Path(folder))
        server.start()
        yield server
        server.stop()


@pytest.fixture
def database(cluster: Cluster) -> str:
    """The URL of a database that holds no state yet."""
    import psycopg

    with psycopg.connect(cluster.url) as connection:
        connection.execute("SET client_min_messages = error; DROP SCHEMA IF EXISTS slatemock CASCADE")
    return cluster.url
