"""`hotline serve`: the desk without a screen of its own, and the consoles of those who come in."""

import asyncio
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from console.attached import console_on
from console.clock import utc_now
from console.desk import commands as do
from console.desk.accounts import Block
from console.desk.changes import AddLine, PutBlock
from console.desk.door import LOCAL
from console.desk.operators import Operator
from console.desk.ports import StoreFailed
from console.garbage import Garbage
from console.settings.site import Ssh
from console.ssh_commands import Commands
from console.supervise import supervise
from console.wiring import CannotStart, House, Play, serving

if TYPE_CHECKING:
    from console.ssh.connection import Guest
    from console.ssh.passwords import Passwords
    from console.ssh.session import Session
    from console.ssh.terminal import Terminal
    from console.tui.idle import IdleRules

log = logging.getLogger(__name__)

NOT_IN = "You can't come in here any more; ask whoever manages the users."
TYPING = timedelta(seconds=5)  # after a key somebody may be in the middle of something
TOO_MANY = "You have {} sessions already, and more are not allowed; end one first (q)."


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the desk can be reached: the port, and the fingerprints of its keys."""

    port: int
    fingerprints: tuple[str, ...]


async def serve(
    play: Play, ssh: Ssh, keys: Path, ready: Callable[[House, Listening], None]
) -> None:
    """Serve until told to end; raises CannotStart and as `on_screen`."""
    from console.ssh.host_key import HostKeyFailed, host_keys
    from console.ssh.server import CantListen

    try:
        own = host_keys(keys, old_clients=ssh.old_clients)
    except HostKeyFailed as failed:
        raise CannotStart(str(failed)) from None
    prints = tuple(f"{key.get_fingerprint()} ({key.get_algorithm()})" for key in own)
    for one in prints:
        log.info("the host key is %s", one)
    # It tells of each packet's fate; what matters is logged by us.
    logging.getLogger("asyncssh").setLevel(logging.WARNING)
    # What a client's screen looks like must not depend on where the server was started.
    for name in ("NO_COLOR", "TEXTUAL_FILTERS", "TEXTUAL_ANIMATIONS"):
        os.environ.pop(name, None)

    async def beside(home: House) -> None:
        from console.ssh.gate import Gate, Limits
        from console.ssh.passwords import Passwords
        from console.ssh.server import House as Host
        from console.ssh.server import Rules, Server

        gate = Gate(Limits(ssh.strangers, ssh.strangers_of_one), await home.store.blocks())
        home.desk.follow(do.LiftBlock, lambda lifted: gate.lift(lifted.address))
        passwords = Passwords() if ssh.passwords else None
        garbage = Garbage(
            lambda: bool(home.desk.snapshot.live),
            lambda: (
                home.desk.last_key is not None and play.clock.now() - home.desk.last_key < TYPING
            ),
        )
        consoles = Consoles(play, ssh, home, garbage, passwords)
        await asyncio.to_thread(settle_down)
        host = Host(
            home.store.credentials, consoles.failed, utc_now, consoles.screen, consoles.command
        )
        rules = Rules(
            ssh.host,
            ssh.port,
            own,
            ssh.banner,
            ssh.login_seconds,
            ssh.alive_seconds,
            ssh.only_post_quantum,
        )
        server = Server(host, rules, gate, passwords)

        async def listen() -> None:
            try:
                await server.run(lambda port: ready(home, Listening(port, prints)))
            except CantListen as why:
                raise CannotStart(str(why)) from None

        try:
            async with asyncio.TaskGroup() as tasks:
                tidying = tasks.create_task(supervise("Garbage", garbage.run), name="garbage")
                await supervise("SSH", listen, fatal=(CannotStart,))
                tidying.cancel()
        finally:
            if passwords is not None:
                passwords.close()

    await serving(play, beside)


class Consoles:
    """A console for each who comes in."""

    def __init__(
        self,
        play: Play,
        ssh: Ssh,
        home: House,
        garbage: Garbage,
        passwords: "Passwords | None" = None,
    ) -> None:
        """`passwords` check them, where operators may come in by one."""
        self._play = play
        self._ssh = ssh
        self._home = home
        self._garbage = garbage
        self._passwords = passwords
        self._commands = Commands(play, home)

    def failed(self, block: Block) -> None:
        """A log-in failed."""
        self._home.desk.note(PutBlock(block))

    async def screen(self, guest: "Guest", session: "Session") -> int:
        """Show somebody the console until it is left; the exit code."""
        operator = await self._home.store.operator(guest.login)
        if operator is None:
            session.refuse(NOT_IN)
            return 1
        present = self._home.desk.snapshot.present
        # Terminals that have joined here are those of whoever runs the desk: they take no place.
        mine = [one for one in present if one.login == guest.login and one.origin != LOCAL]
        if len(mine) >= self._ssh.sessions_per_user:
            session.refuse(TOO_MANY.format(self._ssh.sessions_per_user))
            return 1
        assert session.terminal is not None
        idle = self._idle(guest.login, guest.origin)
        return await self.console(operator, guest.origin, session.terminal, session, idle)

    def _idle(self, login: str, origin: str) -> "IdleRules":
        """What happens to a console elsewhere that nobody touches."""
        from console.tui.idle import IdleRules

        async def hashed() -> str:
            try:
                known = await self._home.store.credentials(login)
            except StoreFailed as failure:
                log.warning("a password could not be looked up: %s", failure)
                return ""
            return known.password if known is not None and not known.disabled else ""

        async def has_password() -> bool:
            return self._passwords is not None and bool(await hashed())

        async def prove(password: str) -> bool:
            proved = self._passwords is not None and await self._passwords.fits(
                password, await hashed()
            )
            if not proved:
                log.warning("%s (%s) gave a wrong password to a locked console", login, origin)
                line = AddLine("unlock refused", login, login, self._play.clock.now())
                self._home.desk.note(line, origin)
            return proved

        return IdleRules(self._ssh.lock_minutes, self._ssh.end_minutes, has_password, prove)

    async def console(
        self,
        operator: Operator,
        origin: str,
        terminal: "Terminal",
        session: "Session",
        idle: "IdleRules | None" = None,
    ) -> int:
        """A console on a terminal, for somebody who is known; without rules it may be idle."""
        door = self._home.desk.door(operator, origin)
        session.end = door.end
        try:
            return await console_on(terminal, session, door, self._play.site, idle)
        finally:
            door.close()
            self._garbage.session_ended()

    async def command(self, guest: "Guest", session: "Session", command: str) -> int:
        """Carry out one of a few commands."""
        operator = await self._home.store.operator(guest.login)
        if operator is None:
            session.refuse(NOT_IN)
            return 1
        return await self._commands.carry_out(operator, guest.origin, session, command)


def settle_down() -> None:
    """Import what every session needs before the first comes."""
    import console.ssh.driver
    import console.ssh.screen
    import console.tui.remote
    import console.tui.screens.unanswered  # noqa: F401
