"""Work on its way: a record that a client polls comes in, the record as it is by then goes out; a state is left behind for good.

The first poll shows the state that the record was made in, the next one those between, and after as many as jobs take it is done; so it is
at once where the clock was set an hour on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from contract.spec import Json
from mockserver.answering.linking import linked
from mockserver.answering.making import touched
from mockserver.answering.records import Record, identity_of, keep, parent_of, resource_of
from mockserver.answering.samples import generated
from mockserver.answering.shapes import record_schemas
from mockserver.api import Call
from mockserver.planning.comparing import moment
from mockserver.planning.covers import properties_of
from mockserver.planning.dialect import value_of
from mockserver.planning.filters import time_of
from mockserver.planning.model import LEVELS, Work
from mockserver.state.store import below

_HOUR = 3600.0
_BEGUN = re.compile(r"(?:started|begun|processing_?started)_?(?:at|on|date|time)?", re.IGNORECASE)
_ENDED = re.compile(
    r"(?:completed|finished|ended|done|processed|succeeded|generated)_?(?:at|on|date|time)|(?:end|finish|completion)_?(?:date|time)",
    re.IGNORECASE,
)
_PROGRESS = re.compile(r"progress|percent(?:age)?(?:_?(?:complete|done))?|progress_?percent(?:age)?", re.IGNORECASE)
_RESULT = re.compile(r"(?:.*_?)(?:url|uri|link)", re.IGNORECASE)


def polled(call: Call, work: Work, record: Record) -> Record:
    """A record after one more poll."""
    now, order = str(value_of(record, work.name)), work.states
    if now not in order[:-1]:
        return record
    key = below(parent_of(call), identity_of(call))
    kind = f"polls {resource_of(call).shape}"
    with call.store.together():
        seen = int(call.store.fact(kind, key) or 0)
        call.store.remember(kind, key, str(seen + 1))
        state = order[-1] if seen >= call.api.polls or _is_long_ago(call, record) else _next(order, now, seen)
        if state == now:
            return record
        made = touched(call, _put(call, record, _brought(call, work, record, state)), {})
        keep(call, made)
    return made


def _next(order: tuple[str, ...], now: str, seen: int) -> str:
    """The state after one, but for the last; the first poll changes nothing."""
    return order[min(order.index(now) + 1, len(order) - 2)] if seen else now


def _is_long_ago(call: Call, record: Record) -> bool:
    """Tell whether the clock was set on since the record was made."""
    name = time_of(resource_of(call).fields)
    made = moment(value_of(record, name)) if name else None
    return made is not None and call.maker.present().timestamp() - made > _HOUR


def _brought(call: Call, work: Work, record: Record, state: str) -> Record:
    """What a state brings with it: the times of its beginning and end, what a record that is done is shown with."""
    resource, made, ended = resource_of(call), dict[str, Json]({work.name: state}), state == work.last
    ids = resource.held_id(work.shown), resource.held_id(record)
    for name in _untold(call, record) | {each for each in work.shown if _is_empty(value_of(record, each))}:
        shown = work.shown.get(name)
        if name in (work.name, *resource.takes):
            continue
        if _BEGUN.fullmatch(name) or (ended and _ENDED.fullmatch(name)):
            made[name] = call.maker.moment(shown)
        elif ended and shown is not None:
            made[name] = linked(call.maker.anew(name, shown), *ids)
        elif ended and not work.shown and _PROGRESS.fullmatch(name):
            made[name] = 100
        elif ended and not work.shown and _RESULT.fullmatch(name):
            made[name] = generated(call.api.spec, {"type": "string", "format": "uri"})
    return made


def _untold(call: Call, record: Record) -> set[str]:
    """What answers describe of a record that holds nothing of it yet."""
    known = {name for one in record_schemas(call.api, resource_of(call)) for name in _fields(call, one)}
    return {name for name in known if _is_empty(value_of(record, name))}


def _is_empty(value: Json) -> bool:
    return value in (None, 0, "", [], {})


def _fields(call: Call, schema: Json) -> Mapping[str, Json]:
    known = properties_of(call.api.spec, schema)
    return (
        {**known, **properties_of(call.api.spec, known.get(LEVELS[0], {}))} if resource_of(call).is_json_api else known
    )


def _put(call: Call, record: Record, brought: Record) -> Record:
    inner = record.get(LEVELS[0])
    if resource_of(call).is_json_api and isinstance(inner, dict):
        return {**record, LEVELS[0]: {**inner, **brought}}
    return {**record, **brought}
