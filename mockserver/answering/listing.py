"""What a list shows: a Call comes in, the page of records that it asks for goes out, with true counters around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from urllib.parse import quote, urlencode

import msgspec

from contract.spec import Json
from mockserver.answering.answers import answer
from mockserver.answering.counters import count, counted, headers
from mockserver.answering.jsonapi import included, related, related_to
from mockserver.answering.pagelinks import linked
from mockserver.answering.problems import Reply
from mockserver.answering.query import Selection, cursor, filtered, paged, selection, strange_cursor
from mockserver.answering.reaching import reached
from mockserver.answering.records import missing, parent_of, parents_exist, resource_of
from mockserver.answering.several import wishes, with_number
from mockserver.answering.sparse import trimmed
from mockserver.answering.trashing import with_deleted
from mockserver.answering.wrapping import around
from mockserver.api import Call
from mockserver.planning.comparing import text_of
from mockserver.planning.covers import covered, plain, properties_of
from mockserver.planning.dialect import Linked, Record, role
from mockserver.planning.evidence import placeholders
from mockserver.planning.tabled import Tabled
from mockserver.planning.variants import Variant


def shown_list(call: Call) -> Reply:
    """Show the page of a collection that a request asks for, or how many records there are."""
    resource, way = resource_of(call), call.step.way
    if (resource.parents or call.step.reach) and not parents_exist(call):
        return missing(call)
    step = call.step
    parameters, values = wishes(call)
    wanted = selection(
        parameters, resource, values, step.page_size, step.first_page, open_to=step.open_to, order=step.order
    )
    variant = call.variant
    documented_headers = variant.response.headers if variant else {}
    if step.counts is not None:
        passed = filtered(_linked(call, wanted), wanted)
        return answer(call, with_number(variant.example if variant else None, step.counts, len(passed)))
    if (
        not way
        and not call.step.key
        and call.step.view is None
        and not (wanted.tests or wanted.sort or wanted.after or wanted.before or documented_headers)
    ):
        # Nothing is counted and nothing sifted, so the page alone is read.
        page = decoded(call, -1 if wanted.limit is None else wanted.limit, wanted.offset)
        return answered(call, lambda shown: shown, page, wanted)
    kept = [related(call, each) for each in filtered(_linked(call, wanted), wanted)]
    view = call.step.view
    seen = [record for record in kept if view.shows(record)] if view else kept
    if (wanted.after or wanted.before) and (refused := _refused(call, seen, wanted)):
        return refused
    part, wanted = paged(seen, wanted, resource.id_property)
    told = count(wanted, kept, call.step.views, lambda offset: _address(call, wanted, offset))
    cover = linked(counted(covered((), way, _cover(call, variant)), told), told) if way else None

    def body(shown: Sequence[Record]) -> Json:
        listed = {str(each.get(step.key)): each for each in shown} if step.key else shown
        return covered(listed, way, cover)

    return answered(call, body, part, wanted, headers(documented_headers, told))


def _refused(call: Call, records: Sequence[Record], wanted: Selection) -> Reply | None:
    """The documented refusal of a cursor that nobody gave out; where none is documented, nothing comes after it."""
    told = {each.status for each in call.step.operation.responses}
    status = next((each for each in (400, 422) if str(each) in told), None)
    strange = strange_cursor(records, wanted, resource_of(call).id_property) if status else ""
    sentence = f"No page begins at {strange!r}."
    return call.api.problems.documented(call.step.operation, status, sentence) if status and strange else None


def answered(
    call: Call,
    around: Callable[[Sequence[Record]], Json],
    records: Sequence[Record],
    wanted: Selection,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Answer with records and what is to be included, each with what was asked of its type, and with what the schema requires of it."""
    more = related_to(call, records, wanted.include)
    listed = call.step.behaviour in ("list", "view")
    full = included(around(_told(call, records, wanted) if listed else records), more, wanted.include)
    if not wanted.fields:
        return answer(call, full, headers)
    name = resource_of(call).id_property
    shown = [trimmed(each, wanted.fields, name) for each in records]
    rest = [trimmed(each, wanted.fields, name, primary=False) for each in more]
    return answer(call, included(around(shown), rest, wanted.include), headers, whole=full)


def _linked(call: Call, wanted: Selection) -> Sequence[Record]:
    """The records, which know those that they are linked to where these may count."""
    records = decoded(call)
    if not resource_of(call).is_json_api or not (wanted.tests or wanted.sort):
        return records
    return [Linked(each, partial(_named, call, each)) for each in records]


def _named(call: Call, record: Record, name: str) -> Sequence[Record]:
    return related_to(call, [record], (name,))


def _cover(call: Call, variant: Variant | None) -> Json:
    """What stands around the records of a list: the documented example, else what the schema has there."""
    known = around(call, variant) if variant and variant.media else call.step.cover
    return {**known, "meta": {"total": 0}} if isinstance(resource_of(call).example, Tabled) else known


def _told(call: Call, page: Sequence[Record], wanted: Selection) -> Sequence[Record]:
    """The records with what the documented list shows of its like."""
    untold = call.step.untold.difference(wanted.include) if call.step.untold else ()
    return [{name: value for name, value in each.items() if name not in untold} for each in page] if untold else page


def _address(call: Call, wanted: Selection, offset: int) -> str:
    """The URL of the page of a list that starts at an offset: the one asked for, with another page."""
    path = call.step.operation.path
    for name, value in zip(placeholders(path), call.segments, strict=False):
        path = path.replace("{" + name + "}", quote(value, safe=""))
    asked = [(name, text) for name, value in _flat(call.values.query) for text in _written(call, name, value)]
    given, limit = {name for name, _ in asked}, wanted.limit or 1
    turns = {"page": offset // limit + wanted.first_page, "offset": offset, "cursor": cursor(offset)}
    names = dict(_turning(call))
    turn = next((each for each in turns if names.get(each) in given), None)
    if turn is None and offset != wanted.offset:
        turn = next((each for each in turns if each in names), None)
    if turn:
        own = names[turn], str(turns[turn])
        asked = [own if pair[0] == own[0] else pair for pair in asked] + ([] if own[0] in given else [own])
    text = urlencode(asked, safe="[],:")
    return call.origin + path + (f"?{text}" if text else "")


def _turning(call: Call) -> Iterator[tuple[str, str]]:
    """Roles of the parameters of a list, and what is sent for them: `page[number]`, which may be a part of `page`."""
    for each in call.step.operation.parameters:
        if each.location != "query":
            continue
        inner = properties_of(call.api.spec, each.schema) if each.style == "deepObject" else {}
        sent = {f"{each.name}[{name}]" for name in inner} or {each.name}
        yield from ((part, name) for name in sent if (part := role(plain(name))))


def _flat(query: Mapping[str, Json], within: str = "") -> Iterator[tuple[str, Json]]:
    """The parameters as they are sent: `filter[a]` for what is asked of `a` under `filter`."""
    for name, value in query.items():
        sent = f"{within}[{name}]" if within and "[" not in name else name
        if isinstance(value, dict):
            yield from _flat(value, sent)
        else:
            yield sent, value


def _written(call: Call, name: str, value: Json) -> Sequence[str]:
    """A value as it stands in a query: a list several times, or once with commas."""
    texts = [text_of(each) for each in (value if isinstance(value, list) else [value])]
    joined = any(each.name == name and not each.explode for each in call.step.operation.parameters)
    return [",".join(texts)] if joined else texts


def decoded(call: Call, limit: int = -1, offset: int = 0) -> list[Record]:
    """The records of the call's collection, those of its kind further down included."""
    resource = resource_of(call)
    if call.step.reach:
        found = [call.store.find(resource.shape, each) for each in reached(call, call.step.reach) or ()]
        return [msgspec.json.decode(each[1]) for each in found if each][offset : None if limit < 0 else offset + limit]
    if call.step.shows_trash or call.step.narrowed:
        whole = [msgspec.json.decode(each) for each in call.store.bodies(resource.shape, parent_of(call))]
        asked = [(name, call.segments[position]) for name, position in call.step.narrowed]
        part = [each for each in whole if all(str(each.get(name, value)) == value for name, value in asked)]
        shown: list[Record] = [*with_deleted(call, part)]
        return shown[offset : None if limit < 0 else offset + limit]
    if not resource.also:
        bodies = call.store.bodies(resource.shape, parent_of(call), limit, offset)
        return [msgspec.json.decode(each) for each in bodies]
    records = [msgspec.json.decode(each) for each in call.store.bodies(resource.shape, parent_of(call))]
    for shape in resource.also:
        records += [msgspec.json.decode(each) for each in call.store.everywhere(shape)]
    known = {str(each.get(resource.id_property)): each for each in reversed(records)}
    return list(known.values())[::-1][offset : None if limit < 0 else offset + limit]
