"""Work that takes time: a Call to schedule, poll or fetch comes in, a Reply goes out; a job is ready after a settled number of polls."""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from contract.checks import ABSENT
from contract.spec import Json
from mockserver.answering.answers import answer, relocated
from mockserver.answering.linking import renamed
from mockserver.answering.problems import Reply
from mockserver.answering.records import missing, parents_exist
from mockserver.api import Call
from mockserver.planning.evidence import header_example, placeholders
from mockserver.planning.model import Job
from mockserver.planning.variants import Variant


def job(call: Call) -> Reply:
    """Schedule a job (202 and Location), tell how far it is, or give its result."""
    part = call.step.job
    assert part is not None
    if part.role == "schedule":
        return _schedule(call, part) if parents_exist(call) else missing(call)
    identity = call.segments[-1]
    left = call.store.fact(f"job {part.name}", identity)
    operation = call.step.operation
    if left is None:
        return call.api.problems.documented(operation, 404, f"No result is known by {identity}.")
    if part.role == "result" and left != "0":
        status = 409 if any(each.status == "409" for each in operation.responses) else 404
        return call.api.problems.documented(operation, status, f"The result of {identity} is not ready yet.")
    if part.role == "result":
        return _told(call, part, identity)
    return _poll(call, part, identity, int(left))


def _schedule(call: Call, part: Job) -> Reply:
    store, polls = call.store, call.api.polls if call.step.polls is None else call.step.polls
    with store.together():
        identity = call.maker.job(part.name, part.known)
        store.remember(f"job {part.name}", identity, str(polls))
    accepted = next(each for each in call.api.variants[call.step.operation.key] if each.status == 202)
    return answer(call, _spoken(accepted.example, part, identity), {"location": _next(call, part, identity)}, accepted)


def _poll(call: Call, part: Job, identity: str, left: int) -> Reply:
    if left > 0:
        with call.store.together():
            call.store.remember(f"job {part.name}", identity, str(left - 1))
        return _told(call, part, identity)
    ready = next((each for each in call.step.operation.responses if each.status[:1] == "3"), None)
    if ready is None or part.next_path is None:
        return _told(call, part, identity)
    media = ready.content[0] if ready.content else None
    example = media.examples[0].value if media and media.examples else None
    variant = Variant(ready, media, example, None, frozenset())
    return answer(call, _spoken(example, part, identity), {"location": _next(call, part, identity)}, variant)


def _told(call: Call, part: Job, identity: str) -> Reply:
    """The documented success, speaking of this job."""
    known = call.api.variants[call.step.operation.key]
    if not known:
        return answer(call)
    located = {
        name.lower(): renamed(relocated(call, value.strip("'\"")), part.known or "", identity)
        for name, header in known[0].response.headers.items()
        if name.lower() == "location" and isinstance(value := header_example(header), str)
    }
    return answer(call, _spoken(known[0].example, part, identity), located, known[0])


def _next(call: Call, part: Job, identity: str) -> str:
    """The URL of the next step, on the client's own host; other placeholders keep this request's values."""
    assert part.next_path is not None
    path, names = part.next_path, placeholders(part.next_path)
    for name, value in zip(names, [*call.segments[: len(names) - 1], identity], strict=False):
        path = path.replace("{" + name + "}", quote(value, safe=""))
    return call.origin + path


def _spoken(value: Json, part: Job, identity: str) -> Json:
    """The documented answer with this job's id in it; a copy, so that examples stay as documented."""
    if value is None:
        return ABSENT
    return renamed(value, part.known, identity) if part.known else msgspec.json.decode(msgspec.json.encode(value))
