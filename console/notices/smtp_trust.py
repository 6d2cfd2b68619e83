"""Whose TLS certificates are believed: the system's authorities, or one of the site's own."""

import asyncio
import ssl

from console.calls.text import clean
from console.settings.sending import MailServer


class Unusable(Exception):
    """Settings by which nobody can connect; a sentence that says what to correct."""


class Trust:
    """Makes what TLS needs, and keeps it: reading all authorities takes 20 ms."""

    def __init__(self) -> None:
        self._made: tuple[str, ssl.SSLContext] | None = None

    async def of(self, server: MailServer) -> ssl.SSLContext | None:
        """What a server's certificate is checked against, None without TLS; raises Unusable."""
        if server.security == "none":
            return None
        if self._made is None or self._made[0] != server.ca:
            self._made = (server.ca, await asyncio.to_thread(_context, server.ca))
        return self._made[1]

    def forget(self) -> None:
        """Read the authority anew next time: somebody may have corrected its file."""
        self._made = None


def _context(authority: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=authority or None)
    except OSError as problem:
        # ssl's own errors are OSErrors too: a file that is none of certificates.
        why = clean(problem.strerror or str(problem), 100)
        raise Unusable(
            f"the file of the TLS authority, {clean(authority, 200)}, can't be read ({why}): "
            "see Send e-mail"
        ) from None
