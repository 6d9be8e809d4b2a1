"""How a change treats what a record has already: an operation with its documented request and answer comes in, what stays and what goes comes out; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contract.spec import Json, Operation
from mockserver.planning.covers import ID_NAMES, Way, at
from mockserver.planning.evidence import json_media, request_examples, successes
from mockserver.planning.model import Resource

_SERVERS = (*ID_NAMES, "type", "links", "meta")
"""Properties that a client need not send even to replace a record."""


def nulls_remove(operation: Operation, way: Way, sent_way: Way) -> bool:
    """Tell whether a documented request sends null for what the paired answer no longer has; both hold the record at a way."""
    answers = {each.name: at(each.value, way) for each in _answers(operation)}
    for name, body in request_examples(operation):
        sent, answer = at(body, sent_way), answers.get(name, next(iter(answers.values()), None))
        if (
            isinstance(sent, dict)
            and isinstance(answer, dict)
            and any(value is None and key not in answer for key, value in sent.items())
        ):
            return True
    return False


def merges(
    operation: Operation, resource: Resource, way: Way, sent_way: Way, *, nulls: bool, whole: bool
) -> tuple[bool, str]:
    """Tell whether a change leaves alone what it does not name, and the evidence; both bodies hold the record at a way."""
    if operation.method in ("PATCH", "POST"):
        return True, f"{operation.method} changes only what it names"
    if nulls:
        return True, "its documented request removes a property with null, which only makes sense in a merge"
    answers = [each for one in _answers(operation) if isinstance(each := at(one.value, way), dict)]
    for _, body in request_examples(operation):
        sent = at(body, sent_way)
        for answer in answers:
            kept = set(answer) - set(sent) - {resource.id_property, *_SERVERS} if isinstance(sent, dict) else set()
            if kept:
                names = ", ".join(f"`{name}`" for name in sorted(kept))
                return True, f"its documented request leaves out {names}, which the answer still has"
    if not whole:
        return True, "no request is shown, and nothing it may send is required"
    return False, "nothing documented is kept that a request leaves out"


def parts_merged(operation: Operation, way: Way, sent_way: Way) -> frozenset[str]:
    """The objects inside of a record that the documented request names a part of, and the answer shows whole: they are merged, too."""
    answers = [each for one in _answers(operation) if isinstance(each := at(one.value, way), dict)]
    found = set[str]()
    for _, body in request_examples(operation):
        sent = at(body, sent_way)
        for name, part in sent.items() if isinstance(sent, dict) else ():
            whole = [each[name] for each in answers if isinstance(part, dict) and isinstance(each.get(name), dict)]
            if any(
                part and part.keys() < each.keys() and all(each[key] == value for key, value in part.items())
                for each in whole
            ):
                found.add(name)
    return frozenset(found)


def only_changes(operation: Operation, resource: Resource) -> frozenset[str]:
    """The properties that alone can be changed, where the documents say so ("Only the role can be updated"); empty where all can."""
    said = f"{operation.node.get('summary') or ''} {str(operation.node.get('description') or '')[:_READ]}"
    found = _ONLY.search(said)
    names = {each for each in re.findall(r"\w+", found[1]) if each in resource.fields} if found else set()
    return frozenset(names)


_NAME = r"[`'\"]?\w+[`'\"]?"
_ONLY = re.compile(
    rf"\bonly (?:the |its )?({_NAME}(?:(?:, | and | or |, and ){_NAME}){{0,5}}?)(?: (?:attribute|field|propert|parameter|value)\w*)?"
    r" (?:can|may) be (?:updated|changed|modified|edited|patched)",
    re.IGNORECASE,
)
_READ = 1000
"""Characters of a description in which it says what can be changed."""


def _answers(operation: Operation) -> Iterator[Json]:
    for response in successes(operation):
        media = json_media(response.content)
        yield from media.examples if media else ()
