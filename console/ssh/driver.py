"""Textual's driver for a terminal elsewhere: no thread, no signal, no termios."""

import asyncio
import codecs
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import events, messages
from textual.constants import ESCAPE_DELAY as ESCAPE
from textual.driver import Driver
from textual.geometry import Size
from textual.message import Message

from console.ssh.colours import in_fewer
from console.ssh.sequences import ENTER, LEAVE
from console.ssh.terminal import Terminal
from console.ssh.textual_parts import Parser

if TYPE_CHECKING:
    from textual.app import App

# Seconds: a little longer than Textual lets a lone Escape wait for the rest of a key.
ESCAPE_DELAY = ESCAPE + 0.01


class TerminalDriver(Driver):
    """Draws on a Terminal, and turns what it sends into Textual's events."""

    def __init__(self, app: "App[Any]", terminal: Terminal, **options: Any) -> None:
        options["size"] = terminal.size
        super().__init__(app, **options)
        self._terminal = terminal
        self._fewer = in_fewer(terminal.colours)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._parser = Parser()
        self._escape: asyncio.TimerHandle | None = None
        self._frame: list[str] = []
        self._batched = False
        self._on = False

    # -- to the terminal

    def write(self, data: str) -> None:
        """Send text; all that is written in one turn of the loop goes as one."""
        if not self._frame:
            self._loop.call_soon(self.flush)
        self._frame.append(data)

    def flush(self) -> None:
        """Send what was written since."""
        if self._frame:
            frame, self._frame = "".join(self._frame), []
            if self._fewer is not None:
                frame = self._fewer(frame)
            self._terminal.write(frame.encode("utf-8", "replace"))

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        self._on = True
        self.write(ENTER)
        self.resized(self._terminal.size)
        self._terminal.listen(self)
        self.behind(self._terminal.is_behind)

    def disable_input(self) -> None:
        """Listen no more."""
        self._on = False
        if self._escape is not None:
            self._escape.cancel()

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was."""
        self.disable_input()
        self.write(LEAVE)
        self.flush()

    # -- from the terminal

    def typed(self, data: bytes) -> None:
        """Bytes came: keys, clicks, pastes, answers of the terminal."""
        if not self._on:
            return
        if self._escape is not None:
            self._escape.cancel()
            self._escape = None
        self._hear(self._parser.feed(self._decode(data)))
        if self._parser.waits:
            self._escape = self._loop.call_later(ESCAPE_DELAY, self._no_more)

    def _no_more(self) -> None:
        self._escape = None
        self._hear(self._parser.tick())

    def _hear(self, heard: list[Message]) -> None:
        for message in heard:
            # The size is told by the line; a terminal that tells it in the stream is not asked.
            if self._on and not isinstance(message, messages.InBandWindowResize):
                self.process_message(message)

    def send_message(self, message: Message) -> None:
        """To the app: we are on its loop already."""
        self._app.post_message(message)

    def resized(self, size: tuple[int, int]) -> None:
        """The terminal has another size."""
        if self._on:
            new = Size(*size)
            self.process_message(events.Resize(new, new))

    def behind(self, is_behind: bool) -> None:
        """A terminal that does not keep up is sent nothing until it has; then all that changed."""
        if is_behind == self._batched:
            return
        self._batched = is_behind
        if is_behind:
            self._app._begin_batch()
        else:
            self._app._end_batch()
            if self._on:
                self._app.call_later(self._draw_all)

    def _draw_all(self) -> None:
        self._app.screen.refresh(layout=True)

    # -- what a server does for nobody

    def open_url(self, url: str, new_tab: bool = True) -> None:
        """Never: the browser would be the server's."""

    def deliver_binary(self, *_: Any, **__: Any) -> None:
        """Never: the file would be the server's."""


def driver_for(terminal: Terminal) -> Any:
    """What Textual calls to make its driver."""
    return partial(TerminalDriver, terminal=terminal)
