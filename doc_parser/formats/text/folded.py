"""HTTP messages that copying has folded into one line: a Page and a line come in, the message as Code goes out, or None.

`HTTP/1.1 200 OK Content-Type: application/json {...}` is laid out again; so is a line of headers with a
request line or a bare status below it, as pages made from recorded requests show them.
"""

from __future__ import annotations

import re

from doc_parser.document import Code
from doc_parser.formats.text.page import Page, request

_NAME = (
    r"(?:[A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)+|Accept|Age|Allow|Authorization|Connection|Cookie|Date|ETag|Expires|Host|Location|Origin"
    r"|Pragma|Referer|Server|Vary|Version|Via)"
)
_HEADERS = re.compile(rf"\s*{_NAME}:\s\S.*?\s{_NAME}:(?:\s.*)?")
_BETWEEN = re.compile(rf"(?<!\s)\s+(?={_NAME}:(?:\s|$))")
_START = re.compile(rf"\s*(HTTP/\d(?:\.\d)?\s+\d{{3}}.*?|\S+\s+\S+\s+HTTP/\d(?:\.\d)?)\s+(?={_NAME}:\s|[{{\[])(.*)")
_BODY = re.compile(r"(?<!\s)\s+(?=\{\s*[\"'}]|\[\s*[{\[\"\]])")
_STATUS = re.compile(r"\s*([1-5]\d\d)(?:\s+[A-Z][\w' -]{1,30})?\s*")


def folded(page: Page, number: int) -> tuple[Code, int] | None:
    """Read the message that stands folded at a line."""
    line = page.lines[number]
    if message := _START.fullmatch(line):
        head, body = _parted(message[2])
        return _code(page, number, message[1], head, body), number + 1
    if not _HEADERS.fullmatch(line):
        return None
    below = page.filled[number + 1]
    if text := request(page.line(below)):
        return _code(page, below, f"{text} HTTP/1.1", _headers(line), ""), below + 1
    if status := _STATUS.fullmatch(page.line(below)):
        return _code(page, number, f"HTTP/1.1 {status[0].strip()}", _headers(line), ""), below + 1
    return None


def _parted(rest: str) -> tuple[list[str], str]:
    """Headers and body of what follows the first line."""
    parts = ["", rest] if rest[:1] in ("{", "[") else _BODY.split(rest, maxsplit=1)
    return _headers(parts[0]), parts[1] if len(parts) > 1 else ""


def _headers(line: str) -> list[str]:
    return [each for each in _BETWEEN.split(line.strip()) if each and not each.endswith(":")]


def _code(page: Page, number: int, first: str, headers: list[str], body: str) -> Code:
    lines = [first.strip(), *headers, *(["", body] if body else [])]
    return Code("http", "".join(f"{each}\n" for each in lines), page.span(number)._replace(folded=True))
