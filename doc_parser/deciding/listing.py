"""What lists answer of which only rows tell: operations come in, and go out with a list of the record that their rows describe.

Rows tell what a record is made of, and not that there are several; where one record has the very same rows, the
collection above it answers many. What any example shows is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from doc_parser.deciding.elsewhere import Key
from doc_parser.model import Operation, PlacedField, Response
from doc_parser.structs import replace

_FEWEST = 3
"""Rows that two answers do not have in common by chance."""


def as_lists(operations: Mapping[Key, Operation]) -> dict[Key, Operation]:
    """Make lists of the answers of collections whose rows are those of one record."""
    return {key: _as_list(each, operations.get(("GET", (*key[1], "{}")))) for key, each in operations.items()}


def _as_list(operation: Operation, item: Operation | None) -> Operation:
    if operation.method != "GET" or item is None or operation.url.segments[-1].variable:
        return operation
    names = {name for each in item.responses for name in _rows(each)}
    responses = tuple(_listed(each) if names and _rows(each) == names else each for each in operation.responses)
    return replace(operation, responses=responses)


def _rows(response: Response) -> set[tuple[str, ...]]:
    """The rows of a success that nothing else describes; none where they are few."""
    told = response.succeeds and not response.examples
    names = {each.path for each in response.fields} if told else set()
    return names if len(names) >= _FEWEST else set()


def _listed(response: Response) -> Response:
    fields = tuple(PlacedField(("*", *each.path), each.row) for each in response.fields)
    return replace(response, fields=fields)
