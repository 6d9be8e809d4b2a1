"""XML bodies as values: bytes and a schema come in, the objects, lists and texts that the schema sees in them go out; nothing is judged here.

Names, attributes and wrapped lists are as the `xml` of each property says (OpenAPI 3.0.3, section 4.7.26); what no schema knows is kept
under the name of its element. Texts become numbers and truth values where whoever judges reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree as ET

from contract.spec import Json, Spec
from contract.wire import WireError, types_of

_DEEPEST = 100


def is_xml(media: str) -> bool:
    """Tell whether a media type is XML (RFC 7303)."""
    return media in ("application/xml", "text/xml") or media.endswith("+xml")


def parsed_xml(spec: Spec, raw: bytes, schema: Json) -> Json:
    """The value of an XML document; WireError where it is none, or one that defines entities."""
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise WireError("is not readable: it declares a document type")
    try:
        root = ET.fromstring(raw)  # noqa: S314 - see above
    except (ET.ParseError, ValueError, LookupError) as error:
        raise WireError(f"is not XML: {error}") from error
    return _value(spec, root, schema, 0)


def _value(spec: Spec, element: ET.Element, schema: Json, depth: int) -> Json:
    if depth > _DEEPEST:
        raise WireError("is not readable: it is nested too deeply")
    types, resolved = types_of(spec, schema), spec.resolve(schema)
    text = element.text or ""
    if not len(element) and (text.strip() or not types & {"array", "object"}):
        return text
    if "array" in types:
        items = resolved.get("items", {})
        return [_value(spec, each, items, depth + 1) for each in element]
    return _object(spec, element, schema, depth)


def _object(spec: Spec, element: ET.Element, schema: Json, depth: int) -> dict[str, Json]:
    asked = _required(spec, schema)
    made: dict[str, Json] = {}
    taken: set[str] = set()
    for name, inner in _properties(spec, schema).items():
        described = spec.resolve(inner)
        about = described.get("xml") or {} if isinstance(described, dict) else {}
        tag = str(about.get("name") or name)
        if about.get("attribute"):
            made.update({name: element.attrib[tag]} if tag in element.attrib else {})
            continue
        is_bare = "array" in types_of(spec, inner) and not about.get("wrapped")
        tag = _member(spec, described, tag) if is_bare else tag
        found = [each for each in element if _local(each) == tag]
        taken.add(tag)
        if is_bare and (found or name in asked):  # a list without members cannot be told from none
            made[name] = [_value(spec, each, described.get("items", {}), depth + 1) for each in found]
        elif found:
            values = [_value(spec, each, inner, depth + 1) for each in found]
            made[name] = values if len(values) > 1 else values[0]
    rest = {_local(each): _value(spec, each, {}, depth + 1) for each in element if _local(each) not in taken}
    return {**rest, **made}


def _member(spec: Spec, schema: Json, name: str) -> str:
    """The element of each member of a list that nothing wraps."""
    items = spec.resolve(schema.get("items", {}))
    return str((items.get("xml") or {}).get("name") or name) if isinstance(items, dict) else name


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _properties(spec: Spec, schema: Json) -> Mapping[str, Json]:
    resolved = spec.resolve(schema)
    if not isinstance(resolved, dict):
        return {}
    parts = [_properties(spec, each) for each in resolved.get("allOf") or ()]
    return {name: each for part in [*parts, resolved.get("properties") or {}] for name, each in part.items()}


def _required(spec: Spec, schema: Json) -> frozenset[str]:
    resolved = spec.resolve(schema)
    if not isinstance(resolved, dict):
        return frozenset()
    parts = (_required(spec, each) for each in resolved.get("allOf") or ())
    return frozenset(resolved.get("required") or ()).union(*parts)
