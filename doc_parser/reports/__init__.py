"""Diagnostics in the formats that people and programs read: a Report comes in, text goes out; one module a format, none prints.

All of them name files by a path that opens from the working directory, and give a report without findings a valid form.
"""

from __future__ import annotations

from collections.abc import Callable

from doc_parser.diagnostics import Report
from doc_parser.reports import github, json, sarif, text

FORMATS: dict[str, Callable[[Report], str]] = {
    "text": text.findings,  # for a terminal: the line with a caret
    "json": json.findings,  # for programs: the shape that others rely on
    "sarif": sarif.findings,  # for code scanning and editors
    "github": github.findings,  # for the log of a workflow, which turns it into annotations
}
"""By the word that follows `--format`."""
