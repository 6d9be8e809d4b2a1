"""Readers that are asked twice: what reads a Section comes in, what reads it once and remembers goes out.

A section is looked at for the request that makes it an operation, then for its Evidence, then for what other operations
may take from it. What was found stays with the Section, and goes with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from doc_parser.document import Section

P = ParamSpec("P")
T = TypeVar("T")


def once(read: Callable[Concatenate[Section, P], Iterator[T]]) -> Callable[Concatenate[Section, P], tuple[T, ...]]:
    """Keep what a reader finds in a section; whatever else it is given is positional and tells one reading from another."""

    @wraps(read)
    def kept(section: Section, /, *how: P.args, **named: P.kwargs) -> tuple[T, ...]:
        key = (read, *how)
        found: tuple[T, ...] | None = section.kept.get(key)
        if found is None:
            found = section.kept[key] = tuple(read(section, *how, **named))
        return found

    return kept
