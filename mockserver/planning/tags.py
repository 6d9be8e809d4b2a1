"""Which header fields operations heed: a Plan comes in, the same Plan goes out, its steps marked where documents name entity tags (RFC 9110, section 13) or keys of requests that may come twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from contract.spec import Operation
from mockserver.planning.covers import plain
from mockserver.planning.evidence import shape
from mockserver.planning.model import Plan, Step

_CHANGES = ("replace", "update", "delete", "action")
_READS = ("read", "list", "view", "singleton")


def with_tags(plan: Plan) -> Plan:
    """Mark what answers with tags, what may be asked for one state of a record only, and what is done once for each key."""
    plan = replace(plan, steps=tuple(_once(each) for each in plan.steps))
    if not any(_speaks(each.operation) for each in plan.steps):
        return plan
    reads = {shape(each.operation.path): each.operation.key for each in plan.steps if each.behaviour in _READS}
    return replace(plan, steps=tuple(_marked(each, reads) for each in plan.steps))


def _once(step: Step) -> Step:
    named = (each.name.lower() for each in step.operation.parameters if each.location == "header")
    key = next((each for each in named if plain(each).endswith("idempotencykey")), "")
    return replace(step, once=key) if key and step.behaviour not in _READS else step


def _marked(step: Step, reads: Mapping[str, str]) -> Step:
    operation = step.operation
    if not _speaks(operation):
        return step
    told = any(name.lower() == "etag" for each in operation.responses for name in each.headers)
    if step.behaviour in _READS:
        return replace(step, tagged=True)
    by = reads.get(shape(operation.path)) if step.behaviour in _CHANGES else None
    return replace(step, tagged=told and by is not None, read_by=by)


def _speaks(operation: Operation) -> bool:
    """Tell whether an operation documents a tag, a condition, or what comes of one."""
    asked = {each.name.lower() for each in operation.parameters if each.location == "header"}
    told = {name.lower() for each in operation.responses for name in each.headers}
    return (
        bool(asked & {"if-match", "if-none-match"})
        or "etag" in told
        or any(each.status in ("304", "412") for each in operation.responses)
    )
