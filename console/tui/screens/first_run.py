"""The first start: try the demo, connect an Asterisk, or leave."""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.tui import theme
from console.tui.screens.connect_form import Attempt, ConnectForm
from console.tui.styles import sheets
from console.tui.type_ahead import TypeAheadApp

CHOICES = {
    "demo": "Try the demo\n  an invented day at an answering service; nothing is kept",
    "connect": "Connect an Asterisk\n  address, user and secret of its manager interface",
    "quit": "Quit",
}


class FirstRunScreen(Screen[None]):
    """Three ways to go on; arrows and Enter, or the mouse."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,escape", "app.quit", "quit")]

    def compose(self) -> ComposeResult:
        """A greeting and the choices."""
        with Vertical(classes="first-run"):
            yield Static("Hotline Console", classes="first-run--title", markup=False)
            yield Static(
                "Which company is called, who calls, and who was not answered.\n"
                "No PBX is configured yet.",
                classes="first-run--words",
                markup=False,
            )
            yield OptionList(
                *(Option(words, id=choice) for choice, words in CHOICES.items()), markup=False
            )
            yield Static("↑↓ choose   Enter go on   q quit", classes="first-run--keys")


class FirstRunApp(TypeAheadApp[str]):
    """Returns "demo", "connected" (the file is written), or None to leave."""

    TITLE = "Hotline"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, attempt: Callable[[Attempt], Awaitable[str]], user: str = "hotline") -> None:
        """`attempt` tests a login and writes the file: "" or why not, in a sentence."""
        super().__init__(css_path=list(sheets()))
        self._attempt = attempt
        self._user = user
        for look in theme.THEMES:
            self.register_theme(look)
        self.theme = theme.NAMES[0]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our colour tokens, for themes that don't know them."""
        return theme.defaults(self.current_theme.dark)

    def get_default_screen(self) -> Screen[None]:
        """The choices."""
        return FirstRunScreen()

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Go where the choice leads."""
        match message.option.id:
            case "connect":
                self.push_screen(ConnectForm(self._attempt, self._user), self._connected)
            case "demo":
                self.exit("demo")
            case _:
                self.exit()

    def _connected(self, connected: bool | None) -> None:
        if connected:
            self.exit("connected")
