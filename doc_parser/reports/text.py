"""For the terminal: place, sentence, the line of the document with a caret below the excerpt, remedy; a line that sums up at the end."""

from __future__ import annotations

from doc_parser.diagnostics import Diagnostic, Report, summary

_WINDOW = 120
"""Characters of a line that are shown."""


def findings(report: Report) -> str:
    """Show diagnostics as a person reads them."""
    counts = summary(report.found).items()
    total = ", ".join(f"{count} {name}{'s' * (count != 1)}" for name, count in counts if count)
    return "".join(f"{each}\n" for each in (*(_finding(report, each) for each in report.found), total or _NOTHING))


_NOTHING = "nothing to report"


def _finding(report: Report, diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    line, column = span.source.line(span.line).replace("\t", " "), span.column
    if column > _WINDOW // 2:  # a long line is shown around the place
        line, column = line[column - _WINDOW // 2 :], _WINDOW // 2 + 1
    excerpt = line[:_WINDOW].rstrip()
    carets = "^" * max(1, min(span.width, len(excerpt) - column + 1))
    gutter = " " * len(str(span.line))
    place = f"{report.path(span)}:{span.line}:{span.column}"
    return "\n".join(
        (
            f"{place}: {diagnostic.severity}: {diagnostic.message} [{diagnostic.id}]",
            f"  {span.line} | {excerpt}",
            f"  {gutter} | {' ' * (column - 1)}{carets}",
            f"  {gutter} = {diagnostic.remedy}",
        )
    )
