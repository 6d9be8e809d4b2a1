"""curl commands: a shell sample comes in, what it sends goes out. Options are those of curl(1)."""

from __future__ import annotations

import re

from doc_parser.readers.samples import shell
from doc_parser.readers.samples.sent import Sent
from doc_parser.structs import replace

HOLDS = ("curl", "Curl", "URL")
TELLING = re.compile(rf"{shell.PREFACE}{shell.PROMPT}{shell.CURL}\b")
_CURL = re.compile(rf"^[ \t]*{shell.PROMPT}{shell.CURL}\b", re.MULTILINE)
_OPTIONS = shell.Options.of(
    {
        "method": "-X --request",
        "header": "-H --header",
        "data": "-d --data --data-raw --data-binary --data-ascii --json",
        "encoded": "--data-urlencode -data-urlencode",
        "form": "-F --form --form-string",
        "user": "-u --user",
        "url": "--url",
        "other": "-A --user-agent -b --cookie -c --cookie-jar -o --output -m --max-time --connect-timeout -e --referer -x --proxy --cacert"
        " -E --cert --key -w --write-out --retry -T --upload-file -K --config --resolve -D --dump-header",
    },
    {"-G": "get", "--get": "get", "-I": "head", "--head": "head"},
)


def sent(code: str) -> Sent | None:
    """Read the first curl command of a sample; None where it names no URL."""
    begins = _CURL.search(code)
    given = shell.given(code, begins.end(), _OPTIONS) if begins else {}
    address = shell.address(given) if given else None
    if not address:
        return None
    data = _data(given)
    if [each.text for each in data] == ["@-"] and (input_ := shell.here(code, data[0].at)):
        data = [input_]
    body = "&".join(each.text for each in data) if data else None
    url, method = address.text, given["method"][0].text.upper() if given["method"] else None
    if given["get"] and body is not None:
        url, body, method = f"{url}{'&' if '?' in url else '?'}{body}", None, method or "GET"
    headers = (each.text.partition(":") for each in given["header"])
    return Sent(
        url=url,
        url_at=address.at,
        method=method or ("HEAD" if given["head"] else None),
        headers=tuple((name.strip(), content.strip()) for name, _, content in headers),
        body=body,
        body_at=data[0].at if data else 0,
        user=given["user"][0].text if given["user"] else "",
    )


def _data(given: shell.Given) -> list[shell.Word]:
    """What is sent, in its order, as an encoded form would say it: curl encodes some values itself, and sends others as parts."""
    encoded = [replace(each, text=_encoded(each.text)) for each in given["encoded"]]
    if given["data"] or encoded:
        return sorted([*given["data"], *encoded], key=lambda each: each.at)
    return [replace(each, text=_encoded(_part(each.text))) for each in given["form"]]


def _part(text: str) -> str:
    """A part of a form without the quotes that curl takes off its value (curl(1), `--form`), and without its media type."""
    name, equals, value = _TYPE.sub("", text).partition("=")
    at = value[:1] if value[:1] in ("@", "<") else ""  # the name of a file may stand in quotes, too
    quoted = _QUOTED.fullmatch(value, len(at))
    return name + equals + (at + _ESCAPED.sub(r"\1", quoted[1]) if quoted else value)


def _encoded(text: str) -> str:
    name, equals, value = text.partition("=")
    if not _NAME.fullmatch(name):
        return text
    return f"{name}{equals}{_SPECIAL.sub(lambda each: f'%{ord(each[0]):02X}', value)}"


_NAME = re.compile(r"[\w.\[\]-]+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(r'\\(["\\])')
_TYPE = re.compile(r";\s*type=[\w./+-]+$")
_SPECIAL = re.compile(r"\+|%(?![0-9A-Fa-f]{2})|&(?![\w.\[\]-]+=)")
"""What an encoded form has other uses for; writers who know that encode it, or give several fields at once."""
