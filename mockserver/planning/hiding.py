"""What records hide: requests that make or change them come in, the names of what is taken and never told go out; pure."""

from __future__ import annotations

import re

from contract.spec import Operation, Spec
from mockserver.planning.covers import properties_of
from mockserver.planning.evidence import Shown, sent_media

_SECRET = re.compile(
    r"pass(?:word|wd|code|phrase)?(?:$|_|-|[A-Z])|secret|\bpwd\b|\bpin\b|\bcvv\b|\bcvc\b", re.IGNORECASE
)
"""Names of what a service takes and never tells."""
_CALLED = re.compile(r"\$request\.body#/([^/}]+)")
"""Where a client wants to be called is no part of the record."""


def hidden(spec: Spec, changes: list[tuple[Operation, Shown]], untold: frozenset[str]) -> set[str]:
    """What is taken and never told: what schemas call `writeOnly`, and of the rest files, secrets and where a client wants to be called."""
    media = [found for each, _ in changes if (found := sent_media(each))]
    known = [pair for each in media for pair in properties_of(spec, each.schema).items()]
    described = [(name, found) for name, each in known if isinstance(found := spec.resolve(each), dict)]
    marked = {name for name, each in described if each.get("writeOnly") is True}
    marked |= {name for name, each in described if each.get("format") == "binary" and name in untold}
    called = {
        name
        for each, _ in changes
        for named in (each.node.get("callbacks") or {}).values()
        for name in _CALLED.findall(" ".join(named))
    }
    return marked | {name for name in untold if name in called or _SECRET.search(name)}
