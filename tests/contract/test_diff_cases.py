from pathlib import Path

import pytest

from contract.diff import diff
from tests.case_files import cases
from tests.contract.editions import edition

CASES = cases(Path(__file__).parent / "cases")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case, agrees):
    changes = diff(edition(case.text("yaml old")), edition(case.text("yaml new")))
    agrees(
        case, "".join(f"{each.severity} {each.id} {each.operation} {each.pointer}".rstrip() + "\n" for each in changes)
    )
