"""Every case file: a Markdown document and what is read from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from doc_parser.diagnostics import RULES
from tests.case_files import cases
from tests.doc_parser.outline import blocks, findings, outline, samples, shared

CASES = Path(__file__).parent / "cases"
VIEWS = {"blocks": blocks, "operations": outline, "shared": shared, "samples": samples, "findings": findings}
"""What the last block of a case shows, by its info string."""


@pytest.mark.parametrize("case", cases(CASES), ids=str)
def test_a_document_is_read_as_its_case_says(case, agrees):
    agrees(case, VIEWS[case.expected.info](case.text("markdown")))


def test_every_lint_rule_has_a_case_that_fires():
    fired = {
        line.split()[2].rstrip(":") for case in cases(CASES / "lint.md") for line in case.expected.text.splitlines()
    }
    elsewhere = {"missing-include", "damaged-characters"}  # about files and their bytes: test_source.py
    assert set(RULES) == fired | elsewhere


def test_every_lint_rule_has_a_case_that_is_left_alone():
    quiet = " ".join(case.heading for case in cases(CASES / "lint_left_alone.md"))
    assert [rule for rule in RULES if rule not in quiet and rule not in {"missing-include", "damaged-characters"}] == []


def test_cases_that_are_left_alone_report_nothing():
    assert [case.heading for case in cases(CASES / "lint_left_alone.md") if case.expected.text] == []
