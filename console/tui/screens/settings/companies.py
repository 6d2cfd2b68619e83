"""The companies that are answered for: found, added, changed, put away, taken in and given out."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from console.desk.commands import SaveCompany
from console.desk.contacts import Companies, Unowned, UnownedNumbers
from console.desk.ports import StoreFailed
from console.people.values import Company
from console.tui.cells import plain
from console.tui.screens.settings.broken import first_fault, has_templates
from console.tui.screens.settings.company_rows import CompanyPen
from console.tui.screens.settings.pane import ALARM, Pane
from console.tui.screens.settings.previews import Previews
from console.tui.screens.settings.source_words import counted
from console.tui.screens.settings.unowned import UnownedScreen, still_unowned
from console.tui.widgets.rows import Rows
from console.tui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.desk.snapshot import Snapshot
    from console.settings.site import Site

LOOK_BACK = timedelta(days=7)
NOTHING = ("No companies yet.", "a adds one, i imports a list (CSV or vCard).")


class CompaniesPane(Pane):
    """A list by name; what was put away is shown on wish."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "search", key_display="/"),
        Binding("a", "add", "add", tooltip="add a company"),
        Binding("d", "archive", "archive", tooltip="put it away, or bring it back"),
        Binding(
            "v", "archived", "with archived", tooltip="show archived companies too, or no longer"
        ),
        Binding("n", "unowned", "nobody's", tooltip="called numbers that no company has"),
        Binding("i", "import", "import", tooltip="import companies from CSV or vCard"),
        Binding("x", "export", "export", tooltip="export companies as CSV or vCard"),
        Binding("escape", "back", "back", show=False),
        Binding("left", "leave", "sections", show=False),
    ]

    def __init__(self, door: "Door", site: "Site") -> None:
        super().__init__(door, site)
        self._text = ""
        self._archived = False
        self._directory = -1
        self._wanted: int | None = None
        self._unowned: tuple[Unowned, ...] = ()
        self._pen = CompanyPen(site.plan)
        self._previews = Previews(door, site)
        self._found: tuple[Company, ...] = ()
        self._tried: dict[Company, str] = {}

    def compose(self) -> ComposeResult:
        """Title and search, the list."""
        with Horizontal(classes="pane--head"):
            yield Static("", markup=False, classes="pane--title")
            yield SearchField()
        yield Rows(self._pen)

    @property
    def rows(self) -> Rows[Company]:
        """The list."""
        return self.query_one(Rows)

    def hear(self, snapshot: "Snapshot") -> None:
        """Ask again when something in the directory changed."""
        if snapshot.directory != self._directory:
            self._directory = snapshot.directory
            self.look_again()

    @work(group="companies", exclusive=True)
    async def look_again(self) -> None:
        """Ask for the list."""
        since = self.door.snapshot.now - LOOK_BACK
        try:
            found = await self.door.ask(Companies(self._text, self._archived))
            called = await self.door.ask(UnownedNumbers(since))
            every = await self.door.ask(Companies())
            self._unowned = still_unowned(called, every)
        except StoreFailed as failure:
            self.notify(str(failure), severity="error", markup=False)
            return
        self._pen.few_colours = self.has_pseudo_class("ansi")
        if self._text:
            self.rows.say_when_empty(f"Nothing matches “{plain(self._text)}”.", "Esc clears it.")
        else:
            self.rows.say_when_empty(*(NOTHING if self.may_change else NOTHING[:1]))
        self.rows.show(found)
        self._go_to_wanted()
        self._found = found
        self._say()
        self._look_for_broken(every)

    def _say(self) -> None:
        found, broken = self._found, len(self._pen.broken)
        away = sum(company.archived for company in found)
        numbers = len(self._unowned)
        self.show_title(
            "COMPANIES",
            f"{len(found) - away:,}" + (f" + {away:,} archived" if away else ""),
            f"{ALARM} {broken:,} broken" if broken else "",
            # Both must have room beside the search field in 80 columns.
            f"{ALARM} {counted(numbers, 'number') if not broken else numbers} without: n"
            if numbers
            else "",
            self.may_not,
        )

    @work(group="broken", exclusive=True)
    async def _look_for_broken(self, companies: tuple[Company, ...]) -> None:
        """Try the templates of those that are not known yet, one after the other."""
        known, self._tried = self._tried, {}
        for company in companies:
            if has_templates(company):
                fault = known.get(company)
                if fault is None:
                    fault = await first_fault(self._previews, company)
                self._tried[company] = fault
        broken = frozenset(one.id for one, fault in self._tried.items() if fault)
        self.sound_alarm(bool(broken))
        if broken != self._pen.broken and self.is_attached:
            self._pen.broken = broken
            self.rows.draw_again()
            self._say()

    def _go_to_wanted(self) -> None:
        if self._wanted is not None:
            self.rows.go_to(self._wanted)
            self._wanted = None

    # -- what the hand does ---------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Who only reads has only the keys for reading."""
        if action in ("add", "archive", "import", "unowned"):
            return self.may_change
        return True

    def enter(self) -> None:
        """The list has the keys."""
        self.rows.focus()

    def on_rows_chosen(self, _message: Rows.Chosen) -> None:
        """Enter, or a double-click."""
        if (company := self.rows.chosen) is not None:
            self.open_form(company)

    def action_add(self) -> None:
        """A new company."""
        self.open_form(Company(""))

    def open_form(self, company: Company) -> None:
        """The form; what was saved is then under the cursor."""
        from console.tui.screens.settings.company_form import CompanyForm

        form = CompanyForm(self.door, self.site, company)

        def after(_answer: None) -> None:
            if form.saved is not None:
                self._wanted = form.saved
                self.look_again()

        self.app.push_screen(form, after)

    def action_archive(self) -> None:
        """Put the company away, or bring it back; its calls stay, and u takes it back."""
        if (company := self.rows.chosen) is not None:
            changed = replace(company, archived=not company.archived)
            self.post_message(self.Wish(SaveCompany(changed)))

    def action_archived(self) -> None:
        """Show what was put away too, or no longer."""
        self._archived = not self._archived
        self.look_again()

    def action_unowned(self) -> None:
        """The called numbers that no company has."""
        self.app.push_screen(UnownedScreen(self.door, self.site, LOOK_BACK))

    def action_import(self) -> None:
        """Companies from a file; who has none here is told who does it."""
        if not self.door.local:
            from console.tui.screens.elsewhere import offer_instead

            command = "hotline companies import FILE"
            offer_instead(self.app, self.door, "IMPORT COMPANIES", command)
            return
        from console.tui.screens.settings.company_import import CompanyImport

        self.app.push_screen(CompanyImport(self.door, self.site))

    def action_export(self) -> None:
        """Companies into a file; who has none here is told what does it."""
        if not self.door.local:
            from console.tui.screens.elsewhere import offer_instead

            command, more = "companies export > companies.csv", "--vcard writes vCards."
            offer_instead(self.app, self.door, "EXPORT companies as CSV", command, more)
            return
        from console.tui.screens.settings.company_export import export_companies

        exporting = export_companies(self, self.rows.things)
        self.run_worker(exporting, group="dialog", exclusive=True)

    # -- search ---------------------------------------------------------------------------------

    def action_search(self) -> None:
        """Type what to look for."""
        self.query_one(SearchField).focus()

    def on_search_field_searched(self, message: SearchField.Searched) -> None:
        """Look for what was typed."""
        self._text = message.text
        self.look_again()

    def on_search_field_left(self, _message: SearchField.Left) -> None:
        """The keys go to the rows."""
        self.rows.focus()

    def action_back(self) -> None:
        """Clear the search, else back to the sections."""
        if self._text:
            self.query_one(SearchField).clear_search()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Back to the sections."""
        self.post_message(self.Leave())
