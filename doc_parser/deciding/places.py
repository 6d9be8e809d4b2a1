"""Paths beside a template that admits them: a Url and its template come in, whether it is a place of its own or an example goes out."""

from __future__ import annotations

import re

from doc_parser.url import Url


def is_own_place(url: Url, template: Url) -> bool:
    """`/users/me` beside `/users/{id}` is a place of its own; `/users/ada` is an example."""
    pairs = zip(url.segments, template.segments, strict=True)
    return any(mine.text in _PLACES for mine, theirs in pairs if theirs.variable and not mine.variable)


def is_word(url: Url, template: Url) -> bool:
    """`/pets/popular` beside `/pets/{id}` in a list of requests."""
    pairs = zip(url.segments, template.segments, strict=True)
    return all(_WORD.fullmatch(mine.text) for mine, theirs in pairs if theirs.names and not mine.names)


_WORD = re.compile(r"[a-z]+(?:[_-][a-z]+)*")
_PLACES = frozenset(
    (
        "me",
        "self",
        "current",
        "all",
        "search",
        "find",
        "count",
        "new",
        "bulk",
        "batch",
        "export",
        "import",
        "stats",
        "summary",
        "default",
    )
)
