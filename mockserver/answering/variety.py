"""Bodies that a schema allows, each time another one: a schema and a source of chance come in, a value goes out; equal chance gives equal values.

Where `samples.generated` makes the smallest value, this makes a full one: all properties, filled lists. A
pattern is not followed here; whoever answers conforms the value to its schema afterwards.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from string import ascii_lowercase, ascii_uppercase, digits
from uuid import UUID

from contract.spec import Json, Spec
from mockserver.answering.samples import generated

_DEEPEST = 5
_WORDS = (
    *("amber", "basalt", "cedar", "delta", "ember", "fjord", "grove", "harbor", "indigo", "juniper", "kelp", "lagoon"),
    *("meadow", "nectar", "opal", "prairie", "quartz", "river", "saffron", "tundra", "umber", "valley", "willow"),
)
_FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)
_DAYS = 365


def varied(spec: Spec, schema: Json, chance: Random, depth: int = 0, like: Json = None) -> Json:
    """A value like those that a schema describes; where it says nothing of them, and of what ids look like, the one that is shown."""
    resolved = spec.resolve(schema)
    if not isinstance(resolved, dict):
        return {}
    if "const" in resolved:
        return resolved["const"]
    if isinstance(resolved.get("enum"), list) and resolved["enum"]:
        return chance.choice(resolved["enum"])
    if resolved.get("allOf"):
        return _merged(spec, resolved, chance, depth, like)
    for key in ("oneOf", "anyOf"):
        if resolved.get(key):
            return varied(spec, chance.choice(resolved[key]), chance, depth + 1, like)
    return _by_type(spec, resolved, chance, depth, like)


def _merged(spec: Spec, schema: Json, chance: Random, depth: int, like: Json) -> Json:
    parts = [varied(spec, each, chance, depth + 1, like) for each in schema["allOf"]]
    if not all(isinstance(part, dict) for part in parts):
        return parts[0]
    return {
        **{key: value for part in parts for key, value in part.items()},
        **_object(spec, schema, chance, depth, like),
    }


def _by_type(spec: Spec, schema: Json, chance: Random, depth: int, like: Json) -> Json:
    stated = schema.get("type") or ("object" if "properties" in schema else "array" if "items" in schema else None)
    kind = next((each for each in stated if each != "null"), "null") if isinstance(stated, list) else stated
    match kind:
        case "object":
            return _object(spec, schema, chance, depth, like)
        case "array":
            return _list(spec, schema, chance, depth, like)
        case "integer" | "number":
            return _number(schema, chance, whole=kind == "integer")
        case "boolean":
            return chance.random() < 0.5
        case "null":
            return None
        case "string":
            return _text(schema, chance, like)
    return generated(spec, schema) if like is None else like


def _object(spec: Spec, schema: Json, chance: Random, depth: int, like: Json) -> dict[str, Json]:
    known = schema.get("properties") or {}
    wanted = known if depth < _DEEPEST else [name for name in schema.get("required") or () if name in known]
    if depth >= 2 * _DEEPEST:  # a schema that asks for itself has no finite value
        return {}
    shown = like if isinstance(like, dict) else {}
    kept = [
        name for name in ("type", "object") if name in wanted and isinstance(shown.get(name), str)
    ]  # names its kind
    made = {name: varied(spec, known[name], chance, depth + 1, shown.get(name)) for name in wanted if name not in kept}
    return {name: shown[name] if name in kept else made[name] for name in wanted}


def _list(spec: Spec, schema: Json, chance: Random, depth: int, like: Json) -> list[Json]:
    least = schema.get("minItems", 0)
    most = min(schema.get("maxItems", least + 3), least + 3)
    count = least if depth >= _DEEPEST else chance.randint(max(least, min(1, most)), most)
    shown = like[0] if isinstance(like, list) and like else None
    made = [varied(spec, schema.get("items") or {}, chance, depth + 1, shown) for _ in range(count)]
    return [each for index, each in enumerate(made) if each not in made[:index]] if schema.get("uniqueItems") else made


def _number(schema: Json, chance: Random, *, whole: bool) -> Json:
    """A number between the bounds; `generated` knows how to keep steps and open bounds."""
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    if "multipleOf" in schema or isinstance(low, bool) or isinstance(high, bool) or schema.get("exclusiveMinimum"):
        return (low if low is not None and not isinstance(low, bool) else 0) + chance.randint(1, 9)
    least = low if low is not None else (high - 1000 if high is not None else 0)
    most = high if high is not None else least + 1000
    return chance.randint(int(least), int(max(most, least))) if whole else round(chance.uniform(least, most), 2)


def _text(schema: Json, chance: Random, like: Json) -> str:
    shown = like if isinstance(like, str) else ""
    told = str(schema.get("format") or next((name for name, looks in _LOOKS if looks.fullmatch(shown)), ""))
    made: str = _another(shown, chance) if not told and _CODE.fullmatch(shown) else _FORMATS.get(told, _words)(chance)
    made += "x" * (schema.get("minLength", 0) - len(made))
    longest: int | None = schema.get("maxLength")
    return made if longest is None else made[:longest].strip() or made[:longest]


_CODE = re.compile(r"(?=.*\d)[\w-]{1,80}")
"""One word with a digit in it: an id, a key, a number as text."""
_LOOKS = (
    ("email", re.compile(r"[^@\s]+@[^@\s]+\.\w+")),
    ("uuid", re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")),
    ("date-time", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")),
    ("date", re.compile(r"\d{4}-\d\d-\d\d")),
    ("uri", re.compile(r"https?://\S+")),
)
"""What a text is that looks so, where no format says it."""
_HEX = re.compile(r"[0-9a-f-]+")


def _another(like: str, chance: Random) -> str:
    """Another code of the same looks: digits for digits, letters for letters."""
    hexadecimal = bool(_HEX.fullmatch(like)) and not like.replace("-", "").isdigit()
    small = "0123456789abcdef" if hexadecimal else ascii_lowercase
    kinds = ((small if hexadecimal else digits, str.isdigit), (small, str.islower), (ascii_uppercase, str.isupper))
    sets = (next((those for those, holds in kinds if holds(each)), each) for each in like)
    return "".join(chance.choice(each) for each in sets)


def _words(chance: Random) -> str:
    return " ".join(chance.sample(_WORDS, chance.randint(1, 3)))


def _moment(chance: Random) -> datetime:
    return _FIRST_DAY + timedelta(days=chance.randrange(_DAYS), seconds=chance.randrange(86400))


_FORMATS: Mapping[str, Callable[[Random], str]] = {
    "date-time": lambda chance: _moment(chance).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "date": lambda chance: _moment(chance).strftime("%Y-%m-%d"),
    "time": lambda chance: _moment(chance).strftime("%H:%M:%SZ"),
    "email": lambda chance: f"{chance.choice(_WORDS)}.{chance.choice(_WORDS)}@example.com",
    "uuid": lambda chance: str(UUID(int=chance.getrandbits(128), version=4)),
    "uri": lambda chance: f"https://example.com/{chance.choice(_WORDS)}/{chance.randrange(1000)}",
    "url": lambda chance: f"https://example.com/{chance.choice(_WORDS)}/{chance.randrange(1000)}",
    "hostname": lambda chance: f"{chance.choice(_WORDS)}.example.com",
    "ipv4": lambda chance: f"192.0.2.{chance.randrange(256)}",
    "ipv6": lambda chance: f"2001:db8::{chance.randrange(1, 65536):x}",
    "byte": lambda chance: b64encode(chance.randbytes(9)).decode(),
}
