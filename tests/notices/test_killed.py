"""kill -9 while notices are sent, fifty times: nothing is lost, and what is doubled is counted."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from console.notices.deciding import SUMMED_UP, TOGETHER

# Of each of the two; together at least fifty.
KILLS = 25
CALLS = 120


async def killed(folder: Path, *more: str) -> dict[str, Any]:
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.notices.killed", str(folder), str(KILLS), str(CALLS)),
        *more,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    async with asyncio.timeout(300):
        out, _ = await program.communicate()
    came: dict[str, Any] = json.loads(out)
    print(came)
    assert came["owed"] == 0
    assert came["calls"] == CALLS
    # Each of the two addresses has a letter in which the call stands.
    assert came["not named"] == 0
    assert came["sent but not there"] == 0
    assert came["folded into nothing sent"] == 0
    assert came["states"]["mail sent"] == came["mails"] == came["message ids"]
    assert came["mail doubles"] == came["doubles by message id"] <= KILLS
    # A text message that may have been sent is sent again by nobody but a person.
    assert came["text doubles"] == 0
    return came


@pytest.mark.slow
async def test_kills_lose_nothing_and_double_at_most_one_mail_each(tmp_path: Path) -> None:
    states = (await killed(tmp_path))["states"]
    # To two addresses and one number each.
    assert states["mail sent"] == 2 * CALLS
    assert states["text sent"] + states.get("text uncertain", 0) == CALLS


@pytest.mark.slow
async def test_the_same_where_callers_call_again_and_in_a_storm(tmp_path: Path) -> None:
    came = await killed(tmp_path, "folded")
    assert set(came["folded"]) == {TOGETHER, SUMMED_UP}
    states = came["states"]
    told = ("mail sent", "mail folded")
    assert sum(states[each] for each in told) == 2 * CALLS
    texts = ("text sent", "text uncertain", "text folded")
    assert sum(states.get(each, 0) for each in texts) == CALLS
