"""The form that connects an Asterisk: it logs in for real, and writes the file if that worked."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Checkbox, Input, Label, Static

PORT, TLS_PORT = "5038", "5039"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was filled in, as it was typed; contexts are separated by commas."""

    host: str
    port: str
    tls: bool
    user: str
    secret: str
    trunk_contexts: str
    phone_contexts: str


class ConnectForm(ModalScreen[bool]):
    """Host, port, TLS, user, secret and contexts; True when the file was written."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back"),
        Binding("ctrl+s", "connect", "connect"),
    ]

    def __init__(self, attempt: Callable[[Attempt], Awaitable[str]], user: str) -> None:
        super().__init__()
        self._attempt = attempt
        self._user = user

    def compose(self) -> ComposeResult:
        """One field a line, and what is going on below."""
        with VerticalScroll(classes="connect", can_focus=False):
            yield Static("Connect an Asterisk", classes="connect--title")
            yield from _field("Host", Input(placeholder="pbx.example.org", id="host"))
            yield from _field("Port", Input(PORT, id="port", restrict=r"\d*", max_length=5))
            yield from _field("TLS", Checkbox("encrypted; the certificate is checked", id="tls"))
            yield from _field("User", Input(self._user, id="user"))
            yield from _field("Secret", Input(password=True, id="secret"))
            yield from _field(
                "Calls come in by", Input(placeholder="from-trunk", id="trunk_contexts")
            )
            yield from _field(
                "Phones dial in", Input(placeholder="from-internal", id="phone_contexts")
            )
            yield Static(
                "The last two are contexts of your dialplan, several with commas.",
                classes="connect--hint",
                markup=False,
            )
            with Horizontal(classes="connect--buttons"):
                yield Button("Connect  ^S", variant="primary", id="connect", compact=True)
                yield Button("Back  Esc", id="leave", compact=True)
            yield Static("", id="said", markup=False)

    def on_checkbox_changed(self, message: Checkbox.Changed) -> None:
        """The usual port follows, as long as nobody chose another."""
        port = self.query_one("#port", Input)
        if port.value in (PORT, TLS_PORT):
            port.value = TLS_PORT if message.value else PORT

    def on_input_submitted(self) -> None:
        """Enter goes to the next field, and from the last one on."""
        if self.focused is self.query_one("#phone_contexts"):
            self.action_connect()
        else:
            self.focus_next()

    def on_button_pressed(self, message: Button.Pressed) -> None:
        """The two buttons."""
        if message.button.id == "connect":
            self.action_connect()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Back to the choices."""
        self.dismiss(False)

    def action_connect(self) -> None:
        """Try what was filled in."""
        missing = next((name for name in ("host", "user", "secret") if not self._text(name)), None)
        if missing:
            self._say(f"{missing.capitalize()} is missing.", wrong=True)
            self.query_one(f"#{missing}").focus()
            return
        self._try(
            Attempt(
                self._text("host"),
                self._text("port"),
                self.query_one("#tls", Checkbox).value,
                self._text("user"),
                self.query_one("#secret", Input).value,
                self._text("trunk_contexts"),
                self._text("phone_contexts"),
            )
        )

    @work(exclusive=True)
    async def _try(self, attempt: Attempt) -> None:
        button = self.query_one("#connect", Button)
        button.disabled = True
        self._say(f"Logging in to {attempt.host} …")
        try:
            why = await self._attempt(attempt)
        finally:
            button.disabled = False
        if why:
            self._say(why, wrong=True)
        else:
            self.dismiss(True)

    def _text(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()

    def _say(self, words: str, wrong: bool = False) -> None:
        said = self.query_one("#said", Static)
        said.set_class(wrong, "-wrong")
        said.update(words)


def _field(label: str, field: Input | Checkbox) -> ComposeResult:
    with Horizontal(classes="connect--field"):
        yield Label(label, markup=False)
        yield field
