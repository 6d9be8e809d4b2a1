"""What Connexion needs to know of a contract: a Spec of any version comes in, a small OpenAPI 3.0.3 document goes out; ids are unique."""

from __future__ import annotations

from contract.spec import Json, Spec

SCHEME = "x-scheme"
"""Mark of a security scheme in the skeleton: its name in the contract."""


def skeleton(spec: Spec) -> dict[str, Json]:
    """What Connexion needs to know, as OpenAPI 3.0.3: operations with unique ids and their security, no bodies.

    Every scheme is an `apiKey` there, whatever it is in the contract: Connexion combines what our own
    judges say, and need not know the kinds.
    """
    schemes = {
        f"scheme-{index}": {"type": "apiKey", "in": "header", "name": "any", SCHEME: name}
        for index, name in enumerate(spec.security_schemes)
    }
    names = {each[SCHEME]: key for key, each in schemes.items()}
    paths: dict[str, Json] = {}
    for operation in spec.operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = {
            "operationId": operation.operation_id,
            "security": [{names[name]: [] for name in each} for each in operation.security],
            "responses": {"default": {"description": "as documented"}},
        }
    return {
        "openapi": "3.0.3",
        "info": {"title": spec.title, "version": "1"},
        "paths": paths,
        "components": {"securitySchemes": schemes},
    }
