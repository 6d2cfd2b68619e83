"""The console on the terminal it was started from."""

import logging

from textual.driver import Driver

from console.tui.app import HotlineApp
from console.tui.screens.desk_screen import DeskScreen

log = logging.getLogger(__name__)


class LocalConsole(HotlineApp):
    """When it crashes, the log is told why, and the terminal stays clean."""

    def get_driver_class(self) -> type[Driver]:
        """The driver of this terminal."""
        from console.tui.local_driver import LocalDriver

        return LocalDriver

    def _fatal_error(self) -> None:
        # Textual would print the traceback with all local variables: names and numbers of callers.
        log.exception("the screen crashed")
        self._close_messages_no_wait()

    async def name_operator(self) -> None:
        """The door knows by now who sits at it: draw again what names the operator."""
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen):
                await screen.recompose()
                screen.hear(self.door.snapshot)
