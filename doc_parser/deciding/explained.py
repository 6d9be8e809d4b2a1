"""Kinds of fields that a record's own section tells: an Operation and the rows of that section come in, the Operation goes out.

An answer that says of its fields itself what they are is left alone, and so is one that shows little of the record.
"""

from __future__ import annotations

from collections.abc import Sequence

from doc_parser import schema
from doc_parser.deciding.answers import placed_in
from doc_parser.deciding.whereabouts import Whereabouts
from doc_parser.evidence import FieldRow
from doc_parser.model import Operation, PlacedField, Response
from doc_parser.structs import replace


def explained(operation: Operation, rows: Sequence[FieldRow]) -> Operation:
    """What the answers of an operation show of a record is of the kind that the rows say."""
    return replace(operation, responses=tuple(_with_kinds(each, rows) for each in operation.responses))


def _with_kinds(response: Response, rows: Sequence[FieldRow]) -> Response:
    if not response.succeeds or response.fields or not response.examples:
        return response
    whereabouts = Whereabouts.of(schema.shape_of_all(response.examples), rows)
    fields = [
        PlacedField(path, replace(row, required=None, default=""))  # what a request needs, and has without a word
        for row in rows
        if (path := whereabouts.chosen(row.name))
    ]
    apart = len({each.path[:-1] for each in fields}) > 1 or 2 * len(fields) < len(rows)
    return response if apart else replace(response, fields=tuple(fields))


def written(operation: Operation, rows: Sequence[FieldRow]) -> Operation:
    """What a request may write of a record whose section marks the fields that nobody writes: all others, and a new one needs
    those that are said to be required.
    """
    new = operation.method == "POST" and not operation.url.segments[-1].variable
    changed = operation.method in ("PUT", "PATCH")
    body = operation.body
    if not (new or changed) or not body or body.fields or not any(each.read_only for each in rows):
        return operation
    shape = schema.shape_of_all(body.examples)
    if "array" in shape.kinds:
        return operation
    free = [each for each in rows if not each.read_only]
    free = free if new else [replace(each, required=None, default="") for each in free]
    return replace(operation, body=replace(body, fields=placed_in(shape, free, ())))
