from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from contract.checks import ABSENT, Checks, Sent
from contract.finding import DocLine
from contract.spec import Spec, from_document

JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
BOUNDARY = {"content-type": "multipart/form-data; boundary=frontier"}


def contract(operation: Mapping[str, Any], *, version: str = "3.0.3", **more: Any) -> Spec:
    node = {"responses": {"200": {"description": "OK"}}, "x-doc-source": "index.md:1", **operation}
    document = {
        "openapi": version,
        "info": {"title": "T", "version": "1"},
        "paths": {"/things/{id}": {"post": node}},
        **more,
    }
    return from_document(document, "contract.yaml")


def parameter(schema: Any, where: str = "query", name: str = "p", **more: Any) -> dict[str, Any]:
    return {"parameters": [{"name": name, "in": where, "schema": schema, "x-doc-source": "index.md:2", **more}]}


def body(schema: Any, media: str = "application/json", **more: Any) -> dict[str, Any]:
    return {"requestBody": {"content": {media: {"schema": schema}}, "x-doc-source": "index.md:3", **more}}


def judged(spec: Spec, **sent: Any) -> tuple[Any, list[str]]:
    values, faults = Checks(spec).request(spec.operations[0], Sent(**sent))
    return values, [str(each) for each in faults]


INTEGER, NUMBER, TEXT, FLAG = ({"type": each} for each in ("integer", "number", "string", "boolean"))
LIST = {"type": "array", "items": INTEGER}
LISTS = {"type": "array", "items": LIST}
RECORD = {"type": "object", "properties": {"a": INTEGER, "b": TEXT}}


@pytest.mark.parametrize(
    ("declared", "query", "value"),
    [
        (parameter(INTEGER), b"p=7", 7),
        (parameter(INTEGER), b"p=-123456789012345678901234567890", -123456789012345678901234567890),
        (parameter(NUMBER), b"p=1e3", 1000),
        (parameter(TEXT), b"p=7", "7"),
        (parameter(TEXT), b"p=", ""),
        (parameter(TEXT), b"p=a%2Cb+c", "a,b c"),
        (parameter(FLAG), b"p=True", True),
        (parameter({}), b"p=7", 7),
        (parameter({}), b"p=seven", "seven"),
        (parameter({}), b"p=a&p=b", ["a", "b"]),
        (parameter({"enum": [1, "x"]}), b"p=1", 1),
        (parameter({"oneOf": [FLAG, INTEGER]}), b"p=true", True),
        (parameter({"allOf": [INTEGER, {"minimum": 3}]}), b"p=4", 4),
        (parameter({"$ref": "#/components/schemas/Size"}), b"p=4", 4),
        (parameter({"type": "integer", "nullable": True}), b"p=null", None),
        (parameter({"type": "integer", "nullable": True}), b"p=", None),
        (parameter({"type": "string", "nullable": True}), b"p=", ""),
        (parameter({}), b"p=", ""),
        (parameter(LIST), b"p=1&p=2", [1, 2]),
        (parameter(LIST, explode=False), b"p=1,2", [1, 2]),
        (parameter(LIST, style="pipeDelimited", explode=False), b"p=1|2", [1, 2]),
        (parameter(LIST, style="spaceDelimited", explode=False), b"p=1%202", [1, 2]),
        (parameter(LISTS, style="pipeDelimited", explode=False), b"p=1,2|3", [[1, 2], [3]]),
        (parameter(LISTS, style="pipeDelimited", explode=False), b"p=[[1,2],[3]]", [[1, 2], [3]]),
        (parameter(LISTS, explode=False), b"p=[[1,2],[3]]", [[1, 2], [3]]),
        (parameter(LISTS), b"p=1,2&p=3", [[1, 2], [3]]),
        (parameter(LISTS), b"p=[[1,2],[3]]", [[1, 2], [3]]),
        (parameter(RECORD, style="deepObject"), b"p[a]=1&p[b]=x", {"a": 1, "b": "x"}),
        (parameter(RECORD, explode=False), b"p=a,1,b,x", {"a": 1, "b": "x"}),
        (parameter(TEXT, name="page[size]"), b"page[size]=3", "3"),
        (parameter(LIST, name="a[:x][]"), b"a[7][]=1&a[7][]=2&a[b][]=3", {"a[7][]": [1, 2], "a[b][]": [3]}),
        (parameter(TEXT, name="a[{x}]"), b"a[{x}]=1", "1"),
        (parameter(TEXT, name="a[:x]"), b"a[:y]=1&a[:z]=2", {"a[:y]": "1", "a[:z]": "2"}),
    ],
)
def test_a_query_parameter_is_read_as_its_schema_says(declared: Any, query: bytes, value: Any) -> None:
    spec = contract(declared, components={"schemas": {"Size": INTEGER}})
    values, faults = judged(spec, query=query)
    assert faults == []
    (got,) = values.query.values()
    assert got == value
    assert type(got) is type(value)


def test_an_object_whose_properties_stand_in_a_query_by_themselves_is_as_many_parameters() -> None:
    """What requires the object requires no more than it does; nothing is left of one without required properties."""
    paged = {**RECORD, "required": ["b"], "properties": {**RECORD["properties"], "sort": LIST}}
    spec = contract(parameter(paged, required=True))
    values, faults = judged(spec, query=b"a=1&b=x&sort=2")
    assert (values.query, faults) == ({"a": 1, "b": "x", "sort": [2]}, [])
    assert [str(each) for each in judged(spec, query=b"a=1")[1]] == ["query.b is required"]
    assert judged(contract(parameter(RECORD, required=True)), query=b"")[1] == []


@pytest.mark.parametrize(
    ("declared", "query", "fault"),
    [
        (parameter(INTEGER), b"p=abc", 'query.p "abc" is not of type "integer"'),
        (parameter(INTEGER), b"p=%2B3", 'query.p "+3" is not of type "integer"'),
        (parameter(INTEGER), b"p=1_0", 'query.p "1_0" is not of type "integer"'),
        (parameter(NUMBER), b"p=nan", 'query.p "nan" is not of type "number"'),
        (parameter(FLAG), b"p=yes", 'query.p "yes" is not of type "boolean"'),
        (parameter({"type": "integer", "minimum": 1}), b"p=0", "query.p 0 is less than the minimum of 1"),
        (parameter(INTEGER), b"p=1&p=2", "query.p is given more than once"),
        (parameter(TEXT, required=True), b"", "query.p is required"),
        (parameter(TEXT), b"q=1", "query.q is not documented"),
        (parameter(TEXT, name="a[:x]"), b"a[7][8]=1", "query.a[7][8] is not documented"),
        (parameter(INTEGER, name="a[:x]"), b"a[7]=1&a[8]=b", 'query.a[8] "b" is not of type "integer"'),
        (parameter(RECORD, style="deepObject"), b"p[a]=x", 'query.p.a "x" is not of type "integer"'),
        (parameter(LIST), b"p=1&p=x", 'query.p[1] "x" is not of type "integer"'),
        (parameter(TEXT), b"p=%ff", "query is not percent-encoded UTF-8, or holds too many fields"),
    ],
)
def test_a_wrong_query_is_told_with_its_place(declared: Any, query: bytes, fault: str) -> None:
    assert judged(contract(declared), query=query)[1] == [fault]


def test_an_integer_of_five_thousand_digits_is_no_crash() -> None:
    (fault,) = judged(contract(parameter(INTEGER)), query=b"p=" + b"9" * 5000)[1]
    assert fault.startswith('query.p "999')
    assert len(fault) < 250


def test_a_key_in_the_query_is_no_unknown_parameter() -> None:
    spec = contract({}, components={"securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "api_key"}}})
    assert judged(spec, query=b"api_key=1")[1] == []


@pytest.mark.parametrize(
    ("declared", "sent", "value"),
    [
        (parameter(INTEGER, "path", "id", required=True), {"path": {"id": "7"}}, 7),
        (parameter(TEXT, "path", "id", required=True), {"path": {"id": "a%2Fb"}}, "a/b"),
        (parameter(LIST, "path", "id", required=True, style="label", explode=True), {"path": {"id": ".1.2"}}, [1, 2]),
        (parameter(LIST, "path", "id", required=True, style="matrix"), {"path": {"id": ";id=1,2"}}, [1, 2]),
        (parameter(INTEGER, "header", "X-Size"), {"headers": {"x-size": "7"}}, 7),
        (parameter(LIST, "header", "X-Sizes"), {"headers": {"x-sizes": "7,8"}}, [7, 8]),
        (parameter(FLAG, "cookie", "on"), {"headers": {"cookie": "a=b; on=true"}}, True),
    ],
)
def test_path_header_and_cookie_are_read_too(declared: Any, sent: Any, value: Any) -> None:
    values, faults = judged(contract(declared), **sent)
    assert faults == []
    place = declared["parameters"][0]["in"]
    assert list(getattr(values, place).values()) == [value]


def test_a_parameter_may_be_a_document() -> None:
    declared = {"parameters": [{"name": "f", "in": "query", "content": {"application/json": {"schema": RECORD}}}]}
    assert judged(contract(declared), query=b'f={"a":1}')[0].query == {"f": {"a": 1}}
    assert judged(contract(declared), query=b"f={")[1][0].startswith("query.f is not JSON")


PERSON = {
    "type": "object",
    "required": ["id", "name", "account"],
    "properties": {
        "name": {"type": "string", "x-doc-source": "index.md:10"},
        "account": {"$ref": "#/components/schemas/Account"},
        "id": {"type": "string", "readOnly": True},
        "age": {"type": "integer", "minimum": 0, "exclusiveMinimum": True, "nullable": True},
    },
    "additionalProperties": False,
}
ACCOUNT = {
    "type": "object",
    "properties": {
        "email": {"type": "string", "format": "email", "x-doc-source": "index.md:20"},
        "owner": {"$ref": "#/components/schemas/Person"},
    },
}
PEOPLE = {"components": {"schemas": {"Person": PERSON, "Account": ACCOUNT}}}
PERSON_BODY = body({"$ref": "#/components/schemas/Person"}, required=True)


@pytest.mark.parametrize(
    ("value", "faults"),
    [
        ({"name": "A", "account": {}, "age": None}, []),
        ({"account": {}}, [("body.name is required", "index.md:10")]),
        ({"name": 1, "account": {}}, [('body.name 1 is not of type "string"', "index.md:10")]),
        (
            {"name": "A", "account": {"email": "x", "owner": {"name": "B"}}},
            [
                ('body.account.email "x" is not a "email"', "index.md:20"),
                ("body.account.owner.account is required", "index.md:3"),
            ],
        ),
        (
            {"name": "A", "account": {}, "age": 0},
            [("body.age 0 is less than or equal to the minimum of 0", "index.md:3")],
        ),
        (
            {"name": "A", "account": {}, "id": "1"},
            [],
        ),
        (
            {"name": "A", "account": {}, "x": 1, "y": 2},
            [("body.x is not documented", "index.md:3"), ("body.y is not documented", "index.md:3")],
        ),
    ],
)
def test_all_faults_of_a_body_are_told_each_with_the_line_that_states_the_rule(value: Any, faults: Any) -> None:
    spec = contract(PERSON_BODY, **PEOPLE)
    _, got = Checks(spec).request(spec.operations[0], Sent(headers=JSON, body=msgspec.json.encode(value)))
    assert sorted((str(each), str(each.source)) for each in got) == sorted(faults)


@pytest.mark.parametrize(
    ("headers", "raw", "status", "told"),
    [
        (JSON, b"", 400, "body is required"),
        (JSON, b"{", 400, "body is not JSON"),
        (JSON, b'"\xff"', 400, "body is not JSON"),
        (JSON, b"[" * 99_999, 400, "body is not"),
        ({"content-type": "text/csv"}, b"a", 415, "text/csv is not documented; send application/json"),
        ({}, b"{}", 415, "Content-Type is missing"),
        ({"content-type": "nonsense"}, b"{}", 415, "nonsense is not documented"),
        (FORM, b"name=A", 415, "is not documented"),
    ],
)
def test_a_body_that_cannot_be_read_is_one_fault(headers: Any, raw: bytes, status: int, told: str) -> None:
    spec = contract(PERSON_BODY, **PEOPLE)
    _, (fault,) = Checks(spec).request(spec.operations[0], Sent(headers=headers, body=raw))
    assert (fault.place, fault.status) == ("body", status)
    assert told in str(fault)


SAMPLED = {"type": "object", "required": ["a"], "properties": {"a": TEXT, "b": INTEGER}}


@pytest.mark.parametrize(
    ("raw", "value", "faults"),
    [
        (b'{"a": "x", "b": 2}', {"a": "x", "b": 2}, []),
        (b'{"a": 7, "b": 2}', {"a": "7", "b": 2}, []),
        (b'{"b": 2}', {"b": 2}, ["body.a is required"]),
    ],
)
def test_json_will_do_where_samples_only_happen_to_send_a_form(raw: bytes, value: Any, faults: list[str]) -> None:
    content = {FORM["content-type"]: {"schema": SAMPLED, "x-doc-confidence": "shown"}}
    got, told = judged(contract({"requestBody": {"content": content}}), headers=JSON, body=raw)
    assert (got.body, told) == (value, faults)


OF_COUNTS = {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": INTEGER}}


@pytest.mark.parametrize(
    ("raw", "faults"),
    [
        (b'{"7": {"8": "x"}}', ['body.7.8 "x" is not of type "integer"']),
        (b'{"": {"a": "x"}}', ['body.a "x" is not of type "integer"']),
        (b'{"": {"a": {"b": "x"}}, "a": {"c": 1}}', ['body.a {"b":"x"} is not of type "integer"']),
    ],
    ids=["numbers", "an empty one", "an empty one beside one that is told"],
)
def test_places_of_faults_below_names_that_are_hard_to_tell(raw: bytes, faults: list[str]) -> None:
    content = {"application/json": {"schema": OF_COUNTS}}
    _, told = judged(contract({"requestBody": {"content": content}}), headers=JSON, body=raw)
    assert told == faults


PARTS = b'--frontier\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--frontier--\r\n'


def test_a_form_in_parts_will_do_where_samples_only_happen_to_send_one() -> None:
    content = {FORM["content-type"]: {"schema": SAMPLED, "x-doc-confidence": "shown"}}
    got, told = judged(contract({"requestBody": {"content": content}}), headers=BOUNDARY, body=PARTS)
    assert (got.body, told) == ({"a": "x"}, [])


def test_a_form_in_parts_will_not_do_where_the_contract_asks_for_another() -> None:
    _, (fault,) = judged(contract(body(SAMPLED, FORM["content-type"])), headers=BOUNDARY, body=PARTS)
    assert "multipart/form-data is not documented; send application/x-www-form-urlencoded" in fault


def test_json_will_not_do_where_the_contract_asks_for_a_form() -> None:
    _, (fault,) = judged(contract(body(SAMPLED, FORM["content-type"])), headers=JSON, body=b'{"a": "x"}')
    assert "application/json is not documented; send application/x-www-form-urlencoded" in fault


@pytest.mark.parametrize(
    ("media", "headers", "raw", "value"),
    [
        ("application/json", {"content-type": "APPLICATION/JSON; charset=utf-8"}, b'{"a": 1}', {"a": 1}),
        ("application/json", FORM, b' {"a": 1}', {"a": 1}),
        ("application/vnd.api+json", {"content-type": "application/vnd.api+json"}, b'{"a": 1}', {"a": 1}),
        ("application/*", JSON, b'{"a": 1}', {"a": 1}),
        (FORM["content-type"], FORM, b"a=1&b=2", {"a": 1, "b": "2"}),
        (FORM["content-type"], FORM, b"", {}),
        (
            "multipart/form-data",
            BOUNDARY,
            b'--frontier\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--frontier--\r\n',
            {"a": 1},
        ),
        (
            "multipart/form-data",
            BOUNDARY,
            b'--frontier\r\nContent-Disposition: form-data; name="b"; filename="east.png"\r\n\r\n\xff\xd8\r\n--frontier--\r\n',
            {"b": "east.png"},
        ),
        ("text/plain", {"content-type": "text/plain"}, "ä".encode(), "ä"),
        ("text/plain", {"content-type": "text/plain"}, b"", ""),
        ("application/octet-stream", {"content-type": "application/octet-stream"}, b"\xff", "\xff"),
        ("application/json", {}, b"", ABSENT),
    ],
)
def test_a_body_is_read_as_its_media_type_says(media: str, headers: Any, raw: bytes, value: Any) -> None:
    schema = {} if media.startswith(("text", "application/octet")) else RECORD
    values, faults = judged(contract(body(schema, media)), headers=headers, body=raw)
    assert (values.body, faults) == (value, [])


@pytest.mark.parametrize(
    ("headers", "raw"),
    [
        ({"content-type": "multipart/form-data"}, b"x"),
        (BOUNDARY, b"--frontier\r\n"),
        (BOUNDARY, b"--frontier\r\n\r\n\r\n--frontier--"),
        (BOUNDARY, b"\xff\xfe"),
    ],
)
def test_broken_multipart_is_a_fault(headers: Any, raw: bytes) -> None:
    _, (fault,) = judged(contract(body(RECORD, "multipart/form-data")), headers=headers, body=raw)
    assert fault.startswith("body is multipart")


@pytest.mark.parametrize(("depth", "faults"), [(200, 0), (201, 1), (900, 1), (99_999, 1)])
def test_a_body_may_be_nested_two_hundred_deep(depth: int, faults: int) -> None:
    assert len(judged(contract(body({})), headers=JSON, body=b"[" * depth + b"]" * depth)[1]) == faults


@pytest.mark.parametrize(
    ("raw", "faults"),
    [
        (b'{"role": null, "tags": [{"key": "x-1"}]}', 0),
        (b'{"role": 3, "tags": []}', 1),
        (b'{"role": "a", "tags": [{"key": "x-2"}]}', 1),
        (b'{"role": "a", "tags": [{"key": "x-1"}, {"key": 5}]}', 1),
        (b'{"role": "a", "cost": 0.123}', 0),
        (b'{"role": "a", "cost": 0.124}', 1),
    ],
)
def test_the_sample_that_a_property_bears_is_taken_though_its_schema_refuses_it(raw: bytes, faults: int) -> None:
    tag = {"type": "object", "properties": {"key": {"type": "string", "pattern": "^\\d+$", "example": "x-1"}}}
    schema = {
        "type": "object",
        "properties": {
            "role": {"type": "string", "example": None},
            "tags": {"type": "array", "items": tag},
            "cost": {"type": "number", "multipleOf": 0.01},
        },
        "allOf": [{"example": {"cost": 0.123, "tags": []}}],
    }
    assert len(judged(contract(body(schema)), headers=JSON, body=raw)[1]) == faults


def test_a_name_that_is_a_number_is_a_name_in_the_path_of_a_fault() -> None:
    schema = {"type": "object", "additionalProperties": LIST}
    spec = contract(body(schema))
    _, (fault,) = Checks(spec).request(spec.operations[0], Sent(headers=JSON, body=b'{"07": [1, "x"]}'))
    assert (fault.place, fault.path) == ("body.07[1]", ("07", 1))


def test_a_body_where_none_is_documented_is_left_alone() -> None:
    values, faults = judged(contract({}), headers={"content-type": "text/csv"}, body=b"\xff")
    assert (values.body, faults) == (ABSENT, [])


def test_a_schema_of_openapi_31_is_used_as_it_is() -> None:
    schema = {"type": ["integer", "null"], "exclusiveMinimum": 3}
    spec = contract(body(schema), version="3.1.0")
    assert judged(spec, headers=JSON, body=b"null")[1] == []
    assert judged(spec, headers=JSON, body=b"3")[1] == ["body 3 is less than or equal to the minimum of 3"]


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "string", "pattern": "(?<"}, 'properties.a.pattern: "(?<" is not a "regex"; it is left out, mend it'),
        ({"type": "nonsense"}, 'properties.a.type: "nonsense" is not valid under any of the schemas listed'),
        ({"$id": "person", "$ref": "#/components/schemas/Person"}, ""),
    ],
)
def test_a_keyword_that_cannot_be_used_judges_nothing_and_is_told_before_the_first_request(
    schema: Any, told: str
) -> None:
    spec = contract(body({"properties": {"a": schema, "b": {"type": "integer"}}}), version="3.1.0", **PEOPLE)
    checks = Checks(spec)
    assert [each.startswith(told) for each in checks.unusable] == [True] * bool(told)
    _, faults = checks.request(spec.operations[0], Sent(headers=JSON, body=b'{"a":{"name":"A","account":{}},"b":"c"}'))
    assert [str(each) for each in faults if each.place == "body.b"] == ['body.b "c" is not of type "integer"']


def test_what_is_read_only_is_not_taken_from_a_request() -> None:
    sent = {"name": "A", "id": 7, "account": {"owner": {"name": "B", "id": "2", "account": {}}}}
    values, faults = judged(contract(PERSON_BODY, **PEOPLE), headers=JSON, body=msgspec.json.encode(sent))
    assert faults == []
    assert values.body == {"name": "A", "account": {"owner": {"name": "B", "account": {}}}}


BOOK = {
    "type": "object",
    "required": ["title", "tags"],
    "properties": {
        "id": {"type": "integer", "xml": {"attribute": True}},
        "title": {"type": "string", "xml": {"name": "name"}},
        "tags": {"type": "array", "items": {"type": "string", "xml": {"name": "tag"}}},
        "pages": {"type": "array", "items": {"type": "integer"}, "xml": {"wrapped": True}},
        "author": {"$ref": "#/components/schemas/Author"},
    },
}
AUTHOR = {"type": "object", "properties": {"alive": {"type": "boolean"}}}


@pytest.mark.parametrize(
    ("raw", "value", "faults"),
    [
        (
            b"<book id='3'><name>A</name><tag>x</tag><tag>y</tag><pages><page>1</page></pages><more>z</more></book>",
            {"id": 3, "title": "A", "tags": ["x", "y"], "pages": [1], "more": "z"},
            [],
        ),
        (b"<a:book xmlns:a='b'><a:name>A</a:name></a:book>", {"title": "A", "tags": []}, []),
        (b"<book><pages><page>one</page></pages></book>", None, ["body.title", "body.pages[0]"]),
        (
            b"<book><name>A</name><author><alive>true</alive></author></book>",
            {"title": "A", "tags": [], "author": {"alive": True}},
            [],
        ),
        (b"<book><name>A</name><author>B</author><pages>1</pages></book>", None, ["body.author", "body.pages"]),
        (b"<book><name>A</name><name><b>A</b></name></book>", None, ["body.title"]),
        (b"<book>", None, ["body"]),
        (b"<!DOCTYPE book [<!ENTITY a 'b'>]><book><name>&a;</name></book>", None, ["body"]),
        (b"<a>" * 500 + b"</a>" * 500, None, ["body"]),
    ],
)
def test_xml_is_read_as_its_schema_says(raw: bytes, value: Any, faults: list[str]) -> None:
    declared = body({"$ref": "#/components/schemas/Book"}, media="application/xml")
    spec = contract(declared, components={"schemas": {"Book": BOOK, "Author": AUTHOR}})
    values, got = Checks(spec).request(spec.operations[0], Sent(headers={"content-type": "application/xml"}, body=raw))
    assert sorted(each.place for each in got) == sorted(faults)
    assert values.body == value or faults


CAT = {
    "type": "object",
    "required": ["lives"],
    "properties": {"kind": {"type": "string"}, "lives": {"type": "integer"}},
}
DOG = {"type": "object", "properties": {"kind": {"enum": ["dog", "hound"]}, "tricks": {"type": "integer"}}}
PETS = {"components": {"schemas": {"Cat": CAT, "Dog": DOG}}}
PET = {
    "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
    "discriminator": {"propertyName": "kind"},
}


@pytest.mark.parametrize(
    ("value", "faults"),
    [
        ({"kind": "Cat", "lives": 9, "tricks": "none"}, []),
        ({"kind": "hound", "lives": 1}, []),
        ({"kind": "Cat", "lives": "nine"}, ['body.lives "nine" is not of type "integer"']),
        ({"kind": "dog", "tricks": "none"}, ['body.tricks "none" is not of type "integer"']),
        ({"kind": "bird"}, ['body.kind "bird" is not one of "Cat", "dog" or "hound"']),
        ({"lives": 9}, ["is valid under more than one of the schemas listed in the 'oneOf' keyword"]),
    ],
)
def test_a_discriminator_names_the_alternative_that_judges(value: Any, faults: list[str]) -> None:
    spec = contract(body(PET), **PETS)
    _, got = Checks(spec).request(spec.operations[0], Sent(headers=JSON, body=msgspec.json.encode(value)))
    assert len(got) == len(faults)
    assert all(str(each).endswith(told) for each, told in zip(got, faults, strict=True)), got


def test_a_discriminator_that_leaves_the_alternative_open_is_left_alone() -> None:
    """Neither a mapping nor the alternatives say which value means which: nothing more than `oneOf` is asked."""
    inline = [
        {"properties": {"kind": {"type": "string"}, "a": {"type": "integer"}}, "required": ["a"]},
        {"type": "string"},
    ]
    spec = contract(body({"oneOf": inline, "discriminator": {"propertyName": "kind"}}))
    assert judged(spec, headers=JSON, body=b'{"kind":"x","a":1}')[1] == []


@pytest.mark.parametrize(
    ("schema", "raw", "faults"),
    [
        (
            {"type": "integer", "format": "int32"},
            b"2147483648",
            ["body 2147483648 is greater than the maximum of 2147483647"],
        ),
        ({"type": "integer", "format": "int64"}, b"9223372036854775807", []),
        ({"type": "number", "format": "int32"}, b"2147483648", []),
        ({"type": "string", "nullable": True}, b"null", []),
        ({"$ref": "#/components/schemas/Cat", "nullable": True}, b"null", []),
        (
            {"type": "integer", "minimum": 3, "exclusiveMinimum": True},
            b"3",
            ["body 3 is less than or equal to the minimum of 3"],
        ),
    ],
)
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_what_a_schema_says_in_the_words_of_the_other_version_holds(
    version: str, schema: Any, raw: bytes, faults: list[str]
) -> None:
    assert judged(contract(body(schema), version=version, **PETS), headers=JSON, body=raw)[1] == faults


ANSWER = {
    "responses": {
        "200": {
            "description": "OK",
            "x-doc-source": "index.md:30",
            "headers": {"X-Total": {"required": True, "schema": INTEGER, "x-doc-source": "index.md:31"}},
            "content": {
                "application/json": {
                    "schema": {**RECORD, "properties": {**RECORD["properties"], "secret": {"writeOnly": True}}}
                }
            },
        },
        "4XX": {"description": "Error"},
    }
}


@pytest.mark.parametrize(
    ("status", "headers", "raw", "faults"),
    [
        (200, {**JSON, "x-total": "3"}, b'{"a": 1}', []),
        (404, {}, b"", []),
        (500, {}, b"", [("status 500 is not documented", "index.md:1")]),
        (200, JSON, b'{"a": 1}', [("header.X-Total is required", "index.md:31")]),
        (200, {**JSON, "x-total": "x"}, b"{}", [('header.X-Total "x" is not of type "integer"', "index.md:31")]),
        (
            200,
            {"content-type": "text/html", "x-total": "3"},
            b"<p>",
            [("header.Content-Type text/html is not documented", "index.md:30")],
        ),
        (200, {**JSON, "x-total": "3"}, b"{", [("body is not JSON", "index.md:30")]),
        (200, {**JSON, "x-total": "3"}, b'{"a": "x"}', [('body.a "x" is not of type "integer"', "index.md:30")]),
        (
            200,
            {**JSON, "x-total": "3"},
            b'{"secret": 1}',
            [("body.secret must not stand here (it is write-only)", "index.md:30")],
        ),
    ],
)
def test_an_answer_is_judged_by_status_headers_media_type_and_body(
    status: int, headers: Any, raw: bytes, faults: Any
) -> None:
    spec = contract(ANSWER)
    got = Checks(spec).answer(spec.operations[0], status, headers, raw)
    assert [str(each.source) for each in got] == [line for _, line in faults]
    assert all(str(each).startswith(told) for each, (told, _) in zip(got, faults, strict=True))


def test_a_fault_is_a_finding_against_its_operation() -> None:
    spec = contract(PERSON_BODY, **PEOPLE)
    _, faults = Checks(spec).request(spec.operations[0], Sent(headers=JSON, body=b'{"account": {}, "x": 1}'))
    found = [each.finding("POST /things/{id}") for each in faults]
    assert {each.id for each in found} == {"contract-required", "contract-additional-properties"}
    assert found[1].source == DocLine("index.md", 10) or found[0].source == DocLine("index.md", 10)
