from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from contract.spec import from_document
from mockserver.answering.behaviours import BEHAVIOURS
from mockserver.app import create_app
from mockserver.planning.model import MockError
from mockserver.planning.plan import BEHAVIOUR_NAMES, plan, plan_text
from tests.case_files import Case, cases
from tests.mockserver.served import NAMES, answering, bundled, made

HERE = Path(__file__).parent


@pytest.mark.parametrize("case", cases(HERE / "plans.md"), ids=str)
def test_the_plan_of_a_fragment(case: Case, agrees: Callable[[Case, str], None]) -> None:
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Fragment", "version": "1"},
        "paths": yaml.safe_load(case.text("yaml")),
    }
    found = plan(from_document(document, "fragment.yaml"))
    told = [
        f"{each.name}: {each.kind}, id `{each.id_property}` like {each.id_style}"
        + (f", in `{each.envelope}`" if each.envelope else "")
        + (f", below {each.parent}" if each.parent else "")
        + (f", never shows {', '.join(each.write_only)}" if each.write_only else "")
        for each in found.resources
    ]
    agrees(case, "\n".join([*told, "", plan_text(found)] if told else [plan_text(found)]))


@pytest.mark.parametrize("case", cases(HERE / "bundled_plans.md"), ids=str)
def test_the_plan_of_a_bundled_contract(case: Case, agrees: Callable[[Case, str], None]) -> None:
    agrees(case, plan_text(plan(bundled(case.text("contract").strip()))))


@pytest.mark.parametrize("name", NAMES)
def test_the_plan_as_json_has_the_agreed_shape(name: str) -> None:
    spec = bundled(name)
    shown = plan(spec).as_json()
    assert shown.keys() == {"resources", "operations"}
    assert [each["operation"] for each in shown["operations"]] == [each.key for each in spec.operations]
    for each in shown["operations"]:
        assert each.keys() == {"operation", "behaviour", "resource", "because"}
        assert each["because"]
        assert each["resource"] is None or any(one["name"] == each["resource"] for one in shown["resources"])


def test_every_behaviour_that_a_plan_can_name_is_there() -> None:
    assert tuple(BEHAVIOURS) == BEHAVIOUR_NAMES


@pytest.mark.parametrize("case", cases(HERE / "wishes.md"), ids=str)
def test_a_wish_that_cannot_be_granted_is_told(case: Case, agrees: Callable[[Case, str], None]) -> None:
    with pytest.raises(MockError) as told:
        plan(made(yaml.safe_load(case.text("yaml"))))
    agrees(case, str(told.value))


def test_a_server_does_not_start_with_a_wish_that_cannot_be_granted() -> None:
    with pytest.raises(MockError, match=r"GET /things: x-mock\.behaviour is 'fly'"):
        create_app([made({"/things": {"get": answering({"a": 1}, **{"x-mock": {"behaviour": "fly"}})}})])
