"""The one link between a PBX's socket and a dialect: it connects, pumps, watches, comes back.

    socket --bytes--> dialect.receive --events--> hear(events, at)

Nothing here draws or stores: Asterisk cuts off whoever leaves some 3 MB unread.
"""

import asyncio
import logging
import random
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from console.calls.events import CallEvent, FeedLost
from console.desk.ports import Clock
from console.feeds import tls
from console.feeds.ami_wire import ProtocolError
from console.feeds.outgoing import Outgoing, Progress, Stage
from console.settings.site import Feed

log = logging.getLogger(__name__)

CONNECT_WITHIN = 10.0  # seconds, for connection and TLS
LOGIN_WITHIN = 10.0
CHECK_EVERY = 10.0  # a ping, or the list of what lives
LOST_AFTER = 30.0  # without a sign of life
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
AT_ONCE = 1 << 16
ACCEPT_WITHIN = 5.0  # a call that was asked for
RING_WITHIN = 3.0  # after that


class Dialect(Protocol):
    """What the link needs of a PBX dialect; it is sans-IO."""

    @property
    def logged_in(self) -> bool:
        """Whether the PBX has let us in."""
        ...

    def greet(self) -> bytes:
        """What is sent when the connection is up."""
        ...

    def receive(self, data: bytes) -> Sequence[CallEvent]:
        """What the bytes tell; raises ProtocolError."""
        ...

    def pending(self) -> bytes:
        """What is to be sent now."""
        ...

    def check(self) -> bytes:
        """What asks for a sign of life."""
        ...

    def call(self, outgoing: Outgoing) -> str:
        """Ask for a call, to be sent by `pending`; its id. Raises ValueError."""
        ...

    def news(self) -> Sequence[Progress]:
        """How far such calls have come."""
        ...


class NotConnected(Exception):
    """The PBX can't be asked for anything now; the sentence says why."""


class _Lost(Exception):
    """The connection is no more; the sentence says why, `silent` for how many seconds already."""

    def __init__(self, why: str, silent: float = 0.0) -> None:
        super().__init__(why)
        self.silent = silent


class Link:
    """Keeps one feed connected for as long as `run` is not cancelled."""

    def __init__(
        self,
        feed: Feed,
        dialect: Callable[[], Dialect],
        hear: Callable[[Sequence[CallEvent], datetime], None],
        clock: Clock,
        *,
        check_every: float = CHECK_EVERY,
        lost_after: float = LOST_AFTER,
    ) -> None:
        """`dialect` makes a new one for every connection: nothing of an old one is true."""
        self._feed = feed
        self._dialect = dialect
        self._hear = hear
        self._clock = clock
        self._check_every = check_every
        self._lost_after = lost_after
        self._line: tuple[Dialect, asyncio.StreamWriter] | None = None
        self._why_not = "it is not connected yet"
        self._calls: dict[str, asyncio.Queue[Progress]] = {}

    async def run(self) -> None:
        """Connect, listen, and connect again after a growing wait, until cancelled."""
        wait = FIRST_WAIT
        while True:
            dialect = self._dialect()
            try:
                await self._listen(dialect)
            except (_Lost, ProtocolError) as lost:
                why, silent = str(lost), lost.silent if isinstance(lost, _Lost) else 0.0
            if dialect.logged_in:
                wait = FIRST_WAIT
            self._hang_up(why)
            log.warning("%s: %s; again in %.1f s", self._feed.name, why, wait)
            self._hear([FeedLost(self._feed.name, why, silent)], self._clock.now())
            # Jitter: many consoles must not come back to a restarted PBX in the same instant.
            await asyncio.sleep(wait * random.uniform(0.7, 1.3))
            wait = min(wait * 2, LONGEST_WAIT)

    async def call(self, outgoing: Outgoing) -> Progress:
        """Ask the PBX for a call and return how far it has come in a few seconds.

        Raises NotConnected, and ValueError for what can't be dialled.
        """
        if self._line is None or not self._line[0].logged_in:
            raise NotConnected(self._why_not)
        dialect, writer = self._line
        id = dialect.call(outgoing)
        self._calls[id] = asyncio.Queue()
        try:
            writer.write(dialect.pending())
            return await self._come(id)
        finally:
            del self._calls[id]

    async def _come(self, id: str) -> Progress:
        """The first news that says more than that it will be tried; that, if there is no other."""
        latest = Progress(id, Stage.LOST, f"no answer within {ACCEPT_WITHIN:.0f} s")
        try:
            async with asyncio.timeout(ACCEPT_WITHIN):
                latest = await self._calls[id].get()
            async with asyncio.timeout(RING_WITHIN):
                while latest.stage is Stage.ACCEPTED:
                    latest = await self._calls[id].get()
        except TimeoutError:
            pass
        return latest

    def _tell(self, news: Sequence[Progress]) -> None:
        for one in news:
            if waiting := self._calls.get(one.id):
                waiting.put_nowait(one)

    def _hang_up(self, why: str) -> None:
        self._why_not = why
        self._tell([Progress(id, Stage.LOST, why) for id in self._calls])

    async def _listen(self, dialect: Dialect) -> None:
        reader, writer = await self._connect()
        self._line = dialect, writer
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._check(dialect, writer))
                await self._pump(dialect, reader, writer)
        except* (_Lost, ProtocolError) as lost:
            raise lost.exceptions[0] from None
        except* (OSError, ssl.SSLError) as failed:
            raise _Lost(f"the connection broke: {_reason(failed.exceptions[0])}") from None
        finally:
            self._line = None
            writer.transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        feed = self._feed
        where = f"{feed.host}:{feed.port}"
        try:
            async with asyncio.timeout(CONNECT_WITHIN):
                return await asyncio.open_connection(feed.host, feed.port, ssl=tls.context(feed))
        except TimeoutError:
            raise _Lost(f"{where} did not answer within {CONNECT_WITHIN:.0f} s") from None
        except ssl.SSLCertVerificationError as failed:
            raise _Lost(
                f"the certificate of {where} is not trusted: {failed.verify_message}"
            ) from (None)
        except tls.NoAuthority as failed:
            raise _Lost(str(failed)) from None
        except OSError as failed:
            raise _Lost(f"{where} can't be reached: {_reason(failed)}") from None

    async def _pump(
        self, dialect: Dialect, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(dialect.greet())
        while True:
            patience = self._lost_after if dialect.logged_in else LOGIN_WITHIN
            try:
                async with asyncio.timeout(patience):
                    data = await reader.read(AT_ONCE)
            except TimeoutError:
                silent = patience if dialect.logged_in else 0.0
                raise _Lost(f"no sign of life for {patience:.0f} s", silent) from None
            if not data:
                raise _Lost("the PBX closed the connection")
            if events := dialect.receive(data):
                self._hear(events, self._clock.now())
            self._tell(dialect.news())
            if out := dialect.pending():
                writer.write(out)

    async def _check(self, dialect: Dialect, writer: asyncio.StreamWriter) -> None:
        while True:
            await asyncio.sleep(self._check_every)
            if out := dialect.check():
                writer.write(out)


def _reason(failed: BaseException) -> str:
    if isinstance(failed, OSError) and failed.strerror:
        return failed.strerror
    return str(failed) or type(failed).__name__
