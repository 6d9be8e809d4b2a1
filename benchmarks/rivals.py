"""The servers that are compared: a specification and a name come in, a running process with its port goes out; rivals are spared what their options can spare them."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache" / "serve"
"""Where npm installs the rivals; never committed."""
PACKAGES = ("@stoplight/prism-cli@5", "@mockoon/cli@9", "json-server@0.17")
BIN = CACHE / "node_modules" / ".bin"
AUTHORIZATION = "Basic bWU6c2VjcmV0"  # me:secret
_STARTS_WITHIN = 120  # seconds

LISTED = 25


@dataclass(frozen=True)
class Server:
    """A process that listens."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """One request on a connection of its own; OSError while nobody listens."""
        sent = {"Authorization": AUTHORIZATION, "Content-Type": "application/json", **(headers or {})}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), sent)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def megabytes(self) -> float:
        """Resident memory of the process (Linux)."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def record(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Thing number {number}",
        "email": f"owner{number}@example.com",
        "status": ("new", "open", "closed")[number % 3],
        "weight": number * 10,
        "tags": ["red", "round"],
        "created_at": "2024-05-06T07:08:09Z",
    }


SENT = {name: value for name, value in record(26).items() if name not in ("id", "created_at")}
"""What a create sends."""
RECORDS = {"things": [record(number) for number in range(1, LISTED + 1)]}

_PROPERTIES = {
    "name": {"type": "string", "minLength": 1, "maxLength": 80},
    "email": {"type": "string", "format": "email"},
    "status": {"type": "string", "enum": ["new", "open", "closed"]},
    "weight": {"type": "integer", "minimum": 0},
    "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 9},
}


def specification(operations: int = 30) -> dict[str, Any]:
    """An API of collections with list, create and read; `/things` is the last of them and lists 25 records."""
    names = [f"stock{number}" for number in range(1, operations // 3)] + ["things"]
    paths: dict[str, Any] = {}
    for name in names:
        paths.update(_collection(name, RECORDS["things"] if name == "things" else RECORDS["things"][:2]))
    schemas = {
        "New": {"type": "object", "required": ["name", "email", "status"], "properties": _PROPERTIES},
        "Thing": {
            "type": "object",
            "example": record(1),  # Mockoon reads examples of schemas alone
            "required": ["id", "name", "email", "status", "created_at"],
            "properties": {
                "id": {"type": "integer"},
                **_PROPERTIES,
                "created_at": {"type": "string", "format": "date-time"},
            },
        },
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "Things", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"basic": {"type": "http", "scheme": "basic"}}},
        "security": [{"basic": []}],
    }


def _collection(name: str, records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    thing, new = {"$ref": "#/components/schemas/Thing"}, {"$ref": "#/components/schemas/New"}
    identity = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}, "example": 1}
    refusals = {"404": {"description": "Nothing there"}}
    return {
        f"/{name}": {
            "get": {"responses": {"200": _answer({"type": "array", "items": thing, "example": records}, records)}},
            "post": {
                "requestBody": {"required": True, "content": {"application/json": {"schema": new, "example": SENT}}},
                "responses": {"201": _answer(thing, records[-1])},
            },
        },
        f"/{name}/{{id}}": {
            "get": {"parameters": [identity], "responses": {"200": _answer(thing, records[0]), **refusals}},
            "delete": {"parameters": [identity], "responses": {"204": {"description": "Gone"}, **refusals}},
        }
        if name == "things"
        else {"get": {"parameters": [identity], "responses": {"200": _answer(thing, records[0]), **refusals}}},
    }


def _answer(schema: Any, example: Any) -> dict[str, Any]:
    return {"description": "OK", "content": {"application/json": {"schema": schema, "example": example}}}


_PRISM = [str(BIN / "prism"), "mock", "{source}", "-p", "{port}", "-m", "false"]
_MOCKOON = ["--disable-log-to-file", "--disable-admin-api", "--max-transaction-logs", "1"]
COMMANDS = {
    "slatemock": [sys.executable, "-m", "slatemock", "serve", "{source}", "-p", "{port}"],
    "prism": _PRISM,
    "prism, silent": [*_PRISM, "-v", "silent"],
    "mockoon": [str(BIN / "mockoon-cli"), "start", "-d", "{source}", "-p", "{port}", "-l", "127.0.0.1", *_MOCKOON],
    "json-server": [str(BIN / "json-server"), "{source}", "-p", "{port}", "-H", "127.0.0.1", "--quiet"],
    "starlette": [sys.executable, str(Path(__file__).with_name("plain.py")), "{source}", "{port}"],
}
"""How each is started, one process each. Prism writes a line for every request unless it is told to be silent."""
TAKES_RECORDS = ("json-server", "starlette")
"""Who is given the records; the others are given the OpenAPI document."""


@contextmanager
def running(name: str, source: Path) -> Iterator[Server]:
    """Start a server and wait until it answers at all; it is ended in any case."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tempfile.mkdtemp()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NODE_ENV": "production"}
    with open(os.path.join(folder, "log"), "wb") as log:  # noqa: PTH118, PTH123 - a log for when it does not start
        command = [each.format(source=source, port=port) for each in COMMANDS[name]]
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=environment)
    try:
        yield _answering(Server(name, port, process), Path(folder) / "log")
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder)


def _answering(server: Server, log: Path) -> Server:
    ends = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < ends and server.process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", server.port), timeout=5):
                return server
        except OSError:
            time.sleep(0.002)
    raise SystemExit(f"{server.name} does not start:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def installed() -> str:
    """Install the rivals unless they are; why that cannot be, else nothing."""
    if BIN.joinpath("prism").exists() and BIN.joinpath("mockoon-cli").exists() and BIN.joinpath("json-server").exists():
        return ""
    if not shutil.which("npm"):
        return "npm is not installed (Debian: apt-get install npm)"
    CACHE.mkdir(parents=True, exist_ok=True)
    (CACHE / "package.json").write_text('{"private": true}\n', encoding="utf-8")
    done = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", *PACKAGES], cwd=CACHE, check=False, capture_output=True
    )
    return "" if done.returncode == 0 else f"npm could not install {', '.join(PACKAGES)}: {done.stderr.decode()[-300:]}"


def versions() -> str:
    """Names and versions of the rivals, for the head of a table."""
    files = [CACHE / "node_modules" / name.rpartition("@")[0] / "package.json" for name in PACKAGES]
    return ", ".join(
        f"{one['name']} {one['version']}" for one in (json.loads(file.read_text("utf-8")) for file in files)
    )
