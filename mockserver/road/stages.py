"""Connexion's stages as the mock uses them: they do what their parents do, but prepare for an error or a foreign page only when there is one.

Each of the parents makes objects for every request that next to no request needs; together they cost more than an answer does.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from starlette.datastructures import QueryParams
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect

from mockserver.road.credentials import is_basic
from mockserver.road.heads import HEADERS
from mockserver.road.routing import MATCH, Asgi, Match

with warnings.catch_warnings():
    # Connexion imports Starlette's test client, which warns about httpx; nobody here uses it.
    warnings.simplefilter("ignore")
    from connexion.middleware.exceptions import ExceptionMiddleware
    from connexion.middleware.security import SecurityMiddleware, SecurityOperation

USER = "slatemock.user"
"""Key of whom the credentials name in the ASGI scope, where an operation asks for any."""

_MOST_LET_IN = 1000

_ERROR = "slatemock.error"
"""Key of what was raised in the ASGI scope."""


class Cors(CORSMiddleware):
    """Lets pages from everywhere call, with cookies too; what names no Origin is passed on as it is."""

    def __init__(self, app: Asgi, exposed: Sequence[str]) -> None:
        everything = ("*",)
        # A page that sends credentials may read no answer to `*`, so each is answered under its own name.
        super().__init__(
            app,
            allow_origin_regex=".*",
            allow_credentials=True,
            allow_methods=everything,
            allow_headers=everything,
            expose_headers=exposed,
        )

    def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        """Treat what comes from a page as the Fetch standard says."""
        to = super().__call__ if "origin" in scope[HEADERS] else self.app
        return to(scope, receive, send)


class Errors(ExceptionMiddleware):  # type: ignore[misc]
    """Hands what is raised to Connexion's error handlers."""

    def __init__(self, app: Asgi) -> None:
        super().__init__(_raise)
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on; only what fails goes the parent's way."""
        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:
            pass  # half a request changes nothing, and nobody waits for an answer
        except Exception as error:  # noqa: BLE001 - the parent decides by its handlers
            scope[_ERROR] = error
            await super().__call__(scope, receive, send)


async def _raise(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001
    raise scope[_ERROR]


class Security(SecurityMiddleware):  # type: ignore[misc]
    """Has Connexion judge the credentials of an operation, found by the routing's Match."""

    def __init__(self, app: Asgi) -> None:
        super().__init__(app)
        self._guards: dict[tuple[str, str], SecurityOperation] = {}
        self._let_in: dict[tuple[int, str | None], str | None] = {}
        """Whom Authorization lines name, by operation, where they alone decide: the same line is judged the same."""

    def add_api(self, specification: Any, **more: Any) -> Any:
        """Take the operations of a contract that are guarded."""
        api = super().add_api(specification, **more)
        for name, guard in api.operations.items():
            if guard.security:
                self._guards[api.base_path, name] = guard
        return api

    def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        """Pass a request on when it may pass; what Connexion raises otherwise is for the errors' stage."""
        match: Match | None = scope.get(MATCH)
        if match is None:
            return self.app(scope, receive, send)
        line = (id(match.target.step), scope[HEADERS].get("authorization"))
        if line not in self._let_in:
            return self._judged(match, line, scope, receive, send)
        scope[USER] = self._let_in[line]
        return self.app(scope, receive, send)

    async def _judged(self, match: Match, line: tuple[int, str | None], scope: Any, receive: Any, send: Any) -> None:
        api, operation = match.target.api, match.target.step.operation
        guard = self._guards.get((match.target.base_path, operation.operation_id))
        if guard is not None:
            asked = _Asked(scope)
            await guard.verification_fn(asked)
            scope[USER] = asked.context["user"]
            if is_basic(api.spec, operation):
                if len(self._let_in) >= _MOST_LET_IN:
                    self._let_in.clear()
                self._let_in[line] = scope[USER]
        await self.app(scope, receive, send)


class _Asked:
    """A request as judges of credentials read it, and where they tell whom it names: a ConnexionRequest without the form, the files and the body."""

    __slots__ = ("_scope", "context", "headers")

    def __init__(self, scope: Any) -> None:
        self._scope = scope
        self.headers = scope[HEADERS]
        self.context: dict[str, Any] = {}

    @property
    def query_params(self) -> QueryParams:
        return QueryParams(self._scope["query_string"])
