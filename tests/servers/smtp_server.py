"""An SMTP server (aiosmtpd) on loopback that behaves as badly as a test says."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from .certificates import Certificates

USER, PASSWORD = "desk", "s3cr\u00e4t"

HANG, DROP = "hang", "drop"


@dataclass
class Behaviour:
    """What is done instead of the usual, by command: HANG, DROP, or a reply.

    Also at `greeting` and at `body` (after the whole mail has come). `from_mail` on: how many
    mails a connection takes before `then` holds instead.
    """

    instead: Mapping[str, str] = field(default_factory=dict)
    from_mail: int = 0
    then: Mapping[str, str] = field(default_factory=dict)
    without: frozenset[str] = frozenset()  # extensions that are not offered


@dataclass
class Seen:
    """What came."""

    connections: int = 0
    names: list[str] = field(default_factory=list)  # of EHLO
    commands: list[str] = field(default_factory=list)
    mails: list[Envelope] = field(default_factory=list)
    open: set[asyncio.BaseTransport] = field(default_factory=set)


class Server:
    """Where it is, how it behaves, and what it has seen; both may be changed meanwhile."""

    def __init__(self, behaviour: Behaviour, tls: Certificates | None, implicit: bool) -> None:
        self.behaviour = behaviour
        self.seen = Seen()
        self.port = 0
        self.implicit = implicit
        self.context: ssl.SSLContext | None = None
        if tls is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(tls.certificate, tls.key)

    def protocol(self) -> _Protocol:
        self.seen.connections += 1
        return _Protocol(
            self,
            enable_SMTPUTF8="SMTPUTF8" not in self.behaviour.without,
            tls_context=None if self.implicit else self.context,
            auth_required=False,
            # It does not know of TLS that began before it.
            auth_require_tls=self.context is not None and not self.implicit,
            authenticator=_authenticate,
            hostname="mail.test",
        )


def _authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, data: Any
) -> AuthResult:
    good = LoginPassword(USER.encode(), PASSWORD.encode())
    # handled=False: else it says nothing, and the client waits.
    return AuthResult(success=mechanism in ("LOGIN", "PLAIN") and data == good, handled=False)


class _Handler:
    def __init__(self, server: Server) -> None:
        self._server = server

    async def handle_EHLO(  # noqa: N802
        self, protocol: _Protocol, session: Session, _envelope: Envelope, name: str, replies: Any
    ) -> list[str]:
        session.host_name = name
        self._server.seen.names.append(name)
        without = self._server.behaviour.without
        return [line for line in replies if line[4:].partition(" ")[0] not in without]

    async def handle_DATA(  # noqa: N802
        self, protocol: _Protocol, _session: Session, envelope: Envelope
    ) -> str:
        self._server.seen.mails.append(envelope)
        protocol.mails += 1
        reply = await protocol.instead("body")
        return reply or "250 2.0.0 taken"


class _Protocol(SMTP):
    def __init__(self, server: Server, **options: Any) -> None:
        super().__init__(_Handler(server), **options)
        self.owner = server
        self.mails = 0
        self._greeted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.owner.seen.open.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.owner.seen.open.clear()
        super().connection_lost(error)

    async def instead(self, step: str) -> str:
        """Do what is done here instead; a reply to give, or nothing."""
        behaviour = self.owner.behaviour
        late = behaviour.from_mail and self.mails >= behaviour.from_mail
        what = (behaviour.then if late else behaviour.instead).get(step, "")
        if what == HANG:
            await asyncio.sleep(3600)
        if what == DROP:
            self.transport.abort()
            await asyncio.sleep(3600)
        return what

    async def push(self, status: Any) -> None:
        if not self._greeted:
            self._greeted = True
            status = await self.instead("greeting") or status
        await super().push(status)


def _overridden(command: str) -> Any:
    usual = getattr(SMTP, f"smtp_{command}")

    async def act(self: _Protocol, argument: str) -> None:
        self.owner.seen.commands.append(command)
        if reply := await self.instead(command):
            await self.push(reply)
            if reply.startswith("421"):
                self.transport.close()
            return
        await usual(self, argument)

    # aiosmtpd reads who may use a command from its functions.
    act.__dict__.update(usual.__dict__)
    return act


for _command in ("EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "RSET", "QUIT"):
    setattr(_Protocol, f"smtp_{_command}", _overridden(_command))


@asynccontextmanager
async def smtp_server(
    behaviour: Behaviour | None = None,
    tls: Certificates | None = None,
    *,
    implicit: bool = False,
    port: int = 0,
) -> AsyncIterator[Server]:
    """Serve until the end of the block; `implicit`: TLS from the first byte, else STARTTLS."""
    server = Server(behaviour or Behaviour(), tls, implicit)
    listening = await asyncio.get_running_loop().create_server(
        server.protocol, "127.0.0.1", port, ssl=server.context if implicit else None
    )
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for transport in [*server.seen.open]:
            transport.abort()  # type: ignore[attr-defined]
        await asyncio.sleep(0)
