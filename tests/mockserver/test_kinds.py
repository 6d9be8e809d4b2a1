import copy
from pathlib import Path
from typing import Any

import pytest

from contract.fuzz import fuzz
from contract.spec import from_document, parse
from mockserver.app import create_app

KINDS = parse((Path(__file__).parent / "kinds.yaml").read_text(encoding="utf-8"), "kinds.yaml").document
KEY = {"X-Api-Key": "k3y"}


def as_31(node: Any) -> Any:
    """The same contract in OpenAPI 3.1: `nullable` and boolean bounds are no longer words of it."""
    if isinstance(node, list):
        return [as_31(each) for each in node]
    if not isinstance(node, dict):
        return node
    made = {key: as_31(each) for key, each in node.items()}
    if made.pop("nullable", False):
        made["type"] = [made["type"], "null"]
    if made.get("exclusiveMinimum") is True:
        made["exclusiveMinimum"] = made.pop("minimum")
    return made


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_schemathesis_finds_nothing_on_a_contract_of_every_kind(version: str) -> None:
    document = copy.deepcopy(KINDS) if version == "3.0.3" else as_31(KINDS)
    spec = from_document({**document, "openapi": version}, "kinds.yaml")
    app = create_app([spec])
    outcome = fuzz(spec, app=app, headers=KEY)
    app.close()
    assert [
        f"{each.id} {each.operation}: {each.message}\n{each.request}\n{each.response}" for each in outcome.findings
    ] == []
    assert outcome.operations == len(spec.operations)
