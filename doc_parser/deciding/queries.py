"""The query as samples' URLs show it: Calls and listed Parameters come in, Parameters with their spelling and values go out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from doc_parser.evidence import Call, Json
from doc_parser.model import Parameter
from doc_parser.structs import replace


def with_queries(calls: Sequence[Call], known: Sequence[Parameter]) -> list[Parameter]:
    """The parameters with the values that URLs show for them, and those that only URLs show."""
    known = _as_sent(calls, known)
    listed = {each.name for each in known if each.location == "query"}
    samples: dict[str, Json] = {}
    found: dict[str, Parameter] = {}
    for call in calls:
        for name, text in call.url.query:
            if name in listed:
                samples.update((name, each) for each in value_of(text) if name not in samples)
            elif name not in found:
                found[name] = Parameter(
                    name, "query", call.span.source.span(call.span.line, name), "shown", None, value_of(text)
                )
    told = [
        replace(each, examples=(samples[each.name],)) if each.location == "query" and each.name in samples else each
        for each in known
    ]
    return [*told, *found.values()]


def _as_sent(calls: Sequence[Call], known: Sequence[Parameter]) -> Sequence[Parameter]:
    """A name is spelled as URLs have it, where a table has it in other letters (`ID`, `id`) or leaves out its brackets (`tags`, `tags[]`)."""
    names = {name for call in calls for name, _ in call.url.query}
    spelled = {_DOTTED.sub(r".\1", name.removesuffix("[]")).lower(): name for name in sorted(names, reverse=True)}
    covers = {name.partition("[")[0] for name in names} & {
        each.name.partition(".")[0] for each in known if "." in each.name
    }
    return [
        replace(each, name=spelled.get(each.name.lower(), each.name))
        if each.location == "query" and each.name not in names
        else each
        for each in known
        if each.name not in covers - names
    ]


_DOTTED = re.compile(r"\[([^\[\]]+)\]")
"""Members as tables write them that set them in below their cover."""


def value_of(text: str) -> tuple[Json, ...]:
    """A concrete value of a query; placeholders are none."""
    if not text or _LEFT_OPEN.search(text):
        return ()
    return (int(text),) if re.fullmatch(r"-?\d{1,15}", text) else (text,)


_LEFT_OPEN = re.compile(r"[{}<>]|^\[[A-Za-z]\w*(?: \w+)+\]$")
"""`[your api key]` is one, `[gull]` a list."""
