"""What is owed and asked about notices of unanswered calls, and what comes back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.desk.notice import Channel, Notice, NoticeState
from console.desk.records import CallRecord


@dataclass(frozen=True, slots=True)
class Owed:
    """An ended unanswered call about which nothing is decided yet."""

    record: CallRecord
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What a recipient was told, or will be, of a caller: for limits and folding.

    One that was tried already may have been sent: it takes in no more calls.
    """

    id: int
    call: str
    recipient: str
    channel: Channel
    state: NoticeState
    at: datetime
    next_at: datetime | None
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Rush:
    """How many calls are being told of.

    `coming`: undecided ones by company. `told`: notices that were decided lately, by recipient;
    all of them, and those of the last moment.
    """

    coming: dict[int | None, int]
    told: dict[tuple[Channel, str], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Telling:
    """A notice, and the call it is about with all notes."""

    notice: Notice
    record: CallRecord


@dataclass(frozen=True, slots=True)
class ListNotices:
    """Ask for notices, newest first (answer: tuple of Notice).

    `undelivered`: only those that a person must see to. `before`: an id, for the next page.
    """

    undelivered: bool = False
    call: str | None = None
    before: int | None = None
    limit: int = 200


@dataclass(frozen=True, slots=True)
class ListDue:
    """Ask for calls of which it is not decided yet who is told (answer: tuple of Owed).

    The last due first, without calls that somebody has dealt with: of those nobody will be told.
    `before` is the last one of the page before.
    """

    call: str | None = None
    before: Owed | None = None
    limit: int = 200


@dataclass(frozen=True, slots=True)
class DryRun:
    """Ask what these settings would tell of the last calls (answer: DryRan); nothing is sent.

    `values` are a section's, as in ChangeSettings, for the site or one company.
    """

    section: str
    values: dict[str, Any]
    company_id: int | None = None
    calls: int = 50


@dataclass(frozen=True, slots=True)
class Judged:
    """What would be told of a call, and what is told with the settings in force: sentences."""

    record: CallRecord
    would: str
    now: str
    tells: bool
    tells_now: bool


@dataclass(frozen=True, slots=True)
class DryRan:
    """The last unanswered calls, newest first."""

    calls: tuple[Judged, ...] = ()


@dataclass(frozen=True, slots=True)
class PreviewNotice:
    """Ask what the words make of a call, or of sample data (answer: NoticePreviewed).

    `values` are the fields of the section `words`; `call` the id of a stored call.
    """

    values: dict[str, Any]
    call: str | None = None
    company_id: int | None = None


@dataclass(frozen=True, slots=True)
class NoticePreviewed:
    """What came out, by field of the section; `broken` has sentences, with their lines, instead.

    `parts` is how many messages the text message is, `left` how many characters more its last
    part can take, `alphabet` the one it needs ("GSM 03.38" or "UCS-2"), `because` the first sign
    that does not fit into the smaller one.
    """

    made: dict[str, str]
    broken: dict[str, tuple[str, int | None]]
    parts: int = 0
    left: int = 0
    alphabet: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class TrySending:
    """Ask to send a test with settings that may not be stored yet (answer: SendingTried).

    `section` is "mail_server" (values of that section) or "providers" (values of one Provider);
    `to` is an address or number.
    """

    section: str
    values: dict[str, Any]
    to: str


@dataclass(frozen=True, slots=True)
class SendingTried:
    """How the test went; `said` are the server's own words, line by line, without secrets."""

    ok: bool
    words: str
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SettingsHistory:
    """Ask for changes of the settings, newest first (answer: tuple of SettingsChange)."""

    section: str | None = None
    before: int | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class LostSecrets:
    """Ask which secrets were stored with a key that is not here (answer: tuple of their names).

    "mail_server.password", "providers.NAME.secret", "sources.NAME.password": to be entered again.
    """


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """One change: who, when, from where; in `old` and `new` stands for a secret only what it did.

    That is live.KEPT, live.CHANGED, or nothing where there was none. With a company the values are
    what that has otherwise than the site.
    """

    id: int
    section: str
    version: int
    by: str
    at: datetime
    origin: str
    old: dict[str, Any]
    new: dict[str, Any]
    company_id: int | None = None
