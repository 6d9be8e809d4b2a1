"""PHP samples: curl_setopt, Guzzle and HttpRequest come in, what they send goes out."""

from __future__ import annotations

import re

from doc_parser.readers.samples import parts
from doc_parser.readers.samples.sent import Sent, literal_after, literal_or_variable
from doc_parser.readers.samples.written import written

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
_URL = r"(?:CURLOPT_URL\s*(?:,|=>)\s*|curl_init\(\s*|->setUrl\(\s*|->request\(\s*[\"']\w+[\"']\s*,\s*)"


def sent(code: str) -> Sent | None:
    """Read the request of a PHP sample."""
    name = re.search(_URL + r"\$(\w+)", code)
    address = literal_after(code, _URL + r"(?=[\"'])")
    if not address and name:
        address = literal_or_variable(code, f"{name[1]}", len(code)) or literal_after(
            code, rf"\${re.escape(name[1])}\s*=\s*"
        )
    if not address:
        return parts.request(code, _MADE)
    method = _METHOD.search(code)
    word = (
        next((group for group in method.groups() if group), None) if method else "POST" if _POST.search(code) else None
    )
    given = _FIELDS.search(code) or _OPTION.search(code)
    body = written(code, given.end()) if given else None
    return Sent(
        url=address.value,
        url_at=address.at,
        method=word.upper() if word else None,
        body=body.text if body else None,
        body_at=body.at if body else 0,
        body_is_code=body is not None and body.is_code,
        form=body is not None and body.is_code and (body.form or (given is not None and given[1] == "form_params")),
    )
