"""Who asks: a Call comes in, the name under which its client has logged in goes out, or the account."""

from __future__ import annotations

import msgspec

from contract.spec import Json
from mockserver.api import Call


def caller(call: Call) -> str | None:
    """Whom the token of a request was given to, else whom its credentials name; None for nobody."""
    token = (call.user or call.headers.get("authorization", "")).rpartition(" ")[2]
    known = call.store.fact("token", token) if token else None
    return known if known and known != "bearer" else call.user


def account(call: Call) -> dict[str, Json]:
    """The account of whoever asks; empty where nobody has logged in."""
    asks = caller(call)
    kept = call.store.fact("account", asks) if asks else None
    if not asks or kept:
        return dict(msgspec.json.decode(kept)) if kept else {}
    made = (each.account.made for each in call.api.plan.steps if each.account and each.account.made)
    resource = next((each.resource for each in made if each.resource), None)
    bodies = call.store.bodies(resource.shape, "") if resource else []
    found: Json = next((each for each in map(msgspec.json.decode, bodies) if asks in map(str, each.values())), {})
    return {"id": resource.held_id(found), **found} if resource and found else {}
