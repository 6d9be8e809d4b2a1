"""The answers of one operation: Replies and rows of status tables come in, Responses go out, one for each status.

What stands in a sample wins over a sentence; a sentence that says otherwise is a Flaw. A body shown
without a status is the only documented success, else 200, and then marked as inferred.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from doc_parser import schema
from doc_parser.deciding.fields import Placed
from doc_parser.deciding.names import normal
from doc_parser.deciding.whereabouts import steps
from doc_parser.evidence import Call, FieldRow, Flaw, Json, Reply, Shown, StatusRow, Sure
from doc_parser.model import Example, Header, PlacedField, Response
from doc_parser.readers import words
from doc_parser.readers.outcomes import FAILED, SPELLED
from doc_parser.source import Span
from doc_parser.structs import replace

_TRANSPORT = frozenset(
    ("content-type", "content-length", "date", "connection", "server", "transfer-encoding", "status")
)
"""Headers that every answer has; they document nothing."""
_NAME_LIMIT = 40
MANY = 40
"""Examples of one thing that are kept; nobody reads more."""
_LONG = 2000
"""Characters of a description that is put together."""


class Answers(Struct, frozen=True):
    """What came of the replies."""

    responses: tuple[Response, ...]
    flaws: tuple[Flaw, ...]


def answers(replies: Sequence[Reply], rows: Sequence[StatusRow], placed: Placed, fallback: Span) -> Answers:
    """Put together what the documents say of each status."""
    shown = _whole(_numbered([each for each in replies if not each.in_prose], rows))
    rows = [each for each in rows if each.status]
    refuted = {(each.span.source, each.caption.span.line) for each in shown if each.caption.span and _refutes(each)}
    rows = [each for each in rows if not each.in_prose or (each.span.source, each.span.line) not in refuted]
    records = any(_has_id(each.body) for each in shown if not each.caption.fails)
    inferred = _inferred_status(shown, rows)
    succeeds = any(each.body and not each.caption.fails and not _tells_failure(each.body) for each in shown)
    by_status: dict[int, Response] = {}
    for reply in shown:
        fails = reply.caption.fails or (succeeds and _tells_failure(reply.body))
        failed = fails and not (records and _has_id(reply.body))  # a record may be in a failed state
        status = told_status(reply) or (_failure(shown, rows) if failed else inferred)
        sure: Sure = "stated" if status == _named(reply) or any(row.status == status for row in rows) else "inferred"
        before = by_status.get(status) or Response(status, _phrase(status), reply.span, sure)
        by_status[status] = _with_reply(before, reply)
    for row in sorted(rows, key=lambda row: row.in_prose):  # tables describe, sentences mention
        before = by_status.get(row.status) or Response(
            row.status, row.description or _phrase(row.status), row.span, "stated"
        )
        by_status[row.status] = _with_row(before, row)
    if not any(status < FAILED for status in by_status):  # documents that tell only failures mean that it may succeed
        by_status[200] = Response(200, _phrase(200), fallback, "inferred")
    _place_fields(by_status, placed)
    return Answers(tuple(by_status[status] for status in sorted(by_status)), tuple(_flaws(replies, shown)))


def _numbered(replies: Sequence[Reply], rows: Sequence[StatusRow]) -> list[Reply]:
    """Give answers that stand below one caption the statuses of the table, in order, where there are as many; what the table
    calls `default` is an error where it has other rows.
    """
    listed = [each for each in rows if not each.in_prose]
    alone = [each for each in replies if each.caption.many and _named(each) is None and not each.of]
    if listed and not any(each.status for each in listed):
        return [replace(each, caption=replace(each.caption, fails=False)) for each in replies]
    if not 1 < len(alone) == len(listed) or len({each.caption.span for each in alone}) > 1:
        return list(replies)
    told = {id(each): row.status for each, row in zip(alone, listed, strict=True)}
    given = (_given(each, told[id(each)]) if id(each) in told else each for each in replies)
    return [each for each in given if each]


def _given(reply: Reply, status: int) -> Reply | None:
    """An answer of a status; 0 for all other errors, of which an empty object tells nothing."""
    if status:
        return replace(reply, status=status)
    empty = not reply.body or not reply.body.payload.value
    return None if empty else replace(reply, caption=replace(reply.caption, fails=True))


def _whole(replies: Sequence[Reply]) -> list[Reply]:
    """Leave out what only shows a part again: an object that the answer above it holds."""
    held: set[frozenset[str]] = set()
    kept: list[Reply] = []
    for each in replies[:MANY]:
        value = each.body.payload.value if each.body else None
        announced = each.status or each.caption.status or each.caption.role == "response"
        if (
            not announced
            and isinstance(value, dict)
            and len(value) >= _TELLING
            and any(value.keys() <= one for one in held)
        ):
            continue
        kept.append(each)
        held |= set(_held(value, _INSIDE))
    return [*kept, *replies[MANY:]]


_INSIDE = 3
"""How deep an object stands that is shown again by itself."""
_TELLING = 3
"""Members by which an object is known again."""


def _held(value: Json, depth: int) -> Iterator[frozenset[str]]:
    """The members of each object within an object."""
    for each in value.values() if isinstance(value, dict) and depth else ():
        if isinstance(each, dict):
            if len(each) >= _TELLING:
                yield frozenset(each)
            yield from _held(each, depth - 1)


def _named(reply: Reply) -> int | None:
    """The status in the status line of an answer, or in its caption."""
    return reply.status or reply.caption.status


def told_status(reply: Reply) -> int | None:
    """What an answer itself says of its status; one that has no content is not believed of an answer that shows some."""
    named = _named(reply)
    return _own_status(reply.body) if named is None or _refutes(reply) else named


def _refutes(reply: Reply) -> bool:
    """An answer shows some content, and has a status that has none."""
    return _named(reply) in WITHOUT_CONTENT and reply.body is not None and bool(reply.body.payload.value)


WITHOUT_CONTENT = frozenset((204, 205, 304))
"""RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5."""


def _has_id(body: Shown | None) -> bool:
    return body is not None and isinstance(body.payload.value, dict) and "id" in body.payload.value


def _tells_failure(body: Shown | None) -> bool:
    """A body says of itself that it is an error, beside others that do not."""
    value = body.payload.value if body else None
    if not isinstance(value, dict) or _has_id(body):
        return False
    return any(value.get(name) is False for name in _SUCCESS) or (
        str(value.get("status", "")).lower() in _FAILED_STATES or (len(value) == 1 and "error" in value)
    )


_SUCCESS = ("success", "ok", "status")
_FAILED_STATES = frozenset(("error", "fail", "failed", "failure"))


def _failure(shown: Sequence[Reply], rows: Sequence[StatusRow]) -> int:
    """An error without a number is the one error that is documented and not shown, else just an error."""
    said = {each.status for each in rows if each.status >= FAILED} - {_named(each) for each in shown}
    return said.pop() if len(said) == 1 else FAILED


def _own_status(body: Shown | None) -> int | None:
    """The status of an error, or of what was made, that its body tells (`{"code": "not_found", "data": {"status": 404}}`), with a word about it."""
    value = body.payload.value if body else None
    if not isinstance(value, dict) or not any(name in value for name in ("message", "error", "errors", "detail")):
        return None
    inner = value.get("data")
    for each in (value, inner if isinstance(inner, dict) else {}):
        told = next((each[name] for name in ("status", "statusCode", "status_code", "code") if name in each), None)
        if isinstance(told, int) and (told == _CREATED or 400 <= told < 600):
            return told
    return None


_CREATED = 201


def _inferred_status(shown: Sequence[Reply], rows: Sequence[StatusRow]) -> int:
    """A body without a status belongs to the one success that is documented; to 200 where none or several are."""
    statuses = {_named(each) for each in shown} | {each.status for each in rows}
    said = {each for each in statuses if each and each < 300 and each not in WITHOUT_CONTENT}
    return said.pop() if len(said) == 1 else 200


def _phrase(status: int) -> str:
    return SPELLED.get(status, f"Status {status}")


def _with_reply(response: Response, reply: Reply) -> Response:
    known = {each.name.lower() for each in response.headers}
    headers = tuple(
        Header(name, span, value)
        for name, value, span in reply.headers
        if name.lower() not in _TRANSPORT and name.lower() not in known
    )
    media = next((value for name, value, _ in reply.headers if name.lower() == "content-type" and "/" in value), None)
    response = replace(
        response, headers=(*response.headers, *headers), media_type=_bare(media) if media else response.media_type
    )
    if not reply.body:
        return response
    return _with_example(
        response, reply.body, reply.caption.variant or (_said(reply.body) if response.fails else "example")
    )


_OWN_JSON = re.compile(r"\s*(application/(?:[\w.-]+\+json|vnd\.[\w.+-]*json[\w.+-]*))\s*(?:;[^,]*)?", re.IGNORECASE)


def as_accepted(response: Response, calls: Sequence[Call]) -> Response:
    """An answer in the JSON of its own kind that all samples ask for (`application/vnd.api+json`), where no header says another."""
    asked = [value for call in calls for name, value in call.headers if name.lower() == "accept"]
    own = {match[1].lower() if (match := _OWN_JSON.fullmatch(each)) else "" for each in asked}
    kind = own.pop() if len(own) == 1 else ""
    return replace(response, media_type=kind) if kind and response.media_type == "application/json" else response


def _bare(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _with_row(response: Response, row: StatusRow) -> Response:
    known = {each.name.lower() for each in response.headers}
    headers = tuple(Header(name, row.span) for name in row.headers if name.lower() not in known)
    response = replace(response, headers=(*response.headers, *headers), description=_described(response, row))
    if row.body is None or (
        any(not each.shown.payload.elided for each in response.examples) and row.body.payload.elided
    ):
        return response  # `{ data: {...} }` only sketches what a sample shows whole
    return _with_example(response, row.body, _said(row.body))


def _described(response: Response, row: StatusRow) -> str:
    """Several rows of one status describe several cases of it."""
    if not row.description or len(response.description) > _LONG or row.description in response.description:
        return response.description
    if response.description == _phrase(response.status):
        return row.description
    return response.description if row.in_prose else f"{response.description}; {row.description}"


def _with_example(response: Response, body: Shown, name: str) -> Response:
    if len(response.examples) >= MANY or any(
        each.shown.payload.value == body.payload.value for each in response.examples
    ):
        return response
    taken = {each.name for each in response.examples}
    return replace(response, examples=(*response.examples, Example(unused(name, taken), body)))


def _said(body: Shown) -> str:
    """Name an example after the sentence in it, where it has one (`result-does-not-exist`)."""
    value = body.payload.value
    texts = [each for each in value.values() if isinstance(each, str)] if isinstance(value, dict) else []
    return words.slug(texts[0]) if len(texts) == 1 and 0 < len(texts[0]) <= _NAME_LIMIT else "example"


def unused(name: str, taken: Iterable[str]) -> str:
    """Number a name that is taken."""
    taken = set(taken)
    return next(
        each
        for number in range(1, len(taken) + 2)
        if (each := name if number == 1 else f"{name}-{number}") not in taken
    )


def _place_fields(by_status: dict[int, Response], placed: Placed) -> None:
    """Response fields and headers describe the success, a field at the place where its example shows it."""
    status = next((status for status in sorted(by_status) if status < 300), None)
    if status is None:
        return
    success = by_status[status]
    shape = schema.shape_of_all(success.examples)
    fields = placed_in(shape, placed.response, ("*",) if "array" in shape.kinds else ())
    known = {each.name.lower() for each in success.headers} | _TRANSPORT
    headers = tuple(Header(row.name, row.span) for row in placed.headers if row.name.lower() not in known)
    by_status[status] = replace(success, fields=fields, headers=(*success.headers, *headers))


def placed_in(shape: schema.Shape, rows: Sequence[FieldRow], base: tuple[str, ...]) -> tuple[PlacedField, ...]:
    """Place rows where a Shape has them; those that it has not stand beside the others, or at a base."""
    spelled = {normal(each): each for each in reversed([*shape.paths])} if rows else {}
    found = {row.name: paths[0] for row in rows if (paths := _spelled_as(shape, row.name, spelled))}
    neighbours = {path[:-1] for path in found.values()}
    base = neighbours.pop() if len(neighbours) == 1 else base
    return tuple(PlacedField(found.get(row.name) or _below(shape, base, steps(row.name)), row) for row in rows)


def _spelled_as(shape: schema.Shape, name: str, spelled: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Where a Shape has a name, however it spells it (`Port ID`, `port_id`); a word in capitals is a value."""
    if (told := schema.places(shape, name)) or (name.isupper() and len(name) > _ACRONYM):
        return told
    return schema.places(shape, spelled.get(normal(name), ""))


_ACRONYM = 3


def _below(shape: schema.Shape, base: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """The path of a name with dots in it: through the arrays on its way, or without a wrapper that no example has."""
    holder = schema.at(shape, base)
    if len(names) > 1 and holder and names[0] not in holder.properties and (told := schema.places(shape, names[-1])):
        return told[0]
    path = base
    for name in names:
        inner = schema.at(shape, path)
        path = (*path, *(("*",) if inner and inner.kinds == {"array"} and path != base else ()), name)
    return path


def _flaws(replies: Sequence[Reply], shown: Sequence[Reply]) -> Iterable[Flaw]:
    seen: dict[tuple[int | None, str], Reply] = {}
    for each in shown:
        if not each.body or not each.caption.variant:
            continue
        key = (each.status, repr(each.body.payload.value))
        first = seen.setdefault(key, each)
        if first.caption.variant != each.caption.variant:
            yield Flaw(
                "duplicate-response", f"'{_announced(each)}' shows the same answer as '{_announced(first)}'", each.span
            )
    for each in shown:
        if each.body and _refutes(each):
            wrong = f"status {_named(each)} has no content, but this is shown"
            yield Flaw("unexpected-content", wrong, each.body.span)
    for said in replies:
        if said.in_prose and said.body:
            yield from (_contradiction(said, each) for each in shown[:MANY] if _contradicts(said, each))


def _announced(reply: Reply) -> str:
    return reply.caption.variant.replace("-", " ")


def _contradicts(said: Reply, shown: Reply) -> bool:
    """The sentence speaks of the same variant, but of another body."""
    same = bool(shown.caption.variant) and said.caption.variant.startswith(shown.caption.variant)
    return (
        same
        and shown.body is not None
        and said.body is not None
        and said.body.payload.value != shown.body.payload.value
    )


def _contradiction(said: Reply, shown: Reply) -> Flaw:
    return Flaw(
        "response-conflict",
        f"the sample '{_announced(shown)}' (line {shown.span.line}) shows another answer",
        said.span,
    )
