"""What the console does by itself when something happens to a call."""

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from console.desk.commands import ChangeSettings
from console.desk.contacts import ActionFailure, ActionFailures
from console.desk.ports import StoreFailed
from console.settings.live import Action, Actions, stored
from console.tui.cells import plain
from console.tui.screens.settings.action_rows import ActionPen, Listed
from console.tui.screens.settings.list_pane import ListPane
from console.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.desk.snapshot import Snapshot
    from console.settings.site import Site

NOTHING = ("Nothing is done by itself.", "a adds an action: a link, a program, a webhook.")
LATEST = 200
LATELY = timedelta(days=7)


class ActionsPane(ListPane[Listed]):
    """The actions, each with its last failure."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "add", tooltip="add an action"),
        Binding("o", "on_off", "on/off", tooltip="turn it on or off"),
        Binding("f", "failures", "failures", tooltip="what went wrong with it, and when"),
        Binding("d", "delete", "delete", tooltip="delete it"),
    ]

    def __init__(self, door: "Door", site: "Site") -> None:
        self._pen = ActionPen(site.zone)
        super().__init__(door, site, self._pen, NOTHING)
        self._actions: Actions | None = None
        self._stored = -1
        self._failures: tuple[ActionFailure, ...] = ()

    @property
    def chosen(self) -> Action | None:
        """The action under the cursor."""
        return self.listed.action if self.listed is not None else None

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

    # -- what the hand does ---------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only keys that do something for the action under the cursor."""
        match action:
            case "add":
                return self.may_change
            case "on_off" | "delete":
                return self.may_change and self.chosen is not None
            case "failures":
                return self.listed is not None and bool(self.listed.failures)
        return True

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

    def _with(self, actions: tuple[Action, ...]) -> ChangeSettings:
        settings = self.door.snapshot.settings
        whole = settings.model_copy(update={"actions": Actions(actions=actions)})
        return ChangeSettings("actions", stored(whole, "actions"))

    def action_on_off(self) -> None:
        """Turn it on or off; it is kept either way."""
        if (chosen := self.chosen) is not None:
            changed = chosen.model_copy(update={"enabled": not chosen.enabled})
            actions = self.door.snapshot.settings.actions.actions
            with_it = tuple(changed if one.id == chosen.id else one for one in actions)
            self.post_message(self.Wish(self._with(with_it)))

    def action_delete(self) -> None:
        """Delete it, if that is meant."""
        chosen = self.chosen
        if chosen is None:
            return

        def without() -> ChangeSettings:
            actions = self.door.snapshot.settings.actions.actions
            return self._with(tuple(one for one in actions if one.id != chosen.id))

        question = f"Delete the action {plain(chosen.name)}?"
        self.ask_to_delete(question, "o would turn it off and keep it.", without)

    def action_failures(self) -> None:
        """What went wrong with it, and when."""
        from console.tui.screens.settings.failures_dialog import FailuresDialog

        if (listed := self.rows.chosen) is not None:
            now = self.door.snapshot.now
            dialog = FailuresDialog(listed.action.name, listed.failures, now, self.site.zone)
            self.app.push_screen(dialog)
