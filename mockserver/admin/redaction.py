"""Secrets in exchanges: headers, queries and bodies come in as they were sent, go out fit to be shown; the shape of what is shown stays.

Hidden are credentials in headers, the keys that the contract's security schemes name, and whatever stands
under a name like `password`. What a request hides is hidden in its answer and in what is said about it, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote_plus

import msgspec

from contract.spec import Json
from mockserver.api import Api
from mockserver.planning.covers import plain

REDACTED = "[redacted]"

_HEADERS = frozenset(
    ("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key", "x-auth-token")
)
_SCHEME = re.compile(r"(Basic|Bearer|Digest|Token|ApiKey) ", re.IGNORECASE)
_LIKE = ("password", "passwd", "passphrase", "secret", "token", "apikey", "privatekey", "credential")
_SHORTEST = 6
"""A shorter secret is a part of any text and is hidden between quotes only."""
_IN_TEXT = re.compile(r'"((?:[^"\\]|\\.){1,80})"(\s*:\s*)(?:"((?:[^"\\]|\\.)*)"?|(-?[\d.]+))')
"""A property of JSON that is broken or cut off."""
_IN_FORM = re.compile(
    r'(name="([^"\r\n]{0,80})"[^\r\n]{0,200}(?:\r?\n[^\r\n]{1,200}){0,4}\r?\n\r?\n)(.*?)(?=\r?\n--|\Z)', re.DOTALL
)
"""A field of multipart/form-data; bounded, so that a hostile body costs its length."""


class Redaction:
    """What is secret in the exchanges of some contracts."""

    def __init__(self, apis: Iterable[Api]) -> None:
        schemes = [scheme for api in apis for scheme in api.spec.security_schemes.values()]
        tokens = [step.token for api in apis for step in api.plan.steps if step.token]
        names = {str(each["name"]) for each in schemes if each.get("type") == "apiKey" and "name" in each}
        names |= {part for each in tokens for part in each.name.split(".")[-1:]}
        self._headers = _HEADERS | {name.lower() for name in names}
        self._names = frozenset(map(plain, names))

    def headers(self, raw: Iterable[tuple[bytes, bytes]]) -> dict[str, Json]:
        """Header lines by lower-case name, a list where there are several; of credentials their scheme is left."""
        shown: dict[str, Json] = {}
        for key, line in raw:
            name, value = key.decode("latin-1").lower(), line.decode("latin-1")
            if name in self._headers:
                scheme = _SCHEME.match(value)
                value = f"{scheme[0]}{REDACTED}" if scheme else REDACTED
            before = shown.get(name)
            shown[name] = value if before is None else [*(before if isinstance(before, list) else [before]), value]
        return shown

    def query(self, text: str) -> str:
        """A query or a form; every pair keeps its place."""
        return "&".join(self._pair(each) for each in text.split("&"))

    def body(self, raw: bytes, content_type: str) -> Json:
        """A body as JSON where it is JSON, else as text."""
        try:
            return self.value(msgspec.json.decode(raw))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            text = raw.decode("utf-8", "replace")
        if "form-urlencoded" in content_type:
            return self.query(text)
        if "multipart" in content_type:
            return _IN_FORM.sub(lambda found: found[1] + (REDACTED if self._hides(found[2]) else found[3]), text)
        return _IN_TEXT.sub(self._property, text)

    def value(self, value: Json, *, hidden: bool = False) -> Json:
        """A JSON value; below a secret name every text and number is hidden."""
        if isinstance(value, dict):
            return {name: self.value(each, hidden=hidden or self._hides(name)) for name, each in value.items()}
        if isinstance(value, list):
            return [self.value(each, hidden=hidden) for each in value]
        return REDACTED if hidden and value is not None and not isinstance(value, bool) else value

    def secrets(self, body: bytes | None, headers: Iterable[tuple[bytes, bytes]]) -> frozenset[str]:
        """The values that a request hides, as they might be told again."""
        found = {
            line.decode("latin-1").partition(" ")[2] or line.decode("latin-1")
            for name, line in headers
            if name.decode("latin-1").lower() in self._headers
        }
        if body:
            try:
                self._collect(msgspec.json.decode(body), found, hidden=False)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                text = body.decode("utf-8", "replace")
                found |= {each[3] or "" for each in _IN_TEXT.finditer(text) if self._hides(each[1])}
                found |= {each[3] for each in _IN_FORM.finditer(text) if self._hides(each[2])}
                pairs = [pair.partition("=") for pair in text.split("&")]
                found |= {unquote_plus(value) for name, _, value in pairs if self._hides(unquote_plus(name))}
        return frozenset(found) - {""}

    def _collect(self, value: Json, found: set[str], *, hidden: bool) -> None:
        for name, each in value.items() if isinstance(value, dict) else ():
            self._collect(each, found, hidden=hidden or self._hides(name))
        for each in value if isinstance(value, list) else ():
            self._collect(each, found, hidden=hidden)
        if hidden and isinstance(value, str):
            found.add(value)

    def _hides(self, name: str) -> bool:
        named = plain(name)
        return named in self._names or any(each in named for each in _LIKE)

    def _pair(self, pair: str) -> str:
        name, equals, _ = pair.partition("=")
        return f"{name}={REDACTED}" if equals and self._hides(unquote_plus(name)) else pair

    def _property(self, found: re.Match[str]) -> str:
        return f'"{found[1]}"{found[2]}"{REDACTED}"' if self._hides(found[1]) else found[0]


def hidden(value: Json, secrets: frozenset[str]) -> Json:
    """A value without the secrets told again in its texts."""
    if isinstance(value, Mapping):
        return {name: hidden(each, secrets) for name, each in value.items()}
    if isinstance(value, list):
        return [hidden(each, secrets) for each in value]
    if not isinstance(value, str):
        return value
    for each in secrets:
        value = value.replace(f'"{each}"', f'"{REDACTED}"')
        if len(each) >= _SHORTEST:
            value = value.replace(each, REDACTED)
        elif value == each:
            value = REDACTED
    return value
