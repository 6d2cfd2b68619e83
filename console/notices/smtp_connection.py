"""One connection to the mail server, step by step, so that it is known how far a mail came."""

import asyncio
import importlib
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

from console.calls.text import clean
from console.notices.mail_message import OutgoingMail
from console.notices.redact import redacted
from console.notices.smtp_trust import Trust, Unusable
from console.settings.sending import MailServer

if TYPE_CHECKING:
    import aiosmtplib

_DOTS = re.compile(rb"^\.", re.MULTILINE)


class Step(StrEnum):
    """How far a connection or a mail has come, in the words of the protocol (RFC 5321)."""

    CONNECT = "connect"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    AUTH = "AUTH"
    MAIL = "MAIL FROM"
    RCPT = "RCPT TO"
    DATA = "DATA"
    BODY = "end of data"  # the whole mail may have been taken, whatever happens now


class NotOffered(Exception):
    """The server lacks what the settings or the mail need; `what` names it as it would offer it."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class SmtpConnection:
    """A connection by the settings of a mail server.

    Every method may raise aiosmtplib's errors, OSError and NotOffered, after which it must be
    closed, or reset where it is still open.

    `step` says where it was then, `mails` how many were begun. `said` collects the server's own
    words, line by line, without credentials. Nothing here has a time-out: who calls has one for the
    whole.
    """

    def __init__(
        self, server: MailServer, said: Callable[[str], None] = lambda _line: None
    ) -> None:
        self.server = server
        self.step = Step.CONNECT
        self.mails = 0
        self._password = ""
        self._say = said
        self._smtp: aiosmtplib.SMTP | None = None
        self._idle = False

    @property
    def is_open(self) -> bool:
        """Whether nobody has closed it, as far as is known."""
        return self._smtp is not None and self._smtp.is_connected

    def offers(self, extension: str) -> bool:
        """Whether the server has an extension ("smtputf8")."""
        return self._smtp is not None and self._smtp.supports_extension(extension)

    async def open(self, secret: Callable[[str], str], trust: Trust) -> None:
        """Connect, encrypt as demanded, and log in; may raise Unusable as well.

        `secret` resolves the password.
        """
        server = self.server
        context = await trust.of(server)
        if server.user:
            try:
                # It may be in a file.
                reference = server.password.get_secret_value()
                self._password = await asyncio.to_thread(secret, reference)
            except ValueError as problem:
                raise Unusable(clean(str(problem), 300)) from None
        # It takes long, and not everybody sends mail.
        await asyncio.to_thread(importlib.import_module, "aiosmtplib")
        with self._refusals_heard():
            await self._opened(context)
        self._idle = True

    async def _opened(self, context: ssl.SSLContext | None) -> None:
        import aiosmtplib

        server = self.server
        smtp = self._smtp = aiosmtplib.SMTP(
            hostname=_ascii_host(server.host),
            port=server.port,
            timeout=None,
            use_tls=server.security == "TLS",
            # None would send in plain text where the server has no TLS.
            start_tls=False,
            tls_context=context,
            local_hostname="localhost",
        )
        self._heard(await smtp.connect(timeout=None))
        await self._ehlo(smtp)
        if server.security == "STARTTLS":
            self.step = Step.STARTTLS
            if not smtp.supports_extension("starttls"):
                raise NotOffered("STARTTLS")
            self._heard(await smtp.starttls(server_hostname=smtp.hostname))
            # What was said before it could be anybody's (RFC 3207, 4.2).
            await self._ehlo(smtp)
        if server.user:
            await self._login(smtp)

    async def send(self, mail: OutgoingMail) -> str:
        """Send one mail to its one recipient; the server's words on taking it."""
        smtp = self._smtp
        assert smtp is not None
        self.step, self._idle = Step.MAIL, False
        self.mails += 1
        with self._refusals_heard():
            taken = await self._sent(smtp, mail)
        self._idle = True
        return taken

    async def _sent(self, smtp: "aiosmtplib.SMTP", mail: OutgoingMail) -> str:
        octets = mail.octets()
        options = [f"SIZE={len(octets)}"] if smtp.supports_extension("size") else []
        if mail.utf8:
            if not smtp.supports_extension("smtputf8"):
                raise NotOffered("SMTPUTF8")
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        encoding = "utf-8" if mail.utf8 else "ascii"
        self._heard(await smtp.mail(mail.sender, options=options, encoding=encoding))
        self.step = Step.RCPT
        self._heard(await smtp.rcpt(mail.recipient, encoding=encoding))
        self.step = Step.DATA
        return await self._data(smtp, octets)

    async def reset(self) -> None:
        """Forget the mail that was refused, so that another can follow."""
        if self._smtp is not None:
            await self._smtp.rset()
            self._idle = True

    def close(self) -> None:
        """Close it, with a word if nothing is under way; never fails."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        protocol = smtp.protocol
        if protocol is not None and protocol.is_connected and self._idle:
            protocol.write(b"QUIT\r\n")
        smtp.close()

    async def _ehlo(self, smtp: "aiosmtplib.SMTP") -> None:
        self.step = Step.EHLO
        self._heard(await smtp.ehlo(hostname=_own_name(smtp.get_transport_info("sockname"))))

    async def _login(self, smtp: "aiosmtplib.SMTP") -> None:
        """Log in by one method: each more would count as one more wrong password."""
        self.step = Step.AUTH
        offered = smtp.supported_auth_methods
        encrypted = self.server.security != "none"
        # In plain text only CRAM-MD5 keeps the password to itself.
        wanted = ["plain", "login", "cram-md5"] if encrypted else ["cram-md5", "plain", "login"]
        method = next((each for each in wanted if each in offered), None)
        login = {
            "plain": smtp.auth_plain,
            "login": smtp.auth_login,
            "cram-md5": smtp.auth_crammd5,
        }
        if method is None:
            raise NotOffered("AUTH")
        self._heard(await login[method](self.server.user, self._password))

    async def _data(self, smtp: "aiosmtplib.SMTP", octets: bytes) -> str:
        """DATA in two steps: aiosmtplib's own does not tell after which one it broke."""
        import aiosmtplib

        start = await smtp.execute_command(b"DATA")
        protocol = smtp.protocol
        if start.code != 354 or protocol is None:
            raise aiosmtplib.SMTPDataError(start.code, start.message)
        self._heard(start)
        self.step = Step.BODY
        # RFC 5321, 4.5.2: a dot at the beginning of a line is doubled.
        protocol.write(_DOTS.sub(b"..", octets) + b".\r\n")
        end = await protocol.read_response()
        if not 200 <= end.code < 300:
            raise aiosmtplib.SMTPDataError(end.code, end.message)
        self._heard(end)
        return self.words(end.code, end.message)

    def words(self, code: int, text: str) -> str:
        """A reply of the server's as one clean line, with its code, without our password."""
        safe = redacted(text, self._password, user=self.server.user)
        return f"{code} {clean(safe, 300)}" if code > 0 else clean(safe, 300)

    def _heard(self, response: "aiosmtplib.SMTPResponse") -> None:
        self._told(response.code, response.message)

    def _told(self, code: int, text: str) -> None:
        for line in text.splitlines() or [""]:
            self._say(f"{self.step}: {self.words(code, line)}")

    @contextmanager
    def _refusals_heard(self) -> Iterator[None]:
        import aiosmtplib

        try:
            yield
        except aiosmtplib.SMTPResponseException as refusal:
            self._told(refusal.code, refusal.message)
            raise


def _ascii_host(host: str) -> str:
    if host.isascii():
        return host
    import idna

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise ValueError(host) from None


def _own_name(address: object) -> str:
    """What we are called in EHLO: our full name, or our address (RFC 5321, 4.1.3 and 4.1.4)."""
    name = socket.gethostname()
    if "." in name.strip(".") and re.fullmatch(r"[A-Za-z0-9.-]+", name):
        return name
    ours = str(address[0]) if isinstance(address, tuple) else "127.0.0.1"
    # A zone (%eth0) is nobody else's business.
    ours = ours.partition("%")[0]
    return f"[IPv6:{ours}]" if ":" in ours else f"[{ours}]"
