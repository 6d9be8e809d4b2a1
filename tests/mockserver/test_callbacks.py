import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from mockserver.answering.callbacks import Callback, Postman
from tests.mockserver.served import BASIC, bundled, made, mock

JANE = {"first_name": "Jane", "last_name": "Roe", "email": "jane@example.com", "password": "s3cret"}


@asynccontextmanager
async def receiver() -> AsyncIterator[tuple[str, asyncio.Future[tuple[str, dict[str, Any]]]]]:
    """A server on loopback that hands over the first request it gets."""
    got: asyncio.Future[tuple[str, dict[str, Any]]] = asyncio.get_running_loop().create_future()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line.split(":")[1]) for line in head.split("\r\n") if line.lower().startswith("content-length")
        )
        body = msgspec.json.decode(await reader.readexactly(length))
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        got.set_result((head.split("\r\n")[0], body))

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        yield f"http://127.0.0.1:{port}", got


def test_a_user_with_a_callback_is_accepted_and_the_callback_is_posted() -> None:
    async def run() -> None:
        async with receiver() as (origin, got), mock(bundled("elastic-io-v1"), headers=BASIC) as client:
            answer = await client.send("POST", "/v1/users", json={**JANE, "callback_url": f"{origin}/done?for=jane"})
            assert answer.status_code == 202
            line, posted = await asyncio.wait_for(got, 5)
            assert line == "POST /done?for=jane HTTP/1.1"
            assert posted == answer.json()
            assert "password" not in posted
            assert "callback_url" not in posted

    asyncio.run(run())


def test_an_event_is_told_as_the_contract_describes_it() -> None:
    event = {"type": "object", "properties": {"event": {"const": "hook.made"}, "hook": {"type": "object"}}}
    told = {"requestBody": {"content": {"application/json": {"schema": event}}}, "responses": {}}
    media = {"application/json": {"schema": {"type": "object", "properties": {"url": {"type": "string"}}}}}
    shown = {"application/json": {"schema": {"properties": {"id": {"type": "integer"}, "url": {"type": "string"}}}}}
    post = {
        "requestBody": {"content": media},
        "responses": {"201": {"description": "OK", "content": shown}},
        "callbacks": {"made": {"{$request.body#/url}": {"post": told}}},
    }

    async def run() -> None:
        async with receiver() as (origin, got), mock(made({"/hooks": {"post": post}})) as client:
            assert (await client.send("POST", "/hooks", json={"url": origin})).status_code == 201
            _, posted = await asyncio.wait_for(got, 5)
            assert posted == {"event": "hook.made", "hook": {"id": 1, "url": origin}}

    asyncio.run(run())


def test_a_user_without_a_callback_is_created_at_once() -> None:
    async def run() -> None:
        async with mock(bundled("elastic-io-v1"), headers=BASIC) as client:
            assert (await client.send("POST", "/v1/users", json=JANE)).status_code == 201

    asyncio.run(run())


@pytest.mark.parametrize(
    ("expression", "query", "headers"),
    [
        ("{$request.query.hook}/query", "?hook=", {}),
        ("{$request.header.X-Hook}/header", "", {"X-Hook": ""}),
    ],
    ids=["query", "header"],
)
def test_the_address_may_stand_in_query_or_header(expression: str, query: str, headers: dict[str, str]) -> None:
    parameters = [
        {"name": "hook", "in": "query", "schema": {"type": "string"}},
        {"name": "X-Hook", "in": "header", "schema": {"type": "string"}},
    ]
    post = {
        "parameters": parameters,
        "responses": {
            "201": {"description": "OK", "content": {"application/json": {"example": {"id": 1, "name": "a"}}}}
        },
        "callbacks": {"done": {expression: {"post": {"responses": {}}}}},
    }

    async def run() -> None:
        async with receiver() as (origin, got), mock(made({"/things": {"post": post}})) as client:
            sent = dict.fromkeys(headers, origin)
            await client.send("POST", f"/things{query}{origin if query else ''}", headers=sent)
            line, _ = await asyncio.wait_for(got, 5)
            assert line.startswith("POST /query " if query else "POST /header ")

    asyncio.run(run())


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/closed", "ftp://example.test/", "http://[broken", "nonsense"])
def test_a_receiver_that_is_not_there_harms_nobody(url: str, caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        async with mock(bundled("elastic-io-v1"), headers=BASIC) as client:
            assert (await client.send("POST", "/v1/users", json={**JANE, "callback_url": url})).status_code == 202

    with caplog.at_level(logging.WARNING, "mockserver.answering.callbacks"):
        asyncio.run(run())
    assert [each.levelname for each in caplog.records] in ([], ["WARNING"])


def test_an_address_that_the_request_does_not_give_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Callback] = []
    monkeypatch.setattr(Postman, "send", lambda _, callback, __: sent.append(callback))
    post = {
        "parameters": [{"name": "hook", "in": "query", "schema": {"type": "string"}}],
        "responses": {
            "201": {"description": "OK", "content": {"application/json": {"example": {"id": 1, "name": "a"}}}}
        },
        "callbacks": {"done": {"http://hooks.test/{$request.query.hook}": {"post": {"responses": {}}}}},
    }

    async def run() -> None:
        async with mock(made({"/things": {"post": post}})) as client:
            await client.send("POST", "/things")
            await client.send("POST", "/things?hook=a")

    asyncio.run(run())
    assert [each.url for each in sent] == ["http://hooks.test/a"]


# ---- tries and the journal


@asynccontextmanager
async def answering_with(*statuses: int) -> AsyncIterator[tuple[str, asyncio.Event]]:
    """A server on loopback that answers each request with the next status; the event says that all were used."""
    left, used = list(statuses), asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % left.pop(0))
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        if not left:
            used.set()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", used


async def noted(client: Any) -> list[dict[str, Any]]:
    """The attempts below the newest request."""
    newest = (await client.send("GET", "/__admin/requests?limit=1")).json()["requests"][0]
    shown: list[dict[str, Any]] = (await client.send("GET", f"/__admin/requests/{newest['id']}")).json()["callbacks"]
    return shown


@pytest.mark.parametrize(
    ("statuses", "attempts"),
    [((204,), [204]), ((503, 429, 200), [503, 429, 200]), ((500, 500, 500), [500, 500, 500]), ((404,), [404])],
)
def test_a_callback_is_tried_three_times_and_each_try_is_in_the_journal(
    statuses: tuple[int, ...], attempts: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Postman.__init__, "__defaults__", ((0, 0),))

    async def run() -> None:
        async with answering_with(*statuses) as (origin, used), mock(bundled("elastic-io-v1"), headers=BASIC) as client:
            url = f"{origin}/done?token=t0ken-t0ken"
            await client.send("POST", "/v1/users", json={**JANE, "callback_url": url})
            await asyncio.wait_for(used.wait(), 5)
            await client.app.settle()
            told = await noted(client)
            assert [(each["attempt"], each["status"], each["error"]) for each in told] == [
                (number, status, None) for number, status in enumerate(attempts, 1)
            ]
            assert {each["url"] for each in told} == {f"{origin}/done?token=[redacted]"}
            assert told[0]["body"]["email"] == JANE["email"]

    asyncio.run(run())


def test_what_is_no_address_is_not_called_and_the_journal_says_so() -> None:
    async def run() -> None:
        async with mock(bundled("elastic-io-v1"), headers=BASIC) as client:
            await client.send("POST", "/v1/users", json={**JANE, "callback_url": "nowhere"})
            told = await noted(client)
            assert [(each["attempt"], each["url"], each["error"]) for each in told] == [
                (0, "nowhere", "dropped: that is no http(s) URL")
            ]

    asyncio.run(run())


def test_the_end_of_the_mock_waits_for_no_further_try(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        async with answering_with(503) as (origin, used), mock(bundled("elastic-io-v1"), headers=BASIC) as client:
            await client.send("POST", "/v1/users", json={**JANE, "callback_url": f"{origin}/"})
            await asyncio.wait_for(used.wait(), 5)

    asyncio.run(asyncio.wait_for(run(), 5))
    assert "failed: it answers 503" in caplog.text
