"""Where a page stands among all records: a selection and what it accepts come in, a cover and headers with true counters and links go out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from contract.spec import Json
from mockserver.answering.query import Selection, cursor
from mockserver.planning.covers import plain
from mockserver.planning.dialect import ROLES, Record, role
from mockserver.planning.model import View

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
_ENDS = ("self", "first", "last")
_HEADERS = {
    "page": ("xpage", "xcurrentpage", "xpaginationpage"),
    "limit": ("xperpage", "xpagesize", "xlimit", "xpaginationlimit"),
    "offset": ("xoffset",),
    "pages": ("xtotalpages", "xpagecount", "xpages"),
    "total": ("xtotalcount", "xtotal", "totalcount", "xcount", "xtotalelements", "xpaginationtotalcount"),
}


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
        return max(min(self.limit, self.total - self.wanted.offset), 0) if self.wanted.limit != 0 else 0

    def numbers(self) -> dict[str, int]:
        """What counters tell, by role."""
        first = self.wanted.first_page
        page = self.wanted.offset // self.limit + first if self.wanted.page == first else self.wanted.page
        pages = max(-(-self.total // self.limit), 1)
        size = 0 if self.wanted.limit == 0 else self.limit
        return {"page": page, "limit": size, "offset": self.wanted.offset, "pages": pages, "total": self.total}

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
    links = any(plain(name) in _NEXT for name in cover)  # then what nothing is shown of is a link as well
    unshown = {name: "/" for name, value in shown.items() if links and value is None and plain(name) in _ENDS}
    return {name: _counter(name, value, told, beside) for name, value in (shown | unshown).items()}


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
    if plainly in _ENDS and isinstance(value, str) and _is_link(value):
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
            value if told.wanted.limit is None else numbers["limit"]
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
