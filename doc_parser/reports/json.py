"""For programs: `{"findings": [...], "summary": {...}}`, indented; equal input gives equal bytes."""

from __future__ import annotations

import msgspec

from doc_parser.diagnostics import Diagnostic, Report, summary


def findings(report: Report) -> str:
    """Give each diagnostic with all that is known of it."""
    shape = {"findings": [_finding(report, each) for each in report.found], "summary": summary(report.found)}
    return msgspec.json.format(msgspec.json.encode(shape), indent=2).decode() + "\n"


def _finding(report: Report, each: Diagnostic) -> dict[str, object]:
    return {
        "id": each.id,
        "severity": each.severity,
        "message": each.message,
        "file": report.path(each.span),
        "line": each.span.line,
        "column": each.span.column,
        "operation": each.operation,
        "remedy": each.remedy,
    }
