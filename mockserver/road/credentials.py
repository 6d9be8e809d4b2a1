"""Who may call: the security schemes of a Spec come in, functions that judge a request's credentials go out.

A mock knows no accounts, so any well-formed credentials are good, except those that call themselves
invalid (they hold the word `invalid`): with these a client can see what a refusal looks like. A token that was logged out is good no longer.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie
from typing import Any

from contract.spec import Json, Operation, Spec
from mockserver.planning.covers import at
from mockserver.planning.evidence import header_example, json_media, successes
from mockserver.planning.signs import token
from mockserver.sessions.sessions import SESSION
from mockserver.state.store import Store

_JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")

Verify = Callable[[Any], str | None]
"""What is asked in (`headers` by lower-case name, `query_params`), who calls out; None where no such credentials came. RefusedError for those that are no good."""


class RefusedError(Exception):
    """Credentials came, but they are not good; the message says why."""


def verifiers(spec: Spec, store: Store) -> dict[str, Verify]:
    """A judge for each security scheme, by its name."""
    known = frozenset(_documented(spec))
    mints = any(token(spec, each) for each in spec.operations)
    return {name: _verifier(scheme, store, known, mints=mints) for name, scheme in spec.security_schemes.items()}


def is_basic(spec: Spec, operation: Operation) -> bool:
    """Tell whether HTTP Basic alone lets in: no state has a say in who that is."""
    schemes = [spec.security_schemes.get(name, {}) for alternative in operation.security for name in alternative]
    return bool(schemes) and all(
        (each.get("type"), str(each.get("scheme", "")).lower()) == ("http", "basic") for each in schemes
    )


def challenge(spec: Spec, operation: Operation) -> str:
    """The WWW-Authenticate header of a 401 (RFC 9110, section 11.6.1)."""
    realm = re.sub(r'["\\\r\n]', "", spec.title).encode("ascii", "replace").decode()
    names = dict.fromkeys(name for alternative in operation.security for name in alternative)
    told = []
    for name in names:
        scheme = spec.security_schemes.get(name, {})
        match scheme.get("type"), str(scheme.get("scheme", "")).lower():
            case "http", "basic":
                told.append(f'Basic realm="{realm}", charset="UTF-8"')
            case "http", other if other != "bearer":
                told.append(f'{scheme["scheme"]} realm="{realm}"')
            case "apiKey", _:
                told.append(f'ApiKey realm="{realm}", in="{scheme.get("in")}", name="{scheme.get("name")}"')
            case _:
                told.append(f'Bearer realm="{realm}"')
    return ", ".join(dict.fromkeys(told)) or f'Bearer realm="{realm}"'


def _documented(spec: Spec) -> Iterator[str]:
    """Tokens and keys that the documents show."""
    for scheme in spec.security_schemes.values():
        yield from (str(scheme[key]) for key in ("example", "x-example", "x-doc-example") if key in scheme)
    for operation in spec.operations:
        found = token(spec, operation)
        if found and found.location == "body":
            yield from _in_bodies(operation, tuple(found.name.split(".")))
        for response in successes(operation) if found and found.location == "header" else ():
            example = header_example(response.headers.get(found.name, {})) if found else None
            if isinstance(example, str):
                yield example.removeprefix(found.prefix if found else "")


def _in_bodies(operation: Operation, way: tuple[str, ...]) -> Iterator[str]:
    """The tokens in the documented answers of a login."""
    for response in successes(operation):
        media = json_media(response.content)
        shown = (at(each.value, way) for each in media.examples) if media else ()
        yield from (each for each in shown if isinstance(each, str))


def _verifier(scheme: Mapping[str, Json], store: Store, known: frozenset[str], *, mints: bool) -> Verify:
    def accepts(request: Any, value: str) -> bool:
        own = store.of(request.headers.get(SESSION, ""))
        return value in known or bool(own.fact("token", value))

    def is_over(request: Any, value: str) -> bool:
        return store.of(request.headers.get(SESSION, "")).fact("token", value) == ""

    if scheme.get("type") == "apiKey":
        strict = mints or bool(known & {str(scheme.get("example")), str(scheme.get("x-example"))})
        return lambda request: _key(
            request, scheme, lambda value: accepts(request, value) or (not strict and not is_over(request, value))
        )
    match scheme.get("type"), str(scheme.get("scheme", "")).lower():
        case "http", "basic":
            return _basic
        case "http", other if other != "bearer":
            return lambda request: _authorization(request, other, lambda _: True)
        case "mutualTLS", _:
            return lambda _: "certificate"  # whoever ends the TLS connection has checked it
    jwt_only = mints or str(scheme.get("bearerFormat", "")).upper() == "JWT"
    return lambda request: _authorization(
        request,
        "bearer",
        lambda value: (
            accepts(request, value) or ((bool(_JWT.fullmatch(value)) or not jwt_only) and not is_over(request, value))
        ),
    )


def _basic(request: Any) -> str | None:
    return _user(request.headers.get("authorization", ""))


@lru_cache(maxsize=256)
def _user(authorization: str) -> str | None:
    """HTTP Basic with a user that is not empty (RFC 7617); the password may be."""
    kind, _, text = authorization.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        user, colon, password = binascii.a2b_base64(text.strip(), strict_mode=True).decode().partition(":")
    except ValueError as error:  # no Base64, no ASCII, no UTF-8
        raise RefusedError("The Basic credentials are not Base64 of user:password in UTF-8.") from error
    if not user or not colon or _says_invalid(user) or _says_invalid(password):
        raise RefusedError("The Basic credentials name no user, or call themselves invalid.")
    return user


def _authorization(request: Any, scheme: str, accepts: Callable[[str], bool]) -> str | None:
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    value = str(value).strip()
    if kind.lower() != scheme:
        return None
    if not value or _says_invalid(value) or not accepts(value):
        raise RefusedError("The token is none that this API gives out; log in for one.")
    return value


def _key(request: Any, scheme: Mapping[str, Json], accepts: Callable[[str], bool]) -> str | None:
    """An API key in a header, the query or a cookie (OpenAPI 3.0.3, section 4.7.27); a word may stand before it where a scheme has one (`Token`)."""
    name, place = str(scheme.get("name")), scheme.get("in")
    if place == "query":
        values = request.query_params.getlist(name)
        value = str(values[0]) if len(values) == 1 else None
    elif place == "cookie":
        value = _cookie(request.headers.get("cookie", ""), name)
    else:
        value = request.headers.get(name.lower())
    if value is None:
        return None
    known = value and (accepts(value) or (name.lower() == "authorization" and accepts(value.rpartition(" ")[2])))
    if not value or _says_invalid(value) or not known:
        raise RefusedError(f"The key in {name} is none that this API gives out.")
    return value


def _cookie(header: str, name: str) -> str | None:
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return None
    return found.value if found else None


def _says_invalid(value: str) -> bool:
    return "invalid" in value.lower()
