"""What the head of a request says: what a parser tells of it comes in, a Head goes out; the same bytes are not parsed twice.

A client repeats itself: the requests of a page, or of a test, differ in little but the body. Parsing a head costs as much
as looking its bytes up twenty times.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

import msgspec

from mockserver.road.limits import UnreadableError, target

HEADERS = "slatemock.headers"
"""Key of the request's headers, as text by lower-case name, in the ASGI scope; there from the first stage on."""

WAY = "slatemock.way"
"""Key of the Way in the ASGI scope, where the head came before and the connection goes on after the answer."""

MOST, _LONGEST = 1000, 4096
"""Heads that are remembered, and bytes of the longest."""
_MOST_MET = 10_000
"""Heads of which is known that they came."""
END = b"\r\n\r\n"
"""What stands between a head and a body."""

_CHUNKED = b"transfer-encoding: chunked"

Fields = list[tuple[bytes, bytes]]


class Way:
    """Stands for a head; what was found by it is known to who found it."""

    __slots__ = ()


class Head(msgspec.Struct, frozen=True, gc=False):
    """A request but for its body."""

    scope: dict[str, Any]
    """What an ASGI scope tells of it; shared by all requests with this head, so nobody changes what is in it."""
    length: int
    """Bytes of the body, as far as the head tells them."""
    framing: bytes
    """The field that tells where the body ends; empty where there is none."""
    expects: bool
    """The client waits for 100 before it sends the body (RFC 9110, section 10.1.1)."""
    keep_alive: bool
    upgrades: bool
    """It asks for another protocol, and its parser takes the body for that."""
    way: Way


def head_of(version: str, method: str, url: bytes, fields: Fields, *, keep_alive: bool, upgrades: bool) -> Head:
    """Read a request line and header fields, names in lower case. UnreadableError for what is no HTTP/1 request."""
    hosts, length, expects, framing = 0, 0, False, b""
    for name, value in fields:
        if name == b"host":
            hosts += 1
        elif name == b"content-length":
            length = int(value.lstrip(b"0 \t") or b"0")
            framing = b"content-length: " + value
        elif name == b"transfer-encoding":
            framing = _CHUNKED
        elif name == b"expect":
            expects = value.lower() == b"100-continue"
    if version not in ("1.0", "1.1") or (version == "1.1" and hosts != 1):
        raise UnreadableError(400, "A request is HTTP/1.1 and names one Host (RFC 9112, section 3.2).")
    path, query = target(url)
    scope = {
        "http_version": version,
        "method": method,
        "path": unquote(path) if "%" in path else path,
        "raw_path": path.encode("ascii"),
        "query_string": query,
        "headers": fields,
    }
    return Head(scope, length, framing, expects, keep_alive, upgrades, Way())


class Heads:
    """Heads that were read before, by their bytes."""

    def __init__(self) -> None:
        self._known: dict[bytes, Head] = {}
        self._met: set[int] = set()
        """Hashes of heads that came once: what never comes again is not worth keeping."""

    def of(self, told: bytes) -> Head | None:
        """The head that was read from these bytes before."""
        return self._known.get(told)

    def keep(self, told: bytes, head: Head) -> None:
        """Remember what was read from the bytes of a head, once they come again."""
        if len(told) > _LONGEST or head.upgrades or head.framing == _CHUNKED:
            return
        mark = hash(told)
        if mark not in self._met:
            if len(self._met) >= _MOST_MET:
                self._met.clear()
            self._met.add(mark)
            return
        if len(self._known) >= MOST:
            self._known.clear()
        head.scope[HEADERS] = texts(head.scope["headers"])
        if head.keep_alive and head.scope["http_version"] == "1.1":
            head.scope[WAY] = head.way
        self._known[told] = head


def texts(raw: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    """Header lines by name, in lower case as ASGI has it; repeated ones joined (RFC 9110, section 5.3)."""
    headers = {key.decode("latin-1"): line.decode("latin-1") for key, line in raw}
    if len(headers) < len(raw):
        for name in headers:
            headers[name] = ", ".join(line.decode("latin-1") for key, line in raw if key.decode("latin-1") == name)
    return headers
