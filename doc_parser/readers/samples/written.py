"""What a sample's code gives as a body: an offset in code comes in, the payload that is written there goes out.

It may be text, an object written out as JavaScript, Python, Ruby or PHP write one, a variable that was given either, or a
function that makes text of it. Objects are put into words that a reader of payloads knows, each character at its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from doc_parser.readers.samples.sent import literal

_AS_JSON = r"JSON\.(?:stringify|generate|dump)|json\.dumps|json_encode"
_AS_FORM = r"http_build_query|URI\.encode_www_form|(?:qs|querystring)\.stringify|new URLSearchParams|(?:urllib\.(?:parse\.)?)?urlencode"
_TEXT_OF = re.compile(rf"\s*(?:(?:{_AS_JSON})|(?P<form>{_AS_FORM}))\s*\(\s*")
_OBJECT = re.compile(r"\s*(?=[{\[]|array\s*\()", re.IGNORECASE)
_NAME = re.compile(r"\s*([$@]?[A-Za-z_]\w*)(?!\w*\s*\()")
_TOKEN = re.compile(
    r"\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'|`[^`]*+`|//[^\n]*|/\*(?:[^*]|\*(?!/)){0,500}\*/|(?P<open>array\s*\(|[{\[(])|(?P<close>[}\])])|(?P<pair>=>)"
    r"|(?P<symbol>(?<!\w):(?=[A-Za-z_]))",
    re.DOTALL | re.IGNORECASE,
)
_EMPTY = re.compile(r"[{\[]\s*[}\]]")
_LONGEST = 20_000
"""Characters of an object that a sample writes out; nobody reads longer ones."""
_BLANKS = 40
"""Blanks that may stand before a symbol of Ruby (`:name => :json`)."""
_BEFORE_SYMBOL = frozenset("{[,(>:")
_VARIABLES = 2
"""Variables that stand for one another."""


@dataclass(frozen=True)
class Written:
    """A body as a sample's code gives it."""

    text: str
    at: int
    """Offset of its text."""
    is_code: bool
    """An object of the sample's language, and no text."""
    form: bool = False
    """It is made a form of."""


def written(code: str, at: int, *, variables: int = _VARIABLES) -> Written | None:
    """Read what stands at an offset; None where that cannot be known."""
    form = False
    while made := _TEXT_OF.match(code, at):
        at, form = made.end(), form or made["form"] is not None
    if text := literal(code, at):
        return Written(text.value, text.at, is_code=False, form=form)
    if opened := _OBJECT.match(code, at):
        plain = _object(code, opened.end())
        return Written(plain, opened.end(), is_code=True, form=form) if plain else None
    name = _NAME.match(code, at)
    if not name or not variables:
        return None
    given = re.compile(rf"(?<![\w.$@]){re.escape(name[1])}\s*(?::?=(?![=>~])|:\s*\w+\s*=)\s*")
    before = list(given.finditer(code, 0, at)) or list(given.finditer(code))[:1]
    found = written(code, before[-1].end(), variables=variables - 1) if before else None
    if not found or _EMPTY.fullmatch(found.text):  # filled further down, one member after the other
        return None
    return Written(found.text, found.at, found.is_code, form=form or found.form)


def _object(code: str, start: int) -> str | None:
    """An object up to its end, with braces around what has names and none around what has none; None where it has no end."""
    text = list(code[start : start + _LONGEST])
    opened: list[tuple[int, bool]] = []
    for token in _TOKEN.finditer(code, start, start + _LONGEST):
        at = token.start() - start
        if token["open"]:
            opened.append((at, False))
            _put(text, at, token["open"])
        elif token["pair"] and opened:
            opened[-1] = (opened[-1][0], True)
        elif token["symbol"] and "".join(text[max(0, at - _BLANKS) : at]).rstrip()[-1:] in _BEFORE_SYMBOL:
            text[at] = " "
        elif token["close"]:
            if not opened:
                return None
            begins, named = opened.pop()
            _close(text, begins, at, named=named)
            if not opened:
                return "".join(text[: at + 1])
    return None


def _put(text: list[str], at: int, opening: str) -> None:
    """`array(` opens what its end will tell."""
    if len(opening) > 1:
        text[at : at + len(opening)] = ["a", *" " * (len(opening) - 1)]


def _close(text: list[str], begins: int, at: int, *, named: bool) -> None:
    """PHP has one kind of array for both."""
    if text[begins] == "a" or (text[begins] == "[" and named):
        text[begins], text[at] = ("{", "}") if named else ("[", "]")
