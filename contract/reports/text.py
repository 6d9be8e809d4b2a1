"""For the terminal: two lines a finding or change, the second with the place in the documents, then one line that sums up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from contract.diff import Change
from contract.finding import Finding, Severity

_NOUNS: dict[Severity, tuple[str, str]] = {
    "error": ("error", "errors"),
    "warning": ("warning", "warnings"),
    "info": ("note", "notes"),
}


def findings(found: Sequence[Finding], scope: str = "") -> str:
    """Findings in their order; `scope` says how much was looked at, so that a clean report means something."""
    lines = [line for each in found for line in _finding(each)]
    total = _total((each.severity for each in found), "no findings")
    return _text([*lines, f"{total} in {scope}" if scope else total])


def changes(old_name: str, new_name: str, found: Sequence[Change]) -> str:
    """Changes in their order, each with its line in the old and in the new edition."""
    lines = [line for each in found for line in _change(each)]
    return _text([*lines, f"{_total((each.severity for each in found), 'no changes')} from {old_name} to {new_name}"])


def _finding(each: Finding) -> Iterator[str]:
    subject = f" {each.operation}" if each.operation else ""
    yield f"{each.severity} {each.id}{subject}: {each.message}"
    if second := "  ".join(part for part in (str(each.source or ""), each.remedy) if part):
        yield f"  {second}"


def _change(each: Change) -> Iterator[str]:
    yield f"{each.severity} {each.id} {each.operation}: {each.message}"
    places = [f"{edition} {line}" for edition, line in (("old", each.old), ("new", each.new)) if line]
    if places:
        yield "  " + "  ".join(places)


def _total(severities: Iterable[Severity], none: str) -> str:
    counts = Counter(severities)
    parts = [f"{counts[each]} {_NOUNS[each][counts[each] > 1]}" for each in _NOUNS if counts[each]]
    return ", ".join(parts) or none


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
