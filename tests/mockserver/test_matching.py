"""Texts that are made for patterns."""

from __future__ import annotations

import re

import pytest

from mockserver.answering.matching import matching


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[A-Z]{3}-\d{4}$",
        r"^(draft|sent)$",
        r"^#?([0-9a-f]{3}){1,2}$",
        r"^\/(v|versions)\/[^/]+\/items\/(\d+)(?:\.(\d+))?$",
        r"key_\w+",
        r"^[^a-z\s]+x$",
        r"^\S+@\S+\.\S+$",
        r"^(?=.*\d)[a-z0-9]{8,}$|^none$",
        r"^.{64}$",
    ],
)
def test_a_text_is_made_for_a_pattern(pattern: str) -> None:
    assert re.search(pattern, matching(pattern, "string"))


def test_what_fits_already_is_kept() -> None:
    assert matching("^[a-z]+$", "string") == "string"


@pytest.mark.parametrize("pattern", ["^(?<year>\\d{4})$", "(", "^(?!)$", "^(a)\\1b$"])
def test_a_pattern_that_python_does_not_read_or_nothing_fits_is_left_alone(pattern: str) -> None:
    assert matching(pattern, "string") in ("string", "aab")
