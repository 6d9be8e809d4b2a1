"""Which method a section means: the calls of a Draft and the order of what is believed come in, a method goes out.

An explicit sample beats a bare GET only, because a line that says POST was meant, unless it was copied; a heading that
says a method breaks a tie. Where nobody names one, the heading's verb does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from doc_parser.deciding.drafts import Draft
from doc_parser.deciding.paths import Claims, is_copied
from doc_parser.evidence import Call
from doc_parser.readers.alone import titled_method
from doc_parser.source import Span

_VERBS = tuple(
    (method, re.compile(rf"\W*(?:{verbs})(?:e|es|ing|ting|ion|s)?\b", re.IGNORECASE))
    for method, verbs in (
        ("POST", "creat|add|register|submit|upload|insert"),
        ("PUT", "updat|edit|modify|chang|replac"),
        ("DELETE", "delet|remov|destroy"),
        ("GET", "get|list|read|retriev|fetch|show|view"),
    )
)
_UNDOES = re.compile(
    r"\W*(?:cancel|revok|unsubscrib|unlink|unassign|unregister|unfollow|disconnect|detach|dismiss|leav|clear)\w*\b",
    re.IGNORECASE,
)
"""What may be done by deleting, and by an order as well."""
_READS = re.compile(r"\W*(?:get|list|read|retriev|fetch|show|view|find|search)\w*\b", re.IGNORECASE)


def method_of(draft: Draft, calls: Sequence[Call], order: Sequence[str], claims: Claims, *, sends: bool) -> str:
    """Pick the method."""
    copied = is_copied(draft, claims)
    with_method = [call for call in calls if call.method]
    line = next((call for call in with_method if call.origin != "sample"), None)
    strongest = min(with_method, key=lambda call: _rank(order, call), default=None)
    if line and line.guessed:
        line = next((call for call in with_method if call.explicit), line)
        strongest = line
    if line and strongest and _is_meant(line, strongest, draft, copied=copied):
        strongest = line
    if not strongest or not strongest.method:
        return _spoken(draft.topic.title) or ("POST" if sends else "GET")
    return _titled(draft, strongest, claims, sends=sends) if line is strongest else strongest.method


def _titled(draft: Draft, line: Call, claims: Claims, *, sends: bool) -> str:
    """The heading's method, where a list names that one and not the line's, or the line was copied from where something is read:
    what is sent to make a thing is no part of a GET (RFC 9110, section 9.3.1).
    """
    said, method = _spoken(draft.topic.title), line.method or ""
    listed = [(each, line.url.shape) in claims.listed for each in (said, method)]
    told = len(draft.topic.title.split()) > 1  # `Updates` alone are a thing
    copied = is_copied(draft, claims) or (sends and said == "POST")
    read = told and method == "GET" and copied and not any(call.explicit for call in draft.calls)
    return said if said not in ("", "GET", method) and (listed == [True, False] or read) else method


def _spoken(title: str) -> str:
    """What a heading says is done, where nobody names a method."""
    return titled_method(title) or next((method for method, verbs in _VERBS if verbs.match(title)), "")


def other_methods(draft: Draft, calls: Sequence[Call], method: str) -> Iterator[tuple[str, Span]]:
    """Say where another method is named."""
    winner = next((call.span.line for call in calls if call.method == method), None)
    winner = winner or (draft.topic.span.line if _spoken(draft.topic.title) == method else None)
    for call in calls if winner else ():
        if call.method and call.method != method and (call.explicit or call.origin != "sample"):
            yield f"{call.method} here, {method} in line {winner}", call.span


def _rank(order: Sequence[str], call: Call) -> int:
    explicit = call.origin == "sample" and call.explicit and "explicit-sample" in order
    return order.index("explicit-sample" if explicit else call.origin)


def _is_meant(line: Call, strongest: Call, draft: Draft, *, copied: bool) -> bool:
    """The line's method, and not that of the sample, is what the section is about."""
    title = draft.topic.title
    if copied:
        return False
    if line.method != "GET":
        undone = strongest.method == "DELETE" and strongest.explicit and _UNDOES.match(title)
        said = "DELETE" if undone else _spoken(title)
        return said != strongest.method or {line.method, strongest.method} == {"PUT", "PATCH"}
    form = strongest.body and strongest.body.form  # `-d name=value` without -G is how many write a query
    return bool(form) or (not strongest.body and not strongest.broken_body and bool(_READS.match(title)))
