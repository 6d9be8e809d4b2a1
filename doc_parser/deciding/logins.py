"""Logins: a Draft and its answers come in, whether it lets clients in goes out; who asks for a token has none to send.

An answer may show the token, or only list it. A bearer token that operations list as a parameter may come there, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from doc_parser import schema
from doc_parser.deciding.drafts import Draft
from doc_parser.evidence import Scheme
from doc_parser.model import Operation, Response
from doc_parser.readers.auth import Access, credentials
from doc_parser.structs import replace

_LETS_IN = re.compile(r"\b(?:log ?in|sign ?in|token|session|authenticat(?:e|ion))\b", re.IGNORECASE)
_JOINS = re.compile(
    r"\b(?:sign[ -]?up|regist(?:er|ers|ering|ration)|(?:create|creating) (?:an |your )?account)\b", re.IGNORECASE
)
_CREDENTIAL = re.compile(r"(?:access_?|auth_?|id_?|api_?)?token|jwt|api_?key", re.IGNORECASE)


def gives_token(draft: Draft, responses: Iterable[Response]) -> bool:
    """A login, or how one comes by an account: its title says so, its answer holds the token, and no sample sends one."""
    title = draft.topic.title
    if not (_LETS_IN.search(title) or (_JOINS.search(title) and not any(credentials(call) for call in draft.calls))):
        return False
    responses = list(responses)
    listed = (each.path for response in responses for each in response.fields if len(each.path) <= _WITHIN)
    if any(_CREDENTIAL.fullmatch(path[-1]) for path in listed):
        return True
    level = [schema.shape_of_all(each.examples) for each in responses]
    for _ in range(_WITHIN):
        if any(_CREDENTIAL.fullmatch(name) for each in level for name in each.properties):
            return True
        level = [inner for each in level for inner in each.properties.values()]
    return False


_WITHIN = 3
"""How deep an answer holds a token: `data.user.token`."""


def with_token_in_query(let_in: Access, operations: Iterable[Operation]) -> Access:
    """Where a bearer token lets in, and requests list `access_token`, either does (RFC 6750, section 2.3)."""
    alone = {each.key for each in let_in.schemes if each.kind in ("bearer", "oauth2")}
    asked = (each for operation in operations for each in operation.parameters if each.location == "query")
    listed = next((each for each in asked if each.name == "access_token" and each.row), None)
    if not listed or not listed.row or not any({*each} <= alone for each in let_in.alternatives):
        return let_in
    scheme = Scheme("apiKey", listed.row.description, listed.span, "query", listed.name)
    alternatives = tuple(dict.fromkeys((*let_in.alternatives, (scheme.key,))))
    schemes = (*let_in.schemes, *([scheme] if all(each.key != scheme.key for each in let_in.schemes) else []))
    return replace(let_in, schemes=schemes, alternatives=alternatives)
