"""What each admin page does: a request that keeps the admin contract comes in, JSON or a Reply goes out; HANDLERS is the whole list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contract.checks import ABSENT, Values
from contract.spec import Json, Operation, Spec
from mockserver.admin.document import COLLECTION
from mockserver.admin.exchanges import Criteria, listed, whole
from mockserver.admin.redaction import Redaction
from mockserver.answering.problems import Reply, problem
from mockserver.api import Api
from mockserver.journals.journal import Journal
from mockserver.planning.model import Resource
from mockserver.road.faults import Faults
from mockserver.sessions.sessions import SESSION, Sessions
from mockserver.sessions.snapshots import Snapshots
from mockserver.sessions.states import merge, replace, resources
from mockserver.state.store import SEPARATOR


@dataclass(frozen=True)
class Desk:
    """What the pages work on."""

    apis: Sequence[Api]
    sessions: Sessions
    faults: Faults
    journal: Journal
    spec: Spec
    """The admin contract."""

    @property
    def snapshots(self) -> Snapshots:
        """The snapshots of all sessions."""
        return Snapshots(self.sessions)

    @property
    def redaction(self) -> Redaction:
        """What of an exchange is not shown."""
        return Redaction(self.apis)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for an admin page."""

    operation: Operation
    values: Values
    headers: Mapping[str, str]

    @property
    def session(self) -> str:
        """The session that is meant; empty for the shared one."""
        return self.headers.get(SESSION, "")

    @property
    def body(self) -> Json:
        """The body, or an empty object where none was sent."""
        return {} if self.values.body is ABSENT else self.values.body


# ---- about the mock


def _welcome(desk: Desk, _: Asked) -> Json:
    pages = [each for each in desk.spec.operations if COLLECTION not in each.node]
    return {
        "serves": [{"title": api.spec.title, "operations": len(api.spec.operations)} for api in desk.apis],
        "admin": list(dict.fromkeys(each.path for each in pages)),
        "pages": [{"method": each.method, "path": each.path, "summary": each.node["summary"]} for each in pages],
    }


def _plan(desk: Desk, _: Asked) -> Json:
    plans = [api.plan.as_json() for api in desk.apis]
    return {key: [each for plan in plans for each in plan[key]] for key in ("resources", "operations")}


def _openapi(desk: Desk, _: Asked) -> Json:
    if len(desk.apis) == 1:
        return desk.apis[0].spec.document
    return {
        "documents": [
            {"title": api.spec.title, "path": f"/__admin/openapi/{index}"} for index, api in enumerate(desk.apis)
        ]
    }


def _openapi_of(desk: Desk, asked: Asked) -> Json | Reply:
    index = asked.values.path["index"]
    return desk.apis[index].spec.document if index < len(desk.apis) else _unknown("contract", str(index))


# ---- state


def _read_state(desk: Desk, asked: Asked) -> Json:
    return desk.sessions.shown(asked.session)


def _replace_state(desk: Desk, asked: Asked) -> Json:
    replace(desk.sessions, asked.session, resources(desk.apis), asked.body)
    return desk.sessions.shown(asked.session)


def _merge_state(desk: Desk, asked: Asked) -> Json:
    merge(desk.sessions, asked.session, resources(desk.apis), asked.body)
    return desk.sessions.shown(asked.session)


def _collection(desk: Desk, asked: Asked) -> dict[str, Resource]:
    name = asked.operation.node[COLLECTION]
    return {name: resources(desk.apis)[name]}


def _read_collection(desk: Desk, asked: Asked) -> Json:
    return desk.sessions.shown(asked.session)[asked.operation.node[COLLECTION]]


def _replace_collection(desk: Desk, asked: Asked) -> Json:
    known = _collection(desk, asked)
    replace(desk.sessions, asked.session, known, dict.fromkeys(known, asked.body))
    return _read_collection(desk, asked)


def _merge_collection(desk: Desk, asked: Asked) -> Json:
    known = _collection(desk, asked)
    merge(desk.sessions, asked.session, known, dict.fromkeys(known, asked.body))
    return _read_collection(desk, asked)


def _reset(desk: Desk, asked: Asked) -> Json:
    """As WireMock's, which forgets the requests too; other sessions are left alone."""
    desk.sessions.reset(asked.session)
    desk.faults.set(asked.session, ())
    _forget(desk, asked.session)
    return {"status": "reset"}


# ---- snapshots and sessions


def _list_snapshots(desk: Desk, asked: Asked) -> Json:
    return {"snapshots": desk.snapshots.names(asked.session)}


def _save_snapshot(desk: Desk, asked: Asked) -> Json:
    name = asked.values.path["name"]
    desk.snapshots.save(asked.session, name)
    return {"name": name}


def _restore_snapshot(desk: Desk, asked: Asked) -> Json | Reply:
    name = asked.values.path["name"]
    return {"name": name} if desk.snapshots.restore(asked.session, name) else _unknown("snapshot", name)


def _remove_snapshot(desk: Desk, asked: Asked) -> Reply:
    name = asked.values.path["name"]
    return Reply(204) if desk.snapshots.remove(asked.session, name) else _unknown("snapshot", name)


def _names(desk: Desk) -> list[str]:
    return [each for each in desk.sessions.open()[0].held() if SEPARATOR not in each]


def _list_sessions(desk: Desk, _: Asked) -> Json:
    return {"sessions": _names(desk)}


def _remove_session(desk: Desk, asked: Asked) -> Reply:
    name = asked.values.path["name"]
    if name not in _names(desk):
        return _unknown("session", name)
    for snapshot in desk.snapshots.names(name):
        desk.snapshots.remove(name, snapshot)
    desk.faults.set(name, ())
    desk.sessions.forget(name)
    return Reply(204)


# ---- faults and the clock


def _read_faults(desk: Desk, asked: Asked) -> Json:
    return {"faults": desk.faults.of(asked.session)}


def _replace_faults(desk: Desk, asked: Asked) -> Json:
    desk.faults.set(asked.session, asked.body["faults"])
    return _read_faults(desk, asked)


def _remove_faults(desk: Desk, asked: Asked) -> Reply:
    desk.faults.set(asked.session, ())
    return Reply(204)


def _read_clock(desk: Desk, asked: Asked) -> Json:
    moment = desk.sessions.open(asked.session)[1].present()
    return {"now": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}


def _set_clock(desk: Desk, asked: Asked) -> Json:
    desk.sessions.open(asked.session)[1].set_present(datetime.fromisoformat(asked.body["now"].upper()))
    return _read_clock(desk, asked)


def _reset_clock(desk: Desk, asked: Asked) -> Reply:
    desk.sessions.open(asked.session)[1].set_present(None)
    return Reply(204)


# ---- the journal


def _found(desk: Desk, criteria: Criteria, told: Mapping[str, Json]) -> Json:
    meant = [each for each in desk.journal.exchanges() if criteria.meet(each)]
    first = int(told.get("offset", 0))  # 5.0 is an integer in JSON Schema
    page = meant[first : first + int(told["limit"]) if "limit" in told else None]
    redaction = desk.redaction
    return {"requests": [listed(each, redaction) for each in page], "total": len(meant)}


def _list_requests(desk: Desk, asked: Asked) -> Json:
    told = asked.values.query
    return _found(desk, Criteria.of(told, asked.headers.get(SESSION)), told)


def _find_requests(desk: Desk, asked: Asked) -> Json:
    return _found(desk, Criteria.of(asked.body, asked.headers.get(SESSION)), asked.body)


def _count_requests(desk: Desk, asked: Asked) -> Json:
    return {"count": _find_requests(desk, asked)["total"]}


def _unmatched_requests(desk: Desk, asked: Asked) -> Json:
    return _found(desk, Criteria(asked.headers.get(SESSION), unmatched=True), {})


def _clear_requests(desk: Desk, asked: Asked) -> Reply:
    _forget(desk, asked.headers.get(SESSION))
    return Reply(204)


def _forget(desk: Desk, session: str | None) -> None:
    criteria = Criteria(session)
    desk.journal.forget([each.id for each in desk.journal.exchanges() if criteria.meet(each)])


def _read_request(desk: Desk, asked: Asked) -> Json | Reply:
    name = asked.values.path["id"]
    for each in desk.journal.exchanges():
        if each.id == name:
            return whole(each, desk.journal.attempts(each.id), desk.redaction)
    return _unknown("request", name)


def _unknown(kind: str, name: str) -> Reply:
    return problem(404, f"There is no {kind} {name!r}.")


Handler = Callable[[Desk, Asked], Json]

HANDLERS: Mapping[str, Handler] = {
    "welcome": _welcome,
    "health": lambda _, __: {"status": "ok"},
    "plan": _plan,
    "openapi": _openapi,
    "adminOpenapi": lambda desk, _: desk.spec.document,
    "openapiOf": _openapi_of,
    "readState": _read_state,
    "replaceState": _replace_state,
    "mergeState": _merge_state,
    "readCollection": _read_collection,
    "replaceCollection": _replace_collection,
    "mergeCollection": _merge_collection,
    "reset": _reset,
    "listSnapshots": _list_snapshots,
    "saveSnapshot": _save_snapshot,
    "saveSnapshotToo": _save_snapshot,
    "restoreSnapshot": _restore_snapshot,
    "removeSnapshot": _remove_snapshot,
    "listSessions": _list_sessions,
    "removeSession": _remove_session,
    "readFaults": _read_faults,
    "replaceFaults": _replace_faults,
    "removeFaults": _remove_faults,
    "readClock": _read_clock,
    "setClock": _set_clock,
    "resetClock": _reset_clock,
    "listRequests": _list_requests,
    "findRequests": _find_requests,
    "countRequests": _count_requests,
    "unmatchedRequests": _unmatched_requests,
    "clearRequests": _clear_requests,
    "readRequest": _read_request,
}
"""By operationId of openapi.yaml; what stands after a blank there is the collection."""
