"""The home screen."""

from textual.app import ComposeResult
from textual.widgets import Static

from console.tui.screens.desk_screen import DeskScreen


class CallsScreen(DeskScreen):
    """Live calls, and for the chosen one who is called and who calls."""

    ringing_strip = False

    def compose_body(self) -> ComposeResult:
        """Live calls beside two panels."""
        yield Static("")
