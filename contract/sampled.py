"""Contracts at odds with their own samples: the faults of a request come in, those that no documented sample of it has go out.

Whoever sends what the documents show wants it to be taken, whatever a table or a schema says of it; any other value is judged.
"""

from __future__ import annotations

from collections.abc import Sequence

from contract.schemas import Fault
from contract.spec import Json, Media

_NOTHING = object()


def unsampled(media: Media, value: Json, faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """The faults of a body that are in no documented one: none in a documented body, and of any other no value that one has at the same place."""
    samples = [each.value for each in media.examples]
    if value in samples:
        return ()
    return tuple(fault for fault in faults if fault.rule == "required" or not _is_shown(samples, value, fault))


def _is_shown(samples: Sequence[Json], value: Json, fault: Fault) -> bool:
    sent = _at(value, fault.path)
    return sent is not _NOTHING and any(
        type(shown) is type(sent) and shown == sent for shown in (_at(each, fault.path) for each in samples)
    )


def _at(value: Json, path: Sequence[str | int]) -> Json:
    """What stands at a place; of a list, its first item stands for all."""
    for step in path:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and isinstance(step, int) and value:
            value = value[min(step, len(value) - 1)]
        else:
            return _NOTHING
    return value
