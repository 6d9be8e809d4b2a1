"""What stands on the wire, read as values: texts and bytes come in, JSON values go out; nothing here judges by schema.

Parameters follow `style` and `explode` (OpenAPI 3.0.3, section 4.7.12.2, RFC 6570); a text is read as every
type its schema allows, and whoever judges takes the first reading that validates.
"""

from __future__ import annotations

import math
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from urllib.parse import parse_qsl, unquote

import msgspec

from contract.spec import Json, Parameter, Spec, whole

ABSENT = msgspec.UNSET
"""Stands for a value that was not sent (`null` is a value)."""

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_MOST_DIGITS = 4000  # Python refuses longer integers; so does every real server
_DEEPEST = 200  # RFC 8259, section 9 allows a limit; whoever walks a value may then do so by recursion
_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|"}
_DISPOSITION = re.compile(r';\s*(name|filename)="((?:[^"\\]|\\.)*)"', re.IGNORECASE)

Pairs = Sequence[tuple[str, str]]


class WireError(ValueError):
    """The bytes cannot be read at all; the message says why, without the place."""


def types_of(spec: Spec, schema: Json, depth: int = 0) -> frozenset[str]:
    """The JSON types a schema may allow; empty when it does not say."""
    schema = spec.resolve(schema)
    if not isinstance(schema, dict) or depth > 8:
        return frozenset()
    stated = schema.get("type")
    if stated:
        named = frozenset([stated] if isinstance(stated, str) else stated)
        return named | {"null"} if schema.get("nullable") else named
    if "properties" in schema:
        return frozenset({"object"})
    alternatives = [each for key in ("oneOf", "anyOf") for each in schema.get(key) or ()]
    found = [types_of(spec, each, depth + 1) for each in alternatives]
    if found and all(found):
        return frozenset().union(*found)
    narrowed = [types for each in schema.get("allOf") or () if (types := types_of(spec, each, depth + 1))]
    return frozenset.intersection(*narrowed) if narrowed else frozenset()


def readings(text: str, types: frozenset[str]) -> Iterator[Json]:
    """Every value a text may stand for under these types, the narrowest first; the text itself is the last."""
    free = not types
    if (free or types & {"integer", "number"}) and len(text) < _MOST_DIGITS:
        if _INTEGER.fullmatch(text):
            yield int(text)
        elif (free or "number" in types) and _NUMBER.fullmatch(text) and math.isfinite(value := float(text)):
            yield whole(value)
    if (free or "boolean" in types) and text in ("true", "True", "false", "False"):
        yield text in ("true", "True")
    if (free or "null" in types) and text == "null":
        yield None
    if "null" in types and "string" not in types and not text:
        yield None  # where a text may stand, an empty one is one
    yield text


def parsed_query(raw: bytes) -> list[tuple[str, str]]:
    """A query string or urlencoded form as pairs, in order; WireError when it is not UTF-8."""
    try:
        return parse_qsl(
            raw.decode("ascii", "strict"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=5000,
        )
    except (UnicodeDecodeError, ValueError) as error:
        raise WireError("is not percent-encoded UTF-8, or holds too many fields") from error


def parsed_cookies(header: str) -> list[tuple[str, str]]:
    """A Cookie header as pairs (RFC 6265, section 4.2.1)."""
    pairs = (each.strip().partition("=") for each in header.split(";"))
    return [(name, value) for name, equals, value in pairs if equals]


def parsed_json(raw: bytes) -> Json:
    """A JSON text (RFC 8259); WireError for anything else, be it NaN, a broken character or a tower of brackets."""
    try:
        value = _DECODER.decode(raw)
    except msgspec.DecodeError as error:
        raise WireError(f"is not JSON: {error}") from error
    except UnicodeDecodeError as error:
        raise WireError("is not JSON: it is not UTF-8") from error
    except RecursionError as error:
        raise WireError("is not readable: it is nested too deeply") from error
    if len(raw) > _DEEPEST < raw.count(b"[") + raw.count(b"{") and _depth(value) > _DEEPEST:
        raise WireError("is not readable: it is nested too deeply")
    return value


def _number(text: str) -> Json:
    """A number with a fraction or an exponent; ValueError where no double holds it."""
    value = float(text)
    if math.isinf(value):
        raise ValueError("Number out of range")
    return whole(value)


_DECODER = msgspec.json.Decoder(float_hook=_number)


def _depth(value: Json) -> int:
    """How deep lists and objects are nested, found without recursion."""
    level, depth = [value], 0
    while level := [each for each in level if isinstance(each, (dict, list))]:
        depth += 1
        level = [inner for each in level for inner in (each.values() if isinstance(each, dict) else each)]
    return depth


def parsed_multipart(raw: bytes, content_type: str) -> list[tuple[str, str]]:
    """The parts of a form (RFC 7578) as pairs; a file's name stands for its bytes, which no schema describes and no record holds."""
    found = re.search(r'boundary="?([^";,]{1,70})"?', content_type, re.IGNORECASE)
    if not found:
        raise WireError("is multipart without a boundary")
    chunks = (b"\r\n" + raw).split(b"\r\n--" + found[1].encode("latin-1"))
    if len(chunks) < 2 or not chunks[-1].startswith(b"--"):
        raise WireError("is multipart without its closing boundary")
    return [_part(chunk) for chunk in chunks[1:-1]]


def _part(chunk: bytes) -> tuple[str, str]:
    head, blank, content = chunk.partition(b"\r\n\r\n")
    disposition = {key.lower(): value for key, value in _DISPOSITION.findall(head.decode("utf-8", "replace"))}
    if not blank or "name" not in disposition:
        raise WireError("is multipart with a part that has no name")
    if disposition.get("filename"):
        return disposition["name"], disposition["filename"]
    try:
        return disposition["name"], content.decode("utf-8")
    except UnicodeDecodeError:
        return disposition["name"], content.decode("latin-1")


def texts_of(parameter: Parameter, pairs: Pairs, types: frozenset[str], properties: Mapping[str, Json]) -> Json:
    """The raw value of a query, header or cookie parameter: text, list or dict of texts, or ABSENT."""
    name, style = parameter.name, parameter.style
    if style == "deepObject":
        return _deep(name, pairs) or ABSENT
    if "object" in types and style == "form" and parameter.explode:
        named = {key: value for key, value in pairs if key in properties}
        return named or ABSENT
    sent = [value for key, value in pairs if key == name]
    if not sent:
        return ABSENT
    if "array" in types and style == "form" and parameter.explode:
        return sent[0] if len(sent) == 1 and sent[0].startswith(_LISTS) else sent
    if len(sent) > 1:
        return sent if not types or "array" in types else ABSENT
    return unfolded(sent[0], style, explode=parameter.explode, types=types)


_LISTS = "[["
"""How a list of lists begins where it is written as JSON; no style says how it is else (OpenAPI 3.1.1, section 4.8.12.3)."""


def unfolded(text: str, style: str, *, explode: bool, types: frozenset[str]) -> Json:
    """One text as the list or dict of texts that its style packs into it."""
    separator = _SEPARATORS.get(style, ",")
    if style in ("label", "matrix"):
        text, separator = _unprefixed(text, style, explode=explode), "." if style == "label" and explode else ","
    if "array" in types and not types & {"string"}:
        whole_list = text.startswith(_LISTS)
        return text if whole_list else text.split(separator) if text else []
    if "object" in types and not types & {"string"}:
        parts = text.split(separator) if text else []
        if explode:
            return {key: value for key, _, value in (part.partition("=") for part in parts)}
        return dict(zip(parts[::2], parts[1::2], strict=False))
    return text


def split(raw: Json, types: frozenset[str]) -> Json:
    """A list within a list, between commas; anything else as it is."""
    is_list = isinstance(raw, str) and "array" in types and "string" not in types and raw[:1] != "["
    return raw.split(",") if is_list else raw


def _unprefixed(text: str, style: str, *, explode: bool) -> str:
    """`.a.b` and `;name=a;name=b` without what marks them (RFC 6570, sections 3.2.5 and 3.2.7)."""
    if style == "label":
        return text.removeprefix(".")
    parts = [part.partition("=") for part in text.removeprefix(";").split(";")]
    return ",".join(value if equals else key for key, equals, value in parts) if explode else parts[0][2]


def _deep(name: str, pairs: Pairs) -> dict[str, Json]:
    """`filter[a][b]=c` as nested objects; a repeated or `[]` leaf is a list."""
    made: dict[str, Json] = {}
    for key, value in pairs:
        if not key.startswith(name + "["):
            continue
        steps = re.findall(r"\[([^\]]*)\]", key[len(name) :])
        listed = len(steps) > 1 and steps[-1] == ""
        steps = steps[:-1] if listed else steps
        node = made
        for step in steps[:-1]:
            inner = node.setdefault(step, {})
            node = inner if isinstance(inner, dict) else {}
        leaf = steps[-1] if steps else ""
        before = node.get(leaf, [] if listed else ABSENT)
        node[leaf] = value if before is ABSENT else [*(before if isinstance(before, list) else [before]), value]
    return made


_BRACKETED = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\]){1,8})")


def nested(pairs: Pairs, known: Container[str]) -> tuple[Pairs, dict[str, Json]]:
    """The fields of a form whose names have brackets (`user[email]`, `ids[]`, `rows[0][name]`) as nested values, and the rest.

    So do PHP, Rails and curl users write structure into forms (no RFC says how); a name in `known` is meant as it is.
    """
    flat: list[tuple[str, str]] = []
    trees: dict[str, Json] = {}
    plain = {name for name, _ in pairs if "[" not in name}
    for name, text in pairs:
        found = None if name in known else _BRACKETED.fullmatch(name)
        if found is None or found[1] in plain:
            flat.append((name, text))
            continue
        node = trees.setdefault(found[1], {})
        *steps, leaf = re.findall(r"\[([^\]]*)\]", found[2])
        for step in steps:
            inner = node.setdefault(step or str(len(node)), {})
            node = inner if isinstance(inner, dict) else {}
        node[leaf or str(len(node))] = text
    return flat, {name: _listed(each) for name, each in trees.items()}


def _listed(tree: Json) -> Json:
    """Objects whose names are all numbers are lists."""
    if not isinstance(tree, dict):
        return tree
    inner = {name: _listed(each) for name, each in tree.items()}
    return list(inner.values()) if inner and all(name.isdecimal() for name in inner) else inner


def unquoted(segment: str) -> str:
    """A path segment decoded; WireError when it is not UTF-8."""
    try:
        return unquote(segment, errors="strict")
    except UnicodeDecodeError as error:
        raise WireError("is not percent-encoded UTF-8") from error


def json_or_text(text: str) -> Json:
    """The value of a JSON text, else the text itself; documents call JSON `text/plain` where they ask for objects."""
    try:
        return parsed_json(text.encode())
    except WireError:
        return text


def unreadable(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Which of some named texts are not percent-encoded as they should be, and why."""
    for name, text in texts.items():
        try:
            if "%" in text:
                unquoted(text)
        except WireError as error:
            yield name, str(error)
