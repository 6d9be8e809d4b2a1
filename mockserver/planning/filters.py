"""Which records a list shows: a parameter and its value come in, tests on records go out; what names nothing that records have sifts nothing.

The words are those that APIs use: families (`filter[name]`), ranges by ending (`created_after`, `price[lte]`) or in pairs
(`startTime`, `endTime`), operators (`name[like]`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contract.spec import Json, Operation, Parameter
from mockserver.planning.comparing import (
    Test,
    both,
    bound,
    comparable,
    equals,
    is_instant,
    moment,
    searching,
    text_of,
    without,
)
from mockserver.planning.covers import plain
from mockserver.planning.dialect import Record, fields_of, held_in, role, stems, value_of
from mockserver.planning.evidence import last_word, singular
from mockserver.planning.flagging import marked
from mockserver.planning.model import Resource
from mockserver.planning.tabled import Tabled

_FAMILY = re.compile(r"(?:filters?|where|search|q)\[([^\]]*)\](.*)", re.IGNORECASE)
_ENDS = (
    *("gte?", "lte?", "min", "max", "from", "to", "since", "until", "after", "before", "start", "end"),
    *("inicio", "fim", "desde", "hasta"),
)
_RANGE = re.compile(rf"(?P<name>.*?)[\[_.]*(?P<end>{'|'.join(_ENDS)})\]?(?:\[\])?", re.IGNORECASE)
_FIRST = re.compile(rf"(?P<end>{'|'.join(each for each in _ENDS if '?' not in each)})_?(?P<name>.*)", re.IGNORECASE)
_LEAST = ("gte", "gt", "min", "from", "since", "after", "start", "inicio", "desde")
_OPEN = ("gt", "lt", "after", "before")
_BETWEEN = re.compile(r"(?P<name>.*?)[\[_.-]*(?:range|between|period)\]?", re.IGNORECASE)
_OPERATOR = re.compile(
    r"(?P<name>.+?)(?:\[|__|_|\.)(?P<how>eq|equals|exact|in|ne|neq|not|i?like|i?contains|starts_?with)\]?",
    re.IGNORECASE,
)
_TIMES = ("created_at", "created", "createdat", "date", "timestamp", "time", "datetime", "updated_at", "updated")
_TIMED = re.compile(
    r"(?:^|_)(?:at|on|date|data|time|timestamp)(?:_|$)|(?:At|On|Date|Time|Timestamp)$|^(?:date|data|inserted)"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """What is known of the list that parameters sift."""

    properties: tuple[str, ...]
    """Names under which its records hold values."""
    kind: str = ""
    """What one record is called: `group`."""
    names: tuple[str, ...] = ()
    """All parameters of the list."""


def tests_of(names: tuple[str, ...], resource: Resource, parameter: Parameter, value: Json) -> Iterator[Test]:
    """What records must pass for one parameter that names a property; `names` are those of all that can be asked."""
    listed = Listed(resource.fields, singular(last_word(resource.shape)), names)
    if isinstance(resource.example, Tabled) and parameter.name in resource.example.asks:
        yield from _tabled(resource.example, parameter.name, value, listed)
        return
    if isinstance(value, dict):
        yield from filter(None, (test_of(name, one, listed) for name, one in value.items()))
        return
    test = test_of(parameter.name, value, listed)
    if test is None:
        family = _FAMILY.fullmatch(parameter.name)
        name = family[1] if family and family[1] and not family[2] else parameter.name
        shown = tuple(each.value for each in parameter.examples) if name in resource.sent else None
        test = held(name, value, shown)
    if test:
        yield test


def _tabled(example: Tabled, name: str, value: Json, listed: Listed) -> Iterator[Test]:
    """The records with a relationship to those that a parameter means by ids or words."""
    relation, attribute = example.asks[name]
    if attribute:
        test = _through(f"{relation}.{attribute}", value, listed)
        yield from [test] if test else []
        return
    known = example.relations[relation]
    words = {
        each.strip() for one in (value if isinstance(value, list) else [value]) for each in text_of(one).split(",")
    }
    ids, none = {each for word in words for each in known.meant(word)}, known.none in words
    if words - {""}:
        yield lambda record: not ids.isdisjoint(own) if (own := value_of(record, relation)) else none


def unsifted(operation: Operation, resource: Resource, records: Iterable[Record]) -> Iterator[tuple[str, str]]:
    """What documented requests ask for though their documented answer shows records that are not so: names and values.

    Whoever sends the documented request wants the documented answer, not none because the writer's sample is careless.
    """
    shown = list(records)
    ids = {str(each.get(resource.id_property or "")) for each in shown}
    names = tuple(each.name for each in operation.parameters if each.location == "query")
    for each in operation.parameters:
        part = role(plain(each.name)) if each.name not in resource.fields else None
        if each.location != "query" or (part and part not in ("search", "cursor")):
            continue
        for example in each.examples:
            if part == "cursor":
                yield from [(each.name, str(example.value))] if str(example.value) not in ids else []
                continue
            known = tests_of(names, resource, each, example.value) if part is None else [searching(example.value)]
            if any(not test(record) for test in known for record in shown):
                yield each.name, str(example.value)


def test_of(name: str, value: Json, listed: Listed) -> Test | None:
    """The test that a parameter means; None where it names nothing that records have."""
    family = _FAMILY.fullmatch(name)
    asked = (family[1] + family[2]) if family else name
    values = value if isinstance(value, list) else [value]
    bare = asked.replace("[]", "")
    if plain(bare).startswith("exclude"):
        return without(test_of(bare[len("exclude") :].lstrip("_-"), value, listed))
    if told := _told(bare, values, listed):
        return told
    found = _property(bare, listed)
    if ended := _end(found, bare, values, listed):
        return ended
    if found:
        return _as_held(found, values)
    if between := _between(bare, values, listed):
        return between
    if (operator := _OPERATOR.fullmatch(bare)) and (of := _property(operator["name"], listed)):
        return _operated(of, operator["how"].lower(), values)
    if flagged := _flagged(bare, values[0] if values else None, listed):
        return flagged
    if sought := _sought(bare, value, listed):
        return sought
    if family and plain(asked) == "name":
        names = [each for each in listed.properties if plain(each).endswith("name") or plain(each) == "email"]
        return _called(values[0], names) if names else None
    return _through(bare, value, listed)


_LED = re.compile(r"(?i:q|by|(?:filter|search|find)(?:_?by)?)(?:_|-|(?=[A-Z]))(?P<name>.+)")
"""`q_status`, `filter_by_owner`: how a name may begin that goes on with that of a property."""
_SCOPES = ("scope", "view", "show", "state", "status")
"""Names of parameters whose value may be what records are: `scope=archived`."""


def _sought(bare: str, value: Json, listed: Listed) -> Test | None:
    if led := _LED.fullmatch(bare):
        name = led["name"]
        return searching(value) if role(plain(name)) == "search" else test_of(name, value, listed)
    said = text_of(value) if plain(bare) in _SCOPES and not isinstance(value, list) else ""
    return marked(said, listed.properties) if plain(said) not in ("", "all", "any") else None


def _as_held(name: str, values: list[Json]) -> Test | None:
    """Records that hold one of some values, or were between two moments, or changed since one: nobody asks what was changed in one second of all."""
    if len(values) == 2 and all(moment(each) is not None for each in values):
        return both(bound(name, values[0], least=True), bound(name, values[1], least=False))
    if len(values) == 1 and _CHANGED.fullmatch(name) and is_instant(values[0]):
        return bound(name, values[0], least=True)
    return equals(name, values)


_CHANGED = re.compile(r"(?:last_?)?(?:updated|modified|changed)(?:_?(?:at|on|date|time))?", re.IGNORECASE)


def _told(bare: str, values: list[Json], listed: Listed) -> Test | None:
    """`unread=true`, `archived=false` of records that tell it under another name; what has the very name is asked for its value."""
    said = plain(text_of(values[0])) if len(values) == 1 else ""
    if said not in ("true", "false") or plain(bare) in map(plain, listed.properties):
        return None
    test = marked(bare, listed.properties)
    return test if said == "true" else without(test)


def _called(value: Json, names: list[str]) -> Test:
    """Records of which each word of a text is in one of some names: `Ada Baker` of a first name and a last one."""
    tests = [searching(each, names) for each in text_of(value).split()]
    return lambda record: all(test(record) for test in tests)


_STEP = re.compile(r"(?P<head>[^\[\].]+?)(?:(?:\.|__)(?P<rest>.+)|\[(?P<inner>[^\[\]]+)\](?P<more>.*))")


def _through(bare: str, value: Json, listed: Listed) -> Test | None:
    """`author.name`, `author[name]`, `author__name`: what stands inside of a property or in the records that a relationship names.

    What none of them has sifts nothing.
    """
    step = _STEP.fullmatch(bare)
    head = _property(step["head"], listed) if step else None
    if not step or not head:
        return None
    rest = step["rest"] or step["inner"] + step["more"]
    known: dict[tuple[str, ...], Test | None] = {}

    def test(record: Record) -> bool:
        inner = held_in(record, head)
        told = []
        for each in inner or ():
            fields = fields_of(each)
            if fields not in known:
                known[fields] = test_of(rest, value, Listed(fields, singular(head)))
            one = known[fields]
            told += [one(each)] if one else []
        return any(told) if told else inner is None or bool(inner)

    return test


_FLAG = re.compile(
    r"(?P<how>include|show|with|only)s?[_-]?(?P<name>.+)|(?P<before>.+?)[_-]?(?P<after>only|status|state)",
    re.IGNORECASE,
)


_TRUE = ("true", "1", "yes")


def _flagged(bare: str, value: Json, listed: Listed) -> Test | None:
    """`archived_status=active`, `include_archived=false`, `only_archived=true`: whether records are so, or have been since a time they tell."""
    match = _FLAG.fullmatch(bare)
    stem = (match["name"] or match["before"]) if match else ""
    of = _property(stem, listed) if plain(stem) else None
    said = plain(text_of(value))
    if match and stem and not of and plain(match["how"] or match["after"]) == "only":
        return marked(stem, listed.properties) if said in _TRUE else None
    if not match or not of or said in ("", "all", "any", "both"):
        return None
    how = (match["how"] or match["after"]).lower()
    if how in ("status", "state"):
        wanted = said in (plain(stem), "true", "yes")
    elif (said in _TRUE) is (how == "only"):
        wanted = how == "only"
    else:
        return None  # others may be shown as well

    def test(record: Record) -> bool:
        held = value_of(record, of)
        known = held is None or isinstance(held, bool) or moment(held) is not None
        return not known or bool(held) is wanted

    return test


def _end(found: str | None, bare: str, values: list[Json], listed: Listed) -> Test | None:
    """One end of a range, as its name says (`price[lte]`), or the parameter beside it (`startTimestamp`, `endTimestamp`)."""
    for form in (_RANGE, _FIRST):
        match = form.fullmatch(bare)
        if not match:
            continue
        least, open_ = match["end"].lower() in _LEAST, match["end"].lower() in _OPEN
        other = _other_end(match["name"], listed, form, least=least)
        told = len(values) == 1 and comparable(values[0], values[0]) is not None
        if not told or (found and not other and moment(values[0]) is None):
            continue
        of = found or (_property(other, listed) if other else None) or _timed(match["name"], listed)
        if of:
            return bound(of, values[0], least=least, open_=open_)
    return None


def _other_end(stem: str, listed: Listed, form: re.Pattern[str], *, least: bool) -> str | None:
    """The parameter that is the other end of a range."""
    for each in listed.names:
        match = form.fullmatch(each)
        if match and plain(match["name"]) == plain(stem) and (match["end"].lower() in _LEAST) is not least:
            return each
    return None


def _timed(stem: str, listed: Listed) -> str | None:
    """The property that a range is about: the one it names, or the time that records bear."""
    alike = next((each for each in _ALIKE if plain(stem) in each), ())
    named = (_property(each, listed) for each in (stem, *alike) if plain(each))
    return next(filter(None, named), None) or (time_of(listed.properties) if _is_time(stem) else None)


_ALIKE = (
    ("updated", "modified", "changed", "edited", "lastupdated", "lastmodified", "lastchanged", "update", "ifmodified"),
    ("created", "added", "inserted", "registered", "creation", "submitted"),
)
"""Words for one and the same time of a record."""


def _between(bare: str, values: list[Json], listed: Listed) -> Test | None:
    """Both ends in one value (`dateRange=2020-01-01|2020-02-01`), or one day of the time that records bear."""
    match = _BETWEEN.fullmatch(bare)
    on = None if match else _ON.fullmatch(bare)
    stem = match["name"] if match else on["name"] if on else bare
    of = _timed(stem, listed) if match or on or _is_time(bare) else None
    if of is None:
        return None
    ends = [each for each in re.split(r"[|,;]|\.\.|/| - | to ", str(values[0])) if each.strip()] if match else []
    if len(ends) == 2:
        return both(bound(of, ends[0].strip(), least=True), bound(of, ends[1].strip(), least=False))
    return equals(of, values) if not match and moment(values[0]) is not None else None


_ON = re.compile(r"(?P<name>.*?)_?(?:[Oo]n|[Dd]ay)")


def _operated(name: str, how: str, values: list[Json]) -> Test | None:
    """`name[like]`, `id[in]`, `state[ne]`."""
    if "like" in how or "contains" in how:
        return searching(str(values[0]).strip("%*"), [name])
    if how.startswith("start"):
        return lambda record: text_of(value_of(record, name)).casefold().startswith(text_of(values[0]).casefold())
    test = equals(name, values)
    return without(test) if how in ("ne", "neq", "not") else test


def held(name: str, value: Json, shown: tuple[Json, ...] | None) -> Test | None:
    """The test of a name that no answer shows: records to which clients gave a value must have the one asked for.

    Those that hold none belong to the documented request, if `shown` gives its values; else to any.
    """
    accepts = equals(name, value if isinstance(value, list) else [value])
    if accepts is None or _OF_THE_CALL.fullmatch(name):
        return None
    untold = not shown or any(text_of(each) == text_of(value) for each in shown)
    return lambda record: untold if value_of(record, name) is None else accepts(record)


_OF_THE_CALL = re.compile(
    r"(?:(?:api|access|auth|app|client|user|private|public|secret)[_-]?)?(?:key|token|signature|secret|hash|nonce|password)"
    r"|lang(?:uage)?|locale|format|callback|timestamp|version|v",
    re.IGNORECASE,
)
"""What a request says of itself or its caller, and not of records."""


def _property(asked: str, listed: Listed) -> str | None:
    """The property that a parameter is named after: itself, one of several (`statuses`), the id of what it names, or when it was."""
    wanted = plain(asked)
    about = stems(wanted)
    forms = (wanted, *about, wanted.removesuffix("es"), wanted + "id", wanted + "s", *(each + "s" for each in about))
    known = {plain(each): each for each in listed.properties}
    rest = asked[len(listed.kind) :] if listed.kind and asked.lower().startswith(listed.kind.lower()) else ""
    own = plain(rest) if rest[:1] in ("_", "-", ".") or rest[:1].isupper() else ""
    one = plain(singular(asked))
    forms = (*forms, wanted + "at", wanted + "on", wanted + "date", own, one + "id", one + "ids")
    return next((known[each] for each in forms if each and each in known), None)


def _is_time(name: str) -> bool:
    return plain(name) in ("", "date", "time", "created", "timestamp", "datetime", "data")


def time_of(properties: Iterable[str]) -> str | None:
    """The property that tells when records were made, or else some time of theirs."""
    known = {plain(each): each for each in properties}
    usual = next((known[plain(each)] for each in _TIMES if plain(each) in known), None)
    return usual or next((each for each in known.values() if _TIMED.search(each)), None)
