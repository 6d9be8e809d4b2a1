"""Rows under the names that requests have for them: a table and its Sender come in, the same table goes out, some rows renamed.

Tables explain what a request line leaves open, and so call it what stands there for a value.
"""

from __future__ import annotations

import re

from doc_parser import schema
from doc_parser.deciding.fields import Sender
from doc_parser.deciding.names import normal
from doc_parser.evidence import FieldTable
from doc_parser.structs import replace


def as_asked(sender: Sender, table: FieldTable) -> FieldTable:
    """The table with rows under the names that requests have for them: `term` of `?search={term}`, and `id` of `/boats/{boat_id}`."""
    shown = {name: value for call in sender.calls for name, value in call.url.query}
    asked = {_stands_for(value): name for name, value in reversed(shown.items()) if value != name}
    variables = [normal(each) for each in sender.url.variables]
    listed = {normal(each.name) for each in table.rows}
    free = variables and variables[-1] not in listed and _IDS.isdisjoint(variables)
    if free and (table.place == "path" or (table.place == "query" and sender.url.segments[-1].variable)):
        asked.update(dict.fromkeys(_IDS, sender.url.variables[-1]))
    own = {*shown, *(each.name for each in table.rows if normal(each.name) in variables)}
    return replace(
        table,
        rows=tuple(
            replace(row, name=name)
            if row.name not in own
            and (name := asked.get(normal(row.name)))
            and not schema.places(sender.body, row.name)
            else row
            for row in table.rows
        ),
    )


_IDS = frozenset(("id", "uuid", "guid"))


def _stands_for(value: str) -> str:
    """The name inside of a placeholder, for comparison; empty for a value that is none."""
    found = re.fullmatch(r"\{+:?([\w -]+)\}+|<:?([\w -]+)>|:([A-Za-z]\w*)|\$([A-Za-z]\w*)|\[([A-Za-z][\w -]*)\]", value)
    return normal(next(filter(None, found.groups()), "")) if found else ""
