"""Front matter: the YAML in front of a Slate index comes in, a mapping goes out, with what is wrong about it.

What is no YAML (marks of a merge, comments in the manner of Markdown) is read line by line: titles and
includes matter more than the rest, and a site may be built of it all the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from doc_parser.diagnostics import Diagnostic
from doc_parser.source import Source

_KEY = re.compile(r"([A-Za-z_][\w -]*):(?:\s+(.*))?$")
_ITEM = re.compile(r"\s*-\s+(.*)$")


def front_matter(source: Source, content: str) -> tuple[Mapping[str, Any], list[Diagnostic]]:
    """Read the lines between the dashes, the first of which is line 2 of the source."""
    try:
        meta = yaml.safe_load(content) or {}
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: `2020-02-30` is no date
        mark = getattr(error, "context_mark", None) or getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "not YAML"
        return _line_by_line(content), [_broken(source, mark.line + 2 if mark else 2, f"broken YAML: {reason}")]
    if not isinstance(meta, dict):
        return {}, [_broken(source, 2, "not a list of 'key: value' lines")]
    return meta, []


def _broken(source: Source, line: int, what: str) -> Diagnostic:
    return Diagnostic("broken-front-matter", f"front matter is {what}", source.span(min(line, len(source.lines))))


def _line_by_line(content: str) -> dict[str, Any]:
    """Keys at the margin with the values behind them, or the items below them; of a key that comes twice, all items."""
    meta: dict[str, Any] = {}
    items: list[Any] = []
    for line in content.splitlines():
        if key := _KEY.match(line):
            name, value = key[1], _value(key[2] or "")
            items = meta[name] if isinstance(meta.get(name), list) else []
            meta[name] = items if value is None else key[2] if isinstance(value, dict) else value
        elif item := _ITEM.match(line):
            items.append(_value(item[1]))
    return meta


def _value(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return text
