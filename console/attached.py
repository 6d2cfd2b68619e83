"""The consoles of those who join a running desk on its own machine, by its Unix socket.

A terminal there is drawn on as one at the end of an SSH line is: by the same Screen, for an app of
its own. What the line carries is in frames.py.
"""

import asyncio
import importlib
import logging
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from console import frames
from console.desk.commands import Refused
from console.desk.operators import Operator

if TYPE_CHECKING:
    from console.desk.desk import Desk
    from console.desk.ports import Door
    from console.settings.site import Site
    from console.ssh.terminal import Terminal
    from console.tui.idle import IdleRules
    from console.tui.remote import RemoteConsole

log = logging.getLogger(__name__)

HIGH_WATER = 64 * 1024  # bytes that wait for a terminal before its screen is told to hold
SEND_BUFFER = 64 * 1024  # bytes the system keeps for one that does not read
LAST_WORDS = 2.0  # seconds it has to take what was still to be said
LEAVING = 8.0  # seconds all have to leave when the desk ends
DESK_ENDS = "The desk has been ended. When it runs again, come in with: hotline attach"
DUMB = "your terminal (TERM={}) can't be drawn on; set TERM to what it is, such as xterm-256color"
# Not before somebody joins: a desk without a screen needs none of it.
_HEAVY = ("console.ssh.driver", "console.ssh.screen", "console.tui.remote")

# Who has a login; Refused says why nobody has.
LetIn = Callable[[str], Awaitable[Operator | Refused]]


class Caller(Protocol):
    """What carries a terminal's bytes; calls `closed` when it breaks."""

    closed: Callable[[], None]


async def console_on(
    terminal: "Terminal",
    line: Caller,
    door: "Door",
    site: "Site",
    idle: "IdleRules | None" = None,
) -> int:
    """Show the console on a terminal that is not this process's own; the exit code.

    Without rules it may be idle.
    """
    from console.ssh.screen import Screen
    from console.tui.idle import NEVER

    screen = Screen(terminal, lambda terminal: _app(door, site, terminal, rules))
    rules = replace(idle or NEVER, end=screen.end)
    door.ending(screen.end)
    line.closed = screen.hung_up
    return await screen.run()


def _app(door: "Door", site: "Site", terminal: "Terminal", idle: "IdleRules") -> "RemoteConsole":
    from rich.color import ColorSystem

    from console.ssh.driver import driver_for
    from console.tui.remote import RemoteConsole

    few = terminal.colours is ColorSystem.STANDARD
    return RemoteConsole(door, site, driver_for(terminal), few_colours=few, idle=idle)


class Line(asyncio.Protocol):
    """One terminal's connection."""

    def __init__(self, transport: asyncio.WriteTransport) -> None:
        self._transport = transport
        self._frames = frames.Frames()
        self.terminal: Terminal | None = None
        self.closed: Callable[[], None] = lambda: None
        self.gone = False
        transport.set_write_buffer_limits(high=HIGH_WATER)
        end: socket.socket = transport.get_extra_info("socket")
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        transport.set_protocol(self)

    def write(self, data: bytes) -> None:
        """Send what is to be drawn."""
        if not self._transport.is_closing():
            self._transport.write(frames.framed(frames.OUTPUT, data))

    def end(self, code: int, why: str = "") -> None:
        """It is over; what was written before still goes out, unless nobody takes it."""
        if not self._transport.is_closing():
            self._transport.write(frames.framed(frames.END, bytes([code]) + why.encode()))
            self._transport.close()
            asyncio.get_running_loop().call_later(LAST_WORDS, self._transport.abort)

    def data_received(self, data: bytes) -> None:
        """Keys, or another size."""
        try:
            heard = self._frames.feed(data)
            for kind, what in heard:
                if self.terminal is None:
                    continue
                if kind == frames.INPUT:
                    self.terminal.typed(what)
                elif kind == frames.SIZE:
                    self.terminal.resize(frames.SIZES.unpack(what))
        except (ValueError, struct.error) as strange:
            log.warning("an attached terminal sent what is no frame: %s", strange)
            self._transport.abort()

    def pause_writing(self) -> None:
        """The terminal takes no more for now."""
        if self.terminal is not None:
            self.terminal.held_up("socket", True)

    def resume_writing(self) -> None:
        """The terminal takes more again."""
        if self.terminal is not None:
            self.terminal.held_up("socket", False)

    def connection_lost(self, failed: Exception | None) -> None:
        """The terminal has gone."""
        self.gone = True
        if self.terminal is not None:
            self.terminal.hang_up()
        self.closed()


class Attached:
    """All terminals that have joined a desk."""

    def __init__(self, desk: "Desk", site: "Site", let_in: LetIn) -> None:
        self._desk = desk
        self._site = site
        self._let_in = let_in
        self._here: dict[asyncio.Task[Any], Callable[[str], None]] = {}

    async def join(self, asked: dict[str, Any], transport: asyncio.WriteTransport) -> None:
        """Show somebody the console until it is left, or its terminal has gone.

        `asked` says who ("as"), and what the terminal is ("term", "colorterm", "size"). Raises
        KeyError, TypeError and ValueError where it does not.
        """
        login, term, colorterm = (str(asked[key]) for key in ("as", "term", "colorterm"))
        columns, rows = asked["size"]
        size = int(columns), int(rows)
        line = Line(transport)
        code, why = 1, ""
        try:
            operator = await self._let_in(login)
            if isinstance(operator, Refused):
                why = operator.why
            elif term in ("", "dumb", "unknown"):
                why = DUMB.format(term or "nothing")
            else:
                code = await self._show(operator, line, term, colorterm, size)
        except Exception:
            log.exception("the console of %s crashed", login)
            why = "sorry: this console made a mistake and had to end; the log says what happened"
        finally:
            line.end(code, why)

    async def _show(
        self, operator: Operator, line: Line, term: str, colorterm: str, size: tuple[int, int]
    ) -> int:
        for name in _HEAVY:
            await asyncio.to_thread(importlib.import_module, name)
        from console.ssh.colours import colours_of
        from console.ssh.terminal import Terminal

        if line.gone:
            return 1
        terminal = line.terminal = Terminal(line.write, size, colours_of(term, colorterm))
        # Whoever runs the desk sits at its machine: the socket lets nobody else in.
        door = self._desk.door(operator)
        task = asyncio.current_task()
        assert task is not None
        try:
            self._here[task] = door.end
            return await console_on(terminal, line, door, self._site)
        finally:
            del self._here[task]
            door.close()

    async def send_away(self) -> None:
        """The desk ends: say so to all, and let them leave."""
        for end in self._here.values():
            end(DESK_ENDS)
        if self._here:
            await asyncio.wait(self._here, timeout=LEAVING)
