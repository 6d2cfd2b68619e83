"""A provider of text messages as a form, with a test."""

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from console.desk.notices import SendingTried, TrySending
from console.desk.rights import supervises
from console.settings.sending import Provider
from console.tui.screens.settings.form_screen import FormScreen
from console.tui.screens.settings.pane import ONLY_READ
from console.tui.screens.settings.provider_keeper import SECTION, ProviderKeeper
from console.tui.widgets.form.declared import fields_of
from console.tui.widgets.form.editor import Editor

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site

ONLY_HTTP = ("method", "headers", "body", "success")


class ProviderForm(FormScreen):
    """The declared form; what only the kind HTTP has is shown for it alone."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+t", "test", "send a test", key_display="^T", tooltip="send a text message")
    ]

    def __init__(self, door: "Door", site: "Site", name: str | None) -> None:
        """`name` is None for a new one."""
        super().__init__(door, site, "PROVIDER" if name else "NEW PROVIDER", name or "")
        self.keeper = ProviderKeeper(door, name)
        self._to = ""

    def make_editor(self) -> Editor:
        """The fields, generated from the declaration."""
        may_not = "" if supervises(self.door.operator) else ONLY_READ
        new = self.keeper.name is None
        return Editor(self.keeper, *fields_of(Provider), may_not=may_not, new=new)

    def on_editor_edited(self, _message: Editor.Edited) -> None:
        """Show the fields of the chosen kind."""
        editor = self.editor
        http = editor.draft().get("kind") == "HTTP"
        for key in ONLY_HTTP:
            editor.fields[key].display = http
        editor.recount()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Who may not change it may not try it."""
        if action == "test":
            return supervises(self.door.operator)
        return super().check_action(action, parameters)

    def action_test(self) -> None:
        """Ask to whom, send, and show what the provider says."""
        from console.tui.screens.settings.sending_test import SendingTest

        values = self.editor.draft()
        # A test needs no name.
        values["name"] = values["name"] or "test"
        if self.editor.sound() is None and self.keeper.wrong(values):
            self.editor.complain()
            return
        made = self.keeper.made_of(values).model_dump(mode="json")

        def after(sent: str | None) -> None:
            self._to = sent or self._to

        test = SendingTest(self._try, SECTION, made, "a test message", self._to, "+49 171 1234567")
        self.app.push_screen(test, after)

    async def _try(self, query: TrySending) -> SendingTried:
        return await self.door.ask(query)
