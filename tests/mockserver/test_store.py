"""The laws of a state, whatever keeps it."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.planning.model import MockError, StateError
from mockserver.state import sqlite
from mockserver.state.opening import opened
from mockserver.state.sql import SqlStore
from mockserver.state.store import Store, below
from tests.mockserver.served import answering, made, mock

THINGS = "/things/{}"


@pytest.fixture(params=["memory", "file", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str | None:
    """What names a new state."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("database"))
    return str(tmp_path / "state.db") if request.param == "file" else None


@pytest.fixture
def store(where: str | None) -> Iterator[Store]:
    made = opened(where)
    yield made
    made.close()


@pytest.fixture
def two(where: str | None) -> Iterator[tuple[Store, Store]]:
    """Two connections to one state, as two processes have them."""
    assert where, "memory has one connection"
    pair = opened(where), opened(where)
    yield pair
    for each in pair:
        each.close()


# ---- records


IDS = st.sampled_from(["", "1", "a/b", "\0", "\x01", "\x01\x02\0", "%", "?", "'", "ü", "💡", "A", "a"])
PARENTS = st.sampled_from(["", "1", "1/2", "1-2", "10", "ü"])
Changes = list[tuple[str, str, str, bytes]]
CHANGES: st.SearchStrategy[Changes] = st.lists(
    st.tuples(st.sampled_from(["put", "remove", "below"]), PARENTS, IDS, st.binary(max_size=3)), max_size=12
)


@given(changes=CHANGES)
@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_a_store_does_what_a_dictionary_in_order_does(store: Store, changes: Changes) -> None:
    store.clear()
    known: dict[tuple[str, str], bytes] = {}
    for change, parent, identity, body in changes:
        if change == "put":
            store.put(THINGS, parent, identity, body)
            known[parent, identity] = body
        elif change == "remove":
            assert store.remove(THINGS, parent, identity) == (known.pop((parent, identity), None) is not None)
        else:
            store.remove_below(THINGS, parent)
            known = {
                key: each for key, each in known.items() if key[0] != parent and not key[0].startswith(parent + "/")
            }
        for key in known.keys() | {(parent, identity)}:
            assert store.get(THINGS, *key) == known.get(key)
        own = [each for key, each in known.items() if key[0] == parent]
        assert (store.bodies(THINGS, parent), store.count(THINGS, parent)) == (own, len(own))
        assert store.bodies(THINGS, parent, 2, 1) == own[1:3]
        owners = sorted((key[0] for key in known if key[1] == identity), key=str.encode)
        assert store.find(THINGS, identity) == ((owners[0], known[owners[0], identity]) if owners else None)
        assert store.first(THINGS) == min(known, key=lambda key: key[0].encode(), default=None)
        assert {(each[1], each[2]): each[3] for each in store.all()} == known
        assert store.size() == len(known)


def test_a_page_beyond_all_numbers_is_empty(store: Store) -> None:
    store.put(THINGS, "", "1", b"{}")
    assert store.bodies(THINGS, "", 10**30, 10**30) == []
    assert store.bodies(THINGS, "", 10**30) == [b"{}"]


def test_records_stay_in_the_order_of_their_creation(store: Store) -> None:
    for number in (3, 1, 2, 1):
        store.put(THINGS, "", str(number), b"%d" % number)
    assert store.bodies(THINGS, "") == [b"3", b"1", b"2"]


def test_ids_are_told_apart_by_case_and_to_the_last_byte(store: Store) -> None:
    for each in ("a", "A", "a\0", "á", "a\u0301"):
        store.put(THINGS, "", each, each.encode())
    assert [store.get(THINGS, "", each) for each in ("a", "A", "a\0", "á", "a\u0301")] == [
        each.encode() for each in ("a", "A", "a\0", "á", "a\u0301")
    ]


def test_what_is_below_one_record_is_not_below_another_whose_id_starts_alike(store: Store) -> None:
    parents = [below("", "u1"), below("u1", "p/1"), below("", "u1-2"), below("", "u10"), below("", "u")]
    for each in parents:
        store.put(THINGS, each, "x", b"{}")
    store.remove_below(THINGS, "u1")
    assert [each for each in parents if store.count(THINGS, each)] == ["u1-2", "u10", "u"]


# ---- counters and facts


def test_a_counter_counts_from_one_and_a_fact_is_the_last_that_was_said(store: Store) -> None:
    assert [store.next("a"), store.next("a"), store.next("b"), store.next("a")] == [1, 2, 1, 3]
    assert store.fact("job", "\0") is None
    store.remember("job", "\0", "2")
    store.remember("job", "\0", "x" * 5000)
    assert store.fact("job", "\0") == "x" * 5000


def test_sessions_share_nothing_and_one_that_is_cleared_leaves_the_others(store: Store) -> None:
    mine, yours = store.of("mine"), store.of("yours")
    for each in (mine, yours):
        each.put(THINGS, "", "1", b"{}")
        each.remember("token", "t", "x")
        assert each.next("id") == 1
    mine.clear()
    assert (mine.get(THINGS, "", "1"), mine.fact("token", "t"), mine.next("id")) == (None, None, 1)
    assert (yours.get(THINGS, "", "1"), yours.fact("token", "t"), yours.next("id")) == (b"{}", "x", 2)
    assert store.first(THINGS) is None


def test_the_list_of_sessions_is_in_the_order_of_their_use(store: Store) -> None:
    one, two = store.of("one"), store.of("two")
    one.enter(10.25)
    two.enter(11.5)
    assert (one.stamp(12.75), store.of("three").stamp(13)) == (True, False)
    assert store.sessions() == ["two", "one"]
    assert (one.leave(12.5), two.leave(12.5)) == (False, True)
    assert store.sessions() == ["one"]


# ---- changes


def test_a_change_that_fails_half_way_changes_nothing(store: Store) -> None:
    with pytest.raises(KeyError), store.together():  # noqa: PT012 - the point is what was written before
        store.put(THINGS, "", "1", b"{}")
        with store.together():
            store.next("id")
        raise KeyError
    assert (store.get(THINGS, "", "1"), store.next("id")) == (None, 1)


@given(before=CHANGES, during=CHANGES)
@settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_a_change_that_fails_leaves_every_record_in_its_place(store: Store, before: Changes, during: Changes) -> None:
    store.clear()
    _make(store, before)
    known, order = [*store.all()], store.everywhere(THINGS)
    with pytest.raises(KeyError), store.together():  # noqa: PT012 - the point is what was written before
        _make(store, during)
        store.clear()
        _make(store, before)
        raise KeyError
    assert ([*store.all()], store.everywhere(THINGS)) == (known, order)


def _make(store: Store, changes: Changes) -> None:
    for change, parent, identity, body in changes:
        if change == "put":
            store.put(THINGS, parent, identity, body)
        elif change == "remove":
            store.remove(THINGS, parent, identity)
        else:
            store.remove_below(THINGS, parent)


@pytest.mark.parametrize("where", ["file", "postgresql"], indirect=True)
def test_a_change_inside_of_a_change_is_part_of_it(two: tuple[Store, Store]) -> None:
    one, other = two
    with one.together():
        with one.together():
            one.put(THINGS, "", "1", b"{}")
        assert other.get(THINGS, "", "1") is None
    assert other.get(THINGS, "", "1") == b"{}"


@pytest.mark.parametrize("where", ["file", "postgresql"], indirect=True)
def test_of_two_that_read_and_write_at_once_the_second_waits_for_the_first(two: tuple[Store, Store]) -> None:
    one, other = two
    has_read = threading.Event()

    def count(store: Store) -> None:
        with store.together():
            before = store.get(THINGS, "", "1") or b"0"
            has_read.set()
            store.put(THINGS, "", "1", b"%d" % (int(before) + 1))

    second = threading.Thread(target=count, args=(other,))
    with one.together():
        before = one.get(THINGS, "", "1") or b"0"
        second.start()
        assert not has_read.wait(0.2)
        one.put(THINGS, "", "1", b"%d" % (int(before) + 1))
    second.join()
    assert one.get(THINGS, "", "1") == b"2"


@pytest.mark.parametrize("where", ["postgresql"], indirect=True)
def test_on_a_server_changes_of_different_sessions_do_not_wait_for_each_other(two: tuple[Store, Store]) -> None:
    mine, yours = (store.of(name) for store, name in zip(two, ("mine", "yours"), strict=True))
    with mine.together(), yours.together():
        mine.put(THINGS, "", "1", b"{}")
        yours.put(THINGS, "", "1", b"{}")
    assert (mine.count(THINGS, ""), yours.count(THINGS, "")) == (1, 1)


def test_a_state_that_is_closed_twice_is_closed(where: str | None) -> None:
    store = opened(where, durable=True)
    store.close()
    store.close()


# ---- SQLite


ONE = "by_id (session=? AND collection=? AND id=? AND parent=?)"
LIST = "in_order (session=? AND collection=? AND parent=?)"
FACT = "PRIMARY KEY (session=? AND kind=? AND name=?)"
SESSION = "PRIMARY KEY (name=?)"
INDEXES: dict[str, tuple[Callable[[Store], Any], str]] = {
    "get": (lambda store: store.get(THINGS, "p", "1"), ONE),
    "put": (lambda store: store.put(THINGS, "p", "1", b"{}"), LIST),
    "remove": (lambda store: store.remove(THINGS, "p", "1"), ONE),
    "find": (lambda store: store.find(THINGS, "1"), "by_id (session=? AND collection=? AND id=?)"),
    "first": (lambda store: store.first(THINGS), "in_order (session=? AND collection=?)"),
    "count": (lambda store: store.count(THINGS, "p"), LIST),
    "size": (lambda store: store.size(), "in_order (session=?)"),
    "bodies": (lambda store: store.bodies(THINGS, "p"), LIST),
    "a page": (lambda store: store.bodies(THINGS, "p", 25, 50), LIST),
    "remove_below": (
        lambda store: store.remove_below(THINGS, "p"),
        "in_order (session=? AND collection=? AND parent>? AND parent<?)",
    ),
    "fact": (lambda store: store.fact("job", "1"), FACT),
    "stamp": (lambda store: store.stamp(2.0), SESSION),
    "leave": (lambda store: store.leave(1.0), SESSION),
}


@pytest.mark.parametrize("name", INDEXES)
def test_a_statement_of_a_request_finds_its_rows_by_an_index(name: str) -> None:
    call, index = INDEXES[name]
    database = sqlite.connected(":memory:", durable=False)
    connection: sqlite3.Connection = database.execute.__self__  # type: ignore[attr-defined]
    said: list[str] = []
    connection.set_trace_callback(said.append)
    call(SqlStore(database, "session"))
    connection.set_trace_callback(None)
    plan = _plan(connection, said[-1])
    assert plan.endswith(index)
    assert not re.search("SCAN|TEMP B-TREE", plan)
    database.close()


def _plan(connection: sqlite3.Connection, statement: str) -> str:
    return "; ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}"))


def test_only_a_durable_state_waits_for_the_disk(tmp_path: Path) -> None:
    for durable, level in ((False, 0), (True, 2)):
        database = sqlite.connected(str(tmp_path / "state.db"), durable=durable)
        assert database.execute("PRAGMA synchronous").fetchone() == (level,)
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        database.close()


@pytest.mark.parametrize(
    ("made_by", "said"),
    [
        (
            "PRAGMA user_version = 7; CREATE TABLE records (id)",
            "state.db: a database of version 7, and this is version 1",
        ),
        ("CREATE TABLE songs (title)", "state.db: a database of another program"),
        (None, "state.db: the state cannot be kept there (file is not a database)"),
    ],
)
def test_a_file_that_is_not_ours_is_refused_and_left_as_it_is(made_by: str | None, said: str, tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    if made_by:
        connection = sqlite3.connect(file)
        connection.executescript(made_by)
        connection.close()
    else:
        file.write_text("no database " * 100)
    before = file.read_bytes()
    with pytest.raises(MockError) as told:
        opened(str(file))
    assert said in str(told.value)
    assert "\n" not in str(told.value)
    assert (file.read_bytes(), list(tmp_path.iterdir())) == (before, [file])


# ---- PostgreSQL


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://me:secret@127.0.0.1:1/mock", "postgresql://127.0.0.1:1/mock: the state cannot be kept there"),
        ("postgres://me@/mock?host=/nowhere", "the state cannot be kept there"),
        ("postgresql://me:secret@127.0.0.1:port/mock", "the state cannot be kept there"),
        ("postgresql://me:secret@localhost/mock?colour=blue", "no URL of a PostgreSQL server"),
        ("mysql://me:secret@localhost/mock", "mysql://: the state cannot be kept there; name a file or postgresql://"),
    ],
)
def test_a_server_that_cannot_be_used_is_told_in_one_line_without_the_password(url: str, said: str) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(MockError) as told:
        opened(url)
    assert said in str(told.value)
    assert "\n" not in str(told.value)
    assert "secret" not in str(told.value)


def test_without_the_driver_the_remedy_is_told() -> None:
    program = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from mockserver.state.opening import opened\n"
        "from mockserver.planning.model import MockError\n"
        "try: opened('postgresql://me@localhost/mock')\n"
        "except MockError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("pip install 'slatemock[postgresql]'\n")
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize("comment", ["'slatemock state, version 7'", "NULL"])
def test_a_schema_of_another_version_is_refused_and_left_as_it_is(comment: str, database: str) -> None:
    import psycopg

    with psycopg.connect(database) as connection:
        connection.execute(f"CREATE SCHEMA slatemock; COMMENT ON SCHEMA slatemock IS {comment}")
    with pytest.raises(MockError, match="the schema slatemock there is no slatemock state, version 1; name another"):
        opened(database)
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'slatemock'").fetchone() == (0,)


def test_a_lost_connection_is_opened_again_and_a_change_under_way_is_lost_as_a_whole(database: str) -> None:
    store = opened(database)
    store.put(THINGS, "", "1", b"{}")
    _cut(database)
    assert store.get(THINGS, "", "1") == b"{}"
    _cut(database)
    with store.together():
        store.put(THINGS, "", "2", b"{}")
    with pytest.raises(StateError, match=r"The state cannot be used: .*terminating connection") as told:
        _put_and_cut(store, database)
    assert told.value.status == 503
    assert store.count(THINGS, "") == 2
    store.close()


def _put_and_cut(store: Store, url: str) -> None:
    with store.together():
        store.put(THINGS, "", "3", b"{}")
        _cut(url)
        store.put(THINGS, "", "4", b"{}")


def _cut(url: str) -> None:
    """End all connections but one's own."""
    import psycopg

    with psycopg.connect(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )


def test_an_id_too_long_for_an_index_is_the_clients_to_mend(database: str) -> None:
    store = opened(database)
    with pytest.raises(StateError, match="An id is too long") as told, store.together():
        store.put(THINGS, "", "".join(map(chr, range(256, 9000))), b"{}")
    assert told.value.status == 400
    assert store.count(THINGS, "") == 0
    store.close()


def test_only_a_durable_state_waits_for_the_servers_disk(database: str) -> None:
    from mockserver.state import postgresql

    for durable, said in ((False, "off"), (True, "on")):
        made = postgresql.connected(database, durable=durable)
        assert made.execute("SHOW synchronous_commit").fetchone() == (said,)
        made.close()


def test_while_the_server_is_away_requests_are_refused_and_then_served_again(cluster: Any, database: str) -> None:
    spec = made({"/things": {"get": answering([{"id": 1}]), "post": answering({"id": 1}, 201)}})

    async def scenario() -> None:
        async with mock(spec, state=database, durable=True) as client:
            cluster.stop()
            for method, body in (("GET", None), ("POST", {})):
                answer = await client.send(method, "/things", json=body)
                assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
                assert answer.json()["detail"].startswith("The state cannot be used: ")
            assert (await client.send("POST", "/__admin/reset")).status_code == 503
            cluster.start()
            assert (await client.send("POST", "/things", json={})).status_code == 201
            assert len((await client.send("GET", "/things")).json()) == 2

    asyncio.run(scenario())


def test_while_another_program_holds_the_file_changes_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_TIMEOUT", 0.05)
    spec = made({"/things": {"get": answering([{"id": 1}]), "post": answering({"id": 1}, 201)}})

    async def scenario() -> None:
        async with mock(spec, state=str(tmp_path / "state.db")) as client:
            other = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            answer = await client.send("POST", "/things", json={})
            assert (answer.status_code, answer.json()["detail"]) == (503, "database is locked")
            assert (await client.send("GET", "/things")).status_code == 200
            other.close()
            assert (await client.send("POST", "/things", json={})).status_code == 201

    asyncio.run(scenario())
