"""curl commands: a shell sample comes in, what it sends goes out. Options are those of curl(1)."""

from __future__ import annotations

import re

from doc_parser.readers.samples import shell
from doc_parser.readers.samples.sent import Sent

HOLDS = ("curl", "Curl", "URL")
TELLING = re.compile(rf"{shell.PREFACE}{shell.PROMPT}{shell.CURL}\b")
_CURL = re.compile(rf"^[ \t]*{shell.PROMPT}{shell.CURL}\b", re.MULTILINE)
_OPTIONS = shell.Options.of(
    {
        "method": "-X --request",
        "header": "-H --header",
        "data": "-d --data --data-raw --data-binary --data-ascii --data-urlencode --json",
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
    data = given["data"] or given["form"]
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
