"""Who changed which setting, when and from where; each change can be taken back."""

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from console.desk.contacts import Companies
from console.desk.notices import SettingsChange, SettingsHistory
from console.desk.ports import StoreFailed
from console.settings.live import Live
from console.tui import legible
from console.tui.screens.settings.history_rows import HistoryPen, Listed
from console.tui.screens.settings.history_words import differences, restoring, whose
from console.tui.screens.settings.pane import Pane
from console.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.desk.snapshot import Snapshot
    from console.settings.site import Site

PAGE = 50
SOON = 10  # rows before the end, the next page is asked for


class HistoryPane(Pane):
    """The changes, newest first; older ones are read as the cursor comes near them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "restore", "restore", tooltip="make it as it was before this change"),
        Binding("escape,left", "leave", "sections", show=False),
    ]

    def __init__(self, door: "Door", site: "Site") -> None:
        super().__init__(door, site)
        self._seen: Live | None = None
        self._companies: dict[int, str] = {}
        self._whole = False
        self._pen = HistoryPen(site.zone)

    def compose(self) -> ComposeResult:
        """Title and list."""
        yield Static("", markup=False, classes="pane--title")
        yield Rows(self._pen, empty=("Nobody has changed a setting yet.",))

    @property
    def rows(self) -> Rows[Listed]:
        """The list."""
        return self.query_one(Rows)

    @property
    def chosen(self) -> Listed | None:
        """The change under the cursor."""
        return self.rows.chosen if self.is_mounted else None

    # -- what is shown --------------------------------------------------------------------------

    def hear(self, snapshot: "Snapshot") -> None:
        """Ask again when the settings have become others."""
        if snapshot.settings is not self._seen and self.is_mounted:
            self._seen = snapshot.settings
            self._look()

    @work(group="history", exclusive=True)
    async def _look(self) -> None:
        """The newest page; of those that were read before, as many as there were."""
        limit = max(PAGE, len(self.rows.things))
        try:
            companies = await self.door.ask(Companies(archived=True))
            found = await self.door.ask(SettingsHistory(limit=limit))
        except StoreFailed as failure:
            self.notify(str(failure), severity="error", markup=False)
            return
        self._companies = {one.id: one.name for one in companies if one.id is not None}
        self._whole = len(found) < limit
        self._show(found)

    @work(group="history", exclusive=True)
    async def _more(self) -> None:
        have = [listed.change for listed in self.rows.things]
        try:
            found = await self.door.ask(SettingsHistory(before=have[-1].id, limit=PAGE))
        except StoreFailed as failure:
            self.notify(str(failure), severity="error", markup=False)
            return
        self._whole = len(found) < PAGE
        self._show((*have, *found))

    def _show(self, changes: tuple[SettingsChange, ...]) -> None:
        if not self.is_attached:
            return
        self._pen.now = self.door.snapshot.now
        self.rows.show(
            [Listed(one, differences(one), whose(one, self._companies)) for one in changes]
        )
        self.refresh_bindings()
        self.show_title("HISTORY", "Who changed what, and what it was before", self.may_not)

    def on_rows_moved(self, _message: Rows.Moved) -> None:
        """Near the end more is read."""
        self.refresh_bindings()
        things, chosen = self.rows.things, self.chosen
        if chosen is not None and not self._whole and chosen in things[-SOON:]:
            self._more()

    # -- what the hand does ---------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Who only reads restores nothing."""
        if action == "restore":
            return self.may_change and self.chosen is not None
        return True

    def enter(self) -> None:
        """The list has the keys."""
        self.rows.focus()

    def on_rows_chosen(self, _message: Rows.Chosen) -> None:
        """All of it."""
        from console.tui.screens.settings.history_dialog import HistoryDialog

        def then(key: str | None) -> None:
            if key == "r":
                self.action_restore()

        if (listed := self.chosen) is not None:
            now, zone = self.door.snapshot.now, self.site.zone
            dialog = HistoryDialog(listed, now, zone, may=self.may_change)
            self.app.push_screen(dialog, then)

    def action_restore(self) -> None:
        """Make the section as it was before this change, if that is meant."""
        from console.tui.screens.question import Question

        listed = self.chosen
        if listed is None:
            return
        change = listed.change
        at = legible.when(change.at, self.door.snapshot.now, self.site.zone)
        others = sum(
            (one.change.section, one.change.company_id) == (change.section, change.company_id)
            and one.change.id > change.id
            for one in self.rows.things
        )
        more = "Passwords and other secrets stay as they are now."
        if others:
            again = "change" if others == 1 else "changes"
            more = f"{others} later {again} of it will be gone, too. {more}"

        def then(key: str | None) -> None:
            if key == "y":
                command = restoring(change, self.door.snapshot.settings)
                self.post_message(self.Wish(command))

        question = f"Make “{listed.title}” as it was before {at}?"
        self.app.push_screen(Question(question, more, [("y", "Restore it")], "keeps it"), then)

    def action_leave(self) -> None:
        """Back to the sections."""
        self.post_message(self.Leave())
