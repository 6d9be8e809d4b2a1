import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.case_files import Case, cases
from tests.mockserver.scenario import play
from tests.mockserver.served import bundled, credentials, made, mock

SCENARIOS = Path(__file__).parent / "scenarios"
BUNDLED = sorted(each for each in SCENARIOS.iterdir() if each.name != "made")


@pytest.mark.parametrize("case", cases(*BUNDLED), ids=str)
def test_a_bundled_contract_behaves_as_the_scenario_tells(case: Case) -> None:
    name = case.file.parent.name

    async def run() -> None:
        async with mock(bundled(name), headers=credentials(name)) as client:
            await play(case, client)

    asyncio.run(run())


@pytest.mark.parametrize("case", cases(SCENARIOS / "made"), ids=str)
def test_the_contract_in_the_scenario_behaves_as_it_tells(case: Case) -> None:
    """The first block is the contract: its paths, and its `components` beside them."""
    paths = yaml.safe_load(case.text("yaml"))
    more = paths.pop("components", None)
    for item in paths.values():
        for operation in item.values():
            operation["responses"].setdefault("default", {"description": "Any other"})

    async def run() -> None:
        async with mock(made(paths, **({"components": more} if more else {}))) as client:
            await play(replace(case, blocks=case.blocks[1:]), client)

    asyncio.run(run())
