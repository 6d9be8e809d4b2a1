"""What Schemathesis reports and is wrong about: a failure and the case that led to it come in, whether to believe it goes out.

DOUBTS is the whole list, each with its reason; no check is ever switched off for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jsonschema_rs

from contract.spec import Json

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")

Doubt = Callable[[str, Any], bool]
"""The name of the failure's class and the Case in, True out where the failure is none."""


def is_believed(failure: object, case: Any) -> bool:
    """Tell whether a failure is the server's."""
    name = type(failure).__name__
    return not any(doubt(name, case) for doubt in DOUBTS)


def _text_in_a_form(failure: str, case: Any) -> bool:
    """A text of a form becomes null, true or 5, which is text again on the wire: nothing invalid was sent."""
    if failure != "AcceptedNegativeData" or case.media_type != FORMS[0] or not _mutations(case):
        return False
    return all(
        (each.parameter_location.value, each.operator.value) == ("body", "change_type") for each in _mutations(case)
    )


def _one_of_a_list(failure: str, case: Any) -> bool:
    """A list in a form becomes one text, which on the wire is a list of one: nothing tells `ids=1` from `ids=[1]`."""
    if failure != "AcceptedNegativeData" or case.media_type not in FORMS or not isinstance(_body(case), dict):
        return False
    known = _properties(case)
    return any(
        isinstance(known.get(name), Mapping)
        and known[name].get("type") == "array"
        and isinstance(value, (str, int, float, bool) if case.media_type != FORMS[0] else object)
        and not isinstance(value, list)
        for name, value in _body(case).items()
    )


def _structure_in_a_form(failure: str, case: Any) -> bool:
    """An object in a form is sent as the names of its properties alone (`links=rel`): what was to be sent was not."""
    if failure != "RejectedPositiveData" or case.media_type not in FORMS or not isinstance(_body(case), dict):
        return False
    return any(
        isinstance(inner, dict)
        for value in _body(case).values()
        for inner in (value if isinstance(value, list) else [value])
    )


def _unsent_object(failure: str, case: Any) -> bool:
    """A deepObject parameter turned into a value that serialises to nothing: the request is valid without it."""
    mutations = _mutations(case)
    if failure != "AcceptedNegativeData" or not mutations:
        return False
    raw = case.operation.definition.raw.get("parameters", ())
    deep = {each.get("name") for each in raw if each.get("style") == "deepObject"}
    return all(each.parameter in deep and not (case.query or {}).get(each.parameter or "") for each in mutations)


def _carried_over(failure: str, case: Any) -> bool:
    """A value of an earlier answer in a parameter that wants another kind of value: nothing said that it would fit there."""
    phase = getattr(getattr(case.meta, "phase", None), "name", None) if case.meta else None
    if failure != "RejectedPositiveData" or getattr(phase, "value", phase) != "stateful":
        return False
    raw = [each for each in case.operation.definition.raw.get("parameters", ()) if each.get("in") == "query"]
    sent = case.query or {}
    return any(not _fits(each.get("schema"), sent[each["name"]]) for each in raw if each.get("name") in sent)


def _escaped_id(failure: str, case: Any) -> bool:
    """An id with an escape in it (`a%20b`) is taken apart before it is put into the path, which then asks for another one (`a b`)."""
    return failure == "EnsureResourceAvailability" and any("%" in str(each) for each in case.path_parameters.values())


def _given_to_another(failure: str, case: Any) -> bool:
    """The id of what was created stands for something further down as well (`/clubs/7/members/7`), which nobody created."""
    if failure != "EnsureResourceAvailability":
        return False
    given = [str(each) for each in case.path_parameters.values()]
    return len({*given}) < len(given)


def _linked_to_nobody(failure: str, case: Any) -> bool:
    """A linkage names a record that nobody created: the 404 speaks of that one (jsonapi.org, 9.2), and not of the record that is there."""
    body = _body(case) if failure == "EnsureResourceAvailability" and hasattr(case, "operation") else None
    if not isinstance(body, Mapping) or "/relationships/" not in case.operation.path:
        return False
    data = body.get("data")
    return any(isinstance(each, Mapping) and "id" in each for each in (data if isinstance(data, list) else [data]))


def _documented(failure: str, case: Any) -> bool:
    """The request, or a property of it, that the documents show, though a schema speaks against it: the contract is at odds with itself, and the server takes its word."""
    if failure != "AcceptedNegativeData":
        return False
    media = _media(case)
    shown = [each.get("value") for each in (media.get("examples") or {}).values() if isinstance(each, Mapping)]
    body = _body(case)
    if body in [*shown, *([media["example"]] if "example" in media else [])]:
        return True
    known = {name: each for name, each in _properties(case).items() if isinstance(each, Mapping) and "example" in each}
    return isinstance(body, Mapping) and any(
        name in body and body[name] == each["example"] and not _fits(each, body[name]) for name, each in known.items()
    )


def _fits(schema: Json, value: Json) -> bool:
    if not isinstance(schema, Mapping) or "$ref" in schema:
        return True
    try:
        return jsonschema_rs.validator_for(dict(schema), validate_formats=True).is_valid(value)
    except ValueError:
        return True


def _mutations(case: Any) -> Any:
    return getattr(case.meta.phase.data, "mutations", ()) if case.meta else ()


def _body(case: Any) -> Any:
    return getattr(case, "body", None)


def _properties(case: Any) -> Mapping[str, Json]:
    """The properties that the operation's form documents."""
    schema = _media(case).get("schema") or {}
    found: Mapping[str, Json] = schema.get("properties") or {}
    return found


def _media(case: Any) -> Mapping[str, Json]:
    """The media type that the operation documents for what was sent."""
    content = (case.operation.definition.raw.get("requestBody") or {}).get("content") or {}
    return content.get(case.media_type) or {}


DOUBTS: tuple[Doubt, ...] = (
    _text_in_a_form,
    _one_of_a_list,
    _structure_in_a_form,
    _unsent_object,
    _carried_over,
    _escaped_id,
    _given_to_another,
    _linked_to_nobody,
    _documented,
)
