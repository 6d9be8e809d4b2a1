"""Work that a service does by itself: what is documented of a collection comes in, the states that its records go through unasked go out; pure.

`POST /exports` answers `queued`, no request says more of it, and what clients poll ends as `completed`. That the service works on a record is
told by a 202, by what the collection is called, or in words; an order that waits to be paid is nobody's work but the client's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from contract.spec import Json
from mockserver.planning.covers import plain
from mockserver.planning.evidence import Shown, last_word, segments, singular, successes
from mockserver.planning.marks import described
from mockserver.planning.model import Resource, Work
from mockserver.planning.resources import Survey
from mockserver.planning.verbs import reached, words

_NAMES = ("status", "state", "stage", "phase")
_WAITING = (
    *("queued", "enqueued", "inqueue", "pending", "waiting", "scheduled", "submitted", "created", "new", "accepted"),
    *("received", "requested", "notstarted", "initiated", "initialized", "initializing", "preparing"),
)
_WORKING = ("inprogress", "started", "active", "progress", "ongoing", "working")
_DONE = (
    *("completed", "complete", "done", "finished", "succeeded", "success", "successful", "ready", "processed", "ended"),
    *("generated", "exported", "imported", "rendered", "available", "built", "synced", "delivered"),
)
_FAILED = ("failed", "failure", "error", "errored")
_WORKS = frozenset(
    (
        *("export", "import", "job", "batch", "render", "transcription", "transcript", "conversion", "build", "scan"),
        *(
            "crawl",
            "sync",
            "backup",
            "migration",
            "generation",
            "prediction",
            "run",
            "execution",
            "operation",
            "process",
        ),
        *("analysis", "evaluation", "training", "transcode", "download", "upload", "extraction", "rendering", "query"),
    )
)
"""What collections are called that hold work of the service."""
_SAID = re.compile(
    r"\basync\w*|\bin the background\b|\bpoll(?:s|ed|ing)?\b|\b(?:en)?queue[sd]?\b|\blong[- ]running\b", re.IGNORECASE
)
_READ = 600
"""Characters of a description in which it says who does the work."""


def work(known: Survey, resource: Resource) -> Work | None:
    """The states that the records of a collection go through; None where clients change them, or nothing tells of an end."""
    name = next((each for each in resource.fields if _is_state(each, resource)), None)
    if name is None or name in resource.takes or resource.kind != "collection":
        return None
    about = described(known, resource)
    shown = list(_shown(known, resource))
    states = list(dict.fromkeys([*_listed(about.get(name)), *(str(each[name]) for each in shown if each.get(name))]))
    if not _is_the_services(known, resource, frozenset(map(plain, states))):
        return None
    done = [str(each[name]) for each in shown if plain(str(each.get(name))) in _DONE]
    last = next(iter([*done, *(each for each in states if plain(each) in _DONE)]), None)
    first = [each for each in states if plain(each) in _WAITING]
    between = [each for each in states if _is_working(plain(each))]
    if last is None or not (first or between):
        return None
    ended = next((each for each in shown if each.get(name) == last), {})
    return Work(name, first[0] if first else between[0], tuple(between), last, ended)


def is_begun(mine: Shown, task: Work) -> bool:
    """Tell whether somebody wrote down in what state a new record is."""
    written = mine.media and any(each.name != "schema" for each in mine.media.examples)
    return bool(written) and any(task.name in each for each in mine.records)


def _is_the_services(known: Survey, resource: Resource, states: frozenset[str]) -> bool:
    """Tell whether the service works on the records, and no client lets it begin or end: what may fail while it runs is no client's doing."""
    for at in known.far_below.get(resource.shape, ()):
        verb = segments(at)[-1]
        leads = {*reached(verb)} if known.by_shape[at].keys() - {"GET", "HEAD"} else set()
        if leads & {*_DONE, *_WORKING, "running"} or (plain(verb) in _NAMES and leads):
            return False
    kinds = {singular(each) for each in words(last_word(resource.shape))}
    made = known.by_shape.get(resource.shape, {}).get("POST")
    read = known.by_shape.get(resource.shape + "/{}", {}).get("GET")
    said = (
        f"{each.node.get('summary') or ''} {str(each.node.get('description') or '')[:_READ]}"
        for each in (made, read)
        if each
    )
    accepted = made is not None and any(each.status == "202" for each in successes(made))
    runs = not states.isdisjoint(("queued", "processing", "running")) and not states.isdisjoint(_FAILED)
    return accepted or runs or bool(kinds & _WORKS) or any(_SAID.search(each) for each in said)


def _is_state(name: str, resource: Resource) -> bool:
    word = plain(name)
    return word in _NAMES or word in {plain(singular(last_word(resource.shape))) + each for each in _NAMES}


def _is_working(state: str) -> bool:
    return state in _WORKING or (state.endswith("ing") and state not in _WAITING)


def _listed(schema: Json) -> Iterator[str]:
    """The states that a schema lists."""
    for each in (
        (schema, *(schema.get("anyOf") or ()), *(schema.get("oneOf") or ())) if isinstance(schema, dict) else ()
    ):
        listed = each.get("enum") if isinstance(each, dict) else None
        yield from (str(one) for one in listed or () if isinstance(one, str))


def _shown(known: Survey, resource: Resource) -> Iterator[Mapping[str, Json]]:
    """The documented records, their attributes among their properties, those that are read first."""
    for at, method in ((resource.shape + "/{}", "GET"), (resource.shape, "GET"), (resource.shape, "POST")):
        mine: Shown | None = known.at(at, method)
        for each in mine.records if mine and mine.kind in ("record", "records") else ():
            inner = each.get("attributes")
            yield {**each, **(inner if isinstance(inner, dict) else {})}
