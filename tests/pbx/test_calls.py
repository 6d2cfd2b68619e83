"""Every kind of call on a real Asterisk, and what is stored of it."""

from pathlib import Path
from typing import Any

import pytest

from tests.pbx.bench import Bench
from tests.pbx.house import house
from tests.pbx.scenarios import SCENARIOS, Scenario

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
        assert differences(call, wanted) == []


def differences(call: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """Where a call is not as wanted; a ring_seconds pair is a range, rang is in any order."""
    wrong = []
    for key, value in wanted.items():
        has = call[key]
        if key == "ring_seconds":
            fits = value[0] <= has <= value[1]
        elif key == "rang":
            rang = {(one["device"], one["result"]) for one in has}
            fits = all((one["device"], one["result"]) in rang for one in value)
        elif isinstance(value, dict):
            fits = all(has[inner] == expected for inner, expected in value.items())
        else:
            fits = has == value
        if not fits:
            wrong.append(f"{key}: {has!r}, not {value!r}")
    return wrong
