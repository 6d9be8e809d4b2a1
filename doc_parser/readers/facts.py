"""Facts in descriptions: words come in, what they say of a value goes out (allowed values, limits, a default, whether it is required).

Phrases that leave no doubt are stated; others only hint, and count where a sample agrees. The words stay in
the description in any case. Code spans are read in backticks (`Text.quoted`), since quotes tell values from prose.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from doc_parser.evidence import Limit

_VALUE = r"(?:`(?P<code>[^`]{1,60})`|\"(?P<double>[^\"]{1,60})\"|“(?P<curled>[^”]{1,60})”|(?<![^\W_])'(?P<single>[^']{1,60})'(?![^\W_]))"
_QUOTED = re.compile(rf"\s*{_VALUE}\s*(?:\([^()]{{0,120}}\)\s*)?")
_BETWEEN = re.compile(r"(?:\s*(?:[,;/|&]|\b(?:or|and|ou|et|oder|und|[ouye])\b))+\s*", re.IGNORECASE)
_OPEN = re.compile(r"[^\W_]|[/|&]")
"""What joins the last of some values to the next thing; behind a comma a new thought may begin."""
_AND_SO_ON = re.compile(
    r"\W*(?:etc\b|\.\.\.|…|and so on|among|and more|(?:is|are|must|should|has|have|needs?) |fields?\b|param)",
    re.IGNORECASE,
)
_CHOICES = re.compile(
    r"\b(?:(?:one|any|each|some) of|enum(?: of)?|(?:allowed|possible|valid|accepted|available|supported|permitted) (?:(?:values?|options?|choices|types?)(?: (?:are|is))?|\w+ are)"
    r"|options(?: are)?|(?:can|could|may|must|should|shall|will)(?: only| either)? be|either|(?<!default )values?(?: (?:are|is|can be))?|accepts"
    r"|puede[n]? ser|debe[n]? ser|valores posibles(?: son)?|posibles valores(?: son)?|pode[m]? ser|deve[m]? ser|peut être|doit être)"
    r"(?:[\s:]+(?:set to|either|one|any|of|the|these|those|following|values?|options?|only|as|uno de|um de)\b){0,6}[\s:]*",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"(?:must be|(?:is |are )?(?:any |either )?(?:one )?of|enum|(?:allowed|possible|valid|accepted|permitted) (?:values?|options?|choices|types?))\b.*:",
    re.IGNORECASE,
)
"""A phrase with a colon says that there are no other values, whether they are quoted or not."""
_CODE_OF_VALUES = re.compile(r"`\[?((?:\s*(?:\"[^\"`]*\"|'[^'`]*')\s*,?)+)\]?`")
"""All values in one code span (`"a", "b"`)."""
_BRACKETS = re.compile(r"[(\[]([^()\[\]]{3,200})[)\]]")
_FOR_EXAMPLE = re.compile(r"\b(?:e\.?g|i\.?e|for example|for instance|such as|like|incl\w*|ej|ex)\b\W*$", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z][\w-]*")
_NO_VALUES = frozenset(
    (
        "string",
        "strings",
        "integer",
        "int",
        "number",
        "numbers",
        "boolean",
        "bool",
        "array",
        "object",
        "list",
        "empty",
        "blank",
        "any",
        "all",
        "more",
        "less",
        "other",
        "others",
        "etc",
        "positive",
        "negative",
        "used",
        "ignored",
        "omitted",
        "required",
        "optional",
        "default",
        "the",
        "a",
        "an",
        "it",
        "not",
        "yes",
        "no",
    )
)
_NULL = frozenset(("null", "nil", "none", "nothing"))
_READ = 1500
"""Characters of a description that are read."""
_PHRASES = 6
"""Phrases of a description that may announce values."""

_NEEDED = r"(?:required|mandatory|requerid[oa]|obligatori[oa]|obrigatóri[oa]|obligatoire)"
_FREE = r"(?:optional|opcional|optionnel(?:le)?|not required|not mandatory)"
_SOMETIMES = r"(?!\*{0,3} (?:if|when|unless|only|except|si|cuando|quando|for (?!all\b|every\b|each\b)))"
_REQUIRED = re.compile(
    rf"[(\[]{_NEEDED}[)\]]|(?:^\W*|\b(?:is|are|es) (?:always |a )?){_NEEDED}\b{_SOMETIMES}|(?:[.!?;,:–—]|\s-)\s*{_NEEDED}\W*$|\bnot[ -]null\b",
    re.IGNORECASE,
)
_CONDITIONAL = re.compile(
    rf"\W*{_NEEDED}\*?\W*(?:(?:only |this (?:field )?is )?{_NEEDED} )?(?:if|when|unless|with(?:out)?|only)\b",
    re.IGNORECASE,
)
"""A mark that the words behind it take back (`required* Required if the other is given`)."""
_OPTIONAL = re.compile(
    rf"^\W*{_FREE}\b|[(\[]{_FREE}[)\]]|\b(?:is|are) {_FREE}\b|(?:[.!?;,:–—]|\s-)\s*{_FREE}\W*$", re.IGNORECASE
)
_DEFAULT = re.compile(
    r"\b(?:defaults?(?: value)?|by default|por (?:defecto|omisi[oó]n)|padrão)(?:[\s:=,]+(?:is|are|to|will|be|in|set|it|es|é)\b){0,5}[\s:=,]*"
    r"(?:`(?P<code>[^`]{1,60})`|\"(?P<double>[^\"]{1,60})\"|'(?P<single>[^']{1,60})'|(?P<bare>-?\d+(?:\.\d+)?|true|false)(?=\s*(?:[.,;()\]]|$)))",
    re.IGNORECASE,
)
_CHARACTERS = r"(?:characters?|chars?|symbols|caract[eéè]res)"
_TO = r" ?(?:-|–|\.\.|to|and|a|à) ?"
_PLAIN = rf"(?! ?(?:{_CHARACTERS}|items?|bytes|[kmg]b|\w))\b"
_LIMITS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (keyword, re.compile(pattern, re.IGNORECASE))
    for keyword, pattern in (
        ("maxLength", rf"\b(?:max(?:imum)?|up to|no (?:more|longer) than|at most)\.?(?: length)?(?: of| is|:)? (\d+) {_CHARACTERS}\b"),
        ("maxLength", rf"\b(\d+) {_CHARACTERS} (?:max(?:imum)?|or (?:less|fewer))\b"),
        ("maxLength", rf"(?<![-\d])\d+{_TO}(\d+) {_CHARACTERS}\b"),
        ("maxLength", rf"\b(?:exceed(?:ing)?|limited to|exactly) (\d+) {_CHARACTERS}\b"),
        ("maxLength", r"\bmax(?:imum)? length(?: of| is|:)? (\d+)\b"),
        ("minLength", rf"\b(?:min(?:imum)?|at least)\.?(?: length)?(?: of| is|:)? (\d+) {_CHARACTERS}\b"),
        ("minLength", rf"(?<![-\d])(\d+){_TO}\d+ {_CHARACTERS}\b"),
        ("minLength", rf"\bexactly (\d+) {_CHARACTERS}\b"),
        ("minLength", rf"\bmin(?:imum)?\.?:? (\d+)(?:,| and|, and)? max(?:imum)?\.?:? \d+ {_CHARACTERS}\b"),
        ("minLength", r"\bmin(?:imum)? length(?: of| is|:)? (\d+)\b"),
        ("maximum", rf"\bmax(?:imum)?(?: (?:value|limit))?(?: of| is|:)? (\d+){_PLAIN}"),
        ("maximum", rf"\bbetween \d+ (?:and|to) (\d+){_PLAIN}"),
        ("minimum", rf"\bmin(?:imum)?(?: (?:value|limit))?(?: of| is|:)? (\d+){_PLAIN}"),
        ("minimum", rf"\bbetween (\d+) (?:and|to) \d+{_PLAIN}"),
    )
)  # fmt: skip
_DATE = re.compile(r"\bYYYY-MM-DD\b(?!T|\s*HH)", re.IGNORECASE)
"""A pattern that is spelled out."""
_FORMATS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("date-time", re.compile(r"\bdate-?time\b|\bISO[ -]?8601\b.*\btime|\bRFC ?3339\b", re.IGNORECASE)),
    ("uuid", re.compile(r"\b(?:uuid|guid)\b", re.IGNORECASE)),
)


class Choices(NamedTuple):
    """Values that a description lists."""

    stated: tuple[str, ...]
    """They are quoted, and a phrase says that there are no others."""
    hinted: tuple[str, ...]
    """They are plain words, or stand in brackets without a word of why."""


def _speaks(text: str, stems: tuple[str, ...]) -> bool:
    """Most descriptions say nothing of a kind, and without one of its stems no phrase needs to be looked for."""
    text = text.lower()
    return any(map(text.__contains__, stems))


@lru_cache(maxsize=1024)
def choices_of(text: str) -> Choices:
    """Values that a description lists: nothing but quoted words, values after a phrase such as 'one of', or a list in brackets."""
    if not text:
        return _NONE
    text = _CODE_OF_VALUES.sub(r"\1", text[:_READ])
    alone = _values(text)
    if alone:
        return Choices(alone, ())
    hinted: tuple[str, ...] = ()
    for phrase in islice(_CHOICES.finditer(text), _PHRASES) if _speaks(text, _OF_CHOICES) else ():
        after = text[phrase.end() :]
        if found := _values(after, whole=False) or _explained(after):
            return Choices(found, ())
        listed = _plain(re.split(r"[.;:()\[\]]", after, maxsplit=1)[0])
        if listed and _CLOSED.fullmatch(phrase[0].strip()) and not _AND_SO_ON.search(after):
            return Choices(listed, ())
        hinted = hinted or listed
    for brackets in islice(_BRACKETS.finditer(text), _PHRASES):
        if not hinted and not _FOR_EXAMPLE.search(text[max(0, brackets.start() - 20) : brackets.start()]):
            hinted = _values(brackets[1]) or _plain(brackets[1])
    return Choices((), hinted or _constant(text))


def values_alone(text: str) -> tuple[str, ...]:
    """Values that are all there is of a text; none where it says anything else."""
    return _values(text[:_READ]) if text else ()


@lru_cache(maxsize=1024)
def values_of(text: str) -> Choices:
    """Values that a column of values lists: it needs no quotes, but `datetime` alone may be what they are like."""
    said = choices_of(text)
    return said if any(said) or not _LISTED.fullmatch(text) else Choices((), _distinct(re.findall(r"[^\s,|/]+", text)))


_LISTED = re.compile(r"[A-Za-z][\w.-]*\w(?:\s*[,|/]\s*[A-Za-z][\w.-]*\w)+")
_NONE = Choices((), ())
_OF_CHOICES = (
    *(" of", "enum", "value", "option", "choice", " type", " be", "either", "accepts"),
    *("allowed", "possible", "valid", "accepted", "available", "supported", "permitted"),
    *(" ser", "posibles", "être"),
)


def _values(text: str, *, whole: bool = True) -> tuple[str, ...]:
    """Quoted values in a row, at least two; none where the list is left open (`a`, `b` or another)."""
    values: list[str] = []
    at, joined = 0, ""
    while item := _QUOTED.match(text, at):
        values.append(next(each for each in item.groups() if each is not None).strip())
        between = _BETWEEN.match(text, item.end())
        at, joined = (between.end(), between[0]) if between else (item.end(), "")
        if not between:
            break
    if len(values) < 2:
        return ()
    rest = text[at:]
    left_open = (
        (joined and _OPEN.search(joined) and rest) or _AND_SO_ON.match(rest) or (whole and not _ENDED.match(rest))
    )
    return () if left_open else _distinct(values)


_ENDED = re.compile(r"[\s.]*$|\.\s+[A-Z]")
"""A list is all that a text says, or its first sentence."""


def _plain(text: str) -> tuple[str, ...]:
    """Words in a row, at least two, and nothing else."""
    words = [each.strip() for each in _BETWEEN.split(text) if each.strip()]
    if not all(_WORD.fullmatch(each) and each.lower() not in _NO_VALUES for each in words):
        return ()
    return _distinct(words)


def _explained(text: str) -> tuple[str, ...]:
    """Plain words in a row, at least two, each with what it means in brackets."""
    values: list[str] = []
    at = 0
    while item := _EXPLAINED.match(text, at):
        values.append(item[1])
        between = _BETWEEN.match(text, item.end())
        at = between.end() if between else item.end()
        if not between:
            break
    closed = not text[at:].strip(" .") or text[at] in ".;"
    return tuple(dict.fromkeys(values)) if len(values) > 1 and closed else ()


_EXPLAINED = re.compile(r"\s*([A-Za-z][\w-]*)\s*\([^()]{1,200}\)")


def _constant(text: str) -> tuple[str, ...]:
    """The one value that a sentence without a condition says there is; patterns are quoted likewise, so a sample must agree."""
    found = _CONSTANT.search(text) if _speaks(text, _OF_CONSTANTS) else None
    if not found or _CONDITION.search(re.split(r"[.;!]\s", text[: found.start()])[-1]):
        return ()
    value = next(each for each in found.groups() if each is not None).strip()
    return () if value.lower() in _NO_VALUES | _NULL or _PATTERN.search(value) else (value,)


_CONSTANT = re.compile(
    r"(?:^|[.;:,!]\s)\W{0,3}(?:(?:an?|the|its|this) )?(?:value |field |type )?(?:(?:should|must|has to|needs to)(?: always| only)? be|always)"
    rf"(?: (?:be|is|set to|equal to|exactly|the (?:string|word|value|literal)))*:?\s*{_VALUE}\s*(?:\([^()]{{0,120}}\)\s*)?(?:[.;]|$)",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\b(?:if|when|unless|for|with|otherwise|else)\b", re.IGNORECASE)
_PATTERN = re.compile(r"[{}<>=]")
_OF_CONSTANTS = ("should", "must", "has to", "needs to", "always")


def _distinct(values: list[str]) -> tuple[str, ...]:
    """Values once each; names of types and patterns are none, and null is no value of a list."""
    if any(each.lower() in _NO_VALUES or _PATTERN.search(each) for each in values):
        return ()
    kept = tuple(dict.fromkeys(each for each in values if each.lower() not in _NULL))
    return kept if len(kept) > 1 else ()


@lru_cache(maxsize=1024)
def required_of(text: str) -> bool | None:
    """What a description says of being required; None where it says nothing."""
    if not _speaks(text, _OF_NEED):
        return None
    if _CONDITIONAL.match(text):
        return False
    return True if _REQUIRED.search(text) else False if _OPTIONAL.search(text) else None


_OF_NEED = ("requ", "mandatory", "null", "option", "opcional", "oblig", "obrig")


def is_read_only(text: str) -> bool:
    """Tell whether a description says that nobody sends the field: with a mark at its end, or in so many words."""
    return _speaks(text, _OF_READING) and bool(_READ_ONLY.search(text))


_OF_READING = ("read-only", "read only", "readonly")
_READ_ONLY = re.compile(
    r"[(\[]read[- ]?only[)\]]|\b(?:(?:is|are|this) )?read[- ]?only\W*$|^\W*read[- ]?only\b(?=\W*(?:[.:,)\]]|$))",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def default_of(text: str) -> str:
    """The default that a description gives: a quoted value, a number or a truth value; empty where it gives none."""
    if not _speaks(text, _OF_DEFAULTS):
        return ""
    found = _DEFAULT.search(text[:_READ])
    value = next((each for each in found.groups() if each is not None), "").strip() if found else ""
    return "" if value.lower() in _NULL or _OPEN_PLACE.search(value) else value


_OPEN_PLACE = re.compile(r"[{}<>\[\]]")
_OF_DEFAULTS = ("default", "defecto", "omisi", "padrão")


@lru_cache(maxsize=1024)
def limits_of(text: str) -> tuple[Limit, ...]:
    """Bounds that a description states, and a pattern that it spells out."""
    found: dict[str, int | str] = {}
    for keyword, pattern in _LIMITS if _DIGIT.search(text) and _speaks(text, _OF_LIMITS) else ():
        if match := pattern.search(text):
            found.setdefault(keyword, int(match[1]))
    if "minLength" in found:
        found.pop("minimum", None)
    if _DATE.search(text):
        found["format"] = "date"
    return tuple(found.items())


_DIGIT = re.compile(r"\d")
_OF_LIMITS = (
    "max",
    "min",
    "up to",
    "no more",
    "no longer",
    "at most",
    "at least",
    "or less",
    "or fewer",
    "between",
    "char",
    "carac",
    "length",
)


@lru_cache(maxsize=1024)
def formats_of(text: str) -> tuple[Limit, ...]:
    """The format that words speak of; whether values keep to it, samples must show."""
    if not _speaks(text, _OF_FORMATS):
        return ()
    return tuple(("format", name) for name, pattern in _FORMATS if pattern.search(text))[:1]


_OF_FORMATS = ("date", "8601", "3339", "uid")
