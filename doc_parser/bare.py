"""Words that stand in payloads without quotes: a word comes in, what it stands for goes out."""

from __future__ import annotations

import re
from typing import Any

WORDS = {
    "true": True,
    "false": False,
    "null": None,
    "True": True,
    "False": False,
    "None": None,
    "nil": None,
    "NULL": None,
}
_OF_TYPES: dict[str, Any] = {
    **dict.fromkeys(("number", "integer", "int"), 1),
    **dict.fromkeys(("float", "double", "decimal"), 1.5),
    **dict.fromkeys(("boolean", "bool"), True),
}
PHRASE = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)+")
"""Several words in place of all that a payload lists (`[list of boats]`)."""


def value_of_type(word: str) -> Any:
    """A value of the type that a word names (`{"id": NUMBER}`), which for texts is the word; None for other words."""
    return word if word.lower() in ("string", "str") else _OF_TYPES.get(word.lower())
