"""Stories about the settings: a real desk and database with companies, and a supervisor at it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from call_lists import NOON
from fake_door import SITE
from front_desk import NobodyKnown, StoppedClock
from story import rows_of, text_of
from textual.pilot import Pilot
from textual.widgets import Input, TextArea
from textual.worker import WorkerCancelled

from console.calls.words import Role
from console.desk.changes import PutCompanies, SaveCall
from console.desk.commands import Answer, Command
from console.desk.contacts import AllowedPrograms, Companies, Previewed, PreviewText
from console.desk.desk import Desk
from console.desk.notices import (
    DryRan,
    DryRun,
    NoticePreviewed,
    PreviewNotice,
)
from console.desk.operators import Operator
from console.desk.records import CallRecord
from console.people.values import Company, Greeting, Person
from console.store.database import SqlStore, open_store
from console.tui.app import HotlineApp
from console.tui.screens.settings import action_form, company_form
from console.tui.widgets.form import template
from console.tui.widgets.form.editor import Editor
from console.tui.widgets.form.field import FormField
from console.tui.widgets.rows import Rows
from console.tui.widgets.section_list import SectionList

FRAMES = str.maketrans(dict.fromkeys("│╭╮╰╯─", " "))
SUE = Operator("sue", "Sue Berger", Role.SUPERVISOR, ("110",))
LENA = Operator("lena", "Lena Kraft", Role.OPERATOR, ("102",))

MEYER = Company(
    "Meyer & Söhne",
    ("+4930222000", "+4930222010..+4930222019"),
    colour="#1d5fa8",
    greeting="Meyer und Söhne, Sanitär und Heizung, guten Tag.",
    pronunciation="MY-er, ZER-ne",
    facts=("emergencies: Herr Meyer +49 171 2345678", "no faxes"),
    time_zone="Europe/Berlin",
    address="Gartenstr. 5\n10115 Berlin",
    web="https://meyer.example",
    people=(Person("Herr Meyer", "owner", "+491712345678", "meyer@meyer.example"),),
    notes="Invoices by e-mail only.",
    hours=("Mon-Fri 09:00-17:00", "12-25 closed Christmas"),
    greetings=(Greeting("closed", "Meyer und Söhne, wir haben geschlossen."),),
)
LIND = Company("Zahnarzt Dr. Lind", ("+4930222001",), colour="#2e8562", greeting="Praxis Dr. Lind.")
BERG = Company("Kanzlei Berg", ("+4930222002", "berg"), colour="#8e4fa8")
COMPANIES = (MEYER, LIND, BERG)


@dataclass
class SettingsStory:
    """What a story about the settings holds in its hands."""

    app: HotlineApp
    pilot: Pilot[None]
    desk: Desk
    store: SqlStore
    clock: StoppedClock

    @property
    def rows(self) -> Rows[Any]:
        return next(rows for rows in self.app.screen.query(Rows) if rows.is_on_screen)

    @property
    def editor(self) -> Editor:
        return next(one for one in self.app.screen.query(Editor) if one.is_on_screen)

    def field(self, key: str) -> FormField:
        return self.editor.fields[key]

    def text(self) -> str:
        return text_of(self.app)

    def words(self) -> str:
        """The screen as one line, without the frames around dialogs."""
        return " ".join(text_of(self.app).translate(FRAMES).split())

    def lines(self) -> list[str]:
        return [line.rstrip() for line in rows_of(self.app)]

    def toasts(self) -> list[str]:
        return [note.message for note in self.app._notifications]

    async def settle(self) -> None:
        """Wait until the desk and the screen have nothing more to do."""
        while True:
            await self.desk.quiet()
            await self.pilot.pause()
            busy = [one for one in self.app.workers if one.group != "dialog"]
            if not busy:
                return
            with suppress(WorkerCancelled):
                await self.app.workers.wait_for_complete(busy)

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def open(self, name: str, *keys: str) -> None:
        """Go to a section by its name, and into it."""
        sections = self.app.screen.query_one(SectionList)
        # At once, as by the mouse: with the arrows every section on the way would be made as well.
        sections.choose(sections._names.index(name))
        await self.settle()
        await self.press("enter", *keys)

    async def type(self, text: str) -> None:
        for letter in text:
            await self.pilot.press({" ": "space", "\n": "enter"}.get(letter, letter))
        await self.settle()

    async def go_to(self, key: str) -> None:
        """Put the cursor into a field of the form."""
        self.editor.point_at(self.field(key))
        await self.settle()

    async def retype(self, key: str, text: str) -> None:
        """Put another text into a field, as if it was pasted."""
        await self.go_to(key)
        control = self.app.focused
        if isinstance(control, Input):
            control.clear()
            control.insert_text_at_cursor(text)
        else:
            assert isinstance(control, TextArea)
            control.clear()
            control.insert(text)
        await self.settle()

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not true():
                await self.pilot.pause(0.02)
        await self.settle()

    async def sees(self, words: str) -> None:
        """Wait until the screen says it."""
        try:
            await self.until(lambda: words in self.text())
        except TimeoutError:
            raise AssertionError(f"{words!r} is not on the screen:\n{self.text()}") from None

    async def somebody_does(self, command: Command, who: Operator | None = None) -> Answer:
        """Somebody else does something at another console."""
        other = Operator("olga", "Olga", Role.ADMIN)
        answer = await self.desk.do(command, who or other)
        await self.settle()
        return answer

    async def companies(self) -> dict[str, Company]:
        found = await self.store.ask(Companies(archived=True))
        return {company.name: company for company in found}


async def plain_preview(query: PreviewText, _who: Operator) -> Previewed:
    """Stands in for the wording room: knows only the called company's name."""
    if "{% fro" in query.template:
        return Previewed(broken="Encountered unknown tag 'fro'.", line=2)
    name = query.company.name if query.company else "Sample Ltd"
    return Previewed(query.template.replace("{{ called.name }}", name))


async def two_programs(_query: AllowedPrograms, _who: Operator) -> tuple[str, ...]:
    """What a configuration file lists."""
    return "crm", "popup"


async def no_call_yet(_query: DryRun, _who: Operator) -> DryRan:
    """Stands in for the rules of notices."""
    return DryRan()


async def no_words(_query: PreviewNotice, _who: Operator) -> NoticePreviewed:
    """Stands in for the wording of notices."""
    return NoticePreviewed({}, {})


STANDING_IN: dict[type, Callable[[Any, Operator], Awaitable[Any]]] = {
    PreviewText: plain_preview,
    AllowedPrograms: two_programs,
    DryRun: no_call_yet,
    PreviewNotice: no_words,
}


@contextmanager
def quick_hands() -> Iterator[None]:
    """Previews come as soon as they can: no story waits for a hand to pause."""
    rooms = (template, company_form, action_form)
    with ExitStack() as patches:
        for room in rooms:
            patches.enter_context(patch.object(room, "PAUSE", 0.01))
        yield


@asynccontextmanager
async def settings_story(
    *keys: str,
    section: str = "",
    size: tuple[int, int] = (120, 40),
    operator: Operator = SUE,
    companies: Iterable[Company] = COMPANIES,
    calls: Iterable[CallRecord] = (),
    entrusted: dict[type, Callable[[Any, Operator], Awaitable[Any]]] | None = None,
) -> AsyncIterator[SettingsStory]:
    """The settings after `keys`, over a database with these companies and calls.

    With a section the keys are pressed in it.
    """
    store = await open_store("sqlite:///:memory:")
    await store.write([PutCompanies(tuple(companies), "olga", NOON)])
    await store.write([SaveCall(record) for record in calls])
    clock = StoppedClock(NOON)
    desk = Desk(store, NobodyKnown(), clock, SITE.name, feeds=("asterisk",))
    for kind, handler in (STANDING_IN | (entrusted or {})).items():
        desk.entrust(kind, handler)
    await desk.start()
    running = asyncio.ensure_future(desk.run())
    try:
        app = HotlineApp(desk.door(operator), SITE)
        with quick_hands():
            async with app.run_test(size=size, notifications=True) as pilot:
                story = SettingsStory(app, pilot, desk, store, clock)
                await story.press("5")
                await (story.open(section, *keys) if section else story.press(*keys))
                yield story
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await store.close()
