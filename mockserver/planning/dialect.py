"""What the query parameters of a list are for: their names come in, roles and tests on records go out; names are compared without case and punctuation.

No standard rules this, so the words are those that APIs use: page and offset, cursors (Stripe, Google), JSON:API's families
(`page[size]`, `filter[name]`, `fields[type]`), and ranges by ending (`created_after`, `price[lte]`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from contract.spec import Json
from mockserver.planning.covers import plain

Record = Mapping[str, Json]
Test = Callable[[Record], bool]

ROLES: Mapping[str, tuple[str, ...]] = {
    "page": ("page", "pagenumber", "pageno", "pagenum", "currentpage", "pageindex", "pagina"),
    "limit": (
        *("perpage", "pagesize", "limit", "size", "pagelimit", "maxresults", "itemsperpage", "resultsperpage"),
        *("maxitems", "count", "pagecount", "rows", "top", "porpagina", "per", "length", "limite"),
    ),
    "offset": ("offset", "skip", "start", "pageoffset", "startindex", "startat", "posicao"),
    "cursor": (
        *("cursor", "pagetoken", "nextpagetoken", "startingafter", "after", "pagecursor", "pageafter", "nexttoken"),
        *("continuationtoken", "continuation", "scrollid", "bookmark", "nextcursor", "aftercursor", "afterid"),
    ),
    "sort": ("sort", "sortby", "orderby", "ordering", "sortfield", "sortcolumn", "sorting"),
    "direction": ("order", "direction", "sortorder", "sortdir", "sortdirection", "orderdirection", "sorttype"),
    "fields": ("fields", "select", "only"),
    "include": ("include", "includes", "expand", "embed"),
    "search": ("q", "query", "search", "keyword", "keywords", "term", "searchterm"),
}
"""Names of parameters that ask for something other than a value of a property."""
_BY_NAME = {name: role for role, names in ROLES.items() for name in names}
_FAMILY = re.compile(r"(?:filters?|where|search|q)\[([^\]]*)\](.*)", re.IGNORECASE)
_RANGE = re.compile(
    r"(?P<name>.*?)[\[_.]*(?P<end>gte?|lte?|min|max|from|to|since|until|after|before|start|end)\]?(?:\[\])?",
    re.IGNORECASE,
)
_FIRST = re.compile(r"(?P<end>min|max|from|to|since|until|after|before|start|end)_?(?P<name>.*)", re.IGNORECASE)
_LEAST = ("gte", "gt", "min", "from", "since", "after", "start")
_OPEN = ("gt", "lt", "after", "before")
_TIMES = ("created_at", "created", "createdat", "date", "timestamp", "time", "datetime", "updated_at", "updated")
_EVERY = frozenset(("", "all", "any", "*"))


def role(name: str) -> str | None:
    """The role of a parameter by its plain name; None for one that names a property."""
    return "fields" if name.startswith("fields") else _BY_NAME.get(name)


def value_of(record: Record, name: str) -> Json:
    """What a record has under a name, its JSON:API attributes and relationships included; None where there is nothing."""
    wanted = plain(name)
    for level in (record, record.get("attributes")):
        for key, value in level.items() if isinstance(level, dict) else ():
            if plain(key) == wanted:
                return value
    relations = record.get("relationships")
    for key, value in relations.items() if isinstance(relations, dict) else ():
        if plain(key).removesuffix("s") in _stems(wanted) and isinstance(value, dict):
            linked = value.get("data")
            return [
                each.get("id") for each in (linked if isinstance(linked, list) else [linked]) if isinstance(each, dict)
            ]
    head, dot, rest = name.partition(".")
    inner = value_of(record, head) if dot else None
    return value_of(inner, rest) if isinstance(inner, dict) else None


def _stems(wanted: str) -> tuple[str, ...]:
    """What a name that may end in `s`, `id` or `ids` is about."""
    return wanted, *(wanted.removesuffix(each) for each in ("s", "ids", "id"))


def test_of(name: str, value: Json, properties: Iterable[str]) -> Test | None:
    """The test that a parameter means; None where it names nothing that records have."""
    family = _FAMILY.fullmatch(name)
    asked = (family[1] + family[2]) if family else name
    values = value if isinstance(value, list) else [value]
    bare = asked.replace("[]", "")
    if plain(bare).startswith("exclude"):
        test = test_of(bare[len("exclude") :].lstrip("_-"), value, properties)
        return (lambda record: not test(record)) if test else None
    found = _property(bare, properties)
    if found:
        named = _RANGE.fullmatch(bare) or _FIRST.fullmatch(bare)
        if named and len(values) == 1 and _moment(values[0]) is not None:
            return _bound(found, values[0], least=named["end"].lower() in _LEAST)
        if len(values) == 2 and all(_moment(each) is not None for each in values):
            return _both(_bound(found, values[0], least=True), _bound(found, values[1], least=False))
        return _equals(found, values)
    for form in (_RANGE, _FIRST):
        match = form.fullmatch(bare)
        of = (
            _property(match["name"], properties) or (_time(properties) if _is_time(match["name"]) else None)
            if match
            else None
        )
        if match and of:
            return _bound(of, values[0], least=match["end"].lower() in _LEAST, open_=match["end"].lower() in _OPEN)
    if family and plain(asked) == "name":
        names = [each for each in properties if plain(each).endswith("name") or plain(each) == "email"]
        return searching(values[0], names) if names else None
    return None


def searching(value: Json, properties: Iterable[str] | None = None) -> Test:
    """Records that hold a text, in whatever case, in one of their texts."""
    text, names = str(value).casefold(), None if properties is None else list(properties)

    def test(record: Record) -> bool:
        if names is not None:
            return any(text in str(value_of(record, each) or "").casefold() for each in names)
        held = [*record.values(), *(inner.values() if isinstance(inner := record.get("attributes"), dict) else ())]
        return any(text in each.casefold() for each in held if isinstance(each, str))

    return test


def _property(asked: str, properties: Iterable[str]) -> str | None:
    """The property that a parameter is named after: itself, one of several (`statuses`), or the id of what it names."""
    wanted = plain(asked)
    stems = _stems(wanted)
    forms = (wanted, *stems, wanted.removesuffix("es"), wanted + "id", wanted + "s", *(each + "s" for each in stems))
    known = {plain(each): each for each in properties}
    return next((known[each] for each in forms if each and each in known), None)


def _is_time(name: str) -> bool:
    return plain(name) in ("", "date", "time", "created", "timestamp", "datetime")


def _time(properties: Iterable[str]) -> str | None:
    known = {plain(each): each for each in properties}
    return next((known[plain(each)] for each in _TIMES if plain(each) in known), None)


def _equals(name: str, values: list[Json]) -> Test | None:
    accepted = {text.strip().casefold() for each in values for text in [*_text(each).split(","), _text(each)]}
    if accepted <= _EVERY:
        return None

    def test(record: Record) -> bool:
        held = value_of(record, name)
        if isinstance(held, dict):
            held = [held[each] for each in ("id", "name", "code") if each in held]
        shown = {_text(each).casefold() for each in (held if isinstance(held, list) else [held])}
        return bool(shown & accepted) or any(each[:10] in accepted for each in shown if _moment(each))

    return test


def _text(value: Json) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _both(one: Test, other: Test) -> Test:
    return lambda record: one(record) and other(record)


def _bound(name: str, value: Json, *, least: bool, open_: bool = False) -> Test:
    """Records whose value is on the asked side of a bound; those without a comparable value are not."""

    def test(record: Record) -> bool:
        held = value_of(record, name)
        pair = _comparable(held, value)
        if pair is None:
            return False
        if pair[0] == pair[1]:
            return not open_
        return (pair[0] > pair[1]) is least

    return test


def _comparable(held: Json, bound: Json) -> tuple[float, float] | None:
    """Two numbers or two moments, as numbers."""
    moments = _moment(held), _moment(bound)
    if moments[0] is None and moments[1] is not None and (seconds := _number(held)) and seconds > _EPOCH:
        moments = (seconds / 1000 if seconds > 1000 * _EPOCH else seconds), moments[1]
    if moments[0] is not None and moments[1] is not None:
        return moments[0], moments[1]
    numbers = _number(held), _number(bound)
    return (numbers[0], numbers[1]) if numbers[0] is not None and numbers[1] is not None else None


_EPOCH = 1e8
"""Seconds since 1970 that are no other number: March 1973; a thousand times that are milliseconds."""


def _number(value: Json) -> float | None:
    try:
        return float(value) if not isinstance(value, (bool, dict, list)) and value is not None else None
    except (ValueError, OverflowError):
        return None


def _moment(value: Json) -> float | None:
    """Seconds since 1970 of an ISO 8601 text; one without a zone is UTC."""
    if not isinstance(value, str) or not re.match(r"\d{4}-\d\d-\d\d", value):
        return None
    try:
        found = datetime.fromisoformat(value.strip().replace(" UTC", "+00:00"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
