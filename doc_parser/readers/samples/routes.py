"""Routes that stand for requests: `@app.route('/pets', methods=['POST'])` and the body below it come in, what is sent goes out.

Writers copy that line out of their service. Where a function stands below it, it is a piece of a service, which may be the
reader's own that takes what is sent to him; it gives nothing.
"""

from __future__ import annotations

import re

from doc_parser.readers import words
from doc_parser.readers.samples.sent import Sent

HOLDS = ("@",)
_METHODS = "|".join(words.METHODS)
TELLING = re.compile(
    rf"\s*@[\w.]+\.(?:route|(?P<named>{_METHODS}))\([ \t]*[\"'](?P<path>/[^\"'\n]*)[\"'](?P<given>[^\n]*)\)[ \t]*(?:\n|$)",
    re.IGNORECASE,
)
_METHOD = re.compile(rf"\bmethods?[ \t]*=[ \t]*[\[({{]?[ \t]*[\"']({_METHODS})\b", re.IGNORECASE)
_FUNCTION = re.compile(r"^[ \t]*(?:async[ \t]+)?(?:def|class|function)\b", re.MULTILINE)
_OTHERS = re.compile(r"(?:[ \t]*@[^\n]*\n)*")
_SENDS = ("POST", "PUT", "PATCH")


def sent(code: str) -> Sent | None:
    """Read the first route, which stands for the others below it, and the body below them; a route is asked by GET unless it says otherwise."""
    route = TELLING.match(code)
    if not route or _FUNCTION.search(code, route.end()):
        return None
    said = _METHOD.search(route["given"])
    method = (route["named"] or (said[1] if said else "GET")).upper()
    at = _OTHERS.match(code, route.end()).end()  # type: ignore[union-attr]
    body = code[at:] if method in _SENDS and code[at:].strip() else None
    return Sent(route["path"], route.start("path"), method, (), body, at)
