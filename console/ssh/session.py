"""One SSH session (RFC 4254): a screen for who has a terminal, a few commands, and no else."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Protocol

import asyncssh

from console.ssh.colours import colours_of
from console.ssh.terminal import Terminal

log = logging.getLogger(__name__)

HIGH_WATER = 64 * 1024  # bytes that wait in a channel before the screen is told to hold
NO_TERMINAL = (
    "This console needs a terminal: ssh -t. Without one, give a command, such as: calls --json"
)
DUMB = "Your terminal (TERM={}) can't be drawn on; set TERM to what it is, such as xterm-256color."
ONLY_CONSOLE = "Only the console is here: no files, no forwarding, no shell."
LONGEST_COMMAND = 2_000


class Host(Protocol):
    """What a session asks of the server."""

    def show(self, session: "Session") -> None:
        """Begin the screen of a session that has a terminal."""
        ...

    def carry_out(self, session: "Session", command: str) -> None:
        """Begin a command."""
        ...


class Session(asyncssh.SSHServerSession[bytes]):
    """Callbacks of asyncssh for one channel; what is shown on it is begun by the server."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._term: str | None = None
        self._command: str | None = None
        self._subsystem = False
        self.channel: asyncssh.SSHServerChannel[bytes]
        self.terminal: Terminal | None = None
        self.closed: Callable[[], None] = lambda: None
        self.end: Callable[[str], None] = self.refuse
        self._input: Callable[[bytes], None] = self._keep
        self._early = b""
        self._end_of_input: Callable[[], None] = lambda: None
        self._input_ended = False
        self.gone = False
        self._held: set[str] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        """The channel is open."""
        self.channel = chan
        chan.set_write_buffer_limits(high=HIGH_WATER)

    # -- what is asked for

    def pty_requested(
        self, term_type: str, term_size: tuple[int, int, int, int], term_modes: Any
    ) -> bool:
        """A terminal is there."""
        self._term = term_type
        self._size = term_size[:2]
        return True

    def shell_requested(self) -> bool:
        """The console."""
        return True

    def exec_requested(self, command: str) -> bool:
        """A command."""
        self._command = command[: LONGEST_COMMAND + 1]
        return True

    def subsystem_requested(self, subsystem: str) -> bool:
        """Files: there are none, which is said."""
        self._subsystem = True
        return True

    def session_started(self) -> None:
        """All has been asked for; begin."""
        if self._subsystem:
            self.refuse(ONLY_CONSOLE)
        elif self._command is not None:
            if len(self._command) > LONGEST_COMMAND:
                self.refuse("This command is too long.")
            else:
                self._host.carry_out(self, self._command)
        elif self._term is None:
            self.refuse(NO_TERMINAL)
        elif self._term in ("", "dumb", "unknown"):
            self.refuse(DUMB.format(self._term or "nothing"))
        else:
            colorterm = str(self.channel.get_environment().get("COLORTERM", ""))
            colours = colours_of(self._term, colorterm)
            self.terminal = Terminal(self._send, self._size, colours)
            self._host.show(self)

    def refuse(self, why: str) -> None:
        """One sentence, and exit code 1."""
        self.complain(f"{why}\n".encode())
        self.leave(1)

    def listen(self, heard: Callable[[bytes], None], ended: Callable[[], None]) -> None:
        """Give a command what the client sends, from the beginning, and say where it ends."""
        self._input, self._end_of_input = heard, ended
        early, self._early = self._early, b""
        heard(early)
        self.channel.resume_reading()
        if self._input_ended:
            ended()

    def _keep(self, data: bytes) -> None:
        # Until a command listens; meanwhile the client is not let send more.
        self._early += data
        self.channel.pause_reading()

    def complain(self, said: bytes) -> None:
        """Send what a command says on its standard error."""
        if not self.channel.is_closing():
            self.channel.write_stderr(self._lines(said))

    def _lines(self, text: bytes) -> bytes:
        """As a terminal wants its lines, where there is one: nothing between adds the CR."""
        return text if self._term is None else text.replace(b"\n", b"\r\n")

    async def print(self, said: bytes) -> None:
        """Send what a command prints; returns when the client takes more."""
        await self._flowing.wait()
        self._send(self._lines(said))

    def leave(self, code: int) -> None:
        """End the channel with an exit code; what was written before still goes out."""
        if not self.channel.is_closing():
            self.channel.exit(code)

    def _send(self, data: bytes) -> None:
        if not self.channel.is_closing():
            self.channel.write(data)

    # -- what happens

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:
        """Keys, or what a command reads."""
        if self.terminal is not None:
            self.terminal.typed(data)
        else:
            self._input(data)

    def eof_received(self) -> bool:
        """There is no more input; output may go on."""
        self._input_ended = True
        self._end_of_input()
        return self.terminal is None

    def break_received(self, msec: int) -> bool:
        """A break is no key of ours."""
        return True

    def signal_received(self, signal: str) -> None:
        """Signals are for programs; there is none."""

    def terminal_size_changed(self, width: int, height: int, pixwidth: int, pixheight: int) -> None:
        """The window has another size."""
        if self.terminal is not None:
            self.terminal.resize((width, height))

    def pause_writing(self) -> None:
        """The client takes no more for now."""
        self.held_up("channel", True)

    def resume_writing(self) -> None:
        """The client takes more again."""
        self.held_up("channel", False)

    def held_up(self, by: str, held: bool) -> None:
        """The channel, or the line below it, takes no more for now, or does again."""
        if self.terminal is not None:
            self.terminal.held_up(by, held)
        (self._held.add if held else self._held.discard)(by)
        (self._flowing.clear if self._held else self._flowing.set)()

    def connection_lost(self, exc: Exception | None) -> None:
        """The channel has closed, or the line is down."""
        self.gone = True
        if self.terminal is not None:
            self.terminal.hang_up()
        self.closed()
