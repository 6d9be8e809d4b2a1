"""Whose sample it is: the requests that one section lists and a sample come in, the request that the sample sends goes out.

A command may say more of the address than a line does: what the paths of the API begin with, the values of placeholders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from doc_parser.deciding.templates import Templates
from doc_parser.evidence import Call
from doc_parser.readers.words import singular
from doc_parser.structs import replace
from doc_parser.url import Url

Named = Mapping[tuple[str | None, tuple[str, ...]], list[Call]]
"""Requests by method and path."""


class Fitting:
    """The requests of one section, and what of them a sample may be."""

    def __init__(self, named: Named) -> None:
        self._named = named
        self._groups = list(named.values())
        self._templates = Templates()
        for group in self._groups:
            self._templates.add(group[0].url)

    def of(self, sample: Call) -> list[Call] | None:
        """The request that a sample sends; the first for one that fits none, and None where that would say what the first does not."""
        found = self._of_path(sample)
        if found or len(self._groups) < _MANY or not sample.explicit or sample.method == self._groups[0][0].method:
            return found or self._groups[0]
        alike = (each for each in self._groups if each[0].method == sample.method and _about(each[0].url, sample.url))
        return next(alike, None if all(each[0].method for each in self._groups) else self._groups[0])

    def _of_path(self, sample: Call) -> list[Call] | None:
        """The request of the sample's path, or of the end of it that is behind a base."""
        for cut in range(_BASE + 1):
            rest = sample.url.segments[cut:]
            template = self._templates.covering(replace(sample.url, segments=rest)) if rest else None
            shape = template.shape if template else ()
            if fitting := self._named.get((sample.method, shape)) or self._named.get((None, shape)):
                return fitting
            if not rest or rest[0].names or rest[0].looks_like_id:
                break
        return None


_BASE = 3
"""Parts of a base."""
_MANY = 3
"""Requests of a list; each of them has its own method."""


def _about(line: Url, other: Url) -> bool:
    """The last word of one is the last word of the other, whatever value stands behind it."""
    return _last(line) == _last(other)


def _last(url: Url) -> str:
    words: Sequence[str] = [each.text for each in url.segments if not (each.names or each.looks_like_id)]
    return singular(words[-1]) if words else ""
