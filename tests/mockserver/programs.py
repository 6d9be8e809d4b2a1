"""`slatemock serve` as people start it: arguments come in, a running server with its address goes out."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from tests.mockserver.served import SPECS, answering

ELASTIC = str(SPECS / "elastic-io-v1" / "openapi.yaml")


@dataclass
class Server:
    process: subprocess.Popen[str]
    origin: str

    def ended(self) -> tuple[int, str, str]:
        """Exit code and output, as soon as no process holds the other end of the pipes."""
        out, errors = self.process.communicate(timeout=30)
        return self.process.returncode, out, errors

    def workers(self, count: int) -> list[int]:
        """The processes that the server started, as soon as there are so many."""
        tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        while len(found := tasks.read_text().split()) != count:
            assert self.process.poll() is None
        return [int(each) for each in found]


@contextmanager
def serving(*arguments: str, environ: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A server on a free port; killed at the end if it still runs."""
    command = [sys.executable, "-W", "error::ResourceWarning", "-m", "slatemock", "serve", "-p", "0", *arguments]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=SPECS.parent,
        env={**os.environ, **(environ or {})},
    ) as process:
        try:
            assert process.stdout is not None
            said = list(takewhile(lambda line: not line.startswith("Try: "), iter(process.stdout.readline, "")))
            origin = re.search(r"Serving on (http://\S+)", "".join(said))
            assert origin, process.communicate()[1]
            yield Server(process, origin[1])
        finally:
            process.kill()


def things(folder: Path) -> str:
    """A contract with one collection whose list counts itself; the name of its file."""
    thing = {"id": 1, "name": "first"}
    paths: dict[str, Any] = {
        "/things": {"get": answering({"total": 1, "items": [thing]}), "post": answering(thing, 201)},
        "/things/{id}": {"get": answering(thing), "patch": answering(thing), "delete": answering(status=204)},
    }
    for each in (paths["/things"]["post"], paths["/things/{id}"]["patch"]):
        each["requestBody"] = {
            "content": {"application/json": {"schema": {"type": "object"}, "example": {"name": "a"}}}
        }
    for each in paths["/things/{id}"].values():
        each["parameters"] = [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}]
    file = folder / "things.json"
    file.write_text(json.dumps({"openapi": "3.0.3", "info": {"title": "Things", "version": "1"}, "paths": paths}))
    return str(file)
