"""The API that the documents describe: frozen records, each with the place that says so; no format, no framework.

`resolve` makes an Api, `openapi` writes it down. Payloads and field rows are kept as found, so that
schemas are made from everything at once.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from doc_parser.evidence import FieldRow, Json, Scheme, Shown, Sure
from doc_parser.readers.outcomes import FAILED
from doc_parser.source import Span
from doc_parser.url import Url

Location = Literal["path", "query", "header"]


class Example(Struct, frozen=True):
    """A payload with the name that pairs requests and answers (`with-callback`)."""

    name: str
    shown: Shown


class PlacedField(Struct, frozen=True):
    """A documented field with its place in a body."""

    path: tuple[str, ...]
    """Names from the top of the body; `*` steps into the items of an array."""
    row: FieldRow


class Parameter(Struct, frozen=True):
    """A path, query or header parameter."""

    name: str
    location: Location
    span: Span
    sure: Sure
    row: FieldRow | None = None
    examples: tuple[Json, ...] = ()


class Body(Struct, frozen=True):
    """A request body."""

    media_type: str
    examples: tuple[Example, ...]
    fields: tuple[PlacedField, ...]
    span: Span
    sure: Sure = "stated"
    """How sure the media type is: a form that only samples show may be no more than what curl makes of `-d`."""


class Header(Struct, frozen=True):
    """A response header."""

    name: str
    span: Span
    example: str = ""


class Response(Struct, frozen=True):
    """A documented answer."""

    status: int
    description: str
    span: Span
    sure: Sure
    media_type: str = "application/json"
    examples: tuple[Example, ...] = ()
    headers: tuple[Header, ...] = ()
    fields: tuple[PlacedField, ...] = ()

    @property
    def succeeds(self) -> bool:
        """The request was done (RFC 9110, section 15.3), not redirected and not refused."""
        return self.status < _REDIRECTED

    @property
    def fails(self) -> bool:
        """The client or the server is at fault (RFC 9110, sections 15.5 and 15.6)."""
        return self.status >= FAILED


_REDIRECTED = 300


class Callback(Struct, frozen=True):
    """A request that the service sends, to an address that the client gave in its own request."""

    name: str
    pointer: tuple[str, ...]
    """Where in the request body the address stands."""
    method: str
    examples: tuple[Example, ...]
    span: Span


class Conflict(Struct, frozen=True):
    """A method and path that another place of the documents gives for the same operation."""

    method: str
    url: Url
    span: Span


class Operation(Struct, frozen=True):
    """One method of one path, with all that the documents say of it."""

    method: str
    url: Url
    title: str
    chapter: str
    description: str
    span: Span
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    responses: tuple[Response, ...] = ()
    callbacks: tuple[Callback, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    public: bool = False
    """Needs no credentials: the credential comes from here."""
    token_header: Span | None = None
    """Where the documents say that the credential comes back in a response header."""
    paged: bool = False
    """Its section speaks of pages."""

    @property
    def key(self) -> str:
        """`METHOD /path`."""
        return f"{self.method} {self.url.path}"


class Api(Struct, frozen=True):
    """A whole API."""

    title: str
    origin: str
    """`https://host`, empty where the documents name none."""
    operations: tuple[Operation, ...]
    schemes: tuple[Scheme, ...]
    security: tuple[tuple[str, ...], ...]
    """Alternatives: keys of schemes that are asked for together."""
    span: Span
    description: str = ""
    common: tuple[Response, ...] = ()
    """Answers that a chapter documents for all operations."""
    errors: tuple[Example, ...] = ()
    """Bodies that a chapter shows of errors whose status it does not tell."""
    chapters: tuple[tuple[str, str], ...] = field(default=())
    """Chapter titles in reading order, with the prose that opens them."""
