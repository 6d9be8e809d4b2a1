"""Small breaches of OpenAPI: the document is read all the same, and each is told."""

from __future__ import annotations

from typing import Any

import pytest

from contract.checks import Checks
from contract.mending import mended
from contract.spec import Spec, SpecError, data, from_document

HEAD = "openapi: 3.0.3\ninfo: {title: Pets, version: '1'}\n"
GET = "{responses: {'200': {description: OK}}}"


def read(text: str) -> Spec:
    spec = from_document(data(HEAD + text, "pets.yaml", "a document"), "pets.yaml")
    Checks(spec)
    return spec


def schema(text: str) -> str:
    return f"paths: {{/pets: {{post: {{requestBody: {{content: {{a/json: {{schema: {text}}}}}}}}}}}}}"


SCHEMA = "#/paths/~1pets/post/requestBody/content/a~1json/schema"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"paths: {{/pets: {{get: {GET}, post: null}}, /none: null, x-note: 5}}", []),
        ("paths: {/pets: {get: {parameters: null, responses: {'204': null, x-note: 5}}}}", []),
        (f"servers: [null]\npaths: {{pets: {{get: {GET}}}}}", []),
        (
            "paths: {/pets: {get: {parameters: [{name: a}, {in: query}, 7]}}}",
            [
                f"#/paths/~1pets/get/parameters/{n} has no name, or is in no place that a parameter can be in; it is left out"
                for n in (0, 1)
            ]
            + ["#/paths/~1pets/get/parameters/2 7 is no Parameter Object; it is left out"],
        ),
        (
            "paths: {/pets: {get: {security: [{key: []}]}}}",
            [
                "#/paths/~1pets/get/security/0 asks for the security scheme key, which is not defined; nobody is asked for it"
            ],
        ),
        (
            schema("{$ref: '#/components/schemas/Pet'}"),
            [f"{SCHEMA} refers to #/components/schemas/Pet, which is not there; anything is read for it"],
        ),
        (
            schema("{properties: {name: {required: true, minLength: '1'}, kind: }, allOf: null}"),
            [
                f"{SCHEMA}/properties/name/required True is no list; it is left out",
                f"{SCHEMA}/properties/name/minLength '1' is no number; it is left out",
            ],
        ),
        (schema("{items: {}, properties: [a]}"), [f"{SCHEMA}/properties ['a'] is no map; it is left out"]),
    ],
)
def test_what_cannot_be_read_is_left_out_and_told_unless_nothing_is_said_there(text: str, told: list[str]) -> None:
    spec = read(text)
    assert [each.path for each in spec.operations] == ["/pets"]
    assert list(spec.unusable) == told


def test_a_list_of_examples_has_no_names() -> None:
    spec = read(
        "paths: {/pets: {get: {responses: {'200': {description: OK, content: {a/json: {examples: [{id: 1}]}}}}}}}"
    )
    (media,) = spec.operations[0].responses[0].content
    assert [each.value for each in media.examples] == [{"id": 1}]
    assert len(spec.unusable) == 1


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("appliation/json", "application/json"),
        ("aplication/x-www-form-urlencoded", "application/x-www-form-urlencoded"),
        ("application/jsonp", "application/jsonp"),
        ("a/json", "a/json"),
        ("'*/*'", "*/*"),
    ],
)
def test_a_misspelt_media_type_is_the_one_that_is_meant(written: str, meant: str) -> None:
    spec = read(f"paths: {{/pets: {{post: {{requestBody: {{content: {{{written}: {{schema: {{}}}}}}}}}}}}}}")
    assert spec.operations[0].body
    assert [each.type for each in spec.operations[0].body.content] == [meant]
    assert len(spec.unusable) == (written.strip("'") != meant)


def test_the_schema_of_a_parameter_may_stand_in_it_as_it_did_in_openapi_20() -> None:
    spec = read("paths: {/pets: {get: {parameters: [{name: page, in: query, type: integer, minimum: 1}]}}}")
    assert spec.operations[0].parameters[0].schema == {"type": "integer", "minimum": 1}


@pytest.mark.parametrize(
    ("security", "read_as"),
    [("{key: []}", ({"key": ()},)), ("[key]", ({"key": ()},)), ("[{key: []}, {none: []}]", ({"key": ()}, {}))],
)
def test_a_requirement_names_schemes_that_are_defined(security: str, read_as: Any) -> None:
    spec = read(
        "components: {securitySchemes: {key: {type: http, scheme: bearer}}}\n"
        f"security: {security}\npaths: {{/pets: {{get: {GET}}}}}"
    )
    assert spec.operations[0].security == read_as


@pytest.mark.parametrize("ref", ["'#/components/schemas/A%20pet'", "A pet", "'#/components/schemas/A pet'"])
def test_a_reference_is_found_as_it_is_meant(ref: str) -> None:
    spec = read(f"components: {{schemas: {{A pet: {{type: string}}}}}}\n{schema(f'{{$ref: {ref}}}')}")
    assert spec.operations[0].body
    assert spec.resolve(spec.operations[0].body.content[0].schema) == {"type": "string"}


@pytest.mark.parametrize(
    ("url", "base"), [("api.example.com/v2", "/v2"), ("v2", "/v2"), ("/v2/", "/v2"), ("localhost:80/v2", "/v2")]
)
def test_a_server_may_be_a_host_without_its_scheme_or_a_path(url: str, base: str) -> None:
    assert read(f"servers: [{{url: '{url}'}}]\npaths: {{/pets: {{get: {GET}}}}}").operations[0].path == f"{base}/pets"


@pytest.mark.parametrize("version", ["3.0", "3.1", "'3.1'"])
def test_a_version_may_have_two_parts(version: str) -> None:
    assert (
        from_document(data(f"openapi: {version}\npaths: {{}}", "pets.yaml", "a document"), "pets.yaml").operations == ()
    )


def test_a_document_without_breaches_is_the_one_that_is_kept() -> None:
    document = data(HEAD + f"paths: {{/pets: {{get: {GET}}}}}", "pets.yaml", "a document")
    assert from_document(document, "pets.yaml").document is document


def test_what_is_no_openapi_document_is_refused_still() -> None:
    with pytest.raises(SpecError, match="'paths' is not an object"):
        read("paths: [1]")


COMPOSED = """
paths:
  /pets: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Cat'}}}}}}
components:
  schemas:
    Thing: {type: object, additionalProperties: false, properties: {id: {type: integer}}}
    Pet: {allOf: [{$ref: '#/components/schemas/Thing'}, {additionalProperties: false, properties: {name: {type: string}}}]}
    Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {properties: {lives: {type: integer}}}]}
    Note: {type: object, additionalProperties: false, properties: {text: {type: string}}}
    Alone: {allOf: [{$ref: '#/components/schemas/Note'}]}
"""


def test_a_part_of_a_composed_schema_cannot_forbid_what_the_other_parts_have():
    spec = read(COMPOSED)
    schemas = spec.document["components"]["schemas"]
    assert [each.partition(" ")[0] for each in spec.unusable] == [
        "#/components/schemas/Thing",
        "#/components/schemas/Pet/allOf/1",
    ]
    assert "additionalProperties" not in schemas["Thing"]
    assert schemas["Note"]["additionalProperties"] is False


@pytest.mark.parametrize(
    "schemas",
    [
        "{A: {allOf: [{$ref: '#/components/schemas/B'}]}, B: {allOf: [{$ref: '#/components/schemas/A'}]}}",
        "{A: {$ref: '#/components/schemas/B'}, B: {$ref: '#/components/schemas/A'}, C: {allOf: [{$ref: '#/components/schemas/A'}]}}",
    ],
)
def test_schemas_that_are_composed_of_themselves_come_to_an_end(schemas: str) -> None:
    assert (
        mended(data(f"{HEAD}paths: {{}}\ncomponents: {{schemas: {schemas}}}", "a.yaml", "a document"), lambda _: True)[
            1
        ]
        == ()
    )


ENDLESS = """
paths: {/boats: {get: {responses: {'200': {description: OK}}}}}
components:
  schemas:
    Sailor: {type: object, required: [name, captain, boat], properties: {name: {type: string}, captain: {allOf: [{$ref: '#/components/schemas/Sailor'}]}, boat: {$ref: '#/components/schemas/Boat'}}}
    Boat: {type: object, required: [crew, hull], properties: {crew: {type: array, minItems: 1, items: {$ref: '#/components/schemas/Sailor'}}, hull: {$ref: '#/components/schemas/Hull'}}}
    Hull: {type: object, required: [maker, of, parts], properties: {maker: {type: string}, of: {type: object, nullable: true, allOf: [{$ref: '#/components/schemas/Hull'}]}, parts: {type: array, items: {$ref: '#/components/schemas/Hull'}}}}
    Fleet: {type: object, required: [first], properties: {first: {$ref: '#/components/schemas/Boat'}}}
"""


def test_no_schema_requires_what_requires_it_again_without_end():
    """What may be null, and a list that may be empty, have an end; and who only leads there is not to blame."""
    schemas = read(ENDLESS).document["components"]["schemas"]
    assert {name: each["required"] for name, each in schemas.items()} == {
        "Sailor": ["name"],
        "Boat": ["hull"],
        "Hull": ["maker", "of", "parts"],
        "Fleet": ["first"],
    }


def test_what_anchors_show_again_and_again_is_looked_at_once() -> None:
    part: Any = {"a": 1}
    for _ in range(40):
        part = {"x": part, "y": part}
    document = {"openapi": "3.0.3", "info": {}, "paths": {}, "x-more": part}
    assert mended(document, lambda _: True)[1] == ()
