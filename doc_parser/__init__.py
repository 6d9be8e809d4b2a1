"""Slate documents -> Api -> OpenAPI, and what is wrong with the documents.

`parse` is the whole way: a SOURCE as the user types it comes in, a Parsed goes out.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import Struct

from doc_parser.diagnostics import Diagnostic, ordered
from doc_parser.formats import document
from doc_parser.model import Api
from doc_parser.openapi import openapi
from doc_parser.readers.samples import NAMES
from doc_parser.resolve import resolve
from doc_parser.source import Loaded, SourceError, load

__all__ = ["Parsed", "SourceError", "load", "parse"]


class Parsed(Struct, frozen=True):
    """What the documents say, and what is wrong with them."""

    api: Api
    diagnostics: tuple[Diagnostic, ...]
    folder: str = ""
    """Where the index stands, seen from the working directory."""

    @property
    def openapi(self) -> dict[str, Any]:
        """The API as an OpenAPI 3.0.3 document."""
        return openapi(self.api)


def parse(loaded: Loaded) -> Parsed:
    """Read the documents behind a loaded SOURCE.

    Raises SourceError where they cannot be read or hold no endpoint at all.
    """
    with _without_collection():
        read, flaws = document(loaded)
        api, contradictions = resolve(read)
    if not api.operations:
        raise SourceError(
            f"{loaded.index.name}: no endpoint found; looked for request lines (`GET /path`) and for samples in {NAMES}"
        )
    return Parsed(api, tuple(ordered([*flaws, *contradictions])), loaded.folder)


@contextmanager
def _without_collection() -> Iterator[None]:
    """What is read holds no cycles, but a great many things: looking through them for cycles takes a third of the time of long documents."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
