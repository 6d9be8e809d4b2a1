"""Clients that mean harm, or know no better, on a real socket: refused or cut off, nothing grows, and the next client is served."""

from __future__ import annotations

import json
import os
import random
import re
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.mockserver.served import answering

PROGRAM = """
import json, socket, sys
from pathlib import Path
from contract.spec import parse
from mockserver.app import Settings, create_app
from mockserver.serving import serve
from mockserver.road.limits import Limits
bound = socket.create_server(("127.0.0.1", 0), backlog=512)
app = create_app([parse(Path(sys.argv[1]).read_text(), "hostile")], Settings(body_limit=1_000_000, journal_entries=50))
print(bound.getsockname()[1], flush=True)
serve(app, bound, limits=Limits(**json.loads(sys.argv[2])))
"""
BODY_LIMIT = 1_000_000
HOST = b"Host: a\r\n"
JSON = b"Content-Type: application/json\r\n"
ENOUGH = 64 * 1024
"""Bytes of head that are too many."""


def _contract() -> dict[str, object]:
    integer, anything = {"type": "integer"}, {"application/json": {"schema": {"type": "object"}}}
    limit = {"name": "limit", "in": "query", "schema": integer}
    number = {"name": "X-Number", "in": "header", "schema": integer}
    identity = {"name": "id", "in": "path", "required": True, "schema": integer}
    note = {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}
    thing = {"id": 1, "name": "one"}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Hostile", "version": "1"},
        "paths": {
            "/things": {
                "get": answering([thing], parameters=[limit, number]),
                "post": answering(thing, 201, requestBody={"required": True, "content": anything}),
            },
            "/things/{id}": {"get": answering(thing, parameters=[identity])},
            "/notes/{name}": {
                "put": answering(status=204, parameters=[note], requestBody={"content": {"text/plain": {}}}),
                "get": answering({"name": "n"}, parameters=[note]),
            },
            "/vault": {"get": answering({"gold": 1}, security=[{"basic": []}, {"key": []}])},
        },
        "components": {
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "key": {"type": "apiKey", "in": "cookie", "name": "sid"},
            }
        },
    }


@dataclass(frozen=True)
class Target:
    """A mock in a process of its own."""

    port: int
    process: subprocess.Popen[str]

    def connected(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def said(self, *parts: bytes, ends: bool = True) -> bytes:
        """Send until the mock has had enough, and read until it closes."""
        with self.connected() as client:
            try:
                for part in parts:
                    client.sendall(part)
                if ends:
                    client.shutdown(socket.SHUT_WR)
            except OSError:  # it closed before everything was sent
                pass
            return heard(client)

    def kilobytes(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1])

    def serves(self) -> bool:
        answer = self.said(b"GET /things HTTP/1.1\r\n" + HOST + b"\r\n")
        return answer.startswith(b"HTTP/1.1 200 OK\r\n") and answer.endswith(b"]")


def heard(client: socket.socket) -> bytes:
    """Everything until the end of the connection."""
    parts = []
    try:
        while part := client.recv(65536):
            parts.append(part)
    except ConnectionError:
        pass
    return b"".join(parts)


def statuses(answer: bytes) -> list[int]:
    """Of all answers that a connection gave."""
    return [int(each) for each in re.findall(rb"HTTP/1\.1 (\d{3}) ", answer)]


@contextmanager
def start(folder: Path, **limits: float) -> Iterator[Target]:
    """A mock of the contract above; at its end it must have printed nothing."""
    contract = folder / "contract.json"
    contract.write_text(json.dumps(_contract()))
    command = [sys.executable, "-c", PROGRAM, str(contract), json.dumps(limits)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        try:
            yield Target(int(process.stdout.readline()), process)
        finally:
            process.terminate()
        out, errors = process.communicate(timeout=30)
    assert (out, errors, process.returncode) == ("", "", 0)


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with start(tmp_path_factory.mktemp("hostile")) as target:
        yield target


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[Target]:
    """A mock with little patience."""
    with start(tmp_path, request=0.2, idle=0.2) as target:
        yield target


# ---- single requests


def get(path: bytes, *lines: bytes) -> bytes:
    return b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


def post(body: bytes, *lines: bytes) -> bytes:
    lines = lines or (b"Content-Length: %d" % len(body),)
    return b"POST /things HTTP/1.1\r\n" + HOST + JSON + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


DIGITS = b"9" * 5000
CHUNKED = b"Transfer-Encoding: chunked"

REFUSED = {
    "nothing HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello",
    "HTTP/2 without asking": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
    "HTTP/0.9": b"GET /things\r\n",
    "another version": b"GET /things HTTP/3.7\r\n" + HOST + b"\r\n",
    "an unknown method": b"STEAL /things HTTP/1.1\r\n" + HOST + b"\r\n",
    "no Host": b"GET /things HTTP/1.1\r\n\r\n",
    "two Hosts": get(b"/things", b"Host: b"),
    "CONNECT": b"CONNECT a:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a target that is no path": b"GET things HTTP/1.1\r\n" + HOST + b"\r\n",
    "another scheme": b"GET ftp://a/things HTTP/1.1\r\n" + HOST + b"\r\n",
    "a path with bytes that are no ASCII": get(b"/things/\xff\xfe"),
    "a path with NUL": get(b"/things/\0"),
    "a path with an encoded NUL": get(b"/things/%00"),
    "a path that leaves": get(b"/../../../../etc/passwd"),
    "a path that leaves, encoded": get(b"/%2e%2e/%2e%2e/etc/passwd"),
    "a path that leaves, encoded twice": get(b"/%252e%252e/%252e%252e/etc/passwd"),
    "a path that leaves, with backslashes": get(b"/..\\..\\windows"),
    "a path that leaves a segment": get(b"/things/..%2f..%2fetc%2fpasswd"),
    "a path that leaves from admin": get(b"/__admin/../../etc/passwd"),
    "a path of slashes": get(b"/" * 30_000),
    "a path that is no UTF-8": get(b"/things/%ff%fe"),
    "a path with half a character": get(b"/things/%ed%a0%80"),
    "a path with a broken escape": get(b"/things/%zz"),
    "a number of 5,000 digits in the path": get(b"/things/" + DIGITS),
    "a long target": get(b"/things/" + b"a" * 70_000),
    "a number of 5,000 digits in the query": get(b"/things?limit=" + b"-" + DIGITS + b".5"),
    "a query with NUL": get(b"/things?limit=%00"),
    "a query that is no UTF-8": get(b"/things?limit=%ff"),
    "a query with half a character": get(b"/things?limit=%ed%a0%80"),
    "a query with bytes that are no ASCII": get(b"/things?limit=\xc3\xa9"),
    "a query of 10,000 names": get(b"/things?" + b"&".join(b"a%d=1" % n for n in range(8_000))),
    "a query named __proto__": get(b"/things?__proto__[admin]=1&constructor=2"),
    "a number of 5,000 digits in a header": get(b"/things", b"X-Number: " + DIGITS + b"x"),
    "a header with NUL": get(b"/things", b"X-A: a\0b"),
    "a header with a lone CR": get(b"/things", b"X-A: a\rb"),
    "a header with a blank before its colon": get(b"/things", b"X-A : b"),
    "a header without a name": get(b"/things", b": b"),
    "a header without a colon": get(b"/things", b"nonsense"),
    "100,000 headers": get(b"/things", *(b"X-%d: a" % n for n in range(100_000))),
    "one large header": get(b"/things", b"X-A: " + b"a" * 2 * ENOUGH),
    "credentials that are no Base64": get(b"/vault", b"Authorization: Basic \xe9\xff!!"),
    "credentials that are no UTF-8": get(b"/vault", b"Authorization: Basic //8="),
    "credentials with nothing in them": get(b"/vault", b"Authorization: Basic"),
    "a broken cookie": get(b"/vault", b'Cookie: sid="\\777; =; ;;; sid'),
    "a Content-Length of 5,000 digits": post(b"{}", b"Content-Length: " + DIGITS),
    "a Content-Length beyond 64 bits": post(b"{}", b"Content-Length: 18446744073709551618"),
    "a negative Content-Length": post(b"{}", b"Content-Length: -1"),
    "a Content-Length with a sign": post(b"{}", b"Content-Length: +2"),
    "a Content-Length that is a list": post(b"{}", b"Content-Length: 2, 2"),
    "two Content-Lengths": post(b"{}", b"Content-Length: 2", b"Content-Length: 3"),
    "both lengths": post(b"2\r\n{}\r\n0\r\n\r\n", b"Content-Length: 2", CHUNKED),
    "both lengths, the other way round": post(b"2\r\n{}\r\n0\r\n\r\n", CHUNKED, b"Content-Length: 2"),
    "a coding that is not the last": post(b"2\r\n{}\r\n0\r\n\r\n", b"Transfer-Encoding: chunked, identity"),
    "an unknown coding": post(b"2\r\n{}\r\n0\r\n\r\n", b"Transfer-Encoding: xchunked"),
    "chunked with a tab": post(b"2\r\n{}\r\n0\r\n\r\n", b"Transfer-Encoding\t: chunked"),
    "a chunk size that is no number": post(b"zz\r\n{}\r\n0\r\n\r\n", CHUNKED),
    "a negative chunk size": post(b"-2\r\n{}\r\n0\r\n\r\n", CHUNKED),
    "a chunk size beyond 64 bits": post(b"fffffffffffffffff\r\n{}\r\n0\r\n\r\n", CHUNKED),
    "a chunk longer than it says": post(b"1\r\n{}\r\n0\r\n\r\n", CHUNKED),
    "100,000 trailers": post(b"2\r\n{}\r\n0\r\n" + b"X-A: b\r\n" * 100_000 + b"\r\n", CHUNKED),
    "half a body": post(b"{", b"Content-Length: 2"),
    "half a chunk": post(b"5\r\n{", CHUNKED),
    "a body that is no UTF-8": post(b'{"name": "\xff\xfe"}'),
    "a body with NUL outside of a text": post(b'{"name": \0}'),
    "a body with a bare NUL in a text": post(b'{"name": "\0"}'),
    "half a character in a body": post(b'{"name": "\\ud800"}'),
    "100,000 brackets": post(b"[" * 100_000),
    "100,000 brackets that close": post(b"[" * 100_000 + b"]" * 100_000),
    "100,000 objects": post(b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "a number of 5,000 digits in a body": post(b'{"n": ' + DIGITS + b"}"),
    "a number without end": post(b'{"n": 1e999999}'),
    "two bodies": post(b"{}{}"),
    "a form of 10,000 fields": post(b"&".join(b"a=%d" % n for n in range(10_000))),
    "a body over the limit": post(b'{"name": "' + b"x" * BODY_LIMIT + b'"}'),
    "a body over the limit in chunks": post(
        b"%x\r\n" % (2 * BODY_LIMIT) + b"x" * 2 * BODY_LIMIT + b"\r\n0\r\n\r\n", CHUNKED
    ),
    "an upgrade of a bad request": get(b"/things?limit=x", b"Connection: Upgrade", b"Upgrade: websocket"),
}


@pytest.mark.parametrize("raw", REFUSED.values(), ids=REFUSED)
def test_it_is_refused_or_cut_off_and_the_next_client_is_served(mock: Target, raw: bytes) -> None:
    found = statuses(mock.said(raw))
    assert all(400 <= each < 500 for each in found), found
    assert mock.serves()


HARMLESS = {
    "an absolute target": (b"GET http://a/things HTTP/1.1\r\n" + HOST + b"\r\n", [200]),
    "HTTP/1.0 without a Host": (b"GET /things HTTP/1.0\r\n\r\n", [200]),
    "empty lines before a request": (b"\r\n\r\n" + get(b"/things"), [200]),
    "an upgrade to a protocol not spoken": (get(b"/things", b"Connection: Upgrade", b"Upgrade: websocket"), [200]),
    "an upgrade with a body": (
        post(b"{}", b"Content-Length: 2", b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c"),
        [201],
    ),
    "a __proto__": (post(b'{"__proto__": {"admin": true}, "constructor": {"prototype": 1}}'), [201]),
    "a NUL in a text": (post(b'{"name": "\\u0000"}'), [201]),
    "a chunked body with extensions and a trailer": (post(b'2;a="b"\r\n{}\r\n0\r\nX-A: b\r\n\r\n', CHUNKED), [201]),
    "three requests at once": (get(b"/things") + post(b"{}") + get(b"/things/x"), [200, 201, 400]),
    "a good request before a bad one": (get(b"/things") + b"nonsense\r\n\r\n", [200, 400]),
    "a smuggled request after both lengths": (
        post(b"0\r\n\r\n" + get(b"/things"), b"Content-Length: 5", CHUNKED),
        [400],
    ),
    "Expect, and the body at once": (post(b"{}", b"Content-Length: 2", b"Expect: 100-continue"), [201]),
    "HEAD": (b"HEAD /things HTTP/1.1\r\n" + HOST + b"\r\n", [200]),
    "OPTIONS *": (b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n", [404]),
}


@pytest.mark.parametrize(("raw", "expected"), HARMLESS.values(), ids=HARMLESS)
def test_what_is_odd_but_no_harm_is_answered_as_the_standard_says(
    mock: Target, raw: bytes, expected: list[int]
) -> None:
    assert statuses(mock.said(raw)) == expected
    assert mock.serves()


ODD = {
    name: raw
    for name, raw in {**REFUSED, **{name: raw for name, (raw, _) in HARMLESS.items()}}.items()
    if len(raw) < 5_000
}


@pytest.mark.parametrize("raw", ODD.values(), ids=ODD)
def test_what_comes_again_is_answered_as_the_first_time(mock: Target, raw: bytes) -> None:
    changing = rb"\r\n(date|location|content-length|connection): [^\r]*"
    first, *others = [
        re.findall(rb"HTTP/1.1 .+?\r\n\r\n", re.sub(changing, b"", mock.said(raw)), re.DOTALL) for _ in range(4)
    ]
    assert others == [first] * 3


def test_a_head_that_is_known_may_come_before_any_body_and_any_request(mock: Target) -> None:
    known, other = post(b'{"name": "a"}'), get(b"/things/x")
    head = known[: -len(b'{"name": "a"}')]
    for each in (known, other) * 2:
        mock.said(each)
    assert statuses(mock.said(known + known + other + known)) == [201, 201, 400, 201]
    assert statuses(mock.said(head, b'{"name":', b' "a"}' + other, known)) == [201, 400, 201]
    assert statuses(mock.said(head + b'{"name": "a"', b"}" + known[:20], known[20:])) == [201, 201]
    assert statuses(mock.said(head + b'{"name": "b"}')) == [201]
    assert statuses(mock.said(head + b'{"name": 1e9' + b"x" * 9 + known)) == [400, 400]


@pytest.mark.parametrize("seed", range(40))
def test_random_bytes_are_refused_or_cut_off(mock: Target, seed: int) -> None:
    source = random.Random(seed)
    raw = source.randbytes(source.randrange(1, 5_000))
    if seed % 2:  # a request that somebody damaged
        good = bytearray(source.choice(list(REFUSED.values()))[:5_000])
        for _ in range(source.randrange(1, 9)):
            good[source.randrange(len(good))] = source.randrange(256)
        raw = bytes(good)
    found = statuses(mock.said(raw))
    assert all(each < 500 for each in found), found
    assert mock.serves()


@pytest.mark.parametrize("raw", [get(b"/things"), post(b'{"name": "a"}'), post(b"2\r\n{}\r\n0\r\n\r\n", CHUNKED)])
def test_a_request_may_come_byte_by_byte(mock: Target, raw: bytes) -> None:
    with mock.connected() as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for each in raw:
            client.sendall(bytes([each]))
        client.shutdown(socket.SHUT_WR)
        assert statuses(heard(client))[0] in (200, 201)


def test_who_asks_before_sending_a_body_is_told_to_go_on(mock: Target) -> None:
    with mock.connected() as client:
        client.sendall(
            b"POST /things HTTP/1.1\r\n" + HOST + JSON + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        )
        assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"{}")
        client.shutdown(socket.SHUT_WR)
        assert statuses(heard(client)) == [201]


# ---- size


def test_a_gigabyte_that_is_announced_is_refused_before_it_comes(mock: Target) -> None:
    with mock.connected() as client:
        client.sendall(b"POST /things HTTP/1.1\r\n" + HOST + JSON + b"Content-Length: 1073741824\r\n\r\n")
        answer = heard(client)
    assert statuses(answer) == [413]
    assert b"connection: close" in answer
    assert mock.serves()


def test_a_gigabyte_that_comes_all_the_same_is_not_kept(mock: Target) -> None:
    before = mock.kilobytes()
    megabyte = b"x" * 1_000_000
    answer = mock.said(
        b"PUT /notes/a HTTP/1.1\r\n" + HOST + b"Content-Type: text/plain\r\nContent-Length: 1073741824\r\n\r\n",
        *[megabyte] * 1_074,
    )
    assert statuses(answer) in ([413], [])  # a client that does not listen while it sends may miss the answer
    assert mock.kilobytes() - before < 20_000
    assert mock.serves()


def test_a_gigabyte_in_chunks_is_cut_off_early(mock: Target) -> None:
    before = mock.kilobytes()
    head = b"PUT /notes/a HTTP/1.1\r\n" + HOST + b"Content-Type: text/plain\r\n" + CHUNKED + b"\r\n\r\n"
    sent = 0
    with mock.connected() as client:
        client.sendall(head)
        client.settimeout(0.0)
        chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
        answer = b""
        while sent < 1_073_741_824 and not answer:
            try:
                sent += client.send(chunk[sent % len(chunk) :])
            except BlockingIOError:
                client.settimeout(20)
                answer = client.recv(1)
            except ConnectionError:
                break
            else:
                try:
                    answer = client.recv(1)
                except BlockingIOError:
                    continue
                except ConnectionError:
                    break
        client.settimeout(20)
        answer += heard(client)
    assert statuses(answer) in ([413], [])
    assert sent < 100_000_000
    assert mock.kilobytes() - before < 20_000
    assert mock.serves()


ENDLESS = {
    "a header": b"GET /things HTTP/1.1\r\nX-A: " + b"a" * 1_000_000,
    "a name of a header": b"GET /things HTTP/1.1\r\n" + b"a" * 1_000_000,
    "the parameters of a chunk": post(b"2;" + b"a" * 1_000_000, CHUNKED),
    "a trailer": post(b"2\r\n{}\r\n0\r\nX-A: " + b"a" * 1_000_000, CHUNKED),
}


@pytest.mark.parametrize("raw", ENDLESS.values(), ids=ENDLESS)
def test_what_does_not_end_is_refused_while_it_goes_on(mock: Target, raw: bytes) -> None:
    assert statuses(mock.said(raw, ends=False)) == [431]


def test_who_sends_too_large_a_body_may_still_read_why_it_was_refused(mock: Target) -> None:
    assert statuses(mock.said(post(b"x" * 5_000_000))) == [413]


def test_half_a_body_changes_nothing_when_its_client_leaves(mock: Target) -> None:
    before = mock.said(get(b"/notes/a"))
    half = (
        b"PUT /notes/a HTTP/1.1\r\n"
        + HOST
        + b"Content-Type: text/plain\r\nContent-Length: 900000\r\n\r\n"
        + b"x" * 100_000
    )
    assert statuses(mock.said(half)) == []
    assert mock.said(get(b"/notes/a")) == before
    journal = json.loads(mock.said(get(b"/__admin/requests")).partition(b"\r\n\r\n")[2])
    assert "PUT" not in {each["method"] for each in journal["requests"][:3]}


def test_nothing_grows_when_all_of_it_is_sent_again_and_again(mock: Target) -> None:
    def everything() -> None:
        for raw in REFUSED.values():
            mock.said(raw)

    everything()
    before = mock.kilobytes()
    for _ in range(5):
        everything()
    assert mock.kilobytes() - before < 3_000  # the journal is full after the first time; Python warms up for a while


def test_thousands_of_requests_at_once_are_not_all_kept(mock: Target) -> None:
    found = statuses(mock.said(get(b"/things") * 20_000))
    assert found[:100] == [200] * 100
    assert found[-1] == 429
    assert mock.serves()


# ---- time


def test_half_a_head_gets_a_408(hasty: Target) -> None:
    assert statuses(hasty.said(b"GET /things HTTP/1.1\r\nHo", ends=False)) == [408]


def test_half_a_body_gets_a_408_though_some_of_it_keeps_coming(hasty: Target) -> None:
    with hasty.connected() as client:
        client.sendall(post(b'{"name": "', b"Content-Length: 100000000"))
        client.settimeout(0.02)
        answer, ends = b"", time.monotonic() + 20
        while b"\r\n\r\n" not in answer and time.monotonic() < ends:
            try:
                client.sendall(b"x")
                answer += client.recv(1000)
            except TimeoutError:
                continue
            except ConnectionError:
                break
    assert statuses(answer) in ([408], [413])
    assert hasty.serves()


def test_a_silent_client_is_closed_and_blocks_nobody(hasty: Target) -> None:
    with hasty.connected() as silent, hasty.connected() as slow:
        slow.sendall(b"POST /things HTTP/1.1\r\n")
        assert hasty.serves()
        assert heard(silent) == b""


def test_a_client_that_does_not_read_its_answers_is_closed(hasty: Target) -> None:
    with hasty.connected() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        client.settimeout(0.5)
        try:
            for _ in range(20_000):
                client.sendall(get(b"/__admin/openapi"))
        except OSError:
            pass
        assert hasty.serves()


def test_when_there_are_too_many_connections_the_most_silent_one_goes(tmp_path: Path) -> None:
    with start(tmp_path, connections=20) as mock:
        crowd = [mock.connected() for _ in range(20)]
        for each in crowd:
            each.sendall(b"GET /things HTTP/1.1\r\n")
        with mock.connected() as late:
            late.sendall(get(b"/things"))
            assert late.recv(12) == b"HTTP/1.1 200"
            closed, _, _ = select.select(crowd, [], [], 20)
            assert [heard(each) for each in closed] == [b""]
        for each in crowd:
            each.close()
