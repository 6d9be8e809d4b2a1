"""Where documented fields go: tables and samples of one operation come in, parameters and placed fields go out.

A table's heading is a hint, not the truth: what the samples send in a body is a body field, what the
path has a placeholder for is a path parameter. Every row goes somewhere; contradictions are Flaws.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice

from msgspec import Struct, field

from doc_parser import schema
from doc_parser.deciding.names import normal, same_thing
from doc_parser.deciding.queries import value_of, with_queries
from doc_parser.deciding.whereabouts import Whereabouts, steps
from doc_parser.evidence import Call, FieldRow, FieldTable, Flaw, Shown
from doc_parser.model import Location, Parameter, PlacedField
from doc_parser.readers.tongues import english
from doc_parser.readers.types import type_of
from doc_parser.readers.words import asks as asks_for
from doc_parser.readers.words import singular
from doc_parser.schema import Shape
from doc_parser.structs import replace
from doc_parser.url import Url

_BODILESS = frozenset(("GET", "DELETE", "HEAD", "OPTIONS"))
_TOP_LEVEL = frozenset(("data", "errors", "meta", "jsonapi", "links", "included"))
"""Members of a document (JSON:API 1.1, Top Level); nobody sends them in a query."""
_TRANSPORT = frozenset(("accept", "content-type", "authorization"))
"""OpenAPI 3.0.3 (Parameter Object): header parameters of these names are ignored; they have places of their own."""


class Placed(Struct):
    """What came of the tables of one operation."""

    parameters: list[Parameter] = field(default_factory=list)
    body: list[PlacedField] = field(default_factory=list)
    response: list[FieldRow] = field(default_factory=list)
    headers: list[FieldRow] = field(default_factory=list)
    """Of the answer."""
    flaws: list[Flaw] = field(default_factory=list)


class Sender(Struct, frozen=True):
    """The request of one operation, as far as it is decided."""

    method: str
    url: Url
    calls: Sequence[Call]
    body: Shape
    """What the samples send."""
    reply: Shape = schema.NOTHING
    """What the answers show."""
    body_table: bool = False
    """One of the tables says that it lists the body."""
    doubtful: Sequence[Shown] = ()
    """Payloads that may be none of its request."""

    @property
    def has_body(self) -> bool:
        """The samples send one, or the method wants one."""
        return bool(self.body.kinds) or self.method not in _BODILESS


def placed(sender: Sender, tables: Sequence[FieldTable]) -> Placed:
    """Place the rows of all tables, then the parameters that only URLs show."""
    result = Placed()
    rows_of_path: dict[str, FieldRow] = {}
    of_path = frozenset(normal(row.name) for table in tables if table.place == "path" for row in table.rows)
    for table in _without_again(tables):
        holder = _holder(table, result) or _sent_holder(sender, table)
        if table.place == "response" and _OF_HEADERS.search(english(table.title)):
            result.headers += table.rows
        elif holder:
            result.body += (PlacedField((*holder, *_path(row)), row) for row in table.rows)
        else:
            _place_table(sender, table, result, rows_of_path, of_path)
    result.parameters[:0] = _path_parameters(sender, rows_of_path)
    result.parameters = with_queries(sender.calls, result.parameters)
    # a name that stands in two tables is one parameter; the first row speaks (OpenAPI 3.0.3, Parameter Object)
    result.parameters = list({(each.location, each.name): each for each in reversed(result.parameters)}.values())[::-1]
    _reconcile(sender, result)
    return result


def _without_again(tables: Sequence[FieldTable]) -> Iterator[FieldTable]:
    """A heading that stands again below what the answer has was left there, or speaks of the answer: its fields are not asked for."""
    titles: set[str] = set()
    answered = False
    for table in tables:
        yield replace(table, aside=True) if answered and table.title in titles else table
        titles.add(table.title)
        answered = answered or table.place == "response"


def _holder(table: FieldTable, result: Placed) -> tuple[str, ...] | None:
    """A table titled with the type of a field (`Address`, or `address object`) lists what that field holds."""
    title = normal(_OF_OBJECT.sub("", table.title)) if result.body else ""
    for each in result.body if title else ():
        kind = normal(each.row.type.replace("array of", "").replace("list of", ""))
        if title == kind or (title == normal(each.row.name) and type_of(each.row.type) in ("object", "array", None)):
            many = "array" in each.row.type or "list" in each.row.type or "[]" in each.row.type
            return (*each.path, "*") if many else each.path
    return None


_OF_OBJECT = re.compile(r"\b(?:object|attributes|fields|parameters|properties|child|hash)\b", re.IGNORECASE)


def _sent_holder(sender: Sender, table: FieldTable) -> tuple[str, ...] | None:
    """A table titled as an object that the samples send lists what that holds, where it holds any of it."""
    if table.place not in ("", "body") or not sender.body.properties:
        return None
    title = normal(_IN_BRACKETS.sub("", table.title))
    if not title:
        return None
    for name, each in sender.body.properties.items():
        many = each.items if each.items and each.items.properties else None
        if normal(name) in (title, f"{title}s") and any(row.name in (many or each).properties for row in table.rows):
            return (name, "*") if many else (name,)
    return None


_IN_BRACKETS = re.compile(r"\(.*?\)")


def _place_table(
    sender: Sender, table: FieldTable, result: Placed, rows_of_path: dict[str, FieldRow], of_path: frozenset[str]
) -> None:
    variables = {form: each for each in sender.url.variables for form in (_spelt(each), normal(each))}
    table = _without_located(table, result, rows_of_path, variables)
    whereabouts = Whereabouts.of(sender.body, table.rows)
    if table.place == "response" or _answers(sender, table, whereabouts, variables):
        result.response += table.rows
        return
    loose: list[FieldRow] = []
    sent: list[PlacedField] = []
    for row in table.rows:
        variable = variables.get(normal(row.name)) or variables.get(_spelt(row.name))
        if variable and (
            table.place in ("path", "query", "")
            or (table.place == "body" and normal(row.name) not in of_path and _leaves_out(sender, row))
        ):
            rows_of_path.setdefault(variable, row)
        elif table.place == "header":
            _ask(result, row, "header")
        elif path := whereabouts.chosen(row.name):
            sent.append(PlacedField(path, row))
        else:
            loose.append(row)
    if sent and table.place in ("query", "path"):
        names = ", ".join(each.row.name for each in sent)
        result.flaws.append(
            Flaw(
                "fields-under-wrong-heading",
                f"the samples send {names} in the body, not as '{table.title}' says",
                table.span,
            )
        )
    result.body += sent
    _place_loose(sender, table, loose, sent, result)


def _without_located(
    table: FieldTable, result: Placed, rows_of_path: dict[str, FieldRow], variables: Mapping[str, str]
) -> FieldTable:
    """Place the rows that say themselves where they go, and those that only a header is called; what the table as a whole is about decides of the others."""
    rest: list[FieldRow] = []
    asked = table.place != "response"
    for row in table.rows:
        variable = variables.get(normal(row.name)) or variables.get(_spelt(row.name))
        if row.place == "query" and row.name not in variables.values():
            _ask(result, row, "query")
        elif row.place == "header" or (asked and not row.place and _IS_HEADER.fullmatch(row.name)):
            _ask(result, row, "header")
        elif row.place in ("path", "query") and variable:
            rows_of_path.setdefault(variable, row)
        else:
            rest.append(row)
    return table if len(rest) == len(table.rows) else replace(table, rows=tuple(rest))


_IS_HEADER = re.compile(r"X-[A-Za-z]+(?:-[A-Za-z]+)*|Authorization|Content-Type")
"""Names of headers, as no field of anything else is spelled (RFC 6648 advises against `X-`, which everybody uses)."""


def _ask(result: Placed, row: FieldRow, location: Location) -> None:
    """Make a row a parameter; what is of the transport is nobody's to give."""
    if row.name.lower() not in _TRANSPORT:
        result.parameters.append(_parameter(row, location))


def _leaves_out(sender: Sender, row: FieldRow) -> bool:
    """Nothing of this name is sent below the path that has it: there is no body, or the samples' has none."""
    if sender.method in _BODILESS and not sender.body.kinds:
        return True
    return bool(sender.body.kinds) and not schema.places(sender.body, row.name)


_OF_HEADERS = re.compile(r"\bheaders?\b", re.IGNORECASE)


def _is_read(sender: Sender, table: FieldTable) -> bool:
    """What reads one record is not asked by when it was made: the table lists the record."""
    one = sender.method == "GET" and sender.url.segments and sender.url.segments[-1].variable
    return bool(one) and any(tells_when_made(row.name) for row in table.rows)


def tells_when_made(name: str) -> bool:
    """Tell whether a field says when its record was made or changed, which is for the service to say."""
    return bool(_MADE.fullmatch(name))


_MADE = re.compile(
    r"(?:created|updated|modified|added|inserted)_?(?:at|on|date|time)|date_?(?:created|updated|modified)",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def _spelt(name: str) -> str:
    """A name in a normal form that does not tell `note_id` from `notes_id`."""
    return "".join(singular(each) for each in _HUMPS.findall(name)).lower()


_HUMPS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")


def _answers(sender: Sender, table: FieldTable, whereabouts: Whereabouts, variables: Mapping[str, str]) -> bool:
    """A table apart from the parameters speaks of the answer, unless it lists what the samples send."""
    asks = bool(_OF_PARAMETERS.search(english(table.title)))
    shown = sum(bool(schema.places(sender.reply, row.name)) for row in table.rows)
    comes_back = _comes_back(sender, table, shown, variables)
    spelled = {normal(name) for name in sender.body.properties}
    sent = sum(bool(whereabouts.found(row.name)) or normal(row.name) in spelled for row in table.rows)
    if sender.method in _BODILESS and not sent:
        told = sender.method in ("GET", "HEAD") and table.place == "body" and not sender.body.kinds
        return table.aside or comes_back or (told and not asks)
    elsewhere = bool(sender.body.kinds) and not sent  # the samples send a body, and nothing of this table
    return table.aside and ((comes_back and sent < shown and not asks) or elsewhere)


def _comes_back(sender: Sender, table: FieldTable, shown: int, variables: Mapping[str, str]) -> bool:
    """It lists what the answer shows, or only answers have, and neither its title nor the path says that anybody asks for it."""
    asked = all(normal(row.name) in variables or _spelt(row.name) in variables for row in table.rows)
    if table.place or asked or asks_for(table.title):
        return False
    members = {row.name for row in table.rows} <= _TOP_LEVEL
    return members or 2 * shown > len(table.rows) or _is_read(sender, table)


_OF_PARAMETERS = re.compile(r"\b(?:param\w*|arguments?|request|filters?|query|search)\b", re.IGNORECASE)
"""Titles of what is sent; another object described below a GET (`Data Object`) is what it answers (RFC 9110, section 9.3.1)."""


def _place_loose(
    sender: Sender, table: FieldTable, loose: list[FieldRow], sent: list[PlacedField], result: Placed
) -> None:
    """Place rows that no sample shows: with their neighbours, else where the heading or the method says."""
    to_query = not sent and (
        _goes_to_query(sender, table, loose)
        or (not sender.has_body and (table.place != "body" or sender.method in ("GET", "HEAD")))
    )
    parents = {each.path[:-1] for each in sent if len(steps(each.row.name)) == 1}  # others name their covers themselves
    base = parents.pop() if len(parents) == 1 else ()
    beside = {_path(each.row)[:-1]: each.path[:-1] for each in sent if len(steps(each.row.name)) > 1}
    for row in loose:
        if to_query:
            result.parameters.append(_parameter(row, "query"))
        else:
            path = _path(row)  # a name may begin with the cover that it stands in (`boat[name]`)
            path = (*beside[path[:-1]], path[-1]) if path[:-1] in beside else path
            result.body.append(PlacedField(path if path[: len(base)] == base else (*base, *path), row))


def _goes_to_query(sender: Sender, table: FieldTable, rows: Sequence[FieldRow]) -> bool:
    """A method with a body has a query too where a URL shows it, or where the body has a table of its own."""
    if table.place not in ("query", "path"):
        return False
    shown = {name for call in sender.calls for name, _ in call.url.query}
    return sender.method in _BODILESS or sender.body_table or any(row.name in shown for row in rows)


def _path(row: FieldRow) -> tuple[str, ...]:
    """Where a row stands; `ids[]` of type `Integer[]` says twice that it is an array."""
    path = steps(row.name)
    return path[:-1] if path[-1] == "*" and len(path) > 1 and type_of(row.type) == "array" else path


def _parameter(row: FieldRow, location: Location) -> Parameter:
    return Parameter(row.name, location, row.span, "stated", row, value_of(row.example))


def _path_parameters(sender: Sender, rows: dict[str, FieldRow]) -> Iterator[Parameter]:
    for index, segment in enumerate(sender.url.segments):
        for name in segment.names:
            row = rows.get(name)
            told = (row.example,) if row and row.example else ()
            examples = tuple(dict.fromkeys((*_concrete(sender, index), *told))) if len(segment.names) == 1 else ()
            span = row.span if row else sender.calls[0].span
            yield Parameter(name, "path", span, "stated" if row else "shown", row, examples)


def _concrete(sender: Sender, index: int) -> Iterator[str]:
    for call in sender.calls:
        if sender.url.covers(call.url):
            segment = call.url.segments[index]
            if not segment.names and (value := sender.url.segments[index].value_in(segment.text)):
                yield value


def _reconcile(sender: Sender, result: Placed) -> None:
    """Compare what the tables list with what the samples send."""
    bodies = [call.body for call in sender.calls if call.body and call.body not in sender.doubtful]
    if not bodies:
        return
    _match_renamed(sender, result)
    for each in result.body:
        if each.row.required and not each.row.condition and len(each.path) == 1:
            for body in bodies:
                if isinstance(body.payload.value, dict) and each.path[0] not in body.payload.value:
                    result.flaws.append(
                        Flaw("required-field-missing", f"the sample leaves out '{each.row.name}'", body.span)
                    )
    if result.body:
        result.flaws += islice(_undocumented(sender, bodies, result), _TOLD)


_TOLD = 20
"""Undocumented fields of one operation that are told; with more, the table is of something else."""


def _undocumented(sender: Sender, bodies: Sequence[Shown], result: Placed) -> Iterator[Flaw]:
    listed = {each.path[:length] for each in result.body for length in range(1, len(each.path) + 1)}
    explained = {each.path[-1] for each in result.body}  # wherever: a sample without its wrapper is another fault
    for parent in dict.fromkeys(each.path[:-1] for each in result.body):
        for name in _unlisted(sender.body, parent, listed):
            if name in explained or (
                any(each.names(name) for each in sender.doubtful) and not any(each.names(name) for each in bodies)
            ):
                continue
            span = next((each.line_of(name) for each in bodies if each.names(name)), bodies[0].span)
            yield Flaw("undocumented-field", f"the sample sends '{name}', which no table lists", span, name)


def _unlisted(body: Shape, parent: tuple[str, ...], listed: set[tuple[str, ...]]) -> Iterator[str]:
    shape = schema.at(body, parent)
    if shape and not schema.is_map(shape, None):
        for name in shape.ordered():
            if (*parent, name) not in listed:
                yield name


def _match_renamed(sender: Sender, result: Placed) -> None:
    """A row that no sample sends and a sent field that no row lists are one field where one name begins with the other."""
    listed = {each.path for each in result.body}
    for index, each in enumerate(result.body):
        shape = schema.at(sender.body, each.path[:-1])
        if shape is None or each.path[-1] in shape.properties:
            continue
        alike = [
            name for name in shape.properties
            if (*each.path[:-1], name) not in listed and same_thing(name, each.path[-1])
        ]  # fmt: skip
        if len(alike) == 1:
            result.body[index] = PlacedField((*each.path[:-1], alike[0]), each.row)
        if len(alike) == 1 and normal(alike[0]) != normal(each.path[-1]):
            result.flaws.append(
                Flaw(
                    "field-name-conflict",
                    f"the table says '{each.row.name}', the sample sends '{alike[0]}'",
                    each.row.span,
                )
            )
