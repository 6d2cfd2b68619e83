"""A section of the live settings as a form: settings/live.py declares it, this shows it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from console.desk.notices import DryRan, DryRun
from console.tui.cells import plain
from console.tui.screens.settings.dry_run_line import DryRunLine
from console.tui.screens.settings.live_keeper import LiveKeeper
from console.tui.screens.settings.pane import ALARM, Pane
from console.tui.widgets.form.declared import fields_of
from console.tui.widgets.form.editor import Editor

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.desk.snapshot import Snapshot
    from console.settings.site import Site

# Sections that decide who is told of an unanswered call: what they would change is shown.
TELLING = frozenset({"unanswered", "mail", "text_messages", "exceptions"})


class LivePane(Pane):
    """A section's form; a subclass may put other fields in, or more around them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f5", "which", "show which", key_display="F5", tooltip="which calls would be told of"
        )
    ]

    def __init__(self, door: "Door", site: "Site", section: str, title: str) -> None:
        super().__init__(door, site)
        self.keeper = LiveKeeper(door, section)
        self._section = section
        self._heading = title.upper()
        self._seen: object = None
        self._in_force: object = None

    def compose(self) -> ComposeResult:
        """Title, what is missing elsewhere, form, and what it would change."""
        yield Static("", markup=False, classes="pane--title")
        yield from self.compose_above()
        yield Static("", markup=False, classes="live-pane--hint")
        yield Editor(self.keeper, *self.parts(), may_not=self.may_not)
        if self._section in TELLING:
            yield DryRunLine(self._dry_run)

    def compose_above(self) -> ComposeResult:
        """What stands between title and form."""
        yield from ()

    def parts(self) -> Iterable[Widget]:
        """What the form is made of."""
        return fields_of(self.keeper.model)

    def on_mount(self) -> None:
        """Say what it is about."""
        self.show_title(self._heading, (self.keeper.model.__doc__ or "").split("\n")[0])

    @property
    def editor(self) -> Editor:
        """The form."""
        return self.query_one(Editor)

    @property
    def scope(self) -> LiveKeeper:
        """What the form that is seen is about."""
        return self.keeper

    def enter(self) -> None:
        """The keys come from the sections: the cursor goes into the form."""
        self.editor.take_keys()

    # -- what is shown --------------------------------------------------------------------------

    def seen(self, snapshot: "Snapshot") -> object:
        """What the form must look at again when it has become another."""
        return getattr(snapshot.settings, self._section)

    async def fill(self) -> None:
        """The settings in force are at hand."""
        await self.editor.fill()

    def hear(self, snapshot: "Snapshot") -> None:
        """Look whether somebody else changed it."""
        if not self.is_mounted:
            return
        now = self.seen(snapshot)
        if now is not self._seen and now != self._seen:
            self._seen = now
            self.look_again()
        if snapshot.settings is not self._in_force:
            # "now" is another, too, whatever section it was.
            self._in_force = snapshot.settings
            self._try_anew()
        hint = self.query_one(".live-pane--hint", Static)
        words = self.hint(snapshot)
        hint.display = bool(words)
        hint.update(Content(plain(f" {ALARM} {words}")))

    def look_again(self) -> None:
        """Something was stored."""
        self.editor.look_again()

    def hint(self, snapshot: "Snapshot") -> str:
        """A sentence about what is missing elsewhere, if something is."""
        return ""

    def on_editor_edited(self, _message: Editor.Edited) -> None:
        """See what the values would change."""
        for line in self.query(DryRunLine):
            line.consider(self._question())

    def _try_anew(self) -> None:
        for line in self.query(DryRunLine):
            line.ask_anew()

    def _question(self) -> DryRun | None:
        values = self.editor.sound()
        if values is None:
            return None
        command = self.scope.command(values)
        return DryRun(command.section, command.values, command.company_id)

    async def _dry_run(self, query: DryRun) -> DryRan:
        return await self.door.ask(query)

    # -- what the hand does ---------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The calls can be shown when they are known."""
        if action == "which":
            return any(line.ran is not None and line.ran.calls for line in self.query(DryRunLine))
        return super().check_action(action, parameters)

    def on_dry_run_line_ran(self, message: DryRunLine.Ran) -> None:
        """There is something to show, or no longer."""
        message.stop()
        self.refresh_bindings()

    def on_dry_run_line_pressed(self, message: DryRunLine.Pressed) -> None:
        """A click, too."""
        message.stop()
        if self.check_action("which", ()):
            self.action_which()

    def action_which(self) -> None:
        """List the calls, each with what would be told and why."""
        from console.tui.screens.settings.dry_run import DryRunScreen

        ran = self.query_one(DryRunLine).ran
        if ran is not None:
            self.app.push_screen(DryRunScreen(self.door, self.site, ran))

    def save(self) -> None:
        """As ^S in the form."""
        self.editor.action_save()

    def on_editor_counted(self, message: Editor.Counted) -> None:
        """The sections mark what is not saved."""
        message.stop()
        self.count_unsaved(message.changes)

    def on_editor_saved(self, message: Editor.Saved) -> None:
        """Say so."""
        message.stop()
        self._try_anew()
        if message.answer.text:
            self.app.notify(message.answer.text, timeout=3, markup=False)
