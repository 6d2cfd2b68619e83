"""A contact as rows: how whoever reads a source hands its contacts to who stores them.

Between them stands a staging file, an SQLite database of its own with the tables below, written by
the reading process and attached by the storing one, so that a million contacts never pass through
the memory of either. Column for column its contacts and numbers are those of the store.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from json.encoder import encode_basestring
from operator import attrgetter

import phonenumbers

from console.calls.text import fold
from console.people.values import Address, Contact

# How many digits two numbers must at least share at their ends to be perhaps the same.
TAIL = 8

# As SQLite's tokenizer unicode61 cuts text: letters and digits of any script.
WORD = re.compile(r"[^\W_]+")
# The same for the ASCII part of a text, and made small; what is beyond ASCII stays.
_ASCII_WORDS = bytes(
    byte if byte >= 0x80 else ord(chr(byte).lower()) if chr(byte).isalnum() else ord(" ")
    for byte in range(0x100)
)
# Names come again; a word longer than this would only fill the memory.
_LONGEST_NAME = 30

SCHEMA = """
CREATE TABLE contacts (
    row INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    hash TEXT NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    family TEXT NOT NULL,
    given TEXT NOT NULL,
    company TEXT NOT NULL,
    department TEXT NOT NULL,
    title TEXT NOT NULL,
    emails TEXT NOT NULL,
    addresses TEXT NOT NULL,
    note TEXT NOT NULL,
    web TEXT NOT NULL,
    photo INTEGER NOT NULL,
    uid TEXT NOT NULL,
    extra TEXT NOT NULL,
    words TEXT NOT NULL
);
CREATE TABLE numbers (
    contact_row INTEGER NOT NULL,
    position INTEGER NOT NULL,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    tail TEXT,
    PRIMARY KEY (contact_row, position)
) WITHOUT ROWID;
-- What the source has no longer; only where it told what changed, not all it has.
CREATE TABLE gone (key TEXT PRIMARY KEY) WITHOUT ROWID;
-- The first few hundred that were left out.
CREATE TABLE skipped (file TEXT NOT NULL, line INTEGER NOT NULL, reason TEXT NOT NULL);
-- mode: "full" (all the source has) or "delta"; token: where to go on next time; read, left_out.
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

CONTACT_COLUMNS = (
    *("key", "hash", "name", "name_folded", "family", "given", "company", "department", "title"),
    *("emails", "addresses", "note", "web", "photo", "uid", "extra", "words"),
)
_PHOTO = CONTACT_COLUMNS.index("photo") - 2  # without key and hash
NUMBER_COLUMNS = ("position", "number", "kind", "tail")

_PARTS = tuple(part.name for part in fields(Address))
_parts = attrgetter(*_PARTS)
_ADDRESS = "{" + ", ".join(f'"{part}": %s' for part in _PARTS) + "}"
_COUNTRY_CODES = frozenset(map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE))


def contact_row(contact: Contact) -> tuple[object, ...]:
    """The values of CONTACT_COLUMNS; lists as JSON. `hash` tells two states apart.

    Raises UnicodeEncodeError if a text has lone surrogates, which no database takes.
    """
    texts = (
        contact.name,
        _folded_name(contact.name),
        contact.family,
        contact.given,
        contact.company,
        contact.department,
        contact.title,
        _texts(contact.emails),
        _addresses(contact.addresses),
        contact.note,
        contact.web,
        "1" if contact.photo else "0",
        contact.uid,
        _texts(contact.extra),
    )
    # No text of a contact has control characters.
    state = "\0".join((*texts, *chain.from_iterable(contact.numbers)))
    digest = blake2b(state.encode(), digest_size=12)
    return (
        contact.key,
        digest.hexdigest(),
        *texts[:_PHOTO],
        int(contact.photo),
        *texts[_PHOTO + 1 :],
        words(contact),
    )


def _texts(texts: Iterable[str]) -> str:
    """As json.dumps writes them, which would take longer than all the rest of a row."""
    return f"[{', '.join(map(encode_basestring, texts))}]"


def _addresses(addresses: Iterable[Address]) -> str:
    written = [_ADDRESS % tuple(map(encode_basestring, _parts(each))) for each in addresses]
    return f"[{', '.join(written)}]"


def number_rows(contact: Contact) -> Iterator[tuple[int, str, str, str | None]]:
    """The values of NUMBER_COLUMNS for each number, in the contact's order."""
    for position, (number, kind) in enumerate(contact.numbers):
        yield position, number, kind, tail(number)


def tail(number: str) -> str | None:
    """The end by which a number is found where its beginning differs; None if it is too short."""
    digits = number.lstrip("+")
    # ASCII only: what a phone can't dial is no number.
    return digits[-TAIL:] if len(digits) >= TAIL and digits.isascii() and digits.isdigit() else None


def words(contact: Contact) -> str:
    """What a search looks in: the words of names, places, e-mails, notes, and numbers as digits.

    Folded, each once, and a space before each: a word that begins so is " " and its beginning.
    """
    lines = [contact.name, contact.family, contact.given, contact.company, contact.department]
    lines += [contact.title, *contact.emails, contact.note]
    for address in contact.addresses:
        lines += [address.place, address.street, address.code]
    for number, _ in contact.numbers:
        if number[:1] == "+":
            digits = number[1:]
            # "0170 12" is typed for +4917012...
            lines += (digits, _national(digits))
        else:
            lines.append(number)
    text = "\n".join(lines).encode().translate(_ASCII_WORDS).decode()
    found = text.split()
    if not text.isascii():
        pieces, found = found, []
        for piece in pieces:
            if piece.isascii():
                found.append(piece)
            else:
                found += _words_of(piece)
    return f" {' '.join(dict.fromkeys(found))}" if found else ""


def _words_of(piece: str) -> list[str]:
    """The words of a piece of text that has nothing of ASCII but letters and digits, folded."""
    folded = _folded(piece)
    return [folded] if folded.isalnum() else WORD.findall(folded)


def _folded_name(name: str) -> str:
    # No letter has to do with one beyond a space.
    return name.lower() if name.isascii() else " ".join(map(_folded, name.split(" ")))


def _folded(piece: str) -> str:
    return _fold_again(piece) if len(piece) <= _LONGEST_NAME else fold(piece)


_fold_again = lru_cache(maxsize=4096)(fold)


def _national(digits: str) -> str:
    """The digits behind the country code; no code is the beginning of another."""
    for width in (2, 1, 3):
        if digits[:width] in _COUNTRY_CODES:
            return digits[width:]
    return ""
