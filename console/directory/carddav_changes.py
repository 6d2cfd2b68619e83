"""What an address book has, or what has changed in it since the last time."""

import json
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

import httpx

from console.directory.carddav_book import Book
from console.directory.dav_http import DavServer, Refused, named
from console.directory.dav_xml import CARDDAV, DAV, Multistatus, Resource, sync_collection
from console.directory.reading import CannotRead

# Tokens are stored and handed on with every sync, so a list of ETags must stay small. Characters.
LONGEST_TOKEN = 200_000
MOST_CARDS = 1_000_000
MOST_ROUNDS = 10_000
LONGEST_HREF = 1000

_PROPERTIES = ("d:getetag", "d:getcontenttype", "d:resourcetype")


@dataclass(frozen=True, slots=True)
class Changes:
    """What to fetch (key to href), what is gone (keys), and the token for the next time."""

    full: bool
    token: str
    wanted: dict[str, str]
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What a token says: which source it is for, its book, and its state there."""

    source: str
    book: str
    sync: str = ""
    etags: dict[str, str] = field(default_factory=dict)

    def token(self) -> str:
        """As text; "" if that would be too long."""
        values = {"source": self.source, "book": self.book}
        state: dict[str, object] = {"sync": self.sync} if self.sync else {"etags": self.etags}
        text = json.dumps(values | state, ensure_ascii=False, separators=(",", ":"))
        return text if len(text) <= LONGEST_TOKEN else ""


def known_from(token: str, source: str) -> Known | None:
    """What a token says, None if it says nothing, or nothing of this source."""
    try:
        known = Known(**json.loads(token))
    except (ValueError, TypeError):
        return None
    fits = known.source == source and (known.sync or known.etags)
    return known if fits and isinstance(known.etags, dict) else None


def key_of(href: str) -> str:
    """A card's key: the path of its address, written in the one way of all its ways."""
    try:
        path = urlsplit(href).path
    except ValueError:
        path = href
    return quote(unquote(path), safe="/@:+,=!$&'()*;~")


def everything(server: DavServer, book: Book, source: str) -> Changes:
    """All cards of a book; raises CannotRead."""
    if book.tells_changes:
        try:
            wanted, _, sync = _changed(server, book.url, "")
        except Refused as refused:
            # Some list a report that they then refuse.
            if refused.status in (401, 404, 429) or refused.status >= 502:
                raise
        else:
            return Changes(True, Known(source, str(book.url), sync).token() if sync else "", wanted)
    cards = _listed(server, book.url)
    etags = {key: etag for key, (_, etag) in cards.items()}
    known = Known(source, str(book.url), etags=etags)
    token = known.token() if etags and all(etags.values()) else ""
    return Changes(True, token, {key: href for key, (href, _) in cards.items()})


def since(server: DavServer, known: Known) -> Changes | None:
    """What has changed; None if the server can't say, so that all must be read.

    Raises CannotRead if it can't be asked at all.
    """
    url = httpx.URL(known.book)
    try:
        if known.sync:
            wanted, gone, sync = _changed(server, url, known.sync)
            if not sync:
                return None
            return Changes(False, Known(known.source, known.book, sync).token(), wanted, gone)
        cards = _listed(server, url)
    except Refused as refused:
        # 403 valid-sync-token (RFC 6578, 3.2), 409, 410, 412 and more say that the token is old;
        # 404 that the book is somewhere else.
        if refused.status in (401, 429) or refused.status >= 500:
            raise
        return None
    etags = {key: etag for key, (_, etag) in cards.items()}
    if not all(etags.values()):
        return None
    token = Known(known.source, known.book, etags=etags).token()
    if not token and etags:
        return None
    return Changes(
        False,
        token,
        {key: href for key, (href, etag) in cards.items() if known.etags.get(key) != etag},
        tuple(key for key in known.etags if key not in etags),
    )


def _changed(
    server: DavServer, url: httpx.URL, token: str
) -> tuple[dict[str, str], tuple[str, ...], str]:
    """What is there or changed, what is gone, and the new token, in as many rounds as it takes."""
    wanted: dict[str, str] = {}
    gone: dict[str, None] = {}
    for _ in range(MOST_ROUNDS):
        found = server.report(url, sync_collection(token, _PROPERTIES), 0)
        own = key_of(url.raw_path.decode("ascii", "replace"))
        more = False
        for one in found.resources:
            key = key_of(one.href)
            if key.rstrip("/") == own.rstrip("/"):
                more = more or one.status == 507  # RFC 6578, 3.6: this was not all
            elif one.status in (404, 410):
                wanted.pop(key, None)
                gone[key] = None
            elif _is_card(one, key):
                gone.pop(key, None)
                wanted[key] = one.href
        _bounded(len(wanted) + len(gone), url)
        if not more:
            return wanted, tuple(gone), found.sync_token
        if not found.sync_token or found.sync_token == token:
            break
        token = found.sync_token
    raise CannotRead(f"{named(url)} does not come to an end with its changes. Look at the server.")


def _listed(server: DavServer, url: httpx.URL) -> dict[str, tuple[str, str]]:
    """All cards by PROPFIND: href and ETag by key."""
    found: Multistatus = server.find(url, _PROPERTIES, 1)[0]
    own = key_of(url.raw_path.decode("ascii", "replace")).rstrip("/")
    cards = {}
    for one in found.resources:
        key = key_of(one.href)
        if key.rstrip("/") != own and one.status == 200 and _is_card(one, key):
            cards[key] = (one.href, one.text(f"{DAV}getetag"))
    _bounded(len(cards), url)
    return cards


def _is_card(resource: Resource, key: str) -> bool:
    kind = resource.text(f"{DAV}getcontenttype").strip().lower()
    return (
        len(key) <= LONGEST_HREF
        and not resource.has(f"{DAV}resourcetype", f"{DAV}collection")
        and not resource.has(f"{DAV}resourcetype", f"{CARDDAV}addressbook")
        and (not kind or "vcard" in kind or "directory" in kind)
    )


def _bounded(cards: int, url: httpx.URL) -> None:
    if cards > MOST_CARDS:
        raise CannotRead(f"{named(url)} has more than {MOST_CARDS} cards, which can't be right.")
