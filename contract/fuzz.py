"""Schemathesis as a library: a Spec and a server come in, an Outcome of Findings goes out; nothing is printed, read or left on disk.

This is the only door to Schemathesis. Its engine is driven by events, which its public documentation
leaves out and its releases refactor: whatever moves there is mended here.
"""

from __future__ import annotations

import re
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from contract.exchange import REDACTED, excerpt, one_line, secrets
from contract.false_positives import is_believed
from contract.finding import DocLine, Finding
from contract.outcome import Outcome, Tally
from contract.places import body_line
from contract.reach import ANSWER_LIMIT, trouble
from contract.spec import Operation, Response, Spec
from contract.target import Target

if TYPE_CHECKING:
    import schemathesis
    from schemathesis.core.failures import Failure
    from schemathesis.core.transport import Response as Answer
    from schemathesis.engine.events import EngineEvent, NonFatalError
    from schemathesis.engine.recorder import CheckNode, ScenarioRecorder
    from schemathesis.generation.case import Case
    from schemathesis.schemas import BaseSchema

PHASES = ("examples", "coverage", "fuzzing", "stateful")
"""Phases by the names Schemathesis gives them, in the order it runs them."""

IN_PROCESS = "http://localhost"
"""Origin of requests to an application in this process."""

_ABOUT_ANSWER = ("content_type_conformance", "response_headers_conformance", "response_schema_conformance")
_ABOUT_REQUEST = ("negative_data_rejection",)
_REMEDIES = dict.fromkeys((*_ABOUT_ANSWER, "status_code_conformance"), "answer as documented, or document the answer")


class FuzzError(Exception):
    """The test cannot be run; the message is one line: the place, the cause, the remedy."""


def fuzz(
    spec: Spec,
    *,
    url: str | None = None,
    app: Any = None,
    phases: Sequence[str] = ("examples", "coverage"),
    headers: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
    seed: int = 0,
    max_examples: int = 50,
) -> Outcome:
    """Test a server over HTTP (`url`) or an ASGI application in this process (`app`) against its contract.

    `headers` go with every request and count as credentials where the contract asks for such a header; `auth`
    is user and password for HTTP Basic (RFC 7617). `max_examples` bounds the generated requests an operation in
    the phases `fuzzing` and `stateful`. Equal arguments and an equally behaving server give equal findings.

    Raises FuzzError where nothing can be tested: unknown phase, server out of reach, no operation.
    """
    unknown = [each for each in phases if each not in PHASES]
    if unknown or not phases:
        wrong = f"unknown phase {', '.join(map(repr, unknown))}" if unknown else "no phase given"
        raise FuzzError(f"{wrong}; the phases are {', '.join(PHASES)}")
    if not spec.operations:
        raise FuzzError(f"{spec.name}: no operation under 'paths', so there is nothing to test; give a fuller document")
    if (url is None) == (app is None):
        raise FuzzError("no server to test; give its URL, such as http://127.0.0.1:4010")
    if url is not None and (why := trouble(url)):
        raise FuzzError(why)
    target = Target.of(spec, url if url is not None else IN_PROCESS)
    with _quiet(), _shut_down(app):
        import schemathesis
        from schemathesis.engine import events

        config = _config(target, phases, headers=headers or {}, auth=auth, seed=seed, max_examples=max_examples)
        schema = schemathesis.openapi.from_dict(target.document(), config=config)
        schema.hook("filter_failure")(_is_true_failure)
        schema.app = app
        tally = Tally(target, secrets(headers or {}, auth))
        for event in _events(schema):
            if isinstance(event, events.ScenarioFinished):
                _judged(tally, event.recorder)
            elif isinstance(event, events.NonFatalError):
                tally.keep(*_trouble_finding(target, event))
    if not tally.cases:
        raise FuzzError(f"{target.url}: nothing was tested ({tally.first_trouble}); see the server, or add phases")
    return tally.outcome()


# --- how it is tested -------------------------------------------------------------------------------------------------


def _config(
    target: Target,
    phases: Sequence[str],
    *,
    headers: Mapping[str, str],
    auth: tuple[str, str] | None,
    seed: int,
    max_examples: int,
) -> schemathesis.Config:
    """Everything is given here: no `schemathesis.toml` is looked for."""
    import schemathesis
    from schemathesis.config import SanitizationConfig

    return schemathesis.Config.from_dict(
        {
            "base-url": target.url,
            "seed": seed,
            "continue-on-failure": True,
            "request-timeout": ANSWER_LIMIT,
            "cache": {"enabled": False},
            # Literals from the source of an application in process would make findings depend on its wording.
            "analysis": {"constants": {"enabled": False}},
            "generation": {
                "database": "none",
                "max-examples": max_examples,
                # With credentials given, "Authorization is missing" would count as a violation of the contract
                # and yet be sent with them, so that the server is blamed for accepting it.
                "with-security-parameters": not (auth or headers),
            },
            "phases": {name: {"enabled": name in phases} for name in PHASES},
            "headers": dict(headers),
            "output": {
                "sanitization": {
                    "replacement": REDACTED,
                    "keys-to-sanitize": [*SanitizationConfig().keys_to_sanitize, *(name.lower() for name in headers)],
                }
            },
            **({"auth": {"basic": {"username": auth[0], "password": auth[1]}}} if auth else {}),
        }
    )


def _is_true_failure(context: object, failure: Failure, case: Case[Any], response: object) -> bool:
    """Keep a failure, unless Schemathesis is known to report it wrongly."""
    del context, response
    return is_believed(failure, case)


# --- the run ----------------------------------------------------------------------------------------------------------


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the libraries' warnings to themselves and Hypothesis' caches out of the working directory."""
    from hypothesis import configuration

    before = configuration.storage_directory(intent_to_write=False).path
    with tempfile.TemporaryDirectory(prefix="slatemock-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        configuration.set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(before)


@contextmanager
def _shut_down(app: object) -> Iterator[None]:
    """Shut an application in this process down in the end; Schemathesis would keep its lifespan until the interpreter ends."""
    try:
        yield
    finally:
        if app is not None:
            from schemathesis.python import asgi

            asgi.shutdown_lifespans()


def _events(schema: BaseSchema) -> Iterator[EngineEvent]:
    from schemathesis.engine import events, from_schema

    stream = from_schema(schema).execute()
    try:
        for event in stream:
            if isinstance(event, events.Interrupted):
                raise KeyboardInterrupt
            if isinstance(event, events.FatalError):
                raise FuzzError(f"Schemathesis gave up: {one_line(str(event.exception))}; try fewer phases")
            yield event
    finally:
        stream.stop()


def _judged(tally: Tally, recorder: ScenarioRecorder) -> None:
    for case_id, nodes in recorder.checks.items():
        answer = recorder.find_response(case_id=case_id)
        label = recorder.cases[case_id].value.operation.label
        tally.count(label, answer.status_code if answer else None, len(nodes))
        for node in nodes:
            if node.failure_info is not None:
                tally.keep(*_finding(tally.target, recorder, case_id, node))


# --- a failure as a Finding -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Fault:
    """What is wrong where, and the most specific line that says so."""

    place: str = ""
    detail: str = ""
    line: DocLine | None = None


def _finding(target: Target, recorder: ScenarioRecorder, case_id: str, node: CheckNode) -> tuple[str, Finding]:
    """A failed check as a Finding, with the key that is the same for all requests that show the same breach."""
    assert node.failure_info is not None
    failure = node.failure_info.failure
    shown = failure.case_id if failure.case_id in recorder.cases else case_id
    case, answer = recorder.cases[shown].value, recorder.find_response(case_id=shown)
    operation = target.operations[case.operation.label]
    response = operation.response_for(answer.status_code) if answer else None
    fault = _request_fault(target.spec, operation, case) if node.name in _ABOUT_REQUEST else None
    if answer is not None and response is not None and node.name in _ABOUT_ANSWER:
        fault = _answer_fault(
            target.spec, response, answer, failure, in_body=node.name == "response_schema_conformance"
        )
    fault = fault or _Fault(detail=failure.message)
    finding = Finding(
        id=node.name.replace("_", "-"),
        severity="error",
        message=one_line(": ".join(part for part in (failure.title, fault.place, fault.detail) if part)),
        operation=operation.key,
        source=fault.line or operation.source,
        remedy=_REMEDIES.get(node.name, "mend the server, or document what it does"),
        request=node.failure_info.code_sample,
        response=_excerpt(answer) if answer else "",
    )
    breach = re.sub(r"\[[0-9]+\]", "[]", f"{failure.title} {fault.place}")  # one item stands for all
    return breach, finding


def _trouble_finding(target: Target, event: NonFatalError) -> tuple[str, Finding]:
    """What kept an operation from being judged: the server's silence is an error, the tester's limits are a warning."""
    operation = target.operations.get(event.label)
    outage = event.label == "Server"
    silent = outage or isinstance(event.value, OSError)
    message, request = event.info.message, event.info.code_sample or ""
    if outage:  # the message goes on with the last requests, a blank line before each
        message, _, request = message.partition(" Last request")
        request = dedent(request.partition("\n\n")[2])
    return event.info.title, Finding(
        id="no-answer" if silent else "not-tested",
        severity="error" if silent else "warning",
        message=one_line(f"{event.info.title}: {message}"),
        operation=operation.key if operation else None,
        source=operation.source if operation else None,
        remedy="see the server's log" if silent else "see whether the contract contradicts itself here",
        request=request,
    )


def _answer_fault(spec: Spec, response: Response, answer: Answer, failure: Failure, *, in_body: bool) -> _Fault:
    from schemathesis.openapi.checks import JsonSchemaError, MissingHeaders

    if isinstance(failure, MissingHeaders):
        return _header_fault(response, failure.missing_headers[0], failure.message)
    if not isinstance(failure, JsonSchemaError):
        return _Fault(detail=failure.message, line=response.source)
    if not in_body:  # which field it is has to be told by the value
        sent = str(failure.instance)
        names = [name for name in response.headers if sent in answer.headers.get(name.lower(), ())]
        return _header_fault(response, names[0] if names else "", failure.validation_message)
    # The validator points at the holder of a missing property; the property is what the documents state.
    missing = re.match(r'"(.+)" is a required property', failure.validation_message)
    way = [*failure.instance_path, *([missing[1]] if missing else [])]
    line = body_line(spec, response.content, way) or response.source
    return _Fault(_dotted("body", way), failure.validation_message, line)


def _header_fault(response: Response, name: str, detail: str) -> _Fault:
    line = DocLine.parse(response.headers.get(name, {}).get("x-doc-source"))
    return _Fault(f"header.{name}" if name else "header", detail, line or response.source)


def _request_fault(spec: Spec, operation: Operation, case: Case[Any]) -> _Fault | None:
    """What in a request was made invalid on purpose; Schemathesis keeps it as a pointer into the schema."""
    data = case.meta.phase.data if case.meta else None
    if data is None or data.parameter_location is None:
        return None
    # "account -> email: Incorrect type" says again what the place says.
    detail = re.sub(r"^(\S+ -> )*\S+: (?=[A-Z])", "", data.description or "")
    location = data.parameter_location.value
    if location != "body":
        line = next((each.source for each in operation.parameters if each.name == data.parameter), None)
        return _Fault(_dotted(location, [data.parameter or ""]), detail, line)
    missing = re.fullmatch(r"Missing required property: (.+)", detail)
    way = [*re.findall(r"/properties/([^/]+)", data.location or ""), *([missing[1]] if missing else [])]
    body = operation.body
    return _Fault(_dotted("body", way), detail, (body_line(spec, body.content, way) or body.source) if body else None)


def _dotted(holder: str, way: Sequence[str | int]) -> str:
    return holder + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in way)


def _excerpt(answer: Answer) -> str:
    fields = [(name, value) for name, values in answer.headers.items() for value in values]
    return excerpt(f"HTTP/{answer.http_version} {answer.status_code} {answer.message}".rstrip(), fields, answer.content)
