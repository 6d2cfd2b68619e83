"""What is shown of a console that nobody has touched for long: nothing of callers."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from console.tui import alerts
from console.tui.cells import plain
from console.tui.widgets.form.keeper import changes

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.desk.snapshot import Snapshot

TRIES = 3
LONGEST = 200
BY_PASSWORD = "Type your password, and Enter."
BY_KEY = (
    "Enter ends this session. Come in again with ssh, which proves who\n"
    "you are; you are then where you were."
)
WRONG = "Too many wrong passwords. Come in again with ssh."


class LockScreen(ModalScreen[None]):
    """Covers everything until whoever sits there has proved who it is, or the session ends."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "leave", "end", show=False)]

    def __init__(
        self,
        door: "Door",
        *,
        by_password: bool,
        unsaved: int = 0,
        prove: Callable[[str], Awaitable[bool]],
        end: Callable[[str], None],
        unlock: Callable[[], None],
    ) -> None:
        """`unsaved` changes in forms are lost with the session, unlike all else."""
        super().__init__()
        self._door = door
        self._unsaved = unsaved
        self._by_password = by_password
        self._prove = prove
        self._end = end
        self._unlock = unlock
        self._wrong = 0
        self._checking = False

    def compose(self) -> ComposeResult:
        """Who is locked out, how to come in, and how many ring."""
        operator = self._door.operator
        with Vertical(classes="lock--box"):
            name = plain(operator.name or operator.login)
            yield Static(Content.assemble(("LOCKED  ", "bold"), name), classes="lock--title")
            yield Static(
                BY_PASSWORD if self._by_password else BY_KEY, markup=False, classes="lock--words"
            )
            if self._unsaved and not self._by_password:
                lost = f"{changes(self._unsaved)} not saved: lost with this session."
                yield Static(lost, markup=False, classes="lock--words")
            if self._by_password:
                field = Input(password=True, compact=True, max_length=LONGEST)
                field.cursor_blink = False
                yield field
                yield Static("", markup=False, classes="lock--wrong")
            yield Static("", markup=False, classes="lock--ringing")

    def on_mount(self) -> None:
        """The hand can type at once."""
        for field in self.query(Input):
            field.focus()
        self.hear(self._door.snapshot)

    def hear(self, snapshot: "Snapshot") -> None:
        """How many ring, but not who."""
        ringing = len(alerts.ringing(snapshot))
        words = f"{ringing} ringing" if ringing else ""
        if self.query(".lock--ringing"):
            self.query_one(".lock--ringing", Static).update(words)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        if event.value and not self._checking:
            self._checking = True
            self._check(event.value)

    @work(group="lock")
    async def _check(self, password: str) -> None:
        proved = await self._prove(password)
        self._checking = False
        if proved:
            self._unlock()
            return
        self._wrong += 1
        if self._wrong >= TRIES:
            self._end(WRONG)
            return
        for field in self.query(Input):
            field.value = ""
        self.query_one(".lock--wrong", Static).update("That is not your password.")

    def action_leave(self) -> None:
        """Enter, where only a new connection can prove who it is."""
        if not self._by_password:
            self._end("Come in again with ssh; you are then where you were.")
