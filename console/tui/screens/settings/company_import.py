"""A dialog that takes companies in from a file: first it says what it would do, then it does."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from console.desk.commands import Done, ImportCompanies, Refused
from console.desk.contacts import Companies
from console.people.skipped import Skipped
from console.tui.cells import plain
from console.tui.screens.dialog import Dialog
from console.tui.screens.settings.company_files import Read, read_file
from console.tui.screens.settings.source_words import counted
from console.tui.widgets.footer import Key

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site

SHOWN = 300  # of what was left out
BEGIN = "Companies are found by their names: one that is there is changed."


class CompanyImport(Dialog[None]):
    """Enter reads the file, once more takes its companies in; what is left out is listed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "leave"),
        Binding("down", "scroll(3)", "scroll", show=False, priority=True),
        Binding("up", "scroll(-3)", "scroll", show=False, priority=True),
        Binding("pagedown", "scroll(10)", "scroll", show=False, priority=True),
        Binding("pageup", "scroll(-10)", "scroll", show=False, priority=True),
    ]

    def __init__(self, door: "Door", site: "Site") -> None:
        super().__init__()
        self._door = door
        self._plan = site.plan
        self._read: Read | None = None
        self._done = False

    def compose_body(self) -> ComposeResult:
        """Title, file name, what will happen, what is left out."""
        yield Static("IMPORT COMPANIES", markup=False, classes="dialog--title")
        field = Input(placeholder="file with companies, .csv or .vcf", compact=True)
        field.cursor_blink = False
        yield field
        yield Static("", markup=False, classes="dialog--hint")
        with VerticalScroll(can_focus=False):
            yield Static("", classes="left-out--lines")

    def on_mount(self) -> None:
        """The hand can type at once."""
        self.query_one(Input).focus()
        self._say(BEGIN)
        self._show_keys("reads")

    def _show_keys(self, enter: str) -> None:
        keys = (Key("⏎", enter, "enter"), Key("esc", "leaves", "escape"))
        self.show_keys(keys)

    def _say(self, words: str, *, warning: bool = False) -> None:
        hint = self.query_one(".dialog--hint", Static)
        hint.set_class(warning, "-warning")
        hint.update(plain(words))

    def _list(self, skipped: tuple[Skipped, ...]) -> None:
        parts = []
        for one in skipped[:SHOWN]:
            place = f"{one.file}, line {one.line:,}: " if one.file and one.line else ""
            parts.append(Content.assemble((plain(place), "$quiet"), plain(one.reason)))
        if len(skipped) > SHOWN:
            parts.append(Content.styled(f"and {len(skipped) - SHOWN:,} more", "$quiet"))
        self.query_one(".left-out--lines", Static).update(Content("\n").join(parts))

    def on_input_changed(self) -> None:
        """Another file: nothing is known of it yet."""
        self._say(BEGIN)
        self._list(())
        self._read = None
        self._done = False
        self._show_keys("reads")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Read it; take it in; leave."""
        event.stop()
        if self._done:
            self.dismiss(None)
        elif self._read is None:
            self._look(event.value.strip())
        elif self._read.companies:
            self._take_in(self._read)

    @work(group="import", exclusive=True)
    async def _look(self, name: str) -> None:
        # The file may have changed since: what was left out of it then says nothing now.
        self._list(())
        if not name or "\0" in name:
            self._say("Give a file name.", warning=True)
            return
        try:
            read = await read_file(Path(name), self._plan)
        except (OSError, RuntimeError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            self._say(f"{name} can't be read: {why}", warning=True)
            return
        known = {one.name.casefold() for one in await self._door.ask(Companies(archived=True))}
        changed = sum(one.name.casefold() in known for one in read.companies)
        words = f"{counted(len(read.companies), 'company', 'companies')} can be taken in"
        words += f", {changed:,} of them would be changed" if changed else ""
        if read.skipped:
            words += f"; {counted(len(read.skipped), 'line')} left out:"
        self._read = read
        self._say(words, warning=not read.companies)
        self._list(read.skipped)
        self._show_keys("takes them in" if read.companies else "reads")

    @work(group="import", exclusive=True)
    async def _take_in(self, read: Read) -> None:
        answer = await self._door.do(ImportCompanies(read.companies))
        if isinstance(answer, Refused):
            self._say(answer.why, warning=True)
            return
        self._done = True
        self._tell(read, answer)
        self._show_keys("closes")

    def _tell(self, read: Read, answer: Done) -> None:
        refused = answer.report.skipped if answer.report else ()
        left_out = (*refused, *read.skipped)
        words = f"{counted(answer.count, 'company', 'companies')} taken in"
        if left_out:
            words += f"; {len(left_out):,} left out:"
        self._say(words)
        self._list(left_out)

    def action_scroll(self, rows: int) -> None:
        """Read on in what is left out, while the hand stays in the field."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)
