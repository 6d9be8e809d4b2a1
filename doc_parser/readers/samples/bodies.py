"""Bodies that samples send: what a sample's code gives comes in, the payload and what is wrong with it go out.

A form is told by its first field, JSON by its first character or its media type; whatever else is sent is no payload.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from doc_parser.document import Code
from doc_parser.evidence import Flaw, Json, Shown
from doc_parser.payload import NAMES_TYPE, Payload, Unreadable, payload
from doc_parser.readers.samples.sent import Sent


def body_of(code: Code, sent: Sent) -> tuple[Shown | None, Flaw | None]:
    """What a sample sends, and what is wrong with it; neither where it leaves open what it sends."""
    text = (sent.body or "").strip()
    if sent.body is None or not text or _STANDS_FOR_BODY.fullmatch(text):
        return None, None
    span = code.span.below(code.content.count("\n", 0, sent.body_at))
    if _FORM.match(text):
        return Shown(Payload(sent.body, _fields(text)), span, form=True), None
    if not _looks_like_json(sent):
        return None, None
    try:
        shown = Shown(payload(sent.body), span, form=sent.form)
    except Unreadable as error:
        if sent.body_is_code:
            return None, None  # what computes its values shows none
        place = span.below(sent.body.count("\n", 0, error.offset))
        return None, Flaw("unreadable-json", f"the request body is {error}", place)
    return shown, None if sent.body_is_code else broken(shown)


_FORM = re.compile(r"[\w.\[\]-]+=[^=]")


def _fields(text: str) -> dict[str, Json]:
    """The fields of an encoded form."""
    text = _BETWEEN.sub("&", text.strip())
    plain = text.replace("+", "%2B") if _BLANK.search(text) else _BEGINS_WITH_PLUS.sub("=%2B", text)
    return {name: _within(each) for name, each in nested(parse_qsl(plain, keep_blank_values=True)).items()}


_BETWEEN = re.compile(r"\s*&\s*|\s*\n\s*(?=[\w.\[\]-]+=)")
"""A form may be written on several lines, and a sign forgotten at the end of one."""
_BLANK = re.compile(r"[^&\s][ \t]+[^&\s]")
"""Whoever writes blanks as they are has encoded nothing, and means a plus (`phone=+45 12 34`)."""
_BEGINS_WITH_PLUS = re.compile(r"=\+(?=\d)")
"""Nobody means a blank in front of a number."""


def _within(field: Json) -> Json:
    """A field of a form holds what is no scalar as JSON (OpenAPI 3.0.3, section 4.7.15)."""
    if not isinstance(field, str) or field[:1] not in ("{", "["):
        return field
    try:
        read: Json = json.loads(field)
    except ValueError:
        return field
    return read


_STANDS_FOR_BODY = re.compile(
    r"\[(?!(?:true|false|null)\])[A-Za-z_][\w .-]*\]|<[^<>{}\"]*>|\{\{?\s*[A-Za-z_][\w .-]*\}?\}|\$\w+|\{\s*(?:\.{3}|…|\"[A-Za-z][\w .-]*\")\s*\}|\.{3}|…"
)
"""`-d '<JSON payload>'` leaves open what is sent; it may be shown further down."""


def _looks_like_json(sent: Sent) -> bool:
    """Told by its first character or by its media type; multipart messages and files are no payloads."""
    kind = next((value for name, value in sent.headers if name.lower() == "content-type"), "")
    return (sent.body or "").lstrip()[:1] in ("{", "[") or (
        "json" in kind.lower() and not (sent.body or "").startswith("@")
    )


def broken(shown: Shown) -> Flaw | None:
    """Report the first repair that a reader of the documents would stumble over.

    `...` is how people write "and so on", `<ID>` how they leave a place open, and a fragment without its
    braces illustrates a sentence.
    """
    for repair in shown.payload.repairs:
        if not _MILD.match(repair.message):
            return Flaw("broken-json", f"the payload is not JSON: {repair.message}", shown.place(repair.offset))
    return None


_FILLED_IN = r"(?:[A-Z][A-Z0-9]*_)+(?:ID|UUID|VALUE|NUMBER|KEY|TOKEN|NAME|CODE|HERE)"
"""Words in capitals that say what a reader is to put there (`BOAT_ID`)."""
_MILD = re.compile(
    rf"'\.\.\.|members without braces|'\w+' {NAMES_TYPE}|'(?:<[^<>]*>|\{{[^{{}}]*\}}|\$\w+|{_FILLED_IN})' stands without quotes"
)


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Read form fields with bracketed names (`user[tags][]=a`) into the structure they stand for."""
    fields: dict[str, Any] = {}
    for name, value in pairs:
        keys = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name) or [name]
        _put(fields, keys[:_DEEPEST], value)
    return fields


_DEEPEST = 8


def _put(holder: dict[str, Any], keys: list[str], value: str) -> None:
    key, rest = keys[0], keys[1:]
    if not rest:
        holder[key] = value
    elif rest[0] == "" or rest[0].isdecimal():
        before = holder.get(key)
        items: list[Any] = before if isinstance(before, list) else []
        holder[key] = items
        if len(rest) == 1:
            items.append(value)
        elif items and isinstance(items[-1], dict) and rest[1] not in items[-1]:
            _put(items[-1], rest[1:], value)
        else:
            items.append({})
            _put(items[-1], rest[1:], value)
    else:
        inner = holder.get(key)
        holder[key] = inner if isinstance(inner, dict) else {}
        _put(holder[key], rest, value)
