"""Tables of values: the tables of one request come in, and go out without those that only tell what the values of a field mean.

Such a table is called after the field (`Crew Action`, `Scope parameters`) and says nothing but what each value does; the field's row
then lists them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from doc_parser.deciding.names import normal
from doc_parser.evidence import FieldTable
from doc_parser.readers.types import type_of
from doc_parser.structs import replace


def with_meanings(tables: Sequence[FieldTable]) -> list[FieldTable]:
    """Give rows the values that a later table is about."""
    found: list[FieldTable] = []
    for table in tables:
        at = _explained(table, found)
        if at is None:
            found.append(table)
        else:
            found[at[0]] = _listing(found[at[0]], at[1], table)
    return found


def _explained(table: FieldTable, before: Sequence[FieldTable]) -> tuple[int, int] | None:
    """The table and the row that a table tells the values of: text, or what holds several texts where they are asked for."""
    bare = len(table.rows) > 1 and not any(each.type or each.required or each.default for each in table.rows)
    if not bare or not before or table.place not in ("", "body", "query"):
        return None
    titles = {normal(table.title), normal(_OF_VALUES.sub("", table.title))} - {""}
    for index, each in enumerate(before):
        kinds = ("string", "array") if each.place == "query" else ("string",)
        for number, row in enumerate(each.rows if each.place != "response" else ()):
            if normal(row.name) in titles and type_of(row.type) in kinds:
                return index, number
    return None


_OF_VALUES = re.compile(r"\b(?:param(?:eter)?s?|values?|options?)\b", re.IGNORECASE)


def _listing(table: FieldTable, number: int, values: FieldTable) -> FieldTable:
    row = table.rows[number]
    listed = row if row.enum else replace(row, enum=tuple(each.name for each in values.rows))
    return replace(table, rows=(*table.rows[:number], listed, *table.rows[number + 1 :]))
