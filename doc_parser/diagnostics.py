"""What is wrong with the documents: facts about a Span come in, text or JSON goes out; each id is a row of RULES.

A Diagnostic names its place, what is wrong there and what to do. One renderer shows it with the line
of the document and a caret below the excerpt.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from doc_parser.source import Span

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Rule:
    """What a diagnostic id stands for."""

    severity: Severity
    meaning: str
    """One sentence: what is wrong, as the documentation lists it."""
    remedy: str
    """What the writer of the documents should do."""


RULES: dict[str, Rule] = {
    "broken-json": Rule("error", "A sample payload is not JSON.", "Mend the payload; readers copy it as it stands."),
    "unreadable-json": Rule(
        "error", "A sample payload cannot be read even with repairs.", "Write the payload as JSON."
    ),
    "method-conflict": Rule(
        "error", "Request line, heading and samples name different methods.", "Let all places name the same method."
    ),
    "path-conflict": Rule(
        "error", "Request line and samples of one section name different paths.", "Let all places name the same path."
    ),
    "host-conflict": Rule(
        "warning",
        "A sample calls another host than the rest of the documents.",
        "Use the documented host in the sample.",
    ),
    "parameter-name-conflict": Rule(
        "warning", "One path parameter has several names.", "Use one name in request line, samples and table."
    ),
    "field-name-conflict": Rule(
        "error",
        "Table and samples call the same field by different names.",
        "Use one name in table, samples and prose.",
    ),
    "concrete-id-in-path": Rule(
        "warning",
        "A request line holds the id of one record instead of a placeholder.",
        "Write a placeholder such as {id}.",
    ),
    "fields-under-wrong-heading": Rule(
        "warning",
        "Fields that the samples send in the body stand below a heading for query or URL parameters.",
        "Name the heading after where the fields go, such as 'Body parameters'.",
    ),
    "undocumented-field": Rule(
        "warning", "A sample sends a field that the section's table does not list.", "Add a row for the field."
    ),
    "required-field-missing": Rule(
        "error",
        "A sample leaves out a field that the table calls required.",
        "Add the field to the sample or mark it optional.",
    ),
    "samples-disagree": Rule(
        "warning", "Samples of one request send different bodies.", "Let the samples send the same body."
    ),
    "duplicate-response": Rule(
        "warning",
        "Two captions show the same answer, though they announce different ones.",
        "Show the answer that the second caption announces.",
    ),
    "response-conflict": Rule(
        "error", "A sentence and a sample give different answers for the same case.", "Let sentence and sample agree."
    ),
    "wrong-reason-phrase": Rule(
        "info",
        "A status line pairs a code with the phrase of another (RFC 9110, section 15).",
        "Write the code's own phrase.",
    ),
    "quoted-header-value": Rule(
        "warning",
        "A header value of a sample stands in quotes, which would be part of the value.",
        "Take the quotes off.",
    ),
    "missing-blank-line": Rule(
        "warning",
        "An HTTP sample has no blank line between headers and body (RFC 9112, section 2.1).",
        "Put a blank line before the body.",
    ),
    "damaged-characters": Rule(
        "warning",
        "Characters were saved in the wrong encoding twice.",
        "Save the file as UTF-8 and retype the characters.",
    ),
    "loose-heading": Rule(
        "info", "A heading has no blank after its marks, which many renderers show as text.", "Put a blank after the #."
    ),
    "unclosed-fence": Rule("error", "A fence is never closed and swallows the rest of the file.", "Close the fence."),
    "missing-include": Rule(
        "warning", "The front matter lists an include that is not there.", "Add the file or take the entry out."
    ),
    "damaged-url": Rule("error", "A URL cannot be one as it stands.", "Mend the URL."),
}
"""Every id that lint may report; the documentation lists them from here."""


@dataclass(frozen=True)
class Diagnostic:
    """One thing that is wrong, at one place."""

    id: str
    message: str
    span: Span
    operation: str | None = None

    @property
    def severity(self) -> Severity:
        """Severity of its rule."""
        return RULES[self.id].severity

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return RULES[self.id].remedy

    def as_json(self) -> dict[str, object]:
        """Give the shape of `lint --format json` (DESIGN.md section 8)."""
        return {
            "id": self.id,
            "severity": self.severity,
            "message": self.message,
            "file": self.span.source.name,
            "line": self.span.line,
            "column": self.span.column,
            "operation": self.operation,
            "remedy": self.remedy,
        }


def ordered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sort by place and drop what is said twice."""
    unique = dict.fromkeys(diagnostics)
    return sorted(
        unique, key=lambda each: (each.span.source.name, each.span.line, each.span.column, each.id, each.message)
    )


def rendered(diagnostic: Diagnostic) -> str:
    """Show a diagnostic as a person reads it: place, sentence, the line with a caret below the excerpt, remedy."""
    span = diagnostic.span
    line, column = span.source.line(span.line).replace("\t", " "), span.column
    if column > _WINDOW // 2:  # a long line is shown around the place
        line, column = line[column - _WINDOW // 2 :], _WINDOW // 2 + 1
    excerpt = line[:_WINDOW].rstrip()
    carets = "^" * max(1, min(span.width, len(excerpt) - column + 1))
    gutter = " " * len(str(span.line))
    return "\n".join(
        (
            f"{span.mark}:{span.column}: {diagnostic.severity}: {diagnostic.message} [{diagnostic.id}]",
            f"  {span.line} | {excerpt}",
            f"  {gutter} | {' ' * (column - 1)}{carets}",
            f"  {gutter} = {diagnostic.remedy}",
        )
    )


_WINDOW = 120
"""Characters of a line that are shown."""


def summary(diagnostics: Iterable[Diagnostic]) -> dict[str, int]:
    """Count by severity; every severity has a key."""
    counts = dict.fromkeys(("error", "warning", "info"), 0)
    for each in diagnostics:
        counts[each.severity] += 1
    return counts
