"""What one client may take, and what is refused before it is a request: bounds and a request's target come in, a path and a query or a refusal go out.

A refusal at this level knows no contract; it is for clients that do not speak HTTP, or too much of it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may take."""

    head: int = 64 * 1024
    """Bytes of request line, header and trailer fields."""
    fields: int = 256
    """Header and trailer fields of a request."""
    ahead: int = 64 * 1024
    """Bytes of a body that are read before anybody asks for them."""
    waiting: int = 100
    """Requests that wait for the answer to an earlier one."""
    request: float = 30.0
    """Seconds from the first byte of a request to its last."""
    idle: float = 60.0
    """Seconds between two requests."""
    connections: int = 1000
    """Connections at once; where there are more, the one that has been silent for longest is closed."""


class UnreadableError(Exception):
    """What came is no request that the application could see; raised inside of the parser's callbacks, which ends the parsing."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def target(url: bytes) -> tuple[str, bytes]:
    """Path and query of a request's target (RFC 9112, section 3.2)."""
    path, _, query = url.partition(b"?")
    if not path.startswith(b"/") and path != b"*":
        scheme, mark, rest = path.partition(b"://")
        if not mark or scheme.lower() not in (b"http", b"https"):
            raise UnreadableError(400, "The target is neither a path nor an http(s) URL.")
        path = b"/" + rest.partition(b"/")[2]
    if not path.isascii() or not query.isascii():
        raise UnreadableError(400, "The target holds bytes that are not percent-encoded.")
    return path.decode("ascii"), query
