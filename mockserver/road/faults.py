"""Failures on demand: rules come in, each request learns what befalls it; the same seed and the same requests give the same faults.

Rules and their counters are kept in the store, beside the state of the session they were made for, so that a
restart and other workers know them; a reset or a restored snapshot of the state does not touch them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

import msgspec

from contract.spec import Json
from mockserver.state.store import SEPARATOR, Store

EVERYTHING = "*"
"""Stands for every operation."""

Rule = Mapping[str, Json]
"""`{"operation", "rate"?, "status"?, "delay"?}` or `{"operation", "plan": [{"status"?, "delay"?}, ...]}`; see admin/openapi.yaml."""


@dataclass(frozen=True, slots=True)
class Blow:
    """What befalls one request."""

    delay: float = 0.0
    """Seconds."""
    status: int | None = None
    """The status that is answered in place of everything else; None lets the request through."""


_MOST = 1000
"""Sessions whose rules are kept at hand."""


class Faults:
    """The rules of all sessions."""

    def __init__(self, store: Store, seed: int, *, shared: bool = False) -> None:
        self._store = store
        self._seed = seed
        self._shared = shared
        self._known: dict[str, Sequence[Rule]] = {}

    def of(self, session: str) -> Sequence[Rule]:
        """The rules of a session, in order; asked for with every request, so only other workers make it look twice."""
        known = self._known.get(session)
        if known is None or self._shared:
            if len(self._known) >= _MOST:  # names are the clients' to choose
                self._known.clear()
            told = self._kept(session).fact("faults", "rules")
            known = self._known[session] = msgspec.json.decode(told) if told else ()
        return known

    def set(self, session: str, rules: Sequence[Rule]) -> None:
        """Put rules in place of those there were; all of them start anew."""
        kept = self._kept(session)
        with kept.together():
            kept.clear()
            if rules:
                kept.remember("faults", "rules", msgspec.json.encode(rules).decode())
        self._known.pop(session, None)

    def next(self, session: str, operation: str) -> Blow:
        """What befalls this request: that of the first rule that has something for it; each such rule counts it."""
        for index, rule in enumerate(self.of(session)):
            if rule["operation"] in (EVERYTHING, operation):
                count = self._kept(session).next(f"rule {index}")
                # Text of a session and a rule, so that neither two sessions nor two rules share their luck.
                chance = Random(f"{self._seed} {session} {index} {count}")  # noqa: S311 - a mock's faults are no secrets
                hit = _hit(rule, count, chance)
                if hit is not None:
                    status = hit.get("status")  # 503.0 is an integer in JSON Schema
                    return Blow(_seconds(hit.get("delay", 0), chance), None if status is None else int(status))
        return Blow()

    def _kept(self, session: str) -> Store:
        return self._store.of(f"{session}{SEPARATOR}faults")


def _hit(rule: Rule, count: int, chance: Random) -> Rule | None:
    """The part of a rule that this request gets; a plan is taken step by step, then all is well."""
    plan = rule.get("plan")
    if plan is not None:
        return plan[count - 1] if count <= len(plan) else None
    return rule if chance.random() < rule.get("rate", 1) else None


def _seconds(delay: Json, chance: Random) -> float:
    if isinstance(delay, Mapping):
        return chance.uniform(delay["min"], max(delay["min"], delay["max"]))
    return float(delay)
