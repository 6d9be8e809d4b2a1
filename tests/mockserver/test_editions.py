import asyncio
import gc
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract.spec import Spec
from mockserver.app import Settings, create_app
from mockserver.planning.model import MockError
from tests.case_files import Block, Case, cases
from tests.mockserver.scenario import play
from tests.mockserver.served import BASIC, Client, answering, bundled, made


def contract(text: str) -> Spec:
    paths = yaml.safe_load(text)
    for item in paths.values():
        for operation in item.values():
            operation["responses"].setdefault("default", {"description": "Any other"})
    return made(paths)


def parts(case: Case) -> tuple[Spec, list[Block], Spec, str, list[Block]]:
    middle = next(index for index, each in enumerate(case.blocks) if each.info == "yaml after")
    before, after = contract(case.text("yaml before")), contract(case.text("yaml after"))
    return before, list(case.blocks[1:middle]), after, case.blocks[middle + 1].text, list(case.blocks[middle + 2 :])


@pytest.mark.parametrize("case", cases(Path(__file__).parent / "editions.md"), ids=str)
def test_the_state_goes_over_into_the_edition_that_follows(case: Case) -> None:
    before, first, after, told, then = parts(case)

    async def run() -> None:
        kept: dict[str, str] = {}
        client = Client(create_app([before], Settings()), [before], {})
        await play(replace(case, blocks=tuple(first)), client, kept)
        client = Client(client.app, [after], {})
        said = client.app.follow(await asyncio.to_thread(client.app.edition_after, [after]))
        assert "".join(f"{each}\n" for each in said) == told
        await play(replace(case, blocks=tuple(then)), client, kept)
        await client.close()

    asyncio.run(run())


THINGS = made({"/things": {"get": answering([{"id": 1}]), "post": answering({"id": 1}, 201)}})


def test_an_edition_that_cannot_be_served_leaves_the_one_before() -> None:
    app = create_app([THINGS])
    with pytest.raises(MockError, match="x-mock"):
        app.edition_after([made({"/things": {"get": answering([{"id": 1}], **{"x-mock": {"behaviour": "fly"}})}})])

    async def run() -> None:
        client = Client(app, [THINGS], {})
        assert (await client.send("GET", "/things")).json() == [{"id": 1}]
        await client.close()

    asyncio.run(run())


def test_a_request_ends_on_the_edition_it_began_with() -> None:
    async def run() -> None:
        app = create_app([THINGS])
        sent: list[Any] = []

        async def receive() -> Any:
            app.follow(app.edition_after([made({"/others": {"get": answering([{"id": 1}])}})]))
            return {"type": "http.request", "body": b""}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/things",
            "raw_path": b"/things",
            "query_string": b"",
            "headers": [(b"host", b"mock.test")],
        }
        await app(dict(scope), receive, send)
        assert sent[0]["status"] == 201
        await app(dict(scope), receive, send)
        assert [each["status"] for each in sent if "status" in each] == [201, 404]
        await app.finish()

    asyncio.run(run())


def test_thirty_editions_leave_nothing_behind() -> None:
    spec = bundled("elastic-io-v1")

    async def run() -> None:
        app = create_app([spec])
        client = Client(app, [], {})
        old: list[Callable[[], object]] = []
        counts = []
        for number in range(30):
            edition = await asyncio.to_thread(app.edition_after, [spec])
            app.follow(edition)
            old += [weakref.ref(edition), weakref.ref(edition.apis[0])]
            del edition
            for _ in range(4):  # what comes again is answered by what was found before
                await client.send("GET", "/v1/teams/", headers={**BASIC, "X-Edition": str(number)})
            if number in (9, 29):
                gc.collect()
                counts.append(len(gc.get_objects()))
        assert sum(each() is not None for each in old) == 2
        assert counts[1] - counts[0] < 500
        await client.close()

    asyncio.run(run())
