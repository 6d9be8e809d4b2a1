"""Facts come in, Changes go out: a table says what each kind of fact means for a client that kept to the old edition.

The variance rule behind the table: a request may only accept more, a response may only promise more. So each row has
a mirror in the other direction with the opposite severity. Ids are oasdiff's where the meaning is the same.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from contract.diff.facts import Fact, facts
from contract.finding import DocLine, Severity
from contract.spec import Json, Spec

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""Worst first: surely breaks such a client; may break it; harmless."""


class Rule(NamedTuple):
    """What one kind of fact means."""

    id: str
    area: str
    direction: str
    action: str
    severity: Severity
    sentence: str
    """Template over `name`, `place`, `before` and `after` of the fact."""


# fmt: off
RULES: tuple[Rule, ...] = tuple(Rule(*row) for row in (
    # paths and operations
    ("endpoint-added", "path", "none", "added", "info", "the operation is new"),
    ("endpoint-added", "operation", "none", "added", "info", "the operation is new"),
    ("api-path-removed-without-deprecation", "path", "none", "removed", "error", "the operation is gone with its whole path"),
    ("api-path-removed-with-deprecation", "deprecated-path", "none", "removed", "info", "the operation, which was deprecated, is gone with its whole path"),
    ("api-removed-without-deprecation", "operation", "none", "removed", "error", "the operation is gone"),
    ("api-removed-with-deprecation", "deprecated-operation", "none", "removed", "info", "the operation, which was deprecated, is gone"),

    # parameters
    ("new-required-request-parameter", "required-parameter", "request", "added", "error", "the {place} `{name}` is new and required"),
    ("new-optional-request-parameter", "optional-parameter", "request", "added", "info", "the {place} `{name}` is new"),
    ("request-parameter-removed", "required-parameter", "request", "removed", "warning", "the required {place} `{name}` is gone"),
    ("request-parameter-removed", "optional-parameter", "request", "removed", "warning", "the {place} `{name}` is gone"),
    ("request-parameter-became-required", "parameter-need", "request", "added", "error", "the {place} `{name}` became required"),
    ("request-parameter-became-optional", "parameter-need", "request", "removed", "info", "the {place} `{name}` became optional"),
    ("request-parameter-type-generalized", "parameter-type", "request", "widened", "info", "the {place} `{name}` widened from {before} to {after}"),
    ("request-parameter-type-changed", "parameter-type", "request", "narrowed", "error", "the {place} `{name}` narrowed from {before} to {after}"),
    ("request-parameter-type-changed", "parameter-type", "request", "changed", "error", "the {place} `{name}` changed from {before} to {after}"),
    ("request-parameter-became-nullable", "parameter-null", "request", "added", "info", "the {place} `{name}` may now be null"),
    ("request-parameter-became-not-nullable", "parameter-null", "request", "removed", "error", "the {place} `{name}` may no longer be null"),
    ("request-parameter-became-enum", "parameter-enum", "request", "added", "error", "the {place} `{name}` is now limited to {after}"),
    ("request-parameter-enum-dropped", "parameter-enum", "request", "removed", "info", "the {place} `{name}` is no longer limited to {before}"),
    ("request-parameter-enum-value-added", "parameter-value", "request", "added", "info", "the {place} `{name}` may now be {after}"),
    ("request-parameter-enum-value-removed", "parameter-value", "request", "removed", "error", "the {place} `{name}` may no longer be {before}"),
    ("request-parameter-one-of-added", "parameter-alternative", "request", "added", "info", "the {place} `{name}` has one more alternative"),
    ("request-parameter-one-of-removed", "parameter-alternative", "request", "removed", "error", "the {place} `{name}` has one alternative fewer"),

    # properties of parameters
    ("new-required-request-parameter-property", "required-parameter-property", "request", "added", "error", "`{name}` of a {place} is new and required"),
    ("new-optional-request-parameter-property", "optional-parameter-property", "request", "added", "info", "`{name}` of a {place} is new"),
    ("request-parameter-property-removed", "required-parameter-property", "request", "removed", "warning", "the required `{name}` of a {place} is gone"),
    ("request-parameter-property-removed", "optional-parameter-property", "request", "removed", "warning", "`{name}` of a {place} is gone"),
    ("request-parameter-property-became-required", "parameter-property-need", "request", "added", "error", "`{name}` of a {place} became required"),
    ("request-parameter-property-became-optional", "parameter-property-need", "request", "removed", "info", "`{name}` of a {place} became optional"),
    ("request-parameter-property-type-generalized", "parameter-property-type", "request", "widened", "info", "`{name}` of a {place} widened from {before} to {after}"),
    ("request-parameter-property-type-specialized", "parameter-property-type", "request", "narrowed", "error", "`{name}` of a {place} narrowed from {before} to {after}"),
    ("request-parameter-property-type-changed", "parameter-property-type", "request", "changed", "error", "`{name}` of a {place} changed from {before} to {after}"),
    ("request-parameter-property-became-nullable", "parameter-property-null", "request", "added", "info", "`{name}` of a {place} may now be null"),
    ("request-parameter-property-became-not-nullable", "parameter-property-null", "request", "removed", "error", "`{name}` of a {place} may no longer be null"),
    ("request-parameter-property-became-enum", "parameter-property-enum", "request", "added", "error", "`{name}` of a {place} is now limited to {after}"),
    ("request-parameter-property-enum-dropped", "parameter-property-enum", "request", "removed", "info", "`{name}` of a {place} is no longer limited to {before}"),
    ("request-parameter-property-enum-value-added", "parameter-property-value", "request", "added", "info", "`{name}` of a {place} may now be {after}"),
    ("request-parameter-property-enum-value-removed", "parameter-property-value", "request", "removed", "error", "`{name}` of a {place} may no longer be {before}"),
    ("request-parameter-property-one-of-added", "parameter-property-alternative", "request", "added", "info", "`{name}` of a {place} has one more alternative"),
    ("request-parameter-property-one-of-removed", "parameter-property-alternative", "request", "removed", "error", "`{name}` of a {place} has one alternative fewer"),

    # bodies, media types, statuses
    ("request-body-added-required", "required-body", "request", "added", "error", "a required request body is new"),
    ("request-body-added-optional", "optional-body", "request", "added", "info", "an optional request body is new"),
    ("request-body-removed", "required-body", "request", "removed", "error", "the required request body is gone"),
    ("request-body-removed", "optional-body", "request", "removed", "error", "the request body is gone"),
    ("request-body-became-required", "body-need", "request", "added", "error", "the request body became required"),
    ("request-body-became-optional", "body-need", "request", "removed", "info", "the request body became optional"),
    ("request-body-media-type-added", "media-type", "request", "added", "info", "the {place} may now be {name}"),
    ("request-body-media-type-removed", "media-type", "request", "removed", "error", "the {place} may no longer be {name}"),
    ("request-body-media-type-schema-added", "schema", "request", "added", "error", "the {place} as {name} has a schema now"),
    ("request-body-media-type-schema-removed", "schema", "request", "removed", "info", "the {place} as {name} has no schema any more"),
    ("response-media-type-added", "media-type", "response", "added", "info", "{place} may now be {name}"),
    ("response-media-type-removed", "media-type", "response", "removed", "error", "{place} is no longer {name}"),
    ("response-body-media-type-schema-added", "schema", "response", "added", "info", "{place} as {name} has a schema now"),
    ("response-body-media-type-schema-removed", "schema", "response", "removed", "warning", "{place} as {name} has no schema any more"),
    ("response-success-status-added", "success-status", "response", "added", "info", "the success status {name} is new"),
    ("response-success-status-removed", "success-status", "response", "removed", "error", "the success status {name} is gone"),
    ("response-non-success-status-added", "other-status", "response", "added", "info", "the status {name} is new"),
    ("response-non-success-status-removed", "other-status", "response", "removed", "info", "the status {name} is gone"),

    # what a request body may be
    ("request-body-type-generalized", "body-type", "request", "widened", "info", "the {place} widened from {before} to {after}"),
    ("request-body-type-changed", "body-type", "request", "narrowed", "error", "the {place} narrowed from {before} to {after}"),
    ("request-body-type-changed", "body-type", "request", "changed", "error", "the {place} changed from {before} to {after}"),
    ("request-body-became-nullable", "body-null", "request", "added", "info", "the {place} may now be null"),
    ("request-body-became-not-nullable", "body-null", "request", "removed", "error", "the {place} may no longer be null"),
    ("request-body-became-enum", "body-enum", "request", "added", "error", "the {place} is now limited to {after}"),
    ("request-body-enum-dropped", "body-enum", "request", "removed", "info", "the {place} is no longer limited to {before}"),
    ("request-body-enum-value-added", "body-value", "request", "added", "info", "the {place} may now be {after}"),
    ("request-body-enum-value-removed", "body-value", "request", "removed", "error", "the {place} may no longer be {before}"),
    ("request-body-one-of-added", "body-alternative", "request", "added", "info", "the {place} has one more alternative"),
    ("request-body-one-of-removed", "body-alternative", "request", "removed", "error", "the {place} has one alternative fewer"),

    # what a property of a request body may be
    ("new-required-request-property", "required-property", "request", "added", "error", "the property `{name}` of the {place} is new and required"),
    ("new-optional-request-property", "optional-property", "request", "added", "info", "the property `{name}` of the {place} is new"),
    ("request-property-removed", "required-property", "request", "removed", "warning", "the required property `{name}` of the {place} is gone"),
    ("request-property-removed", "optional-property", "request", "removed", "warning", "the property `{name}` of the {place} is gone"),
    ("request-property-became-required", "property-need", "request", "added", "error", "the property `{name}` of the {place} became required"),
    ("request-property-became-optional", "property-need", "request", "removed", "info", "the property `{name}` of the {place} became optional"),
    ("request-property-type-generalized", "property-type", "request", "widened", "info", "the property `{name}` of the {place} widened from {before} to {after}"),
    ("request-property-type-changed", "property-type", "request", "narrowed", "error", "the property `{name}` of the {place} narrowed from {before} to {after}"),
    ("request-property-type-changed", "property-type", "request", "changed", "error", "the property `{name}` of the {place} changed from {before} to {after}"),
    ("request-property-became-nullable", "property-null", "request", "added", "info", "the property `{name}` of the {place} may now be null"),
    ("request-property-became-not-nullable", "property-null", "request", "removed", "error", "the property `{name}` of the {place} may no longer be null"),
    ("request-property-became-enum", "property-enum", "request", "added", "error", "the property `{name}` of the {place} is now limited to {after}"),
    ("request-property-enum-dropped", "property-enum", "request", "removed", "info", "the property `{name}` of the {place} is no longer limited to {before}"),
    ("request-property-enum-value-added", "property-value", "request", "added", "info", "the property `{name}` of the {place} may now be {after}"),
    ("request-property-enum-value-removed", "property-value", "request", "removed", "error", "the property `{name}` of the {place} may no longer be {before}"),
    ("request-property-one-of-added", "property-alternative", "request", "added", "info", "the property `{name}` of the {place} has one more alternative"),
    ("request-property-one-of-removed", "property-alternative", "request", "removed", "error", "the property `{name}` of the {place} has one alternative fewer"),

    # what a response body may be
    ("response-body-type-generalized", "body-type", "response", "widened", "error", "{place} widened from {before} to {after}"),
    ("response-body-type-specialized", "body-type", "response", "narrowed", "info", "{place} narrowed from {before} to {after}"),
    ("response-body-type-changed", "body-type", "response", "changed", "error", "{place} changed from {before} to {after}"),
    ("response-body-became-nullable", "body-null", "response", "added", "error", "{place} may now be null"),
    ("response-body-became-not-nullable", "body-null", "response", "removed", "info", "{place} is no longer null"),
    ("response-body-became-enum", "body-enum", "response", "added", "info", "{place} is now limited to {after}"),
    ("response-body-enum-dropped", "body-enum", "response", "removed", "warning", "{place} is no longer limited to {before}"),
    ("response-body-enum-value-added", "body-value", "response", "added", "warning", "{place} may now be {after}"),
    ("response-mediatype-enum-value-removed", "body-value", "response", "removed", "info", "{place} is no longer {before}"),
    ("response-body-one-of-added", "body-alternative", "response", "added", "error", "{place} has one more alternative"),
    ("response-body-one-of-removed", "body-alternative", "response", "removed", "info", "{place} has one alternative fewer"),

    # what a property of a response body may be
    ("response-required-property-added", "required-property", "response", "added", "info", "{place} always has the new property `{name}`"),
    ("response-required-property-removed", "required-property", "response", "removed", "error", "{place} has lost the property `{name}`, which was always there"),
    ("response-optional-property-added", "optional-property", "response", "added", "info", "{place} may have the new property `{name}`"),
    ("response-optional-property-removed", "optional-property", "response", "removed", "warning", "{place} has lost the property `{name}`, which was not always there"),
    ("response-property-became-required", "property-need", "response", "added", "info", "{place} now always has the property `{name}`"),
    ("response-property-became-optional", "property-need", "response", "removed", "error", "{place} no longer always has the property `{name}`"),
    ("response-property-type-generalized", "property-type", "response", "widened", "error", "the property `{name}` of {place} widened from {before} to {after}"),
    ("response-property-type-specialized", "property-type", "response", "narrowed", "info", "the property `{name}` of {place} narrowed from {before} to {after}"),
    ("response-property-type-changed", "property-type", "response", "changed", "error", "the property `{name}` of {place} changed from {before} to {after}"),
    ("response-property-became-nullable", "property-null", "response", "added", "error", "the property `{name}` of {place} may now be null"),
    ("response-property-became-not-nullable", "property-null", "response", "removed", "info", "the property `{name}` of {place} is no longer null"),
    ("response-property-became-enum", "property-enum", "response", "added", "info", "the property `{name}` of {place} is now limited to {after}"),
    ("response-property-enum-dropped", "property-enum", "response", "removed", "warning", "the property `{name}` of {place} is no longer limited to {before}"),
    ("response-property-enum-value-added", "property-value", "response", "added", "warning", "the property `{name}` of {place} may now be {after}"),
    ("response-property-enum-value-removed", "property-value", "response", "removed", "info", "the property `{name}` of {place} is no longer {before}"),
    ("response-property-one-of-added", "property-alternative", "response", "added", "error", "the property `{name}` of {place} has one more alternative"),
    ("response-property-one-of-removed", "property-alternative", "response", "removed", "info", "the property `{name}` of {place} has one alternative fewer"),
))
# fmt: on

_RULE_OF = {(each.area, each.direction, each.action): each for each in RULES}


@dataclass(frozen=True, slots=True)
class Change:
    """A fact, judged."""

    id: str
    severity: Severity
    operation: str
    pointer: str
    message: str
    old: DocLine | None
    new: DocLine | None

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits that stay the same while lines move: the name of this change in an ignore list."""
        text = f"{self.id}\0{self.operation}\0{self.pointer}\0{self.message}"
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def as_json(self) -> dict[str, Json]:
        """The change as `diff --format json` writes it."""
        return {
            "id": self.id,
            "severity": self.severity,
            "operation": self.operation,
            "pointer": self.pointer,
            "message": self.message,
            "old": {"file": self.old.file, "line": self.old.line} if self.old else None,
            "new": {"file": self.new.file, "line": self.new.line} if self.new else None,
            "fingerprint": self.fingerprint,
        }


def diff(old: Spec, new: Spec) -> list[Change]:
    """What changed for clients, worst first, then by path. Raises SpecError on a reference that cannot be followed."""
    return sorted({_change(each) for each in facts(old, new)}, key=_order)


def as_json(old_name: str, new_name: str, changes: Sequence[Change]) -> dict[str, Json]:
    """The whole comparison as `diff --format json` writes it."""
    counts = Counter(each.severity for each in changes)
    return {
        "old": old_name,
        "new": new_name,
        "changes": [each.as_json() for each in changes],
        "summary": {severity: counts[severity] for severity in SEVERITIES},
    }


def _change(fact: Fact) -> Change:
    rule = _RULE_OF[fact.area, fact.direction, fact.action]
    message = rule.sentence.format(name=fact.name, place=fact.place, before=fact.before, after=fact.after)
    return Change(rule.id, rule.severity, fact.operation, fact.pointer, message, fact.old, fact.new)


def _order(change: Change) -> tuple[int, str, str, str, str, str]:
    method, _, path = change.operation.partition(" ")
    lines = f"{change.old} {change.new}"
    return SEVERITIES.index(change.severity), path, method, change.pointer, change.id, change.message + lines
