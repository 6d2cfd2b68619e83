"""Which address book a source means: the one at its address, or the first one found from there."""

from dataclasses import dataclass

import httpx

from console.directory.dav_http import DavServer, Elsewhere, Refused, named
from console.directory.dav_xml import CARDDAV, DAV, Resource
from console.directory.reading import CannotRead

WELL_KNOWN = "/.well-known/carddav"  # RFC 6764, 5
_PROPERTIES = (
    *("d:resourcetype", "d:current-user-principal", "d:supported-report-set", "d:sync-token"),
    "c:addressbook-home-set",
)


@dataclass(frozen=True, slots=True)
class Book:
    """An address book; `tells_changes` if it knows sync-collection (RFC 6578)."""

    url: httpx.URL
    tells_changes: bool


def find_book(server: DavServer) -> Book:
    """Find the address book (RFC 6764, 6: address, principal, home, book); raises CannotRead."""
    start = server.start
    # Only from a bare server: a book that is gone must not silently become another one.
    starts = (start, start.join(WELL_KNOWN)) if start.path in ("", "/") else (start,)
    failures: list[Refused] = []
    for url in starts:
        try:
            if (book := _from(server, url)) is not None:
                return book
        except Refused as refused:
            if refused.status == 401:
                raise
            failures.append(refused)
    if failures:
        # Where the way ended is of more use than that the server's front page is no address book.
        raise next((one for one in failures if isinstance(one, Elsewhere)), failures[0])
    raise CannotRead(f"There is no address book at {named(start)}. Enter the address of one.")


def _from(server: DavServer, url: httpx.URL) -> Book | None:
    found, url = server.find(url, _PROPERTIES, 0)
    if not found.resources:
        return None
    here = found.resources[0]
    if _is_book(here):
        return _book(here, url)
    home = here.href_in(f"{CARDDAV}addressbook-home-set")
    principal = here.href_in(f"{DAV}current-user-principal")
    if not home and principal:
        found, url = server.find(_joined(url, principal), _PROPERTIES, 0)
        home = next((one.href_in(f"{CARDDAV}addressbook-home-set") for one in found.resources), "")
    found, url = server.find(_joined(url, home) if home else url, _PROPERTIES, 1)
    books = [one for one in found.resources if _is_book(one)]
    # Nextcloud lists books of its own making (z-server-generated--system) among a user's.
    books.sort(key=lambda one: one.href.rstrip("/").rpartition("/")[2].startswith("z-"))
    return _book(books[0], _joined(url, books[0].href)) if books else None


def _is_book(resource: Resource) -> bool:
    return resource.has(f"{DAV}resourcetype", f"{CARDDAV}addressbook")


def _book(resource: Resource, url: httpx.URL) -> Book:
    reports = f"{DAV}supported-report/{DAV}report/{DAV}sync-collection"
    return Book(url, resource.has(f"{DAV}supported-report-set", reports))


def _joined(url: httpx.URL, href: str) -> httpx.URL:
    try:
        return url.join(href)
    except (httpx.InvalidURL, ValueError) as problem:
        raise CannotRead(
            f"{named(url)} names an address that is none. Look at the server."
        ) from problem
