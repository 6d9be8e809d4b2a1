"""The endpoints below /__admin/: a method and a path come in, JSON goes out; only reset changes anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from contract.spec import Json
from mockserver.api import Api
from mockserver.problems import Reply, problem
from mockserver.sessions import Sessions


class Admin:
    """What a user can ask the mock about itself."""

    def __init__(self, apis: Sequence[Api], sessions: Sessions) -> None:
        self._apis = apis
        self._sessions = sessions
        documents = {f"/__admin/openapi/{index}": {"GET": self._document(api)} for index, api in enumerate(apis)}
        self._routes: Mapping[str, Mapping[str, Callable[[], Json]]] = {
            "/": {"GET": self._welcome},
            "/__admin": {"GET": self._welcome},
            "/__admin/health": {"GET": lambda: {"status": "ok"}},
            "/__admin/plan": {"GET": self._plan},
            "/__admin/openapi": {"GET": self._document(apis[0]) if len(apis) == 1 else self._documents},
            "/__admin/state": {"GET": self._sessions.shown},
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
        self._sessions.reset()
        return {"status": "reset"}
