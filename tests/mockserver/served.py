"""A mock in this process: a contract comes in, answers come out; every answer is judged by the contract before a test sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec

from contract.checks import Checks
from contract.spec import Spec, from_document, parse
from mockserver.app import MockApp, Settings, create_app
from mockserver.planning.evidence import matched
from tests.mockserver.wire import Wire

SPECS = Path(__file__).resolve().parents[2] / "specs"
NAMES = ("elastic-io-v1", "elastic-io-v1-2015", "elastic-personas")
ORIGIN = "http://mock.test"
BASIC = {"Authorization": "Basic bWVAZXhhbXBsZS5jb206a2V5"}  # me@example.com:key
BEARER = {"Authorization": "Bearer aGVhZGVy.cGF5bG9hZA.c2lnbmF0dXJl"}


def bundled(name: str) -> Spec:
    """One of the contracts in specs/."""
    return parse((SPECS / name / "openapi.yaml").read_text(encoding="utf-8"), name)


def credentials(name: str) -> Mapping[str, str]:
    return BEARER if "personas" in name else BASIC


def made(paths: Mapping[str, Any], **more: Any) -> Spec:
    """A contract from its paths."""
    return from_document(
        {"openapi": "3.0.3", "info": {"title": "Made", "version": "1"}, "paths": paths, **more}, "made.yaml"
    )


def answering(example: Any = None, status: int = 200, **more: Any) -> dict[str, Any]:
    """An operation that answers an example."""
    content = {"application/json": {"schema": {}, "example": example}}
    usual = {"description": "OK", **({"content": content} if example is not None else {})}
    return {"responses": {str(status): usual, "default": {"description": "Any other"}}, **more}


class Client:
    """Speaks to a mock and lets no answer pass that breaks the contract."""

    def __init__(
        self, app: MockApp, specs: Iterable[Spec], headers: Mapping[str, str], wire: Wire | None = None
    ) -> None:
        self.app = app
        self.wire = wire or Wire(app)
        self._judges = [(spec, Checks(spec)) for spec in specs]
        self._http = httpx.AsyncClient(transport=self.wire, base_url=ORIGIN, headers=dict(headers))

    async def send(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        headers: Mapping[str, str | None] | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        if json is not None:
            content, headers = msgspec.json.encode(json), {"Content-Type": "application/json", **(headers or {})}
        request = self._http.build_request(
            method, path, content=content, headers={k: v for k, v in (headers or {}).items() if v is not None}
        )
        for name, value in (headers or {}).items():
            if value is None:
                request.headers.pop(name, None)
        answer = await self._http.send(request)
        self._judge(answer)
        return answer

    def _judge(self, answer: httpx.Response) -> None:
        request = answer.request
        for spec, checks in self._judges:
            for operation in spec.operations:
                if (
                    operation.method == request.method
                    and matched(operation.path, request.url.raw_path.decode().partition("?")[0]) is not None
                ):
                    faults = checks.answer(operation, answer.status_code, answer.headers, answer.content)
                    assert not faults, (
                        f"{operation.key} answered {answer.status_code} {answer.text}: {[str(each) for each in faults]}"
                    )
                    return

    async def close(self) -> None:
        await self._http.aclose()
        await self.app.finish()


@asynccontextmanager
async def mock(*specs: Spec, headers: Mapping[str, str] | None = None, **settings: Any) -> AsyncIterator[Client]:
    """A mock with a client, closed at the end."""
    client = Client(create_app(specs, Settings(**settings)), specs, headers or {})
    try:
        yield client
    finally:
        await client.close()
