"""Type words of tables (`String`, `array of integers`, `Integer[]`): words come in, a type of JSON Schema goes out."""

from __future__ import annotations

import re
from functools import lru_cache

_TYPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(?:array|list)\b|\[\]"), "array"),
    (re.compile(r"\b(?:int(?:eger)?|long|bigint|entero|inteiro)\d*\b"), "integer"),
    (re.compile(r"\b(?:number|float|double|decimal|numeric|número|numero)\b"), "number"),
    (re.compile(r"\bbool(?:ean)?\b|\bbooleano\b"), "boolean"),
    (re.compile(r"\b(?:object|hash|map|dict(?:ionary)?|json)\b"), "object"),
    (
        re.compile(
            r"\b(?:string|str|text|char|varchar|uuid|guid|email|url|uri|date(?:time)?|timestamp|enum|cadena|texto)\b"
        ),
        "string",
    ),
)
_MANY = re.compile(r"\b(?:arrays?|lists?)\b|\[\s*\]")


@lru_cache(maxsize=1024)
def type_of(words: str) -> str | None:
    """Read type words, lower case; None where they name no type."""
    return next((kind for pattern, kind in _TYPES if pattern.search(words)), None)


def item_type_of(words: str) -> str | None:
    """The type of what an array holds (`array of strings`); None where the words do not say, or name an array of arrays."""
    inner = re.sub(r"s\b", "", _MANY.sub(" ", words, count=1))
    kind = type_of(inner)
    return None if kind == "array" else kind


def is_type(words: str) -> bool:
    """Tell whether words, lower case, name a type and nothing else (`(int)`)."""
    return bool(_ONLY.fullmatch(words.strip("()[] ")))


_ONLY = re.compile(
    r"(?:(?:array|list) of )?(?:strings?|str|int|integers?|long|numbers?|float|double|decimal|bool|booleans?|arrays?|lists?|objects?|hash|date|date-?time|timestamp|uuid)"
)
