"""kill -9 while notices are sent, fifty times: nothing is lost, and what is doubled is counted."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

KILLS, CALLS = 50, 120


@pytest.mark.slow
async def test_fifty_kills_lose_nothing_and_double_at_most_one_mail_each(tmp_path: Path) -> None:
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.notices.killed", str(tmp_path), str(KILLS), str(CALLS)),
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    async with asyncio.timeout(300):
        out, _ = await program.communicate()
    came = json.loads(out)
    print(came)
    states = came["states"]
    assert came["owed"] == 0
    assert came["calls"] == CALLS
    # To two addresses and one number each.
    assert states["mail sent"] == came["mails"] == came["message ids"] == 2 * CALLS
    assert states["text sent"] + states.get("text uncertain", 0) == CALLS
    assert came["sent but not there"] == 0
    assert came["mail doubles"] <= KILLS
    # A text message that may have been sent is sent again by nobody but a person.
    assert came["text doubles"] == 0
