"""Objects that a sample writes out: an offset in code comes in, text that a reader of payloads knows goes out, each character at its place.

JavaScript, Python and Ruby have braces for names and brackets for items. PHP, Go, C#, Swift and PowerShell begin both alike, or
with a type, and what they hold tells which it is. Objects of a class say nothing: their names may be sent in another spelling.
"""

from __future__ import annotations

import re

_STRING = r'"(?:[^"\\]|\\.)*+"'
_PHP = r"array\s*\("
_POWERSHELL = r"@[{(\[]"
_CSHARP = (
    r"\bnew\b\s*+(?:\[\s*+\]|(?:(?:Sorted)?Dictionary|List|Hashtable|object|string|int|JObject|JArray)\b[\w .,<>?]{0,60}"
    r"(?:\[\s*+\])?\s*+(?:\(\s*+\))?)?\s*+\{"
)
_GO = r"(?:map\[\w+\]|\[\])(?:interface\{\}|[\w.*]+)\{"
_VALUES = r"\burl\.Values\{"
_SWIFT = rf"\[(?=\s*{_STRING}\s*:)"
BEGINS = re.compile(rf"\s*(?=[{{\[]|{_PHP}|{_POWERSHELL}|{_CSHARP}|{_GO}|{_VALUES})", re.IGNORECASE)
"""An object or a list, in any of the languages."""
_TOKEN = re.compile(
    rf"{_STRING}|'(?:[^'\\]|\\.){{0,2000}}+'|`[^`]*+`|//[^\n]*|/\*(?:[^*]|\*(?!/)){{0,500}}\*/"
    rf"|(?P<key>\[(?=\s*{_STRING}\s*\]\s*=(?!=)))|(?P<entry>\{{(?=\s*{_STRING}\s*,))"
    rf"|(?P<either>{_PHP}|{_POWERSHELL}|{_CSHARP}|{_GO}|{_SWIFT})|(?P<values>{_VALUES})|(?P<broken>\"|\bnew\s+[A-Z][\w.<>, ]{{0,60}}\{{)"
    r"|(?P<open>[{\[(])|(?P<close>[}\])])|(?P<pair>=>|(?<![=!<>])=(?![=~])|(?<!:):(?!:))|(?P<next>[,;])|(?P<sigil>[$@](?=(?:true|false|null)\b|\"|\d))",
    re.DOTALL | re.IGNORECASE,
)
_LONGEST = 20_000
"""Characters of an object that a sample writes out; nobody reads longer ones."""
_BLANKS = 40
"""Blanks that may stand before a symbol of Ruby (`:name => :json`)."""
_BEFORE_SYMBOL = frozenset("{[,(>:")


def plain(code: str, start: int) -> str | None:
    """An object up to its end, with braces around what has names and brackets around what has none; None where it has no end."""
    reading = _Reading(list(code[start : start + _LONGEST]))
    for token in _TOKEN.finditer(code, start, start + _LONGEST):
        if token.lastgroup == "broken":
            return None
        if token.lastgroup:
            getattr(reading, token.lastgroup)(token.start() - start, token[0])
        if reading.ended:
            return "".join(reading.text[: token.end() - start])
        if token.lastgroup and not reading.opened:
            return None
    return None


class _Reading:
    """What is open at a place of an object; its text changes as it is read."""

    def __init__(self, text: list[str]) -> None:
        self.text = text
        self.opened: list[tuple[int, str]] = []
        """Where each began, and what it is: its bracket, or what its language does not tell by the bracket."""
        self.ended = False

    @property
    def _inner(self) -> str:
        return self.opened[-1][1] if self.opened else ""

    def _turns(self, kind: str) -> None:
        self.opened[-1] = (self.opened[-1][0], kind)

    def either(self, at: int, opening: str) -> None:
        self.text[at : at + len(opening)] = ["[", *" " * (len(opening) - 1)]
        self.opened.append((at, "either"))

    def values(self, at: int, opening: str) -> None:
        """A form of Go, in which each name has a list of values."""
        self.either(at, opening)
        self._turns("values")

    def open(self, at: int, opening: str) -> None:
        """A brace within what its language begins alike is of that kind."""
        if self._inner == "values":
            self.key(at, opening)
            return
        self.opened.append(
            (at, "either" if opening == "{" and self._inner in ("either", "names", "paired") else opening)
        )

    def key(self, at: int, _: str) -> None:
        """`["name"] = ...` in C#."""
        self.text[at] = " "
        self.opened.append((at, "key"))

    def entry(self, at: int, opening: str) -> None:
        """`{"name", ...}` in a dictionary of C#."""
        if self._inner not in ("either", "names"):
            self.open(at, opening)
            return
        self._turns("names")
        self.text[at] = " "
        self.opened.append((at, "entry"))

    def next(self, at: int, _: str) -> None:
        if self._inner == "entry":
            self._turns("paired")
            self.text[at] = ":"
        elif self._inner in ("either", "names"):
            self.text[at] = ","

    def pair(self, at: int, sign: str) -> None:
        if sign == ":" and self._symbol(at):
            self.text[at] = " "
        elif self._inner in ("either", "names") or (sign == "=>" and self._inner == "["):
            self._turns("names")
            if sign == "=":
                self.text[at] = ":"

    def _symbol(self, at: int) -> bool:
        """`:name` in Ruby."""
        before, after = "".join(self.text[max(0, at - _BLANKS) : at]), "".join(self.text[at + 1 : at + 2])
        return after.isidentifier() and before.rstrip()[-1:] in _BEFORE_SYMBOL

    def sigil(self, at: int, _: str) -> None:
        """`$true` in PowerShell, `@"text"` in Objective-C."""
        self.text[at] = " "

    def close(self, at: int, _: str) -> None:
        begins, kind = self.opened.pop()
        if kind in ("entry", "key", "paired"):
            self.text[at] = " "
        elif kind == "either":
            self.text[at] = "]"
        elif kind in ("names", "values"):
            self.text[begins], self.text[at] = "{", "}"
        self.ended = not self.opened
