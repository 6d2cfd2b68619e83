"""A dialog that gives somebody a password, typed twice."""

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

from console.desk.commands import Refused, SetPassword
from console.tui.cells import plain
from console.tui.screens.dialog import Dialog
from console.tui.widgets.footer import Key

if TYPE_CHECKING:
    from console.desk.ports import Door

LONGEST = 200
HINT = "At least 10 characters. It lets in only where the configuration has [ssh] passwords = true."


class PasswordDialog(Dialog[None]):
    """Stores it, or says why it won't do."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "leave", priority=True),
        Binding("up", "app.focus_previous", "field before", show=False),
        Binding("down", "app.focus_next", "next field", show=False),
    ]
    keys = (Key("⏎", "stores it", "enter"), Key("esc", "leaves", "escape"))

    def __init__(self, door: "Door", login: str) -> None:
        super().__init__()
        self._door = door
        self._login = login

    def compose_body(self) -> ComposeResult:
        """Whose it is, two fields."""
        yield Static(f"PASSWORD  {plain(self._login)}", markup=False, classes="dialog--title")
        for name in ("The password", "The same again"):
            field = Input(placeholder=name, password=True, compact=True, max_length=LONGEST)
            field.cursor_blink = False
            yield field
        yield Static(HINT, markup=False, classes="dialog--hint")

    def on_mount(self) -> None:
        """The hand can type at once."""
        self.query(Input).first().focus()

    def _say(self, words: str) -> None:
        hint = self.query_one(".dialog--hint", Static)
        hint.set_class(True, "-warning")
        hint.update(plain(words))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on, then stores."""
        event.stop()
        first, again = self.query(Input)
        if event.input is first:
            again.focus()
        elif not first.value:
            self._say("Type it in both fields.")
        elif first.value != again.value:
            self._say("The two are not the same.")
            again.value = ""
        else:
            self._store(first.value)

    @work(group="form", exclusive=True)
    async def _store(self, password: str) -> None:
        answer = await self._door.do(SetPassword(self._login, password))
        if isinstance(answer, Refused):
            self._say(answer.why)
            return
        self.app.notify(answer.text, timeout=3, markup=False)
        self.dismiss(None)
