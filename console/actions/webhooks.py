"""A call is posted as JSON to somebody's server, signed, and again while the server can't take it.

A receiver checks a post so: `X-Hotline-Signature` is `sha256=` and the HMAC-SHA256 (hexadecimal) of
the value of `X-Hotline-Timestamp` (seconds since 1970), a dot, and the body, by the shared secret;
the timestamp is not older than a few minutes; `Idempotency-Key` was not seen before.
"""

import asyncio
import hashlib
import hmac
import html
import importlib
import json
import logging
import re
from collections.abc import Callable
from datetime import UTC
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from console.actions.errand import ActionFailed, Errand
from console.calls.text import clean
from console.desk.export import as_json
from console.desk.ports import Clock
from console.settings.live import PostWebhook

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

SECONDS = 10.0
# Seconds before each further try.
WAITS = (1.0, 5.0, 25.0)
# A server that asks for patience (Retry-After) gets this much at most.
LONGEST_WAIT = 60.0
# What is read of an answer, so that the connection can be used again, in bytes.
READ = 64_000
# And of which what is told is taken.
SAID = 4_000
_HTML = re.compile(r"\s*<(?:!doctype|html|head|body|\?xml)\b", re.IGNORECASE)
_UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL
)
# One that is cut at the end, too.
_TAG = re.compile(r"<[^>]*(?:>|\Z)")


class _TryAgain(Exception):
    """A failure that may pass; `after` are the seconds that the server asks for."""

    def __init__(self, why: str, after: float = 0.0) -> None:
        super().__init__(why)
        self.after = after


class Webhooks:
    """Posts calls; `secret` resolves a secret that is `env:NAME` or `file:PATH`."""

    def __init__(
        self,
        clock: Clock,
        secret: Callable[[str], str],
        *,
        seconds: float = SECONDS,
        waits: tuple[float, ...] = WAITS,
    ) -> None:
        self._clock = clock
        self._secret = secret
        self._seconds = seconds
        self._waits = waits
        self._client: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()

    async def post(self, deed: PostWebhook, errand: Errand) -> None:
        """Post an errand's call until it is taken; raises ActionFailed."""
        where = _where(deed.url)
        body = body_of(errand)
        key = await self._key(deed)
        for tries, wait in enumerate((*self._waits, None), 1):
            try:
                await self._try(deed.url, where, body, self._headers(errand, body, key))
                return
            except _TryAgain as failure:
                if wait is None:
                    raise ActionFailed(
                        f"{failure} Tried {tries} times; see whether that server is well."
                    ) from None
                log.info("%s Tried again.", failure)
                await asyncio.sleep(max(wait, failure.after))

    async def close(self) -> None:
        """Close the connections; a later post opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _key(self, deed: PostWebhook) -> bytes:
        given = deed.secret.get_secret_value()
        if not given:
            return b""
        try:
            # It may be in a file.
            return (await asyncio.to_thread(self._secret, given)).encode("utf-8", "replace")
        except Exception as error:
            raise ActionFailed(f"Nothing was posted: {clean(str(error), 300)}.") from None

    def _headers(self, errand: Errand, body: bytes, key: bytes) -> dict[str, str]:
        timestamp = str(int(self._clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "hotline-console",
            # An answer that unfolds to gigabytes is not asked for.
            "Accept-Encoding": "identity",
            "Idempotency-Key": idempotency_key(errand),
            "X-Hotline-Timestamp": timestamp,
        }
        if key:
            headers["X-Hotline-Signature"] = signature(key, timestamp, body)
        return headers

    async def _try(self, url: str, where: str, body: bytes, headers: dict[str, str]) -> None:
        """Post once; raises _TryAgain and ActionFailed."""
        client = await self._opened()
        import httpx

        try:
            async with (
                asyncio.timeout(self._seconds),
                client.stream("POST", url, content=body, headers=headers) as response,
            ):
                said = await _beginning(response)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError) as error:
            raise ActionFailed(f"The address of the webhook is wrong: {_words(error)}.") from None
        except (TimeoutError, httpx.TimeoutException):
            raise _TryAgain(f"{where} did not answer within {self._seconds:g} s.") from None
        except httpx.HTTPError as error:
            raise _TryAgain(f"{where} can't be reached: {_words(error)}.") from None
        status = response.status_code
        if 200 <= status < 300:
            return
        answered = f"{where} answered {status}{f' ({said})' if said else ''}."
        if status == 429 or status >= 500:
            raise _TryAgain(answered, _patience(response.headers.get("Retry-After", "")))
        if 300 <= status < 400:
            raise ActionFailed(f"{answered} Redirects are not followed: enter the final address.")
        raise ActionFailed(f"{answered} Correct the address or the secret of the action.")

    async def _opened(self) -> "httpx.AsyncClient":
        async with self._opening:
            if self._client is None:
                # Both take long: the modules, and reading all authorities' certificates.
                await asyncio.to_thread(importlib.import_module, "httpx")
                self._client = await asyncio.to_thread(self._open)
            return self._client

    def _open(self) -> "httpx.AsyncClient":
        import httpx

        # It logs each address, and with it what may be secret in one.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        return httpx.AsyncClient(follow_redirects=False, timeout=self._seconds)


def body_of(errand: Errand) -> bytes:
    """What is posted (UTF-8 JSON): action, occasion, at (RFC 3339, UTC), call as in scripts."""
    told = {
        "action": errand.action.name,
        "occasion": errand.occasion.value,
        "at": errand.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "call": as_json(errand.record, errand.at),
    }
    return json.dumps(told).encode("ascii")


def signature(key: bytes, timestamp: str, body: bytes) -> str:
    """The value of X-Hotline-Signature."""
    signed = timestamp.encode("ascii") + b"." + body
    return f"sha256={hmac.new(key, signed, hashlib.sha256).hexdigest()}"


def idempotency_key(errand: Errand) -> str:
    """The same for each try, and for no other action, call or occasion."""
    what = (errand.action.id, errand.record.call.id, errand.occasion.value)
    return hashlib.sha256("\0".join(what).encode("utf-8", "replace")).hexdigest()[:32]


async def _beginning(response: "httpx.Response") -> str:
    """The beginning of an answer, for people."""
    read = b""
    async for chunk in response.aiter_raw():
        read += chunk
        if len(read) > READ:
            break
    said = read[:SAID].decode("utf-8", "replace")
    if "html" in response.headers.get("Content-Type", "") or _HTML.match(said):
        said = _of_html(said)
    return clean(" ".join(said[:500].split()), 100)


def _of_html(page: str) -> str:
    """What a page says, without how it looks."""
    return html.unescape(_TAG.sub(" ", _UNSEEN.sub(" ", page)))


def _where(url: str) -> str:
    """The server of an address, for people (the rest may be secret); raises ActionFailed."""
    try:
        parts = urlsplit(url)
        # Asking for the port checks it.
        if parts.hostname and parts.port != 0 and not any(map(str.isspace, url)):
            return parts.hostname
    except ValueError:
        pass
    raise ActionFailed("The address of the webhook is wrong: it names no server.")


def _words(error: Exception) -> str:
    return clean(str(error), 200).rstrip(".") or type(error).__name__


def _patience(header: str) -> float:
    """Seconds of a Retry-After (RFC 9110, 10.2.3); its other form, a date, is not read."""
    return min(float(header), LONGEST_WAIT) if header.isascii() and header.isdigit() else 0.0
