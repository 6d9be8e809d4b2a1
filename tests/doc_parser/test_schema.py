"""The three laws of inferred schemas, on values that nobody chose."""

from __future__ import annotations

import json
from itertools import permutations

import jsonschema_rs
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_parser.deciding.resources import parts
from doc_parser.evidence import Shown
from doc_parser.model import Example
from doc_parser.payload import payload
from doc_parser.schema import Writer, shape_of_all
from doc_parser.source import Source, Span
from tests.doc_parser.outline import parsed

names = st.sampled_from(["id", "name", "API_KEY", "SECRET_B", "tags", "a b", 'q"'])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
payloads = st.lists(values, max_size=3) | st.dictionaries(names, values, max_size=4)


def example(value: object) -> Example:
    text = json.dumps(value, indent=1)
    return Example("example", Shown(payload(text), Span(Source("a.md", text), 1)))


def schema_of(examples: list[Example], *, request: bool = False) -> dict:
    return Writer({}, request=request).schema(shape_of_all(examples))


def strict(schema):
    """OpenAPI 3.0 to JSON Schema: `nullable` is a type."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    rest = {key: strict(value) for key, value in schema.items() if key != "nullable"}
    return {"anyOf": [rest, {"type": "null"}]} if schema.get("nullable") is True else rest


def accepts(schema: dict, value: object) -> bool:
    return jsonschema_rs.validator_for(strict(schema)).is_valid(value)


@given(st.lists(payloads, min_size=1, max_size=3), st.booleans())
@settings(max_examples=150, deadline=None)
def test_every_example_validates(found, request):
    schema = schema_of([example(each) for each in found], request=request)
    assert all(accepts(schema, each) for each in found)


@given(st.lists(payloads, min_size=2, max_size=3))
@settings(max_examples=60, deadline=None)
def test_the_order_of_examples_is_irrelevant(found):
    examples = [example(each) for each in found]
    written = {json.dumps(schema_of(list(each))) for each in permutations(examples)}
    assert len(written) == 1


def recombined(draw, found: list):
    """A value made of parts that the examples show at the same places."""
    chosen = draw(st.sampled_from(found))
    if isinstance(chosen, dict):
        alike = [each for each in found if isinstance(each, dict)]
        always = set.intersection(*(set(each) for each in alike))
        keys = sorted({key for each in alike for key in each})
        kept = [key for key in keys if key in always or draw(st.booleans())]
        return {key: recombined(draw, [each[key] for each in alike if key in each]) for key in kept}
    if isinstance(chosen, list):
        items = [item for each in found if isinstance(each, list) for item in each]
        return [recombined(draw, items) for _ in range(draw(st.integers(0, 2)))] if items else []
    return chosen


@given(st.lists(payloads, min_size=1, max_size=3), payloads, st.data())
@settings(max_examples=200, deadline=None)
def test_another_example_never_narrows_what_the_others_show(found, added, data):
    probe = recombined(data.draw, found)
    assert accepts(schema_of([example(each) for each in found]), probe)
    assert accepts(schema_of([example(each) for each in [*found, added]]), probe)


def test_what_tells_of_another_page_may_be_missing_and_what_tells_of_another_record_may_not():
    shown = {"items": [{"next": "b"}], "next_cursor": "abc", "links": {"next": "/x", "self": "/y"}}
    schema = schema_of([example(shown)])
    assert accepts(schema, {"items": [{"next": "b"}], "next_cursor": None, "links": {"self": "/y"}})
    assert not accepts(schema, {"items": [{}], "next_cursor": "abc", "links": {"self": "/y"}})
    assert not accepts(schema, {"items": [], "links": {}})


def test_a_property_has_the_line_it_stands_on():
    text = '{"a": {"name": 1},\n "b":\n {"name": 2},\n "name": "b"}'
    shown = Shown(payload(text), Span(Source("a.md", text), 1))
    properties = schema_of([Example("example", shown)])["properties"]
    assert properties["a"]["properties"]["name"]["x-doc-source"] == "a.md:1"
    assert properties["b"]["properties"]["name"]["x-doc-source"] == "a.md:3"
    assert properties["name"]["x-doc-source"] == "a.md:4"


def test_answers_require_nothing_of_the_parts_that_clients_send():
    shape = shape_of_all([example({"id": 3, "berth": {"pier": 4, "side": "left"}, "maker": {"name": "A"}})])
    written = Writer({}, request=False, parts=frozenset(["berth"])).schema(shape)
    assert written["required"] == ["id", "berth", "maker"]
    assert "required" not in written["properties"]["berth"]
    assert written["properties"]["maker"]["required"] == ["name"], "the service's own part is told whole"


def test_a_part_with_an_id_is_a_record_and_told_whole():
    shape = shape_of_all([example({"berth": {"id": 4, "side": "left"}})])
    written = Writer({}, request=False, parts=frozenset(["berth"])).schema(shape)
    assert written["properties"]["berth"]["required"] == ["id", "side"]


def test_requests_send_parts_and_records_in_covers():
    text = '# Boats\n\n## Add\n\n`POST /boats`\n\n> Request\n\n```json\n{"boat": {"name": "A", "berth": {"pier": 4}}}\n```\n'
    assert parts(parsed(text).api.operations) == {"boat": frozenset(["berth"])}
