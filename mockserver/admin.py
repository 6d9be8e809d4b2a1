"""The endpoints below /__admin/: a method and a path come in, JSON goes out; only reset changes anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from contract.spec import Json
from mockserver.api import Api
from mockserver.first import fill
from mockserver.problems import Reply, problem
from mockserver.store import Store


def reset(apis: Sequence[Api], store: Store) -> None:
    """Go back to the documented examples, in one change."""
    with store.together():
        store.clear()
        for api in apis:
            fill(api)


def open_state(apis: Sequence[Api], store: Store) -> None:
    """Fill in what the state does not know yet: all contracts at first, new ones later; what is there stays."""
    with store.together():
        for api in apis:
            if store.fact("filled", api.fingerprint) is None:
                fill(api)


def state(apis: Sequence[Api], store: Store) -> dict[str, Json]:
    """All records by collection; below a parent, by the parent's id."""
    names = {each.shape: each for api in apis for each in api.plan.resources}
    shown: dict[str, Json] = {each.name: {} if each.parents else [] for each in names.values()}
    for collection, parent, _, body in store.all():
        resource = names.get(collection)
        if resource is None:
            continue
        if resource.kind == "document":
            shown[resource.name] = (
                {**(shown[resource.name] or {}), parent: msgspec.Raw(body)} if resource.parents else msgspec.Raw(body)
            )
        elif resource.parents:
            shown[resource.name].setdefault(parent, []).append(msgspec.Raw(body))
        else:
            shown[resource.name].append(msgspec.Raw(body))
    return shown


class Admin:
    """What a user can ask the mock about itself."""

    def __init__(self, apis: Sequence[Api], store: Store) -> None:
        self._apis = apis
        self._store = store
        documents = {f"/__admin/openapi/{index}": {"GET": self._document(api)} for index, api in enumerate(apis)}
        self._routes: Mapping[str, Mapping[str, Callable[[], Json]]] = {
            "/": {"GET": self._welcome},
            "/__admin": {"GET": self._welcome},
            "/__admin/health": {"GET": lambda: {"status": "ok"}},
            "/__admin/plan": {"GET": self._plan},
            "/__admin/openapi": {"GET": self._document(apis[0]) if len(apis) == 1 else self._documents},
            "/__admin/state": {"GET": lambda: state(self._apis, self._store)},
            "/__admin/reset": {"POST": self._reset},
            **documents,
        }

    def answer(self, method: str, path: str) -> Reply:
        """Answer one request; a path nobody knows is 404, a method 405 with Allow."""
        known = self._routes.get(path.rstrip("/") or "/")
        if known is None:
            return problem(
                404, f"{path} is no admin page. There are {', '.join(each for each in self._routes if each != '/')}."
            )
        asked = "GET" if method == "HEAD" else method
        if asked in known:
            return Reply(200, msgspec.json.encode(known[asked]()), (("content-type", "application/json"),))
        allow = ", ".join(sorted({*known, "OPTIONS", *(["HEAD"] if "GET" in known else [])}))
        if method == "OPTIONS":
            return Reply(204, b"", (("allow", allow),))
        return problem(405, f"{method} does nothing on {path}; {allow} do.", (("allow", allow),))

    def _welcome(self) -> Json:
        return {
            "serves": [{"title": api.spec.title, "operations": len(api.spec.operations)} for api in self._apis],
            "admin": [path for path in self._routes if path.startswith("/__admin/")],
        }

    def _plan(self) -> Json:
        plans = [api.plan.as_json() for api in self._apis]
        return {key: [each for plan in plans for each in plan[key]] for key in ("resources", "operations")}

    def _document(self, api: Api) -> Callable[[], Json]:
        return lambda: api.spec.document

    def _documents(self) -> Json:
        return {
            "documents": [
                {"title": api.spec.title, "path": f"/__admin/openapi/{index}"} for index, api in enumerate(self._apis)
            ]
        }

    def _reset(self) -> Json:
        reset(self._apis, self._store)
        return {"status": "reset"}
