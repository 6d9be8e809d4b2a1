"""Schemes as OpenAPI writes them: a Scheme comes in, a Security Scheme Object goes out (OpenAPI 3.0.3, section 4.8.27)."""

from __future__ import annotations

import re
from typing import Any

from doc_parser.evidence import Scheme

Node = dict[str, Any]


def _flow(authorize: str, token: str) -> Node:
    return {**({"authorizationUrl": authorize} if authorize else {}), "tokenUrl": token, "scopes": {}}


_CREDENTIAL = re.compile(r"^bearer\b", re.IGNORECASE)


def scheme(scheme: Scheme) -> Node:
    """Write a scheme down."""
    node: Node = {"type": "apiKey", "name": scheme.name, "in": scheme.location}
    if scheme.kind == "oauth2":
        node = {"type": "oauth2", "flows": {name: _flow(authorize, token) for name, authorize, token in scheme.flows}}
    elif scheme.kind != "apiKey":
        node = {"type": "http", "scheme": scheme.kind, **({"bearerFormat": scheme.format} if scheme.format else {})}
    return {
        **node,
        **({"description": scheme.description} if scheme.description else {}),
        **({"x-doc-example": example} if (example := _CREDENTIAL.sub("", scheme.example).strip()) else {}),
        "x-doc-source": scheme.span.mark,
    }
