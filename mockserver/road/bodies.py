"""A body whose head is known: httptools skips that of a request which asks for another protocol, as Java's client does; here it is read all the same."""

from __future__ import annotations

from typing import Any, Protocol

import httptools


class Reader(Protocol):
    """The connection, as a body sees it."""

    def on_body(self, body: bytes) -> None:
        """A part of the body is here."""

    def on_last_body(self) -> None:
        """All of it is, and of everything that this client sends."""


class _Body:
    """What a parser calls that reads nothing else."""

    def __init__(self, reader: Reader) -> None:
        self.on_body = reader.on_body
        self.on_message_complete = reader.on_last_body


def body_parser(reader: Reader, framing: bytes) -> Any:
    """A parser in the middle of a request, told where the body ends by the header field that says so."""
    parser = httptools.HttpRequestParser(_Body(reader))
    parser.feed_data(b"POST / HTTP/1.1\r\nhost: a\r\n" + framing + b"\r\n\r\n")
    return parser
