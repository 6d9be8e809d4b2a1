"""What verbs in paths do to records: a verb comes in, names of properties it changes go out (`archive`: `archived`, `archived_at`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mockserver.planning.covers import plain

_UNDOES = re.compile(r"un(?=[a-z]{3})|(?:dis|de)(?=[a-z]{4})")
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


_REACHES = {
    "start": ("inprogress", "started", "running", "active", "ongoing", "processing", "open"),
    "begin": ("inprogress", "begun", "started", "running", "active", "ongoing"),
    "launch": ("running", "launched", "active", "live"),
    "resume": ("inprogress", "running", "active", "resumed", "open"),
    "reopen": ("open", "reopened", "todo", "new"),
    "finish": ("finished", "completed", "complete", "done", "ended"),
    "complete": ("completed", "complete", "done", "finished"),
    "end": ("ended", "finished", "completed", "done"),
    "resolve": ("resolved", "closed", "done"),
    "activate": ("active", "activated", "enabled"),
    "enable": ("enabled", "active"),
    "deactivate": ("inactive", "deactivated", "disabled"),
    "disable": ("disabled", "inactive"),
    "suspend": ("suspended", "paused", "inactive"),
    "ban": ("banned", "blocked"),
    "block": ("blocked", "banned"),
    "unblock": ("active",),
    "unban": ("active",),
    "publish": ("published", "live", "active", "public"),
    "unpublish": ("unpublished", "draft", "private"),
    "restore": ("active", "restored"),
    "unarchive": ("active", "open"),
    "submit": ("submitted", "inreview", "onreview", "pending", "pendingreview", "review"),
    "accept": ("accepted", "approved"),
    "approve": ("approved", "accepted"),
    "reject": ("rejected", "declined", "denied"),
    "decline": ("declined", "rejected", "denied"),
    "pay": ("paid",),
    "abort": ("aborted", "cancelled", "canceled"),
    "stop": ("stopped", "cancelled", "canceled", "inactive"),
}
"""States that a verb leads to under other words than its own, the likeliest first."""
_SETS = frozenset(
    (
        *(
            "rename",
            "move",
            "assign",
            "reassign",
            "set",
            "change",
            "update",
            "edit",
            "adjust",
            "schedule",
            "reschedule",
        ),
        *("transfer", "finish", "complete", "close", "end", "resolve", "score", "result", "rate", "grade", "review"),
        *(
            "approve",
            "reject",
            "cancel",
            "decline",
            "status",
            "state",
            "price",
            "role",
            "position",
            "priority",
            "settings",
        ),
    )
)


def reached(verb: str) -> Iterator[str]:
    """The states that a verb's word may lead to, plainly written, the likeliest first: `cancel`: `cancelled`; `mark-as-read`: `read`; `check-in`: `checkedin`."""
    parts = words(verb)
    for each in dict.fromkeys((*parts[:1], *parts[-1:])):
        rest = "".join(parts[1:]) if each == parts[0] else ""
        for form in dict.fromkeys(_done(each)):
            if form.endswith(_PARTICIPLES) or form == each:
                yield from (form + rest, form)
        yield from _REACHES.get(each, ())


def holding(verb: str) -> Iterator[tuple[str, bool]]:
    """What a record is said to be after a verb, plainly written, the likeliest first, and whether it is so then: `complete`: `done`; `deactivate`: not `active`."""
    yield from ((each, True) for each in reached(verb))
    parts = words(verb)
    for each in dict.fromkeys((*parts[:1], *parts[-1:])):
        for other in _undone(each):
            yield from ((form, False) for form in reached(other))


def usual_state(verb: str) -> str:
    """The state that a verb usually leads to; empty for a word that leads to none."""
    return _USUALLY.get(verb.lower(), "")


_USUALLY = {
    "cancel": "cancelled",
    "approve": "approved",
    "reject": "rejected",
    "decline": "declined",
    "accept": "accepted",
    "finish": "finished",
    "complete": "completed",
    "close": "closed",
    "archive": "archived",
    "publish": "published",
    "confirm": "confirmed",
    "ship": "shipped",
    "deliver": "delivered",
    "pay": "paid",
    "resolve": "resolved",
    "suspend": "suspended",
    "pause": "paused",
    "activate": "active",
    "deactivate": "inactive",
    "reopen": "open",
}


def is_setting(verb: str) -> bool:
    """Tell whether a word says that something of a record is set."""
    return not _SETS.isdisjoint(words(verb))
