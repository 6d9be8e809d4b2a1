"""What verbs in paths do to records: a verb comes in, names of properties it changes go out (`archive`: `archived`, `archived_at`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mockserver.planning.covers import plain

_UNDOES = re.compile(r"(?:un|dis|de)(?=[a-z]{4})")
_OPPOSITES = {
    "restore": ("delete", "archive", "trash", "remove"),
    "recover": ("delete", "archive"),
    "reopen": ("close", "complete", "finish"),
    "resume": ("pause", "suspend"),
    "reinstate": ("suspend",),
    "enable": ("disable",),
    "activate": ("deactivate",),
}
"""Verbs that undo what others do, by no prefix."""
_IRREGULAR = {
    "begin": "begun",
    "freeze": "frozen",
    "hide": "hidden",
    "pay": "paid",
    "read": "read",
    "send": "sent",
    "withdraw": "withdrawn",
}
_PARTICIPLES = ("ed", *_IRREGULAR.values())
_MOMENTS = ("at", "on", "date", "time", "datetime", "timestamp")
_SHORTEST = 3
_ROOT = 4


def words(segment: str) -> list[str]:
    """The words of a path's segment, in lower case: `markAsRead`, `mark-as-read`, `mark_as_read`."""
    return [each.lower() for each in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", segment)]


def named_after(verb: str, names: Iterable[str]) -> Iterator[tuple[str, bool, bool]]:
    """The properties named after what a verb does or undoes: each with whether it is done, and whether a moment of it is meant."""
    known = dict[str, bool]()
    parts = words(verb)
    for each in dict.fromkeys((plain(verb), *parts[:1], *parts[-1:])):
        if each == "create":
            continue  # something else: `POST /folders/{id}/create_from_file` makes no folder
        for form in _done(each):
            known.setdefault(form, True)
        for other in _undone(each):
            for form in _done(other):
                known.setdefault(form, False)
    for name in names:
        plainly = plain(name)
        for form, done in known.items():
            if plainly in (form, "is" + form):
                yield name, done, False
            elif form.endswith(_PARTICIPLES) and plainly.removeprefix("last") in {form + each for each in _MOMENTS}:
                yield name, done, True


def _undone(verb: str) -> Iterator[str]:
    yield from _OPPOSITES.get(verb, ())
    if _UNDOES.match(verb):
        rest = _UNDOES.sub("", verb, count=1)
        yield from (rest, "en" + rest)


def _done(verb: str) -> Iterator[str]:
    """What is said of a record after a verb: `archived`, also `archive`."""
    if len(verb) < _SHORTEST:
        return
    root = verb.removesuffix("e")
    if len(root) >= _ROOT:
        yield from (root, verb)
    yield from (root + "ed", verb + verb[-1] + "ed", re.sub("y$", "i", verb) + "ed")
    if verb in _IRREGULAR:
        yield _IRREGULAR[verb]
    if verb in _IRREGULAR.values():
        yield verb
