"""The journal as people read it: Exchanges and criteria come in, JSON in the shape of `/__admin/requests` goes out, without secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from contract.spec import Json
from mockserver.admin.redaction import Redaction, hidden
from mockserver.journals.journal import Attempt, Exchange
from mockserver.sessions.sessions import SESSION

_SESSION = SESSION.encode()


@dataclass(frozen=True, slots=True)
class Criteria:
    """Which exchanges are meant; what is not given does not matter."""

    session: str | None = None
    method: str | None = None
    """In any case; `ANY` is any."""
    path: str | None = None
    """The path without its query; `*` stands for anything."""
    status: str | None = None
    """`404`, or `4xx`."""
    operation: str | None = None
    """`METHOD /path` as the contract writes it."""
    violations: bool | None = None
    """Whether the request broke the contract."""
    unmatched: bool = False
    """Only requests that mean no operation."""

    @classmethod
    def of(cls, told: Mapping[str, Json], session: str | None) -> Criteria:
        """Criteria from the query or the body of an admin request that keeps the admin contract."""
        status = told.get("status")
        return cls(
            session,
            told.get("method"),
            told.get("path"),
            str(int(status)) if isinstance(status, float) else None if status is None else str(status),
            told.get("operation"),
            told.get("violations"),
        )

    def meet(self, exchange: Exchange) -> bool:
        """Tell whether an exchange is meant."""
        status = str(exchange.status)
        wanted = self.status if self.status is None or self.status.isdecimal() else self.status[0]
        return (
            (self.session is None or self.session == session_of(exchange))
            and (self.method is None or self.method.upper() in ("ANY", exchange.method))
            and (self.path is None or fnmatchcase(exchange.path, _pattern(self.path)))
            and (wanted is None or status.startswith(wanted))
            and (self.operation is None or self.operation == exchange.operation)
            and (self.violations is None or self.violations == bool(exchange.violations))
            and (not self.unmatched or (exchange.operation is None and exchange.status >= 400))
        )


def _pattern(path: str) -> str:
    """`*` alone is special; brackets are part of many paths."""
    return re.sub(r"([\[?])", r"[\1]", path)


def session_of(exchange: Exchange) -> str:
    """The session that a request named; empty for the shared one."""
    return next((value.decode("latin-1") for name, value in exchange.headers if name == _SESSION), "")


def listed(exchange: Exchange, redaction: Redaction) -> dict[str, Json]:
    """One line of the journal."""
    said = [{"message": text, "file": file, "line": line} for text, file, line in exchange.violations]
    if said:
        said = hidden(said, redaction.secrets(exchange.body, exchange.headers))
    return {
        "id": exchange.id,
        "at": _moment(exchange.at),
        "method": exchange.method,
        "path": exchange.path,
        "status": exchange.status,
        "operation": exchange.operation,
        "ms": round(exchange.seconds * 1000, 3),
        "violations": said,
    }


def whole(exchange: Exchange, attempts: Iterable[Attempt], redaction: Redaction) -> dict[str, Json]:
    """All that is known of an exchange; of a request that was refused unread, the body is null."""
    secrets = redaction.secrets(exchange.body, exchange.headers)
    query = redaction.query(exchange.query.decode("latin-1"))
    request = {
        "url": exchange.path + (f"?{query}" if query else ""),
        "headers": redaction.headers(exchange.headers),
        **_body(exchange.body, exchange.body_size, exchange.headers, redaction),
    }
    response = {
        "headers": redaction.headers(exchange.answer_headers),
        **_body(exchange.answer, exchange.answer_size, exchange.answer_headers, redaction),
    }
    return {
        **listed(exchange, redaction),
        "session": session_of(exchange),
        "request": request,
        "response": hidden(response, secrets),
        "callbacks": [_attempt(each, redaction) for each in attempts],
    }


def _body(
    raw: bytes | None, size: int, headers: Iterable[tuple[bytes, bytes]], redaction: Redaction
) -> dict[str, Json]:
    if not raw:
        return {"body": None, "bytes": size}
    kind = next((value.decode("latin-1").lower() for name, value in headers if name.lower() == b"content-type"), "")
    shown = redaction.body(raw, kind)
    if len(raw) == size:
        return {"body": shown, "bytes": size}
    return {"body": f"{shown} ... [cut: {len(raw)} of {size} bytes]", "bytes": size, "cut": True}


def _attempt(attempt: Attempt, redaction: Redaction) -> dict[str, Json]:
    url, mark, query = attempt.url.partition("?")
    return {
        "method": attempt.method,
        "url": url + mark + redaction.query(query),
        "body": redaction.body(attempt.body, "application/json") if attempt.body else None,
        "attempt": attempt.attempt,
        "at": _moment(attempt.at),
        "ms": round(attempt.seconds * 1000, 3),
        "status": attempt.status,
        "error": attempt.error,
    }


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
