"""What records tell of a file that made them."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from mockserver.app import Settings, create_app
from tests.mockserver.served import made

LABEL = {
    "type": "object",
    "required": ["id", "filename"],
    "properties": {
        "id": {"type": "integer"},
        "filename": {"type": "string"},
        "size": {"type": "integer"},
        "content_type": {"type": "string"},
        "note": {"type": "string"},
        "name": {"type": "string"},
    },
}
FORM = {"type": "object", "properties": {"scan": {"type": "string", "format": "binary"}, "note": {"type": "string"}}}


def _json(schema: Any) -> Any:
    return {"description": "OK", "content": {"application/json": {"schema": schema}}}


def _uploaded(label: Any, file: tuple[str, ...], form: Any = FORM, **fields: str) -> Any:
    paths = {
        "/labels": {
            "post": {
                "requestBody": {"content": {"multipart/form-data": {"schema": form}}},
                "responses": {"201": _json(label)},
            }
        },
        "/labels/{id}": {"get": {"responses": {"200": _json(label)}}},
    }

    async def run() -> Any:
        app = create_app([made(paths)], Settings())
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mock.test") as client:
            return (await client.post("/labels", files={"scan": file}, data=fields)).json()

    return asyncio.run(run())


def test_the_name_size_and_type_of_a_file_are_those_of_its_part() -> None:
    told = _uploaded(LABEL, ("a.png", b"12345", "image/x-own"), note="wet")
    assert told == {
        "id": 1,
        "filename": "a.png",
        "size": 5,
        "content_type": "image/x-own",
        "note": "wet",
        "name": "a.png",
    }


def test_left_alone_what_a_form_says_itself_and_a_name_that_may_be_that_of_something_else() -> None:
    animal = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
    assert "name" not in _uploaded(animal, ("a.png", b"12345"))
    assert _uploaded(LABEL, ("a.png", b"12345"), name="Photo", size="7")["name"] == "Photo"


def test_the_one_object_beside_the_files_of_a_form_is_the_record() -> None:
    inner = {"type": "object", "properties": {"note": {"type": "string"}, "size": {"type": "integer"}}}
    form = {"type": "object", "properties": {"json": inner, "scan": FORM["properties"]["scan"]}}
    told = _uploaded(LABEL, ("a.png", b"12345"), form, json='{"note": "wet", "size": 7}')
    assert (told["note"], told["size"], "json" in told) == ("wet", 7, False)
