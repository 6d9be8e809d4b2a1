"""For code scanning: a SARIF 2.1.0 log (OASIS, Static Analysis Results Interchange Format); equal input gives equal bytes.

Files below the working directory are relative to `%SRCROOT%`, all others are absolute. Columns count UTF-16 code units.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from doc_parser.diagnostics import RULES, Diagnostic, Report, Rule, Severity
from doc_parser.source import Span

Node = dict[str, Any]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_ROOT = "%SRCROOT%"


def findings(report: Report) -> str:
    """Write a log of one run; its rules are those that fired."""
    ids = sorted({each.id for each in report.found})
    driver: Node = {"name": "slatemock", "rules": [_rule(each, RULES[each]) for each in ids]}
    if report.version:
        driver["version"] = report.version
    root = {_ROOT: {"description": {"text": "The directory in which slatemock was run."}}}
    run = {
        "tool": {"driver": driver},
        "originalUriBaseIds": root,
        "columnKind": "utf16CodeUnits",
        "results": list(_results(report, ids)),
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


def _rule(name: str, rule: Rule) -> Node:
    """A reportingDescriptor (section 3.49)."""
    return {
        "id": name,
        "name": "".join(word.capitalize() for word in name.split("-")),
        "shortDescription": {"text": rule.meaning},
        "fullDescription": {"text": f"{rule.meaning} {rule.why}".strip()},
        "help": {
            "text": f"{rule.why} {rule.remedy}".strip(),
            "markdown": f"{rule.why}\n\n**What to do:** {rule.remedy}".strip(),
        },
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _results(report: Report, ids: list[str]) -> Iterator[Node]:
    seen: Counter[str] = Counter()
    for each in report.found:
        digest = _digest(each)
        seen[digest] += 1
        location: Node = {
            "physicalLocation": {"artifactLocation": _file(report, each.span), "region": _region(each.span)}
        }
        if each.operation:
            location["logicalLocations"] = [{"fullyQualifiedName": each.operation, "kind": "resource"}]
        yield {
            "ruleId": each.id,
            "ruleIndex": ids.index(each.id),
            "level": _LEVELS[each.severity],
            "message": {"text": f"{each.message}. {each.remedy}"},
            "locations": [location],
            # the one key that GitHub's code scanning compares runs by
            "partialFingerprints": {"primaryLocationLineHash": f"{digest}:{seen[digest]}"},
        }


def _digest(each: Diagnostic) -> str:
    """Stays the same when lines are added above and when the folder is called otherwise (section 3.27.17)."""
    line = " ".join(each.span.source.line(each.span.line).split())
    return hashlib.sha256(f"{each.id}\n{each.span.source.name}\n{line}".encode()).hexdigest()[:16]


def _file(report: Report, span: Span) -> Node:
    path = report.path(span)
    if path.startswith(("http://", "https://")):
        return {"uri": quote(path, safe="/:?#[]@!$&'()*+,;=%~")}
    if Path(path).is_absolute() or path.startswith("../"):  # no `..` below a base (section 3.14.14)
        return {"uri": Path(path).resolve().as_uri()}
    return {"uri": quote(path), "uriBaseId": _ROOT}


def _region(span: Span) -> Node:
    """A region within one line (section 3.30); its end column is the one after the last character."""
    line = span.source.line(span.line)
    start, end = span.column - 1, span.column - 1 + span.width
    region: Node = {
        "startLine": span.line,
        "startColumn": _utf16(line[:start]) + 1,
        "endColumn": _utf16(line[:end]) + 1,
    }
    if excerpt := line[start:end]:
        region["snippet"] = {"text": excerpt}
    return region


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2
