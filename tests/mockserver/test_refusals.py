"""Refusals whose documented shape no value can keep."""

from __future__ import annotations

from contract.checks import Checks
from contract.spec import from_document
from mockserver.answering.problems import Problems, problem

SHAPE = {"type": "object", "properties": {"message": {"type": "string"}}}


def test_where_shapes_cannot_be_told_from_each_other_a_refusal_still_says_what_is_wrong() -> None:
    bad = {"description": "Bad", "content": {"application/json": {"schema": {"oneOf": [SHAPE, SHAPE]}}}}
    document = {"openapi": "3.0.3", "paths": {"/jars": {"get": {"responses": {"400": bad}}}}}
    spec = from_document(document, "jars.yaml")
    assert Problems(spec, Checks(spec)).refusal(spec.operations[0], 400, "too late").body == b'{"message":"too late"}'


def test_a_number_that_no_standard_knows_has_no_phrase() -> None:
    assert b'"title":"Error","status":499' in problem(499, "gone away").body
    bad = {"description": "Bad", "content": {"application/json": {"schema": SHAPE}}}
    document = {"openapi": "3.0.3", "paths": {"/jars": {"get": {"responses": {"499": bad}}}}}
    spec = from_document(document, "jars.yaml")
    assert Problems(spec, Checks(spec)).refusal(spec.operations[0], 499, "too late").body == b'{"message":"too late"}'
