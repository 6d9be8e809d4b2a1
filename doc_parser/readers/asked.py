"""What a list can be asked: the rows of a table about filters, order or pages come in, the query parameters that it means go out.

Such tables name a filter by its last part, or list the values of one parameter; their examples
(`/pets?filter[kind]=cat`, `/pets?sort=-age`) show which parameter it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote

from doc_parser.document import List, Prose, Section, Table
from doc_parser.evidence import FieldRow
from doc_parser.structs import replace

_PAIR = re.compile(r"[?&]([\w.-]+(?:\[[^\]\s]*\])*)=([^&\s\"'`]*)")
_GENERAL = re.compile(r"\b(\w+)\[[^\]\s]*\]=")
_PAIRS = 20
"""Pairs of one row that are looked at."""


def asked(section: Section, table: Table, rows: Sequence[FieldRow]) -> tuple[FieldRow, ...]:
    """Name rows as the examples beside them, or a sentence above them, name the parameter."""
    pairs = {each.span.line: _pairs(cell.quoted for cell in each.cells) for each in table.rows}
    if not any(pairs.values()):
        cover = _cover(section)
        return tuple(replace(row, name=f"{cover}[{row.name}]") if cover and _is_bare(row.name) else row for row in rows)
    found: dict[str, FieldRow] = {}
    for row in rows:
        for each in _meant(row, pairs.get(row.span.line, ())):
            known = found.get(each.name)
            found[each.name] = replace(known, choices=(*known.choices, *each.choices)) if known else each
    return tuple(found.values())


def _pairs(cells: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Names and values of the queries that a row shows."""
    return tuple((name, value) for cell in cells for name, value in _PAIR.findall(unquote(cell))[:_PAIRS])


def _meant(row: FieldRow, pairs: Sequence[tuple[str, str]]) -> Iterator[FieldRow]:
    """The parameter that a row is about: the one that ends in its name, the one that takes its name as a value, or itself."""
    for name, example in pairs:
        if name == row.name or name.endswith(f"[{row.name}]"):
            yield replace(row, name=name, place="query", example=unquote(example))
            return
    for name, value in pairs:
        if value.lstrip("-+") == row.name:
            yield FieldRow(name, "", None, "", "", (), "", row.span, place="query", choices=(row.name, f"-{row.name}"))
            return
    yield row


def _cover(section: Section) -> str:
    """The name around filters that a sentence of the section gives (`filter[name]=value`)."""
    for block in section.blocks:
        for item in block.items if isinstance(block, List) else (block,) if isinstance(block, Prose) else ():
            if found := _GENERAL.search(item.text.plain):
                return found[1]
    return ""


def _is_bare(name: str) -> bool:
    return name.isidentifier()
