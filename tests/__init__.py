"""Tests by room. A package, so that `tests/contract` never shadows `contract` and two rooms may have files of one name."""
