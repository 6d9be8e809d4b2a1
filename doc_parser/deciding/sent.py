"""What an operation is sent: its Calls come in, request examples, a Body and callbacks go out; of many payloads the first forty stay.

Two languages that send differently built bodies for one case disagree; other values are another example.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from doc_parser.deciding import fields
from doc_parser.deciding.answers import MANY, unused
from doc_parser.deciding.names import normal
from doc_parser.evidence import Call, Evidence, FieldTable, Flaw, Json, Reply, Shown, Sure
from doc_parser.model import Body, Callback, Example, Parameter
from doc_parser.readers import words
from doc_parser.readers.auth import credentials
from doc_parser.readers.examples import BODY_ONLY
from doc_parser.readers.outcomes import FAILED
from doc_parser.structs import replace


def request_examples(calls: Sequence[Call], flaws: list[Flaw]) -> tuple[Example, ...]:
    """Collect the request examples; two languages that send different bodies for one case disagree."""
    examples: list[Example] = []
    first: dict[str, tuple[Call, Shown, Json]] = {}
    for call in calls:
        if not call.body:
            continue
        if len(examples) >= MANY:
            break
        variant = call.caption.variant
        earlier = first.get(variant) or first.setdefault(variant, (call, call.body, _keys(call.body.payload.value)))
        if any(each.shown.payload.value == call.body.payload.value for each in examples):
            continue
        same_case = earlier[0].language != call.language and call.caption.span == earlier[0].caption.span
        if examples and same_case and earlier[2] != _keys(call.body.payload.value):
            if call.body.payload.sure and earlier[1].payload.sure:
                said = f"this sample sends another body than the one in line {earlier[1].span.line}"
                flaws.append(Flaw("samples-disagree", said, call.body.span))
            continue
        name = unused(call.caption.variant or "example", [each.name for each in examples])
        examples.append(Example(name, call.body))
    return tuple(examples)


def _keys(value: Json) -> Json:
    """The structure of a payload, its values left out."""
    if isinstance(value, dict):
        return {name: _keys(each) for name, each in value.items()}
    return [_keys(each) for each in value[:1]] if isinstance(value, list) else None


def below_answers(calls: Sequence[Call], bodies: Sequence[Call], replies: Sequence[Reply]) -> list[Shown]:
    """Bodies alone that stand below the first answer to a sample with a body: sent by the service, or of a step further on."""
    asked = [call.body.span for call in calls if call.body]
    first = min(
        (each.span for each in replies if any(each.span.source is span.source and span < each.span for span in asked)),
        default=None,
    )
    return [
        each.body for each in bodies if each.body and first and each.span.source is first.source and first < each.span
    ]


def sample_headers(calls: Sequence[Call], known: Sequence[Parameter]) -> tuple[Parameter, ...]:
    """Headers that samples send and no table lists; those of the transport, of tools and of credentials have their own places."""
    listed = {each.name.lower() for each in known if each.location == "header"}
    found: dict[str, Parameter] = {}
    for call in calls:
        let_in = {name.lower() for _, place, name in credentials(call) if place == "header"}
        for name, value in call.headers:
            key = name.lower()
            if key not in listed | let_in and key not in _OF_TRANSPORT and _HEADER_NAME.fullmatch(name):
                example = () if not value or re.search(r"[{}<>$#]", value) else (value,)
                found.setdefault(key, Parameter(name, "header", call.span, "shown", None, example))
    return tuple(found.values())


_HEADER_NAME = re.compile(r"[A-Za-z][\w-]{1,60}")
_OF_TRANSPORT = frozenset(
    (
        *("accept", "accept-charset", "accept-encoding", "authorization", "cache-control", "connection", "cookie"),
        *("content-disposition", "content-encoding", "content-length", "content-md5", "content-type", "date", "expect"),
        *("host", "origin", "postman-token", "pragma", "proxy-authorization", "referer", "te", "transfer-encoding"),
        *("upgrade", "user-agent", "x-forwarded-for", "x-http-method-override", "x-requested-with"),
    )
)
"""What clients and their tools send with any request (RFC 9110); nobody gives it on purpose for one operation."""
FORM = "application/x-www-form-urlencoded"


def request_body(calls: Sequence[Call], examples: tuple[Example, ...], placed: fields.Placed) -> Body | None:
    """The body that samples send and tables list; None where neither does."""
    if not examples and not placed.body:
        return None
    span = examples[0].shown.span if examples else placed.body[0].row.span
    form = bool(examples) and examples[0].shown.form
    default = FORM if form else "application/json"
    if form and any(_is_upload(each.shown.payload.value) for each in examples):
        default = "multipart/form-data"
    said = (value for call in calls if call.body for name, value in call.headers if name.lower() == "content-type")
    stated = next(
        (each.partition(";")[0].strip().lower() for each in said if re.fullmatch(r"[\w.+-]+/[\w.+-]+.*", each)), None
    )
    sure: Sure = "shown" if not stated and default == FORM else "stated"
    return Body(stated or default, examples, tuple(placed.body), span, sure)


def _is_upload(value: Json) -> bool:
    """`curl -F file=@photo.jpg` sends a file (RFC 7578)."""
    values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(each.startswith("@") if isinstance(each, str) else _is_upload(each) for each in values)


def callback(call: Call, pointer: tuple[str, ...]) -> Callback:
    """A request that the service sends to the address at `pointer` of the request body."""
    examples = (Example("example", call.body),) if call.body else ()
    return Callback(words.slug(pointer[-1]), pointer, call.method or "POST", examples, call.span)


def queried(call: Call, method: str) -> Call:
    """`-d name=value` of a request without a body is its query, whatever curl makes of it; and nothing is no body."""
    if says_nothing(call, method):
        return replace(call, body=None)
    if method in ("GET", "HEAD") and call.body and call.body.form and isinstance(call.body.payload.value, dict):
        pairs = tuple((name, value) for name, value in call.body.payload.value.items() if isinstance(value, str))
        return replace(call, url=replace(call.url, query=(*call.url.query, *pairs)), body=None)
    return call


def says_nothing(call: Call, method: str) -> bool:
    """An empty payload of a request that needs none says that nothing is sent."""
    return method in ("GET", "HEAD", "DELETE") and call.body is not None and not call.body.payload.value


def unclaimed(found: Sequence[Evidence], method: str, tables: Sequence[FieldTable]) -> Sequence[Evidence]:
    """Take payloads that nobody announces for the request, where it has no other: those above a success that is announced,
    and those that hold nothing but fields that the tables ask for.
    """
    found = _without_received(found, method)
    if method not in ("POST", "PUT", "PATCH"):
        return found
    bodies = [each for each in found if isinstance(each, Call) and each.body]
    replies = [each for each in found if isinstance(each, Reply) and not each.in_prose]
    silent = [each for each in replies if _is_silent(each)]
    told = [each for each in replies if not _is_silent(each) and not _is_error(each)][:MANY]
    if bodies:
        values = [each.body.payload.value for each in bodies if each.body]
        sent = {id(each) for each in silent if told and (_is_shown(each, values) or _is_another(each, bodies, tables))}
    else:
        sent = {id(each) for each in silent if _is_above(each, told)}
    if not told and not bodies:
        listed = {normal(row.name) for table in tables if _asks(table) for row in table.rows}
        fitting = {id(each): count for each in silent if (count := _listed(each, listed))}
        sent = set(fitting) if max(fitting.values(), default=0) > 1 else set()
    return [_as_sent(each) if isinstance(each, Reply) and id(each) in sent else each for each in found]


def _without_received(found: Sequence[Evidence], method: str) -> Sequence[Evidence]:
    """Take payloads that only seem announced as sent for what comes back: those below `HTTP Request` of a method that sends
    none, or with what the service makes, and those built like an answer that is shown.
    """
    replies = (each for each in found if isinstance(each, Reply) and not each.in_prose and each.body)
    shown = [_members(each) for each in islice(replies, _ANSWERS)]
    reads = method in ("GET", "HEAD")
    return [
        _as_received(each)
        if isinstance(each, Call)
        and each.body
        and each.url == BODY_ONLY
        and (
            (each.caption.of_line and not shown and (reads or _is_made(each.body))) or (reads and _is_like(each, shown))
        )
        else each
        for each in found
    ]


def _is_like(call: Call, shown: Sequence[frozenset[str]]) -> bool:
    """A payload shares most of what it has with an answer."""
    mine = _members(call)
    return any(len(mine & each) >= _TELLING and 2 * len(mine & each) > len(mine) for each in shown)


_ANSWERS = 40
"""Answers of one section that are compared with each payload."""
_TELLING = 3
"""Members by which an answer is known again."""


def _is_made(shown: Shown) -> bool:
    """A record with its id and when it was made, in a cover or not: nobody sends both."""
    value = shown.payload.value
    if isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    return isinstance(value, dict) and not _IDS.isdisjoint(value) and any(map(fields.tells_when_made, value))


def _as_received(call: Call) -> Reply:
    return Reply(None, "", (), call.body, call.span, replace(call.caption, role="response"))


def _is_silent(reply: Reply) -> bool:
    said = reply.status or reply.caption.status or reply.caption.role or reply.caption.fails or reply.of
    return not said and reply.body is not None and isinstance(reply.body.payload.value, dict)


def _is_error(reply: Reply) -> bool:
    return reply.caption.fails or (reply.status or 0) >= FAILED


def _asks(table: FieldTable) -> bool:
    return table.place in ("body", "query", "") and not table.aside


def _is_above(reply: Reply, told: Sequence[Reply]) -> bool:
    """An answer stands further down; two that both have an id, or are built alike, are two answers."""
    below = [each for each in told if each.span.source is reply.span.source and reply.span < each.span]
    mine = _members(reply)
    alike = any((mine & _IDS and theirs & _IDS) or mine == theirs for theirs in map(_members, below))
    return bool(below) and not alike


def _is_shown(reply: Reply, sent: Sequence[Json]) -> bool:
    """A payload is the very one that a sample sends."""
    return reply.body is not None and reply.body.payload.value in sent


def _is_another(reply: Reply, bodies: Sequence[Call], tables: Sequence[FieldTable]) -> bool:
    """A payload holds nothing but what a body that is sent holds, and what the tables list."""
    mine, sent = _members(reply), frozenset(name for each in bodies for name in _members(each))
    listed = {row.name for table in tables if _asks(table) for row in table.rows}
    return len(mine & sent) >= _TELLING and mine <= sent | listed and mine != sent


_IDS = frozenset(("id", "_id"))


def _members(reply: Reply | Call) -> frozenset[str]:
    """The names of a payload's members, or of what its one cover holds."""
    value: Json = reply.body.payload.value if reply.body else None
    inner = next(iter(value.values())) if isinstance(value, dict) and len(value) == 1 else None
    value = inner if isinstance(inner, dict) else value
    return frozenset(value) if isinstance(value, dict) else frozenset()


def _listed(reply: Reply, listed: set[str]) -> int:
    """How many members a payload has, as it is or within one cover, if they are the fields of the tables, or some of them, or more; else 0."""
    value: Json = reply.body.payload.value if reply.body else None
    names = list(value) if isinstance(value, dict) else []
    if len(names) == 1 and isinstance(value[names[0]], dict) and normal(names[0]) not in listed:
        names = list(value[names[0]])
    said = {normal(each) for each in names}
    return len(names) if said <= listed or (len(listed) > 1 and listed <= said and _IDS.isdisjoint(names)) else 0


def _as_sent(reply: Reply) -> Call:
    span = reply.body.span if reply.body else reply.span
    return Call("sample", None, explicit=False, url=BODY_ONLY, span=span, body=reply.body, caption=reply.caption)
