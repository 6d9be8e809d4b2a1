"""The documented dialect of lists: values of query parameters come in, the records of a page and true counters go out."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from contract.spec import Json, Parameter
from mockserver.answering.sorting import Order, in_order, orders
from mockserver.planning.covers import plain
from mockserver.planning.dialect import ROLES, Record, role
from mockserver.planning.filters import Test, is_moment, searching, tests_of
from mockserver.planning.model import Resource, View

_PAGES = ("totalpages", "pages", "pagecount", "pagescount", "lastpage", "numpages", "pagetotal", "last")
_TOTALS = ("count", "total", "length", "found")
_HITS = ("hits", "nhits", "numhits", "matches")
_SUMS = (
    "amount",
    "price",
    "cost",
    "value",
    "sum",
    "balance",
    "revenue",
    "tax",
    "fee",
    "fees",
    "cents",
    "paid",
    "due",
    "discount",
)
"""What a total that counts no records ends with."""
_MORE = ("hasmore", "hasnext", "hasnextpage", "more", "morepages")
_BEFORE = ("hasprevious", "haspreviouspage", "hasprev", "hasprevpage", "hasless")
_NEXT = frozenset((*ROLES["cursor"], "next", "nextpage", "nextlink", "nexturl", "nextpageurl", "nexthref"))
_PREVIOUS = frozenset(("prev", "previous", "prevpage", "previouspage", "previouspageurl", "prevpageurl", "prevlink"))
_HEADERS = {
    "page": ("xpage", "xcurrentpage", "xpaginationpage"),
    "limit": ("xperpage", "xpagesize", "xlimit", "xpaginationlimit"),
    "offset": ("xoffset",),
    "pages": ("xtotalpages", "xpagecount", "xpages"),
    "total": ("xtotalcount", "xtotal", "totalcount", "xcount", "xtotalelements", "xpaginationtotalcount"),
}


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
    fields: frozenset[str] | None = None
    """Properties to show; None for all."""
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
) -> Selection:
    """Read the documented parameters of a list.

    `size` is how many records a page holds unless the request says, `open_to` what documented requests ask for
    without anything being sifted.
    """
    if not query:
        return _paging({}, size, first_page)
    asked: dict[str, Json] = {}
    tests: list[Test] = []
    shown = frozenset[str]()
    known = resource.fields
    names = tuple(each.name for each in parameters if each.location == "query")
    for each in parameters:
        value = query.get(each.name)
        if each.location != "query" or value is None or (open_to and (each.name, str(value)) in open_to):
            continue
        part = role(plain(each.name)) if each.name not in known or plain(each.name) in ("page", "limit") else None
        if part == "fields":
            texts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
            shown |= {name.strip() for text in texts for name in str(text).split(",") if name.strip()}
        elif part == "search":
            tests += [searching(value)] if value != "" else []
        elif part in ("cursor", "before") and is_moment(value):  # `after=2024-01-01`
            tests += tests_of(names, resource, each, value)
        elif part:
            asked.update(_asked(part, each.name, value))
        else:
            tests += tests_of(names, resource, each, value)
    return replace(
        _paging(asked, size, first_page),
        tests=tuple(tests),
        sort=orders(asked.get("sort"), str(asked.get("direction", "")), known),
        fields=shown or None,
        include=_names(asked),
    )


def _asked(part: str, name: str, value: Json) -> Iterator[tuple[str, Json]]:
    """What a parameter asks for, by roles: one of a family each has its own."""
    if part == "page" and isinstance(value, dict):
        roles = ((role("page" + plain(key)), one) for key, one in value.items())
        yield from ((each, one) for each, one in roles if each)
    elif part == "direction" and isinstance(value, bool):  # `descending=true`
        yield part, "asc" if value is plain(name).startswith("asc") else "desc"
    elif part != "limit" or not isinstance(value, bool):  # `$count=true` asks for no size
        yield part, value


def _paging(asked: Mapping[str, Json], size: int | None, first: int) -> Selection:
    limit = _whole(asked["limit"], 0) if "limit" in asked else size
    page = max(_whole(asked.get("page", first), first), first)
    offset = _whole(asked["offset"], 0) if "offset" in asked else (page - first) * limit if limit else 0
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
    return max(int(text), least) if text.lstrip("-").isdecimal() and len(text) < _DIGITS else least


def filtered(records: Sequence[Record], wanted: Selection) -> list[Record]:
    """The records that pass all tests, in the order asked for."""
    return in_order([record for record in records if all(test(record) for test in wanted.tests)], wanted.sort)


def paged(records: Sequence[Record], wanted: Selection, id_property: str | None) -> tuple[list[Record], Selection]:
    """The records of the page, and the selection with the offset that a cursor meant."""
    if wanted.after is not None or wanted.before is not None:
        ids = [str(record.get(id_property or "id")) for record in records]
        wanted = replace(wanted, offset=_after(ids, wanted.after or "0"))
        if wanted.before in ids:
            last = ids.index(wanted.before)
            first = wanted.offset if wanted.limit is None else max(wanted.offset, last - wanted.limit)
            return list(records[first:last]), replace(wanted, offset=first)
    end = None if wanted.limit is None else wanted.offset + wanted.limit
    return list(records[wanted.offset : end]), wanted


def _after(ids: Sequence[str], cursor: str) -> int:
    """Where the records after a cursor begin. Nothing comes after one that names nothing: who follows pages must come to an end."""
    if cursor in ids:
        return ids.index(cursor) + 1
    if cursor.lower() in _BEGINNING:
        return 0
    if not all(each.isdecimal() and len(each) < _DIGITS for each in (cursor, *ids)):
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


def trimmed(record: Record, fields: frozenset[str]) -> Record:
    """A record with only the fields asked for, and what names it."""
    own = {"id", "_id", "type", "attributes", "relationships", "links"} & record.keys()
    kept = {name: value for name, value in record.items() if name in fields or name in own}
    for level in ("attributes", "relationships"):
        if isinstance(kept.get(level), dict) and level not in fields:
            kept[level] = {name: value for name, value in kept[level].items() if name in fields}
    return kept


# ---- counters


@dataclass(frozen=True, slots=True)
class Count:
    """Where a page stands among all records."""

    wanted: Selection
    total: int
    address: Callable[[int], str]
    """URL of the page that starts at an offset."""
    views: Mapping[str, int]
    """Records that each view of the collection shows, by plain name."""

    @property
    def limit(self) -> int:
        """Records a page holds."""
        return self.wanted.limit or self.total or 1

    @property
    def shown(self) -> int:
        """Records on this page."""
        return max(min(self.limit, self.total - self.wanted.offset), 0)

    def numbers(self) -> dict[str, int]:
        """What counters tell, by role."""
        first = self.wanted.first_page
        page = self.wanted.offset // self.limit + first if self.wanted.page == first else self.wanted.page
        pages = max(-(-self.total // self.limit), 1)
        return {"page": page, "limit": self.limit, "offset": self.wanted.offset, "pages": pages, "total": self.total}

    @property
    def next(self) -> int | None:
        """Offset of the next page; None on the last."""
        after = self.wanted.offset + self.limit
        return after if after < self.total else None

    @property
    def previous(self) -> int | None:
        """Offset of the page before; None on the first."""
        return max(self.wanted.offset - self.limit, 0) if self.wanted.offset > 0 else None


def count(wanted: Selection, records: Sequence[Record], views: Sequence[View], address: Callable[[int], str]) -> Count:
    """Count what the filters accept."""
    return Count(wanted, len(records), address, {plain(each.name): sum(map(each.shows, records)) for each in views})


def counted(cover: Json, told: Count) -> Json:
    """The cover of a list with its documented counters and links made true; what the last page's next one is, is null."""
    if not isinstance(cover, dict):
        return cover
    beside = frozenset(plain(name) for name, value in cover.items() if _is_count(value))
    # where an object tells of the next page, there is none of it on the last one
    shown = {
        name: value
        for name, value in cover.items()
        if told.next or not (isinstance(value, dict) and plain(name) in _NEXT)
    }
    return {name: _counter(name, value, told, beside) for name, value in shown.items()}


def _is_count(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _counter(name: str, value: Json, told: Count, beside: frozenset[str]) -> Json:
    """One member of a cover; `beside` are the plain names of all numbers there."""
    plainly = plain(name)
    if isinstance(value, dict):
        return counted(value, told)
    if isinstance(value, bool):
        return _answer(plainly, value, told, beside)
    if (plainly in _NEXT or plainly in _PREVIOUS) and (value is None or isinstance(value, (str, int))):
        opaque = plainly in ROLES["cursor"] and not (isinstance(value, str) and _is_link(value))
        return _link(told.next if plainly in _NEXT else told.previous, value, told, opaque=opaque)
    if plainly in ("self", "first", "last") and isinstance(value, str) and _is_link(value):
        pages = told.numbers()["pages"]
        return told.address({"self": told.wanted.offset, "first": 0}.get(plainly, (pages - 1) * told.limit))
    return _number(plainly, value, told, beside) if _is_count(value) else value


def _answer(plainly: str, value: bool, told: Count, beside: frozenset[str]) -> bool:  # noqa: FBT001 - it is what the cover has
    """Whether there is more; where pages are counted beside it, also whether this is the first or the last, or empty (Spring)."""
    if plainly in _MORE:
        return told.next is not None
    if plainly in _BEFORE:
        return told.previous is not None
    if beside & {"totalpages", "totalelements", "numberofelements"}:
        return {"first": told.wanted.offset == 0, "last": told.next is None, "empty": not told.shown}.get(
            plainly, value
        )
    return value


def _number(plainly: str, value: int, told: Count, beside: frozenset[str]) -> int:
    if plainly in told.views:
        return told.views[plainly]
    if plainly in ("from", "to") and {"from", "to", "total"} <= beside and told.shown:
        return told.wanted.offset + (1 if plainly == "from" else told.shown)
    numbers = told.numbers()
    part = "pages" if plainly in _PAGES else role(plainly)
    if part is None and plainly.endswith(("pagesize", "perpage")):
        part = "limit"
    if plainly == "number" and "totalpages" in beside:
        part = "page"
    if part == "limit" and plainly != "count":
        return (
            value if told.wanted.limit is None else told.limit
        )  # where nobody can ask for a size, the documents know it
    if part in numbers and plainly != "count":
        return numbers[part]
    if plainly.endswith(_SUMS) or not (
        plainly in _HITS or plainly == "numberofelements" or any(word in plainly for word in _TOTALS)
    ):
        return value
    totalled = any("total" in each and each not in _PAGES and not each.endswith(_SUMS) for each in beside)
    return told.shown if totalled and "total" not in plainly else told.total


def _link(offset: int | None, documented: Json, told: Count, *, opaque: bool) -> Json:
    """What a cover tells of another page, in the documented form: a URL, a number, or an opaque cursor; null where there is none."""
    if offset is None:
        return None
    if isinstance(documented, int):
        return offset // told.limit + 1
    return cursor(offset) if opaque or not (documented is None or _is_link(documented)) else told.address(offset)


def _is_link(text: str) -> bool:
    return "/" in text or text.startswith("?")


def cursor(offset: int) -> str:
    """An opaque cursor that means an offset."""
    return base64.urlsafe_b64encode(f"after {offset}".encode()).decode().rstrip("=")


def _offset_in(text: str) -> int | None:
    try:
        word, _, number = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition(" ")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return int(number) if word == "after" and number.isdecimal() and len(number) < _DIGITS else None


def headers(documented: Iterable[str], told: Count) -> dict[str, str]:
    """The documented headers that count or link pages (RFC 8288, section 3), made true."""
    made = {}
    numbers = told.numbers()
    for name in documented:
        part = next((each for each, names in _HEADERS.items() if plain(name) in names), None)
        if part:
            made[name.lower()] = str(numbers[part])
        elif name.lower() == "link":
            last = (numbers["pages"] - 1) * told.limit
            ways = {"first": 0, "prev": told.previous, "next": told.next, "last": last}
            made["link"] = ", ".join(f'<{told.address(at)}>; rel="{rel}"' for rel, at in ways.items() if at is not None)
    return made
