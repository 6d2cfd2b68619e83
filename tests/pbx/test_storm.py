"""As many calls at the same time as there can be: the real console keeps up and forgets none.

`SOAK=1` makes it a minute with as many as sipp and Asterisk manage here; without it, it is short.
"""

import asyncio
import os
import socket
from pathlib import Path

import pytest

from tests.pbx.bench import Bench
from tests.pbx.configuration import did
from tests.pbx.conftest import demand_asterisk
from tests.pbx.crowd import Crowd, Kind
from tests.pbx.product import product
from tests.pbx.server import BLOCK, AsteriskServer, Ports
from tests.pbx.test_kill import moment, until
from tests.pbx.witness import Witness

pytestmark = pytest.mark.pbx

SOAK = bool(os.environ.get("SOAK"))
SECONDS, RATE, TALK = (60, 30.0, 8.0) if SOAK else (4, 20.0, 2.0)
KINDS = (Kind(0.7, talk=TALK), Kind(0.3, gives_up_after=TALK))
BLOCKS = 4  # of ports: a call takes four for its media
# A company is known for every call, however many ring at once.
COMPANIES = f"name,numbers\nMeyer,{did('001')}\nLind,{did('003')}\n"


class ManyPorts(Ports):
    """Several blocks in a row, so that hundreds can talk at the same time."""

    claims: tuple[socket.socket, ...] = ()

    @classmethod
    def in_a_row(cls) -> "ManyPorts":
        """Blocks of which each is claimed, as a bench of its own would claim it."""
        for first in range(10000, 32000 - BLOCKS * BLOCK, BLOCK):
            claims = [socket.socket() for _ in range(BLOCKS)]
            try:
                for n, claim in enumerate(claims):
                    claim.bind(("127.0.0.1", first + n * BLOCK))
            except OSError:
                for claim in claims:
                    claim.close()
            else:
                ports = cls(first, claims[0])
                ports.claims = tuple(claims)
                return ports
        pytest.skip("there are not enough free ports")

    @property
    def rtp(self) -> tuple[int, int]:
        """Asterisk's media, first and last port."""
        return self.first + 100, self.first + BLOCKS * BLOCK - 1


async def test_every_call_of_a_storm_is_stored_as_what_it_was(tmp_path: Path) -> None:
    demand_asterisk()
    ports = ManyPorts.in_a_row()
    pbx = Bench(AsteriskServer(ports=ports))
    try:
        await pbx.start()
        await storm(pbx, tmp_path)
    finally:
        await pbx.stop()
        for claim in ports.claims:
            claim.close()


async def storm(pbx: Bench, folder: Path) -> None:
    count, most, slowest = round(SECONDS * RATE), 0, 0.0
    witness, crowd = Witness(pbx.server), Crowd(pbx, count, RATE, KINDS)
    loop = asyncio.get_running_loop()
    async with product(pbx, folder) as home:
        (folder / "companies.csv").write_text(COMPANIES)
        await home.output("companies", "import", str(folder / "companies.csv"), "--as", "eva")
        await crowd.come()
        leaving = asyncio.ensure_future(crowd.left(SECONDS + 120))
        async with home.back_door() as door:
            while not leaving.done():
                asked = loop.time()
                most = max(most, len((await door.snapshot())["live"]))
                slowest = max(slowest, loop.time() - asked)
                await asyncio.sleep(0.2)
        await leaving
        await until(lambda: witness.complete, 30)
        async with home.back_door() as door, asyncio.timeout(30):
            while (await door.snapshot())["live"]:  # noqa: ASYNC110 - asked, not told
                await asyncio.sleep(0.1)
        status = await home.status()
        await home.stop()
    witness.stop()
    stored = {call["id"]: call for call in await home.calls()}
    outcomes = [call["outcome"] for call in stored.values()]
    late = [
        moment(call["started_at"]) - witness.calls[id.removeprefix("Asterisk-")].began
        for id, call in stored.items()
    ]
    print(
        f"storm of {count} calls at {RATE:.0f} a second, {most} at the same time: "
        f"{len(stored)} stored, {outcomes.count('answered')} answered, "
        f"{outcomes.count('abandoned')} abandoned; at most {max(late):.2f} s behind, "
        f"the desk answered within {slowest:.2f} s"
    )
    assert witness.begun == count
    assert sorted(stored) == sorted(f"Asterisk-{uid}" for uid in witness.calls)
    for uid, lived in witness.calls.items():
        call = stored[f"Asterisk-{uid}"]
        assert call["outcome"] == ("answered" if lived.answered else "abandoned"), (lived, call)
        assert not call["reconstructed"], call
        assert call["called"]["company"] in ("Meyer", "Lind"), call
    assert status["gaps"] == []
    assert "ERROR" not in home.log(), home.log()
