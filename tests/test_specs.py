"""The bundled documents: what is generated from them is fresh, valid and the same on every machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import yaml
from openapi_spec_validator import OpenAPIV30SpecValidator

from contract.checks import Checks
from contract.spec import parse

SPECS = Path(__file__).resolve().parents[1] / "specs"
NAMES = sorted(each.name for each in SPECS.iterdir() if each.is_dir())
OPERATIONS = {"elastic-io-v1": 27, "elastic-io-v1-2015": 18, "elastic-personas": 6}


def committed(name: str) -> str:
    return (SPECS / name / "openapi.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_the_committed_document_is_what_build_writes(name, hash_seed):
    command = [sys.executable, "-m", "slatemock", "build", str(SPECS / name)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": hash_seed}
    )
    assert done.stdout == committed(name), f"run: slatemock build specs/{name} -o specs/{name}/openapi.yaml"


@pytest.mark.parametrize("name", NAMES)
def test_the_document_is_valid_openapi(name):
    assert list(OpenAPIV30SpecValidator(yaml.safe_load(committed(name))).iter_errors()) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_is_there(name):
    assert len(parse(committed(name), name).operations) == OPERATIONS[name]


@pytest.mark.parametrize("name", NAMES)
def test_every_documented_answer_validates_against_its_schema(name):
    spec = parse(committed(name), name)
    checks = Checks(spec)
    shown = 0
    for operation in spec.operations:
        for response in operation.responses:
            for media in response.content:
                for example in media.examples:
                    shown += 1
                    body = msgspec.json.encode(example.value)
                    assert checks.answer(operation, int(response.status), {"content-type": media.type}, body) == ()
    assert shown >= OPERATIONS[name]


@pytest.mark.parametrize("name", NAMES)
def test_every_documented_request_validates_against_its_schema(name):
    spec = parse(committed(name), name)
    checks = Checks(spec)
    for operation in spec.operations:
        for media in operation.body.content if operation.body else ():
            for example in media.examples:
                assert checks.request_schema(media.schema).faults(example.value, "body") == ()


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_parameter_property_and_answer_names_its_line(name):
    lines = {
        file.relative_to(SPECS / name / "source").as_posix(): file.read_text().count("\n")
        for file in (SPECS / name / "source").rglob("*.md")
    }
    spec = parse(committed(name), name)
    for operation in spec.operations:
        parts = [operation, *operation.parameters, *(each for each in operation.responses if each.status != "default")]
        assert [part for part in parts if part.source is None or part.source.line > lines[part.source.file]] == []
