"""PHP samples: curl_setopt, Guzzle and HttpRequest come in, what they send goes out."""

from __future__ import annotations

import re

from doc_parser.readers.samples.sent import Sent, literal_after, literal_or_variable

HOLDS = ("curl_", "CURLOPT_", "->")
TELLING = re.compile(r"curl_(?:setopt|init)|CURLOPT_|->request\(|->(?:setUrl|setMethod)\(")
_METHOD = re.compile(
    r"CURLOPT_CUSTOMREQUEST[\"']?\s*(?:,|=>)\s*[\"'](\w+)|->request\(\s*[\"'](\w+)|METH_(\w+)", re.IGNORECASE
)
_POST = re.compile(r"CURLOPT_POST\b\s*,\s*(?:1|true)|CURLOPT_POSTFIELDS", re.IGNORECASE)
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
        return None
    method = _METHOD.search(code)
    word = (
        next((group for group in method.groups() if group), None) if method else "POST" if _POST.search(code) else None
    )
    body = literal_after(code, r"CURLOPT_POSTFIELDS\s*(?:,|=>)\s*(?=[\"'])")
    return Sent(
        url=address.value,
        url_at=address.at,
        method=word.upper() if word else None,
        body=body.value if body else None,
        body_at=body.at if body else 0,
    )
