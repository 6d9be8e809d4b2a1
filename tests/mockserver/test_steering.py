import asyncio
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest

from contract.checks import Checks
from mockserver.answering.samples import conformed
from mockserver.answering.variety import varied
from mockserver.road import faults
from mockserver.road.faults import Blow, Faults
from mockserver.road.preferences import PreferenceError, preferences
from mockserver.state.opening import opened
from tests.mockserver.served import BASIC, answering, bundled, made, mock
from tests.mockserver.test_laws import SCHEMAS, contract

THINGS = made({"/things": {"get": answering([{"id": 1}]), "post": answering({"id": 1}, 201)}})


# ---- the Prefer header


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["code=404"], {"code": "404"}),
        (["CODE = 404 , Delay=2"], {"code": "404", "delay": "2"}),
        (["code=404", "dynamic"], {"code": "404", "dynamic": ""}),
        (['example="a, b; c \\"d\\""'], {"example": 'a, b; c "d"'}),
        (["code=404; code=500"], {"code": "404"}),
        (["code=404, code=500"], {"code": "404"}),
        (["respond-async, , =, wait=5"], {}),
        (['x="code=404, code=500'], {}),
        ([], {}),
    ],
)
def test_preferences_are_read_as_rfc_7240_writes_them(lines: list[str], told: dict[str, str]) -> None:
    assert preferences(lines).told == told


@pytest.mark.parametrize(
    ("value", "seconds"), [("2", 2), ("0.25", 0.25), ("500ms", 0.5), ("1S", 1), ("0", 0), ("60", 60)]
)
def test_a_delay_is_in_seconds_or_milliseconds(value: str, seconds: float) -> None:
    assert preferences([f"delay={value}"]).delay == seconds


@pytest.mark.parametrize(
    "line", ["delay=61", "delay=-1", "delay=" + "9" * 5000, "delay=nan", "delay", "code=²00", "example"]
)
def test_a_value_that_makes_no_sense_is_refused(line: str) -> None:
    with pytest.raises(PreferenceError):
        preferences([line])


@pytest.mark.parametrize(
    "line", ['"' * 60_000, "\\" * 60_000, '="\\' * 20_000, "," * 60_000, ";a" * 30_000, 'x="' + "a" * 60_000]
)
def test_a_hostile_header_costs_its_length(line: str) -> None:
    started = time.process_time()
    preferences([line])
    assert time.process_time() - started < 0.5


def test_an_answer_is_held_back_as_long_as_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[float] = []

    async def sleep(seconds: float) -> None:
        held.append(seconds)

    async def scenario() -> None:
        async with mock(THINGS) as client:
            monkeypatch.setattr("mockserver.road.steering.asyncio.sleep", sleep)
            answer = await client.send("GET", "/things", headers={"Prefer": "delay=1.5"})
            assert answer.headers["preference-applied"] == "delay=1.5"
            rules = [{"operation": "*", "delay": {"min": 2, "max": 3}}]
            await client.send("PUT", "/__admin/faults", json={"faults": rules})
            await client.send("GET", "/things", headers={"Prefer": "delay=10ms"})
            assert (await client.send("GET", "/things")).headers.get("preference-applied") is None

    asyncio.run(scenario())
    assert held[0] == 1.5
    assert 2.01 <= held[1] <= 3.01
    assert 2 <= held[2] <= 3


def test_dynamic_answers_differ_and_are_the_same_for_the_same_seed() -> None:
    async def story(seed: int) -> list[bytes]:
        async with mock(bundled("elastic-io-v1"), headers=BASIC, seed=seed) as client:
            sent = {"Prefer": "dynamic"}
            return [(await client.send("GET", "/v1/users", headers=sent)).content for _ in range(2)]

    first = asyncio.run(story(1))
    assert first[0] != first[1]
    assert asyncio.run(story(1)) == first
    assert asyncio.run(story(2)) != first


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_made_up_body_keeps_its_schema(name: str) -> None:
    spec = contract(SCHEMAS[name])
    media = spec.operations[0].responses[0].content[0]
    compiled = Checks(spec).answer_schema(media)
    for seed in range(20):
        value = conformed(spec, compiled, media.schema, varied(spec, media.schema, Random(seed)))
        assert compiled.is_valid(value)


# ---- faults


def blows(rules: list[Any], *, seed: int = 0, session: str = "", count: int = 200) -> list[Blow]:
    store = opened()
    faults = Faults(store, seed)
    faults.set(session, rules)
    made = [faults.next(session, "GET /things") for _ in range(count)]
    store.close()
    return made


def test_the_same_seed_gives_the_same_faults_and_another_gives_others() -> None:
    rules = [{"operation": "*", "rate": 0.3, "status": 503, "delay": {"min": 0, "max": 1}}]
    assert blows(rules, seed=1) == blows(rules, seed=1)
    assert blows(rules, seed=1) != blows(rules, seed=2)
    assert blows(rules, session="a") != blows(rules, session="b")


@pytest.mark.parametrize(("rate", "least", "most"), [(0, 0, 0), (0.3, 40, 80), (1, 200, 200)])
def test_a_rate_is_the_share_of_requests_that_fail(rate: float, least: int, most: int) -> None:
    hit = [each for each in blows([{"operation": "GET /things", "rate": rate, "status": 500}]) if each.status == 500]
    assert least <= len(hit) <= most


def test_the_first_rule_that_has_something_counts() -> None:
    rules = [
        {"operation": "GET /others", "status": 500},
        {"operation": "GET /things", "plan": [{"status": 501}, {"delay": 2}]},
        {"operation": "*", "status": 502.0},
    ]
    assert blows(rules, count=3) == [Blow(0, 501), Blow(2, None), Blow(0, 502)]


def test_a_plan_goes_on_after_a_restart_and_other_workers_take_part(tmp_path: Path) -> None:
    first, second = opened(str(tmp_path / "state.db")), opened(str(tmp_path / "state.db"))
    one, other = Faults(first, 0, shared=True), Faults(second, 0, shared=True)
    assert other.of("") == ()
    one.set("", [{"operation": "*", "plan": [{"status": 500}, {"status": 501}, {"status": 502}]}])
    taken = [each.next("", "GET /things").status for each in (one, other, one, other)]
    one.set("", [])
    assert (taken, list(other.of(""))) == ([500, 501, 502, None], [])
    first.close()
    second.close()


def test_sessions_that_a_client_only_names_take_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "_MOST", 2)
    known = Faults(opened(), 0)
    for number in range(9):
        assert known.of(str(number)) == ()
    assert len(known._known) <= 2  # noqa: SLF001 - room is what this is about
