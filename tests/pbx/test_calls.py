"""Every kind of call on a real Asterisk, and what is stored of it."""

from pathlib import Path

import pytest

from tests.pbx.bench import Bench
from tests.pbx.house import house
from tests.pbx.scenarios import SCENARIOS, Scenario, unlike

pytestmark = pytest.mark.pbx


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=list(SCENARIOS))
async def test_a_call_is_stored_as_what_it_was(
    scenario: Scenario, pbx: Bench, tmp_path: Path
) -> None:
    async with house(pbx, tmp_path / "calls.db") as home:
        await scenario.story(pbx)
        await home.settled()
        calls = await home.calls()
    assert len(calls) == len(scenario.expected), calls
    for call, wanted in zip(calls, scenario.expected, strict=True):
        assert unlike(wanted, call) == []
