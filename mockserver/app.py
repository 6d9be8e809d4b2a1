"""The composition root: Specs come in, one ASGI application goes out; Connexion hosts, our stages stand inside.

The road of a request: the journal, CORS, Connexion's errors, our routing, steering, Connexion's security, our validation,
a behaviour; what came before goes the short one. Connexion is handed a 3.0.3 skeleton (operations and their security), so that a 3.1 contract
is served too; requests are judged by the true contract.
"""

from __future__ import annotations

import asyncio
import logging
import re
import warnings
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from contract.spec import Json, Spec
from mockserver.admin import Admin
from mockserver.answering.behaviours import behave
from mockserver.answering.callbacks import Postman, due
from mockserver.answering.problems import Reply, asked_path, problem
from mockserver.answering.room import MOST as RECORDS
from mockserver.api import Api, Call, serve_spec
from mockserver.journals.journal import COUNT, SIZE, Bounds, Journal
from mockserver.journals.shared_journal import SharedJournal
from mockserver.planning.model import MockError, StateError
from mockserver.road.calls import call_to, found_in
from mockserver.road.credentials import RefusedError, Verify, challenge, verifiers
from mockserver.road.faults import Faults
from mockserver.road.heads import Way
from mockserver.road.memory import Memory
from mockserver.road.preferences import PreferenceError
from mockserver.road.preferred import preferred
from mockserver.road.recording import EXCHANGE, Recording
from mockserver.road.routing import MATCH, Answer, Match, Routes, Routing, send_reply
from mockserver.road.short import Short, Ways, leave
from mockserver.road.skeleton import SCHEME, skeleton
from mockserver.road.stages import Cors, Errors, Security
from mockserver.road.steering import STEER, Steer, Steering
from mockserver.road.validation import BODY, VALUES, Validation
from mockserver.sessions.editions import Edition, carry
from mockserver.sessions.sessions import Sessions
from mockserver.state.opening import LOST, opened
from mockserver.state.store import Store

with warnings.catch_warnings():
    # Connexion imports Starlette's test client, which warns about httpx; nobody here uses it.
    warnings.simplefilter("ignore")
    from connexion import ConnexionMiddleware
    from connexion.exceptions import InvalidSpecification, OAuthProblem, ProblemException
    from connexion.lifecycle import ConnexionResponse
    from connexion.resolver import Resolution, Resolver
    from connexion.security import NO_VALUE

__all__ = ["MockError", "Settings", "create_app"]

_EXPOSED = ("Authorization", "Location", "Link", "Allow", "WWW-Authenticate", "Preference-Applied")
"""Header fields of answers that pages may read whatever the documents say; beside these, all that are documented."""

_TOKEN = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)  # RFC 9110, section 5.6.2

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user can choose."""

    auth: bool = True
    """Answer 401 where the contract asks for credentials and none come."""
    state: str | None = None
    """SQLite file or URL of a PostgreSQL database that keeps the records; None forgets them at the end."""
    durable: bool = False
    """Answer only when a change is on disk."""
    seed: int = 0
    """Changes every id, uuid and token that is made."""
    polls: int = 2
    """How often a job says that it is not ready."""
    populate: int = 0
    """How many plausible records a collection holds at first, at least; 0 for those that are documented."""
    records: int = RECORDS
    """How many records a session may hold."""
    body_limit: int = 10 * 1024 * 1024
    """Largest request body, in bytes."""
    cors: bool = True
    """Let pages from everywhere call."""
    admin_token: str | None = None
    """What a client sends to see the admin pages; None shows them to clients on this machine."""
    journal_entries: int = COUNT
    """How many requests the journal keeps."""
    journal_bytes: int = SIZE
    """How many bytes the journal may take."""
    journal: str | None = None
    """SQLite file of the journal that several processes share; None keeps it in the memory of the only one."""


class MockApp:
    """The ASGI application; `close()` it when no server's lifespan does.

    The state outlives the edition of the contracts that is served: a request ends on the edition it began with.
    """

    def __init__(self, apis: Sequence[Api], settings: Settings, store: Store) -> None:
        self._settings = settings
        self._lasting = _lasting(settings, store)
        try:
            self._edition = _composed(apis, settings, self._lasting)
            self._edition.sessions.open()
        except BaseException:
            self._lasting.journal.close()
            raise
        self.beside: Beside | None = None
        """What runs as long as a server does."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve HTTP and the lifespan protocol; anything else (WebSocket) is left alone."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._edition.hosted(scope, receive, send)

    def at_once(self, way: Way, body: bytes) -> Answer | None:
        """Answer a request whose head came before without any waiting; None where it has to come as any other does."""
        return self._edition.hosted.at_once(way, body)  # type: ignore[no-any-return]

    def edition_after(self, specs: Sequence[Spec]) -> Edition:
        """Make contracts ready to follow those that are served, in any thread. MockError or SpecError when they cannot be."""
        made = _composed(compiled(specs, self._settings), self._settings, self._lasting)
        _ = self._edition.first, made.first  # whatever takes time is done before the server is kept waiting
        return made

    def follow(self, edition: Edition) -> list[str]:
        """Serve another edition from the next request on, in the server's thread; give a line for all that was dropped."""
        told = carry(self._lasting.store, self._edition, edition)
        self._edition = edition
        return told

    def close(self) -> None:
        """Close the state and the journal."""
        self._lasting.journal.close()
        self._lasting.store.close()

    async def settle(self) -> None:
        """Wait for callbacks that are under way, and for their further tries."""
        await self._lasting.postman.settle()

    async def finish(self) -> None:
        """Wait for callbacks that are under way, then close everything."""
        await self._lasting.postman.close()
        self.close()

    async def _live(self, receive: Any, send: Any) -> None:
        """The lifespan protocol: everything is ready at the start, and closed at the end."""
        task = None
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup" and self.beside:
                task = asyncio.get_running_loop().create_task(self.beside(self))
            if message["type"] == "lifespan.shutdown":
                if task:
                    task.cancel()
                await self.finish()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return


Beside = Callable[[MockApp], Coroutine[Any, Any, None]]
"""What runs as long as a server does."""


def create_app(specs: Sequence[Spec], settings: Settings | None = None) -> MockApp:
    """Build the mock of some contracts. MockError or SpecError, one line with a remedy, when it cannot be."""
    settings = settings or Settings()
    return compose(compiled(specs, settings), settings)


def compiled(specs: Sequence[Spec], settings: Settings) -> tuple[Api, ...]:
    """Make contracts ready to be served. MockError or SpecError when they cannot be."""
    if not specs:
        raise MockError("nothing to serve; give at least one contract")
    return tuple(serve_spec(spec, polls=settings.polls, populate=settings.populate) for spec in specs)


def compose(apis: Sequence[Api], settings: Settings) -> MockApp:
    """Open the state and build the mock on it. MockError when it cannot be."""
    store = opened(settings.state, durable=settings.durable)
    try:
        return MockApp(apis, settings, store)
    except BaseException:
        store.close()
        raise


@dataclass(frozen=True, slots=True)
class _Lasting:
    """What outlives an edition of the contracts."""

    store: Store
    faults: Faults
    journal: Journal
    postman: Postman


def _lasting(settings: Settings, store: Store) -> _Lasting:
    bounds = Bounds(settings.journal_entries, settings.journal_bytes)
    journal = SharedJournal(settings.journal, bounds) if settings.journal else Journal(bounds)
    faults = Faults(store, settings.seed, shared=settings.journal is not None or "://" in (settings.state or ""))
    return _Lasting(store, faults, journal, Postman(journal))


def _composed(apis: Sequence[Api], settings: Settings, last: _Lasting) -> Edition:
    bases = [f"/{index}" for index in range(len(apis))]
    routes = Routes(zip(bases, apis, strict=True))
    sessions = Sessions(apis, last.store, settings.seed, records=settings.records)
    admin = Admin(apis, sessions, last.faults, last.journal, token=settings.admin_token, body_limit=settings.body_limit)
    ways: Ways = {}
    stages: list[Any] = [
        Errors,
        partial(Routing, routes=routes, admin=admin),
        partial(Steering, faults=last.faults),
    ]
    if settings.cors:
        stages.insert(0, partial(Cors, exposed=_exposed(apis)))
    if settings.auth:
        stages.append(Security)
    stages.append(partial(Validation, body_limit=settings.body_limit))
    hosted = ConnexionMiddleware(
        _endpoint(sessions, last.postman, ways), import_name=__name__, middlewares=stages, resolver=_Names()
    )
    for base, api in zip(bases, apis, strict=True):
        _host(hosted, api, last.store, base)
    hosted.add_error_handler(ProblemException, _refused)
    for lost in LOST:
        hosted.add_error_handler(lost, _without_state)
    hosted.add_error_handler(Exception, _failed)
    recorded, memory = Recording(hosted, last.journal), Memory(last.store)
    short = Short(recorded, ways, sessions, faults=last.faults, journal=last.journal, memory=memory)
    return Edition(short, apis, sessions, settings.seed)


def _exposed(apis: Sequence[Api]) -> tuple[str, ...]:
    """Names of header fields that pages may read; a `*` means nothing where credentials come along (Fetch standard, 3.2.3)."""
    operations = (each for api in apis for each in api.spec.operations)
    documented = (name for each in operations for answer in each.responses for name in answer.headers)
    return (*dict.fromkeys((*_EXPOSED, *(name for name in documented if _TOKEN.fullmatch(name)))), "*")


def _host(hosted: ConnexionMiddleware, api: Api, store: Store, base: str) -> None:
    """Hand a contract to Connexion, under a base path that only Connexion sees."""
    judges = {"apiKey": _handler(verifiers(api.spec, store))}
    try:
        hosted.add_api(skeleton(api.spec), base_path=base, name=base, security_map=judges)
    except InvalidSpecification as error:
        reason = " ".join(str(error).split())
        raise MockError(f"{api.spec.name}: Connexion cannot host it ({reason}); mend the place it names") from error


def _handler(verifiers: Mapping[str, Verify]) -> type:
    """Our judges of credentials, as Connexion asks for them."""

    class Handler:
        def get_fn(self, scheme: Json, _scopes: Json) -> Callable[[Any], Any]:
            verify = verifiers[scheme[SCHEME]]

            def verified(request: Any) -> Any:
                try:
                    user = verify(request)
                except RefusedError as error:
                    raise OAuthProblem(detail=str(error)) from error
                return NO_VALUE if user is None else {"sub": user}

            return verified

    return Handler


class _Names(Resolver):  # type: ignore[misc]
    """Connexion asks which function an operation is; every operation is the same endpoint here."""

    def resolve(self, operation: Any) -> Resolution:
        return Resolution(_endpoint, operation.operation_id)


def _endpoint(sessions: Sessions, postman: Postman, ways: Ways) -> Any:
    """The innermost ASGI application: a valid request becomes a Call, a behaviour answers it."""

    async def endpoint(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001 - the body has been read
        found = found_in(scope)
        call = call_to(found, sessions, scope[VALUES], scope.get(BODY, b""))
        steer: Steer | None = scope.get(STEER)
        if steer and steer.wanted.chooses_answer:
            await send_reply(scope, send, _chosen(call, steer))
            return
        reply = behave(call)
        leave(scope, found, ways)
        await send_reply(scope, send, reply)
        if "callbacks" in call.step.operation.node:
            for callback in due(call, reply):
                postman.send(callback, scope[EXCHANGE].id)

    return endpoint


def _chosen(call: Call, steer: Steer) -> Reply:
    """The documented answer that the client prefers, or why there is none."""
    try:
        reply, applied = preferred(call, steer.wanted)
    except PreferenceError as error:
        return call.api.problems.refusal(call.step.operation, 400, str(error))
    steer.applied.extend(applied)
    return reply


async def _refused(request: Any, error: ProblemException) -> ConnexionResponse:
    """What Connexion refuses (missing or broken credentials), in the documented error shape."""
    match: Match | None = request.scope.get(MATCH)
    if match is None:
        return _response(problem(error.status, str(error.detail)))
    api, operation = match.target.api, match.target.step.operation
    headers = [("www-authenticate", challenge(api.spec, operation))] if error.status == 401 else []
    path = asked_path(operation, match.raw or ())
    return _response(api.problems.documented(operation, error.status, str(error.detail), headers, path=path))


async def _without_state(request: Any, error: Exception) -> ConnexionResponse:
    """What the state cannot serve: a client's doing, or for now; a broken state stands in the log in one line."""
    status = error.status if isinstance(error, StateError) else 503
    if status == 503:
        logger.error("%s %s failed: %s", request.method, request.url.path, error)
    headers = [("retry-after", "1")] if status in (429, 503) else []
    match: Match | None = request.scope.get(MATCH)
    if match is None:
        return _response(problem(status, str(error), headers))
    return _response(
        match.target.api.problems.refusal(match.target.step.operation, status, str(error), headers=headers)
    )


async def _failed(request: Any, error: Exception) -> ConnexionResponse:
    """A fault of our own: the log has it all, the client a sentence; the server lives on."""
    logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    match: Match | None = request.scope.get(MATCH)
    sentence = "The mock failed; its log says where."
    if match is None:
        return _response(problem(500, sentence))
    return _response(match.target.api.problems.refusal(match.target.step.operation, 500, sentence))


def _response(reply: Reply) -> ConnexionResponse:
    headers = dict(reply.headers)
    kind = headers.pop("content-type", "application/problem+json")
    return ConnexionResponse(reply.status, mimetype=kind, content_type=kind, body=reply.body, headers=headers)
