"""The SSH server: listens, lets in, and runs each session so that it takes no other with it."""

import asyncio
import contextvars
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncssh

from console.desk.accounts import Block, Credentials
from console.ssh import algorithms
from console.ssh.connection import Connection, Guest
from console.ssh.gate import Gate
from console.ssh.passwords import Passwords
from console.ssh.screen import APOLOGY
from console.ssh.session import Session

log = logging.getLogger(__name__)

VERSION = "Hotline"  # no number: it would tell what is worth trying
KEEPALIVE_MISSED = 3
CLOSING = "The desk is closing. Come in again in a moment."
GOODBYE = 3.0  # seconds sessions may take to end


class CantListen(Exception):
    """The port can't be had; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class House:
    """What the server needs of the desk; each session is given who it is.

    `screen` and `command` run to the end of a session; the answer is the exit code.
    """

    credentials: Callable[[str], Awaitable[Credentials | None]]
    failed: Callable[[Block], None]
    now: Callable[[], datetime]
    screen: Callable[[Guest, Session], Awaitable[int]]
    command: Callable[[Guest, Session, str], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Rules:
    """How it listens: `login_seconds` is the time to log in, `alive_seconds` between two questions
    whether the client is still there."""

    host: str
    port: int
    keys: Sequence[asyncssh.SSHKey]
    banner: str = ""
    login_seconds: float = 30.0
    alive_seconds: float = 15.0
    only_post_quantum: bool = False


class Server:
    """Implements what connections and sessions ask; `passwords` is None where none are taken."""

    def __init__(self, house: House, rules: Rules, gate: Gate, passwords: Passwords | None) -> None:
        self.gate = gate
        self.passwords = passwords
        self.banner = rules.banner
        self._house = house
        self._rules = rules
        self._tasks: asyncio.TaskGroup | None = None
        self._running: dict[asyncio.Task[None], Session] = {}
        # Sessions begin in the context of the server: never in that of another session's app.
        self._context = contextvars.copy_context()

    async def run(self, listening: Callable[[int], None] = lambda port: None) -> None:
        """Serve until cancelled; `listening` is told the port. Raises CantListen."""
        rules = self._rules
        try:
            acceptor = await asyncssh.listen(
                rules.host,
                rules.port,
                server_factory=lambda: Connection(self),
                server_host_keys=list(rules.keys),
                server_version=VERSION,
                encoding=None,
                line_editor=False,
                allow_scp=False,
                agent_forwarding=False,
                x11_forwarding=False,
                kbdint_auth=False,
                host_based_auth=False,
                gss_host=None,
                login_timeout=rules.login_seconds,
                keepalive_interval=rules.alive_seconds,
                keepalive_count_max=KEEPALIVE_MISSED,
                config=None,
                **algorithms.options(only_post_quantum=rules.only_post_quantum),
            )
        except OSError as failed:
            raise CantListen(
                f"Port {rules.port} of {rules.host or 'this machine'} can't be listened on: "
                f"{failed.strerror or failed}. Choose another with --port, or end who has it."
            ) from None
        try:
            async with asyncio.TaskGroup() as self._tasks:
                listening(acceptor.get_port())
                try:
                    await asyncio.Event().wait()
                finally:
                    acceptor.close()
                    await self._say_goodbye()
        finally:
            self._tasks = None
            acceptor.close()

    async def _say_goodbye(self) -> None:
        """Send everybody out, who are told why."""
        for session in self._running.values():
            session.end(CLOSING)
        if self._running:
            await asyncio.wait(self._running, timeout=GOODBYE)

    # -- what connections ask

    def now(self) -> datetime:
        """Now, in UTC."""
        return self._house.now()

    async def credentials(self, login: str) -> Credentials | None:
        """What a log-in is checked against."""
        return await self._house.credentials(login)

    def failed(self, block: Block) -> None:
        """A log-in failed."""
        self._house.failed(block)

    def session(self, connection: Connection) -> Session:
        """A session of somebody who has logged in."""
        return Session(_Hosting(self, connection))

    # -- what sessions ask

    def begin(
        self, connection: Connection, session: Session, doing: Callable[[Guest], Awaitable[int]]
    ) -> None:
        """Run what a session shows or does, in a task of its own."""
        if self._tasks is None:
            session.refuse(CLOSING)
            return
        task = self._tasks.create_task(
            self._to_the_end(connection, session, doing),
            name=f"session of {connection.guest.login}",
            context=self._context.copy(),
        )
        self._running[task] = session
        task.add_done_callback(self._running.pop)

    async def _to_the_end(
        self, connection: Connection, session: Session, doing: Callable[[Guest], Awaitable[int]]
    ) -> None:
        code = 1
        try:
            code = await doing(connection.guest)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("a session of %s crashed", connection.guest.login)
            session.refuse(APOLOGY)
        finally:
            connection.sessions.discard(session)
            session.leave(code)


class _Hosting:
    """One session's way to the server."""

    def __init__(self, server: Server, connection: Connection) -> None:
        self._server = server
        self._connection = connection

    def show(self, session: Session) -> None:
        """Begin the screen of a session that has a terminal."""
        house = self._server._house
        self._server.begin(self._connection, session, lambda guest: house.screen(guest, session))

    def carry_out(self, session: Session, command: str) -> None:
        """Begin a command."""
        house = self._server._house
        self._server.begin(
            self._connection, session, lambda guest: house.command(guest, session, command)
        )
