"""Ruby within a text that Middleman fills in (`index.html.md.erb`): lines come in, and go out with the addresses that helpers would write.

`<%= api_url('/pets') %>` within a line stands for its only text that is an address. What stands on a line of its own is left:
a helper may show a whole request.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_EXPRESSION = re.compile(r"<%=((?:[^%\n]|%(?!>))+)%>")
_LITERAL = re.compile(r"([\"'])(.*?)\1")
ADDRESS = re.compile(r"(?:https?://|(?:#\{[^{}]*\})?/)[\w<{:#$]\S*")
"""A text that is a path or a URL."""


def filled(lines: Sequence[str]) -> list[str]:
    """Put the addresses in their places; code on lines of its own stays."""
    return [_filled(line) if "<%=" in line else line for line in lines]


def _filled(line: str) -> str:
    return line if _EXPRESSION.fullmatch(line.strip()) else _EXPRESSION.sub(_meant, line)


def _meant(expression: re.Match[str]) -> str:
    """The only address that it holds; else itself without quotes, which would end those that it stands in."""
    found = [each[2] for each in _LITERAL.finditer(expression[1]) if ADDRESS.fullmatch(each[2])]
    return found[0] if len(found) == 1 else re.sub(r"[\"']|(?<=%=)\s+|\s+(?=%>)", "", expression[0])
