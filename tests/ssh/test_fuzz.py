"""Random keys in many sessions while calls ring: the desk stays whole, and gives its memory back.

SOAK=1 takes five minutes with twenty sessions, and a minute to look at the memory afterwards.
"""

import asyncio
import os
import random
import re

import asyncssh
import pytest

from .conftest import Served
from .test_sessions import resident

LONG = bool(os.environ.get("SOAK"))
SESSIONS, SECONDS, CALMS_DOWN = (20, 300, 60) if LONG else (6, 20, 0)
# Who may change least and who may change much; an admin could lock out the test itself.
PEOPLE = ("lena", "tomasz", "marie")
KEYS = (
    *"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ /?!.,+-@ÖßŁ漢🎉",
    *("\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[H", "\x1b[F", "\x1b[5~", "\x1b[6~"),
    *("\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~", "\x1b[17~", "\x1b[18~", "\x1b[19~"),
    *(
        "\r",
        "\r",
        "\r",
        "\t",
        "\t",
        "\x1b[Z",
        "\x7f",
        "\x1b",
        "\x1b",
        "\x13",
        "\x14",
        "\x10",
        "\x03",
    ),
    *("\x1b[200~pasted\ntwice\x1b[201~", "\x1b[<0;10;10M\x1b[<0;10;10m", "\x1b[<64;9;9M", "\x1b["),
)


@pytest.fixture
def served(home, processes):
    """A desk that serves an invented day."""
    return Served(processes("serve", "--demo", "--port", "0", "--speed", "10"), home)


class Typist:
    """One session after the other of one who types at random."""

    def __init__(self, served, login, seed):
        self._served, self._login = served, login
        self._random = random.Random(seed)
        self.typed, self.came = 0, 0

    async def type_until(self, end):
        loop = asyncio.get_running_loop()
        while loop.time() < end:
            async with log_in(self._served, self._login) as connection:
                size = self._random.randint(30, 220), self._random.randint(8, 70)
                process = await connection.create_process(
                    term_type=self._random.choice(("xterm-256color", "linux")), term_size=size
                )
                self.came += 1
                reading = asyncio.ensure_future(read_all(process))
                while loop.time() < end and not reading.done():
                    process.stdin.write(self._random.choice(KEYS))
                    self.typed += 1
                    if self._random.random() < 0.01:
                        process.change_terminal_size(
                            self._random.randint(1, 300), self._random.randint(1, 100)
                        )
                    await asyncio.sleep(self._random.uniform(0, 0.1))
                reading.cancel()
            await asyncio.sleep(0.1)


async def read_all(process):
    while await process.stdout.read(65536):
        pass


def log_in(served, login):
    return asyncssh.connect(
        "127.0.0.1",
        served.port,
        username=login,
        password="hotline-demo",
        known_hosts=None,
        config=None,
        client_keys=None,
        agent_path=None,
    )


async def shows_a_frame(served):
    async with log_in(served, "eva") as connection:
        process = await connection.create_process(term_type="xterm", term_size=(120, 40))
        seen = ""
        async with asyncio.timeout(20):
            while "help" not in seen:
                seen += await process.stdout.read(65536)


@pytest.mark.slow
@pytest.mark.servers
def test_keys_at_random_hurt_nobody(served):
    async def run():
        loop = asyncio.get_running_loop()
        await shows_a_frame(served)
        warm = [Typist(served, PEOPLE[n % len(PEOPLE)], 1000 + n) for n in range(SESSIONS)]
        if LONG:
            # What is imported and kept once is not what is looked for.
            await asyncio.gather(*(one.type_until(loop.time() + 30) for one in warm))
            await asyncio.sleep(30)
        before = resident(served.process)
        typists = [Typist(served, PEOPLE[n % len(PEOPLE)], n) for n in range(SESSIONS)]
        await asyncio.gather(*(one.type_until(loop.time() + SECONDS) for one in typists))
        await shows_a_frame(served)
        await asyncio.sleep(CALMS_DOWN)
        after = resident(served.process)
        return before, after, sum(one.typed for one in typists), sum(one.came for one in typists)

    before, after, typed, came = asyncio.run(run())
    print(
        f"{typed} keys in {came} sessions; {before / 1000:.0f} MB before, {after / 1000:.0f} after"
    )
    assert typed > SESSIONS * SECONDS
    assert served.process.poll() is None
    crashes = re.findall(r"(?s)(ERROR.*?)(?=\n\d{4}-)", served.log + "\n2026-")
    assert not crashes, crashes[0][-3000:]
    if LONG:
        assert after < before * 1.1
