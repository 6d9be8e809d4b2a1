import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mockserver.admin.exchanges import Criteria
from mockserver.admin.redaction import Redaction
from mockserver.api import serve_spec
from mockserver.journals.journal import Bounds, Exchange, Journal
from mockserver.journals.shared_journal import SharedJournal
from tests.mockserver.served import BASIC, answering, bundled, made, mock

KEYED = {
    "components": {"securitySchemes": {"k": {"type": "apiKey", "in": "query", "name": "sign"}}},
    "security": [{"k": []}],
}
POST = answering(
    {"id": 1},
    201,
    requestBody={"content": {"application/json": {"schema": {}}, "multipart/form-data": {}, "text/plain": {}}},
)


def exchange(number: int = 1, answer: bytes = b"", **more: Any) -> Exchange:
    usual: dict[str, Any] = {
        "number": number,
        "at": float(number),
        "seconds": 0.001,
        "method": "GET",
        "raw_path": b"/things",
        "query": b"",
        "headers": [],
        "body": None,
        "body_size": 0,
        "status": 200,
        "answer_headers": [],
        "answer": answer,
        "answer_size": len(answer),
        "operation": "GET /things",
        "violations": [],
    }
    return Exchange(**{**usual, **more})


@pytest.fixture(params=["alone", "shared"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return Journal if request.param == "alone" else lambda bounds: SharedJournal(str(tmp_path / "journal.db"), bounds)


def test_the_oldest_goes_when_there_are_too_many_or_they_are_too_large(make: Any) -> None:
    async def scenario() -> None:
        journal = make(Bounds(entries=5, size=100_000))
        for number in range(1, 10):
            journal.record(exchange(number))
        assert [each.number for each in journal.exchanges()] == [9, 8, 7, 6, 5]
        journal.record(exchange(10, b"x" * 98_000))
        assert [each.number for each in journal.exchanges()][:2] == [10, 9]
        journal.record(exchange(11, b"x" * 50_000))
        assert [each.number for each in journal.exchanges()] == [11]
        journal.record(exchange(12, b"x" * 200_000))
        assert [(each.number, each.answer, each.answer_size) for each in journal.exchanges()][:1] == [
            (12, b"", 200_000)
        ]
        assert [each.number for each in journal.exchanges()] == [12, 11]
        journal.close()

    asyncio.run(scenario())


def test_what_is_too_large_even_without_its_bodies_is_not_kept(make: Any) -> None:
    async def scenario() -> None:
        journal = make(Bounds(size=100_000))
        journal.record(exchange(1))
        journal.record(exchange(2, headers=[(b"x" * 60_000, b"y" * 60_000)]))
        assert [each.number for each in journal.exchanges()] == [1]
        journal.close()

    asyncio.run(scenario())


def test_what_is_forgotten_is_gone(make: Any) -> None:
    async def scenario() -> None:
        journal = make(Bounds())
        for number in (1, 2, 3):
            journal.record(exchange(number))
        journal.forget([each.id for each in journal.exchanges() if each.number != 2])
        assert [each.number for each in journal.exchanges()] == [2]
        journal.close()

    asyncio.run(scenario())


def test_several_processes_have_one_journal(tmp_path: Path) -> None:
    settings = {"journal": str(tmp_path / "journal.db"), "state": str(tmp_path / "state.db"), "headers": BASIC}

    async def scenario() -> None:
        async with (
            mock(bundled("elastic-io-v1"), **settings) as one,
            mock(bundled("elastic-io-v1"), **settings) as other,
        ):
            for client in (one, other, one):
                await client.send("GET", "/v1/teams/")
            await other.send("GET", "/v1/nowhere")
            told = (await one.send("GET", "/__admin/requests")).json()
            assert (told["total"], told["requests"][0]["status"]) == (4, 404)
            assert (await other.send("GET", f"/__admin/requests/{told['requests'][3]['id']}")).status_code == 200
            await other.send("DELETE", "/__admin/requests")
            assert (await one.send("GET", "/__admin/requests")).json()["total"] == 0

    asyncio.run(scenario())


async def recorded(client: Any, *request: Any, **more: Any) -> Any:
    """The whole exchange as the journal tells it, and as text."""
    await client.send(*request, **more)
    listed = (await client.send("GET", "/__admin/requests")).json()["requests"]
    shown = await client.send("GET", f"/__admin/requests/{listed[0]['id']}")
    return shown.json(), shown.text + str(listed)


def test_large_bodies_are_cut_and_say_so() -> None:
    async def scenario() -> None:
        async with mock(made({"/things": {"post": POST}, "/large": {"get": answering(["x" * 70_000])}})) as client:
            told, _ = await recorded(client, "POST", "/things", json={"text": "x" * 100_000})
            assert told["request"]["bytes"] == 100_011
            assert told["request"]["cut"] is True
            assert told["request"]["body"].endswith("... [cut: 65536 of 100011 bytes]")
            assert "cut" not in told["response"]
            told, _ = await recorded(client, "GET", "/large")
            assert told["response"]["cut"] is True

    asyncio.run(scenario())


SECRET = "open-sesame"


@pytest.mark.parametrize(
    "sent",
    [
        {"headers": {"Cookie": f"sid={SECRET}"}},
        {"headers": {"X-Api-Key": SECRET}},
        {"headers": {"Authorization": f"Bearer {SECRET}"}},
        {"json": {"user": {"Password": SECRET, "n": 1}}},
        {"json": [{"api_key": [SECRET]}]},
        {"json": {"client-secret": SECRET, "text": "x" * 70_000}},
        {"content": b'{"password": "open-sesame", "broken', "headers": {"Content-Type": "application/json"}},
        {
            "content": b'{"text": "' + b"x" * 65_500 + b'", "password": "open-sesame"}',
            "headers": {"Content-Type": "application/json"},
        },
        {
            "content": b"sign=open-sesame&password=open-sesame",
            "headers": {"Content-Type": "application/x-www-form-urlencoded"},
        },
        {
            "content": b'--b\r\nContent-Disposition: form-data; name="password"\r\n\r\nopen-sesame\r\n--b--\r\n',
            "headers": {"Content-Type": "multipart/form-data; boundary=b"},
        },
    ],
    ids=str,
)
def test_a_secret_is_not_shown(sent: dict[str, Any]) -> None:
    async def scenario() -> None:
        async with mock(made({"/things": {"post": POST}}, **KEYED), auth=False) as client:
            _, text = await recorded(client, "POST", f"/things?sign={SECRET}", **sent)
            assert SECRET not in text
            assert "redacted" in text

    asyncio.run(scenario())


def test_a_secret_that_breaks_the_contract_is_not_told_again() -> None:
    schema = {"type": "object", "properties": {"password": {"type": "string", "maxLength": 3}}}
    post = answering({"id": 1}, 201, requestBody={"content": {"application/json": {"schema": schema}}})

    async def scenario() -> None:
        async with mock(made({"/things": {"post": post}})) as client:
            for secret in (SECRET, "abcd"):
                told, text = await recorded(client, "POST", "/things", json={"password": secret})
                assert told["violations"]
                assert secret not in text

    asyncio.run(scenario())


def test_a_token_that_a_login_gives_out_is_not_shown() -> None:
    shown = answering({"jwt": "a.b.c", "expires": 60})

    async def scenario() -> None:
        async with mock(made({"/login": {"post": shown}})) as client:
            token = (await client.send("POST", "/login", json={"user": "a"})).json()["jwt"]
            told, text = await recorded(client, "POST", "/login", json={"user": "a"})
            assert told["response"]["body"] == {"jwt": "[redacted]", "expires": 60}
            assert token not in text

    asyncio.run(scenario())


def test_what_is_no_secret_stays() -> None:
    redaction = Redaction([serve_spec(bundled("elastic-io-v1"), polls=1)])
    body = {"name": "Ann", "password": None, "token": True, "keys": {"a": 1}}
    assert redaction.body(msgspec.json.encode(body), "application/json") == body
    assert redaction.query("page=1&sort=name&flag") == "page=1&sort=name&flag"


@pytest.mark.parametrize(
    "body", [b'"' * 65_536, b'name="' * 10_000, b'{"password":"' * 5_000, b'name="password"\r\n\r\n' * 3_000]
)
def test_a_hostile_body_is_shown_in_time(body: bytes) -> None:
    redaction = Redaction([])
    for kind in ("application/json", "multipart/form-data", "application/x-www-form-urlencoded"):
        redaction.body(body, kind)
    redaction.secrets(body, [])


def test_a_preflight_is_recorded_and_is_not_unmatched() -> None:
    preflight = {"Origin": "http://app.test", "Access-Control-Request-Method": "PUT"}

    async def scenario() -> None:
        async with mock(bundled("elastic-personas")) as client:
            await client.send("OPTIONS", "/en/api/v1/accounts", headers=preflight)
            assert (await client.send("GET", "/__admin/requests")).json()["requests"][0]["method"] == "OPTIONS"
            assert (await client.send("GET", "/__admin/requests/unmatched")).json()["total"] == 0

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("pattern", "met"),
    [("/a/*", ["/a/b", "/a/[b]"]), ("/a/[b]", ["/a/[b]"]), ("/a?", []), ("*", ["/a/b", "/a/[b]", "/ab"])],
)
def test_a_star_stands_for_anything_and_nothing_else_does(pattern: str, met: list[str]) -> None:
    paths = ["/a/b", "/a/[b]", "/ab"]
    assert [each for each in paths if Criteria(path=pattern).meet(exchange(raw_path=each.encode()))] == met
