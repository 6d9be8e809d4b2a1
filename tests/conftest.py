"""What the tests of all rooms share: `--update`, Markdown cases, and the folder of real documents beside the repository."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.case_files import Case, rewrite

SHARED = Path(__file__).resolve().parents[2] / "shared"
"""Real documents with their labels, beside the checkout; absent in a plain clone."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the expected block of Markdown cases that differ")


@pytest.fixture
def agrees(request: pytest.FixtureRequest) -> Callable[[Case, str], None]:
    """Compare with the last block of a case; under --update rewrite the block instead."""

    def compare(case: Case, actual: str) -> None:
        actual += "\n" if actual and not actual.endswith("\n") else ""
        if actual != case.expected.text and request.config.getoption("--update"):
            rewrite(case, actual)
        else:
            assert actual == case.expected.text

    return compare


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents; the test is skipped without it, and fails where CI says that it must be there."""
    if not SHARED.is_dir():
        line = f"needs the real documents in {SHARED}, which a plain clone has not"
        pytest.fail(line) if os.environ.get("CI") == "true" else pytest.skip(line)
    return SHARED
