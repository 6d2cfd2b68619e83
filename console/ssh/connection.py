"""One SSH connection: who it is that knocks, and by what this is proven (RFC 4252)."""

import logging
import socket
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import asyncssh

from console.desk.accounts import Block, Credentials
from console.ssh.gate import Gate
from console.ssh.passwords import Passwords
from console.ssh.public_key import same_key, why_weak
from console.ssh.session import Session

log = logging.getLogger(__name__)

MOST_TRIES = 6  # keys and passwords on one connection, as in OpenSSH
SEND_BUFFER = 64 * 1024  # bytes the system keeps for a client that does not read
NOT_HERE = "Only the console is here: nothing is forwarded."
BY_PASSWORD = "password"


class Guarding(Protocol):
    """What all connections of a server share."""

    gate: Gate
    passwords: Passwords | None
    banner: str

    def now(self) -> datetime:
        """Now, in UTC."""
        ...

    async def credentials(self, login: str) -> Credentials | None:
        """What a log-in is checked against."""
        ...

    def failed(self, block: Block) -> None:
        """A log-in failed; what is now known of its address."""
        ...

    def session(self, connection: "Connection") -> Session:
        """A session of somebody who has logged in."""
        ...


@dataclass(frozen=True, slots=True)
class Guest:
    """Who has logged in: from where, and by what (a key's fingerprint, or "password")."""

    login: str
    address: str
    by: str

    @property
    def origin(self) -> str:
        """As the audit says it."""
        return f"{self.address} {self.by}"


class Connection(asyncssh.SSHServer):
    """Callbacks of asyncssh for one connection."""

    def __init__(self, shared: Guarding) -> None:
        self._shared = shared
        self._login = ""
        self._known: Credentials | None = None
        self._tries = 0
        self._by = ""
        self._is_in = False
        self._let_in = False
        self.address = ""
        self.sessions: set[Session] = set()

    @property
    def guest(self) -> Guest:
        """Who has logged in."""
        return Guest(self._login, self.address, self._by)

    # -- the line

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Somebody has connected; turned away at once if there are too many, or a block."""
        self._conn = conn
        peer = conn.get_extra_info("peername")
        self.address = str(peer[0]) if peer else "?"
        if why := self._shared.gate.why_not(self.address, self._shared.now()):
            log.info("%s was turned away: %s", self.address, why)
            conn.abort()
            return
        self._shared.gate.came(self.address)
        self._let_in = True
        if line := conn.get_extra_info("socket"):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        # asyncssh does not look at how much waits in its transport: a client that has given a
        # large window and then stops reading would cost so much memory.
        loud: Any = conn
        loud.pause_writing = lambda: self._held_up(True)
        loud.resume_writing = lambda: self._held_up(False)

    def connection_lost(self, exc: Exception | None) -> None:
        """The line is down; whoever tried and did not get in is remembered."""
        if not self._let_in or self._is_in:
            return
        self._shared.gate.went(self.address)
        if self._tries:
            now = self._shared.now()
            block = self._shared.gate.failed(self.address, self._login, now)
            log.warning(
                "log-in failed: %s from %s, %d tries", self._login, self.address, self._tries
            )
            self._shared.failed(block)

    def _held_up(self, held: bool) -> None:
        for session in self.sessions:
            session.held_up("line", held)

    def close(self) -> None:
        """End the connection when what was written has gone out."""
        self._conn.close()

    # -- who it is

    async def begin_auth(self, username: str) -> bool:
        """Look up what this login is checked against; the same happens for one that nobody has."""
        if self._login:
            self._count()
        self._login = username
        self._known = await self._shared.credentials(username)
        if self._known is not None and self._known.disabled:
            self._known = None
        if self._shared.banner:
            self._conn.send_auth_banner(self._shared.banner.rstrip() + "\r\n")
        return True

    def auth_completed(self) -> None:
        """It is proven."""
        self._is_in = True
        self._shared.gate.went(self.address)
        log.info("%s logged in from %s by %s", self._login, self.address, self._by)

    def public_key_auth_supported(self) -> bool:
        """Always."""
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Whether this key lets this login in; asked before and after the client has signed."""
        keys = self._known.keys if self._known else ()
        if not why_weak(key) and any(same_key(key, one.data) for one in keys):
            self._by = key.get_fingerprint()
            return True
        self._count()
        return False

    def password_auth_supported(self) -> bool:
        """Where passwords are allowed, for every login alike."""
        return self._shared.passwords is not None

    async def validate_password(self, username: str, password: str) -> bool:
        """Whether it is the password; takes as long for a login that nobody has."""
        passwords = self._shared.passwords
        if passwords is None:
            return False
        hashed = self._known.password if self._known else ""
        if await passwords.fits(password, hashed):
            self._by = BY_PASSWORD
            return True
        self._count()
        return False

    def _count(self) -> None:
        self._tries += 1
        if self._tries > MOST_TRIES:
            self._conn.disconnect(
                asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, "Too many log-ins failed."
            )

    # -- what is asked for: a session, and nothing else

    def session_requested(self) -> Session:
        """A channel for a screen or a command."""
        session = self._shared.session(self)
        self.sessions.add(session)
        return session

    def connection_requested(self, *_: Any) -> bool:
        """No forwarding of ports."""
        raise asyncssh.ChannelOpenError(asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED, NOT_HERE)

    def server_requested(self, *_: Any) -> bool:
        """No listening for others."""
        return False

    def unix_connection_requested(self, *_: Any) -> bool:
        """No forwarding of sockets."""
        raise asyncssh.ChannelOpenError(asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED, NOT_HERE)

    def unix_server_requested(self, *_: Any) -> bool:
        """No listening for others."""
        return False
