"""HTTP requests as they go over the wire: `POST /pets HTTP/1.1`, headers, body (RFC 9112) come in, what is sent goes out.

Writers leave out the version and the headers, begin with the version as answers do, or call it `HTTPS/1.1`.
"""

from __future__ import annotations

import re

from doc_parser.readers.samples.sent import Sent

HOLDS = ("",)
_VERSION = r"(?:HTTPS?[/ ][\d.]+[ \t]+)"
_ADDRESS = r"(?:<[\w -]+>|\[[\w -]+\]|\{[\w -]+\}|\S)++"
"""What a placeholder is for may be several words (`?key=[your api key]`)."""
_REMARKS = r"(?:(?:[ \t]*\n)*[ \t]*(?://|#)[^\n]*\n)*+"
"""Lines that only say which part of the message is next (`// Request Headers`)."""
TELLING = re.compile(
    rf"\s*{_VERSION}?(?:(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+{_ADDRESS}(?:[ \t]+HTTPS?/[\d.]+[ \t]*$|[ \t]*\n{_REMARKS}[A-Z][\w-]*:)"
    rf"|(?:POST|PUT|PATCH|DELETE)[ \t]+{_ADDRESS}[ \t]*(?:\n{_REMARKS}|[ \t])\s*[{{\[]\s*[\"\n{{\]}}])|\s*{_VERSION}[A-Z]+[ \t]+{_ADDRESS}[ \t]*$",
    re.MULTILINE,
)
_START = re.compile(rf"\s*{_VERSION}?([A-Z]+)\s+({_ADDRESS})[^\n]*")
_BESIDE = re.compile(r"[ \t]*([A-Z]+)[ \t]+(\S+)[ \t]+(?=[{\[]\s*[\"\n{\]}])")
"""The body goes on where the address ends."""
_SKIPPED = re.compile(_REMARKS)
_HEADER = re.compile(r"([A-Za-z][\w-]*):[ \t]*(.*)")


def sent(code: str) -> Sent | None:
    """Read a request message; the Host header names the origin."""
    if beside := _BESIDE.match(code):
        return Sent(beside[2], beside.start(2), beside[1], (), code[beside.end() :], beside.end(), body_is_code=False)
    start = _START.match(code)
    if not start:
        return None
    at = _behind_remarks(code, start.end() + 1)
    headers: list[tuple[str, str]] = []
    for line in code[at:].split("\n"):
        header = _HEADER.fullmatch(line.strip())
        if not header:
            break
        headers.append((header[1], header[2].strip()))
        at += len(line) + 1
    at = _behind_remarks(code, at)
    host = next((value for name, value in headers if name.lower() == "host"), "")
    known = re.search(r"\.|^localhost", host) is not None  # `Host: HOST` is for the reader to fill in
    url = f"https://{host}{start[2]}" if known and start[2].startswith("/") else start[2]
    body = code[at:] if code[at:].strip() else None
    return Sent(url, start.start(2), start[1], tuple(headers), body, at, body_is_code=False)


def _behind_remarks(code: str, at: int) -> int:
    remarks = _SKIPPED.match(code, at)
    return remarks.end() if remarks else at
