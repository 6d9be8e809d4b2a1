"""PHP samples: curl_setopt, Guzzle and HttpRequest come in, what they send goes out."""

from __future__ import annotations

import re
from itertools import islice

from doc_parser.readers.samples import parts
from doc_parser.readers.samples.sent import Sent, address
from doc_parser.readers.samples.written import with_body, written
from doc_parser.structs import replace

HOLDS = ("curl_", "CURLOPT_", "->", "new Request(")
TELLING = re.compile(
    r"curl_(?:setopt|init)|CURLOPT_|->request\(|->(?:setUrl|setMethod)\(|\bnew Request\(\s*['\"][A-Z]+['\"]"
)
_METHOD = re.compile(
    r"CURLOPT_CUSTOMREQUEST[\"']?\s*(?:,|=>)\s*[\"'](\w+)|->request\(\s*[\"'](\w+)|METH(?:OD)?_(\w+)", re.IGNORECASE
)
_POST = re.compile(r"CURLOPT_POST\b\s*,\s*(?:1|true)|CURLOPT_POSTFIELDS", re.IGNORECASE)
_FIELDS = re.compile(r"CURLOPT_POSTFIELDS\s*(?:,|=>)\s*()")
_OPTION = re.compile(r"[\"'](json|form_params|body)[\"']\s*=>\s*|->setBody\(\s*()")
"""Options of Guzzle, and what HTTP_Request2 is given."""
_MADE = parts.table((r"\bnew Request\(\s*(?=['\"][A-Z]+['\"])", "method address headers body"))
"""A request that Guzzle is given ready."""
_URL = re.compile(r"(?:CURLOPT_URL\s*(?:,|=>)|\bcurl_init\(|->setUrl\(|->request\(\s*[\"']\w+[\"']\s*,)\s*(?=[\"'$])")
_FEW = 4
"""Places of a sample that may give its address."""


def sent(code: str) -> Sent | None:
    """Read the request of a PHP sample."""
    called = next(filter(None, (address(code, opened.end()) for opened in islice(_URL.finditer(code), _FEW))), None)
    if not called:
        return parts.request(code, _MADE)
    given = _FIELDS.search(code) or _OPTION.search(code)
    body = written(code, given.end()) if given else None
    as_form = body is not None and (body.form or (given is not None and given[1] == "form_params"))
    return with_body(Sent(called.value, called.at, _method(code)), replace(body, form=as_form) if body else None)


def _method(code: str) -> str | None:
    if named := _METHOD.search(code):
        return next(group.upper() for group in named.groups() if group)
    return "POST" if _POST.search(code) else None
