"""The documented dialect of lists: values of query parameters come in, the records of a page and true counters go out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from contract.spec import Json, Operation
from mockserver.evidence import plain
from mockserver.model import Resource, View

Record = Mapping[str, Json]

_PAGE = ("page", "pagenumber", "pageno", "currentpage")
_SIZE = ("perpage", "pagesize", "limit", "size", "pagelimit", "maxresults")
_OFFSET = ("offset", "skip", "start", "pageoffset")
_SORT = ("sort", "sortby", "orderby")
_DIRECTION = ("order", "direction", "sortorder", "sortdir", "sortdirection", "orderdirection")
_PAGES = ("totalpages", "pages", "pagecount", "pagescount", "lastpage", "numpages")
_TOTALS = ("count", "total", "length")


@dataclass(frozen=True, slots=True)
class Selection:
    """What a request asks of a list."""

    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Accepted values by property, as text without case."""
    sort: str | None = None
    descending: bool = False
    page: int = 1
    offset: int = 0
    limit: int | None = None
    """Records a page holds; None for all."""


def selection(operation: Operation, resource: Resource, query: Mapping[str, Json], size: int | None) -> Selection:
    """Read the documented parameters of a list; `size` is how many records a page holds unless the request says."""
    filters: dict[str, frozenset[str]] = {}
    numbers: dict[str, int] = {}
    texts: dict[str, str] = {}
    for each in operation.parameters:
        value = query.get(each.name)
        if each.location != "query" or value is None:
            continue
        name = plain(each.name)
        if (role := _role(name)) in ("page", "limit", "offset"):
            numbers[role] = _whole(value, 1 if role == "page" else 0)
        elif role:
            texts[role] = str(value)
        elif each.name in resource.properties:
            accepted = value if isinstance(value, list) else [value]
            filters[each.name] = frozenset(_text(one) for one in accepted)
    return _selection(filters, numbers, texts, size)


def _selection(
    filters: dict[str, frozenset[str]], numbers: dict[str, int], texts: dict[str, str], size: int | None
) -> Selection:
    limit = numbers.get("limit", size)
    page = max(numbers.get("page", 1), 1)
    offset = numbers["offset"] if "offset" in numbers else (page - 1) * limit if limit else 0
    sort = texts.get("sort")
    backwards = bool(sort and sort.startswith("-")) or texts.get("direction", "").lower().startswith("desc")
    return Selection(filters, sort.lstrip("+-") if sort else None, backwards, page, max(offset, 0), limit)


def _role(name: str) -> str | None:
    roles = (("page", _PAGE), ("limit", _SIZE), ("offset", _OFFSET), ("sort", _SORT), ("direction", _DIRECTION))
    return next((role for role, names in roles if name in names), None)


def _whole(value: Json, least: int) -> int:
    text = str(value)
    return max(int(text), least) if text.lstrip("-").isdecimal() and len(text) < 19 else least


def _text(value: Json) -> str:
    return str(value).casefold()


def filtered(records: Sequence[Record], wanted: Selection) -> list[Record]:
    """The records that all filters accept, in the order asked for."""
    kept = [
        record
        for record in records
        if all(_text(record.get(name)) in accepted for name, accepted in wanted.filters.items())
    ]
    name = wanted.sort
    if name and any(name in record for record in kept):
        kept.sort(key=lambda record: _sortable(record.get(name)), reverse=wanted.descending)
    return kept


def _sortable(value: Json) -> tuple[int, float, str]:
    if isinstance(value, (int, float)):
        return (0, float(value) if abs(value) < 1e300 else 0.0, "")
    return (1, 0.0, "" if value is None else str(value))


def paged(records: Sequence[Record], wanted: Selection) -> list[Record]:
    """The records of the page."""
    if wanted.limit is None:
        return list(records[wanted.offset :])
    return list(records[wanted.offset : wanted.offset + wanted.limit])


def counted(cover: Json, wanted: Selection, records: Sequence[Record], views: Sequence[View]) -> Json:
    """The cover of a list with its documented counters made true; `records` are all that the filters accept."""
    if not isinstance(cover, dict):
        return cover
    total, limit = len(records), wanted.limit or len(records) or 1
    pages = max(-(-total // limit), 1)
    known: dict[str, Callable[[], int]] = {
        **dict.fromkeys(_PAGE, lambda: wanted.page),
        **dict.fromkeys(_SIZE, lambda: limit),
        **dict.fromkeys(_OFFSET, lambda: wanted.offset),
        **dict.fromkeys(_PAGES, lambda: pages),
    }
    shown = {plain(each.name): each for each in views}
    return {name: _counter(name, value, known, shown, records) for name, value in cover.items()}


def _counter(
    name: str, value: Json, known: Mapping[str, Callable[[], int]], views: Mapping[str, View], records: Sequence[Record]
) -> Json:
    plainly = plain(name)
    if isinstance(value, dict):
        return {key: _counter(key, each, known, views, records) for key, each in value.items()}
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    if plainly in views:
        return sum(views[plainly].shows(record) for record in records)
    if plainly in known:
        return known[plainly]()
    return len(records) if any(word in plainly for word in _TOTALS) else value
