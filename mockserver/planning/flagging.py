"""Whether records are so: a word that is asked with true or false and the names of their properties come in, a test on records goes out.

Records tell it by a mark (`is_read`), by the time it was (`read_at`), by how many there are (`unread_count`), or by the opposite (`unread`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from contract.spec import Json
from mockserver.planning.comparing import Test, number, without
from mockserver.planning.covers import plain
from mockserver.planning.dialect import value_of

_NOT = ("un", "in", "non", "not")
"""How a word begins that means the opposite of the rest."""
_LED = re.compile(r"(?:in|is|has|with)(?:[_-]|(?=[A-Z]))(.+)")
"""`in_stock` is said of what has a stock, and `inactive` of what is not active."""
_SHORTEST = 3
_FALSE = frozenset(("", "false", "no", "none", "off"))


def marked(asked: str, properties: Iterable[str]) -> Test | None:
    """The records that are what a word says; None where none of their properties tells."""
    known, word = {plain(each): each for each in properties}, plain(asked)
    led = _LED.fullmatch(asked)
    forms = (word, *_telling(word), *((plain(led[1]), *_telling(plain(led[1]))) if led else ()))
    if found := next((known[each] for each in forms if each in known), None):
        return lambda record: _holds(value_of(record, found))
    other = next(
        (known[each] for opposite in _opposites(word) for each in (opposite, *_telling(opposite)) if each in known),
        None,
    )
    return without(lambda record: _holds(value_of(record, other))) if other else None


def _telling(word: str) -> Iterator[str]:
    """The plain names, beside the word itself, under which records tell that they are so."""
    yield from ("is" + word, "has" + word, word + "at", word + "on", word + "date")
    yield from (word + "count", word + "scount", "num" + word, word + "messages", word + "messagescount")


def _opposites(word: str) -> Iterator[str]:
    yield from (
        word.removeprefix(each) for each in _NOT if word.startswith(each) and len(word) >= len(each) + _SHORTEST
    )
    yield from (each + word for each in _NOT[:2])


def _holds(value: Json) -> bool:
    """Tell whether a mark is set, a time is told, or there is at least one."""
    if isinstance(value, str) and value.strip().casefold() in _FALSE:
        return False
    counted = number(value)
    return bool(value) if counted is None else counted > 0
