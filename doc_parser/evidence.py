"""What readers find: facts with the place that shows them; nothing here is a decision.

A reader looks at one Topic and yields Evidence. `resolve` weighs it. Evidence that loses becomes a
Diagnostic, never nothing.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from doc_parser.document import Section
from doc_parser.payload import Payload
from doc_parser.source import Span
from doc_parser.structs import replace
from doc_parser.url import Url

Json: TypeAlias = Any
Sure = Literal["stated", "shown", "inferred"]
"""Said outright, seen in an example, or concluded."""
Origin = Literal["request-line", "heading", "sample"]
Limit = tuple[str, int | str]
"""A keyword of JSON Schema with its value."""


class Caption(Struct, frozen=True):
    """What the line above a sample announces."""

    role: Literal["request", "response", "callback", ""]
    variant: str
    """Which of several it is, as a slug: `with-callback`; empty for the only one."""
    span: Span | None = None
    status: int | None = None
    """The status of the answer below it, where it names one."""
    fails: bool = False
    """The answer below it is an error, whether or not it says which."""
    of_line: bool = False
    """It announces the request line (`HTTP Request`); of a payload below it, it says nothing for certain."""
    many: bool = False
    """It announces several answers (`Example responses`)."""
    headers: bool = False
    """It announces headers alone."""


NO_CAPTION = Caption("", "")


class Shown(Struct, frozen=True, dict=True):
    """A payload with its place."""

    payload: Payload
    span: Span
    """First line of the payload."""
    form: bool = False
    """Sent as form fields, not as JSON."""

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What was worked out of it once and is asked for again and again: its Shape."""
        return {}

    def place(self, offset: int) -> Span:
        """Point at an offset within the payload's text."""
        before = self.payload.text[:offset]
        rest = self.payload.text[offset:].split("\n", 1)[0].strip()
        return self.span.below(before.count("\n"), rest)

    def names(self, name: str) -> bool:
        """Tell whether a property of this name may stand in it."""
        return f'"{name}"' in self.payload.text

    def line_of(self, name: str) -> Span:
        """Point at the first line that names a property."""
        for quoted in (f'"{name}"', f'\\"{name}\\"', name):
            at = self.payload.text.find(quoted)
            if at >= 0:
                return self.span.below(self.payload.text.count("\n", 0, at), quoted)
        return self.span

    def with_value(self, value: Json) -> Shown:
        """Take a part of it, or what it is a part of, for all that is shown."""
        return self if value is self.payload.value else replace(self, payload=replace(self.payload, value=value))


class Call(Struct, frozen=True):
    """A request: a request line, a heading that is one, or a sample that sends one."""

    origin: Origin
    method: str | None
    """Upper case; None where the place names no method."""
    explicit: bool
    """The method is written out (`-X PUT`) or follows from a body; not a default."""
    url: Url
    span: Span
    language: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: Shown | None = None
    broken_body: Span | None = None
    """Where a body stands that could not be read."""
    credentials: str = ""
    """`basic`, `bearer` or empty."""
    caption: Caption = NO_CAPTION
    guessed: bool = False
    """The method is what a word means that is none (`UPDATE`)."""
    silent: bool = False
    """An address and no word of a request: it may only say where things are."""
    mentioned: bool = False
    """A sentence names it on its way: what stands below may be about something else."""


class Reply(Struct, frozen=True):
    """An answer that is shown."""

    status: int | None
    """None where the document shows a body alone."""
    phrase: str
    headers: tuple[tuple[str, str, Span], ...]
    body: Shown | None
    span: Span
    caption: Caption = NO_CAPTION
    in_prose: bool = False
    """A sentence gives it, not a sample."""
    of: tuple[str, Url] | None = None
    """Method and address of the sample that it stands below, in one fence with it."""


class StatusRow(Struct, frozen=True):
    """A row of a table of answers."""

    status: int
    """0 for any that no other row names (`default`)."""
    body: Shown | None
    headers: tuple[str, ...]
    description: str
    span: Span
    in_prose: bool = False
    """A sentence mentions the status; no table describes it."""


class FieldRow(Struct, frozen=True):
    """A row of a table of parameters or fields."""

    name: str
    type: str
    """Type words as written, lower case; empty where there are none."""
    required: bool | None
    default: str
    description: str
    enum: tuple[str, ...]
    condition: str
    """Where the field counts at all (`Used in`); empty for everywhere."""
    span: Span
    limits: tuple[Limit, ...] = ()
    """Keywords of JSON Schema that its words state (`maxLength`, `format`), with their values."""
    hints: tuple[Limit, ...] = ()
    """Keywords that its words only suggest: they count where a sample keeps them, and none breaks them."""
    choices: tuple[str, ...] = ()
    """Allowed values that its words only suggest, likewise."""
    example: str = ""
    """A value that the row shows."""
    place: Literal["query", "path", "header", "body", "response", ""] = ""
    """Where a column of its own says that it goes; empty where there is none."""
    read_only: bool = False
    """Its words say that it is for the service to set."""

    def with_more(self, other: FieldRow) -> FieldRow:
        """The row, with what another one of the same field tells beyond it (`Validation rules`)."""
        said = {keyword for keyword, _ in self.limits}
        return replace(
            self,
            type=self.type or other.type,
            required=other.required if self.required is None else self.required,
            default=self.default or other.default,
            description=self.description or other.description,
            enum=self.enum or other.enum,
            limits=(*self.limits, *(each for each in other.limits if each[0] not in said)),
            example=self.example or other.example,
        )


class FieldTable(Struct, frozen=True):
    """A table of parameters or fields."""

    title: str
    """Heading right above it."""
    place: Literal["query", "path", "header", "body", "response", ""]
    """Where its heading says the fields go: a hint, not the truth."""
    rows: tuple[FieldRow, ...]
    span: Span
    aside: bool = False
    """Nothing says that a request has these: it stands below the heading of an object, or lists fields."""


class TokenInHeader(Struct, frozen=True):
    """A sentence that says the credential comes back in a response header."""

    span: Span


class Flaw(Struct, frozen=True):
    """Something wrong that a reader saw on the way."""

    id: str
    message: str
    span: Span
    field: str = ""
    """Name of the field that it is about; empty for other flaws."""


Evidence = Call | Reply | StatusRow | FieldTable | TokenInHeader | Flaw


def scheme_key(kind: str, location: str, name: str) -> str:
    """Name a scheme: its kind, and for a key the place where it goes."""
    words = "-".join(re.findall(r"[a-z0-9]+", name.lower()))
    return kind if kind != "apiKey" else words if location == "header" else f"{location}-{words}"


class Scheme(Struct, frozen=True):
    """A way to authenticate that a chapter describes."""

    kind: Literal["basic", "bearer", "apiKey", "oauth2"]
    description: str
    span: Span
    location: str = "header"
    name: str = "Authorization"
    format: str = ""
    """`JWT` where the documents say so."""
    example: str = ""
    """A credential as the documents show it, with its `Bearer` or the like."""
    flows: tuple[tuple[str, str, str], ...] = ()
    """OAuth 2 (RFC 6749): name of the flow, authorization URL, token URL."""

    @property
    def key(self) -> str:
        """Its name among the schemes."""
        return scheme_key(self.kind, self.location, self.name)


class Topic(Struct, frozen=True):
    """The sections that speak of one thing: a heading and its labelled parts (`HTTP Request`, `Arguments`)."""

    chapter: str
    """Nearest heading above it; its own title at the top."""
    title: str
    span: Span
    sections: tuple[Section, ...]
