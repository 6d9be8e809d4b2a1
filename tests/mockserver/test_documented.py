import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from contract.checks import Checks
from contract.fuzz import fuzz
from contract.spec import Operation, Response, Spec
from mockserver.answering.callbacks import Postman
from mockserver.app import Settings, create_app
from mockserver.planning.evidence import json_media, placeholders, request_examples, successes
from mockserver.planning.model import Plan
from mockserver.planning.plan import plan
from tests.mockserver.served import BEARER, NAMES, bundled, credentials, mock


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Callbacks to the documented host would leave this machine."""
    monkeypatch.setattr(Postman, "send", lambda *_: None)


@pytest.mark.parametrize("name", NAMES)
def test_every_documented_answer_validates_against_its_schema(name: str) -> None:
    spec = bundled(name)
    checks = Checks(spec)
    judged = 0
    for operation in spec.operations:
        for response in operation.responses:
            for media in response.content:
                for example in media.examples:
                    faults = checks.answer_schema(media).faults(example.value, "body")
                    assert not faults, f"{operation.key} {response.status} {example.name}: {faults[0]}"
                    judged += 1
    assert judged >= len(spec.operations)


@pytest.mark.usefixtures("silent")
@pytest.mark.parametrize("name", NAMES)
def test_every_documented_request_gets_the_documented_status(name: str) -> None:
    spec = bundled(name)
    made = plan(spec)
    for operation in spec.operations:
        for body, expected in _documented(operation):
            assert _status(spec, made, operation, body) == expected, f"{operation.key} with {body}"


def _documented(operation: Operation) -> Iterator[tuple[Any, int]]:
    """Each documented request with the status of the answer that bears its name, else with the usual one."""
    usual = successes(operation)[0]
    requests = list(request_examples(operation))
    for name, body in requests:
        paired = next((each for each in successes(operation) if name in _names(each)), usual)
        yield body, int(paired.status)
    if not requests:
        yield None, int(usual.status)


def _names(response: Response) -> list[str]:
    media = json_media(response.content)
    return [each.name for each in media.examples] if media else []


def _status(spec: Spec, made: Plan, operation: Operation, body: Any) -> int:
    async def run() -> int:
        async with mock(spec, headers=credentials(spec.name)) as client:
            path = operation.path
            for name in placeholders(path):
                path = path.replace("{" + name + "}", await _known(client, made, operation, name))
            if operation.key == "GET /v1/exec/poll/{EXECUTION_ID}":
                scheduled = await client.send(
                    "POST", "/v1/exec/schedule", json={"execution_type": "get_meta_model", "component": "c"}
                )
                path = scheduled.headers["location"].removeprefix("http://mock.test")
            return (await client.send(operation.method, path, json=body)).status_code

    return asyncio.run(run())


async def _known(client: Any, made: Plan, operation: Operation, name: str) -> str:
    """The id that the documents show in the path, else that of the first record."""
    shown = [str(example.value) for each in operation.parameters if each.name == name for example in each.examples]
    step = next(each for each in made.steps if each.operation == operation)
    if shown:
        return shown[0]
    if step.job and step.job.known:
        return step.job.known
    state = (await client.send("GET", "/__admin/state")).json()
    resource = step.resource
    if resource is not None and resource.kind == "document":
        return next(iter(state[resource.name]))
    return state[resource.name][0]["id"] if resource else "any"


@pytest.mark.usefixtures("silent")
@pytest.mark.parametrize("name", NAMES)
def test_schemathesis_finds_nothing(name: str) -> None:
    spec = bundled(name)
    app = create_app([spec], Settings())
    personal = {"headers": BEARER} if "personas" in name else {"auth": ("me@example.com", "key")}
    outcome = fuzz(spec, app=app, phases=("examples", "coverage"), **personal)
    app.close()
    assert [
        f"{each.id} {each.operation}: {each.message}\n{each.request}\n{each.response}" for each in outcome.findings
    ] == []
    assert outcome.operations == len(spec.operations)
    assert outcome.cases > 10 * len(spec.operations)
