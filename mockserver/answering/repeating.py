"""Requests that a client may send twice (draft-ietf-httpapi-idempotency-key-header): a Call with a key comes in, and the Reply of the first one goes out each time.

Only where the documents name such a header field; a refusal is not kept, for nothing was done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import msgspec

from contract.checks import ABSENT
from mockserver.answering.problems import Reply
from mockserver.api import Call

_REFUSED = 400
_OTHERS = ("422", "409", "400")
"""Statuses for a key that was used for another request, the draft's first."""


class _Kept(msgspec.Struct, array_like=True):
    """What a key was used for, and what was answered."""

    request: str
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]


def repeated(call: Call, behave: Callable[[Call], Reply]) -> Reply:
    """Answer a request that bears a known key as before; `behave` answers any other."""
    key, operation = call.headers.get(call.step.once), call.step.operation
    if not key:
        return behave(call)
    sent = b"" if call.values.body is ABSENT else msgspec.json.encode(call.values.body, order="sorted")
    request = hashlib.blake2b(b"\n".join([*map(str.encode, call.segments), sent]), digest_size=16).hexdigest()
    name = f"{operation.key} {key}"
    if known := call.store.fact("idempotency", name):
        kept = msgspec.json.decode(known, type=_Kept)
        if kept.request == request:
            return Reply(kept.status, kept.body, kept.headers)
        documented = {each.status for each in operation.responses}
        status = next((each for each in _OTHERS if each in documented), _OTHERS[0])
        sentence = f"The key {key} was used for another request; send a new key with a new request."
        return call.api.problems.documented(operation, int(status), sentence)
    reply = behave(call)
    if reply.status < _REFUSED:
        made = _Kept(request, reply.status, reply.body, reply.headers)
        call.store.remember("idempotency", name, msgspec.json.encode(made).decode())
    return reply
