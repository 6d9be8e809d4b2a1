"""Who asks: a Call comes in, the name under which its client has logged in goes out, or the id of that account."""

from __future__ import annotations

import msgspec

from contract.spec import Json
from mockserver.api import Call


def caller(call: Call) -> str | None:
    """Whom the token of a request was given to, else whom its credentials name; None for nobody."""
    token = (call.user or call.headers.get("authorization", "")).rpartition(" ")[2]
    known = call.store.fact("token", token) if token else None
    return known if known and known != "bearer" else call.user


def caller_id(call: Call) -> Json:
    """The id of the account of whoever asks; None where nobody has logged in, or accounts have none."""
    asks = caller(call)
    if not asks:
        return None
    if kept := call.store.fact("account", asks):
        return msgspec.json.decode(kept).get("id")
    made = (each.account.made for each in call.api.plan.steps if each.account and each.account.made)
    resource = next((each.resource for each in made if each.resource), None)
    records = map(msgspec.json.decode, call.store.bodies(resource.shape, "")) if resource else ()
    found = next((each for each in records if asks in map(str, each.values())), None)
    return resource.held_id(found) if resource and found else None
