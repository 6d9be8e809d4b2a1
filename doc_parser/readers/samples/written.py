"""What a sample's code gives as a body: an offset in code comes in, the payload that is written there goes out.

It may be text, also put together of several, an object written out, a variable that was given either, or a function that makes text
of it.
"""

from __future__ import annotations

import re

from msgspec import Struct

from doc_parser.readers.samples import objects
from doc_parser.readers.samples.sent import JOINT, Literal, Sent, last_word, literal
from doc_parser.structs import replace

_AS_TEXT = (
    *("JSON.stringify", "JSON.generate", "JSON.dump", "json.dumps", "json_encode"),
    *(
        "json.Marshal",
        "json.MarshalIndent",
        "strings.NewReader",
        "bytes.NewBuffer",
        "bytes.NewBufferString",
        "bytes.NewReader",
        "[]byte",
    ),
    *("JsonConvert.SerializeObject", "JsonSerializer.Serialize", "JsonContent.Create", "new StringContent"),
    *("Encoding.UTF8.GetBytes", "Encoding.ASCII.GetBytes", "Encoding.Default.GetBytes"),
    *(
        "HttpRequest.BodyPublishers.ofString",
        "BodyPublishers.ofString",
        "new StringEntity",
        "Entity.json",
        "new JSONObject",
    ),
    *("JSONSerialization.data", "NSData", "Data"),
)
"""Functions that make text of an object, or hand text on."""
_AS_FORM = (
    *("http_build_query", "URI.encode_www_form", "qs.stringify", "querystring.stringify", "new URLSearchParams"),
    *("urllib.parse.urlencode", "urllib.urlencode", "parse.urlencode", "urlencode", "new FormUrlEncodedContent"),
)
_NAMED_ARGUMENT = r"(?:(?:withJSONObject|data|string|inputValue):\s*)?"
_TEXT_OF = re.compile(
    rf"\s*(?:try[?!]?\s+)?(?:(?:{'|'.join(map(re.escape, _AS_TEXT))})|(?P<form>{'|'.join(map(re.escape, _AS_FORM))}))\s*\(\s*{_NAMED_ARGUMENT}"
)
_NAME = re.compile(r"\s*([$@]?[A-Za-z_]\w*)(?!\w*\s*\()")
_PART = re.compile(r"\s*([$@]?[A-Za-z_][\w$]*(?:(?:\.|->)\w+|\([^()\n]*\))*)")
_EMPTY = re.compile(r"[{\[]\s*[}\]]")
_VARIABLES = 2
"""Variables that stand for one another."""
_PARTS = 60
"""Parts that a text is put together from: one a line."""


class Written(Struct, frozen=True):
    """A body as a sample's code gives it."""

    text: str
    at: int
    """Offset of its text."""
    is_code: bool
    """An object of the sample's language, and no text."""
    form: bool = False
    """It is made a form of."""


def written(code: str, at: int, *, variables: int = _VARIABLES) -> Written | None:
    """Read what stands at an offset; None where that cannot be known."""
    form = False
    while made := _TEXT_OF.match(code, at):
        at, form = made.end(), form or made["form"] is not None
    if text := _text(code, at):
        return replace(text, form=form)
    if opened := objects.BEGINS.match(code, at):
        plain = objects.plain(code, opened.end())
        return Written(plain, opened.end(), is_code=True, form=form) if plain else None
    name = _NAME.match(code, at)
    if not name or not variables:
        return None
    given = re.compile(
        rf"(?<![\w.$@]){re.escape(name[1])}\s*(?:(?:,\s*\w+\s*)?:?=(?![=>~])|:\s*(?:\w+|\[[\w: .?]+\])\s*=(?![=>~]))\s*"
    )
    before = [each for each in given.finditer(code, 0, at) if each.end() != at]  # `data=data` names the argument
    before = before or list(given.finditer(code))[:1]
    found = written(code, before[-1].end(), variables=variables - 1) if before else None
    if not found or _EMPTY.fullmatch(found.text):  # filled further down, one member after the other
        return None
    return Written(found.text, found.at, found.is_code, form=form or found.form)


def with_body(sent: Sent, body: Written | None) -> Sent:
    """The request with the body that its code gives; a text is sent as it is, whatever made it."""
    if not body:
        return sent
    return replace(sent, body=body.text, body_at=body.at, body_is_code=body.is_code, form=body.is_code and body.form)


def _text(code: str, at: int) -> Written | None:
    """A text, or several put together (`"name=" + name`): on the lines of the sample, with placeholders for what is not known."""
    first = literal(code, at)
    if not first:
        return None
    parts, end, computed = [_in_lines(code, first)], first.end, False
    for _ in range(_PARTS):
        joint = JOINT.match(code, end)
        known = literal(code, joint.end()) if joint else None
        name = _PART.match(code, joint.end()) if joint and not known else None
        if not joint or not (known or name):
            break
        parts.append("\n" * joint[0].count("\n"))
        parts.append(_in_lines(code, known) if known else f"{{{last_word(name[1])}}}" if name else "")
        end = known.end if known else name.end() if name else end
        computed = computed or not known
    return Written("".join(parts), first.at, is_code=computed)


def _in_lines(code: str, part: Literal) -> str:
    """A text without the line ends that it writes as escapes."""
    return part.value if "\n" in code[part.at : part.end] else part.value.replace("\n", " ").replace("\r", " ")
