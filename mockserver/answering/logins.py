"""Credentials against a token: a Call that passed the contract comes in, the documented answer with a fresh token goes out; who logs in is who asks from then on.

Any credentials will do, for no document lists them, but those of who registered here. Accounts are records of the collection that the plan found for them, else
they are remembered beside it.
"""

from __future__ import annotations

from hashlib import sha256

import msgspec

from contract.checks import ABSENT
from contract.spec import Json
from mockserver.answering.answers import answer
from mockserver.answering.callers import caller
from mockserver.answering.creating import create
from mockserver.answering.problems import Reply
from mockserver.answering.records import Record
from mockserver.answering.samples import generated
from mockserver.answering.secrets import NAMES, REFRESH, refused, registered, texts
from mockserver.answering.shapes import record_schemas
from mockserver.api import Call
from mockserver.planning.covers import ID_NAMES, Way, at, covered, plain, properties_of
from mockserver.planning.evidence import last_word, singular
from mockserver.planning.model import Account, Resource
from mockserver.planning.signs import SECRETS


def login(call: Call) -> Reply:
    """Answer a registration or a login with a token that protected operations accept, where one is documented, and with who has logged in."""
    body, step = call.values.body, call.step
    subject = _subject(body) or _refreshed(call, body) or call.user
    with call.store.together():
        if refusal := refused(call, subject):
            return refusal
        reply, account = _account(call, step.account, subject)
        if reply is not None and reply.status >= _REFUSED:
            return reply
        if step.account and step.account.registers:
            registered(call, account)
        value = _shown(call, account, _fields(body))
        for each in step.account.profiles if step.account else ():
            _show_profile(call, each, subject, account | _fields(body))
        return _with_token(call, value, subject)


_REFUSED = 400


def _account(call: Call, known: Account | None, subject: str | None) -> tuple[Reply | None, Record]:
    """What making an account answers, or nothing, and the account, if any is known."""
    fields = _fields(call.values.body)
    if known is None or not subject or plain(subject) == "anonymous":
        return None, {}
    if known.made is None:
        if remembered := call.store.fact("account", subject):
            return (_taken(call, subject) if known.registers else None), msgspec.json.decode(remembered)
        sample, shown = _sample_id(call), call.variant is not None and call.variant.example is not None
        fresh = known.registers or not shown  # else the documents show whom they let in
        account = {**fields, "id": call.maker.another("account", sample) if fresh else sample}
        for each in {subject, *(value for name, value in texts(fields) if name in NAMES)}:
            call.store.remember("account", each, msgspec.json.encode(account).decode())
        return None, account
    shape = known.made.resource.shape if known.made.resource else ""
    bodies = call.store.bodies(shape, "")
    found = next((each for each in map(msgspec.json.decode, bodies) if _is_of(each, subject)), None)
    if found is not None:
        return (_taken(call, subject) if known.registers else None), found
    if not (known.registers or not bodies) or not fields:
        return None, {}
    values = msgspec.structs.replace(call.values, body=_bare(call.values.body))
    reply = create(msgspec.structs.replace(call, step=known.made, values=values, variant=None))
    made = (each for each in map(msgspec.json.decode, reversed(call.store.bodies(shape, ""))) if _is_of(each, subject))
    return reply, next(made, fields)


def _sample_id(call: Call) -> Json:
    """What the answer has for an id; else a number."""
    value = _documented(call)
    shown = at(value, _way(value))
    ids = [shown[name] for name in ID_NAMES if name in shown] if isinstance(shown, dict) else []
    return next((each for each in ids if isinstance(each, (int, str))), 0)


def _taken(call: Call, subject: str) -> Reply | None:
    """409 where it is documented; the documented request goes on to work."""
    told = any(each.status == "409" for each in call.step.operation.responses)
    example = call.variant.sent if call.variant else None
    if not told or (example is not None and _subject(example) == subject):
        return None
    return call.api.problems.documented(call.step.operation, 409, f"{subject} is there already.")


def _is_of(record: Record, subject: str) -> bool:
    return any(plain(name) in NAMES and str(value) == subject for name, value in record.items())


def _bare(body: Json) -> Json:
    """What was sent, without secrets."""
    if not isinstance(body, dict):
        return body
    return {name: _bare(value) for name, value in body.items() if not _is_secret(name)}


def _fields(body: Json) -> Record:
    """What credentials tell of an account: all but secrets, at the top or below the one cover there is."""
    if not isinstance(body, dict):
        return {}
    inner = next(iter(body.values())) if len(body) == 1 else None
    known = inner if isinstance(inner, dict) else body
    return {name: value for name, value in known.items() if not _is_secret(name)}


def _is_secret(name: str) -> bool:
    return plain(name) in SECRETS or "password" in plain(name) or plain(name) in ("granttype", "clientid", "scope")


def _shown(call: Call, account: Record, sent: Record) -> Json:
    """The documented answer, with the account where it shows one."""
    value = _documented(call)
    made = call.step.account.made if call.step.account else None
    way = call.step.way if made else _way(value)
    shown, known = at(value, way), {plain(name): each for name, each in {**sent, **account}.items()}
    if not isinstance(shown, dict):
        return value
    if made and made.resource and made.resource.id_property in account:
        identity = account[made.resource.id_property]
        known.update(dict.fromkeys((plain(singular(last_word(made.resource.shape))) + "id", "userid"), identity))
    own = {name: known[plain(name)] for name in shown if plain(name) in known}
    return covered({**shown, **own}, way, value) if way else {**shown, **own}


def _way(value: Json) -> Way:
    """Where an answer shows an account, the outermost that there is."""
    level: list[tuple[Way, Json]] = [((), value)]
    while level:
        objects = [(way, each) for way, each in level if isinstance(each, dict)]
        for way, each in objects:
            if any(plain(name) in NAMES for name, one in each.items() if isinstance(one, (str, int))):
                return way
        level = [((*way, name), inner) for way, each in objects for name, inner in each.items()]
    return ()


def _documented(call: Call) -> Json:
    """What the documents show of the answer, else what they describe; ABSENT where they do neither."""
    variant = call.variant
    if variant is None or variant.media is None:
        return ABSENT
    return variant.example if variant.example is not None else generated(call.api.spec, variant.media.schema, turn=1)


def _show_profile(call: Call, profile: Resource, subject: str | None, account: Record) -> None:
    """Let a document show who has logged in; who does so again finds what was changed since."""
    if not subject or call.store.fact("profile", profile.shape) == subject:
        return
    before = call.store.get(profile.shape, "", "")
    schema: Json = next(iter(record_schemas(call.api, profile)), {})
    shown = msgspec.json.decode(before) if before else generated(call.api.spec, schema, turn=1)
    known = {plain(name): value for name, value in account.items()}
    own = {name: known[plain(name)] for name in profile.properties if plain(name) in known}
    call.store.put(profile.shape, "", "", msgspec.json.encode({**shown, **own}))
    call.store.remember("profile", profile.shape, subject)


def _with_token(call: Call, value: Json, subject: str | None) -> Reply:
    token, maker = call.step.token, call.maker
    if token is None:
        return answer(call, value)
    minted = _fitting(call, maker.token(subject or "anonymous", call.api.spec.title))
    call.store.remember("token", minted, subject or "bearer")
    if token.location == "header":
        return answer(call, value, {token.name: token.prefix + minted})
    if value is ABSENT:
        kind = {"token_type": "bearer"} if token.name == "access_token" else {}  # RFC 6749, section 5.1
        return answer(call, {token.name: minted, **kind})
    return answer(call, _placed(_renewed(call, value, subject), token.name.split("."), minted))


def _fitting(call: Call, minted: str) -> str:
    """A token that is no longer than the documents allow; forty digits then tell as much."""
    media = call.variant.media if call.variant else None
    schema: Json = media.schema if media else None
    for name in call.step.token.name.split(".") if call.step.token else ():
        schema = properties_of(call.api.spec, schema).get(name)
    resolved = call.api.spec.resolve(schema)
    most = resolved.get("maxLength") if isinstance(resolved, dict) else None
    return minted if most is None or len(minted) <= most else sha256(minted.encode()).hexdigest()[: min(most, _SHORT)]


_SHORT = 40


def _renewed(call: Call, value: Json, subject: str | None) -> Json:
    """An answer with a token to ask for others by, if it shows one."""
    if not isinstance(value, dict):
        return value
    made = dict(value)
    for name, each in value.items():
        if plain(name) in REFRESH and isinstance(each, str):
            made[name] = call.maker.token(f"refresh {subject or ''}".strip(), call.api.spec.title)
            call.store.remember("refresh", made[name], subject or "anonymous")
            call.store.remember("refresh", "", "given out")
    return made


def _refreshed(call: Call, body: Json) -> str | None:
    """Who was given the token to ask for others by."""
    values = (each for name, each in texts(body) if name in REFRESH)
    return next((known for each in values if (known := call.store.fact("refresh", each))), None) or caller(call)


def _placed(value: Json, way: list[str], minted: str) -> Json:
    copy = dict(value) if isinstance(value, dict) else {}
    copy[way[0]] = _placed(copy.get(way[0]), way[1:], minted) if way[1:] else minted
    return copy


def _subject(body: Json) -> str | None:
    """Who logs in: the first property that names somebody."""
    found = dict(texts(body))
    return next((found[name] for name in NAMES if name in found), None)
