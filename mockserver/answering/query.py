"""The documented dialect of lists: values of query parameters come in, the records of a page and true counters go out."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType

from contract.spec import Json, Parameter
from mockserver.answering.sorting import Order, in_order, orders
from mockserver.answering.sparse import Fields, fields_in
from mockserver.planning.comparing import Test, is_moment, searching, since_1970
from mockserver.planning.covers import plain
from mockserver.planning.dialect import Record, role
from mockserver.planning.filters import tests_of, time_of
from mockserver.planning.model import Resource


@dataclass(frozen=True, slots=True)
class Selection:
    """What a request asks of a list."""

    tests: tuple[Test, ...] = ()
    """What a record must pass."""
    sort: tuple[Order, ...] = ()
    """What to sort by; the first weighs most."""
    page: int = 1
    first_page: int = 1
    offset: int = 0
    limit: int | None = None
    """Records a page holds; None for all."""
    after: str | None = None
    """Id of the record before the page, as a cursor names it."""
    before: str | None = None
    """Id of the record after the page, likewise."""
    fields: Fields = field(default_factory=dict)
    """What to show of records; empty for all."""
    include: tuple[str, ...] = ()
    """Relationships whose records are to be shown as well."""


def selection(
    parameters: Sequence[Parameter],
    resource: Resource,
    query: Mapping[str, Json],
    size: int | None,
    first_page: int = 1,
    *,
    open_to: frozenset[tuple[str, str]] = frozenset(),
    order: Mapping[str, str] = MappingProxyType({}),
) -> Selection:
    """Read the documented parameters of a list.

    `size` is how many records a page holds unless the request says, `open_to` what documented requests ask for
    without anything being sifted, `order` what holds of sorting where it says nothing.
    """
    if not query and not order:
        return _unasked(size, first_page)
    if not query:
        return replace(_paging({}, size, first_page), sort=orders(None, "", (), order))
    asked: dict[str, Json] = {}
    tests: list[Test] = []
    known = resource.fields
    names = tuple(each.name for each in parameters if each.location == "query")
    for each in parameters:
        value = query.get(each.name)
        if each.location != "query" or value is None or (open_to and (each.name, str(value)) in open_to):
            continue
        part = role(plain(each.name)) if each.name not in known or plain(each.name) in ("page", "limit") else None
        if part == "fields":
            continue
        if part == "search":
            tests += [searching(value)] if value != "" else []
        elif part in ("cursor", "before") and _is_time(resource, value):  # `after=2024-01-01`
            tests += tests_of(names, resource, each, value)
        elif part:
            asked.update(_asked(part, each.name, value))
        else:
            tests += tests_of(names, resource, each, value)
    return replace(
        _paging(asked, size, first_page),
        tests=tuple(tests),
        sort=orders(asked.get("sort"), str(asked.get("direction", "")), known, order),
        fields=fields_in(query, known),
        include=_names(asked),
    )


def _is_time(resource: Resource, value: Json) -> bool:
    """Tell whether a cursor is a time, be it in seconds since 1970, where records are told apart by something else."""
    if is_moment(value):
        return True
    seconds = since_1970(value) if resource.id_style not in ("integer", "digits") else None
    return seconds is not None and seconds < _YEAR_5138 and time_of(resource.fields) is not None


_YEAR_5138 = 1e11
"""Seconds since 1970 that no time of a record is beyond."""


@lru_cache(maxsize=256)
def _unasked(size: int | None, first: int) -> Selection:
    return _paging({}, size, first)


def _asked(part: str, name: str, value: Json) -> Iterator[tuple[str, Json]]:
    """What a parameter asks for, by roles: one of a family each has its own."""
    if part == "page" and isinstance(value, dict):
        roles = ((role("page" + plain(key)), "page" + plain(key), one) for key, one in value.items())
        yield from ((each, one) for each, key, one in roles if each and (each != "limit" or _is_size(key, one)))
    elif part == "direction" and isinstance(value, bool):  # `descending=true`
        yield part, "asc" if value is plain(name).startswith("asc") else "desc"
    elif part != "limit" or _is_size(plain(name), value):
        yield part, value


def _is_size(name: str, value: Json) -> bool:
    """Tell whether a value is how many records to show: no page holds less than one, and `limit=0` asks for none at all."""
    if isinstance(value, bool):  # `$count=true`
        return False
    least = 1 if "page" in name else 0
    return not str(value).lstrip("-").isdecimal() or _whole(value, least - 1) >= least


def _paging(asked: Mapping[str, Json], size: int | None, first: int) -> Selection:
    limit = _whole(asked["limit"], 0) if "limit" in asked else size
    page = max(_whole(asked.get("page", first), first), first)
    offset = _whole(asked["offset"], 0) if "offset" in asked else min((page - first) * limit, _MOST) if limit else 0
    after, before = (str(asked[each]) if asked.get(each) else None for each in ("cursor", "before"))
    told = _offset_in(after) if after else None
    if told is not None:
        return Selection(page=page, first_page=first, offset=told, limit=limit)
    return Selection(page=page, first_page=first, offset=offset, limit=limit, after=after, before=before)


def _names(asked: Mapping[str, Json]) -> tuple[str, ...]:
    value = asked.get("include")
    texts = value if isinstance(value, list) else [value] if value else []
    return tuple(dict.fromkeys(name.strip() for text in texts for name in str(text).split(",") if name.strip()))


def _whole(value: Json, least: int) -> int:
    text = str(value)
    if not text.lstrip("-").isdecimal():
        return least
    return max(int(text), least) if len(text) < _DIGITS else least if text.startswith("-") else _MOST


def filtered(records: Sequence[Record], wanted: Selection) -> list[Record]:
    """The records that pass all tests, in the order asked for."""
    return in_order([record for record in records if all(test(record) for test in wanted.tests)], wanted.sort)


def paged(records: Sequence[Record], wanted: Selection, id_property: str | None) -> tuple[list[Record], Selection]:
    """The records of the page, and the selection with the offset that a cursor meant."""
    if wanted.after is not None or wanted.before is not None:
        ids = [str(record.get(id_property or "id")) for record in records]
        wanted = replace(wanted, offset=_after(ids, wanted.after or "0"))
        if wanted.before and wanted.before.lower() not in _BEGINNING:
            last = _before(ids, wanted.before)
            first = wanted.offset if wanted.limit is None else max(wanted.offset, last - wanted.limit)
            return list(records[first:last]), replace(wanted, offset=first)
    end = None if wanted.limit is None else wanted.offset + wanted.limit
    return list(records[wanted.offset : end]), wanted


def _before(ids: Sequence[str], cursor: str) -> int:
    """Where the records before a cursor end. Nothing comes before one that names nothing, as nothing comes after it."""
    if cursor in ids:
        return ids.index(cursor)
    end = _after(ids, cursor)
    return end if all(map(_is_number, (cursor, *ids))) else 0


def strange_cursor(records: Sequence[Record], wanted: Selection, id_property: str | None) -> str:
    """A cursor that names no record, and no place where one was; empty where there is none such."""
    ids = [str(record.get(id_property or "id")) for record in records]
    known = (cursor for cursor in (wanted.after, wanted.before) if cursor is not None)
    numbers = all(map(_is_number, ids))
    return next(
        (each for each in known if not (each in ids or each.lower() in _BEGINNING or (numbers and _is_number(each)))),
        "",
    )


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < _DIGITS


def _after(ids: Sequence[str], cursor: str) -> int:
    """Where the records after a cursor begin. Nothing comes after one that names nothing: who follows pages must come to an end."""
    if cursor in ids:
        return ids.index(cursor) + 1
    if cursor.lower() in _BEGINNING:
        return 0
    if not all(map(_is_number, (cursor, *ids))):
        return len(ids)
    numbers, here = list(map(int, ids)), int(cursor)  # the record is gone, and its number tells where it was
    if numbers == sorted(numbers):
        return next((index for index, each in enumerate(numbers) if each > here), len(ids))
    if numbers == sorted(numbers, reverse=True):
        return next((index for index, each in enumerate(numbers) if each < here), len(ids))
    return len(ids)


_BEGINNING = ("0", "-1", "*", "null", "none", "first", "start", "initial")
"""Cursors that APIs take for the first page."""
_DIGITS = 19
_MOST = 10**18
"""What larger numbers count as: no state holds so many records, and each of them counts so far."""


def cursor(offset: int) -> str:
    """An opaque cursor that means an offset."""
    return base64.urlsafe_b64encode(f"after {offset}".encode()).decode().rstrip("=")


def _offset_in(text: str) -> int | None:
    try:
        word, _, number = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition(" ")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return int(number) if word == "after" and number.isdecimal() and len(number) < _DIGITS else None
