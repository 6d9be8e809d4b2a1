"""Headers alone: a fence below a caption that announces headers comes in, the table that it stands for goes out.

Writers set them as lines (`X-Port: SKA`) or as an object; neither is a body.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from doc_parser.evidence import FieldRow, FieldTable
from doc_parser.payload import Unreadable, payload
from doc_parser.readers import words
from doc_parser.readers.captions import Captioned

_LINE = re.compile(r"\s*[\"']?([A-Za-z][\w-]*)[\"']?\s*:\s*[\"']?([^\s\"'].*?)[\"']?,?\s*")
_KNOWN = re.compile(r"authorization|accept|content|cookie|token|api_?key|host|\w+(?:-\w+)+", re.IGNORECASE)
"""What headers are called; fields of a body hardly have such names alone."""


def headers(each: Captioned) -> FieldTable | None:
    """Read headers that are announced; None for what is something else."""
    pairs = (_lines(each.code.content) or _members(each.code.content)) if each.caption.headers else ()
    if not pairs:
        return None
    spans = each.code.span
    title = "Response headers" if each.caption.role == "response" else "Request headers"
    place: words.Place = "response" if each.caption.role == "response" else "header"
    rows = tuple(
        FieldRow(name, "", None, "", "", (), "", spans.below(line, name), example="" if _OPEN.search(value) else value)
        for line, name, value in pairs
    )
    return FieldTable(title, place, rows, spans)


_OPEN = re.compile(r"[\s{}<>\[\]$]")
"""A value that is left open, or explained."""


def _lines(content: str) -> Sequence[tuple[int, str, str]]:
    """Lines of a name and a value each, and nothing else."""
    lines = [(number, line) for number, line in enumerate(content.split("\n")) if line.strip()]
    found = [(number, match) for number, line in lines if (match := _LINE.fullmatch(line))]
    return [(number, match[1], match[2]) for number, match in found] if len(found) == len(lines) else ()


def _members(content: str) -> Sequence[tuple[int, str, str]]:
    """An object of nothing but texts, one of which is called as headers are."""
    if not content.lstrip().startswith("{"):
        return ()
    try:
        value = payload(content).value
    except Unreadable:
        return ()
    named = isinstance(value, dict) and any(map(_KNOWN.fullmatch, value))
    if not named or not all(isinstance(each, str) for each in value.values()):
        return ()
    return [(content.count("\n", 0, max(content.find(name), 0)), name, each) for name, each in value.items()]
