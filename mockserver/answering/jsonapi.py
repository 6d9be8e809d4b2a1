"""JSON:API's compound documents and relationships (jsonapi.org, version 1.1): records and names of relationships come in, what belongs to them goes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from contract.spec import Json
from mockserver.answering.linking import repointed
from mockserver.answering.records import identity_of, key_of, parent_of, resource_of
from mockserver.api import Call
from mockserver.planning.covers import plain
from mockserver.planning.evidence import last_word, singular
from mockserver.planning.model import Resource
from mockserver.planning.tabled import Tabled
from mockserver.state.store import below

Record = Mapping[str, Json]


def included(body: Json, more: Sequence[Record], names: Sequence[str]) -> Json:
    """A document with the records that the request asks for beside the primary ones; without any, where it asks for none."""
    if not isinstance(body, dict) or "data" not in body:
        return body
    bare = {name: value for name, value in body.items() if name != "included"}
    return {**bare, "included": more} if names else bare


def related_to(call: Call, records: Sequence[Record], names: Sequence[str]) -> list[Record]:
    """The records that some relationships of others name, and those that theirs do (`author.company`), each once (section 7.3)."""
    found: dict[tuple[str, str], Record] = {}
    for record in records:
        for name in names:
            head, *rest = name.split(".")
            level = list(_related(call, record, head))
            reached = list(level)
            for further in rest:
                level = [each for one in level for each in _linked(call, one, further)]
                reached += level
            for each in reached:
                found.setdefault((str(each.get("type")), str(each.get("id"))), each)
    return list(found.values())


def related(call: Call, record: Record) -> dict[str, Json]:
    """A record whose links to the records below it are those that are there now."""
    relations = record.get("relationships")
    if not isinstance(relations, dict):
        return dict(record)
    parent = below(parent_of(call), str(record.get(resource_of(call).id_property or "id")))
    made = {}
    for name, relation in relations.items():
        child = _below(call, name) if isinstance(relation, dict) and "data" in relation else None
        if child:
            known = [msgspec.json.decode(each) for each in call.store.bodies(child.shape, parent)]
            made[name] = {**relation, "data": [{key: each.get(key) for key in ("type", "id")} for each in known]}
    return {**record, "relationships": {**relations, **made}}


def to_below(call: Call, record: Record) -> dict[str, Json]:
    """The relationships that a documented record has to the collections below it, as they are while those are empty."""
    relations = record.get("relationships")
    known = relations.items() if isinstance(relations, dict) else ()
    return {
        name: {**relation, "data": []} for name, relation in known if isinstance(relation, dict) and _below(call, name)
    }


def linkage(record: Record, name: str) -> Json:
    """What a record is linked to by a relationship (section 7.2.2.2)."""
    relations = record.get("relationships")
    relation = relations.get(name) if isinstance(relations, dict) else None
    return relation.get("data") if isinstance(relation, dict) else []


def relinked(record: Record, name: str, body: Json, method: str) -> dict[str, Json]:
    """A record after POST added links, DELETE removed some, or PATCH replaced them all (section 9.6.3); no link is there twice."""
    sent, links = body.get("data") if isinstance(body, dict) else None, _identifiers(body)
    before = linkage(record, name)
    known = before if isinstance(before, list) else [before] if before else []
    ids = {str(each.get("id")) for each in links}
    kept = [each for each in known if str(each.get("id")) not in ids]
    if method == "POST":
        kept = [*known, *(each for each in links if str(each.get("id")) not in {str(one.get("id")) for one in known})]
    made: Json = {"DELETE": kept, "POST": kept}.get(method, sent)
    relations = record.get("relationships")
    own = relations if isinstance(relations, dict) else {}
    return {**record, "relationships": {**own, name: repointed(own.get(name), {"data": made})}}


def unknown(call: Call, sent: Json, *known: Json) -> str | None:
    """The id of the first resource identifier object in a request whose record is not there, though its collection can be read.

    What is documented goes on to work, and who is linked already may be linked again: `known` bodies name them.
    """
    told = {str(each.get("id")) for body in known for each in _identifiers(body)}
    for each in _identifiers(sent):
        identity, called = str(each.get("id")), singular(plain(str(each.get("type", ""))))
        homes = [one for one in call.api.plan.resources if called and singular(plain(last_word(one.shape))) == called]
        readable = any(one.item and not one.parents for one in homes)
        if readable and identity not in told and not any(call.store.find(one.shape, identity) for one in homes):
            return identity
    return None


def contradicting(call: Call, documented: Json) -> str:
    """The id of the resource object in a request, where its path names another one (section 9.2: 409); empty where they agree.

    What is documented goes on to work.
    """
    if not resource_of(call).is_json_api or resource_of(call).kind != "collection":
        return ""
    told, shown = (
        [str(each.get("id", "")) for each in _identifiers(body)][:1] for body in (call.values.body, documented)
    )
    return told[0] if told and told[0] not in ("", key_of(call), identity_of(call), *shown) else ""


def _identifiers(body: Json) -> list[Record]:
    data = body.get("data") if isinstance(body, dict) else None
    return [each for each in (data if isinstance(data, list) else [data]) if isinstance(each, dict)]


def _related(call: Call, record: Record, name: str) -> Iterator[Record]:
    """The records that a relationship names; else those of the collection of that name below the record."""
    child = _below(call, name)
    if not child:
        yield from _linked(call, record, name)
        return
    parent = below(parent_of(call), str(record.get(resource_of(call).id_property or "id")))
    yield from (msgspec.json.decode(each) for each in call.store.bodies(child.shape, parent))


def _linked(call: Call, record: Record, name: str) -> Iterator[Record]:
    """The records that a record says it is linked to."""
    linked = linkage(record, name)
    for each in linked if isinstance(linked, list) else [linked]:
        if isinstance(each, dict) and each.get("id") is not None:
            yield from _found(call, each, name)


def _found(call: Call, link: Record, name: str) -> Iterator[Record]:
    """The record that a resource identifier object (section 7.3) means, if it is there; of a kind that nobody knows, what can be told."""
    wanted = {plain(str(link.get("type", ""))), plain(name)}
    wanted |= {singular(each) for each in wanted}
    homes = [each for each in call.api.plan.resources if singular(plain(last_word(each.shape))) in wanted]
    known = next((found for each in homes if (found := call.store.find(each.shape, str(link["id"])))), None)
    example = resource_of(call).example
    if known:
        yield msgspec.json.decode(known[1])
    elif isinstance(example, Tabled):
        yield example.linked(name, str(link["id"]))
    elif not homes:
        yield call.api.included.get((str(link.get("type")), str(link["id"])), {"attributes": {}, **link})


def _below(call: Call, name: str) -> Resource | None:
    """The collection of a name below the records of the call's resource."""
    shape = f"{resource_of(call).shape}/{{}}/"
    return next(
        (
            each
            for each in call.api.plan.resources
            if each.shape.startswith(shape) and plain(each.shape[len(shape) :]) == plain(name)
        ),
        None,
    )
