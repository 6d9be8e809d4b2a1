"""Facts in descriptions: words come in, what they say of a value goes out (allowed values, limits, whether it is required).

Only phrases that leave no doubt count; the words stay in the description in any case.
"""

from __future__ import annotations

import re

Limit = tuple[str, int | str]
"""A keyword of JSON Schema with its value."""

_QUOTED = re.compile(r"[\"“'`]([^\"”'`]+)[\"”'`]")
_CHOICES = re.compile(
    r"(?:one of|any of|enum(?: of)?|allowed values?(?: are)?|possible values?(?: are)?|valid values?(?: are)?|can be|must be(?: either)?|either|values?)[: ]+(.*)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"(?:\s*(?:,|\||/|\bor\b|\band\b)\s*)+", re.IGNORECASE)
_REQUIRED = re.compile(
    r"\((?:required|mandatory)\)|(?:^\W*|\b(?:is|are) )(?:required|mandatory)\b(?!\*{0,3} (?:if|when|unless|only|for (?!all\b|every\b|each\b)))",
    re.IGNORECASE,
)
_OPTIONAL = re.compile(r"^\W*optional\b|\(optional\)|\bis optional\b", re.IGNORECASE)
_LIMITS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "maxLength",
        re.compile(
            r"\b(?:max(?:imum)?|up to|no (?:more|longer) than|at most)\.?(?: length)?(?: of| is|:)? (\d+) (?:characters?|chars?|symbols)\b",
            re.IGNORECASE,
        ),
    ),
    ("maxLength", re.compile(r"\b(\d+) (?:characters?|chars?) (?:max(?:imum)?|or (?:less|fewer))\b", re.IGNORECASE)),
    (
        "minLength",
        re.compile(
            r"\b(?:min(?:imum)?|at least)\.?(?: length)?(?: of| is|:)? (\d+) (?:characters?|chars?|symbols)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "maximum",
        re.compile(
            r"\bmax(?:imum)?(?: value)?(?: of| is|:)? (\d+)(?! ?(?:characters?|chars?|items?|bytes|[kmg]b|\w))\b",
            re.IGNORECASE,
        ),
    ),
    (
        "minimum",
        re.compile(
            r"\bmin(?:imum)?(?: value)?(?: of| is|:)? (\d+)(?! ?(?:characters?|chars?|items?|bytes|[kmg]b|\w))\b",
            re.IGNORECASE,
        ),
    ),
)
_FORMATS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("date-time", re.compile(r"\bdate-?time\b|\bISO[ -]?8601\b.*\btime|\bRFC ?3339\b", re.IGNORECASE)),
    ("date", re.compile(r"\bYYYY-MM-DD\b(?!T|\s*HH)", re.IGNORECASE)),
    ("uuid", re.compile(r"\b(?:uuid|guid)\b", re.IGNORECASE)),
)


def enum_of(text: str) -> tuple[str, ...]:
    """Values that a description lists: nothing but quoted words, or quoted words after a phrase such as 'one of'."""
    choices = _CHOICES.search(text)
    listed = choices[1].partition(". ")[0] if choices else text
    values = _QUOTED.findall(listed)
    rest = _BETWEEN.sub("", _QUOTED.sub("", listed)).strip(" .")
    return tuple(dict.fromkeys(values)) if len(values) > 1 and not rest else ()


def required_of(text: str) -> bool | None:
    """What a description says of being required; None where it says nothing."""
    return True if _REQUIRED.search(text) else False if _OPTIONAL.search(text) else None


def limits_of(text: str) -> tuple[Limit, ...]:
    """Bounds and formats that a description states."""
    found: dict[str, int | str] = {}
    for keyword, pattern in _LIMITS:
        if match := pattern.search(text):
            found.setdefault(keyword, int(match[1]))
    for name, pattern in _FORMATS:
        if pattern.search(text):
            found.setdefault("format", name)
    return tuple(found.items())
