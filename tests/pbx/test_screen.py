"""What the screen shows while real calls go through a real Asterisk: from socket to Pilot."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import Input

from console.calls.words import Role
from console.desk.commands import Done, ImportCompanies, SaveContact
from console.desk.operators import Operator
from console.people.values import Company, Contact
from console.tui.app import HotlineApp
from console.tui.widgets.block_letters import block_letters
from tests.pbx.bench import Bench
from tests.pbx.configuration import did
from tests.pbx.house import SITE, House, house
from tests.pbx.scenarios import SCENARIOS
from tests.pbx.sip_phone import RINGS, answers, declines

pytestmark = pytest.mark.pbx

WIDTH, HEIGHT = 120, 40
SOON = 8.0  # seconds: the machine may be busy, the console is not what takes them
CHIEF = Operator("chief", "The chief", Role.SUPERVISOR)
MEYER = Company(
    "Meyer & Söhne",
    (did("001"), "support"),
    greeting="Meyer und Söhne, Sanitär und Heizung, guten Tag!",
    facts=("open until 17:00",),
)
LIND = Company("Zahnarzt Lind", (did("000"),))
ANNA = Contact("Anna Muster", (("+491701234567", "mobile"),), company="Muster GmbH", uid="anna")


@dataclass
class Console:
    """The screen of somebody who sits at phone 101."""

    app: HotlineApp
    pilot: Pilot[None]
    home: House

    def rows(self) -> list[str]:
        """The screen's rows as text."""
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    def text(self) -> str:
        """The whole screen."""
        return "\n".join(self.rows())

    async def shows(self, *words: str) -> None:
        """Return when all of these are on the screen at once."""
        try:
            async with asyncio.timeout(SOON):
                while not all(part in self.text() for part in words):
                    await asyncio.sleep(0.02)
                    await self.pilot.pause()
        except TimeoutError:
            raise AssertionError(f"never showed {words}:\n{self.text()}") from None

    async def shows_large(self, name: str) -> None:
        """Return when a company's name stands there in block letters."""
        letters = block_letters(name)
        assert letters is not None
        await self.shows(*(line.rstrip() for line in letters))

    async def press(self, *keys: str) -> None:
        """Press keys, and let them be drawn."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    def line_with(self, words: str) -> str:
        """The row that holds these words."""
        return next(row for row in self.rows() if words in row)


@contextlib.asynccontextmanager
async def console(pbx: Bench, folder: Path) -> AsyncIterator[Console]:
    """The whole house with two companies and a contact, drawn once."""
    async with house(pbx, folder / "calls.db") as home:
        for order in (ImportCompanies((MEYER, LIND)), SaveContact(ANNA)):
            assert isinstance(await home.desk.do(order, CHIEF), Done)
        app = HotlineApp(home.door, SITE)
        async with app.run_test(size=(WIDTH, HEIGHT), notifications=True) as pilot:
            seat = Console(app, pilot, home)
            await seat.shows("No calls yet. The PBX is connected.")
            yield seat


async def test_a_ringing_call_shows_which_company_is_called_and_who_calls(
    pbx: Bench, tmp_path: Path
) -> None:
    phone = await pbx.phone("101", RINGS)
    async with console(pbx, tmp_path) as seat:
        caller = await pbx.call(did("001"), talk=1.0)
        await seat.shows_large("Meyer & Söhne")
        await seat.shows(
            "1 ringing",
            "rings you",
            "“Meyer und Söhne, Sanitär und Heizung, guten Tag!”",
            "· open until 17:00",
            "Anna Muster   Muster GmbH",
            "+49 170 1234567   mobile, Germany",
        )
        (await phone.incoming()).answer()
        await seat.shows("1 talking", "talks with you")
        await caller.over()
        await seat.shows("✓ Meyer & Söhne, Anna Muster: answered by 101", "none open")


async def test_an_abandoned_call_is_listed_under_unanswered_until_it_is_processed(
    pbx: Bench, tmp_path: Path
) -> None:
    await pbx.phone("101", RINGS)
    async with console(pbx, tmp_path) as seat:
        caller = await pbx.call(did("001"), gives_up_after=0.6)
        await seat.shows("rings you")
        await caller.over()
        await seat.shows("1 open", "▲ Meyer & Söhne, Anna Muster: gave up after")
        await seat.press("2")
        await seat.shows("UNANSWERED  ▲ 1 open", "+49 170 1234567")
        line = seat.line_with("+49 170 1234567")
        assert "Meyer & Söhne" in line
        assert "Anna Muster" in line
        assert "gave up" in line
        await seat.press("p")
        await seat.shows("none open")
        assert (await seat.home.calls())[0]["processed"]["by"] == "Eva"
        # The last calls of who calls again: this one, dealt with.
        await seat.press("1")
        await pbx.call(did("001"), gives_up_after=5.0)
        await seat.shows("rings you", "unanswered, gave up")


async def test_who_waits_in_a_queue_waits_on_the_screen_and_gives_up_there(
    pbx: Bench, tmp_path: Path
) -> None:
    await pbx.phone("101", declines(0.2))
    async with console(pbx, tmp_path) as seat:
        caller = await pbx.call(did("011"), talk=2.5)
        await seat.shows("1 in queue", "in queue slow")
        await caller.over()
        await seat.shows("gave up in queue", "1 open")


async def test_a_fork_shows_every_phone_and_who_won(pbx: Bench, tmp_path: Path) -> None:
    for number in ("101", "102"):
        await pbx.phone(number, RINGS)
    await pbx.phone("103", answers(1.5))
    async with console(pbx, tmp_path) as seat:
        caller = await pbx.call(did("000"), talk=1.0)
        await seat.shows("rings you 102 103", "Zahnarzt Lind")
        await seat.shows("talks with 103")
        await caller.over()
        await seat.shows("✓ Zahnarzt Lind, Anna Muster: answered by 103")
        await seat.press("3", "enter")
        await seat.shows("Zahnarzt Lind", "102")


async def test_a_hidden_caller_is_hidden_everywhere(pbx: Bench, tmp_path: Path) -> None:
    await pbx.phone("101", RINGS)
    async with console(pbx, tmp_path) as seat:
        caller = await pbx.call(did("001"), asserted="+491701234567", gives_up_after=1.0)
        await seat.shows("hidden number", "rings you")
        await seat.shows_large("Meyer & Söhne")
        await caller.over()
        await seat.shows("1 open")
        for key in ("1", "2", "3"):
            await seat.press(key)
            await seat.shows("hidden number")
            assert "1234567" not in seat.text().replace(" ", "")
            assert "Anna" not in seat.text()


async def test_while_somebody_types_a_call_rings_in_the_strip_and_takes_nothing(
    pbx: Bench, tmp_path: Path
) -> None:
    await pbx.phone("101", RINGS)
    async with console(pbx, tmp_path) as seat:
        await seat.press("3", "slash", *"mey")
        await pbx.call(did("001"), gives_up_after=5.0)
        await seat.shows("Meyer & Söhne  ←  Anna Muster  rings you")
        await seat.press("1", "p")
        assert isinstance(seat.app.focused, Input)
        assert seat.app.focused.value == "mey1p"


async def test_a_lost_pbx_is_said_with_its_time_and_a_call_that_ended_meanwhile_is_lost(
    pbx: Bench, tmp_path: Path
) -> None:
    await pbx.phone("101", RINGS)
    async with console(pbx, tmp_path) as seat:
        caller = await pbx.call(did("001"), gives_up_after=1.2)
        await seat.shows("rings you")
        mend = pbx.unplug()
        await seat.shows("▲ Asterisk silent for 0:")
        await caller.over()
        await pbx.quiet()
        await mend()
        await seat.shows("● Asterisk connected", "1 open")
        await seat.press("2")
        await seat.shows("Anna Muster", "lost")


@pytest.mark.parametrize(
    "name", ["hostile_names", "hostile_numbers", "forged_caller", "forged_called_number"]
)
async def test_strangers_draw_nothing_but_text(name: str, pbx: Bench, tmp_path: Path) -> None:
    async with console(pbx, tmp_path) as seat:
        # The phones' plans and the calls are the scenario's; every picture on the way is read.
        story = asyncio.ensure_future(SCENARIOS[name].story(pbx))
        pictures = 0
        while not story.done():
            check(seat)
            pictures += 1
            await asyncio.sleep(0.02)
            await seat.pilot.pause()
        await story
        await seat.home.settled()
        for key in ("1", "2", "3", "enter"):
            await seat.press(key)
            check(seat)
        assert pictures > 10
        assert seat.app.is_running
        assert seat.app.theme


def check(seat: Console) -> None:
    """Every row is printable text of the screen's width, and so is the window's title."""
    for row in seat.rows():
        assert row.isprintable(), ascii(row)
        assert cell_len(row) == WIDTH, ascii(row)
    assert seat.app._window_title.isprintable()
