"""What an operation is sent: its Calls come in, request examples, a Body and callbacks go out; of many payloads the first forty stay.

Two languages that send differently built bodies for one case disagree; other values are another example.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from doc_parser import fields
from doc_parser.answers import MANY, unused
from doc_parser.evidence import Call, Flaw, Json, Reply, Shown
from doc_parser.model import Body, Callback, Example
from doc_parser.readers import words


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


def request_body(calls: Sequence[Call], examples: tuple[Example, ...], placed: fields.Placed) -> Body | None:
    """The body that samples send and tables list; None where neither does."""
    if not examples and not placed.body:
        return None
    span = examples[0].shown.span if examples else placed.body[0].row.span
    form = bool(examples) and examples[0].shown.form
    default = "application/x-www-form-urlencoded" if form else "application/json"
    if form and any(_is_upload(each.shown.payload.value) for each in examples):
        default = "multipart/form-data"
    said = (value for call in calls if call.body for name, value in call.headers if name.lower() == "content-type")
    media_type = next(
        (each.partition(";")[0].strip().lower() for each in said if re.fullmatch(r"[\w.+-]+/[\w.+-]+.*", each)), default
    )
    return Body(media_type, examples, tuple(placed.body), span)


def _is_upload(value: Json) -> bool:
    """`curl -F file=@photo.jpg` sends a file (RFC 7578)."""
    values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(each.startswith("@") if isinstance(each, str) else _is_upload(each) for each in values)


def callback(call: Call, pointer: tuple[str, ...]) -> Callback:
    """A request that the service sends to the address at `pointer` of the request body."""
    examples = (Example("example", call.body),) if call.body else ()
    return Callback(words.slug(pointer[-1]), pointer, call.method or "POST", examples, call.span)


def queried(call: Call, method: str) -> Call:
    """`-d name=value` of a request without a body is its query, whatever curl makes of it."""
    if method in ("GET", "HEAD") and call.body and call.body.form and isinstance(call.body.payload.value, dict):
        pairs = tuple((name, value) for name, value in call.body.payload.value.items() if isinstance(value, str))
        return replace(call, url=replace(call.url, query=(*call.url.query, *pairs)), body=None)
    return call
