"""Type words of tables (`String`, `array of integers`, `Integer[]`): words come in, a type of JSON Schema goes out."""

from __future__ import annotations

import re
from functools import lru_cache

_TYPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(?:array|list|arreglo|lista|tableau|liste|массив)\b|\[\]|数组|配列|배열"), "array"),
    (
        re.compile(r"\b(?:int(?:eger)?|long|bigint|entero|inteiro|entier|ganzzahl|целое)\d*\b|整数|整型|정수"),
        "integer",
    ),
    (re.compile(r"\b(?:number|float|double|decimal|numeric|número|numero|zahl|число)\b|数字|数值|数値|숫자"), "number"),
    (re.compile(r"\bbool(?:ean)?\b|\bbooleano\b|\bboolé?e?n\b|\btrue\b|布尔|真偽値"), "boolean"),
    (
        re.compile(r"\b(?:object|hash|map|dict(?:ionary)?|json|objeto|objet|objekt|объект)\b|对象|オブジェクト|객체"),
        "object",
    ),
    (
        re.compile(
            r"\b(?:string|str|text|char|varchar|uuid|guid|object_?id|file|binary|blob|email|url|uri|date(?:time)?|timestamp|enum|cadena|texto|fecha|cha[iî]ne|zeichenkette|строка)\b"
            r"|字符串|文字列|문자열"
        ),
        "string",
    ),
)
_MANY = re.compile(r"\b(?:arrays?|lists?)\b|\[\s*\]")


@lru_cache(maxsize=1024)
def types_of(words: str) -> frozenset[str]:
    """Read type words, lower case, of which there may be several (`integer or string`)."""
    many = _MANY_OF.search(words)
    first, rest = (words[: many.start()], words[many.start() :]) if many else (words, "")
    parts = (words,) if _HOLDS.search(first) else (*_OR.split(first), rest)
    found = {kind for each in parts if (kind := _named(each))}
    return frozenset(found - {"integer"} if "number" in found else found)


def types_shown(text: str, *, value: bool = False) -> frozenset[str]:
    """The type that a default shows where no word tells it; a word shows none, for it may be said of a value (`now`).

    What stands in a column of examples is a value for certain, whose quotes are not always written: digits may be text there.
    """
    found = frozenset(kind for pattern, kind in _SHOWN if pattern.fullmatch(text))
    if not value:
        return found
    return frozenset(("string",)) if text and not found else found - _NUMBERS


_NUMBERS = frozenset(("integer", "number"))


_SHOWN = (
    (re.compile(r"-?\d{1,9}"), "integer"),
    (re.compile(r"-?\d{1,9}\.\d{1,9}"), "number"),
    (re.compile(r"true|false", re.IGNORECASE), "boolean"),
)


def type_of(words: str) -> str | None:
    """Read type words, lower case; None where they name no type, or more than one."""
    found = types_of(words)
    return next(iter(found)) if len(found) == 1 else None


def _named(words: str) -> str | None:
    return next((kind for pattern, kind in _TYPES if pattern.search(words)), None)


_OR = re.compile(r"\s+(?:or|ou|o|oder)\s+|\s*[|/]\s*")
_MANY_OF = re.compile(r"\b(?:array|list)s? of\b")
_HOLDS = re.compile(r"[<{]|\[\s*\w")
"""Alternatives behind these are of what an array holds."""


def item_type_of(words: str) -> str | None:
    """The type of what an array holds (`array of strings`); None where the words do not say, or name an array of several, or of arrays."""
    inner = re.sub(r"s\b", "", _MANY.sub(" ", words, count=1))
    kind = type_of(inner)
    return None if kind == "array" else kind


def is_type(words: str) -> bool:
    """Tell whether words, lower case, name a type and nothing else (`(int)`)."""
    return bool(_ONLY.fullmatch(words.strip("()[] ")))


_ONLY = re.compile(
    r"(?:(?:array|list) of )?(?:strings?|str|int|integers?|long|numbers?|float|double|decimal|bool|booleans?|arrays?|lists?|objects?|hash|date|date-?time|timestamp|uuid)"
)
