"""HTTPie commands: `http POST host/path name=value page==2 X-Key:abc` comes in, what it sends goes out (httpie.io, Request items)."""

from __future__ import annotations

import json
import re

from doc_parser.readers.samples.sent import Sent, literal

HOLDS = ("",)
TELLING = re.compile(r"\s*(?:\$ )?https? (?!\S+ error)")
_WORD = re.compile(r"(?:\"[^\"]*\"|'[^']*'|\\.|[^\s\"'])+")
_ITEM = re.compile(r"([\w.\[\]-]+)(:=|==|=|:)(.*)", re.DOTALL)
_OPTION = re.compile(
    r"\s(?:--(?:timeout|auth|auth-type|session|verify|proxy|output|cert|max-redirects)[ =]|-[ao]\s+)\S+"
)
"""Options that take an argument."""
_METHOD = re.compile(r"[A-Z]{3,7}")


def sent(code: str) -> Sent | None:
    """Read the first httpie command of a sample."""
    command, given, _ = re.sub(r"\\\s*\n", " ", code.strip().removeprefix("$ ")).partition("<<<")
    command = command.partition("\n")[0]
    command = _OPTION.sub(" ", command)
    words = [each for each in _WORD.findall(command)[1:] if not each.startswith("-")]
    method = words.pop(0) if words and _METHOD.fullmatch(words[0]) else None
    if not words:
        return None
    address = words.pop(0).strip("'\"")
    headers: list[tuple[str, str]] = []
    query: list[str] = []
    fields: dict[str, object] = {}
    for word in words:
        item = _ITEM.fullmatch(word.strip("'\""))
        if not item:
            continue
        name, kind, value = item[1], item[2], item[3].strip("'\"")
        if kind == ":":
            headers.append((name, value))
        elif kind == "==":
            query.append(f"{name}={value}")
        else:
            fields[name] = _raw(value) if kind == ":=" else value
    if query:
        address += ("&" if "?" in address else "?") + "&".join(query)
    if address.startswith(":"):
        address = "http://localhost" + address.lstrip(":")
    elif re.match(r"[\w.-]+\.\w+/", address):
        address = "https://" + address
    elif re.match(r"[\w-]+/", address):  # a path whose base is said elsewhere
        address = "/" + address
    shown = literal(code, code.index("<<<") + 3) if given else None
    body = shown.value if shown else json.dumps(fields) if fields else None
    body_at = shown.at if shown else 0
    return Sent(address, max(0, code.find(address)), method, tuple(headers), body, body_at, body_is_code=True)


def _raw(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
