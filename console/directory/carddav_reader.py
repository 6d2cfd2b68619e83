"""Contacts of a CardDAV address book (RFC 6352): all the first time, then what has changed."""

from collections.abc import Iterator
from dataclasses import replace

import httpx

from console.calls.numbers import NumberPlan
from console.calls.text import clean
from console.directory.carddav_book import find_book
from console.directory.carddav_changes import everything, key_of, known_from, since
from console.directory.dav_http import DavServer, Refused, TooLarge, named
from console.directory.dav_xml import CARDDAV, multiget
from console.directory.reading import CannotRead, Gone, Mark
from console.people.skipped import Skipped
from console.people.values import Contact
from console.people.vcard import read_cards
from console.settings.sources import CardDav

CARDS_AT_ONCE = 100


def read(
    options: CardDav, plan: NumberPlan, token: str
) -> Iterator[Contact | Skipped | Gone | Mark]:
    """Yield the cards of an address book, or with a token what has changed since.

    Raises CannotRead, also in the middle.
    """
    source = f"{options.user} {options.url}"
    with DavServer(options) as server:
        known = known_from(token, source)
        changes = since(server, known) if known else None
        book = httpx.URL(known.book) if known and changes else None
        if changes is None or book is None:
            found = find_book(server)
            book, changes = found.url, everything(server, found, source)
        mark = Mark("full" if changes.full else "delta", changes.token, len(changes.wanted))
        yield mark
        yield from map(Gone, changes.gone)
        hrefs = list(changes.wanted.values())
        for at in range(0, len(hrefs), CARDS_AT_ONCE):
            batch = hrefs[at : at + CARDS_AT_ONCE]
            yield from _contacts(server, book, batch, plan, changes.full)


def _contacts(
    server: DavServer, book: httpx.URL, hrefs: list[str], plan: NumberPlan, full: bool
) -> Iterator[Contact | Skipped | Gone]:
    """Fetch some cards; fewer at a time where they are too large together."""
    try:
        found = server.report(book, multiget(hrefs), 0)
    except TooLarge as too_large:
        if len(hrefs) == 1:
            yield Skipped(clean(hrefs[0]), 1, str(too_large))
            return
        half = len(hrefs) // 2
        yield from _contacts(server, book, hrefs[:half], plan, full)
        yield from _contacts(server, book, hrefs[half:], plan, full)
        return
    by_key = {key_of(one.href): one for one in found.resources}
    for href in hrefs:
        key = key_of(href)
        one = by_key.get(key)
        card = one.text(f"{CARDDAV}address-data").encode() if one is not None else b""
        if one is not None and one.status in (404, 410):
            # Deleted since it was listed; in a full sync it is simply not there.
            if not full:
                yield Gone(key)
        elif card.strip():
            yield from _contact(card, key, plan)
        else:
            yield from _alone(server, book, href, plan, full)


def _alone(
    server: DavServer, book: httpx.URL, href: str, plan: NumberPlan, full: bool
) -> Iterator[Contact | Skipped | Gone]:
    """Fetch a card that the server listed but did not give among the others."""
    key = key_of(href)
    try:
        yield from _contact(server.card(book.join(href)), key, plan)
    except Refused as refused:
        if refused.status in (404, 410):
            if not full:
                yield Gone(key)
        elif refused.status in (401, 429) or refused.status > 500:
            raise
        else:
            yield Skipped(
                clean(key), 1, f"The server lists this card but does not give it. {refused}"
            )
    except TooLarge as too_large:
        yield Skipped(clean(key), 1, str(too_large))
    except httpx.InvalidURL as problem:
        raise CannotRead(
            f"{named(book)} names an address that is none. Look at the server."
        ) from problem


def _contact(card: bytes, key: str, plan: NumberPlan) -> Iterator[Contact | Skipped]:
    """The one contact of a card (RFC 6352, 5.1: a resource is one vCard)."""
    first = True
    for one in read_cards(card, clean(key), plan):
        if isinstance(one, Skipped):
            yield one
        elif first:
            first = False
            yield replace(one, key=key)
        else:
            yield Skipped(clean(key), 1, f"A second card in one, of {clean(one.name, 60)}.")
