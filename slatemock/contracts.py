"""From a SOURCE to a contract: what the user typed comes in, OpenAPI documents and Specs go out, overlays applied.

Nothing is printed here, and files are read by `doc_parser.source` alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contract.overlay import Action
    from contract.spec import Spec
    from doc_parser import Parsed
    from doc_parser.source import Loaded


_MOST_TOLD = 20


@dataclass(frozen=True)
class Contract:
    """An OpenAPI document, and where it comes from."""

    document: Mapping[str, Any]
    parsed: Parsed | None = None
    """What was read where the document is made of documentation."""
    idle: tuple[Action, ...] = ()
    """Actions of the overlays whose target is nowhere in the document."""


def amendments(files: Sequence[str], asked: set[Path] | None = None) -> list[Action]:
    """The actions of overlay files, in order. SourceError or SpecError for what is no overlay."""
    if not files:
        return []
    from contract.overlay import overlay
    from doc_parser import load

    return [action for file in files for action in overlay(load(file, asked).index.text, file)]


def contract(where: str, actions: Sequence[Action] = (), asked: set[Path] | None = None) -> Contract:
    """Load a SOURCE as an OpenAPI document and amend it; the files to watch are added to `asked`.

    Raises SourceError and SpecError.
    """
    from contract.bundling import bundled
    from contract.spec import SpecError, data, from_document
    from doc_parser import load, parse
    from doc_parser.source import DATA

    loaded = load(where, asked)
    text = loaded.index.text
    parsed = None
    if (
        where.endswith(DATA)
        or text.lstrip()[:1] == "{"
        or re.search(r"^['\"]?(?:openapi|swagger)['\"]?\s*:", text, re.MULTILINE)
    ):
        file = Path(where)
        own = str(file.resolve()) if file.exists() else where if "://" in where else loaded.index.name
        try:
            document = bundled(data(text, where, "an OpenAPI document"), own, _files(loaded))
            from_document(document, where)  # what cannot be used is told before anything is made of it
        except RecursionError as error:
            raise SpecError(
                f"{where}: nested too deeply, or in itself by an anchor of YAML; use $ref for what holds itself"
            ) from error
    else:
        parsed = parse(loaded)
        document = parsed.openapi
    if not actions:
        return Contract(document, parsed)
    from contract.overlay import applied

    amended, idle = applied(document, actions)
    return Contract(amended, parsed, idle)


def _files(loaded: Loaded) -> Callable[[str], Any]:
    """The files that a contract is spread over, as data."""
    from contract.spec import SpecError, data
    from doc_parser.source import SourceError, source_of

    def read(name: str) -> Any:
        try:
            return data(source_of(loaded.read(name), name).text, name, "a part of an OpenAPI document")
        except (SourceError, SpecError) as error:
            raise LookupError(name) from error

    return read


def specs(
    sources: Sequence[str], overlays: Sequence[str] = (), asked: set[Path] | None = None
) -> tuple[list[Spec], list[str]]:
    """The contracts of some SOURCEs, and a warning for each chapter that is not there, each breach of OpenAPI, and every overlay action that found its target in none of them."""
    from contract.spec import from_document

    actions = amendments(overlays, asked)
    found = [contract(each, actions, asked) for each in sources]
    idle = [action for action in actions if all(action in each.idle for each in found)]
    made = [from_document(each.document, where) for each, where in zip(found, sources, strict=True)]
    told = [*(line for each in found for line in absent(each)), *(line for spec in made for line in breaches(spec))]
    return made, [*told, *warnings(idle)]


def absent(made: Contract) -> list[str]:
    """What is said about chapters that the front matter lists and that are not there."""
    found = made.parsed.diagnostics if made.parsed else ()
    return [
        f"{each.span.mark}: {each.message}; its chapter is left out" for each in found if each.id == "missing-include"
    ]


def breaches(spec: Spec) -> list[str]:
    """What is said about parts of a document that could not be read as they are; of many like these, the first."""
    told = [f"{spec.name}: {each}" for each in spec.unusable[:_MOST_TOLD]]
    more = len(spec.unusable) - len(told)
    return [*told, f"{spec.name}: and {more} more places like these"] if more else told


def warnings(idle: Sequence[Action]) -> list[str]:
    """What is said about actions that changed nothing."""
    return [
        f"{each.place}: target {each.target} is nowhere in the document, nothing is changed; mend the JSONPath"
        for each in idle
    ]
