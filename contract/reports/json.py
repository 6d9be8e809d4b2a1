"""For machines: the shapes that others rely on, indented, in the order given; equal input gives equal bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from contract.diff import Change, as_json
from contract.finding import Finding, summary
from contract.spec import Json


def findings(found: Sequence[Finding], scope: Mapping[str, int] | None = None) -> str:
    """`{"findings": [...], "summary": {...}}`; the counts of `scope` join the summary."""
    counts = {**summary(list(found)), **(scope or {})}
    return _text({"findings": [each.as_json() for each in found], "summary": counts})


def changes(old_name: str, new_name: str, found: Sequence[Change]) -> str:
    """`{"old", "new", "changes": [...], "summary": {...}}`."""
    return _text(as_json(old_name, new_name, found))


def _text(shape: Json) -> str:
    return msgspec.json.format(msgspec.json.encode(shape), indent=2).decode() + "\n"
