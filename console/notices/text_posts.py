"""Text messages on their way to a provider: one request, its answer, and what is known after it."""

import asyncio
import importlib
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from console.calls.text import clean
from console.notices.providers.exchange import (
    MOST_READ,
    Answer,
    Judgement,
    Message,
    Misconfigured,
    Request,
    Verdict,
)
from console.notices.providers.kinds import KINDS
from console.notices.redact import redacted
from console.settings.sending import Provider

if TYPE_CHECKING:
    import httpx

SECONDS = 30.0  # for one request and its answer as a whole
# A provider that asks for patience (Retry-After) gets so many seconds at most.
LONGEST_WAIT = 3600.0


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of one request: `said` has the provider's words, `after` the seconds to wait."""

    verdict: Verdict
    said: str
    after: float = 0.0


class TextPosts:
    """Posts messages; `secret` resolves `env:NAME` and `file:NAME`, or raises ValueError."""

    def __init__(self, secret: Callable[[str], str], *, seconds: float = SECONDS) -> None:
        self._secret = secret
        self._seconds = seconds
        self._client: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()

    async def post(self, provider: Provider, message: Message, now: datetime) -> Posted:
        """Post one message, once; nothing is raised but cancellation."""
        dialect = KINDS[provider.kind]
        try:
            # It may be in a file.
            secret = await asyncio.to_thread(self._secret, provider.secret.get_secret_value())
        except ValueError as error:
            return Posted(Verdict.SETTINGS, clean(str(error), 300))

        def safe(text: str) -> str:
            return redacted(text, secret, user=provider.user)

        try:
            request = dialect.request(provider, secret, message)
        except Misconfigured as problem:
            return Posted(Verdict.SETTINGS, str(problem))
        except ValueError as problem:
            return Posted(Verdict.SETTINGS, _no_request(problem, safe))

        made = await self._exchanged(request, safe)
        if isinstance(made, Posted):
            return made
        judgement = await asyncio.to_thread(dialect.judge, provider, made)
        after = 0.0
        if judgement.verdict is Verdict.LATER:
            after = patience(made.headers.get("retry-after", ""), now)
        return Posted(judgement.verdict, _advised(judgement, made.status), after)

    async def close(self) -> None:
        """Close what is open; a later message opens it anew."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _exchanged(self, request: Request, safe: Callable[[str], str]) -> Answer | Posted:
        client = await self._opened()
        import httpx

        where = _where(request.url)
        written = False
        status, headers, body = 0, httpx.Headers(), b""

        async def trace(event: str, _info: dict[str, Any]) -> None:
            nonlocal written
            written = written or event.endswith("send_request_headers.started")

        try:
            async with (
                asyncio.timeout(self._seconds),
                client.stream(
                    request.method,
                    request.url,
                    content=request.body,
                    # As octets: text would have to be ASCII.
                    headers=_octets(request),
                    extensions={"trace": trace},
                ) as response,
            ):
                status, headers = response.status_code, response.headers
                async for chunk in response.aiter_raw():
                    body += chunk
                    if len(body) >= MOST_READ:
                        break
        except (
            httpx.InvalidURL,
            httpx.UnsupportedProtocol,
            httpx.LocalProtocolError,
            UnicodeError,
            ValueError,
        ) as problem:
            return Posted(
                Verdict.SETTINGS, f"the settings make no request: {_words(problem, safe)}"
            )
        except Exception as problem:
            # Not httpx.HTTPError alone: of a host or port that can't be, the layers below it raise
            # what they like. Its status is an answer, also where the rest never came.
            if not status:
                return self._failed(problem, where, written, safe)
        text = body[:MOST_READ].decode("utf-8", "replace")
        if headers.get("content-encoding", "identity").lower() != "identity":
            text = "compressed, though that was not asked for"
        lower = {name.lower(): safe(value) for name, value in headers.items()}
        return Answer(status, lower, safe(text))

    def _failed(
        self, problem: Exception, where: str, written: bool, safe: Callable[[str], str]
    ) -> Posted:
        if isinstance(problem, TimeoutError):
            said = f"{where} did not answer within {self._seconds:g} s"
        elif written:
            said = f"{where} closed the connection without an answer ({_words(problem, safe)})"
        elif "CERTIFICATE_VERIFY_FAILED" in str(problem):
            said = f"the TLS certificate of {where} is not trusted ({_words(problem, safe)})"
            return Posted(Verdict.SETTINGS, said)
        else:
            said = f"{where} can't be reached ({_words(problem, safe)})"
        return Posted(Verdict.UNKNOWN if written else Verdict.LATER, said)

    async def _opened(self) -> "httpx.AsyncClient":
        async with self._opening:
            if self._client is None:
                # Both take long: the module, and reading all authorities' certificates.
                await asyncio.to_thread(importlib.import_module, "httpx")
                self._client = await asyncio.to_thread(_client)
            return self._client


def _client() -> "httpx.AsyncClient":
    import httpx

    # It logs each address, which may hold a secret.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    return httpx.AsyncClient(
        follow_redirects=False,
        timeout=None,
        # A kept connection that the server closes just then leaves a message unknown that was
        # never sent; a new one each time does not.
        limits=httpx.Limits(max_keepalive_connections=0),
    )


def _octets(request: Request) -> list[tuple[bytes, bytes]]:
    headers = {
        "User-Agent": "hotline-console",
        # An answer that unfolds to gigabytes is not asked for.
        "Accept-Encoding": "identity",
        **request.headers,
    }
    if any(set("\r\n\0") & set(value) for value in headers.values()):
        raise ValueError("a line break in User, Secret or Sender")
    return [(name.encode("ascii"), value.encode("utf-8")) for name, value in headers.items()]


def _advised(judgement: Judgement, status: int) -> str:
    if judgement.verdict is not Verdict.SETTINGS or status not in (401, 403, 404):
        return judgement.said
    what = "the address" if status == 404 else "User and Secret"
    return f"{judgement.said}: correct {what} in Send text message"


def _no_request(problem: Exception, safe: Callable[[str], str]) -> str:
    return f"the settings make no request: {_words(problem, safe)}"


def _where(url: str) -> str:
    """The server of an address, for people: the rest may be secret."""
    with suppress(ValueError):
        return clean(urlsplit(url).hostname or "", 100) or "the provider"
    return "the provider"


def _words(problem: Exception, safe: Callable[[str], str]) -> str:
    return clean(safe(str(problem)), 200).rstrip(".") or type(problem).__name__


def patience(header: str, now: datetime) -> float:
    """Seconds of a Retry-After (RFC 9110, 10.2.3), a number or a date; 0 for anything else."""
    header = header.strip()[:64]
    if header.isascii() and header.isdigit():
        return min(float(header), LONGEST_WAIT)
    with suppress(ValueError, TypeError, OverflowError):
        at = parsedate_to_datetime(header)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return min(max((at - now).total_seconds(), 0.0), LONGEST_WAIT)
    return 0.0
