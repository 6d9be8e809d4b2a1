"""What the rooms that judge report: in comes nothing, out go frozen records; a Finding always says where and what to do.

`test`, `proxy` and the mock's own request check all speak in Findings, so every report format
(text, JSON, JUnit ...) is written once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class DocLine:
    """The line of the documents that states a part of the contract (`x-doc-source: file:line`)."""

    file: str
    line: int
    """1-based."""

    @classmethod
    def parse(cls, mark: object) -> DocLine | None:
        """Read an `x-doc-source` value; anything that is not `file:line` gives None."""
        if not isinstance(mark, str):
            return None
        file, colon, line = mark.rpartition(":")
        return cls(file, int(line)) if colon and file and line.isdecimal() else None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of the contract."""

    id: str
    """Kebab-case rule id, the same in every output."""
    severity: Severity
    message: str
    """One sentence, with the place inside the message (`body.email`, `query.page`, `header.Location`)."""
    operation: str | None = None
    """`METHOD /path` as the contract writes it."""
    source: DocLine | None = None
    remedy: str = ""
    request: str = ""
    """The request that shows it, as a curl command; empty where there is none."""
    response: str = ""
    """Status line, headers and the start of the body; empty where there is none."""

    def as_json(self) -> dict[str, object]:
        """Give the shape of `--report json` (DESIGN.md section 8)."""
        return {
            "id": self.id,
            "severity": self.severity,
            "message": self.message,
            "file": self.source.file if self.source else None,
            "line": self.source.line if self.source else None,
            "column": None,
            "operation": self.operation,
            "remedy": self.remedy,
            **({"request": self.request} if self.request else {}),
            **({"response": self.response} if self.response else {}),
        }


def summary(findings: list[Finding]) -> dict[str, int]:
    """Count findings by severity; every severity has a key."""
    counts = dict.fromkeys(("error", "warning", "info"), 0)
    for each in findings:
        counts[each.severity] += 1
    return counts
