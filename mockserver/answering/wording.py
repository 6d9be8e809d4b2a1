"""What a refusal says in each property of its documented shape: a schema, a value made for it and what is wrong come in, the value that says so goes out.

Properties are known by the names that frameworks and standards give them. What nobody can tell stays as it was made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from contract.checks import Fault
from contract.spec import Json, Spec
from mockserver.answering.samples import generated
from mockserver.answering.words import RULES, Said, chosen, snake, styled
from mockserver.planning.covers import is_success, items_of, plain, properties_of

MESSAGES = (
    "message",
    "detail",
    "errormessage",
    "errordescription",
    "description",
    "title",
    "msg",
    "reason",
    "error",
    "errors",
)
"""Where an error body says what is wrong, the likeliest first."""
_OF_ITEMS = (*MESSAGES, "issue", "defaultmessage", "text", "problem", "cause")
"""The same in an item of a list of faults."""
WHERE = frozenset(
    (
        *("loc", "location", "field", "path", "property", "param", "parameter", "pointer", "source", "target", "name"),
        *("fieldname", "propertypath", "propertyname", "attribute", "key", "in"),
    )
)
"""Where an item of a list of faults says what it is about."""
LISTS = frozenset(
    (
        *(
            "errors",
            "violations",
            "fields",
            "fielderrors",
            "validationerrors",
            "details",
            "detail",
            "issues",
            "messages",
        ),
        *("invalidparams", "invalidparameters", "invalidfields", "failures", "causes", "problems", "suberrors"),
        *("errordetails", "modelstate", "validation"),
    )
)
"""What lists of faults are called."""
_COVERS = frozenset(("error", "errors", "fault", "problem", "err", "meta", "status"))
"""What objects are called that hold all that is said."""
_STATUS = frozenset(("status", "statuscode", "httpstatus", "httpstatuscode", "httpcode"))
_CODES = frozenset(("code", "errorcode", "type", "errortype", "reason", "errorname", "slug", "key", "id"))
"""Names of words for machines, in the order of nothing; `id`, `key` and `slug` only where they list what they may be."""
_FREE_CODES = frozenset(("code", "errorcode", "type", "errortype"))
_PATHS = frozenset(("path", "instance", "requestpath", "requesturi"))
_FAILED = frozenset(("error", "iserror", "haserror", "failed", "failure"))
_NOW = "2024-01-01T00:00:00Z"
_SECONDS = 1704067200
"""The same moment in seconds since 1970."""
_DEEPEST = 4
_NOTHING = object()

Reach = Literal["all", "asked", "message"]
"""Which properties of a refusal say something: all that can, those that have to be there, or only the one for the sentence."""
REACHES: tuple[Reach, ...] = ("all", "asked", "message")

Fits = Callable[[Json, Json], bool]
"""Tells whether a schema accepts a value."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How one contract words its refusals."""

    spec: Spec
    fits: Fits

    def of(self, schema: Json, shape: Json, said: Said, reach: Reach, depth: int = 0) -> Json:
        """A shape that says what is wrong, in as many of its properties as `reach` tells."""
        if isinstance(shape, list) and said.faults and depth == 0:
            items = items_of(self.spec, schema)
            return [self._item(items, each, said) for each in said.faults] if items else shape
        if not isinstance(shape, dict) or depth > _DEEPEST:
            return shape
        known = self._known_properties(schema)
        main = self._main(known, MESSAGES)
        made = dict(shape)
        for name, each in known.items():
            if name not in shape and reach != "all" and name != main:
                continue
            value = self._list(name, each, said, alone=main is None)
            if value is _NOTHING and self._is_inner(name, each, shape):
                inner = shape.get(name) or generated(self.spec, each)
                value = self.of(each, inner, said, reach, depth + 1)
            if value is _NOTHING and name == main:
                value = self._text(each, said)
            if value is _NOTHING and reach != "message":
                value = self._told(name, each, known, said, in_shape=name in shape)
            if value is not _NOTHING:
                made[name] = value
        return made

    def _known_properties(self, schema: Json) -> dict[str, Json]:
        resolved = ((name, self.spec.resolve(each)) for name, each in properties_of(self.spec, schema).items())
        return {name: each for name, each in resolved if isinstance(each, dict)}

    def _told(self, name: str, schema: Json, beside: Mapping[str, Json], said: Said, *, in_shape: bool) -> Json:
        """What a property says beside the sentence; what has to be there and may be nothing is nothing."""
        value = self._known(name, schema, beside, said)
        return None if value is _NOTHING and in_shape and self._is_bare(schema) else value

    def tells(self, schema: Json) -> bool:
        """Tell whether there is a list of faults somewhere in a shape."""
        return self._has_list(schema, 0)

    def _has_list(self, schema: Json, depth: int) -> bool:
        if depth > _DEEPEST:
            return False
        items = items_of(self.spec, schema)
        if items is not None:
            return depth == 0 and self._is_item(items, named=True)
        known = properties_of(self.spec, schema)
        return any(self._is_list(name, each) or self._is_map(name, each) for name, each in known.items()) or any(
            self._has_list(each, depth + 1) for name, each in known.items() if plain(name) in _COVERS
        )

    def _is_bare(self, schema: Json) -> bool:
        """What may be nothing is, in a refusal."""
        return "default" not in schema and "enum" not in schema and self.fits(schema, None)

    def _is_inner(self, name: str, schema: Json, shape: Mapping[str, Json]) -> bool:
        """An object that is there, or that has a place for what is wrong."""
        if name in shape:
            return isinstance(shape[name], dict) and bool(shape[name])
        return plain(name) in _COVERS and self._main(self._known_properties(schema), MESSAGES) is not None

    def _main(self, known: Mapping[str, Json], wanted: Sequence[str]) -> str | None:
        """The property that takes a sentence."""
        for one in wanted:
            for name, each in known.items():
                if plain(name) == one and self._takes_text(each):
                    return name
        return None

    def _takes_text(self, schema: Json) -> bool:
        if not isinstance(schema, dict) or "enum" in schema or "const" in schema or schema.get("format"):
            return False
        return self.fits(schema, "x") or (items_of(self.spec, schema) is not None and self.fits(schema, ["x"]))

    def _text(self, schema: Json, said: Said) -> Json:
        """The sentence, as long as it may be."""
        if not self.fits(schema, "x"):
            return [str(each) for each in said.faults] or [said.sentence]
        longest = schema.get("maxLength")
        fitting = (said.sentence, said.sentence[:longest], said.phrase)
        return next((each for each in fitting if self.fits(schema, each)), _NOTHING)

    # ---- lists of faults

    def _list(self, name: str, schema: Json, said: Said, *, alone: bool) -> Json:
        """All faults where there is a list for them; the sentence as the only one, where nothing else takes that."""
        faults = said.faults or ([Fault("", said.sentence, rule="")] if alone else ())
        if not faults:
            return _NOTHING
        if self._is_list(name, schema):
            items = items_of(self.spec, schema)
            made: Json = [self._item(items, each, said) for each in faults]
            return made if self.fits(schema, made) else _NOTHING
        if said.faults and self._is_map(name, schema):
            return self._map(schema, said.faults)
        return _NOTHING

    def _is_list(self, name: str, schema: Json) -> bool:
        items = items_of(self.spec, schema)
        return items is not None and self._is_item(items, named=plain(name) in LISTS)

    def _is_item(self, items: Json, *, named: bool) -> bool:
        known = properties_of(self.spec, items)
        if not known:
            return named and self._takes_text(self.spec.resolve(items))
        names = {plain(each) for each in known}
        return not names.isdisjoint(_OF_ITEMS) and (named or not names.isdisjoint(WHERE))

    def _is_map(self, name: str, schema: Json) -> bool:
        """Messages by the name of what they are about (Laravel, Rails, ASP.NET)."""
        resolved = self.spec.resolve(schema)
        kinds = kinds_of(resolved)
        return "object" in kinds and plain(name) in LISTS and not properties_of(self.spec, resolved)

    def _map(self, schema: Json, faults: Sequence[Fault]) -> Json:
        messages = by_name(faults)
        made = (messages, {name: "; ".join(each) for name, each in messages.items()})
        return next((each for each in made if self.fits(schema, each)), _NOTHING)

    def _item(self, schema: Json, fault: Fault, said: Said) -> Json:
        """One fault, as the items of a list are."""
        known = self._known_properties(schema)
        if not known:
            return str(fault) if fault.place else fault.message
        made = generated(self.spec, schema)
        made = dict(made) if isinstance(made, dict) else {}
        main = self._main(known, _OF_ITEMS)
        own = replace(said, sentence=fault.message)
        for name, each in known.items():
            value = self._text(each, own) if name == main else self._where(name, each, fault, known)
            if value is _NOTHING:
                value = self._known(name, each, known, own, fault)
            if value is not _NOTHING:
                made[name] = value
        return made

    def _where(self, name: str, schema: Json, fault: Fault, beside: Mapping[str, Json]) -> Json:
        """The place of a fault, in the way that a property tells places."""
        plainly = plain(name)
        if plainly not in WHERE or not fault.place or (plainly == "in" and "enum" not in schema and len(beside) < 3):
            return _NOTHING
        inner = properties_of(self.spec, schema)
        if inner:
            told = {
                key: value
                for key, each in inner.items()
                if (value := self._where(key, self.spec.resolve(each), fault, inner)) is not _NOTHING
            }
            return _bare_pointer(told) if told and self.fits(schema, told) else _NOTHING
        within, _, _ = fault.place.partition(".")
        told_by: Mapping[str, Json] = {
            "in": within,
            "pointer": "#" + pointer(fault) if within == "body" else _NOTHING,
            "parameter": field_of(fault) if within in ("query", "path") or "pointer" not in beside else _NOTHING,
        }
        fitting = [told_by[plainly]] if plainly in told_by else [field_of(fault), fault.place.split(".")]
        return next((each for each in fitting if each is not _NOTHING and self.fits(schema, each)), _NOTHING)

    # ---- words and numbers

    def _known(
        self, name: str, schema: Json, beside: Mapping[str, Json], said: Said, fault: Fault | None = None
    ) -> Json:
        """What a property says that is known by its name; nothing where none is, or what is known is no value of it."""
        if not isinstance(schema, dict) or "const" in schema:
            return _NOTHING
        fitting = (*self._numbers(plain(name), schema, said), *self._words(name, schema, beside, said, fault))
        return next((each for each in fitting if self.fits(schema, each)), _NOTHING)

    def _numbers(self, plainly: str, schema: Json, said: Said) -> Sequence[Json]:
        kinds = kinds_of(schema)
        if "boolean" in kinds:
            return (False,) if is_success(plainly) else (True,) if plainly in _FAILED else ()
        if not kinds & {"integer", "number"}:
            return ()
        if plainly in _STATUS or plainly in ("code", "errorcode"):
            return (said.status,)
        return (_SECONDS,) if plainly == "timestamp" else ()

    def _words(
        self, name: str, schema: Json, beside: Mapping[str, Json], said: Said, fault: Fault | None
    ) -> Sequence[Json]:
        plainly, others = plain(name), {plain(each) for each in beside}
        if "enum" in schema:
            return chosen(schema["enum"], said) if plainly in _CODES | _STATUS | {*MESSAGES} else ()
        if plainly in _STATUS and others & {"title", "detail", "source"}:
            return (str(said.status),)
        if plainly in _STATUS:
            return ("error",)
        if plainly in _PATHS and not fault:
            return (said.path,) if said.path else ()
        if plainly == "timestamp":
            return (_NOW,)
        if plainly == "type" and "title" in others and not fault:
            return ("about:blank",)  # RFC 9457, section 4.2.1
        if plainly == "title" or (plainly == "error" and "errordescription" not in others):
            return (said.phrase,)
        if plainly in _FREE_CODES or plainly == "error":
            word = RULES.get(fault.rule, "invalid") if fault and fault.place else snake(said.phrase)
            return (styled(word, schema, said),)
        return ()


def by_name(faults: Sequence[Fault]) -> dict[str, list[str]]:
    """Messages by the name of what they are about."""
    messages: dict[str, list[str]] = {}
    for each in faults:
        messages.setdefault(field_of(each), []).append(each.message)
    return messages


def kinds_of(schema: Json) -> frozenset[str]:
    """The types that a schema names."""
    stated = schema.get("type") if isinstance(schema, dict) else None
    return frozenset(stated) if isinstance(stated, list) else frozenset([str(stated)] if stated else [])


def field_of(fault: Fault) -> str:
    """What a fault is about, without where that stands."""
    return fault.place.partition(".")[2] or fault.place


def pointer(fault: Fault) -> str:
    """Where a fault is in the body (JSON Pointer, RFC 6901)."""
    return "".join("/" + str(each).replace("~", "~0").replace("/", "~1") for each in fault.path)


def _bare_pointer(told: dict[str, Json]) -> dict[str, Json]:
    """Inside of a `source` a pointer is none of a fragment (jsonapi.org, 11.2)."""
    return {name: each[1:] if plain(name) == "pointer" else each for name, each in told.items()}
