"""Changes in the two languages that standards have for them: a record and a request's patch come in, the changed record goes out.

JSON Merge Patch (RFC 7396) merges at every depth and removes by null; JSON Patch (RFC 6902) is a list of steps, all of which are done or none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy

from contract.checks import media_name
from contract.spec import Json
from mockserver.answering.creating import UndoneError
from mockserver.answering.making import merged
from mockserver.answering.records import Record
from mockserver.api import Call

Change = Callable[[Call, Record, Record], Record]
"""What a record becomes of what it is and of what is sent of it."""


def change_of(call: Call) -> Change:
    """How the media type of a request wants its body to change a record; what is of no such type is merged at the top."""
    return _CHANGES.get(media_name(call.headers.get("content-type", "")), merged)


def _merge_patched(_: Call, record: Record, sent: Record) -> Record:
    made = _merged(record, sent)
    return made if isinstance(made, dict) else record


def _merged(value: Json, patch: Json) -> Json:
    """RFC 7396, section 2."""
    if not isinstance(patch, Mapping):
        return patch
    made = dict(value) if isinstance(value, Mapping) else {}
    for name, each in patch.items():
        if each is None:
            made.pop(name, None)
        else:
            made[name] = _merged(made.get(name), each)
    return made


def _step_by_step(call: Call, record: Record, _: Record) -> Record:
    """RFC 6902; 409 where the record is not what a test asks for, 422 for steps that cannot be done (RFC 5789, section 2.2)."""
    from jsonpath import patch  # a slow import that few need
    from jsonpath.exceptions import JSONPatchError, JSONPatchTestFailure

    steps = call.values.body
    try:
        made = patch.apply(steps if isinstance(steps, list) else [steps], deepcopy(record))
    except JSONPatchTestFailure as error:
        raise _undone(call, 409, f"The record is not as the patch supposes: {error}.") from error
    except (JSONPatchError, TypeError, AttributeError) as error:
        raise _undone(call, 422, f"The patch cannot be done: {error}.") from error
    return made if isinstance(made, dict) else record


def _undone(call: Call, status: int, sentence: str) -> UndoneError:
    return UndoneError(call.api.problems.documented(call.step.operation, status, sentence))


_CHANGES: Mapping[str, Change] = {
    "application/merge-patch+json": _merge_patched,
    "application/json-patch+json": _step_by_step,
}
