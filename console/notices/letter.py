"""What one recipient is told in one notice, and how sending it went."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from console.desk.notice import Fault, Notice
from console.people.values import Contact
from console.settings.live import Live


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice with its words, rendered and clean.

    `caller` is the contact of the caller where one is known for sure; `number` the caller's (a
    key, "" if hidden), `email` the caller's address or "". `settings` are those in force for the
    called company. `now` is in the site's time zone. `thread` is the same for all notices about a
    caller to a recipient. `remarks` are what the recipient need not know but the call's details
    say ("no e-mail address of the caller is known: sent from our own").
    """

    notice: Notice
    subject: str
    text: str
    html: str
    sms: str
    caller: Contact | None
    number: str
    name: str
    email: str
    settings: Live
    now: datetime
    thread: str
    remarks: tuple[str, ...] = ()


class Ending(StrEnum):
    """How a try to send ended."""

    SENT = "sent"
    LATER = "later"  # a temporary failure: tried again
    REFUSED = "refused"  # a permanent one: a person must see to it
    UNKNOWN = "unknown"  # it may have been sent


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it: `why` is a sentence with the server's words, clean and without secrets.

    `after` are the seconds that the server asks to wait before the next try. `fault` says whether
    a supervisor can help.
    """

    ending: Ending
    why: str
    after: float = 0.0
    fault: Fault = Fault.NONE


class Channel(Protocol):
    """Sends letters one way."""

    async def send(self, letter: Letter) -> Result:
        """Send one; nothing is raised but cancellation."""
        ...

    async def close(self) -> None:
        """Close connections; a later letter opens new ones."""
        ...
