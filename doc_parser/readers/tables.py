"""Tables: of parameters and fields, and of answers; column titles are matched by vocabulary, in any order.

What a table's heading says about where its fields go is handed on as a hint.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from doc_parser.document import Block, Prose, Row, Section, Table, Text
from doc_parser.evidence import Evidence, FieldRow, FieldTable, Shown, StatusRow, Topic
from doc_parser.payload import Unreadable, payload
from doc_parser.readers import words
from doc_parser.readers.asked import asked
from doc_parser.readers.once import once
from doc_parser.readers.outcomes import SPELLED
from doc_parser.readers.request_line import holds_line
from doc_parser.readers.rows import cell, fields, is_name, is_nothing
from doc_parser.readers.tongues import english
from doc_parser.readers.types import is_type, types_of
from doc_parser.readers.within import rows_within
from doc_parser.readers.words import Column
from doc_parser.structs import replace

_OF_RECORD = re.compile(r"(?:field|attribute|property|key)\b", re.IGNORECASE)
"""Parameters are what a request has; fields are what a record has."""
_OF_REQUEST = re.compile(r"\b(?:param\w*|arguments?|requests?)\b", re.IGNORECASE)
"""Below such a heading, fields are what a request has."""
_SENT = re.compile(r"requests?\b", re.IGNORECASE)
_OF_ERRORS = re.compile(r"(?:(?:possible|common) )?errors?(?: codes?)?(?: ?\(?[45](?:xx|\d\d)\)?)?\W*", re.IGNORECASE)
"""What stands below are words for what went wrong, and no fields."""
_STATUS = re.compile(r"\s*(?:([1-5]\d\d)\b|default$|[1-5]XX\b)", re.IGNORECASE)
"""A status, or what stands for all that no row names (OpenAPI 3.0.3, Responses Object)."""


def tables(topic: Topic) -> Iterator[Evidence]:
    """Read the tables of a topic."""
    answer = _DEEPEST
    for index, section in enumerate(topic.sections):
        if section.level <= answer:
            answer = section.level if index and words.place(section.title) == "response" else _DEEPEST
        yield from _of_section(section, index > 0 and not holds_line(section), section.level > answer)


_DEEPEST = 99
"""No heading stands as deep."""


@once
def _of_section(section: Section, below: bool, answers: bool) -> Iterator[Evidence]:  # noqa: FBT001 - `once` keeps it by position
    """The tables of a section; one below another may be about something else, and what stands below an answer is part of it."""
    title = before = ""
    told = [
        words.required_among(each.text.quoted) for each in section.blocks if isinstance(each, Prose) and each.text.codes
    ]
    names = frozenset[str]().union(*told)
    place, first = words.place(section.title), True
    for block in section.blocks:
        if isinstance(block, Table) and words.asks(title):
            yield from _read(section, block, title, "query", below=below)
            before = ""
        elif isinstance(block, Table):
            named = section.title if place not in ("", "body") else title or section.title
            answer = (answers and place in ("", "body")) or (
                (not place or not first) and words.introduces_answer(before)
            )  # a heading speaks of the first table below it
            goes = "response" if answer else place or ("body" if words.introduces_body(before) else "")
            needed = words.requires(named)
            needed = None if words.leaves_choice(before) else needed or words.says_required(before) or needed
            for each in _read(section, block, named, goes, below=below):
                yield _needed(each, needed=needed, names=names)
            before, first = "", False
        elif isinstance(block, Prose):
            before = block.text.plain
        title = _heading(block)


def _needed(each: Evidence, *, needed: bool | None, names: frozenset[str]) -> Evidence:
    """A table whose heading says of all its fields whether they are required (`Mandatory parameters`), or a sentence of some."""
    if (needed is None and not names) or not isinstance(each, FieldTable) or each.place == "response":
        return each
    rows = (
        replace(row, required=True if row.name in names else needed) if row.required is None else row
        for row in each.rows
    )
    return replace(each, rows=tuple(rows))


def _heading(block: Block) -> str:
    """A short line in bold right above a table is its heading."""
    bold = isinstance(block, Prose) and block.text.strong and len(block.text.plain) <= _SHORT
    return block.text.plain.strip(": ") if bold and isinstance(block, Prose) else ""


_SHORT = 40
"""Characters of a heading in bold."""


def _read(section: Section, table: Table, title: str, place: words.Place, *, below: bool) -> Iterator[Evidence]:
    columns = _columns(section, table) if any(table.titles) else _untitled(section, table)
    if "status" in columns and _holds_statuses(cell(row, columns, "status").plain for row in table.rows):
        yield from _answers(table, columns)
    elif "name" in columns and (place or not _OF_ERRORS.fullmatch(english(section.title).strip())):
        bold = [cell(each, columns, "name").strong for each in table.rows]
        telling = any(bold) and not all(bold) and "required" not in columns  # bold for some: those are required
        whole = _whole_body(table, columns) if "in" in columns else ""
        found = (row for each in table.rows for row in fields(each, columns, bold_is_required=telling))
        listed = tuple(_without_own_name(part) for row in _nested(found, whole) for part in rows_within(row))
        asks = "filter" in columns or words.asks(section.title)
        if asks or "example" in columns:
            listed = asked(section, table, listed)
        if columns["name"] == columns.get("headers"):
            answers = place == "response" or any(_OF_ANSWER.match(each.name) for each in listed)
            title, place = ("Response headers", "response") if answers else (title, "header")
        apart = below and not words.is_label(section.title)
        names = table.titles[columns["name"]] if any(table.titles) else section.title
        if any(table.titles) and "headers" not in columns:  # the title of a column is nearer than any heading
            place = words.place(names) or ("" if _SENT.match(english(names)) else place)
        of_record = bool(_OF_RECORD.match(english(names).strip())) and not _OF_REQUEST.search(english(section.title))
        yield FieldTable(title, place, listed, table.span, aside=not place and not asks and (of_record or apart))


_DESCRIPTION = re.compile(r"desc\w*", re.IGNORECASE)


def _holds_statuses(cells: Iterable[str]) -> bool:
    """All cells are statuses; some may stand for many (`5xx`, `default`), if not all of them do."""
    cells = list(cells)
    found = [_STATUS.match(each) for each in cells]
    return any(each and (each[1] or each[0].strip().lower() == "default") for each in found) and all(
        match or _MANY_STATUSES.match(each) for match, each in zip(found, cells, strict=True)
    )


_MANY_STATUSES = re.compile(r"\s*[1-5](?:\dx|xx)\b", re.IGNORECASE)
_OF_ANSWER = re.compile(r"(?:x-)?rate-?(?:usage-)?limit|retry-after|location$|etag$|link$", re.IGNORECASE)
"""Headers that nobody sends (RFC 9110, section 10.2; draft-ietf-httpapi-ratelimit-headers)."""


def _without_own_name(row: FieldRow) -> FieldRow:
    """A list of words with the field's own name among them (`either "id" or "code"`) names fields, and no values."""
    own = row.name in row.enum or row.name in row.choices
    return replace(row, enum=(), choices=()) if own else row


def _columns(section: Section, table: Table) -> dict[Column, int]:
    found = _entitled(table)
    if "filter" in found and "name" not in found and not _DESCRIBES.isdisjoint(found):
        found["name"] = found["filter"]
    if "status" in found and "required" not in found and _says_required(table, found):
        found["required"] = found.pop("status")
    if "name" not in found and "type" in found and 0 not in found.values() and _all_names(table):
        found["name"] = 0
    if "values" in found and "type" not in found and _says_types(table, found):
        found["type"] = found.pop("values")
    for other, most in _EXPLAINING if "description" not in found else ():
        if other in found and _explains(table, found, other, most):
            found.setdefault("description", found[other])
    if "name" not in found and (found.get("headers") == 0 or _is_described(found)) and _holds_names(table):
        found["name"] = 0
    if "name" not in found and found.get("values", 0) == 0 and _is_announced(section, table, found):
        found.pop("values", None)
        found["name"] = 0
    told = "status" not in found and 0 not in found.values() and _tells_statuses(table)
    return {**found, "status": 0} if told else found


def _tells_statuses(table: Table) -> bool:
    """The first column holds statuses, whatever it is called, and their phrases stand beside some, or its title speaks of codes."""
    rows = {row.cells[0].plain.strip(): row.cells[1:] for row in table.rows if row.cells}
    phrases = {each: SPELLED[int(each)] for each in rows if each.isdecimal() and int(each) in SPELLED}
    if len(phrases) < _FEW_STATUSES or not all(each in phrases or _MANY_STATUSES.fullmatch(each) for each in rows):
        return False
    beside = any(phrase in each.plain for status, phrase in phrases.items() for each in rows[status])
    return beside or bool(_OF_CODES.search(english(table.titles[0])))


_FEW_STATUSES = 2
"""Statuses by which a table of them is known."""


_OF_CODES = re.compile(r"\b(?:http|code|status)\b", re.IGNORECASE)


def _unnamed(table: Table, index: int) -> Column | None:
    """A column without a title may say `required` or `optional`, and nothing else."""
    if table.titles[index].strip():
        return None
    cells = [row.cells[index].plain for row in table.rows if index < len(row.cells)]
    return "required" if any(cells) and all(words.is_mark(each) for each in cells if each) else None


def _entitled(table: Table) -> dict[Column, int]:
    """What the titles say that columns hold; the first of several that say the same, but a description beside a meaning, or notes."""
    found: dict[Column, int] = {}
    for index, title in enumerate(table.titles):
        if column := words.column(title) or _unnamed(table, index):
            found.setdefault(column, index)
            if _DESCRIPTION.fullmatch(title.strip()):
                found["description"] = index
    if "type" in found and "in" not in found and _says_places(table, found):
        found["in"] = found.pop("type")
    return found


def _says_places(table: Table, columns: dict[Column, int]) -> bool:
    """A column called Type may say where each goes, a media type for the body."""
    cells = [cell(row, columns, "type").plain.lower() for row in table.rows]
    return bool(cells) and all(each in _PLACES or _MEDIA_TYPE.fullmatch(each) for each in cells)


_PLACES = frozenset(("path", "query", "header", "body", "url", "form"))
_MEDIA_TYPE = re.compile(r"(?:application|multipart|text|image)/[\w.+-]+")


def _is_announced(section: Section, table: Table, found: dict[Column, int]) -> bool:
    """Below a label that says parameters, the first column names them, whatever it is called."""
    others = [index for column, index in found.items() if column != "values"]
    return words.announces_fields(section.title) and 0 not in others and len(table.titles) > 1 and _holds_names(table)


def _all_names(table: Table) -> bool:
    """What stands in front of types is names, whatever the column is called."""
    return all(row.cells and is_name(row.cells[0]) for row in table.rows)


def _says_types(table: Table, columns: dict[Column, int]) -> bool:
    """A column called Value may say of what kind values are."""
    cells = [cell(row, columns, "values").plain.lower() for row in table.rows]
    told = [each for each in cells if each]
    return bool(told) and all(is_type(each) or each == "file" for each in told)


def _explains(table: Table, columns: dict[Column, int], other: Column, most: int) -> bool:
    """A column of examples, or of values, may say what each is for as well."""
    said = (cell(row, columns, other) for row in table.rows)
    return any(len(each.plain.split()) > most and (other == "example" or not each.codes) for each in said)


_EXPLAINING: tuple[tuple[Column, int], ...] = (("example", 5), ("values", 2))
"""Columns that may explain, with the words of a cell that explains nothing."""


def _is_described(found: dict[Column, int]) -> bool:
    """Beside types, or what is required, the first column holds names, whatever it is called."""
    return 0 not in found.values() and "description" in found and not _KINDS.isdisjoint(found)


_KINDS: frozenset[Column] = frozenset(("type", "required", "optional"))


def _holds_names(table: Table) -> bool:
    return bool(table.rows) and all(each.cells and is_name(each.cells[0]) for each in table.rows)


_DESCRIBES: frozenset[Column] = frozenset(("type", "values", "default", "required", "example"))
"""Columns of tables about parameters; one that only says what each filter means may list parts of the path."""


def _untitled(section: Section, table: Table) -> dict[Column, int]:
    """A table without titles lists fields where its heading says so, or where a type stands below each name."""
    widths = {len(each.cells) for each in table.rows}
    names = [each.cells[0] for each in table.rows if each.cells]
    if not names or not all(is_name(each) for each in names) or max(widths) < 2:
        return {}
    marked = all(each.lead and types_of(english(each.plain.removeprefix(each.lead)).lower()) for each in names)
    if not marked and not _LISTS_FIELDS.search(english(section.title)):
        return {}
    kinds = max(widths) > 2 and all(
        len(each.cells) > 1 and types_of(each.cells[1].plain.lower()) for each in table.rows
    )
    return {"name": 0, "type": 1, "description": 2} if kinds else {"name": 0, "description": 1}


_LISTS_FIELDS = re.compile(
    r"^(?:request|response|body|payload|query)$|\b(?:param\w*|arguments?|attributes?|fields?|properties)\b",
    re.IGNORECASE,
)


def _says_required(table: Table, columns: dict[Column, int]) -> bool:
    """A column called Status may say `required` and `optional`."""
    cells = [cell(row, columns, "status").plain for row in table.rows]
    return bool(cells) and all(words.yes_or_no(each) is not None for each in cells)


def _nested(rows: Iterable[FieldRow], whole: str) -> Iterator[FieldRow]:
    """Rows indented by marks (`» city`) belong to the row above them that is indented less."""
    parents: list[tuple[int, str]] = []
    for row in rows:
        name = row.name.lstrip("»")
        depth = len(row.name) - len(name)
        if depth == 0 and row.place == "body" and name in ("body", whole):
            parents = []  # the body as a whole (OpenAPI 2.0, Parameter Object); its members follow
            continue
        while parents and parents[-1][0] >= depth:
            parents.pop()
        above = parents[-1][1] if parents else ""
        if above and not name.startswith((f"{above}[", f"{above}.")):  # marks and brackets may say the same twice
            name = f"{above}.{name}"
        parents.append((depth, name))
        yield row if name == row.name else replace(row, name=name)


def _whole_body(table: Table, columns: dict[Column, int]) -> str:
    """The one row of the body whose type is a record of its own (`Store`): the name is the body's, and of no field in it."""
    sent = [
        each
        for each in table.rows
        if words.place(cell(each, columns, "in").plain) == "body" and is_name(cell(each, columns, "name"))
    ]
    own = [each for each in sent if _names_record(cell(each, columns, "type").plain)]
    return cell(own[0], columns, "name").plain if len(sent) == len(own) == 1 else ""


def _names_record(kind: str) -> bool:
    return bool(_RECORD.fullmatch(kind)) and not types_of(kind.lower())


_RECORD = re.compile(r"(?!File\b)[A-Z]\w*[a-z]\w*")


def _answers(table: Table, columns: dict[Column, int]) -> Iterator[StatusRow]:
    for row in table.rows:
        status = _STATUS.match(cell(row, columns, "status").plain)
        body = cell(row, columns, "body")
        headers = cell(row, columns, "headers").plain
        if status:
            yield StatusRow(
                status=int(status[1] or 0),
                body=_shown(body, row),
                headers=() if is_nothing(headers) else tuple(re.findall(r"[A-Za-z][\w-]*", headers)),
                description="" if is_nothing(said := cell(row, columns, "description").plain) else said,
                span=row.span,
            )


def _shown(text: Text, row: Row) -> Shown | None:
    """Tables abbreviate payloads (`{message: 'Expired.'}`); that is their style, not a flaw."""
    for code in text.codes or (text.plain,):
        try:
            return Shown(payload(code), row.span.source.span(row.span.line, code))
        except Unreadable:
            continue
    return None
