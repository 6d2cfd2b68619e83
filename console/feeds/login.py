"""One login to an Asterisk to see what it lets us do; for the first-run form and `hotline doctor`.

It asks only what reads: which commands the user has (ListCommands names those it may give), and
the lists that the console rebuilds its picture from.
"""

import asyncio
import contextlib
import os
import secrets
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from console.calls.text import clean
from console.feeds import tls
from console.feeds.ami import EVENT_MASK
from console.feeds.ami_wire import Block, ProtocolError, Wire, action
from console.settings.site import Feed

WITHIN = 8.0  # seconds, for everything
EVENTS_WITHIN = 1.5  # a booted Asterisk says FullyBooted at once
LISTS = {
    "CoreShowChannels": "CoreShowChannelsComplete",
    "Status": "StatusComplete",
    "QueueStatus": "QueueStatusComplete",
}
DIALPLAN = ("ShowDialPlan", "ShowDialPlanComplete")
EVENTS = frozenset(
    {"FullyBooted", "CoreShowChannel", "Status", "ListDialplan", DIALPLAN[1], *LISTS.values()}
)
# What manager.conf needs, by what the console then can do.
WRITE_CLASSES = {
    "CoreShowChannels": "reporting",
    "CoreStatus": "reporting",
    "Status": "call",
    "QueueStatus": "reporting",
}


class LoginFailed(Exception):
    """There was no login; the sentence says whose fault it is and what to look at."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What a login found: `refused` maps a list to why it isn't given.

    `version` is Asterisk's, empty if it isn't told; `events` is whether events of class system
    arrive. `contexts` and `channels` are those of the calls that live at the moment, `dialplan` all
    contexts there are (empty if it isn't told); `presentation` says whether these calls tell a
    hidden caller by the variable CALLERID(num-pres), None if there is no call to see it by.
    """

    version: str = ""
    commands: frozenset[str] = frozenset()
    refused: dict[str, str] = field(default_factory=dict)
    events: bool = False
    contexts: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    dialplan: frozenset[str] = frozenset()
    presentation: bool | None = None


async def try_login(feed: Feed, within: float = WITHIN) -> Rights:
    """Log in, look around, log off; raises LoginFailed."""
    where = f"{feed.host}:{feed.port}"
    try:
        async with asyncio.timeout(within), _connected(feed) as (reader, writer):
            return await _Visit(reader, writer).look(feed)
    except TimeoutError:
        raise LoginFailed(
            f"{where} did not answer within {within:.0f} s. Is it the right address, and does a "
            "firewall let us through?"
        ) from None
    except ssl.SSLCertVerificationError as failed:
        raise LoginFailed(
            f"The certificate of {where} is not trusted: {failed.verify_message}. "
            f"{tls.advice(failed)}"
        ) from None
    except tls.NoAuthority as failed:
        raise LoginFailed(f"{failed}.") from None
    except ssl.SSLError:
        raise LoginFailed(f"{where} does not speak TLS. Is it the port of tlsbindaddr?") from None
    except ProtocolError as wrong:
        hint = " Without TLS?" if feed.tls else " With TLS?"
        raise LoginFailed(f"{where}: {wrong}. Is it the right port (5038)?{hint}") from None
    except (OSError, EOFError) as failed:
        # A server that waits for TLS hangs up on who greets it in the clear.
        greeted = isinstance(failed, EOFError) and not feed.tls
        hint = " Or does that port want TLS?" if greeted else ""
        raise LoginFailed(
            f"{where} can't be reached: {_why(failed)}. Is manager.conf enabled = yes, its "
            f"bindaddr right, and this machine permitted?{hint}"
        ) from None


@contextlib.asynccontextmanager
async def _connected(
    feed: Feed,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection(feed.host, feed.port, ssl=tls.context(feed))
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


class _Visit:
    """A conversation in which one question is answered before the next is asked."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._wire = Wire(EVENTS)
        self._blocks: list[Block] = []
        self._booted = False

    async def look(self, feed: Feed) -> Rights:
        """Log in and ask; raises LoginFailed."""
        answer = await self._ask(
            "Login", Username=feed.user, Secret=feed.secret.get_secret_value(), Events=EVENT_MASK
        )
        if answer.name != "Success":
            said = clean(answer.get("Message")) or "no reason given"
            raise LoginFailed(
                f"Asterisk refused the login of {feed.user}: {said}. Compare user and secret with "
                "manager.conf, and its permit and deny lines with this machine's address."
            )
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(EVENTS_WITHIN):
                while not self._booted:
                    await self._next()
        listed = await self._ask("ListCommands")
        settings = await self._ask("CoreSettings")
        refused: dict[str, str] = {}
        rows: list[Block] = []
        for name, ends in LISTS.items():
            rows += await self._list(name, ends, refused)
        # Only a convenience; who may not see the dialplan may still use the console.
        plan = await self._list(*DIALPLAN, {}) if DIALPLAN[0] in listed.fields else []
        self._writer.write(action("Logoff", secrets.token_hex(8)))
        told = [row for row in rows if row.name in ("CoreShowChannel", "Status")]
        shown = [row for row in told if row.name == "Status"]
        return Rights(
            version=clean(settings.get("AsteriskVersion")),
            commands=frozenset(listed.fields) - {"Response", "ActionID"},
            refused=refused,
            events=self._booted,
            contexts=_all(told, "Context"),
            channels=_all(told, "Channel"),
            dialplan=frozenset(_all(plan, "Context")),
            presentation=any("CALLERID(num-pres)" in row.variables for row in shown)
            if shown
            else None,
        )

    async def _ask(self, name: str, **fields: str) -> Block:
        token = secrets.token_hex(8)
        try:
            self._writer.write(action(name, token, **fields))
        except ValueError as impossible:
            raise LoginFailed(f"{impossible}.") from None
        while True:
            block = await self._next()
            if block.kind == "Response" and block.get("ActionID") == token:
                return block

    async def _list(self, name: str, ends: str, refused: dict[str, str]) -> list[Block]:
        answer = await self._ask(name)
        if answer.name != "Success":
            refused[name] = clean(answer.get("Message")) or "refused"
            return []
        rows: list[Block] = []
        token = answer.get("ActionID")
        while True:
            block = await self._next()
            if block.get("ActionID") == token:
                if block.name == ends:
                    return rows
                rows.append(block)

    async def _next(self) -> Block:
        while not self._blocks:
            data = await self._reader.read(1 << 16)
            if not data:
                raise EOFError
            self._blocks = self._wire.receive(data)
        block = self._blocks.pop(0)
        self._booted = self._booted or block.name == "FullyBooted"
        return block


def _why(failed: OSError | EOFError) -> str:
    if isinstance(failed, EOFError) or failed.errno is None:
        return "the connection was closed"
    # asyncio puts the address into strerror; names that can't be resolved have errors of their own.
    known = isinstance(failed, socket.gaierror)
    return clean((failed.strerror if known else os.strerror(failed.errno)) or "no reason given")


def _all(rows: list[Block], key: str) -> tuple[str, ...]:
    return tuple(sorted({clean(row.get(key)) for row in rows if row.get(key)}))
