"""A call as the desk keeps it: the call, who takes part, and what has been done about it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from console.calls.call import Call
from console.calls.words import Direction, Disposition
from console.desk.contacts import Certainty
from console.desk.notice import Notice
from console.people.values import Company, Contact

TAKEN_FOR = timedelta(minutes=15)
MAYBE = "maybe "  # before the stored name of a caller of whom only the last digits agree


class How(StrEnum):
    """How a call came to be processed."""

    MANUAL = "manual"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Processed:
    """Somebody has dealt with an unanswered call, by hand or by a later call (`by_call`)."""

    by: str
    at: datetime
    how: How = How.MANUAL
    by_call: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody is on it; it lapses after TAKEN_FOR."""

    by: str
    at: datetime

    def holds(self, now: datetime) -> bool:
        """Whether it has not lapsed."""
        return now - self.at < TAKEN_FOR


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence somebody wrote on a call."""

    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who changed what about a call: `what` is a word like "processed", "taken", "note".

    `origin` is the address and the key of who came from elsewhere.
    """

    by: str
    at: datetime
    what: str
    old: str = ""
    new: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class LastCall:
    """One line of "the last calls with us" in the caller panel."""

    id: str
    started_at: datetime
    company: str
    text: str  # what became of it, for people: "unanswered, gave up", "answered"
    open: bool = False
    note: str = ""
    answered_by: str = ""  # an extension, or the number (E.164) that answered outside


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is called and who calls, as the directory knows; empty fields are unknown.

    `place`, `kind` and `country` come from the number itself ("Berlin", "mobile", "Germany");
    `there` is the number's time zone (IANA) where it has just one and that is not the site's.
    `contact` is the best match that everybody may see, `others` how many more there are; one that
    only an operator's own source has is asked for at that operator's door (WhoIs). Whom somebody
    has chosen is an EXACT match and no maybe, whatever the digits say.

    `called_text` is what the template makes of the call, "" until it is rendered; `greeting` is
    what to say now, `opening` whether somebody is there now ("open until 17:00"). In all three
    marks.py's marks stand for the operator who reads it. `broken` says to supervisors what is
    wrong with the template that was to be used.

    A `provisional` one lacks what the tables were too late with, or failed at: a later answer may
    have it, so nothing should be decided on what this one does not have.
    """

    company: Company | None = None
    contact_id: int | None = None
    name: str = ""
    caller_company: str = ""
    number_kind: str = ""
    place: str = ""
    country: str = ""
    maybe: bool = False
    note: str = ""
    last_calls: tuple[LastCall, ...] = ()
    contact: Contact | None = None
    certainty: Certainty | None = None
    others: int = 0
    there: str = ""
    called_text: str = ""
    greeting: str = ""
    opening: str = ""
    broken: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """What an action holds out to whoever sees the call: its contact, or a link to press.

    In `url` marks.py's marks stand for the operator who presses it (marks.personal_url).
    """

    action: str  # the action's name
    kind: str  # "contact" or "url"
    url: str = ""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """Everything about one call that screens, scripts and the store share.

    `company_name` and `caller_name` are as they were when it rang: a list must not rename history.
    A name that is not certain begins with MAYBE. `due_at` is when it is decided who is told of it,
    None if nothing is owed, or no longer.
    """

    call: Call
    company_id: int | None = None
    company_name: str = ""
    company_colour: str = ""
    caller_name: str = ""
    processed: Processed | None = None
    taken: Taken | None = None
    notes: tuple[Note, ...] = ()
    identity: Identity = field(default_factory=Identity, compare=True)
    offers: tuple[Offer, ...] = ()
    notices: tuple[Notice, ...] = ()
    due_at: datetime | None = None

    @property
    def unanswered(self) -> bool:
        """Whether somebody wanted us and nobody answered; what we dial ourselves is never that."""
        call = self.call
        return (
            call.disposition is Disposition.UNANSWERED and call.direction is not Direction.OUTBOUND
        )

    @property
    def open(self) -> bool:
        """Unanswered, and nobody has dealt with it."""
        return self.unanswered and self.processed is None
