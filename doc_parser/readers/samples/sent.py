"""What a sample sends: the one record that the readers of all languages give."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from doc_parser.structs import replace

_LITERAL = re.compile(
    r'"""(?P<long>.*?)"""|@"\n(?P<here>.*?)\n"@|@\'\n(?P<there>.*?)\n\'@|\$?@"(?P<doubled>(?:[^"\\]|""|\\(?!"))*+)"(?!")'
    r'|[$@]?"(?P<text>(?:[^"\\]|\\.)*)"|\'(?P<plain>(?:[^\'\\]|\\.)*)\'|`(?P<raw>[^`]*)`',
    re.DOTALL,
)
"""What several lines of Python, Java or Kotlin hold, here-strings of PowerShell, C#'s text with doubled quotes, and what all have."""
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_BLANKS = re.compile(r"\s*")
_BRACKETS = re.compile(r"[{}\[\]]")
_SHOWN = 20_000
"""Characters of an object that a sample writes out; nobody reads longer ones."""


class Sent(Struct, frozen=True):
    """A request as a sample writes it."""

    url: str
    url_at: int
    """Offset of the URL in the sample."""
    method: str | None = None
    """Upper case, where the sample names it."""
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    body_at: int = 0
    body_is_code: bool = False
    """The body is an object of the sample's language, which JSON's rules do not bind."""
    user: str = ""
    """Basic credentials, as written."""
    form: bool = False
    """The body is an object that is sent as a form."""


class Literal(Struct, frozen=True):
    """A string literal of a sample."""

    value: str
    at: int
    """Offset of its content."""
    end: int = 0
    """Offset behind its closing quote."""


def literal(code: str, at: int) -> Literal | None:
    """Read the string literal that begins at an offset (blanks before it are passed over)."""
    match = _LITERAL.match(code, _BLANKS.match(code, at).end())  # type: ignore[union-attr]
    if not match:
        return None
    kind = match.lastgroup or ""
    value = match[kind]
    if kind == "doubled":
        value = value.replace('""', '"')
    elif kind in ("text", "plain", "raw"):
        value = _ESCAPE.sub(_unescaped, value)
    return Literal(value, match.start(kind), match.end())


def _unescaped(match: re.Match[str]) -> str:
    return {"n": "\n", "t": "\t", "r": "\r"}.get(match[1], match[1])


def literal_beyond_comma(code: str, before: Literal) -> Literal | None:
    """Read the string literal that is the next argument."""
    comma = code.find(",", before.at)
    return literal(code, comma + 1) if comma >= 0 else None


def address(code: str, at: int, *, deeper: bool = True) -> Literal | None:
    """Read the URL at an offset: a literal, a variable, or several of them put together (`BASE + "/pets/" + id`).

    What is not known stands as a placeholder.
    """
    parts: list[str] = []
    place = None
    at = _MADE_OF.match(code, at).end()  # type: ignore[union-attr]
    for _ in range(_TERMS):
        term = _TERM.match(code, at)
        if not term:
            break
        known = (
            literal(code, term.start(1))
            if not term["name"]
            else _given(code, term, deeper=deeper)
            if not parts
            else None
        )
        place = place or known
        known = _interpolated(code, known) if known and deeper and not parts else known
        parts.append(_FORMATTED.sub("{id}", known.value) if known else f"{{{last_word(term['name'])}}}")
        at = term.end()
        joint = JOINT.match(code, at)
        if not joint:
            break
        if not known and len(parts) == 1:
            parts.append("/")  # what stands in front is the base
        at = joint.end()
    return Literal(_TWICE.sub("/", "".join(parts)), place.at) if place else None


def _given(code: str, term: re.Match[str], *, deeper: bool) -> Literal | None:
    """What the sample gives a variable."""
    if not deeper or not _NAME.fullmatch(term["name"]):
        return None
    start = re.search(
        rf"^(?:<\?php\b)?[ \t>]*(?:\w[\w.<>]* ){{0,4}}{re.escape(term['name'])}(?:\s*:\s*\w+)?\s*:?=(?!=)",
        code,
        re.MULTILINE,
    )
    return address(code, start.end(), deeper=False) if start else None


def _interpolated(code: str, known: Literal) -> Literal:
    """A template that begins with a variable begins with what the sample gives it (`${BASE}/pets`)."""
    begins = _BEGINS_WITH.match(known.value)
    variable = _TERM.match(next(filter(None, begins.groups()))) if begins else None
    given = _given(code, variable, deeper=True) if variable else None
    return replace(known, value=given.value + known.value[begins.end() :]) if begins and given else known


def last_word(text: str) -> str:
    """The name that a longer one ends in (`boat.id`)."""
    return str(re.findall(r"\w+", text)[-1])


_BEGINS_WITH = re.compile(r"\$?\{(\w+)\}|(\$\w+)(?=/)|\\?\((\w+)\)")
_MADE_OF = re.compile(
    r"(?:\s*(?:(?:new\s+)?(?:Uri|URI|URL|NSURL|HttpUrl)(?:\.(?:create|parse|get))?\s*\(\s*(?:string:)?|(?:fmt\.Sprintf|[Ss]tring\.[Ff]ormat)\s*\())*"
)
"""An object of a URL, or a text with places for values."""
_TERMS = 12
"""Parts that an address is put together from."""
_NAME = re.compile(r"[$@]?\w+")
_TERM = re.compile(
    r"\s*(?:(?:url\s*=\s*)?[fFrRuU$@]?(?=([\"'`]))(?:\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'|`[^`]*+`)"
    r"|(?:url\s*=\s*)?(?P<name>[$@]?[A-Za-z_][\w$]*(?:(?:\.|->)[A-Za-z_]\w*|\[[^\]\n]*\]|\([^()\n]*\))*))",
    re.DOTALL,
)
JOINT = re.compile(r"\s*(?:\+|\.(?=\s*[$\"']))\s*")
"""What puts two texts together."""
_FORMATTED = re.compile(r"\{\d*\}|%[sd]")
_TWICE = re.compile(r"(?<=\})//+")


def balanced(code: str, at: int) -> tuple[str | None, int]:
    """Take an object or array literal up to its closing bracket, with its offset; None where none begins there."""
    if code[at : at + 1] not in ("{", "["):
        return None, 0
    end = _ends(code).get(at, len(code))
    return (code[at : end + 1], at) if end < min(len(code), at + _SHOWN) else (None, 0)


@lru_cache(maxsize=8)
def _ends(code: str) -> dict[int, int]:
    """Where the brackets of a sample are closed: all of them at once, or those left open would be followed again and again."""
    ends: dict[int, int] = {}
    opened: list[int] = []
    for bracket in _BRACKETS.finditer(code):
        if bracket[0] in "{[":
            opened.append(bracket.start())
        elif opened:
            ends[opened.pop()] = bracket.start()
    return ends


def headers_of(code: str) -> tuple[tuple[str, str], ...]:
    """Read the object that a sample gives as its headers (`headers: {"X-Key": "5f0c"}`, `headers = {...}`)."""
    start = _HEADERS.search(code)
    written, _ = balanced(code, start.end()) if start else (None, 0)
    pairs = _PAIR.finditer(written or "")
    return tuple((pair[1], value.value) for pair in pairs if written and (value := literal(written, pair.end())))


_HEADERS = re.compile(r"\bheaders[\"']?(?:\s*(?:=>|[:=])\s*@?|\s+@)(?=\{)", re.IGNORECASE)
_PAIR = re.compile(r"(?<![\w\"'-])[\"']?([A-Za-z][\w-]*)[\"']?\s*(?::|=>?)\s*[bfru]?(?=[\"'`])", re.IGNORECASE)
