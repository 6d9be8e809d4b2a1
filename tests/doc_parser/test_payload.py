"""Payloads that people write by hand: what they mean, and what was mended."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_parser.payload import Unreadable, payload

READ = [
    ('{"a": 1}', {"a": 1}, []),
    (
        '{"boats": "[{"name": "Gull"}]", "of": 1}',
        {"boats": '[{"name": "Gull"}]', "of": 1},
        ["JSON within a string has its quotes as they are"],
    ),
    ('{"key": "YOUR KEY,\n "title": "x"}', {"key": "YOUR KEY", "title": "x"}, ["the closing quote is missing"]),
    ("{message: 'Gone.', reason: {...}}", {"message": "Gone.", "reason": {}}, ["'message' stands without quotes"]),
    ('"settings": {"listId: "foo"}', {"settings": {"listId": "foo"}}, ["members without braces around them"]),
    ("[1, 2,]", [1, 2], ["a comma too many"]),
    ('{"a": 1 "b": 2}', {"a": 1, "b": 2}, ["a comma is missing"]),
    ('{"a": {ID}, "b": <NAME>}', {"a": "{ID}", "b": "<NAME>"}, ["'{ID}' stands without quotes"]),
    ('{"a": [{"x": 1}, ...]}', {"a": [{"x": 1}]}, ["'...' stands for more"]),
    ('[{"x": 1},\n {...}]', [{"x": 1}], ["'...' stands for more"]),
    ('[{"x": 1}\n <snip>\n]', [{"x": 1}], ["'...' stands for more"]),
    ('{"a": [ID], "b": [true|false]}', {"a": "[ID]", "b": True}, ["'<ID>' stands without quotes"]),
    (
        '{"a": [ Person ], "b": [string], "c": [true]}',
        {"a": ["Person"], "b": ["string"], "c": [True]},
        ["'Person' stands for values of a type"],
    ),
    ('{"a" [1]}', {"a": [1]}, ["':' is missing after 'a'"]),
    ("{'a': True, 'b': None}", {"a": True, "b": None}, ["' is not a JSON quote"]),
    ('{"a": 1, // one\n "b": 2}', {"a": 1, "b": 2}, []),
    ('{"a" => 1}', {"a": 1}, ["'=>' instead of ':'"]),
    ('{"a": [1, 2}', {"a": [1, 2]}, ["']' is missing"]),
    ('{"a": 1', {"a": 1}, ["'}' is missing"]),
    ("{“a”: “b”}", {"a": "b"}, ["“ is not a JSON quote"]),
    ('{"id": 123456789012345678901234567890}', {"id": 123456789012345678901234567890}, []),
]


@pytest.mark.parametrize(("text", "value", "repairs"), READ, ids=[each[0] for each in READ])
def test_a_payload_is_read_and_its_first_repair_named(text, value, repairs):
    found = payload(text)
    assert found.value == value
    assert [each.message for each in found.repairs][:1] == repairs


@pytest.mark.parametrize(
    "text", ["", "hello", "curl -X GET /", "[" * 5000, '{"a":' * 3000, "<html>"], ids=lambda text: text[:8]
)
def test_what_is_no_payload_is_said_to_be_none(text):
    with pytest.raises(Unreadable):
        payload(text)


@given(st.text(alphabet="{}[]\"',:. \n\\abc123<>…#/*"))
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_or_refused_but_never_breaks(text):
    try:
        found = payload(text)
    except Unreadable:
        return
    assert all(0 <= each.offset <= len(text) for each in found.repairs)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    ).filter(lambda value: isinstance(value, dict | list))
)
@settings(max_examples=150, deadline=None)
def test_json_is_read_as_json(value):
    found = payload(json.dumps(value))
    assert (found.value, found.repairs) == (value, ())
