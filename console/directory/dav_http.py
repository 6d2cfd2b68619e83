"""WebDAV over HTTP, for who must not be led astray by a server: the console's side of it.

The password goes to the one server that the source names, whatever it redirects to or links;
no answer is larger, and none takes longer, than is sane; every failure is a sentence.
"""

import ssl
import time
from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self

import httpx

from console.calls.text import clean
from console.directory.dav_xml import BrokenXml, Multistatus, propfind, read_multistatus
from console.directory.heartbeat import heart
from console.directory.reading import CannotRead
from console.settings.sources import CardDav

CONNECT_SECONDS, READ_SECONDS = 10.0, 30.0
ANSWER_SECONDS = 300.0  # for a whole answer, however it trickles
LARGEST_ANSWER = 32 * 1024 * 1024  # bytes, uncompressed
MOST_REDIRECTS = 5
# What a busy server may ask for before it is left alone until the next sync.
LONGEST_PAUSE, MOST_PAUSES = 10, 2

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NO_DAV = frozenset({400, 405, 415, 501})


class Refused(CannotRead):
    """The server answered, but with another status than what was asked for has."""

    def __init__(self, why: str, status: int) -> None:
        super().__init__(why)
        self.status = status


class Elsewhere(Refused):
    """The server sends to another one, which is not asked."""


class TooLarge(CannotRead):
    """An answer is larger than LARGEST_ANSWER."""


class DavServer:
    """One server, and the login there; a context manager."""

    def __init__(self, options: CardDav) -> None:
        try:
            self.start = httpx.URL(options.url.strip())
        except httpx.InvalidURL as problem:
            raise CannotRead(f"The address can't be read: {clean(str(problem))}.") from problem
        if not self.start.host:
            raise CannotRead("The address of the address book has no server in it.")
        if self.start.userinfo:
            raise CannotRead("Write user and password in their own fields, not in the address.")
        self._user = options.user
        self._password = options.password.get_secret_value()
        self._login: httpx.Auth | None = None
        if options.user:
            self._login = httpx.BasicAuth(options.user, self._password)
        self._home = _origin(self.start)
        self._client = httpx.Client(
            verify=_trusted(options.ca_file),
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            headers={"User-Agent": "hotline-console", "Accept-Encoding": "gzip"},
            # Nextcloud takes who has its cookie for a browser, and wants a browser's token.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def find(
        self, url: httpx.URL, properties: Iterable[str], depth: int
    ) -> tuple[Multistatus, httpx.URL]:
        """The properties of a resource (depth 0) and those in it (1), and where that was at last.

        Raises Refused where there is nothing, no access or no WebDAV; CannotRead for the rest.
        """
        return self._multistatus("PROPFIND", url, propfind(properties), depth)

    def report(self, url: httpx.URL, body: bytes, depth: int) -> Multistatus:
        """The answer to a REPORT; raises as `find` does."""
        return self._multistatus("REPORT", url, body, depth)[0]

    def card(self, url: httpx.URL) -> bytes:
        """One resource as it is; raises as `find` does."""
        status, _, body = self._ask("GET", url)
        if status != 200:
            raise self._refused(status, url)
        return body

    def _multistatus(
        self, method: str, url: httpx.URL, body: bytes, depth: int
    ) -> tuple[Multistatus, httpx.URL]:
        status, url, answer = self._ask(method, url, body, depth)
        if status != 207:
            raise self._refused(status, url)
        try:
            return read_multistatus(answer), url
        except BrokenXml as broken:
            raise CannotRead(
                f"{named(url)} gave an answer that can't be used: {broken}. Look at the server."
            ) from broken

    def _ask(
        self, method: str, url: httpx.URL, body: bytes = b"", depth: int = 0
    ) -> tuple[int, httpx.URL, bytes]:
        """Send a request, again where that is asked for; status, last address, and body."""
        redirects = pauses = 0
        while True:
            self._stay_at_home(url)
            status, headers, answer = self._once(method, url, body, depth)
            if status in _REDIRECTS and "location" in headers:
                redirects += 1
                if redirects > MOST_REDIRECTS:
                    raise CannotRead(f"{named(url)} redirects in a circle. Look at the server.")
                url = self._redirected(url, headers["location"])
            elif status == 401 and self._may_digest(headers):
                self._login = httpx.DigestAuth(self._user, self._password)
            elif (pause := _pause(status, headers)) is not None:
                pauses += 1
                if pause > LONGEST_PAUSE or pauses > MOST_PAUSES:
                    raise Refused(
                        f"{named(url)} is busy and wants to be left alone. Nothing was taken; it "
                        "is tried again the next time.",
                        status,
                    )
                time.sleep(pause)  # noqa: TID251 - in a process of its own there is no loop
            else:
                return status, url, answer

    def _once(
        self, method: str, url: httpx.URL, body: bytes, depth: int
    ) -> tuple[int, httpx.Headers, bytes]:
        headers = {"Depth": str(depth), "Content-Type": "application/xml; charset=utf-8"}
        request = self._client.build_request(
            method, url, content=body or None, headers=headers if body else None
        )
        give_up = time.monotonic() + ANSWER_SECONDS
        try:
            response = self._client.send(request, stream=True, auth=self._login)
            try:
                pieces, size = [], 0
                for piece in response.iter_bytes():
                    pieces.append(piece)
                    size += len(piece)
                    if size > LARGEST_ANSWER:
                        raise TooLarge(
                            f"{named(url)} gave an answer of more than "
                            f"{LARGEST_ANSWER // 1024**2} MB, which can't be right."
                        )
                    if time.monotonic() > give_up:
                        raise httpx.ReadTimeout("", request=request)
                heart.beat()
                return response.status_code, response.headers, b"".join(pieces)
            finally:
                response.close()
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError) as problem:
            raise CannotRead(_unreachable(url, problem)) from problem

    def _redirected(self, url: httpx.URL, location: str) -> httpx.URL:
        try:
            target = url.join(location)
        except (httpx.InvalidURL, ValueError) as problem:
            raise CannotRead(f"{named(url)} redirects to an address that is none.") from problem
        if url.scheme == "https" and target.scheme != "https":
            raise CannotRead(
                f"{named(url)} redirects to {named(target)}, which is not encrypted. Enter the "
                "right address, or mend the server (behind a proxy it may not know of https)."
            )
        return target

    def _stay_at_home(self, url: httpx.URL) -> None:
        """Refuse to go to another server than the source names, with the password or without."""
        if _origin(url) == self._home:
            return
        # The usual step from http to https is none to another server.
        if (self._home, _origin(url)) == (("http", url.host, 80), ("https", url.host, 443)):
            self._home = _origin(url)
            return
        raise Elsewhere(
            f"{named(self.start)} sends on to {named(url)}. That is another server, which is given "
            "no password and not asked. If it is the right one, enter its address instead.",
            302,
        )

    def _may_digest(self, headers: httpx.Headers) -> bool:
        offers = headers.get("www-authenticate", "").lower()
        return (
            isinstance(self._login, httpx.BasicAuth)
            and "digest" in offers
            and "basic" not in offers
        )

    def _refused(self, status: int, url: httpx.URL) -> Refused:
        where, who = named(url), self._user or "somebody who is not logged in"
        if status == 401:
            why = (
                f"{where} does not accept the login of {clean(who, 60)}. Check user and password; "
                "some servers want a password made for this app."
                if self._user
                else f"{where} wants a login. Enter user and password."
            )
        elif status == 403:
            why = f"{where} may not be read by {clean(who, 60)}. Check the address, and the rights."
        elif status in (404, 410):
            why = f"{where} has nothing there ({status}). Check the address."
        elif status in _NO_DAV or 200 <= status < 400:
            why = f"{where} is no CardDAV server (it answers {status}). Check the address."
        elif status >= 500:
            why = (
                f"{where} has a problem of its own ({status}). Look at its log, or try again later."
            )
        else:
            why = f"{where} refuses to answer ({status}). Check the address, and the server's log."
        return Refused(why, status)


def _trusted(ca_file: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except OSError as problem:
        why = problem.strerror if not isinstance(problem, ssl.SSLError) else "no certificate in it"
        raise CannotRead(
            f"The authority's file {ca_file} can't be read: {why}. It must be a PEM file that the "
            "console's user may read."
        ) from problem


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)


def named(url: httpx.URL) -> str:
    """An address for people, without what may be secret."""
    return clean(str(url.copy_with(userinfo=b"", query=None, fragment=None)))


def _pause(status: int, headers: httpx.Headers) -> int | None:
    """How many seconds a busy server asks for; None if it does not."""
    wanted = headers.get("retry-after", "").strip()
    if status not in (429, 503) or (status == 503 and not wanted):
        return None
    if not wanted:
        return 1
    if wanted.isascii() and wanted.isdigit():
        return int(wanted[:6])
    try:
        # By its own clock, which is not ours.
        until, now = (parsedate_to_datetime(one) for one in (wanted, headers.get("date", "")))
        return max(0, int((until - now).total_seconds()))
    except (ValueError, TypeError):
        return LONGEST_PAUSE + 1


def _unreachable(url: httpx.URL, problem: Exception) -> str:
    where = named(url)
    causes: list[BaseException] = []
    cause: BaseException | None = problem
    while cause is not None and len(causes) < 10:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    for one in causes:
        if isinstance(one, ssl.SSLCertVerificationError):
            return (
                f"{where} has a certificate that can't be trusted: {one.verify_message}. Set the "
                "file of the authority that signed it, or the name that stands in it."
            )
        if isinstance(one, ssl.SSLError):
            return f"{where} does not speak TLS as it should. Check the address and its port."
    if isinstance(problem, httpx.ConnectTimeout | httpx.ReadTimeout | httpx.WriteTimeout):
        return f"{where} does not answer in time. Check the address, or try again later."
    if isinstance(problem, httpx.ConnectError):
        return (
            f"{where} can't be reached: {clean(str(problem), 100)}. Check the address, and whether "
            "the server runs."
        )
    if isinstance(problem, httpx.DecodingError):
        return f"{where} gave an answer that can't be unpacked. Look at the server."
    if isinstance(problem, httpx.TransportError):
        return f"{where} broke off in the middle of an answer. Nothing was taken; try again."
    return f"{where} can't be asked: {clean(str(problem), 100)}. Check the address."
