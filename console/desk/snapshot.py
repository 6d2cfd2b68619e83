"""What every screen is given: one small frozen picture of now."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from console.desk.contacts import SyncProgress
from console.desk.records import CallRecord
from console.settings.live import Live


class Lamp(StrEnum):
    """How a feed is."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    SILENT = "silent"
    RESTARTED = "restarted"


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """One PBX: `since` is when it got into this state, `why` a sentence when it is not well."""

    name: str
    lamp: Lamp
    since: datetime
    why: str = ""
    version: str = ""
    suspicious: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """The header's figures; `open` is unanswered and unprocessed, `undelivered` are notices."""

    ringing: int = 0
    waiting: int = 0
    talking: int = 0
    parked: int = 0
    open: int = 0
    undelivered: int = 0


@dataclass(frozen=True, slots=True)
class Present:
    """One session: somebody who sits at a console now, `since` when, and from where (`origin`).

    `session` is its number while the desk runs; `key_at` is when a key was last pressed there,
    `screen` what is on it, and `call` the id of the call that is looked at.
    """

    login: str
    name: str
    session: int = 0
    since: datetime | None = None
    origin: str = ""
    key_at: datetime | None = None
    screen: str = ""
    call: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a supervisor told everybody; `number` grows with each."""

    number: int
    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that changes while calls ring; long lists are asked for by query.

    `revision` grows with every snapshot, `stored` with every change of what is stored (calls,
    marks, notes): a list that shows stored rows asks again when it has grown. `live` is in display
    order: ringing first (longest on top), waiting, talking, parked. `ended` is what ended in the
    last 10 s, newest first. `now` is the desk's clock (UTC). `directory` grows when contacts,
    companies, sources or settings changed; `settings` are the settings in force. `present` are the
    sessions, the longest first; `said` is the last message to all. `zone` is the site's time zone
    (IANA), "" where it is not known.
    """

    revision: int
    stored: int
    now: datetime
    site: str
    live: tuple[CallRecord, ...] = ()
    ended: tuple[CallRecord, ...] = ()
    feeds: tuple[FeedHealth, ...] = ()
    counts: Counts = Counts()
    present: tuple[Present, ...] = ()
    directory: int = 0
    syncs: tuple[SyncProgress, ...] = ()
    settings: Live = field(default_factory=Live)
    said: Said | None = None
    zone: str = ""
