"""New records: a Call that sends one or several comes in, they are stored, and a Reply that shows them goes out."""

from __future__ import annotations

import msgspec
from msgspec import structs

from contract.checks import ABSENT
from contract.spec import Json
from mockserver.answering.answers import answer
from mockserver.answering.defaults import with_defaults
from mockserver.answering.inside import numbered
from mockserver.answering.items import told_apart, whole_item
from mockserver.answering.making import completed, created, plainly_created, slugged, told
from mockserver.answering.patterns import Pattern, pattern
from mockserver.answering.problems import Reply
from mockserver.answering.records import (
    Record,
    found,
    identity_of,
    location_of,
    missing,
    parent_of,
    parents_exist,
    resource_of,
    write,
)
from mockserver.answering.samples import generated
from mockserver.answering.sending import sent_record
from mockserver.answering.uploads import file_told
from mockserver.answering.wrapping import inside, record_reply, wrapped
from mockserver.api import Call
from mockserver.planning.covers import ID_NAMES, at, covered, plain
from mockserver.planning.evidence import is_named_after, json_media, last_word, singular
from mockserver.planning.model import Resource
from mockserver.planning.naturals import UNIQUE
from mockserver.planning.owning import PEOPLE


class UndoneError(Exception):
    """A part of a change was refused, so all of it is undone."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply
        """What the client is told."""


def create(call: Call) -> Reply:
    """Make what a request sends a record, or each of the records that it sends; UndoneError where one of them is refused."""
    if call.step.resource and (call.step.resource.parents or call.step.above) and not parents_exist(call):
        return missing(call)
    many = _each_sent(call)
    call.maker.room.take(len(many) or 1)
    if not many:
        return _create_one(call)
    replies = [_create_one(structs.replace(call, values=structs.replace(call.values, body=each))) for each in many]
    if failed := next((each for each in replies if each.status >= _REFUSED), None):
        raise UndoneError(failed)
    if not call.step.many:
        return replies[-1]
    records = [inside(call, each.record) for each in replies]
    return answer(call, covered(records, call.step.way, call.variant.example if call.variant else None))


def copied(call: Call) -> Reply:
    """Make a copy of the record that the path names: what clients send of one is copied, what is sent now goes before it, the rest is made anew."""
    resource, record = resource_of(call), found(call)
    if record is None:
        return missing(call)
    own = {name: value for name, value in record.items() if name != resource.id_property and plain(name) not in _IDS}
    taken = {name: value for name, value in own.items() if name in resource.takes} or own
    values = structs.replace(call.values, body={**taken, **sent_record(call)})
    return create(structs.replace(call, segments=call.segments[: resource.shape.count("{}")], values=values))


def yielded(call: Call) -> Reply:
    """Make the records that the documented answer shows of another collection, under ids of their own; what it shows beside them stays."""
    resource, example = resource_of(call), call.variant.example if call.variant else None
    value = msgspec.json.decode(msgspec.json.encode(example))
    items = value.get(call.step.yields) if isinstance(value, dict) else None
    shown = [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []
    call.maker.room.take(len(shown))
    for each in shown:
        identity = call.maker.identity(resource, each, "")
        each[resource.id_property or ""] = identity
        call.store.put(resource.shape, "", str(identity), msgspec.json.encode({**resource.example, **each}))
    return answer(call, value if shown else ABSENT)


_IDS = frozenset(map(plain, ID_NAMES))
_REFUSED = 400


def _each_sent(call: Call) -> list[Record]:
    """The records of a body that is a list, or holds one named like the collection or its ids (`usernames`), and nothing else."""
    body, resource = call.values.body, resource_of(call)
    if isinstance(body, dict) and len(body) == 1:
        name, value = next(iter(body.items()))
        if name in resource.properties or not isinstance(value, list):
            return []
        key = next((each for each in pattern(call).keys if plain(each) in (plain(singular(name)), plain(name))), None)
        if key and all(isinstance(each, (str, int)) for each in value):
            return [{key: each} for each in value]
        if value and is_named_after(name, resource.shape) and all(isinstance(each, str) for each in value):
            told = [whole_item(call, name, frozenset(resource.properties), each) for each in value]
            return [each for each in told if isinstance(each, dict)]
        body = value if is_named_after(name, resource.shape) else None
    return body if isinstance(body, list) and all(isinstance(each, dict) for each in body) else []


def _create_one(call: Call) -> Reply:
    known, sent = pattern(call), with_defaults(call, call.values.body)
    if known.plain and isinstance(sent, dict) and known.plain.issuperset(sent):
        record, identity = plainly_created(call, known, sent)
    else:
        sent = with_defaults(call, {**file_told(call), **sent_record(call)})
        if name := _named_alike(call, sent):
            return _taken(call, name)
        record, identity = _made(call, known, sent)
        if _is_taken(call, known, sent, identity) and not identity_of(call):
            return _taken(call, identity)
    if known.shown_as_kept and known.shown_as_kept.is_valid(record):
        return _shown_as_kept(call, identity, record)
    return _shown_and_kept(call, known, sent, record, identity)


def _made(call: Call, known: Pattern, sent: Record) -> tuple[Record, str]:
    """The new record and its id."""
    resource, parent = resource_of(call), parent_of(call)
    record = told_apart(call, resource, slugged(call, told(resource, created(call, known, sent)), sent))
    record = numbered(call, resource, record, parent)
    made = resource.held_id(record)
    return record, str(made if made is not None else call.maker.identity(resource, record, parent))


def _shown_and_kept(call: Call, known: Pattern, sent: Record, record: Record, identity: str) -> Reply:
    """Show what the documented answer shows of a new record, and keep it with what the contract made of it."""
    full = not known.shown or known.shows_record(sent)
    shown = _named(resource_of(call), known, record if full else known.shown, identity)
    bare = None if call.step.shows_records else _bare(call, identity) or (wrapped(call, shown) if known.named else None)
    headers = location_of(call, identity)
    reply = record_reply(call, shown, headers) if bare is None else answer(call, bare, headers)
    answered = inside(call, reply.record) if call.step.shows_records and full else {}
    whole = record if answered == record else record | kept(known, record, answered)
    write(call, identity, completed(call, known, whole))
    return reply


def _bare(call: Call, identity: str) -> Json:
    """The id as an answer of which nothing else is described; None where it is no such answer."""
    variant = call.variant
    if variant is None or variant.media is None or variant.example is not None:
        return None
    schema = call.api.spec.resolve(variant.media.schema)
    kind, form = (schema.get("type"), schema.get("format")) if isinstance(schema, dict) else (None, None)
    if kind in ("integer", "number") and identity.isdecimal():
        return int(identity)
    return identity if kind == "string" and form == "uuid" else None


def _shown_as_kept(call: Call, identity: str, record: Record) -> Reply:
    """Keep a record that is whole as it is, and show it."""
    variant, body = call.variant, msgspec.json.encode(record)
    assert variant is not None
    call.store.put(resource_of(call).shape, parent_of(call), identity, body)
    headers = (("content-type", variant.content_type), *(location_of(call, identity) or {}).items())
    return Reply(variant.status, body, headers, record)


def _is_taken(call: Call, known: Pattern, sent: Record, identity: str) -> bool:
    """Another record has the id that the client chose; the documented request goes on to work, though its record is there.

    Who joins twice is still there once.
    """
    keys = [name for name in known.keys if str(sent.get(name)) == identity]
    inside = resource_of(call).id_way
    if not (keys or (inside and str(at(sent, inside)) == identity)) or call.step.joins:
        return False
    if call.store.get(resource_of(call).shape, parent_of(call), identity) is None:
        return False
    example = at(documented_request(call), call.step.sent_way)
    return not (isinstance(example, dict) and any(str(example.get(name)) == identity for name in keys))


def _named_alike(call: Call, sent: Record) -> str:
    """A name that is sent and that only one record may have, where another has it and the documents speak of such a conflict; documented requests go on to work."""
    resource = resource_of(call)
    own = plain(singular(last_word(resource.shape)))
    sole = (*_SOLE, "email") if own in (*PEOPLE, "contact", "subscriber", "employee", "student") else _SOLE
    known = (each for each in (*resource.natural, *resource.takes) if plain(each) in UNIQUE)
    names = [each for each in dict.fromkeys(known) if each in resource.natural or plain(each) in sole]
    names = [each for each in names if isinstance(sent.get(each), str)]
    if not names or call.step.joins or not any(each.status == "409" for each in call.step.operation.responses):
        return ""
    documented = at(documented_request(call), call.step.sent_way)
    shown = documented if isinstance(documented, dict) else {}
    wanted = [(each, sent[each]) for each in names if shown.get(each) != sent[each]]
    bodies = call.store.bodies(resource.shape, parent_of(call)) if wanted else ()
    held = [msgspec.json.decode(each) for each in bodies]
    return next((value for name, value in wanted if any(each.get(name) == value for each in held)), "")


_SOLE = ("login", "username", "handle", "slug", "sku")
"""Of what no two records have the same, what names nothing else by chance."""


def documented_request(call: Call) -> Json:
    """The documented request; where no example shows it whole, what its properties show."""
    if call.variant and call.variant.sent:
        return call.variant.sent
    media = json_media(call.step.operation.body.content) if call.step.operation.body else None
    return generated(call.api.spec, media.schema, turn=1) if media else None


def _taken(call: Call, identity: str) -> Reply:
    """409, documented or not: the request is a good one, and only the state is against it (RFC 9110, section 15.5.10)."""
    return call.api.problems.documented(call.step.operation, 409, f"{identity} is there already.")


def kept(known: Pattern, record: Record, answered: Record) -> Record:
    """What the contract made of a new record that belongs to it."""
    if not answered:
        return {}
    names = known.ids - {*map(plain, record)}
    return {
        name: each for name, each in answered.items() if plain(name) not in names and _agrees(each, record.get(name))
    }


def _agrees(answered: Json, sent: Json) -> bool:
    """What the contract made of a value is the same value, or was not sent at all."""
    if sent is None or answered == sent or isinstance(answered, (dict, list)):
        return True
    return str(answered).casefold() == str(sent).casefold()


def _named(resource: Resource, known: Pattern, record: Record, identity: str) -> Record:
    """What an answer tells of a new record: its id under every name that the documents use for it."""
    names = known.named if record is known.shown else [name for name in known.named if name not in record]
    if not names:
        return record
    own = record.get(resource.id_property or "", identity)
    own = (
        own
        if str(own) == identity
        else int(identity)
        if resource.id_style == "integer" and identity.isdecimal()
        else identity
    )
    return {**record, **dict.fromkeys(names, own)}
