"""Contracts in several files: what leaves the document comes in, under a name of its own."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from contract.bundling import bundled
from contract.spec import from_document

BOAT = "{type: object, properties: {name: {type: string}, default: {$ref: boat.yaml}}}"


def read(files: dict[str, str], whole: str = "") -> Any:
    def held(name: str) -> Any:
        return yaml.safe_load(files[name])  # KeyError is a LookupError

    return bundled(yaml.safe_load(files[whole or "api/main.yaml"]), whole or "api/main.yaml", held)


def answer(schema: str) -> str:
    return f"{{responses: {{'200': {{description: OK, content: {{a/json: {{schema: {schema}}}}}}}}}}}"


def shown(document: Any, path: str = "/boats") -> Any:
    return document["paths"][path]["get"]["responses"]["200"]["content"]["a/json"]["schema"]


def test_a_schema_of_another_file_is_put_under_components_once_though_it_asks_for_itself():
    made = read(
        {
            "api/main.yaml": f"{{paths: {{/boats: {{get: {answer('{$ref: boat.yaml}')}}}}}, components: {{schemas: {{Own: {{$ref: ./boat.yaml}}}}}}}}",
            "api/boat.yaml": BOAT,
        }
    )
    ref = {"$ref": "#/components/schemas/boat"}
    assert shown(made) == ref
    assert made["components"]["schemas"] == {
        "Own": ref,
        "boat": {"type": "object", "properties": {"name": {"type": "string"}, "default": ref}},
    }


def test_a_path_item_is_written_where_it_is_asked_for_and_its_references_are_seen_from_its_own_file():
    made = read(
        {
            "api/main.yaml": "{paths: {/boats: {$ref: 'paths/boats.yaml#/~1boats'}}}",
            "api/paths/boats.yaml": f"{{/boats: {{get: {answer('{$ref: ../../shared/boat.yaml}')}, parameters: [{{$ref: '../../shared/ids.yaml#/Id'}}]}}}}",
            "shared/boat.yaml": BOAT,
            "shared/ids.yaml": "{Id: {name: id, in: query, schema: {type: string}}}",
        }
    )
    assert shown(made) == {"$ref": "#/components/schemas/boat"}
    assert made["paths"]["/boats"]["parameters"] == [{"$ref": "#/components/parameters/Id"}]
    assert made["components"]["parameters"]["Id"]["name"] == "id"


def test_a_whole_map_may_be_another_file():
    made = read(
        {
            "api/main.yaml": "{paths: {$ref: paths.yaml}, components: {schemas: {$ref: all.yaml}}}",
            "api/paths.yaml": f"{{/boats: {{get: {answer('''{$ref: 'main.yaml#/components/schemas/Boat'}''')}}}}}",
            "api/all.yaml": "{Boat: {$ref: boat.yaml}}",
            "api/boat.yaml": BOAT,
        }
    )
    assert shown(made) == {"$ref": "#/components/schemas/Boat"}
    assert made["components"]["schemas"]["Boat"] == {"$ref": "#/components/schemas/boat"}


def test_a_name_that_is_taken_gets_a_number():
    made = read(
        {
            "api/main.yaml": f"{{paths: {{/boats: {{get: {answer('{$ref: boat.yaml}')}}}}}, components: {{schemas: {{boat: {{type: string}}}}}}}}",
            "api/boat.yaml": "{type: integer}",
        }
    )
    assert shown(made) == {"$ref": "#/components/schemas/boat_2"}
    assert made["components"]["schemas"] == {"boat": {"type": "string"}, "boat_2": {"type": "integer"}}


def test_a_part_may_speak_of_the_components_of_the_whole():
    made = read(
        {
            "api/main.yaml": f"{{paths: {{/boats: {{$ref: boats.yaml}}}}, components: {{schemas: {{Boat: {BOAT}}}}}}}",
            "api/boats.yaml": f"{{get: {answer('''{$ref: '#/components/schemas/Boat'}''')}}}",
            "api/boat.yaml": "{}",
        }
    )
    assert shown(made) == {"$ref": "#/components/schemas/Boat"}


def test_a_discriminator_chooses_among_files_too():
    one_of = "{oneOf: [{$ref: boat.yaml}], discriminator: {propertyName: kind, mapping: {b: ./boat.yaml, c: Other}}}"
    made = read({"api/main.yaml": f"{{paths: {{/boats: {{get: {answer(one_of)}}}}}}}", "api/boat.yaml": BOAT})
    assert shown(made)["discriminator"]["mapping"] == {"b": "#/components/schemas/boat", "c": "Other"}


def test_urls_are_joined_as_urls():
    made = read(
        {
            "https://host.test/api/v1.yaml": f"{{paths: {{/boats: {{get: {answer('{$ref: ../parts/boat.yaml}')}}}}}}}",
            "https://host.test/parts/boat.yaml": "{type: integer}",
        },
        "https://host.test/api/v1.yaml",
    )
    assert made["components"]["schemas"] == {"boat": {"type": "integer"}}


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"paths": {"/a": {"get": {"$ref": "#/x"}}}}, "nothing leaves it"),
        ({"paths": {"/a": {"get": {"x": {"example": {"$ref": "other.yaml"}}}}}}, "an example is data"),
        ({"components": {"schemas": {"A": {"enum": [{"$ref": "other.yaml"}]}}}}, "the values of an enum are data"),
    ],
)
def test_what_is_left_alone(document, why):
    assert bundled(document, "main.yaml", {"other.yaml": {"type": "string"}}.__getitem__) == document, why


def test_what_is_not_there_is_told_of_by_its_own_name():
    whole = (
        f"{{openapi: 3.0.3, info: {{title: a, version: b}}, paths: {{/boats: {{get: {answer('{$ref: gone.yaml}')}}}}}}}"
    )
    spec = from_document(read({"api/main.yaml": whole}), "main.yaml")
    assert [each.partition(" ")[2] for each in spec.unusable] == [
        "refers to gone.yaml, which is not there; anything is read for it"
    ]


@pytest.mark.parametrize("leaves", [False, True])
def test_anchors_that_show_a_part_again_and_again_are_read_once(leaves):
    anchors = "\n".join(f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 5}]" for n in range(30))
    ref = "{$ref: boat.yaml}" if leaves else "{}"
    made = read({"api/main.yaml": f"components: {{schemas: {{Own: {ref}}}}}\nx-all:\n{anchors}", "api/boat.yaml": BOAT})
    assert set(made["x-all"]) == {f"a{n}" for n in range(30)}


def test_a_circle_of_files_ends():
    made = read(
        {
            "api/main.yaml": "{paths: {/a: {$ref: a.yaml}}}",
            "api/a.yaml": "{$ref: b.yaml}",
            "api/b.yaml": "{$ref: a.yaml}",
        }
    )
    assert set(made) == {"paths"}
