"""Fields that a description lists: `- page[limit] = records on a page, default 25`; a row comes in, the rows that it stands for go out.

Deep objects in a query have names with brackets, and writers put all of them into the row of the outer
name. Items that repeat the row's own name (`- sort = name`) are the values it may have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from doc_parser.evidence import FieldRow
from doc_parser.structs import replace

_ITEM = re.compile(r"(?<!\S)[-*•] (?P<name>[\w.-]+(?:\[[^\]\s]*\])*) = ")
_PLACEHOLDER = re.compile(r"\[:\w+\]")
_DEFAULT = re.compile(r"\bdefaults?(?: value)?(?: is| to|:)? ([\w.-]+)(?= *(?:[.,;)]|$))", re.IGNORECASE)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
"""A value that stands alone and cannot be words."""
_REMARK = re.compile(r".*?\)(?= +[A-Z])")
"""An item ends with its remark in brackets, where the next sentence follows on the same line."""


def rows_within(row: FieldRow) -> Iterator[FieldRow]:
    """Give the rows that a row's description lists; the row itself where it lists none."""
    if " = " not in row.description:
        yield row
        return
    items = list(_ITEM.finditer(row.description))
    ends = [*(each.start() for each in items), len(row.description)][1:]
    listed = [(each["name"], row.description[each.end() : end].strip()) for each, end in zip(items, ends, strict=True)]
    values = tuple(dict.fromkeys(text.split()[0].rstrip(",;") for name, text in listed if name == row.name and text))
    inner: dict[str, FieldRow] = {}
    for name, text in listed:
        if name.startswith(f"{row.name}["):
            inner.setdefault(_PLACEHOLDER.sub("[:]", name), _inner(row, name, text))
    if not inner:
        yield replace(row, enum=_both_ways(values)) if len(values) > 1 and not row.enum else row
    yield from inner.values()


def _both_ways(values: tuple[str, ...]) -> tuple[str, ...]:
    """Where some values have a minus in front that turns them round, the others may have one too (JSON:API, section 9.2)."""
    turned = tuple(f"-{each}" for each in values if not each.startswith("-"))
    return tuple(dict.fromkeys((*values, *turned))) if any(each in values for each in turned) else values


def _inner(row: FieldRow, name: str, text: str) -> FieldRow:
    """A listed name; what the row says of type and limits is said of the whole."""
    whole = _REMARK.match(text)
    text = whole[0] if whole else text
    default = _DEFAULT.search(text)
    return FieldRow(
        name=name,
        type="array" if name.endswith("[]") else "",
        required=None,
        default=default[1] if default else "",
        description=text,
        enum=(),
        condition=row.condition,
        span=row.span.holding(name),
        example=_shown(row.description, name) or (text if _MOMENT.fullmatch(text) else ""),
    )


def _shown(text: str, name: str) -> str:
    """The value of a name in a query that is written out, but for its last, which may run into the words behind it."""
    named = r"\[[^\[\]]+\]".join(map(re.escape, _PLACEHOLDER.split(name)))
    asked = re.search(rf"(?<![\w\]]){named}=([^\s&]+)&", text)
    return asked[1] if asked else ""
