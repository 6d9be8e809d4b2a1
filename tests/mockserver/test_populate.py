import asyncio
import json
import re
import subprocess
import sys
import time
from itertools import pairwise
from typing import Any

import pytest
import yaml

from contract.spec import Spec
from mockserver.planning.covers import at
from mockserver.planning.plan import plan
from tests.mockserver.served import NAMES, SPECS, Client, answering, bundled, credentials, made, mock

SHOP = """
/users:
  get:
    responses: {'200': {description: OK, content: {application/json: {
      schema: {type: array, items: {type: object, required: [id, email, role], properties: {
        id: {type: integer}, email: {type: string, format: email}, age: {type: integer, minimum: 18, maximum: 30},
        role: {type: string, enum: [admin, guest]}, code: {type: string, minLength: 4, maxLength: 6}}}},
      example: [{id: 5, first_name: Ann, last_name: Lee, email: ann@corp.test, website: 'https://corp.test/ann', role: admin, active: true,
                 age: 21, code: abcd, created_at: '2020-01-02T03:04:05.123+02:00', updated_at: '2020-01-03T03:04:05.123+02:00', day: '2020-01-02',
                 joined: 'Jan 02, 2020', tags: [red, blue], address: {city: Paris, zip: '75001'}, nickname: null, score: 4.5,
                 token: 5f2b1c9e-8a53-4d43-9f6a-0d1f6f0e5b11}]}}}}
/users/{user_id}/orders:
  get:
    responses: {'200': {description: OK, content: {application/json: {
      example: {total: 1, orders: [{id: ord_1, user_id: 5, status: paid, product: {id: 507f1f77bcf86cd799439011}, price: 9.99,
                 url: /users/5/orders/ord_1}]}}}}}
/products:
  get:
    responses: {'200': {description: OK, content: {application/json: {
      example: [{id: 507f1f77bcf86cd799439011, name: Big chair, self: 'https://shop.test/products/507f1f77bcf86cd799439011'}]}}}}
  post:
    requestBody: {content: {application/json: {example: {name: Big chair, pin: secret}}}}
    responses: {'201': {description: OK, content: {application/json: {example: {id: 507f1f77bcf86cd799439011, name: Big chair}}}}}
"""


def shop() -> Spec:
    paths = yaml.safe_load(SHOP)
    for item in paths.values():
        for operation in item.values():
            operation["responses"].setdefault("default", {"description": "Any other"})
    return made(paths)


def state(spec: Spec, **settings: Any) -> Any:
    async def run() -> Any:
        async with mock(spec, **settings) as client:
            return (await client.send("GET", "/__admin/state")).json()

    return asyncio.run(run())


@pytest.fixture(scope="module")
def filled() -> Any:
    return state(shop(), populate=20)


def test_every_collection_holds_as_many_records_as_were_asked_for(filled):
    orders = filled["/users/{user_id}/orders"]
    assert [len(filled[each]) for each in ("/users", "/products")] == [20, 20]
    assert [len(each) for each in orders.values()] == [20, 20, 20], "below the first three parents"
    assert filled["/users"][0]["first_name"] == "Ann", "what is documented comes first"


def test_ids_are_in_the_style_of_the_documented_ones_and_no_two_are_the_same(filled):
    assert [each["id"] for each in filled["/users"]] == list(range(5, 25))
    ids = [each["id"] for each in filled["/products"]]
    assert len({each for each in ids if len(each) == 24 and int(each, 16)}) == 20


def test_records_have_the_properties_and_types_of_the_examples(filled):
    first, *others = filled["/users"]
    for each in others:
        assert list(each) == list(first)
        for name, value in each.items():
            assert type(value) is type(first[name]), name


LOOKS = {
    "email": r"[a-z.]+\d+@example\.(com|org|net)",
    "website": r"https://example\.com/[\w-]+",
    "role": "admin|guest",
    "age": r"1[89]|2\d|30",
    "code": r".{4,6}",
    "created_at": r"2023-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+00:00",
    "day": r"202[34]-\d\d-\d\d",
    "joined": r"[A-Z][a-z]{2} \d\d, 202[34]",
    "token": r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}",
    "nickname": "None",
}


@pytest.mark.parametrize("name", LOOKS)
def test_values_look_like_what_their_name_format_and_example_say(filled, name):
    assert [each[name] for each in filled["/users"][1:] if not re.fullmatch(LOOKS[name], str(each[name]))] == []


def test_what_belongs_together_agrees(filled):
    for each in filled["/users"][1:]:
        assert each["email"].startswith(f"{each['first_name']}.{each['last_name']}".lower())
        assert each["updated_at"] >= each["created_at"]
    assert len({each["email"] for each in filled["/users"]}) == 20


def test_references_point_at_records_that_are_there(filled):
    products = {each["id"] for each in filled["/products"]}
    used = set()
    for parent, orders in filled["/users/{user_id}/orders"].items():
        for each in orders:
            assert str(each["user_id"]) == parent
            assert each["status"] == "paid", "a status is one of those that are shown"
            used.add(each["product"]["id"])
    assert used <= products
    assert len(used) > 10


def test_a_text_that_holds_the_own_id_holds_the_new_one(filled):
    assert all(each["self"] == f"https://shop.test/products/{each['id']}" for each in filled["/products"])


def test_what_is_never_shown_is_not_made(filled):
    assert all("pin" not in each for each in filled["/products"])


def test_the_same_seed_gives_the_same_bytes_in_every_process(filled):
    program = (
        "import json, sys; from tests.mockserver.test_populate import shop, state;"
        " print(json.dumps(state(shop(), populate=20, seed=int(sys.argv[1]))))"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", program, seed],
            capture_output=True,
            text=True,
            check=True,
            cwd=SPECS.parent,
            env={"PYTHONHASHSEED": hashed, "PYTHONPATH": str(SPECS.parent)},
        ).stdout
        for seed, hashed in (("0", "1"), ("0", "2"), ("1", "1"))
    ]
    assert said[0] == said[1]
    names = [[each["last_name"] for each in json.loads(one)["/users"]] for one in said]
    assert names[1] != names[2]
    assert json.loads(said[0]) == filled


def test_sessions_start_alike_and_a_reset_goes_back():
    async def run() -> None:
        async with mock(shop(), populate=5) as client:
            first = await _users(client)
            assert len(first) == 5
            assert await _users(client, {"X-Mock-Session": "other"}) == first
            products = (await client.send("GET", "/products")).json()
            made = (await client.send("POST", "/products", json={"name": "New"})).json()
            assert made["id"] not in {each["id"] for each in products}
            await client.send("POST", "/__admin/reset")
            assert (await client.send("GET", "/products")).json() == products
            assert (await client.send("POST", "/products", json={"name": "New"})).json() == made

    asyncio.run(run())


async def _users(client: Client, headers: dict[str, str | None] | None = None) -> Any:
    return (await client.send("GET", "/users", headers=headers)).json()


def test_a_new_integer_id_follows_those_that_were_made():
    things = made({"/things": {"get": answering([{"id": 7, "n": 1}]), "post": answering({"id": 7, "n": 1}, 201)}})

    async def run() -> None:
        async with mock(things, populate=4) as client:
            assert [each["id"] for each in (await client.send("GET", "/things")).json()] == [7, 8, 9, 10]
            assert (await client.send("POST", "/things", json={})).json()["id"] == 11

    asyncio.run(run())


@pytest.mark.parametrize("name", NAMES)
def test_every_record_of_a_bundled_contract_keeps_its_contract(name):
    """The client of these tests refuses answers that break it; `conformed` answers are the same as the state."""

    async def run() -> None:
        async with mock(bundled(name), headers=credentials(name), populate=12) as client:
            shown = (await client.send("GET", "/__admin/state")).json()
            for step in (each for each in plan(bundled(name)).steps if each.behaviour == "list"):
                if "{" in step.operation.path or step.page_size:
                    continue
                listed = (await client.send("GET", step.operation.path)).json()
                listed = at(listed, step.way)
                assert listed == shown[step.resource.name]
                assert len(listed) >= 12

    asyncio.run(run())


def test_ten_collections_of_a_hundred_records_are_made_in_no_time():
    example = {"id": "507f1f77bcf86cd799439011", "name": "A", "email": "a@b.test", "at": "2020-01-02T03:04:05Z", "n": 1}
    spec = made({f"/c{each}": {"get": answering([{**example, "inner": {"x": [1], "y": "a b"}}])} for each in range(10)})
    state(spec, populate=1)
    started = time.process_time()
    filled = state(spec, populate=100)
    assert time.process_time() - started < 2
    assert [len(each) for each in filled.values()] == [100] * 10


def test_no_record_repeats_another(filled):
    for rows in (filled["/users"], filled["/products"]):
        assert all({**a, "id": 0} != {**b, "id": 0} for a, b in pairwise(rows))


FORMS = """
/polls:
  get:
    responses: {'200': {description: OK, content: {application/json: {
      example: [{id: 1, title: Lunch, status: planned, starts_at: '2020-01-02T03:04:05Z'}, {id: 2, title: Dinner, status: closed, votes: 12},
                {id: 3, title: Tea, status: closed, votes: 7}]}}}}
/maps:
  get:
    responses: {'200': {description: OK, content: {application/json: {
      example: [{id: 1, title: Town, plan: {towns: [{id: town_1, name: Kiel}, {id: town_2, name: Bonn}], roads: [{from: town_1, to: town_2, length: 5}]}}]}}}}
/boats/{BOAT_ID}/logs:
  get:
    responses: {'200': {description: OK, content: {application/json: {
      example: [{id: 4, text: Calm, links: {self: '/boats/{BOAT_ID}/logs/{LOG_ID}'}}]}}}}
/boats:
  get: {responses: {'200': {description: OK, content: {application/json: {example: [{id: 7, name: Alma}]}}}}}
"""


@pytest.fixture(scope="module")
def forms() -> Any:
    paths = yaml.safe_load(FORMS)
    for item in paths.values():
        item["get"]["responses"].setdefault("default", {"description": "Any other"})
    return state(made(paths), populate=12)


def test_what_stands_in_one_record_together_is_not_put_together_of_several(forms):
    told = {(each["status"], "starts_at" in each, "votes" in each) for each in forms["/polls"]}
    assert told == {("planned", True, False), ("closed", False, True)}


def test_parts_that_name_each_other_name_what_is_there(forms):
    for each in forms["/maps"]:
        towns = {town["id"] for town in each["plan"]["towns"]}
        assert {place for road in each["plan"]["roads"] for place in (road["from"], road["to"])} <= towns
    assert len({each["title"] for each in forms["/maps"]}) > 6


def test_a_link_with_placeholders_stays_a_link(forms):
    links = [each["links"]["self"] for logs in forms["/boats/{BOAT_ID}/logs"].values() for each in logs]
    assert [each for each in links if not re.match(r"/boats/\d+/logs/", each)] == []


def test_ids_inside_of_records_are_told_apart_by_their_format():
    line = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "format": "uuid"}}}
    lines = {"type": "array", "minItems": 2, "items": line}
    order = {"type": "object", "required": ["lines"], "properties": {"id": {"type": "integer"}, "lines": lines}}
    content = {"application/json": {"schema": {"type": "array", "items": order}}}

    async def run() -> Any:
        spec = made({"/orders": {"get": {"responses": {"200": {"description": "OK", "content": content}}}}})
        async with mock(spec, populate=4) as client:
            return (await client.send("GET", "/orders")).json()

    ids = [each["id"] for one in asyncio.run(run()) for each in one["lines"]]
    assert len(ids) == len(set(ids)) >= 8
