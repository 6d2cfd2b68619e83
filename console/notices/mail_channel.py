"""Letters as e-mails: a connection that is kept for a while, and what became of each mail."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from console.notices.letter import Ending, Letter, Result
from console.notices.mail_message import NoRecipient, NoSender, mail_message
from console.notices.smtp_connection import SmtpConnection, Step
from console.notices.smtp_failures import failure, is_answer, is_stale
from console.notices.smtp_trust import Trust
from console.settings.sending import MailServer

IDLE_SECONDS = 30.0
RESET_SECONDS = 5.0
# Debian's Exim delivers only the first ten mails of a connection at once; the others wait for its
# next queue run (smtp_accept_queue_per_connection).
MOST_MAILS = 10
# A server to which nobody could connect is left alone so long, or every letter that waits would
# wait for it in its turn; after a refused login longer, before it locks us out.
PAUSE_SECONDS = 10.0

_IN_A_MAIL = frozenset({Step.MAIL, Step.RCPT, Step.DATA, Step.BODY})


class _Pause:
    """How connecting ended, and how long it is not tried again."""

    def __init__(self, server: MailServer, result: Result, seconds: float) -> None:
        self._server = server
        self._why = result.why
        self._until = asyncio.get_running_loop().time() + seconds

    def still(self, server: MailServer) -> Result | None:
        """The same once more, while the pause lasts and the settings are the same."""
        left = self._until - asyncio.get_running_loop().time()
        if left <= 0 or server != self._server:
            return None
        return Result(Ending.LATER, self._why, after=left)


class MailChannel:
    """Sends e-mails, one at a time, by one connection.

    `secret` resolves `env:` and `file:`, or raises ValueError. A connection that nobody uses is
    closed after `idle_seconds`, any after `most_mails`. After one could not be opened, letters fail
    at once for `pause_seconds` (six times that after a refused login), unless settings change.
    """

    def __init__(
        self,
        secret: Callable[[str], str],
        *,
        idle_seconds: float = IDLE_SECONDS,
        most_mails: int = MOST_MAILS,
        pause_seconds: float = PAUSE_SECONDS,
    ) -> None:
        self._secret = secret
        self._idle_seconds = idle_seconds
        self._most_mails = most_mails
        self._turn = asyncio.Lock()
        self._kept: SmtpConnection | None = None
        self._closing: asyncio.TimerHandle | None = None
        self._pause_seconds = pause_seconds
        self._pause: _Pause | None = None
        self._trust = Trust()

    async def send(self, letter: Letter) -> Result:
        """Send one; a connection that the server has left meanwhile costs no try."""
        server = letter.settings.mail_server
        if not server.host:
            return Result(
                Ending.LATER, "not sent yet: there is no mail server; enter it in Send e-mail"
            )
        async with self._turn:
            if self._closing is not None:
                self._closing.cancel()
                self._closing = None
            until = asyncio.get_running_loop().time() + server.seconds
            connection, result = self._take(server), None
            if connection is not None:
                result = await self._tried(letter, connection, until)
            if result is None:
                if self._pause is not None and (same := self._pause.still(server)):
                    return same
                connection = SmtpConnection(server)
                result = await self._tried(letter, connection, until)
            assert connection is not None
            assert result is not None
            if connection.is_open:
                self._keep(connection)
        return result

    async def close(self) -> None:
        """Close the connection; a later letter opens a new one."""
        async with self._turn:
            self._close_kept()

    def _take(self, server: MailServer) -> SmtpConnection | None:
        """The connection that was kept, if it still serves."""
        kept, self._kept = self._kept, None
        if kept is None:
            return None
        if kept.is_open and kept.server == server and kept.mails < self._most_mails:
            return kept
        kept.close()
        return None

    async def _tried(
        self, letter: Letter, connection: SmtpConnection, until: float
    ) -> Result | None:
        """Send by this connection, which is closed unless it is good for another.

        `until` is the loop's time. None if the server had left it while it was kept.
        """
        reused, good = connection.is_open, False
        try:
            async with asyncio.timeout_at(until):
                if not reused:
                    await connection.open(self._secret, self._trust)
                mail = mail_message(letter, server_has_utf8=connection.offers("smtputf8"))
                said = await connection.send(mail)
                good = True
            return Result(
                Ending.SENT, "; ".join((f"mailed to {mail.recipient} ({said})", *mail.remarks))
            )
        except NoSender as problem:
            good = True
            return Result(Ending.LATER, f"not sent yet: {problem}")
        except NoRecipient as problem:
            good = True
            return Result(Ending.REFUSED, f"not sent: {problem}")
        except Exception as error:
            if reused and is_stale(error, connection.step):
                return None
            result = failure(error, connection)
            if connection.step not in _IN_A_MAIL:
                self._trust.forget()
                times = 6 if connection.step is Step.AUTH else 1
                self._pause = _Pause(connection.server, result, times * self._pause_seconds)
            good = is_answer(error) and await self._reset(connection)
            return result
        finally:
            # Also after a cancellation: what is half sent must never be used again.
            if not good:
                connection.close()

    async def _reset(self, connection: SmtpConnection) -> bool:
        """Whether a connection serves for another mail after the refusal of one."""
        if not connection.is_open or connection.step not in _IN_A_MAIL:
            return False
        with suppress(Exception):
            async with asyncio.timeout(RESET_SECONDS):
                await connection.reset()
                return True
        return False

    def _keep(self, connection: SmtpConnection) -> None:
        self._kept = connection
        loop = asyncio.get_running_loop()
        self._closing = loop.call_later(self._idle_seconds, self._close_kept)

    def _close_kept(self) -> None:
        if self._closing is not None:
            self._closing.cancel()
            self._closing = None
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()
