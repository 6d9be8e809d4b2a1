"""What Connexion needs to know of a contract: a Spec of any version comes in, a small OpenAPI 3.0.3 document goes out; ids are unique."""

from __future__ import annotations

from contract.spec import Json, Spec
from mockserver.evidence import placeholders

_KNOWN_TYPES = ("apiKey", "http", "oauth2", "openIdConnect")


def skeleton(spec: Spec) -> dict[str, Json]:
    """What Connexion needs to know, as OpenAPI 3.0.3: operations with unique ids and their security, no bodies."""
    schemes = {
        name: {key: value for key, value in scheme.items() if key != "description" and not key.startswith("x-doc")}
        for name, scheme in spec.security_schemes.items()
        if scheme.get("type") in _KNOWN_TYPES
    }
    paths: dict[str, Json] = {}
    for operation in spec.operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = {
            "operationId": operation.operation_id,
            "parameters": [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                for name in dict.fromkeys(placeholders(operation.path))
            ],
            "security": [
                {name: list(scopes) for name, scopes in each.items()}
                for each in operation.security
                if each.keys() <= schemes.keys()
            ],
            "responses": {"default": {"description": "as documented"}},
        }
    return {
        "openapi": "3.0.3",
        "info": {"title": spec.title, "version": "1"},
        "paths": paths,
        "components": {"securitySchemes": schemes},
    }
