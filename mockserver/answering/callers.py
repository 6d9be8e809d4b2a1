"""Who asks: a Call comes in, the name under which its client has logged in goes out."""

from __future__ import annotations

from mockserver.api import Call


def caller(call: Call) -> str | None:
    """Whom the token of a request was given to, else whom its credentials name; None for nobody."""
    token = (call.user or call.headers.get("authorization", "")).rpartition(" ")[2]
    known = call.store.fact("token", token) if token else None
    return known if known and known != "bearer" else call.user
