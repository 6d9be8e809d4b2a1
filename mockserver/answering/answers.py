"""A value becomes an answer: the value and the documented success come in, a Reply that keeps the contract goes out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from contract.checks import ABSENT
from contract.spec import Json
from mockserver.answering.problems import Reply
from mockserver.answering.samples import conformed, generated
from mockserver.api import Call, embedded
from mockserver.planning.evidence import header_example
from mockserver.planning.variants import Variant


def answer(
    call: Call,
    value: Json = ABSENT,
    headers: Mapping[str, str] | None = None,
    variant: Variant | None = None,
    *,
    whole: Json = ABSENT,
) -> Reply:
    """Answer with a value in the documented shape; without a value, with the documented example.

    Of `whole` the value is a part: what the schema requires besides comes from there. Documented headers are sent with their documented values where `headers` does not give one.
    """
    variant = variant or call.variant
    if variant is None:
        if value is not ABSENT and call.step.operation.method != "DELETE":
            head = (("content-type", "application/json"), *(headers or {}).items())
            return Reply(200, msgspec.json.encode(value), head, value)
        return Reply(200 if call.step.operation.method != "DELETE" else 204, b"", tuple((headers or {}).items()))
    sent = {name.lower(): text for name, text in (headers or {}).items()}
    for name, header in variant.headers:
        if name not in sent and (text := _header(call, header)) is not None:
            sent[name] = text
    if variant.status in (204, 304) or (variant.media is None and value is ABSENT):
        return Reply(variant.status, b"", tuple(sent.items()), value if value is not ABSENT else None)
    if variant.media is None:  # nothing is said of the body, and a client that made a record wants to see it
        body = msgspec.json.encode(value)
        return Reply(variant.status, body, (("content-type", "application/json"), *sent.items()), value)
    body, shown = _body(call, variant, value, whole)
    return Reply(variant.status, body, (("content-type", variant.content_type), *sent.items()), shown)


def _body(call: Call, variant: Variant, value: Json, whole: Json) -> tuple[bytes, Json]:
    media = variant.media
    assert media is not None
    spec, compiled = call.api.spec, call.api.checks.answer_schema(media)
    if value is ABSENT:
        value = variant.example if variant.example is not None else described(call, media.schema)
    if not variant.is_json:
        return (value if isinstance(value, str) else msgspec.json.encode(value).decode()).encode(), value
    if call.step.operation.key in call.api.embedding:
        value = refreshed(call, value)
    if not compiled.is_valid(value):
        known = variant.example
        if whole is not ABSENT:
            known = conformed(spec, compiled, media.schema, whole, known, bears=call.api.checks.showing.bears)
        value = conformed(spec, compiled, media.schema, value, known, bears=call.api.checks.showing.bears)
    return msgspec.json.encode(value), value


def described(call: Call, schema: Json) -> Json:
    """All that a schema describes of an answer that nobody wrote down; an empty object where it says nothing, for a client expects none of the rest."""
    resolved = call.api.spec.resolve(schema)
    vague = isinstance(resolved, dict) and resolved.keys() <= {"title", "description"}
    return {} if vague else generated(call.api.spec, schema, turn=1)


def _header(call: Call, header: Json) -> str | None:
    """The documented value of a header, on the client's own host; None where there is none and none is required."""
    value = header_example(header)
    if value is None and header.get("required"):
        value = generated(call.api.spec, header.get("schema") or {})
    if value is None:
        return None
    text = _unwrapped(value) if isinstance(value, str) else msgspec.json.encode(value).decode()
    return relocated(call, text) if re.match(r"https?://", text) else _clean(text)


def _unwrapped(text: str) -> str:
    """A header value without the quotes that documents put around it; those of an entity tag stay."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def relocated(call: Call, url: str) -> str:
    """A documented URL on the host that the client used."""
    parts = urlsplit(url)
    return call.origin + parts.path + (f"?{parts.query}" if parts.query else "")


def _clean(text: str) -> str:
    """A header value may hold no line ends and must be Latin-1 (RFC 9110, section 5.5)."""
    return re.sub(r"[\r\n\0]+", " ", text).encode("latin-1", "replace").decode("latin-1")


def refreshed(call: Call, value: Json) -> Json:
    """Records inside of an answer as they are now: a record shown in two places is one."""
    value = msgspec.json.decode(msgspec.json.encode(value))
    for resource, record in embedded(value, call.api.named):
        local = resource.shape in call.api.around  # its ids may be those of one parent, which is kept as it is anyway
        found = None if local else call.store.find(resource.shape, str(record[resource.id_property or ""]))
        if found:
            now = msgspec.json.decode(found[1])
            record.update({name: now[name] for name in record if name in now})
    return value
