"""The server that takes our e-mail, with a test."""

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType

from console.desk.notices import SendingTried, TrySending
from console.tui.screens.settings.alarms import password_lost
from console.tui.screens.settings.live_pane import LivePane

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.desk.snapshot import Snapshot
    from console.settings.site import Site

LOST = "The password must be entered again: its key is not here."


class ServerPane(LivePane):
    """The declared form; ^T sends a test with what it says now."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+t", "test", "send a test", key_display="^T", tooltip="send a test e-mail")
    ]

    def __init__(self, door: "Door", site: "Site") -> None:
        super().__init__(door, site, "mail_server", "Send e-mail")
        self._to = ""
        self._lost = False

    def hint(self, snapshot: "Snapshot") -> str:
        """A restored backup may lack what its secrets were encrypted with."""
        return LOST if self._lost else ""

    def look_again(self) -> None:
        """Something was stored: perhaps the password, again."""
        super().look_again()
        self._ask_lost()

    @work(group="lost", exclusive=True)
    async def _ask_lost(self) -> None:
        self._lost = await password_lost(self.door, self.site)
        self.sound_alarm(self._lost)
        self.hear(self.door.snapshot)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Who may not change it may not try it."""
        if action == "test":
            return self.may_change
        return super().check_action(action, parameters)

    def action_test(self) -> None:
        """Ask to whom, send, and show what the server says."""
        from console.tui.screens.settings.sending_test import SendingTest

        values = self.editor.sound()
        if values is None:
            self.editor.complain()
            return
        if not values["host"]:
            self.editor.fields["host"].complain("This is needed.")
            self.editor.point_at(self.editor.fields["host"])
            return
        command = self.keeper.command(values)
        to = self._to or values["sender"]

        def after(sent: str | None) -> None:
            self._to = sent or self._to

        test = SendingTest(
            self._try, command.section, command.values, "a test e-mail", to, "you@desk.example"
        )
        self.app.push_screen(test, after)

    async def _try(self, query: TrySending) -> SendingTried:
        return await self.door.ask(query)
