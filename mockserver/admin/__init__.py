"""The pages below /__admin/: a request comes in, JSON goes out; openapi.yaml says what there is and what is taken, and is held to.

Nothing is read or compiled before the first request for an admin page, so that the mock starts without it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import msgspec

from contract.checks import Checks, Fault, Sent
from contract.spec import Operation
from mockserver.admin.document import admin_spec
from mockserver.admin.gate import refused
from mockserver.admin.handlers import HANDLERS, Asked, Desk
from mockserver.answering.problems import Reply, problem, told
from mockserver.api import Api
from mockserver.journals.journal import Journal
from mockserver.road.faults import Faults
from mockserver.road.heads import texts
from mockserver.road.routing import raw_path, send_reply
from mockserver.road.validation import read_body
from mockserver.sessions.sessions import Sessions

_OPEN = ("/", "/__admin/health")
"""What everybody may see."""
_HOME = "/__admin"
_DESCRIBED_BY = ("link", '</__admin/openapi/admin>; rel="describedby"')
_JSON = ("content-type", "application/json")

Page = Mapping[str, Operation]
"""The operations of a path by method."""


class Admin:
    """What a user can ask the mock about itself, as an ASGI application."""

    def __init__(
        self,
        apis: Sequence[Api],
        sessions: Sessions,
        faults: Faults,
        journal: Journal,
        *,
        token: str | None = None,
        body_limit: int,
    ) -> None:
        self._parts = (apis, sessions, faults, journal)
        self._journal = journal
        self._token = token
        self._limit = body_limit

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request for an admin page."""
        await send_reply(scope, send, await self._answer(scope, receive))

    async def _answer(self, scope: Any, receive: Any) -> Reply:
        path, headers = raw_path(scope).rstrip("/") or "/", texts(scope["headers"])
        refusal = None if path in _OPEN else refused(scope, headers, self._token)
        if refusal:
            return refusal
        page, raw = self._page(_HOME if path == "/" else path)
        if page is None:
            return problem(404, f"{path} is no admin page. GET {_HOME} lists them.")
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        operation = page.get(method)
        if operation is None:
            return _not_here(page, scope["method"], path)
        body = await read_body(headers, receive, self._limit)
        if body is None:
            return problem(413, f"The body is larger than {self._limit} bytes.", (("connection", "close"),))
        values, faults = self._checks.request(operation, Sent(raw, scope["query_string"], headers, body))
        if faults:
            return _refusal(faults)
        if path.startswith("/__admin/requests"):
            await self._journal.settle()
        made = HANDLERS[operation.operation_id.partition(" ")[0]](self._desk, Asked(operation, values, headers))
        return made if isinstance(made, Reply) else Reply(200, msgspec.json.encode(made), (_JSON,))

    @cached_property
    def _desk(self) -> Desk:
        return Desk(*self._parts, spec=admin_spec(self._parts[0]))

    @cached_property
    def _checks(self) -> Checks:
        return Checks(self._desk.spec)

    @cached_property
    def _pages(self) -> dict[str, dict[str, Operation]]:
        pages: dict[str, dict[str, Operation]] = {}
        for each in self._desk.spec.operations:
            pages.setdefault(each.path, {})[each.method] = each
        return pages

    def _page(self, path: str) -> tuple[Page | None, Mapping[str, str]]:
        """The page of a raw path, with the values of its placeholders; a path without any goes first."""
        if path in self._pages:
            return self._pages[path], {}
        for template, page in self._pages.items():
            if "{" not in template:
                continue
            pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(template))
            if found := re.fullmatch(pattern, path):
                return page, found.groupdict()
        return None, {}


def _not_here(page: Page, method: str, path: str) -> Reply:
    allow = ", ".join(sorted({*page, "OPTIONS", *(("HEAD",) if "GET" in page else ())}))
    if method == "OPTIONS":
        return Reply(204, b"", (("allow", allow),))
    return problem(405, f"{method} does nothing on {path}; {allow} do.", (("allow", allow),))


def _refusal(faults: Sequence[Fault]) -> Reply:
    """400 (or 415) with every fault, each with its place."""
    status = next((each.status for each in faults if each.status != 400), 400)
    sentence = "; ".join(map(str, faults))
    return problem(status, sentence, (_DESCRIBED_BY,), errors=[told(each) for each in faults])
