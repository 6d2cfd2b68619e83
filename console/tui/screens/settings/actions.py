"""What the console does by itself when something happens to a call."""

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from console.desk.commands import ChangeSettings
from console.desk.contacts import ActionFailure, ActionFailures
from console.desk.ports import StoreFailed
from console.settings.live import Action, Actions, stored
from console.tui.cells import plain
from console.tui.screens.settings.action_rows import ActionPen, Listed
from console.tui.screens.settings.pane import Pane
from console.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.desk.snapshot import Snapshot
    from console.settings.site import Site

NOTHING = ("Nothing is done by itself.", "a adds an action: a link, a program, a webhook.")
LATEST = 200
LATELY = timedelta(days=7)


class ActionsPane(Pane):
    """The actions, each with its last failure."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "add", tooltip="add an action"),
        Binding("o", "on_off", "on/off", tooltip="turn it on or off"),
        Binding("f", "failures", "failures", tooltip="what went wrong with it, and when"),
        Binding("d", "delete", "delete", tooltip="delete it"),
        Binding("escape,left", "leave", "sections", show=False),
    ]

    def __init__(self, door: "Door", site: "Site") -> None:
        super().__init__(door, site)
        self._actions: Actions | None = None
        self._stored = -1
        self._failures: tuple[ActionFailure, ...] = ()
        self._pen = ActionPen(site.zone)

    def compose(self) -> ComposeResult:
        """Title and list."""
        yield Static("", markup=False, classes="pane--title")
        yield Rows(self._pen, empty=NOTHING if self.may_change else NOTHING[:1])

    @property
    def rows(self) -> Rows[Listed]:
        """The list."""
        return self.query_one(Rows)

    @property
    def chosen(self) -> Action | None:
        """The action under the cursor."""
        listed = self.rows.chosen if self.is_mounted else None
        return listed.action if listed is not None else None

    def hear(self, snapshot: "Snapshot") -> None:
        """Show the actions in force; ask for failures when something was stored."""
        changed = snapshot.settings.actions is not self._actions
        self._actions = snapshot.settings.actions
        if changed:
            self._show()
        if snapshot.stored != self._stored:
            self._stored = snapshot.stored
            self._ask()

    @work(group="failures", exclusive=True)
    async def _ask(self) -> None:
        try:
            self._failures = await self.door.ask(ActionFailures(LATEST))
        except StoreFailed as failure:
            self.notify(str(failure), severity="error", markup=False)
            return
        self._show()

    def _show(self) -> None:
        if self._actions is None or not self.is_mounted:
            return
        failed: dict[str, list[ActionFailure]] = {}
        for failure in self._failures:
            failed.setdefault(failure.action, []).append(failure)
        listed = tuple(
            Listed(action, tuple(failed.get(action.id, ()))) for action in self._actions.actions
        )
        self._pen.now = self.door.snapshot.now
        self.rows.show(listed)
        self.refresh_bindings()
        since = self.door.snapshot.now - LATELY
        broken = sum(bool(one.failures) and one.failures[0].at > since for one in listed)
        self.show_title("ACTIONS", f"▲ {broken} failed lately" if broken else "", self.may_not)

    def on_rows_moved(self, _message: Rows.Moved) -> None:
        """Other keys are of use for another action."""
        self.refresh_bindings()

    # -- what the hand does ---------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only keys that do something for the action under the cursor."""
        match action:
            case "add":
                return self.may_change
            case "on_off" | "delete":
                return self.may_change and self.chosen is not None
            case "failures":
                listed = self.rows.chosen if self.is_mounted else None
                return listed is not None and bool(listed.failures)
        return True

    def enter(self) -> None:
        """The list has the keys."""
        self.rows.focus()

    def on_rows_chosen(self, _message: Rows.Chosen) -> None:
        """Enter, or a double-click."""
        if (action := self.chosen) is not None:
            self._open_form(action.id)

    def action_add(self) -> None:
        """A new action."""
        self._open_form(None)

    def _open_form(self, id: str | None) -> None:
        from console.tui.screens.settings.action_form import ActionForm

        form = ActionForm(self.door, self.site, id)

        def after(_answer: None) -> None:
            self._show()
            self.rows.go_to(form.keeper.id)

        self.app.push_screen(form, after)

    def _replace(self, actions: tuple[Action, ...]) -> None:
        settings = self.door.snapshot.settings
        whole = settings.model_copy(update={"actions": Actions(actions=actions)})
        self.post_message(self.Wish(ChangeSettings("actions", stored(whole, "actions"))))

    def action_on_off(self) -> None:
        """Turn it on or off; it is kept either way."""
        if (chosen := self.chosen) is not None:
            changed = chosen.model_copy(update={"enabled": not chosen.enabled})
            actions = self.door.snapshot.settings.actions.actions
            self._replace(tuple(changed if one.id == chosen.id else one for one in actions))

    def action_delete(self) -> None:
        """Delete it, if that is meant."""
        from console.tui.screens.question import Question

        chosen = self.chosen
        if chosen is None:
            return

        def then(key: str | None) -> None:
            if key == "y":
                actions = self.door.snapshot.settings.actions.actions
                self._replace(tuple(one for one in actions if one.id != chosen.id))

        question = f"Delete the action {plain(chosen.name)}?"
        more = "o would turn it off and keep it."
        self.app.push_screen(Question(question, more, [("y", "Delete it")], "keeps it"), then)

    def action_failures(self) -> None:
        """What went wrong with it, and when."""
        from console.tui.screens.settings.failures_dialog import FailuresDialog

        if (listed := self.rows.chosen) is not None:
            now = self.door.snapshot.now
            dialog = FailuresDialog(listed.action.name, listed.failures, now, self.site.zone)
            self.app.push_screen(dialog)

    def action_leave(self) -> None:
        """Back to the sections."""
        self.post_message(self.Leave())
