"""All pictures of the README, from the demo, at a fixed time: python -m tests.screenshots."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from textual.pilot import Pilot

from console.calls.events import FeedBack
from console.calls.words import Phase
from console.demo import FEED, SITE, demo
from console.desk.commands import ChangeSettings, KeepPlace, Take, WriteNote
from console.desk.contacts import Companies
from console.desk.desk import Desk
from console.desk.queries import CallPage, Filter
from console.feeds.simulator import Simulator
from console.settings.notices import Exceptions
from console.tui.app import HotlineApp
from console.tui.screens.settings.sections import SECTIONS
from console.tui.widgets.block_letters import block_lines
from console.wiring import House, Source, at_work
from tests.tui.pictures import picture_of

FOLDER = Path(__file__).parent.parent / "screenshots"
NOON = datetime(2026, 11, 23, 13, 2, tzinfo=UTC)  # a Monday, 14:02 in Berlin
SEED = 12
PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Shot:
    """One picture: what is pressed first, in which size and theme."""

    name: str
    keys: tuple[str, ...] = ()
    size: tuple[int, int] = (120, 40)
    theme: str = "dark"


def section(name: str, *keys: str) -> tuple[str, ...]:
    """The keys to a section of the settings, and those that are pressed in it."""
    place = [one.name for one in SECTIONS].index(name)
    return ("5", *["down"] * place, "enter", *keys)


SHOTS = (
    Shot("calls"),
    Shot("calls_80x24", size=(80, 24)),
    Shot("calls_200x60", size=(200, 60)),
    Shot("calls_light", theme="light"),
    Shot("calls_high_contrast", theme="high contrast"),
    Shot("unanswered", ("2",)),
    Shot("unanswered_80x24", ("2",), (80, 24)),
    Shot("journal", ("3",)),
    Shot("journal_200x60", ("3",), (200, 60)),
    Shot("search", ("3", "slash", *"schulz")),
    Shot("details", ("2", "enter")),
    Shot("note", ("2", "n", *"boiler, wants an offer")),
    Shot("help", ("question_mark",)),
    Shot("contacts", ("4", "slash", *"fuchs", "enter")),
    Shot("contacts_80x24", ("4",), (80, 24)),
    Shot("contact_card", ("c",)),
    Shot("contact_form", ("4", "e")),
    Shot("companies", ("5", "enter")),
    Shot("company_form", ("5", "enter", *["down"] * 6, "enter")),
    Shot("template", ("5", "down", "enter")),
    Shot("sources", section("Data sources")),
    Shot("source_form", section("Data sources", "a", "enter")),
    Shot("actions", section("Actions")),
    Shot("settings_mail", section("E-mail", "space", "down", *"front@desk.example")),
    Shot("settings_company", section("Exceptions", "f4", *"kanzlei", "enter")),
    Shot("settings_which", section("E-mail", "space", "down", *"a@b.example", *[""] * 12, "f5")),
    Shot("settings_words", section("Wording")),
    Shot("settings_history", section("History")),
    Shot("users", section("Users")),
    Shot("who", ("2", "down", "w")),
    Shot("companies_80x24", ("5", "enter"), (80, 24)),
    Shot("company_form_80x24", ("5", "enter", *["down"] * 6, "enter"), (80, 24)),
    Shot("company_form_200x60", ("5", "enter", *["down"] * 6, "enter"), (200, 60)),
)


def plain(svg: str) -> str:
    """The picture without fonts from somewhere else: it must look the same without a network."""
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    return re.sub(r"font-family: *[^;]+;", "font-family: 'DejaVu Sans Mono', monospace;", svg)


async def until_busy(home: House, hear_until: Callable[[datetime], Awaitable[None]]) -> None:
    """Let the demo run until there is something to see."""
    at = NOON
    while at < NOON + PATIENCE:
        at += timedelta(seconds=1)
        await hear_until(at)
        live = home.desk.snapshot.live
        ringing = [one for one in live if one.call.phase is Phase.RINGING]
        first = ringing[0] if ringing else None
        callers = {one.caller_name for one in live}
        if (
            first is not None
            and len(ringing) > 1
            and len(callers) == len(live) > 3
            and first.identity.last_calls
            and block_lines(first.company_name, 66, 1) is not None
            and any(one.call.phase is Phase.TALKING for one in live)
            and home.desk.snapshot.ended
        ):
            return
    raise LookupError("nothing worth a picture happens with this seed")


async def nothing(desk: Desk) -> None:
    """A feed that the pictures drive themselves."""
    await asyncio.Event().wait()


async def take(home: House, shot: Shot) -> None:
    """One picture."""
    door = home.desk.door(await home.store.operator("eva"))
    app = HotlineApp(door, SITE, bell=False)
    async with app.run_test(size=shot.size) as pilot:
        app.theme = shot.theme
        await pressed(pilot, shot.keys)
        (FOLDER / f"{shot.name}.svg").write_text(plain(picture_of(app)), encoding="utf-8")
    # The next one begins at home.
    await door.do(KeepPlace(None))
    door.close()


async def pressed(pilot: Pilot[None], keys: tuple[str, ...]) -> None:
    """Press keys and wait until what they ask for is drawn; an empty one is a pause."""
    for key in keys:
        if key:
            await pilot.press(key)
        await pilot.pause(0.05)
    # What a form would change is asked when the hand has paused.
    await pilot.pause(1.2)


async def rule_out(home: House) -> None:
    """Somebody has changed whom nobody is told of, for the site and for a company."""
    door = home.desk.door(await home.store.operator("eva"))
    firms = {one.name: one.id for one in await door.ask(Companies())}
    firm = next(id for name, id in firms.items() if "Kanzlei" in name)
    site = Exceptions(seconds=3, hours="only while closed").model_dump(mode="json")
    await door.do(ChangeSettings("exceptions", site))
    await door.do(ChangeSettings("exceptions", {"seconds": 8, "hidden": True}, firm))
    await door.do(ChangeSettings("exceptions", site | {"hours": "always"}))
    door.close()


async def main(seed: int = SEED, shots: tuple[Shot, ...] = SHOTS) -> None:
    """Take all pictures."""
    FOLDER.mkdir(exist_ok=True)
    with demo(seed, 0.0, NOON) as whole:
        async with at_work(replace(whole, sources=(Source(FEED, nothing),))) as home:
            home.desk.hear([FeedBack(FEED, "demo", "invented")], NOON)
            await home.directory.warm()
            moments = Simulator(seed, SITE.plan, FEED).live(NOON)
            ahead = [next(moments)]

            async def hear_until(at: datetime) -> None:
                while ahead[0][0] <= at:
                    when, event = ahead.pop()
                    await whole.clock.reach(when)  # type: ignore[attr-defined]
                    home.desk.hear([event], when)
                    ahead.append(next(moments))
                await whole.clock.reach(at)  # type: ignore[attr-defined]
                await home.desk.quiet()

            await until_busy(home, hear_until)
            people = {one.login: one for one in await home.store.operators()}
            lena = home.desk.door(people["lena"])
            rows = (await lena.ask(CallPage(Filter(open=True)))).rows
            await lena.do(Take(rows[1].call.id))
            await lena.do(WriteNote(rows[0].call.id, "wants an offer for a new boiler"))
            lena.close()
            await rule_out(home)
            for shot in shots:
                await take(home, shot)
                print(f"{shot.name}.svg")


if __name__ == "__main__":
    asyncio.run(main())
