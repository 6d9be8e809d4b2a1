"""For a GitHub workflow: one command a line (`::error file=...::message`), which the log turns into annotations; no findings, no lines.

The commands and what they escape are those of "Workflow commands for GitHub Actions" and of `@actions/core`.
"""

from __future__ import annotations

from doc_parser.diagnostics import Diagnostic, Report, Severity

_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}
_IN_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})
"""Besides, what separates properties from one another and from the message."""


def findings(report: Report) -> str:
    """Write one command for each diagnostic."""
    return "".join(f"{_finding(report, each)}\n" for each in report.found)


def _finding(report: Report, each: Diagnostic) -> str:
    properties = {
        "file": report.path(each.span),
        "line": str(each.span.line),
        "col": str(each.span.column),
        "title": each.id,
    }
    written = ",".join(f"{name}={value.translate(_IN_PROPERTY)}" for name, value in properties.items())
    message = f"{each.message}\n{each.remedy}".translate(_IN_MESSAGE)
    return f"::{_COMMANDS[each.severity]} {written}::{message}"
