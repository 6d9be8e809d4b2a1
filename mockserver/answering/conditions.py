"""Conditional requests (RFC 9110, section 13): a Call whose documents speak of entity tags comes in, its Reply goes out with a true one, or 304 or 412.

Where no document names them nothing is said of tags, and nothing is asked.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from msgspec import structs

from contract.checks import Values
from mockserver.answering.problems import Reply
from mockserver.api import Call
from mockserver.planning.evidence import header_example
from mockserver.planning.variants import chosen

_TAG = re.compile(r'(?:W/)?"([^"]*)"|([^\s,"]+)')
_FAILED = 300
_NOT_MODIFIED, _PRECONDITION_FAILED = 304, 412

Behave = Callable[[Call], Reply]


def conditioned(call: Call, behave: Behave) -> Reply:
    """Answer a call if the tags that it names allow it; `behave` answers it whatever they are."""
    operation, asked = call.step.operation, call.headers
    reading = operation.method in ("GET", "HEAD")
    if not reading and "if-match" in asked and operation.response_for(_PRECONDITION_FAILED):
        now = _current(call, behave)
        if now and now not in (named := _tags(asked["if-match"])) and "*" not in named:
            sentence = (
                f"If-Match names {asked['if-match']}, but the entity tag is {now} now; read it again, then change it."
            )
            return call.api.problems.documented(operation, _PRECONDITION_FAILED, sentence)
    reply = behave(call)
    if reply.status >= _FAILED or not call.step.tagged:
        return reply
    tag = _tag(reply.body) if reading else _current(call, behave)
    if not tag:
        return reply
    line = ("etag", _written(call, tag))
    rest = tuple(each for each in reply.headers if each[0] != "etag")
    if reading and "if-none-match" in asked and operation.response_for(_NOT_MODIFIED):
        named = _tags(asked["if-none-match"])
        if tag in named or "*" in named:
            return Reply(_NOT_MODIFIED, b"", (line,))
    return structs.replace(reply, headers=(*rest, line))


def _current(call: Call, behave: Behave) -> str:
    """The tag that a read of the same path has now; empty where nothing is there."""
    step = call.api.steps.get(call.step.read_by or "")
    if step is None:
        return ""
    variant = chosen(call.api.variants[step.operation.key], None)
    reply = behave(structs.replace(call, step=step, values=Values(), variant=variant))
    return _tag(reply.body) if reply.status < _FAILED else ""


def _tag(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=8).hexdigest()


def _tags(field: str) -> frozenset[str]:
    """The tags that a header field names, weak or not; documents leave out the quotes, and so do clients."""
    return frozenset(quoted or bare for quoted, bare in _TAG.findall(field))


def _written(call: Call, tag: str) -> str:
    """A tag as the documents write theirs: weak, or without quotes."""
    headers = call.variant.response.headers if call.variant else {}
    shown = next((header_example(each) for name, each in headers.items() if name.lower() == "etag"), None)
    if not isinstance(shown, str) or not shown:
        return f'"{tag}"'
    return f'W/"{tag}"' if shown.startswith("W/") else f'"{tag}"' if '"' in shown else tag
