"""What a server says when it starts: the contracts and the address come in, lines go out; the last one can be pasted into a shell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contract.spec import Spec


def welcome(specs: Sequence[Spec], base: str) -> list[str]:
    """What is served, where, and a first request to try."""
    lines = [f"{each.title}: {len(each.operations)} operations from {each.name}" for each in specs]
    read = next(
        (op for spec in specs for op in spec.operations if op.method == "GET" and "{" not in op.path),
        specs[0].operations[0],
    )
    spec = next(each for each in specs if read in each.operations)
    return [
        *lines,
        f"Serving on {base}   (Ctrl-C stops it)",
        f"Admin:  {base}/__admin/  lists its pages: /requests  /state  /faults  /plan ...",
        f"Try:    curl {_credentials(spec, read)}-X {read.method} {base}{read.path}".replace("-X GET ", ""),
    ]


def _credentials(spec: Spec, operation: Any) -> str:
    """What curl needs to be let in."""
    for alternative in operation.security:
        for name in alternative:
            scheme = spec.security_schemes.get(name, {})
            if scheme.get("scheme") == "basic":
                return "-u me@example.com:secret "
            if scheme.get("scheme") == "bearer" or scheme.get("type") in ("oauth2", "openIdConnect"):
                return "-H 'Authorization: Bearer e30.e30.e30' "
            if scheme.get("in") == "header":
                return f"-H '{scheme['name']}: secret' "
    return ""
