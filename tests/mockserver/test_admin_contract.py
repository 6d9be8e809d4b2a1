"""The admin pages against their own contract."""

from typing import Any

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from contract.fuzz import fuzz
from contract.spec import from_document
from mockserver.admin.document import admin_spec
from mockserver.admin.handlers import HANDLERS
from mockserver.api import serve_spec
from mockserver.app import Settings, create_app
from tests.mockserver.served import NAMES, bundled

TOKEN = "t0ken"


def test_every_handler_has_a_page_and_every_page_a_handler() -> None:
    spec = admin_spec([serve_spec(bundled("elastic-io-v1"), polls=1)])
    assert {each.operation_id.partition(" ")[0] for each in spec.operations} == set(HANDLERS)


@pytest.mark.parametrize("name", NAMES)
def test_the_contract_is_valid_openapi(name: str) -> None:
    document = msgspec.json.decode(msgspec.json.encode(admin_spec([serve_spec(bundled(name), polls=1)]).document))
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


@pytest.mark.parametrize("phase", ["examples", "coverage", "fuzzing"])
def test_the_pages_keep_their_contract(phase: str) -> None:
    apis: list[Any] = [serve_spec(bundled("elastic-io-v1"), polls=1)]
    spec = from_document(admin_spec(apis).document, "admin")
    app = create_app([bundled("elastic-io-v1")], Settings(admin_token=TOKEN))
    outcome = fuzz(spec, app=app, phases=(phase,), headers={"Authorization": f"Bearer {TOKEN}"}, max_examples=10)
    assert [str(each.as_json()) for each in outcome.findings] == []
