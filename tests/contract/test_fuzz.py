import asyncio
import base64
import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from urllib.parse import parse_qsl

import pytest
import uvicorn

from contract import spec
from contract.finding import DocLine
from contract.fuzz import FuzzError, _is_true_failure, fuzz

AUTH = ("ada", "correct-horse")

SHOP = spec.parse(
    """
openapi: 3.0.3
info: {title: Shop, version: "1"}
servers: [{url: https://shop.example.test}]
security: [{basic: []}]
components:
  securitySchemes: {basic: {type: http, scheme: basic}}
  schemas:
    Item:
      type: object
      required: [id, name]
      properties:
        id: {type: string, x-doc-source: "shop.md:11"}
        name: {type: string, x-doc-source: "shop.md:12"}
        owner: {type: object, properties: {name: {type: string}}, x-doc-source: "shop.md:14"}
        tags: {type: array, items: {type: object, properties: {label: {type: string, x-doc-source: "shop.md:13"}}}}
    Error: {type: object, required: [message], properties: {message: {type: string}}}
paths:
  /v1/items:
    get:
      x-doc-source: "shop.md:20"
      parameters: [{name: page, in: query, schema: {type: integer}, x-doc-source: "shop.md:22"}]
      responses:
        '200':
          description: All of them
          x-doc-source: "shop.md:25"
          headers: {X-Total: {required: true, schema: {type: integer}, x-doc-source: "shop.md:26"}}
          content:
            application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Item'}}}
        default: &error
          description: An error
          content: {application/json: {schema: {$ref: '#/components/schemas/Error'}}}
    post:
      x-doc-source: "shop.md:30"
      requestBody:
        required: true
        x-doc-source: "shop.md:32"
        content:
          application/json:
            schema:
              type: object
              required: [name]
              properties: {name: {type: string, x-doc-source: "shop.md:33"}}
            examples: {example: {value: {name: Lamp}}}
      responses:
        '201':
          description: The new one
          x-doc-source: "shop.md:36"
          content: {application/json: {schema: {$ref: '#/components/schemas/Item'}}}
        '400': *error
        '401': *error
        '415': *error
        '405': *error
""",
    "shop.yaml",
)

ITEM = {"id": "1", "name": "Lamp", "tags": [{"label": "new"}]}


class Shop:
    """The documented server, as correct as the checks can tell; `broken` replaces the answer of one operation."""

    def __init__(self, broken=None, *, base="", auth=AUTH, total=b"1"):
        self.broken = broken or {}
        self.path = base + "/v1/items"
        self.auth = auth
        self.total = total

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        body = (await receive())["body"]
        fields = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        status, payload = self.answer(scope, fields, body)
        headers = [(b"content-type", b"application/json")] + [(b"allow", b"GET, POST")] * (status == 405)
        headers += [(b"x-total", self.total)] * (self.total is not None)
        headers += [(b"www-authenticate", b"Basic")] * (status == 401)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(payload).encode()})

    def answer(self, scope, fields, body):
        if scope["path"] != self.path:
            return 404, {"message": f"nothing at {scope['path']}"}
        if scope["method"] not in {"GET", "POST"}:
            return 405, {"message": "no such method"}
        if fields.get("authorization") != f"Basic {base64.b64encode(':'.join(self.auth).encode()).decode()}":
            return 401, {"message": "who are you?"}
        valid = self.valid_query(scope) if scope["method"] == "GET" else self.valid_body(fields, body)
        if not valid:
            return 400, {"message": "not as documented"}
        return self.broken.get(scope["method"], (200, [ITEM]) if scope["method"] == "GET" else (201, ITEM))

    @staticmethod
    def valid_query(scope):
        pairs = parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
        return len(pairs) <= 1 and all(
            name == "page" and value.removeprefix("-").isdecimal() and value.isascii() for name, value in pairs
        )

    @staticmethod
    def valid_body(fields, body):
        try:
            sent = json.loads(body)
        except ValueError:
            return False
        media_type = fields.get("content-type", "").partition(";")[0]
        return media_type == "application/json" and isinstance(sent, dict) and isinstance(sent.get("name"), str)


def brief(findings):
    return [(each.id, each.operation, str(each.source)) for each in findings]


@contextlib.contextmanager
def over_http(app):
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=asyncio.run, args=(server.serve(sockets=[listener]),))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def test_a_server_that_keeps_the_contract_is_clean_and_was_really_tested():
    outcome = fuzz(SHOP, app=Shop(), auth=AUTH)
    assert outcome.findings == ()
    assert outcome.operations == 2
    assert outcome.cases > 20
    assert outcome.checks > outcome.cases


def test_the_same_over_http():
    with over_http(Shop()) as url:
        outcome = fuzz(SHOP, url=url, auth=AUTH)
    assert outcome.findings == ()
    assert outcome.operations == 2


BROKEN = {
    "a wrong type in a body": (
        {"GET": (200, [{"id": 7, "name": "Lamp"}])},
        [("response-schema-conformance", "GET /v1/items", "shop.md:11")],
    ),
    "the same breach in several items": (
        {"GET": (200, [{"id": 7, "name": "Lamp"}, ITEM, {"id": 8, "name": "Lamp"}])},
        [("response-schema-conformance", "GET /v1/items", "shop.md:11")],
    ),
    "a wrong type deep in a body": (
        {"POST": (201, {**ITEM, "tags": [{"label": "new"}, {"label": None}]})},
        [("response-schema-conformance", "POST /v1/items", "shop.md:13")],
    ),
    "a wrong type of what is documented only as part of something": (
        {"POST": (201, {**ITEM, "owner": {"name": 7}})},
        [("response-schema-conformance", "POST /v1/items", "shop.md:14")],
    ),
    "a missing property, stated where it is documented": (
        {"POST": (201, {"id": "1"})},
        [("response-schema-conformance", "POST /v1/items", "shop.md:12")],
    ),
    "a body of another shape": (
        {"GET": (200, {"items": [ITEM]})},
        [("response-schema-conformance", "GET /v1/items", "shop.md:25")],
    ),
    "an undocumented status": (
        {"POST": (202, ITEM)},
        [("status-code-conformance", "POST /v1/items", "shop.md:30")],
    ),
    "a crash, where an error body is documented for any status": (
        {"GET": (500, {"message": "boom"})},
        [("not-a-server-error", "GET /v1/items", "shop.md:20")],
    ),
    "a crash that is documented nowhere": (
        {"POST": (500, {"message": "boom"})},
        [
            ("not-a-server-error", "POST /v1/items", "shop.md:30"),
            ("status-code-conformance", "POST /v1/items", "shop.md:30"),
        ],
    ),
}


@pytest.mark.parametrize(("broken", "expected"), BROKEN.values(), ids=BROKEN)
def test_one_broken_answer_is_exactly_one_breach_with_its_line(broken, expected):
    assert brief(fuzz(SHOP, app=Shop(broken), auth=AUTH).findings) == expected


@pytest.mark.parametrize(
    ("total", "message"),
    [
        (b"many", 'Response header does not conform to the schema: header.X-Total: "many" is not of type "integer"'),
        (None, "Missing required response headers: header.X-Total: The following required headers are missing "),
    ],
)
def test_a_header_is_named_with_its_line(total, message):
    [finding] = fuzz(SHOP, app=Shop(total=total), auth=AUTH).findings
    assert finding.message.startswith(message)
    assert finding.source == DocLine("shop.md", 26)


def test_a_broken_answer_is_found_over_http_too():
    with over_http(Shop({"GET": (200, [{**ITEM, "id": 7}])})) as url:
        findings = fuzz(SHOP, url=url, auth=AUTH).findings
    assert brief(findings) == [("response-schema-conformance", "GET /v1/items", "shop.md:11")]


def test_a_finding_shows_what_was_sent_and_answered():
    [finding] = fuzz(SHOP, app=Shop({"GET": (200, [{**ITEM, "id": 7}])}), auth=AUTH).findings
    assert finding.message == 'Response violates schema: body[0].id: 7 is not of type "string"'
    assert finding.severity == "error"
    assert finding.request.startswith("curl -X GET -H 'Authorization: [redacted]' ")
    assert finding.response.startswith("HTTP/1.1 200 OK\ncontent-type: application/json\nx-total: 1\n\n[{")


def test_a_request_that_breaks_the_contract_must_be_refused_and_the_field_is_named():
    class Careless(Shop):
        valid_body = staticmethod(lambda *_: True)

    [field, missing] = fuzz(SHOP, app=Careless(), auth=AUTH).findings
    assert missing.message == "Schema-violating request accepted: body: Missing request body"
    assert missing.source == DocLine("shop.md", 32)
    assert field.message.startswith("Schema-violating request accepted: body.name: ")
    assert field.source == DocLine("shop.md", 33)


def test_a_parameter_that_is_not_checked_is_named_with_its_line():
    class Careless(Shop):
        valid_query = staticmethod(lambda *_: True)

    [finding] = fuzz(SHOP, app=Careless(), auth=AUTH).findings
    assert finding.message == "Schema-violating request accepted: query.page: Incorrect type"
    assert finding.source == DocLine("shop.md", 22)


def test_credentials_that_the_server_echoes_are_not_in_the_report():
    echo = [{**ITEM, "id": 7, "name": f"{AUTH[1]} {base64.b64encode(':'.join(AUTH).encode()).decode()}"}]
    token = base64.b64encode(":".join(AUTH).encode()).decode()
    for given in ({"auth": AUTH}, {"headers": {"Authorization": f"Basic {token}", "X-Tenant": AUTH[1]}}):
        [finding] = fuzz(SHOP, app=Shop({"GET": (200, echo)}), **given).findings
        assert AUTH[1] not in repr(finding)
        assert token not in repr(finding)


def test_a_header_that_is_given_is_not_in_the_report_however_short():
    headers = {"Authorization": f"Basic {base64.b64encode(':'.join(AUTH).encode()).decode()}", "X-Pin": "4711"}
    [finding] = fuzz(SHOP, app=Shop({"GET": (200, {})}), headers=headers).findings
    assert "-H 'X-Pin: [redacted]'" in finding.request
    assert "4711" not in finding.request


@pytest.mark.parametrize("auth", [None, ("ada", "wrong-horse")])
def test_a_server_that_lets_nobody_in_is_not_called_clean(auth):
    [finding] = fuzz(SHOP, app=Shop(), auth=auth).findings
    assert (finding.id, finding.severity, finding.operation) == ("only-refused", "warning", None)
    assert finding.message == (
        "2 of 2 operations let no request in, so that these were hardly tested: GET /v1/items, POST /v1/items"
    )


def test_credentials_count_as_given_when_they_come_as_a_header():
    token = base64.b64encode(":".join(AUTH).encode()).decode()
    assert fuzz(SHOP, app=Shop(), headers={"Authorization": f"Basic {token}"}).findings == ()


def test_protection_that_is_documented_and_missing_is_found():
    class Open(Shop):
        def answer(self, scope, fields, body):
            token = base64.b64encode(":".join(self.auth).encode()).decode()
            return super().answer(scope, {**fields, "authorization": f"Basic {token}"}, body)

    assert {each.id for each in fuzz(SHOP, app=Open(), auth=AUTH).findings} == {"ignored-auth"}


BASED = spec.from_document({**SHOP.document, "servers": [{"url": "https://shop.example.test/api"}]}, "shop.yaml")


@pytest.mark.parametrize("given", ["", "/", "/api", "/api/"])
def test_the_base_path_of_the_contract_may_or_may_not_be_part_of_the_url(given):
    with over_http(Shop(base="/api")) as url:
        outcome = fuzz(BASED, url=url + given, auth=AUTH, phases=["examples"])
    assert outcome.findings == ()
    assert outcome.cases > 0


def test_a_url_may_put_the_whole_contract_below_a_path_of_its_own():
    with over_http(Shop(base="/gateway/api")) as url:
        assert fuzz(BASED, url=f"{url}/gateway", auth=AUTH, phases=["examples"]).findings == ()


def test_operations_with_different_servers_are_each_found_at_their_place():
    class Watched(Shop):
        def answer(self, scope, fields, body):
            seen.add(scope["path"])
            return super().answer(scope, fields, body)

    seen = set()
    document = {**SHOP.document, "paths": {"/items": {**SHOP.document["paths"]["/v1/items"]}}}
    for method, server in (("get", "/v1"), ("post", "/v2")):
        document["paths"]["/items"][method] = {**document["paths"]["/items"][method], "servers": [{"url": server}]}
    fuzz(spec.from_document(document, "shop.yaml"), app=Watched(), auth=AUTH)
    assert seen == {"/v1/items", "/v2/items"}


def test_equal_runs_give_equal_findings():
    class Careless(Shop):
        valid_body = staticmethod(lambda *_: True)
        valid_query = staticmethod(lambda *_: True)

    runs = [
        fuzz(SHOP, app=Careless({"GET": (202, {})}), auth=AUTH, phases=["coverage", "fuzzing"], max_examples=5, seed=3)
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert runs[0].findings


def run(script, folder):
    """The script in a process of its own, where every warning is an error."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    arguments = [sys.executable, "-W", "error", "-c", f"from tests.contract.test_fuzz import *\n{dedent(script)}"]
    made = subprocess.run(
        arguments, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    return made.stdout, made.stderr


def test_nothing_is_printed_and_nothing_left_in_the_working_directory(tmp_path):
    (tmp_path / "schemathesis.toml").write_text("this would be = an error")
    script = """
        phases = ["coverage", "fuzzing"]
        print(len(fuzz(SHOP, app=Shop({"GET": (500, {})}), auth=AUTH, phases=phases, max_examples=5).findings))
    """
    assert run(script, tmp_path) == ("2\n", "")
    assert [each.name for each in tmp_path.iterdir()] == ["schemathesis.toml"]


def test_an_application_in_process_is_shut_down_again():
    class Watched(Shop):
        async def __call__(self, scope, receive, send):
            await super().__call__(scope, receive, send)
            if scope["type"] == "lifespan":
                stopped.append(True)

    stopped = []
    fuzz(SHOP, app=Watched(), auth=AUTH, phases=["examples"])
    assert stopped


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def test_a_server_that_is_not_there_is_one_line():
    url = f"http://127.0.0.1:{closed_port()}"
    with pytest.raises(FuzzError, match=rf"^{url}: the server cannot be reached; see whether it runs [^\n]+$"):
        fuzz(SHOP, url=url)


def answers_with(answer, times=1):
    """A listener that says the same to the first that come, and is gone then."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        with listener:
            for _ in range(times):
                connection, _ = listener.accept()
                with connection:
                    connection.recv(100_000)
                    connection.sendall(answer)

    threading.Thread(target=serve).start()
    return listener.getsockname()[1]


def test_a_server_that_dies_on_the_way_is_an_error_with_the_last_requests():
    unauthorized = b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}"
    port = answers_with(unauthorized, times=6)
    findings = fuzz(SHOP, url=f"http://127.0.0.1:{port}", auth=AUTH, phases=["coverage"]).findings
    [death] = [each for each in findings if each.id == "no-answer" and each.operation is None]
    assert death.severity == "error"
    assert death.message == f"Server Unavailable: http://127.0.0.1:{port} stopped responding."
    assert death.request.startswith("curl -X ")
    assert f"http://127.0.0.1:{port}/v1/items" in death.request
    assert AUTH[1] not in death.request


def test_a_server_that_does_not_speak_http_is_one_line():
    with pytest.raises(FuzzError, match=r"^http://[^\n]+: the answer is not HTTP; [^\n]+$"):
        fuzz(SHOP, url=f"http://127.0.0.1:{answers_with(b'220 mail.example.test ESMTP' + bytes([13, 10]))}")


def test_a_tls_handshake_that_fails_is_one_line():
    with pytest.raises(FuzzError, match=r"^https://[^\n]+: the TLS handshake failed; [^\n]+$"):
        fuzz(SHOP, url=f"https://127.0.0.1:{answers_with(b'HTTP/1.1 400 Bad Request' + bytes([13, 10, 13, 10]))}")


@pytest.mark.parametrize("url", ["127.0.0.1:4010", "ftp://127.0.0.1/", "http://", "http://[::1", "http://h:port/"])
def test_what_is_no_http_url_is_one_line(url):
    with pytest.raises(FuzzError, match=r"^[^\n]*; give one such as http://127.0.0.1:4010[^\n]*$"):
        fuzz(SHOP, url=url)


def test_credentials_in_the_url_are_refused_without_repeating_them():
    with pytest.raises(FuzzError, match=r"^127.0.0.1: credentials in the URL would show in reports; [^\n@]+$"):
        fuzz(SHOP, url="http://ada:horse@127.0.0.1/")


def accepted(media_type, query, *mutations, style="form"):
    """A case that a server accepted though it was made invalid; mutations are (where, what of it, how)."""
    from schemathesis.core.failures import AcceptedNegativeData

    failure = AcceptedNegativeData(operation="", message="", status_code=200, expected_statuses=[])
    changes = [
        SimpleNamespace(
            parameter_location=SimpleNamespace(value=place), parameter=name, operator=SimpleNamespace(value=how)
        )
        for place, name, how in mutations
    ]
    definition = SimpleNamespace(raw={"parameters": [{"name": "filter", "style": style}]})
    return failure, SimpleNamespace(
        media_type=media_type,
        query=query,
        meta=SimpleNamespace(phase=SimpleNamespace(data=SimpleNamespace(mutations=changes))),
        operation=SimpleNamespace(definition=definition),
    )


def formed(kind, body, properties, *, media_type="application/x-www-form-urlencoded"):
    """A case with a form as body, whose contract has some properties, and a failure of a kind."""
    from schemathesis.core.failures import AcceptedNegativeData
    from schemathesis.openapi.checks import RejectedPositiveData

    failure = {
        "accepted": AcceptedNegativeData(operation="", message="", status_code=200, expected_statuses=[]),
        "rejected": RejectedPositiveData(operation="", message="", status_code=400, allowed_statuses=[]),
    }[kind]
    raw = {"requestBody": {"content": {media_type: {"schema": {"properties": properties}}}}}
    definition = SimpleNamespace(raw=raw)
    return failure, SimpleNamespace(
        media_type=media_type, query={}, meta=None, body=body, operation=SimpleNamespace(definition=definition)
    )


def lost(*identities, path="/items/{id}", body=None):
    """A record that was made and is not found by the ids that stand in a path, or with a body."""
    from schemathesis.openapi.checks import EnsureResourceAvailability

    failure = EnsureResourceAvailability(operation="", message="", created_with="", not_available_with="")
    return failure, SimpleNamespace(
        path_parameters={f"id{number}": each for number, each in enumerate(identities)},
        media_type="application/json" if body else None,
        body=body,
        meta=None,
        operation=SimpleNamespace(path=path, definition=SimpleNamespace(raw={})),
    )


LINKS = "/clubs/{id}/relationships/members"


IDS = {"ids": {"type": "array", "items": {"type": "string"}}}
FALSE_ALARMS = {
    "a record by an id with an escape, which is another one in a path": lost("a%20b"),
    "the id of what was made given to what is below it": lost("7", "7"),
    "a linkage to somebody whom nobody made": lost("7", path=LINKS, body={"data": [{"type": "members", "id": "0"}]}),
    "a list in a form that became one text, which is a list of one": formed("accepted", {"ids": 0}, IDS),
    "an object in a form that was sent as the names of its properties": formed(
        "rejected", {"links": [{"rel": "x"}]}, {}
    ),
    "a text part of a form that became null and is text again": accepted(
        "multipart/form-data", {}, ("body", "note", "change_type")
    ),
    "an object in the query that serialises to nothing": accepted(
        None, {"filter": {}}, ("query", "filter", "change_type"), style="deepObject"
    ),
}
TRUE_ALARMS = {
    "a record that is not found by its id": lost("a-b"),
    "a record below another that is not found by its id": lost("7", "8"),
    "a linkage to nobody at all, to a record that is not found": lost("7", path=LINKS, body={"data": []}),
    "a record that is not found for a change that names others": lost("7", body={"data": [{"id": "0"}]}),
    "a list in JSON that became one text": formed("accepted", {"ids": 0}, IDS, media_type="application/json"),
    "a list in a form that became an object": formed("accepted", {"ids": {"a": "b"}}, IDS),
    "a form of texts that was refused": formed("rejected", {"name": "Ada"}, {}),
    "a part that is missing": accepted("multipart/form-data", {}, ("body", "note", "remove_required_property")),
    "a wrong query beside a form": accepted("multipart/form-data", {"n": "x"}, ("query", "n", "change_type")),
    "a wrong type in JSON": accepted("application/json", {}, ("body", "note", "change_type")),
    "an object in the query that is sent": accepted(
        None, {"filter": {"a": 1}}, ("query", "filter", "change_type"), style="deepObject"
    ),
    "a plain parameter that is empty": accepted(None, {"filter": ""}, ("query", "filter", "change_type")),
    "a wrong body beside an object that was not sent": accepted(
        "application/json", {}, ("query", "filter", "change_type"), ("body", "note", "change_type"), style="deepObject"
    ),
    "a case that says nothing of how it was made": accepted("application/json", {}),
}


@pytest.mark.parametrize(("failure", "case"), FALSE_ALARMS.values(), ids=FALSE_ALARMS)
def test_a_known_false_alarm_is_dropped(failure, case):
    assert not _is_true_failure(None, failure, case, None)


@pytest.mark.parametrize(("failure", "case"), TRUE_ALARMS.values(), ids=TRUE_ALARMS)
def test_what_only_looks_like_a_false_alarm_is_kept(failure, case):
    assert _is_true_failure(None, failure, case, None)


def test_an_unknown_phase_names_the_phases():
    with pytest.raises(
        FuzzError, match="unknown phase 'exmaples'; the phases are examples, coverage, fuzzing, stateful"
    ):
        fuzz(SHOP, app=Shop(), phases=["exmaples"])


def test_a_contract_without_operations_is_no_clean_server():
    with pytest.raises(FuzzError, match="nothing to test"):
        fuzz(replace(SHOP, operations=()), app=Shop())


def test_a_run_that_sends_nothing_is_no_clean_server():
    document = {**SHOP.document, "paths": {"/v1/items": {"get": SHOP.document["paths"]["/v1/items"]["get"]}}}
    with pytest.raises(FuzzError, match="nothing was tested"):
        fuzz(spec.from_document(document, "shop.yaml"), app=Shop(), phases=["examples"])


def test_an_operation_that_cannot_be_tested_is_a_warning_and_the_others_are_tested():
    document = deepcopy(SHOP.document)
    document["paths"]["/v1/items"]["get"]["parameters"] += [{"name": "sort", "in": "query"}]
    outcome = fuzz(spec.from_document(document, "shop.yaml"), app=Shop(), auth=AUTH)
    [finding] = outcome.findings
    assert (finding.id, finding.severity, str(finding.source)) == ("not-tested", "warning", "shop.md:20")
    assert outcome.operations == 1


def test_an_application_that_raises_is_an_error_at_its_operation():
    class Raising(Shop):
        def answer(self, scope, fields, body):
            if scope["method"] == "GET":
                raise OSError("disk full")
            return super().answer(scope, fields, body)

    findings = fuzz(SHOP, app=Raising(), auth=AUTH).findings
    assert [(each.id, each.severity, each.operation) for each in findings] == [("no-answer", "error", "GET /v1/items")]
    assert "disk full" in findings[0].message


def test_control_c_ends_the_run(tmp_path):
    script = """
        import signal

        signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background begins deaf

        class Interrupted(Shop):
            pending = [signal.SIGINT]

            def answer(self, scope, fields, body):
                if self.pending:
                    os.kill(os.getpid(), self.pending.pop())
                return super().answer(scope, fields, body)

        try:
            fuzz(SHOP, app=Interrupted(), auth=AUTH)
        except KeyboardInterrupt:
            print("interrupted")
    """
    assert run(script, tmp_path) == ("interrupted\n", "")
