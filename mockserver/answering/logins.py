"""Credentials against a token: a Call that passed the contract comes in, the documented answer with a fresh token goes out."""

from __future__ import annotations

from collections.abc import Iterator

from contract.checks import ABSENT
from contract.spec import Json
from mockserver.answering.answers import answer
from mockserver.answering.problems import Reply
from mockserver.answering.samples import generated
from mockserver.api import Call
from mockserver.planning.covers import plain

_NAMES = ("email", "username", "login", "user", "userid", "name", "clientid", "account")


def login(call: Call) -> Reply:
    """Answer with a token that protected operations accept; any credentials will do, for no document lists them."""
    token = call.step.token
    assert token is not None
    with call.store.together():
        minted = call.maker.token(_subject(call.values.body) or call.user or "anonymous", call.api.spec.title)
        call.store.remember("token", minted, "bearer")
    if token.location == "header":
        return answer(call, ABSENT, {token.name: token.prefix + minted})
    variant = call.variant
    if variant is None or variant.media is None:
        kind = {"token_type": "bearer"} if token.name == "access_token" else {}  # RFC 6749, section 5.1
        return answer(call, {token.name: minted, **kind})
    value = variant.example if variant.example is not None else generated(call.api.spec, variant.media.schema, turn=1)
    return answer(call, _placed(value, token.name.split("."), minted))


def _placed(value: Json, way: list[str], minted: str) -> Json:
    copy = dict(value) if isinstance(value, dict) else {}
    copy[way[0]] = _placed(copy.get(way[0]), way[1:], minted) if way[1:] else minted
    return copy


def _subject(body: Json) -> str | None:
    """Who logs in: the first property that names somebody."""
    found = dict(_texts(body))
    return next((found[name] for name in _NAMES if name in found), None)


def _texts(body: Json) -> Iterator[tuple[str, str]]:
    if not isinstance(body, dict):
        return
    for name, value in body.items():
        if isinstance(value, str):
            yield plain(name), value
        yield from _texts(value)
