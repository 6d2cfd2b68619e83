"""Contacts and companies as screens and scripts ask for them, and what comes back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from console.people.skipped import Skipped
from console.people.values import Company, Contact
from console.settings.sources import ContactSource


class Certainty(StrEnum):
    """How sure a match is."""

    EXACT = "exact"
    EXTENSION = "extension"  # the number continues the contact's: a phone behind its switchboard
    MAYBE = "maybe"  # only the last digits agree


@dataclass(frozen=True, slots=True)
class Match:
    """A contact that a number may be; `chosen` if somebody said that it is this one."""

    contact: Contact
    certainty: Certainty = Certainty.EXACT
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class WhoIs:
    """Ask who has a number (a key), the best first; `company_id` is who was called.

    Asked at a door, `viewer` becomes who asks: an operator's own sources are nobody else's.
    """

    number: str
    company_id: int | None = None
    viewer: str = ""


@dataclass(frozen=True, slots=True)
class FindContacts:
    """Ask for contacts by words (answer: Found).

    All words must begin a word of name, company, place, e-mail or note, or be digits of a number;
    `-word` excludes. Without words: all, by name. `after` is (name, id) of the last contact of the
    page before. `backwards`: the last page, or the one that ends before `after`; still in the
    list's order. `viewer` as in WhoIs.
    """

    text: str = ""
    source_id: int | None = None
    limit: int = 200
    viewer: str = ""
    after: tuple[str, int] | None = None
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Contacts by name; `more` if there are others behind them (asked backwards: before them),
    `total` if it is known cheaply.

    Where words find thousands: by name within each source as it was first read, later ones last.
    """

    contacts: tuple[Contact, ...]
    more: bool = False
    total: int | None = None


@dataclass(frozen=True, slots=True)
class GetContact:
    """Ask for one contact with all it has (answer: Contact or None); `viewer` as in WhoIs."""

    id: int
    viewer: str = ""


@dataclass(frozen=True, slots=True)
class NumberPlaces:
    """Ask where numbers (keys) are (answer: tuple of NumberPlace, one for each, in their order)."""

    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NumberPlace:
    """Where a number is: a town or area, empty if it is not known (a mobile).

    `there` is the IANA zone whose clocks show another time than here, empty where they show the
    same or it is not known.
    """

    number: str
    place: str = ""
    there: str = ""


@dataclass(frozen=True, slots=True)
class Companies:
    """Ask for companies by name (answer: tuple of Company); words narrow, in all fields."""

    text: str = ""
    archived: bool = False


@dataclass(frozen=True, slots=True)
class UnownedNumbers:
    """Ask which called numbers no company has (answer: tuple of Unowned, most called first)."""

    since: datetime
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Unowned:
    """A called number without a company."""

    number: str
    calls: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """A source that is being read: how many cards so far, of how many where that is known.

    `source_id` is negative for an import whose source is not stored yet; `owner` is the login
    whose own source it is, "" for everybody's.
    """

    source_id: int
    name: str
    stage: str  # "waiting" for its turn, "reading" or "storing"
    done: int = 0
    total: int | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What reading a source brought; `skipped` are at most a few hundred of `left_out`."""

    read: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    left_out: int = 0
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source is: `error` is a sentence while the last try failed, and since when.

    The last good data stays whatever fails. `token` is where its reader goes on next time (the
    one in the staging file that was taken in last); nothing for people. Of its `count` contacts
    so many are `corrected`: an own contact is found in their place, and counted there, too.
    Of one whose owner has `left` no more is known than name, owner and count.
    """

    source: ContactSource
    count: int = 0
    corrected: int = 0
    synced_at: datetime | None = None
    report: SyncReport = SyncReport()
    error: str = ""
    error_at: datetime | None = None
    token: str = ""
    left: bool = False


@dataclass(frozen=True, slots=True)
class LeftSources:
    """Ask for sources of operators who are no longer there (answer: tuple of SourceState).

    Admins only: nobody else could remove them. Others get none.
    """

    viewer: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    """Ask for the contact sources in order (answer: tuple of SourceState); `viewer` as in WhoIs."""

    viewer: str = ""


@dataclass(frozen=True, slots=True)
class TrySource:
    """Ask what a source would bring, without storing anything (answer: Tried)."""

    source: ContactSource
    viewer: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """How the try went: `words` is a sentence. For a table also its columns, and the guess."""

    ok: bool
    words: str
    sample: tuple[Contact, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    columns: tuple[str, ...] = ()
    guessed: tuple[tuple[str, str], ...] = ()  # column, field


@dataclass(frozen=True, slots=True)
class PreviewText:
    """Ask what a template makes of a call, or of sample data (answer: Previewed).

    `company` is one that may not be stored yet; `call` the id of a stored or live call.
    """

    template: str
    company: Company | None = None
    call: str | None = None
    viewer: str = ""


@dataclass(frozen=True, slots=True)
class Previewed:
    """The text; or, if the template is broken, the sentence why and its line (from 1)."""

    text: str = ""
    broken: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class AllowedPrograms:
    """Ask which programs actions may run (answer: tuple of str, as configured)."""


@dataclass(frozen=True, slots=True)
class ActionFailures:
    """Ask what went wrong with actions (answer: tuple of ActionFailure, newest first)."""

    limit: int = 50


@dataclass(frozen=True, slots=True)
class ActionFailure:
    """An action that failed; `why` is a sentence."""

    action: str  # its id
    at: datetime
    call: str
    why: str
