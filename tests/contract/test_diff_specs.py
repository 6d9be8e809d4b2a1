from pathlib import Path

import pytest

from contract import spec
from contract.diff import diff

SPECS = Path(__file__).parents[2] / "specs"
EDITIONS = {file.parent.name: file for file in sorted(SPECS.glob("*/openapi.yaml"))}


def edition(name):
    return spec.parse(EDITIONS[name].read_text(encoding="utf-8"), name)


@pytest.mark.parametrize("name", EDITIONS)
def test_an_edition_does_not_differ_from_itself(name):
    assert diff(edition(name), edition(name)) == []


@pytest.fixture(scope="module")
def changes():
    return diff(edition("elastic-io-v1-2015"), edition("elastic-io-v1"))


ADDED = [
    ("info", "endpoint-added", "GET /v1/exec/poll/{EXECUTION_ID}", ""),
    ("info", "endpoint-added", "DELETE /v1/users/{id}", ""),
    ("info", "new-optional-request-property", "POST /v1/users", "/callback_url"),
]


@pytest.mark.parametrize(("severity", "rule", "operation", "pointer"), ADDED)
def test_what_the_later_documents_add_is_harmless(changes, severity, rule, operation, pointer):
    [change] = [
        each for each in changes if (each.id, each.operation) == (rule, operation) and each.pointer.endswith(pointer)
    ]
    assert change.severity == severity
    assert change.new is not None


def test_no_operation_of_the_earlier_documents_is_gone(changes):
    assert [each for each in changes if each.new is None] == []
