"""Passwords and tokens that this mock was told or gave out: a Call comes in, a refusal or nothing goes out; of secrets only digests are kept.

Whoever is not known here is let in. Who registered here has the password that was sent then, until a request tells another; a token to ask
for others by is one that was given out, once there is any. Only what documents show can be refused: an answer for wrong credentials.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256

from contract.spec import Json
from mockserver.answering.callers import caller
from mockserver.answering.problems import Reply
from mockserver.answering.samples import generated
from mockserver.api import Call
from mockserver.planning.covers import plain
from mockserver.planning.evidence import is_placeholder, json_media, request_examples, segments

NAMES = ("email", "username", "login", "user", "userid", "name", "nickname", "phone", "clientid", "account")
"""What requests and records name somebody by, most telling first."""
REFRESH = ("refreshtoken", "refresh")
_PASSWORDS = ("password", "passwd", "pwd", "password1", "pin")
_NEW = ("newpassword", "newpassword1", "passwordnew", "newpasswd", "newpwd")
_LOGOUT = re.compile(r"log-?out|sign-?out|logoff", re.IGNORECASE)
_REFUSALS = ("401", "403", "400", "422")


def texts(body: Json) -> Iterator[tuple[str, str]]:
    """All texts and numbers of a body, by their plain names."""
    if not isinstance(body, dict):
        return
    for name, value in body.items():
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            yield plain(name), str(value)
        yield from texts(value)


def refused(call: Call, subject: str | None) -> Reply | None:
    """The documented refusal of a wrong password, or of a token that was never given out; None for all others."""
    statuses = {each.status for each in call.step.operation.responses}
    status = next((each for each in _REFUSALS if each in statuses), None)
    sent = dict(texts(call.values.body))
    if status is None or not (_is_wrong(call, subject, sent) or _is_unknown(call, sent)):
        return None
    return call.api.problems.documented(call.step.operation, int(status), "These credentials are not known.")


def _is_wrong(call: Call, subject: str | None, sent: dict[str, str]) -> bool:
    told = next((sent[each] for each in _PASSWORDS if each in sent), None)
    known = call.store.fact("password", subject) if subject and not call.store.fact("password reset", "") else None
    return told is not None and bool(known) and known != _digest(told) and told not in _shown(call, _PASSWORDS)


def _is_unknown(call: Call, sent: dict[str, str]) -> bool:
    told = next((sent[each] for each in REFRESH if each in sent), None)
    if told is None or not call.store.fact("refresh", ""):
        return False
    return not call.store.fact("refresh", told) and told not in _shown(call, REFRESH)


def _shown(call: Call, names: Iterable[str]) -> set[str]:
    """What documented requests have under some names."""
    body = call.step.operation.body
    media = json_media(body.content) if body else None
    bodies = [value for _, value in request_examples(call.step.operation)]
    bodies += [generated(call.api.spec, media.schema, turn=1)] if media else []
    return {value for each in bodies for name, value in texts(each) if name in names and value != "string"}


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def registered(call: Call, record: Json) -> None:
    """Remember the password that somebody registers with, under all that names them."""
    sent = dict(texts(call.values.body))
    told = next((sent[each] for each in _PASSWORDS if each in sent), None)
    for name, value in (*texts(record), *sent.items()) if told is not None else ():
        if name in NAMES:
            call.store.remember("password", value, _digest(str(told)))


def retold(call: Call, shown: Json) -> None:
    """Remember a password that a request tells anew: of the account it changes or makes, else of whoever asks; of nobody in particular, any will do from then on."""
    sent = dict(texts(call.values.body))
    new = next((sent[each] for each in (*_NEW, *_PASSWORDS) if each in sent), None)
    if new is None:
        return
    of_account = call.step.resource is not None and call.step.resource.shape in call.api.accounts
    if of_account and isinstance(shown, dict):
        names = [value for name, value in texts(shown) if name in NAMES]
    elif any(each in sent for each in _NEW) or "password" in call.step.operation.path.lower():
        names = [value for name, value in sent.items() if name in NAMES] or [*filter(None, [caller(call)])]
    else:
        return
    for each in names:
        call.store.remember("password", each, _digest(new))
    if not names:
        call.store.remember("password reset", "", "yes")


def logged_out(call: Call) -> None:
    """Let the token of a request be good no longer, where its path ends with a logout."""
    static = [each for each in segments(call.step.operation.path) if not is_placeholder(each)]
    if not static or not _LOGOUT.fullmatch(static[-1]):
        return
    token = (call.user or call.headers.get("authorization", "")).rpartition(" ")[2]
    with call.store.together():
        if token and call.store.fact("token", token):
            call.store.remember("token", token, "")
        for name, value in texts(call.values.body):
            if name in REFRESH and call.store.fact("refresh", value):
                call.store.remember("refresh", value, "")
