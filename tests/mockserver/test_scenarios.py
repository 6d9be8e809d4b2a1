import asyncio
from pathlib import Path

import pytest

from tests.case_files import Case, cases
from tests.mockserver.scenario import play
from tests.mockserver.served import bundled, credentials, mock

SCENARIOS = Path(__file__).parent / "scenarios"


@pytest.mark.parametrize("case", cases(*sorted(SCENARIOS.glob("*/"))), ids=str)
def test_the_mock_behaves_as_the_scenario_tells(case: Case) -> None:
    name = case.file.parent.name

    async def run() -> None:
        async with mock(bundled(name), headers=credentials(name)) as client:
            await play(case, client)

    asyncio.run(run())
