"""What a test of a server came to: judged requests and Findings go in, an Outcome comes out; each breach is in it once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from contract.exchange import one_line, redacted
from contract.finding import Finding
from contract.target import Target

_REFUSALS = (401, 403, 405)
"""Statuses that tell nothing of an operation behind a login; 405 is the answer to methods that are tried beside."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found, and how much was looked at, so that a test of nothing does not look like a clean one."""

    findings: tuple[Finding, ...]
    operations: int
    """Operations that were sent at least one request."""
    cases: int
    """Requests that were judged."""
    checks: int
    """Judgements passed on the answers."""

    @property
    def scope(self) -> dict[str, int]:
        """How much was looked at, for reports."""
        return {"operations": self.operations, "cases": self.cases, "checks": self.checks}

    def __str__(self) -> str:
        return f"{self.checks} checks of {self.cases} requests to {self.operations} operations"


class Tally:
    """Findings as they come: one for each distinct breach, whatever the number of requests that show it."""

    def __init__(self, target: Target, hidden: Sequence[str]) -> None:
        """`hidden` are values that no report shows."""
        self.target = target
        self.cases = 0
        self._hidden = hidden
        self._findings: dict[tuple[str, str | None, str], Finding] = {}
        self._tested: set[str] = set()
        self._admitted: set[str] = set()
        self._checks = 0

    @property
    def first_trouble(self) -> str:
        """What was reported first; for the case that nothing else was."""
        return next((each.message for each in self._findings.values()), "no phase made a request")

    def count(self, label: str, status: int | None, checks: int) -> None:
        """Add a request to the operation with this label, and the judgements passed on its answer."""
        self.cases += 1
        self._checks += checks
        self._tested.add(label)
        if status is not None and status not in _REFUSALS:
            self._admitted.add(label)

    def keep(self, breach: str, finding: Finding) -> None:
        """Of several requests that show one breach the shortest is the easiest to read, whatever their order."""
        key = (finding.id, finding.operation, breach)
        shortest = min(self._findings.get(key, finding), finding, key=lambda each: (len(each.request), each.request))
        self._findings[key] = redacted(shortest, self._hidden)

    def outcome(self) -> Outcome:
        """Everything found, in the order of the contract."""
        closed = [self.target.operations[each] for each in sorted(self._tested - self._admitted)]
        if names := [each.key for each in closed if each.security]:
            self.keep("", _closed(names, len(self._tested)))
        order = {each.key: number for number, each in enumerate(self.target.spec.operations)}
        findings = sorted(
            self._findings.values(),
            key=lambda each: (order[each.operation] if each.operation else -1, each.id, each.message),
        )
        return Outcome(tuple(findings), len(self._tested), self.cases, self._checks)


def _closed(operations: Sequence[str], tested: int) -> Finding:
    """A server that refuses everything breaks no promise, and yet nothing was learned of it."""
    told = f"{len(operations)} of {tested} operations let no request in, so that these were hardly tested: "
    return Finding(
        id="only-refused",
        severity="warning",
        message=one_line(told + ", ".join(operations)),
        remedy="give credentials, or others",
    )
