"""The mock against its own contract: whole, it is clean in every phase; with one broken answer, it is not."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from contract.fuzz import PHASES, fuzz
from contract.spec import Spec, from_document, parse
from doc_parser import load
from doc_parser import parse as parse_documents
from mockserver.answering.callbacks import Postman
from mockserver.app import Settings, create_app
from slatemock.cli import main
from tests.conftest import SHARED

SPECS = Path(__file__).resolve().parents[1] / "specs"
JWT = "Bearer e30.e30.e30"
NAMES = ("elastic-io-v1", "elastic-io-v1-2015", "elastic-personas")


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Callbacks to the documented host would leave this machine."""
    monkeypatch.setattr(Postman, "send", lambda *_: None)


def spec_of(name: str) -> Spec:
    return parse((SPECS / name / "openapi.yaml").read_text(encoding="utf-8"), name)


class Broken:
    """A mock whose answers to one path have a word in them replaced."""

    def __init__(self, app: Any, path: str, word: bytes, other: bytes) -> None:
        self.app, self.path, self.word, self.other = app, path, word, other

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def spoiled(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [each for each in message["headers"] if each[0].lower() != b"content-length"]
            else:
                message["body"] = message.get("body", b"").replace(self.word, self.other)
            await send(message)

        hit = scope["type"] == "http" and scope["path"].rstrip("/") == self.path and scope["method"] == "GET"
        await self.app(scope, receive, spoiled if hit else send)


@pytest.fixture
def served() -> Iterator[str]:
    """A mock over real loopback, with one answer broken."""
    app = create_app([spec_of("elastic-io-v1")], Settings())
    broken = Broken(app, "/v1/teams", b'"name":"My team"', b'"name":7')
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()  # the first request waits until the server is up
        server = uvicorn.Server(uvicorn.Config(broken, log_level="critical", lifespan="on", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def test_a_mock_with_one_broken_answer_is_found_out_with_the_line_of_the_documents(served, tmp_path, capsys):
    report = tmp_path / "report.json"
    arguments = [
        "test",
        str(SPECS / "elastic-io-v1"),
        "--url",
        served,
        "--auth",
        "me:key",
        "--report",
        f"json={report}",
    ]
    assert main(arguments) == 1
    findings = json.loads(report.read_text())["findings"]
    assert {(each["id"], each["operation"]) for each in findings} == {("response-schema-conformance", "GET /v1/teams/")}
    assert {each["file"] for each in findings} == {"includes/_teams.md"}
    line = (SPECS / "elastic-io-v1" / "source" / findings[0]["file"]).read_text().split("\n")[findings[0]["line"] - 1]
    assert '"name"' in line
    shown = capsys.readouterr().out
    assert re.search(
        r"^error response-schema-conformance GET /v1/teams/: .*\n  includes/_teams.md:\d+", shown, re.MULTILINE
    )


def documents() -> list[Path]:
    """Documents beside the repository: the dumps of pages, and the ten shortest folders but one.

    The paths of the very shortest begin with a tenant that no collection holds. All tenants share their records here, and the
    stateful phase is right to notice when one removes what another made.
    """
    if not SHARED.is_dir():
        return []
    folders = [each for each in (SHARED / "corpus").iterdir() if each.is_dir()]
    size = {each: sum(file.stat().st_size for file in each.rglob("*.md")) for each in folders}
    return [*sorted((SHARED / "seeds").glob("*.txt")), *sorted(folders, key=lambda each: size[each])[1:11]]


def credentials(spec: Spec) -> dict[str, str]:
    """Headers that every security scheme of a contract takes."""
    made: dict[str, str] = {}
    for scheme in spec.security_schemes.values():
        if scheme.get("scheme") == "basic":
            made["Authorization"] = "Basic bWU6a2V5"
        elif scheme.get("type") == "apiKey" and scheme.get("in") == "header":
            made.setdefault(scheme["name"], "k3y")
        else:
            made.setdefault("Authorization", JWT)
    return made


def findings(spec: Spec, **how: Any) -> list[str]:
    """What Schemathesis finds on the mock of a contract."""
    app = create_app([spec], Settings())
    outcome = fuzz(spec, app=app, headers=credentials(spec), **how)
    app.close()
    assert outcome.operations == len(spec.operations)
    return [f"{each.id} {each.operation}: {each.message}\n{each.request}" for each in outcome.findings]


@pytest.mark.usefixtures("silent")
@pytest.mark.parametrize("document", documents()[:5], ids=str)
def test_the_mock_of_a_real_document_is_clean(document: Path) -> None:
    spec = from_document(parse_documents(load(str(document))).openapi, document.name)
    assert findings(spec, phases=("examples", "coverage"), max_examples=10) == []


@pytest.mark.long
@pytest.mark.usefixtures("silent")
@pytest.mark.parametrize("document", documents(), ids=str)
def test_the_mock_of_a_real_document_is_clean_in_every_phase(document: Path) -> None:
    spec = from_document(parse_documents(load(str(document))).openapi, document.name)
    assert findings(spec, phases=PHASES, max_examples=100) == []


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_the_mock_is_clean_in_every_phase(name: str) -> None:
    assert findings(spec_of(name), phases=PHASES, max_examples=100) == []
