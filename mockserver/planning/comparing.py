"""Whether what a record holds is what is asked for: a name of a property and values come in, tests on records go out.

Texts are compared without case, numbers as numbers, and moments as moments however they are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from contract.spec import Json
from mockserver.planning.dialect import Record, value_of

Test = Callable[[Record], bool]

_EVERY = frozenset(("", "all", "any", "*"))


def equals(name: str, values: list[Json]) -> Test | None:
    """Records that hold one of some values; None where those stand for all."""
    accepted = {text.strip().casefold() for each in values for text in [*text_of(each).split(","), text_of(each)]}
    if accepted <= _EVERY:
        return None
    numbers = {number(each) for each in values if isinstance(each, (int, float)) and not isinstance(each, bool)}

    def test(record: Record) -> bool:
        held = value_of(record, name)
        if isinstance(held, dict):
            held = [held[each] for each in ("id", "name", "code") if each in held]
        shown = {text_of(each).casefold() for each in (held if isinstance(held, list) else [held])}
        if shown & accepted or (numbers and any(number(each) in numbers for each in shown)):
            return True
        return any(each[:10] in accepted for each in shown if moment(each.upper()))

    return test


def text_of(value: Json) -> str:
    """A value as it stands in a query."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def both(one: Test, other: Test) -> Test:
    """Records that pass two tests."""
    return lambda record: one(record) and other(record)


def bound(name: str, value: Json, *, least: bool, open_: bool = False) -> Test:
    """Records whose value is on the asked side of a bound; those without a comparable value are not."""

    def test(record: Record) -> bool:
        held = value_of(record, name)
        pair = comparable(held, value)
        if pair is None:
            return False
        if pair[0] == pair[1]:
            return not open_
        return (pair[0] > pair[1]) is least

    return test


def comparable(held: Json, bound: Json) -> tuple[float, float] | None:
    """Two numbers or two moments, as numbers."""
    moments = moment(held), moment(bound)
    if moments[0] is None and moments[1] is not None:
        moments = since_1970(held), moments[1]
    elif moments[1] is None and moments[0] is not None:
        moments = moments[0], (0.0 if number(bound) == 0 else since_1970(bound))  # all that ever was
    if moments[0] is not None and moments[1] is not None:
        return moments[0], moments[1]
    numbers = number(held), number(bound)
    return (numbers[0], numbers[1]) if numbers[0] is not None and numbers[1] is not None else None


def since_1970(value: Json) -> float | None:
    """Seconds, told as such or in thousandths; None for other numbers."""
    seconds = number(value)
    return None if seconds is None or seconds <= _EPOCH else seconds / 1000 if seconds > 1000 * _EPOCH else seconds


_EPOCH = 1e8
"""Seconds since 1970 that are no other number: March 1973; a thousand times that are milliseconds."""


def number(value: Json) -> float | None:
    """A number, or a text that is one."""
    try:
        return float(value) if not isinstance(value, (bool, dict, list)) and value is not None else None
    except (ValueError, OverflowError):
        return None


def is_moment(value: Json) -> bool:
    """Tell whether a value is a date or a time."""
    return moment(value) is not None


def is_instant(value: Json) -> bool:
    """Tell whether a value is a time to the second, and no whole day."""
    return moment(value) is not None and len(str(value)) > _DAY


_DAY = len("2024-01-01")


def moment(value: Json) -> float | None:
    """Seconds since 1970 of an ISO 8601 text, or one as e-mail has it (RFC 5322, section 3.3); one without a zone is UTC."""
    if not isinstance(value, str) or not _MOMENT.match(value):
        return None
    try:
        told = value.strip()
        found = (
            parsedate_to_datetime(told)
            if told[:1].isalpha()
            else datetime.fromisoformat(told.replace(" UTC", "+00:00"))
        )
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


_MOMENT = re.compile(r"\d{4}-\d\d-\d\d|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? \d{1,2} [A-Z][a-z]{2} \d{4} \d")


def without(test: Test | None) -> Test | None:
    """Records that do not pass a test."""
    return (lambda record: not test(record)) if test else None


def searching(value: Json, properties: Iterable[str] | None = None) -> Test:
    """Records that hold a text, in whatever case, in one of their texts."""
    text, names = str(value).casefold(), None if properties is None else list(properties)

    def test(record: Record) -> bool:
        if names is not None:
            return any(text in str(value_of(record, each) or "").casefold() for each in names)
        return any(text in each.casefold() for each in _texts(record))

    return test


def _texts(value: Json, depth: int = 0) -> Iterator[str]:
    """Every text and number inside of a value; links tell nothing of a record."""
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        yield str(value)
    elif depth < _DEEPEST and isinstance(value, (dict, list)):
        inner = (each for name, each in value.items() if name != "links") if isinstance(value, dict) else value
        for each in inner:
            yield from _texts(each, depth + 1)


_DEEPEST = 4
