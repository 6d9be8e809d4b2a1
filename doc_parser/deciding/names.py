"""Names of fields, compared as people read them: without case and separators; pure."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=4096)
def normal(name: str) -> str:
    """A name without case and separators, for comparison."""
    return _SEPARATORS.sub("", name.lower())


_SEPARATORS = re.compile(r"[^a-z0-9]+")


def same_thing(one: str, other: str) -> bool:
    """Tell whether two names are one, or one begins with all words of the other (`amount`, `amountInCents`)."""
    if normal(one) == normal(other):
        return True
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    return len(shorter) < len(longer) and longer[: len(shorter)] == shorter


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower())
