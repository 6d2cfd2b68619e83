"""Called numbers that no company has: each is given to one, or a new one is made of it."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from console.calls.numbers import NumberPlan
from console.desk.commands import SaveCompany
from console.desk.contacts import Companies, Unowned, UnownedNumbers
from console.desk.ports import StoreFailed
from console.desk.snapshot import Snapshot
from console.people.called_numbers import CalledNumbers
from console.people.values import Company
from console.tui import legible
from console.tui.cells import Cell
from console.tui.screens.settings.over_forms import OverForms
from console.tui.widgets.rows import Line, Look, Rows

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site

NEW = "a new company"


def still_unowned(found: Iterable[Unowned], companies: Iterable[Company]) -> tuple[Unowned, ...]:
    """Those that no company has now: a call keeps the company that it had when it came."""
    called = CalledNumbers(companies)
    return tuple(one for one in found if called.company_of(one.number) is None)


class UnownedPen:
    """One row: the number, how often it was called, and when last."""

    def __init__(self, plan: NumberPlan, zone: ZoneInfo) -> None:
        self._plan = plan
        self._zone = zone
        self.now: datetime | None = None

    def key(self, unowned: Unowned) -> Hashable:
        """The number."""
        return unowned.number

    def heading(self, width: int, look: Look) -> Line | None:
        """None: the rows are sentences."""
        return None

    def lines(self, unowned: Unowned, width: int, look: Look) -> Sequence[Line]:
        """The row."""
        times = "once" if unowned.calls == 1 else f"{unowned.calls:,} times"
        last = legible.when(unowned.last_at, self.now or unowned.last_at, self._zone)
        cells: list[Cell] = [
            ("▲ ", look("open")),
            (self._plan.shown(unowned.number), look("name")),
            (f"  called {times}, last {last}, no company", look("text")),
        ]
        return [(cells, [])]


class UnownedScreen(OverForms):
    """The numbers, most called first; Enter says whose one is."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "leave")]
    AUTO_FOCUS = "Rows"

    def __init__(self, door: "Door", site: "Site", look_back: timedelta) -> None:
        super().__init__(door, site)
        self._look_back = look_back
        self._looked_at: tuple[int, int] | None = None
        self._pen = UnownedPen(site.plan, site.zone)
        self._companies: tuple[Company, ...] = ()

    def compose_body(self) -> ComposeResult:
        """Title and list."""
        days = self._look_back.days
        title = Content.assemble(
            (" NUMBERS WITHOUT A COMPANY", "bold"),
            (f"   of the last {days} days; Enter gives one to a company", "$quiet"),
        )
        yield Static(title, classes="form-screen--title")
        yield Rows(self._pen, empty=("Every called number has its company.",))

    @property
    def rows(self) -> Rows[Unowned]:
        """The list."""
        return self.query_one(Rows)

    def show(self, snapshot: Snapshot) -> None:
        """Ask again when something in the directory changed, or calls were stored."""
        now = snapshot.directory, snapshot.stored
        if now != self._looked_at:
            self._looked_at = now
            self._ask()

    @work(group="unowned", exclusive=True)
    async def _ask(self) -> None:
        now = self.door.snapshot.now
        try:
            found = await self.door.ask(UnownedNumbers(now - self._look_back))
            self._companies = await self.door.ask(Companies())
        except StoreFailed as failure:
            self.notify(str(failure), severity="error", markup=False)
            return
        self._pen.now = now
        self.rows.show(still_unowned(found, self._companies))

    def on_rows_chosen(self, _message: Rows.Chosen) -> None:
        """Whose number is it?"""
        from console.tui.screens.pick_dialog import PickDialog

        unowned, companies = self.rows.chosen, self._companies
        if unowned is None:
            return
        number = unowned.number

        async def give(places: tuple[int, ...] | None) -> None:
            if places == (0,):
                self._make_company(number)
            elif places:
                company = companies[places[0] - 1]
                await self.tell(SaveCompany(replace(company, numbers=(*company.numbers, number))))

        words = [NEW, *(company.name for company in companies)]
        title = f"{self.site.plan.shown(number)} belongs to"
        self.app.push_screen(PickDialog(title, words), give)

    def _make_company(self, number: str) -> None:
        from console.tui.screens.settings.company_form import CompanyForm

        self.app.push_screen(CompanyForm(self.door, self.site, Company("", (number,))))

    def action_leave(self) -> None:
        """Back to the companies."""
        self.dismiss()
