"""Send a test: to whom, how far it is, and what the other side said."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from console.desk.notices import SendingTried, TrySending
from console.desk.ports import StoreFailed
from console.settings.notices import Mail, TextMessages
from console.tui.cells import plain
from console.tui.screens.dialog import Dialog
from console.tui.widgets.footer import Key
from console.tui.widgets.form.declared import refusals

Ask = Callable[[TrySending], Awaitable[SendingTried]]


class SendingTest(Dialog[str | None]):
    """Answers to whom it was sent, None if nothing was; it stays to be read until Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave"),
        Binding("up", "scroll(-1)", "scroll", show=False, priority=True),
        Binding("down", "scroll(1)", "scroll", show=False, priority=True),
    ]
    keys = (Key("⏎", "sends", "enter"), Key("esc", "leaves", "escape"))

    def __init__(
        self, ask: Ask, section: str, values: dict[str, Any], what: str, to: str, hint: str
    ) -> None:
        """`what` is sent ("a test e-mail"), `to` proposed, `hint` like what an address looks."""
        super().__init__()
        self._ask = ask
        self._section, self._values = section, values
        self._what, self._to, self._hint = what, to, hint
        self._sent: str | None = None
        self._seconds = 0
        self._timer: Timer | None = None

    def compose_body(self) -> ComposeResult:
        """To whom, and what came of it."""
        yield Static(Content(f"Send {self._what} to"), classes="dialog--title")
        field = Input(self._to, placeholder=self._hint, compact=True, max_length=254)
        field.cursor_blink = False
        yield field
        words = "With what the form says now, saved or not."
        yield Static(Content(words), classes="dialog--hint")
        yield Static("", markup=False, classes="sending-test--verdict")
        with VerticalScroll(can_focus=False):
            yield Static("", markup=False, classes="sending-test--said")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Send it."""
        event.stop()
        to = event.value.strip()
        if not to:
            what = "an address" if self._section == "mail_server" else "a number"
            self._say(f"To whom? Type {what}.", wrong=True)
        elif wrong := _wrong_with(self._section, to):
            self._say(wrong, wrong=True)
        else:
            self._send(to)

    @work(group="test", exclusive=True)
    async def _send(self, to: str) -> None:
        self._seconds = 0
        self._say("Sends …   Esc cancels")
        self._timer = self.set_interval(1, self._tick)
        try:
            tried = await self._ask(TrySending(self._section, self._values, to))
        except StoreFailed as failure:
            tried = SendingTried(False, str(failure))
        finally:
            self._timer.stop()
            self._timer = None
        self._sent = to
        if self.is_attached:
            self._say(tried.words, tried.said, wrong=not tried.ok)

    def _tick(self) -> None:
        self._seconds += 1
        self._say(f"Sends … {self._seconds} s   Esc cancels")

    def _say(self, words: str, said: tuple[str, ...] = (), *, wrong: bool = False) -> None:
        busy = self._timer is not None
        look = "bold $lost" if wrong else "" if busy else "bold $well"
        self.query_one(".sending-test--verdict", Static).update(Content.styled(plain(words), look))
        lines = [Content.assemble(("  ", ""), (plain(line), "$quiet")) for line in said]
        self.query_one(".sending-test--said", Static).update(Content("\n").join(lines))
        # What the server says last decides.
        self.query_one(VerticalScroll).scroll_end(animate=False)

    def action_scroll(self, step: int) -> None:
        """A long talk is read line by line."""
        self.query_one(VerticalScroll).scroll_relative(y=step, animate=False)

    def action_leave(self) -> None:
        """Stop sending; else leave."""
        busy = [one for one in self.workers if one.group == "test" and one.node is self]
        for worker in busy:
            worker.cancel()
        if busy:
            self._say("Cancelled. Whether it was sent is not known.", wrong=True)
        else:
            self.dismiss(self._sent)


def _wrong_with(section: str, to: str) -> str:
    # As where the recipients of notices are declared.
    model = Mail if section == "mail_server" else TextMessages
    return refusals(model, {"to": (to,)}).get("to", "")
