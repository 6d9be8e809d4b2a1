"""Payloads as documents write them: text comes in, a value and the list of repairs go out; a repair is never silent.

Strict JSON first; then a reader of our own that accepts what writers do by hand (a missing quote or
comma, single quotes, comments, bare placeholders, `...` for "and so on") and notes each repair with
its offset; json-repair as the last resort. A value is never narrower than the text: what was left out
by `...` is marked as elided.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

import json_repair
import msgspec
from msgspec import Struct

from doc_parser.bare import PHRASE, WORDS, value_of_type
from doc_parser.elision import ELISION, says_more, without_more

Json: TypeAlias = Any

_DEPTH = 100
"""Nesting beyond which no one wrote the payload by hand."""
_TOO_DEEP = f"nested deeper than {_DEPTH} levels"
_GUESSED = 4_000
"""Characters up to which the last resort is tried; its time grows with their square."""
_FRAGMENT = re.compile(r"""["']*\w[\w ]*(?:["']\s*|[^\S ]\s*)?:\s""")
"""Members without braces. No two neighbours match the same character, or a line of words would take their square."""
_BARE = re.compile(r"[^\s,:\[\]{}\"'](?:[^,\n\]}/]|(?<![ \t])/|/(?!/))*")
_KEY = re.compile(r"[^\s,:\[\]{}\"']+")
_FOLLOWING = re.compile(
    r'(?:\n(?:[^"\\\n{}\[\]]|\\[^\n]){0,500}+){0,8}\n(?:[^"\\\n]|\\[^\n]){0,500}+(?="[ \t]*(?:[,}\]\n]|\Z))'
)
"""What follows a line break within a string, up to the closing quote; a quote before anything else opens the next name."""
_TYPE = re.compile(r"[A-Z][A-Za-z0-9]+")
NAMES_TYPE = "stands for values of a type"
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.-])")
_MORE = re.compile(
    r"\{[ \t]*(?:(?:\.\.\.+|…)[ \t]*(?:[A-Za-z][\w ]*)?|<[^<>\n]*>)[ \t]*\}|\[[ \t]*(?:\.\.\.+|…)[ \t]*\]|[<(\[]\.{0,3} ?(?:snip\w*|truncated|omitted|etc)\b[^<>()\[\]\n]*[>)\]]",
    re.IGNORECASE,
)
"""Stands for more items of a list, or for a whole value: `{...}`, `{...Pet}`, `<snip>`."""
_HELD = re.compile(r'"(\[\{"\w[^\n\\]{0,2000}?\}\]|\{"\w[^\n\\]{0,2000}?\})"(?=[ \t]*(?:[,}\n]|$))')
_OPEN = re.compile(r"\[(?=[\w |]*[A-Z_|])((?:[A-Z][A-Z0-9]*|[A-Za-z0-9]+_\w+|\w+(?: ?\| ?\w+)+)(?: [A-Z]+)*)\]")
"""A place left open, as in URLs (`[ID]`, `[last_name]`), or a choice (`[true|false]`); `[ Person ]` is an array of such."""
_LONG = 80
"""Characters of a place left open."""
_PLACEHOLDER = re.compile(r"\{\{[A-Za-z_][\w .-]*\}\}|\{[A-Za-z_][\w .-]*\}|<[^<>\n]*>")
_SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/|#(?!\w*\})[^\n]*)*", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_CLOSING_QUOTES = {"'": "'", '"': '"', "“": "”", "”": "”", "‘": "’"}
_RUNS = {closing: re.compile(rf"[^\\\n{closing}]+") for closing in _CLOSING_QUOTES.values()}
"""What stands in a string as it is."""


class Repair(Struct, frozen=True):
    """One thing that was mended."""

    offset: int
    """Characters from the start of the text."""
    message: str


class Payload(Struct, frozen=True):
    """A sample payload and what it took to read it."""

    text: str
    value: Json
    repairs: tuple[Repair, ...] = ()
    elided: bool = False
    """Something stands for more of the same; the value is a part of the whole."""
    guessed: bool = False
    """Read by the last resort only."""
    reshaped: bool = False
    """A repair supposed where a string or an object ends, or left something out; the structure may be another."""

    @property
    def sure(self) -> bool:
        """Tell whether the structure is the writer's."""
        return not self.guessed and not self.reshaped


class Unreadable(ValueError):  # noqa: N818 - reads as a sentence where it is raised
    """The text is no payload, not even with repairs."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


def payload(text: str) -> Payload:
    """Read a payload.

    Raises Unreadable for text that is not JSON by any repair that keeps its meaning.
    """
    try:
        value = msgspec.json.decode(text.strip())
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        pass
    else:
        if _deep(value):
            raise Unreadable(_TOO_DEEP, 0)
        more = says_more(text)
        return Payload(text, without_more(value) if more else value, elided=more)
    reader = _Reader(text)
    try:
        value = reader.document()
    except Unreadable as error:
        return _last_resort(text, error, reader.repairs)
    more = says_more(text)
    return Payload(
        text,
        without_more(value) if more else value,
        tuple(reader.repairs),
        reader.elided or more,
        reshaped=reader.reshaped,
    )


def _deep(value: Json) -> bool:
    """Tell whether a value nests deeper than anything that reads it further on should have to follow."""
    level = [value]
    for _ in range(_DEPTH):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _last_resort(text: str, error: Unreadable, repairs: list[Repair]) -> Payload:
    """Guess; the error may follow from what was mended before it."""
    if text.lstrip()[:1] not in ("{", "[") or text.count("[") + text.count("{") > _DEPTH * 20 or len(text) > _GUESSED:
        raise error
    try:
        value = json_repair.loads(text)
    except (ValueError, RecursionError):
        raise error from None
    if not isinstance(value, dict | list) or not value or _deep(value):
        raise error
    return Payload(text, value, (*repairs, Repair(error.offset, str(error))), guessed=True)


def _one_a_line(text: str) -> bool:
    """Newline-delimited JSON (ndjson.org): every line a payload of its own."""
    lines = [line for line in text.split("\n") if line.strip()]
    return len(lines) > 1 and all(line.strip()[0] in "{[" and line.strip()[-1] in "}]" for line in lines)


class _Reader:
    """Recursive descent over one text; `repairs` grows as it reads."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.repairs: list[Repair] = []
        self.elided = False
        self.reshaped = False

    def document(self) -> Json:
        self.space()
        if _FRAGMENT.match(self.text, self.at):
            self.repair("members without braces around them")
            return self.members("", 0)
        if self.peek() not in ("{", "["):
            raise Unreadable("not JSON: neither an object nor an array", self.at)
        value = self.value(0)
        line_ends = self.text[self.at : self.at + 2].lstrip(" \r\t").startswith("\n")
        self.space()
        if (
            self.at < len(self.text)
            and not self.elision()
            and not (line_ends and self.peek() in ("{", "[") and _one_a_line(self.text))
        ):
            self.reshape("text after the end of the payload")
        return value

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def space(self) -> None:
        self.at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]

    def repair(self, message: str, at: int | None = None) -> None:
        self.repairs.append(Repair(self.at if at is None else at, message))

    def reshape(self, message: str, at: int | None = None) -> None:
        """Repair by a supposition about the structure."""
        self.repair(message, at)
        self.reshaped = True

    def elision(self) -> bool:
        if match := ELISION.match(self.text, self.at):
            self.repair("'...' stands for more", match.start())
            self.at, self.elided = match.end(), True
        return bool(match)

    def more(self) -> bool:
        """Step over what stands for more items."""
        if match := _MORE.match(self.text, self.at):
            self.repair("'...' stands for more", match.start())
            self.at, self.elided = match.end(), True
        return bool(match)

    def value(self, depth: int) -> Json:
        if depth > _DEPTH:
            raise Unreadable(_TOO_DEEP, self.at)
        self.prefix()
        char = self.peek()
        if char == '"' and (held := _HELD.match(self.text, self.at)):
            self.repair("JSON within a string has its quotes as they are")
            self.at = held.end()
            return held[1]
        if char in _CLOSING_QUOTES and char:
            return self.string()
        if char == "[":
            left_open = _OPEN.match(self.text, self.at, self.at + _LONG)
            return self.open(left_open) if left_open and left_open[1] not in WORDS else self.items(depth)
        if char == "{":
            placeholder = _PLACEHOLDER.match(self.text, self.at)
            if not placeholder or depth == 0:
                self.at += 1
                return self.members("}", depth)
        return self.scalar()

    def prefix(self) -> None:
        """Step over the `u` that Python 2 prints before its strings."""
        if self.text.startswith(("u'", 'u"'), self.at):
            self.at += 1

    def open(self, match: re.Match[str]) -> Json:
        """A place left open is text; of a choice, the first is as good as any."""
        self.repair(f"'<{match[1]}>' stands without quotes")
        self.at = match.end()
        choice = match[1].partition("|")[0].strip()
        return WORDS.get(choice, choice) if "|" in match[1] else match[0]

    def scalar(self) -> Json:
        start = self.at
        if number := _NUMBER.match(self.text, start):
            self.at = number.end()
            return self.number(number[0], start)
        bare = _PLACEHOLDER.match(self.text, start) or _BARE.match(self.text, start)
        if not bare:
            raise Unreadable(f"a value is missing before '{self.peek() or 'the end'}'", start)
        self.at = bare.end()
        word = bare[0].strip()
        if word in WORDS:
            if word not in ("true", "false", "null"):
                self.repair(f"'{word}' is not a JSON word", start)
            return WORDS[word]
        if ELISION.fullmatch(word):
            self.at = start
            self.elision()
            return None
        meant = value_of_type(word)
        self.repair(f"'{word}' {'stands without quotes' if meant is None else NAMES_TYPE}", start)
        return word if meant is None else meant

    def number(self, digits: str, start: int) -> Json:
        try:
            return msgspec.json.decode(digits)
        except msgspec.DecodeError:
            self.repair("the number is larger than readers take", start)
            return digits

    def string(self) -> str:
        opening, start = self.peek(), self.at
        if opening != '"':
            self.repair(f"{opening} is not a JSON quote")
        closing = _CLOSING_QUOTES[opening]
        parts: list[str] = []
        ends = 0  # where the closing quote stands, once a line break is taken into the string
        self.at += 1
        while (char := self.peek()) != closing:
            if run := _RUNS[closing].match(self.text, self.at):
                parts.append(run[0])
                self.at = run.end()
                continue
            if char == "\n" and opening == '"' and not ends and (rest := _FOLLOWING.match(self.text, self.at)):
                self.repair("a line break within a string", start)
                ends = rest.end()
            if not char or (char == "\n" and self.at >= ends):
                self.reshape("the closing quote is missing", start)
                kept = "".join(parts).rstrip()
                if kept.endswith(","):  # it separates; nobody means it as text
                    self.at = self.text.rindex(",", start, self.at)
                return kept.removesuffix(",")
            if char == "\\":
                char = self.escape()
            parts.append(char)
            self.at += 1
        self.at += 1
        return "".join(parts)

    def escape(self) -> str:
        self.at += 1
        char = self.peek()
        code = re.match(r"u([0-9a-fA-F]{4})", self.text[self.at : self.at + 5])
        if code:
            self.at += 4
            return chr(int(code[1], 16)) if not 0xD800 <= int(code[1], 16) < 0xE000 else "\ufffd"
        return _ESCAPES.get(char, char)

    def items(self, depth: int) -> list[Json]:
        found: list[Json] = []
        self.at += 1
        while not self.closes("]", found):
            if self.elision() or self.more():
                continue
            found.append(self.value(depth + 1))
        bare = self.repairs[-1] if self.repairs else None
        if len(found) == 1 and bare and bare.message == f"'{found[0]}' stands without quotes":
            if _TYPE.fullmatch(found[0]):
                self.repairs[-1] = Repair(bare.offset, f"'{found[0]}' {NAMES_TYPE}")  # `[ Person ]`: an array of such
            elif depth == 0 and PHRASE.fullmatch(found[0]):
                self.repairs[-1], self.elided = Repair(bare.offset, "'...' stands for more"), True
                return []
        return found

    def members(self, closing: str, depth: int) -> dict[str, Json]:
        found: dict[str, Json] = {}
        while not self.closes(closing, found):
            if self.elision():
                continue
            key = self.key()
            self.space()
            if self.peek() == ":":
                self.at += 1
            elif self.text.startswith("=>", self.at):
                self.repair("'=>' instead of ':'")
                self.at += 2
            elif key.rstrip().endswith(":"):  # "name: "value" - the quote that opens the value was read as the key's
                key = key.rstrip().rstrip(":")
                self.repair(f"the quote after '{key}' is missing")
                self.at -= 1
            elif self.peek() in ("[", "{"):
                self.repair(f"':' is missing after '{key:.40}'")
            else:
                raise Unreadable(f"':' is missing after '{key:.40}'", self.at)
            self.space()
            found[key] = self.value(depth + 1)
        return found

    def key(self) -> str:
        self.prefix()
        if self.peek() in _CLOSING_QUOTES and self.peek():
            return self.string()
        match = _KEY.match(self.text, self.at)
        if not match:
            raise Unreadable(f"a name is missing before '{self.peek() or 'the end'}'", self.at)
        self.repair(f"'{match[0]}' stands without quotes")
        self.at = match.end()
        return match[0]

    def closes(self, closing: str, found: dict[str, Json] | list[Json]) -> bool:
        """Step over what separates members and tell whether the end is reached."""
        self.space()
        commas = comma = 0
        while self.peek() == ",":
            commas, comma, self.at = commas + 1, self.at, self.at + 1
            self.space()
        end = self.at >= len(self.text) or self.peek() in ("]", "}")
        if commas and (end or commas > 1 or not found) and not self.elided:
            self.repair("a comma too many", comma)
        elif (
            not commas
            and found
            and not end
            and self.text[self.at - 1] != ","
            and not ELISION.match(self.text, self.at)
            and not _MORE.match(self.text, self.at)
        ):
            self.repair("a comma is missing")
        if not end:
            return False
        if self.peek() == closing and closing:
            self.at += 1
        elif closing:
            self.reshape(f"'{closing}' is missing")
        return True
