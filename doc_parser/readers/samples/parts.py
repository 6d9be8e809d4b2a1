"""Requests that a program puts together part by part: code and a table of where the parts stand come in, what is sent goes out.

No language is parsed: a row of a table says behind which words parts stand, and in which order. What is not understood gives nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from urllib.parse import quote

from msgspec import Struct

from doc_parser.readers.samples.sent import Literal, Sent, address, headers_of, last_word, literal
from doc_parser.readers.samples.written import Written, with_body, written
from doc_parser.structs import replace
from doc_parser.url import BEGINS

_MANY = 40
"""Places of one kind of part that are looked at."""
_FEW = 8
"""Places of a sample that may give its body."""
_LONGEST = 20_000
"""Characters behind a word in which its arguments end."""
_TOKEN = re.compile(
    r'"""(?:[^"]|"(?!""))*+"""|"(?:[^"\\]|\\.)*+"|\'(?:[^\'\\]|\\.)*+\'|`[^`]*+`|(?P<open>[{\[(])|(?P<close>[}\])])|(?P<comma>,)',
    re.DOTALL,
)
_VERB = re.compile(
    r"\s*(?:new\s+HttpMethod\()?(?:@?[\"']|[\w.]*(?:\.|Method|METHOD_))?(get|post|put|patch|delete|head|options)\b",
    re.IGNORECASE,
)
"""A method as a text, as a constant (`HttpMethod.Post`, `.post`) or as a word alone."""
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(?:;.*)?")
_NAME = re.compile(r"\s*(\$?[A-Za-z_]\w*)")
_SCALAR = re.compile(r"\s*(-?\d+(?:\.\d+)?|true|false|null)\b(?=[fLdM]?\s*[,)])")
_BEGINS = re.compile(BEGINS, re.IGNORECASE)
_BARE = re.compile(r"\s*(https?://[^\s\"'`]+)")
"""An address without quotes, as a shell has it."""
_PATH = re.compile(r"[\w{$-][^\s:]*")
_PAYLOAD = re.compile(r"\s*(?:[{\[]|[\w.\[\]-]+=)")
_INTERPOLATED = re.compile(r"(?<=[/=&])\(([\w.]+)\)")
"""What a text of Swift has for a value (`/boats/\\(id)`)."""
_READS = ("GET", "HEAD")


class Part(Struct, frozen=True):
    """Words behind which parts of a request stand."""

    words: re.Pattern[str]
    """Up to where the first part begins; a group in it is the method."""
    kinds: tuple[str, ...]
    """What the arguments are: method, base, address, type, body, form, user; or a header, field, query or member and its `value`."""


Found = Sequence[Mapping[str, int]]
"""What stands at which offset, each mapping for the arguments of one place."""


def table(*rows: tuple[str, str]) -> tuple[Part, ...]:
    """Read rows of words and, in one string, the kinds behind them."""
    return tuple(Part(re.compile(pattern, re.MULTILINE), tuple(kinds.split())) for pattern, kinds in rows)


def request(code: str, parts: Iterable[Part]) -> Sent | None:
    """Put the request of a sample together; None where it gives no address."""
    found: list[dict[str, int]] = []
    verbs: list[str] = []
    for part in parts:
        for match in islice(part.words.finditer(code), _MANY):
            found.append(dict(zip(part.kinds, _arguments(code, match.end()), strict=False)))
            verbs += [verb.upper() for verb in match.groups() if verb]
    called = _called(code, found)
    if not called:
        return None
    method = next(filter(None, (_method(code, at) for at in _all(found, "method"))), verbs[0] if verbs else None)
    fields = _pairs(code, found, "field")
    reads = method in (None, *_READS)
    query = [*_pairs(code, found, "query"), *(fields if reads else ())]
    body = None if method in _READS else _body(code, found) or (None if reads else _form(fields))
    request = Sent(
        url=_with_query(called.value, query),
        url_at=called.at,
        method=method,
        headers=(*_headers(code, found), *headers_of(code)),
        user=next((f"{user.value}:" for at in _all(found, "user") if (user := literal(code, at))), ""),
    )
    return with_body(request, body)


def _arguments(code: str, at: int) -> Iterator[int]:
    """Where the arguments begin that stand at an offset."""
    yield at
    depth = 0
    for token in _TOKEN.finditer(code, at, at + _LONGEST):
        depth += (token.lastgroup == "open") - (token.lastgroup == "close")
        if depth < 0:
            return
        if token.lastgroup == "comma" and not depth:
            yield token.end()


def _all(found: Found, kind: str) -> Iterator[int]:
    return (each[kind] for each in found if kind in each)


def _called(code: str, found: Found) -> Literal | None:
    """The address, behind the base that the client was given."""
    base = next(filter(None, (_address(code, at) for at in _all(found, "base"))), None)
    paths = [called for at in _all(found, "address") if (called := _address(code, at))]
    path = replace(paths[0], value=_INTERPOLATED.sub(r"{\1}", paths[0].value)) if paths else None
    if not path or not base:
        whole = path or base
        if not whole or not (_BEGINS.match(whole.value) or _PATH.fullmatch(whole.value)):
            return None
        return whole if _BEGINS.match(whole.value) else replace(whole, value=f"/{whole.value}")
    absolute = "://" in path.value
    return path if absolute else replace(path, value=f"{base.value.rstrip('/')}/{path.value.lstrip('/')}")


def _address(code: str, at: int) -> Literal | None:
    bare = _BARE.match(code, at)
    return Literal(bare[1], bare.start(1)) if bare else address(code, at)


def _method(code: str, at: int) -> str | None:
    """A method that is named by a text, by a constant (`HttpMethod.Post`), or by a variable that was given a text."""
    if verb := _VERB.match(code, at):
        return verb[1].upper()
    name = _NAME.match(code, at)
    given = re.search(rf"(?<![\w.$]){re.escape(name[1])}\s*:?=(?!=)", code) if name else None
    verb = _VERB.match(code, given.end()) if given else None
    return verb[1].upper() if verb else None


def _body(code: str, found: Found) -> Written | None:
    """The first text or object that can be a payload; members that are put one by one make one."""
    for kind in ("form", "body"):
        for at in islice(_all(found, kind), _FEW):
            if (read := written(code, at)) and _PAYLOAD.match(read.text):
                return replace(read, form=read.form or kind == "form")
    members = [(each["member"], each["value"]) for each in found if "member" in each and "value" in each]
    read_members = [(literal(code, name), _scalar(code, value)) for name, value in members]
    if not members or any(name is None or value is None for name, value in read_members):
        return None
    text = ", ".join(f"{json.dumps(name.value)}: {value}" for name, value in read_members if name)
    return Written(f"{{{text}}}", members[0][0], is_code=True)


def _scalar(code: str, at: int) -> str | None:
    """A value as JSON writes it."""
    if text := literal(code, at):
        return json.dumps(text.value)
    plain = _SCALAR.match(code, at)
    return plain[1] if plain else None


def _form(fields: Sequence[tuple[str, str]]) -> Written | None:
    return Written(json.dumps(dict(fields)), 0, is_code=True, form=True) if fields else None


def _pairs(code: str, found: Found, kind: str) -> list[tuple[str, str]]:
    """Names and values that are given one by one; what is not known is a placeholder."""
    return [
        (name.value, value)
        for each in found
        if kind in each
        and "value" in each
        and (name := literal(code, each[kind]))
        and (value := _value(code, each["value"]))
    ]


def _value(code: str, at: int) -> str | None:
    if text := literal(code, at):
        return text.value
    plain = _SCALAR.match(code, at) or _NAME.match(code, at)
    return plain[1] if plain and plain.re is _SCALAR else f"{{{last_word(plain[1])}}}" if plain else None


def _headers(code: str, found: Found) -> Iterator[tuple[str, str]]:
    for at in _all(found, "type"):
        if (kind := literal(code, at)) and _MEDIA_TYPE.fullmatch(kind.value):
            yield "Content-Type", kind.value
    for each in found:
        if "header" in each and "value" in each:
            name, value = literal(code, each["header"]), literal(code, each["value"])
            if name and value:
                yield name.value, value.value


def _with_query(called: str, query: Sequence[tuple[str, str]]) -> str:
    if not query:
        return called
    return (
        called
        + ("&" if "?" in called else "?")
        + "&".join(f"{name}={quote(value, safe='{}:,')}" for name, value in query)
    )
