"""What a screen or a script may ask about stored calls; every list is paged by key."""

from dataclasses import dataclass
from datetime import datetime

from console.calls.words import Outcome
from console.desk.accounts import Accounts, Blocks, KeptPlace
from console.desk.contacts import (
    ActionFailures,
    AllowedPrograms,
    Companies,
    FindContacts,
    GetContact,
    LeftSources,
    NumberPlaces,
    PreviewText,
    Sources,
    TrySource,
    UnownedNumbers,
    WhoIs,
)
from console.desk.notices import (
    DryRun,
    ListDue,
    ListNotices,
    LostSecrets,
    PreviewNotice,
    SettingsHistory,
    TrySending,
)
from console.desk.records import AuditLine, CallRecord


@dataclass(frozen=True, slots=True)
class Filter:
    """Which calls: every given field narrows. `text` is looked for in names and numbers.

    `unanswered` and `open` are as in CallRecord: outgoing calls are neither. `numbers` are all of
    one contact: calls from any of them or to it. `undelivered`: of which somebody must see to a
    notice.
    """

    unanswered: bool = False
    open: bool = False
    company: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    outcome: Outcome | None = None
    number: str | None = None
    text: str = ""
    numbers: tuple[str, ...] = ()
    undelivered: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """A row's place in the list, newest first by (started_at, id)."""

    started_at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class CallPage:
    """Ask for up to `limit` ended or live calls, newest first.

    `before`: older than this key. `after`: newer than this key (the answer is still newest first,
    the rows next to the key). `at_row` jumps near the n-th row of the list, counted from 0, by
    sparse anchors (never OFFSET over the whole list).
    """

    filter: Filter = Filter()
    before: Key | None = None
    after: Key | None = None
    at_row: int | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Page:
    """Rows newest first; `first_row` is the index of rows[0] in the list where it is known."""

    rows: tuple[CallRecord, ...]
    first_row: int | None = None


@dataclass(frozen=True, slots=True)
class CountCalls:
    """Ask how many calls a filter finds (answer: Total)."""

    filter: Filter = Filter()


@dataclass(frozen=True, slots=True)
class Total:
    """How many."""

    count: int


@dataclass(frozen=True, slots=True)
class CallDetails:
    """Ask for one call with all that was done to it (answer: Details or None)."""

    call: str


@dataclass(frozen=True, slots=True)
class Details:
    """One call, its notes (in the record) and its audit lines, oldest first."""

    record: CallRecord
    audit: tuple[AuditLine, ...] = ()


@dataclass(frozen=True, slots=True)
class CompanyNames:
    """Ask for the names of all companies, sorted (answer: tuple of str), for the filter."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which a feed was not heard; `until` is None while it lasts."""

    feed: str
    since: datetime
    until: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """Ask for the feed's gaps since a time, newest first (answer: tuple of Gap)."""

    since: datetime | None = None
    limit: int = 50


Query = (
    CallPage
    | CountCalls
    | CallDetails
    | CompanyNames
    | Gaps
    | WhoIs
    | FindContacts
    | GetContact
    | NumberPlaces
    | Companies
    | UnownedNumbers
    | LeftSources
    | Sources
    | TrySource
    | PreviewText
    | AllowedPrograms
    | ActionFailures
    | ListNotices
    | ListDue
    | DryRun
    | PreviewNotice
    | TrySending
    | SettingsHistory
    | LostSecrets
    | Accounts
    | Blocks
    | KeptPlace
)
