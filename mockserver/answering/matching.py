"""A short text for a regular expression: a pattern comes in, a text that it finds goes out; the same for the same pattern.

Patterns are those of ECMA-262 (JSON Schema 2020-12, section 6.3.3), read as Python reads them: what the two write alike is nearly all
that documents use, and whoever asks judges the text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from random import Random
from typing import Any

_parser: Any = getattr(re, "_parser", None)
"""Python has no other way to a pattern's parts; without it there is no text."""
_KINDS = {"CATEGORY_DIGIT": "0", "CATEGORY_WORD": "a", "CATEGORY_SPACE": " "}
_MOST_TIMES = 1000
_MANY = 8
"""How often what may be repeated is, where chance is to tell texts apart."""
_TURNS = 4
"""How many alternatives are tried where a pattern leaves a choice."""
_OTHERS = "aA0 -_.x!"


@lru_cache(maxsize=4096)
def matching(pattern: str, wanted: str) -> str:
    """The wanted text where a pattern finds it, else one that it finds; where none is made, the wanted one."""
    try:
        if re.search(pattern, wanted):
            return wanted
        parts = _parser.parse(pattern)
        texts = (_of_all(parts, turn) for turn in range(_TURNS))
        return next((each for each in texts if re.search(pattern, each)), wanted)
    except (re.error, AttributeError, StopIteration, RecursionError, OverflowError, ValueError):
        return wanted


def is_found(pattern: str, text: str) -> bool:
    """Tell whether a pattern finds a text; of one that Python cannot read, nobody knows better."""
    try:
        return bool(re.search(pattern, text))
    except (re.error, RecursionError, OverflowError):
        return True


def matched_by_chance(pattern: str, chance: Random) -> str | None:
    """One of the many texts that a pattern finds; None where none is made."""
    try:
        text = _of_all(_parser.parse(pattern), chance.randrange(_TURNS), chance)
        return text if re.search(pattern, text) else None
    except (re.error, AttributeError, StopIteration, RecursionError, OverflowError, ValueError):
        return None


def _of_all(parts: Any, turn: int, chance: Random | None = None) -> str:
    return "".join(_of_one(str(kind), what, turn, chance) for kind, what in parts)


def _of_one(kind: str, what: Any, turn: int, chance: Random | None) -> str:
    match kind:
        case "LITERAL":
            return chr(what)
        case "ANY":
            return "a"
        case "IN":
            return _of_set(what, chance)
        case "NOT_LITERAL":
            return next(each for each in _OTHERS if ord(each) != what)
        case "BRANCH":
            return _of_all(what[1][turn % len(what[1])], turn, chance)
        case "SUBPATTERN":
            return _of_all(what[-1], turn, chance)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, inner = what
            count = min(int(least) if chance is None else max(int(least), min(int(most), _MANY)), _MOST_TIMES)
            return "".join(_of_all(inner, turn, chance) for _ in range(count))
        case "ATOMIC_GROUP":
            return _of_all(what, turn, chance)
    return ""  # places (`^`), and what only looks ahead or behind


def _of_set(members: Any, chance: Random | None) -> str:
    """A character of a set; of one that names what is left out, one that is not."""
    kinds = [(str(kind), what) for kind, what in members]
    if kinds[0][0] == "NEGATE":
        allowed = re.compile("[^" + "".join(_written(*each) for each in kinds[1:]) + "]")
        return next(each for each in _OTHERS if allowed.match(each))
    kind, what = chance.choice(kinds) if chance else kinds[0]
    if kind == "RANGE":
        return chr(chance.randint(*what) if chance else what[0])
    return chr(what) if kind == "LITERAL" else _KINDS.get(str(what), "-")


def _written(kind: str, what: Any) -> str:
    if kind == "RANGE":
        return f"{re.escape(chr(what[0]))}-{re.escape(chr(what[1]))}"
    if kind == "LITERAL":
        return re.escape(chr(what))
    return {"CATEGORY_DIGIT": r"\d", "CATEGORY_WORD": r"\w", "CATEGORY_SPACE": r"\s"}.get(str(what), "")
