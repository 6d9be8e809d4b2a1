import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract.overlay import applied, overlay
from contract.spec import SpecError
from tests.case_files import Case, cases

CASES = cases(Path(__file__).parent / "cases_overlay")


def amended(document: Any, actions: Any) -> Any:
    head = {"overlay": "1.0.0", "info": {"title": "Mend", "version": "1"}}
    made, idle = applied(document, overlay(yaml.safe_dump({**head, "actions": actions}), "mend.yaml"))
    return {**made, **({"idle": [each.place for each in idle]} if idle else {})}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_overlay_amends_a_document(case: Case, agrees: Callable[[Case, str], None]) -> None:
    document, actions = (yaml.safe_load(case.text(f"yaml {each}")) for each in ("document", "actions"))
    before = copy.deepcopy(document)
    if case.expected.info == "text":
        with pytest.raises(SpecError) as told:
            amended(document, actions)
        agrees(case, str(told.value))
    else:
        assert amended(document, actions) == yaml.safe_load(case.expected.text)
    assert document == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [", "mend.yaml: neither JSON nor YAML.*give an OpenAPI Overlay"),
        ("openapi: 3.0.3", "mend.yaml: not an Overlay: no 'overlay' field at the top; begin it with"),
        ("[]", "mend.yaml: not an Overlay"),
        ("overlay: 2.0.0", "mend.yaml: Overlay 2.0.0 is not supported; write 'overlay: 1.0.0'"),
        ("overlay: 1.0.0", "mend.yaml: 'actions' holds no action; list at least one"),
        ("overlay: 1.0.0\nactions: []", "'actions' holds no action"),
    ],
)
def test_what_is_no_overlay_is_told(text: str, told: str) -> None:
    with pytest.raises(SpecError, match=told):
        overlay(text, "mend.yaml")


def test_an_overlay_may_be_json() -> None:
    (action,) = overlay('{"overlay": "1.0.0", "actions": [{"target": "$", "update": {"a": 1}}]}', "mend.json")
    assert applied({}, [action]) == ({"a": 1}, ())
