"""PowerShell samples: `Invoke-RestMethod` and `Invoke-WebRequest` come in, what they send goes out."""

from __future__ import annotations

import re

from doc_parser.readers.samples import parts
from doc_parser.readers.samples.sent import Sent
from doc_parser.structs import replace

HOLDS = ("Invoke-", "invoke-")
TELLING = re.compile(r"\bInvoke-(?:RestMethod|WebRequest)\b", re.IGNORECASE)
_PARTS = parts.table(
    (r"(?i)\bInvoke-(?:RestMethod|WebRequest)\s+(?=[\"'$h])", "address"),
    (r"(?i)-Uri[\s:]+|^\s*[\"']?Uri[\"']?\s*=", "address"),
    (r"(?i)-Method[\s:]+|^\s*[\"']?Method[\"']?\s*=", "method"),
    (r"(?i)-Body[\s:]+\(?|-InputObject[\s:]+\(?|^\s*[\"']?Body[\"']?\s*=\s*\(?", "body"),
    (r"(?i)-Form[\s:]+|^\s*[\"']?Form[\"']?\s*=", "form"),
    (r"(?i)-ContentType[\s:]+|^\s*[\"']?ContentType[\"']?\s*=", "type"),
    (r"(?i)\bheaders\.Add\(", "header value"),
)
"""Options of the commands, as they stand behind one or in a table that is splatted (`@request`)."""
_SPACED = re.compile(r"`(?=\n)|(?i:ConvertTo-Json)(?=\s+@)|\((?=@\{)")
"""What only says that a line, or an object, goes on."""


def sent(code: str) -> Sent | None:
    """Read the first command of a sample."""
    plain = (
        _SPACED.sub(lambda each: " " * len(each[0]), code)
        .replace('`"', '\\"')
        .replace("`n", "\\n")
        .replace("`r", "\\r")
    )
    found = parts.request(plain, _PARTS)
    as_form = found is not None and found.body_is_code and "convertto-json" not in code.lower()
    return replace(found, form=True) if found and as_form else found
