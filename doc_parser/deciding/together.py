"""Several sections about one operation: two Operations come in, one goes out; neither loses a parameter, a body or an answer."""

from __future__ import annotations

from doc_parser.deciding.answers import MANY, unused
from doc_parser.model import Body, Example, Operation, Response
from doc_parser.structs import replace


def together(one: Operation, other: Operation) -> Operation:
    """Merge two operations of the same method and path; the first gives the words."""
    known = {(each.location, each.name) for each in one.parameters}
    added = (each for each in other.parameters if each.location != "path" and (each.location, each.name) not in known)
    return replace(
        one,
        parameters=(*one.parameters, *added),
        body=_bodies(one.body, other.body),
        responses=_responses(one.responses, other.responses),
        callbacks=one.callbacks or other.callbacks,
        conflicts=(*one.conflicts, *other.conflicts),
        public=one.public or other.public,
        token_header=one.token_header or other.token_header,
        paged=one.paged or other.paged,
    )


def _responses(one: tuple[Response, ...], other: tuple[Response, ...]) -> tuple[Response, ...]:
    """Put answers together by status; an answer that is only supposed gives way to one that is known."""
    known = [each for each in (*one, *other) if each.sure == "stated" or each.examples] or list(one)
    by_status: dict[int, Response] = {}
    for each in known:
        before = by_status.get(each.status)
        by_status[each.status] = replace(before, examples=_examples(before.examples, each.examples)) if before else each
    return tuple(by_status[status] for status in sorted(by_status))


def _bodies(one: Body | None, other: Body | None) -> Body | None:
    if not one or not other:
        return one or other
    paths = {each.path for each in one.fields}
    fields = (*one.fields, *(each for each in other.fields if each.path not in paths))
    return replace(one, examples=_examples(one.examples, other.examples), fields=fields)


def _examples(one: tuple[Example, ...], other: tuple[Example, ...]) -> tuple[Example, ...]:
    found = list(one)
    for example in other:
        if len(found) < MANY and all(example.shown.payload.value != each.shown.payload.value for each in found):
            found.append(Example(unused(example.name, [each.name for each in found]), example.shown))
    return tuple(found)
