"""wget commands, as Postman writes them: a shell sample comes in, what it sends goes out. Options are those of wget(1)."""

from __future__ import annotations

import re

from doc_parser.readers.samples import shell
from doc_parser.readers.samples.sent import Sent

HOLDS = ("wget",)
TELLING = re.compile(rf"{shell.PREFACE}{shell.PROMPT}wget\b")
_WGET = re.compile(rf"^[ \t]*{shell.PROMPT}wget\b", re.MULTILINE)
_OPTIONS = shell.Options.of(
    {
        "method": "--method",
        "header": "--header",
        "data": "--body-data --post-data",
        "user": "--user --http-user",
        "other": "-O --output-document -o --output-file -T --timeout -t --tries -U --user-agent --password --http-password"
        " --body-file --post-file --ca-certificate --certificate --private-key --load-cookies --save-cookies -P --referer",
    },
    {},
)


def sent(code: str) -> Sent | None:
    """Read the first wget command of a sample; None where it names no URL."""
    begins = _WGET.search(code)
    given = shell.given(code, begins.end(), _OPTIONS) if begins else {}
    address = shell.address(given) if given else None
    if not address:
        return None
    headers = (each.text.partition(":") for each in given["header"])
    return Sent(
        url=address.text,
        url_at=address.at,
        method=given["method"][0].text.upper() if given["method"] else None,
        headers=tuple((name.strip(), content.strip()) for name, _, content in headers if name.strip()),
        body=given["data"][0].text if given["data"] else None,
        body_at=given["data"][0].at if given["data"] else 0,
        user=given["user"][0].text if given["user"] else "",
    )
