"""One app on one terminal, until it is left, ended or the line breaks; it takes nobody with it."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from textual.app import App

from console.ssh.terminal import Terminal
from console.ssh.textual_parts import leave_stdout, let_go_of_pictures

log = logging.getLogger(__name__)

# Makes the app for a terminal.
MakeApp = Callable[[Terminal], App[Any]]

APOLOGY = (
    "Sorry: this console made a mistake and had to end. Nothing that was confirmed is lost, and "
    "the log says what happened. Come in again."
)
LEAVING = 5.0  # seconds an app may take to end


class Screen:
    """Runs an app; `end` may be called at any time, also before it runs."""

    def __init__(self, terminal: Terminal, make: MakeApp) -> None:
        self._terminal = terminal
        self._make = make
        self._app: App[Any] | None = None
        self._why = ""
        self._ended = asyncio.Event()

    def end(self, why: str) -> None:
        """End it; the sentence is said on the terminal."""
        self._why = self._why or why
        self._ended.set()

    def hung_up(self) -> None:
        """The line is down."""
        self._terminal.hang_up()
        self._ended.set()

    async def run(self) -> int:
        """Run it to its end; the exit code: 0 if it was left, 1 if it was ended."""
        if self._ended.is_set():
            return self._farewell(1)
        self._app = app = self._make(self._terminal)
        leave_stdout(app)
        running = asyncio.ensure_future(app.run_async(size=self._terminal.size))
        ended = asyncio.ensure_future(self._ended.wait())
        try:
            await asyncio.wait((running, ended), return_when=asyncio.FIRST_COMPLETED)
            if not running.done():
                app.exit()
                await asyncio.wait((running,), timeout=LEAVING)
        finally:
            ended.cancel()
            if not running.done():
                log.warning("a session did not end by itself")
                running.cancel()
            await asyncio.wait((running,), timeout=LEAVING)
            let_go_of_pictures()
        if not running.done() or running.cancelled():
            return self._farewell(1)
        if failed := running.exception():
            log.error("a session crashed", exc_info=failed)
        if failed or app.return_code:
            self._why = APOLOGY
        return self._farewell(1 if self._why else 0)

    def _farewell(self, code: int) -> int:
        if self._why:
            self._terminal.write(self._why.encode() + b"\r\n")
        return code
