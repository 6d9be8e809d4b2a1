"""Who may see the admin pages."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from mockserver.app import Settings, create_app
from tests.mockserver.served import BASIC, bundled

FAR, NEAR = "192.0.2.7", "127.0.0.1"


def asked(path: str, peer: str, headers: Mapping[str, str], **settings: Any) -> httpx.Response:
    async def scenario() -> httpx.Response:
        app = create_app([bundled("elastic-io-v1")], Settings(**settings))
        transport = httpx.ASGITransport(app, client=(peer, 5))
        async with httpx.AsyncClient(transport=transport, base_url="http://mock.test") as client:
            answer = await client.get(path, headers=headers)
        await app.finish()
        return answer

    return asyncio.run(scenario())


@pytest.mark.parametrize(
    ("peer", "status"),
    [
        (NEAR, 200),
        ("127.9.9.9", 200),
        ("::1", 200),
        ("::ffff:127.0.0.1", 200),
        (FAR, 403),
        ("::ffff:192.0.2.7", 403),
        ("testclient", 403),
    ],
)
def test_without_a_token_the_pages_are_for_this_machine(peer: str, status: int) -> None:
    answer = asked("/__admin/state", peer, {})
    assert answer.status_code == status
    assert status == 200 or "--admin-token" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer t"}, 200),
        ({"Authorization": "bearer t"}, 200),
        ({"Authorization": "Bearer T"}, 401),
        ({"Authorization": "Basic t"}, 401),
        ({"Authorization": "Bearer \xe9"}, 401),
        ({}, 401),
    ],
)
@pytest.mark.parametrize("peer", [NEAR, FAR])
def test_with_a_token_everybody_sends_it(peer: str, headers: dict[str, str], status: int) -> None:
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = asked("/__admin/requests", peer, sent, admin_token="t")  # type: ignore[arg-type]
    assert answer.status_code == status
    assert status == 200 or answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("settings", [{}, {"admin_token": "t"}])
@pytest.mark.parametrize("path", ["/__admin/health", "/"])
def test_health_is_for_all(path: str, settings: dict[str, str]) -> None:
    assert asked(path, FAR, {}, **settings).status_code == 200


@pytest.mark.parametrize("path", ["/v1/teams/"])
def test_the_api_itself_is_for_all(path: str) -> None:
    assert asked(path, FAR, BASIC, admin_token="t").status_code == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost:3000", 200),
        ("http://app.localhost", 200),
        ("http://127.0.0.1:8080", 200),
        ("http://[::1]:1", 200),
        ("http://mock.test", 200),
        ("https://evil.test", 403),
        ("http://localhost.evil.test", 403),
        ("null", 403),
        ("http://[broken", 403),
    ],
)
def test_a_web_page_of_a_stranger_stays_out(origin: str, status: int) -> None:
    assert asked("/__admin/state", NEAR, {"Origin": origin}).status_code == status
    assert (
        asked("/__admin/state", NEAR, {"Origin": origin, "Authorization": "Bearer t"}, admin_token="t").status_code
        == 200
    )
