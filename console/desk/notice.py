"""One notice of an unanswered call: who is, was or will not be told, and why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    """How somebody is told."""

    MAIL = "mail"
    TEXT = "text"


class NoticeState(StrEnum):
    """What has become of a notice; the first three are not over.

    SENDING is stored before anything is sent. An e-mail found so after a crash is sent again with
    its Message-ID; a text message becomes UNCERTAIN, which only a person sends again.
    """

    QUEUED = "queued"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    FAILED = "failed"  # for good, or until somebody presses Retry
    SKIPPED = "skipped"  # the rules said no
    CANCELLED = "cancelled"  # answered elsewhere, called back or processed before it was sent
    FOLDED = "folded"  # told by another notice, of the same caller or of a storm


class Fault(StrEnum):
    """Why a notice was not sent, as far as that says who can help."""

    NONE = ""
    SETTINGS = "settings"  # it can be sent once a supervisor corrects how notices are sent


@dataclass(frozen=True, slots=True)
class Teller:
    """What has become of the notice that tells of others too, and when."""

    state: NoticeState
    at: datetime


UNDELIVERED = frozenset({NoticeState.FAILED, NoticeState.UNCERTAIN})


@dataclass(frozen=True, slots=True)
class Notice:
    """What one recipient is, was or will not be told of a call.

    `recipient` is an e-mail address or a number (E.164), empty where nobody in particular was not
    told. `why` is a sentence for people ("mailed", "rang 1.4 s (limit 2 s)", the server's words).
    `at` is when it got into this state, `next_at` when it is tried (again), None if never.
    `version` is that of the settings that decided. `message_id` stays the same however often it
    is sent. `told_by` is the id of the notice that this one was folded into, `teller` what became
    of that by the time this was read. `fault` is that of the last try.
    """

    call: str
    channel: Channel
    recipient: str
    state: NoticeState
    why: str
    at: datetime
    next_at: datetime | None = None
    tries: int = 0
    version: int = 0
    message_id: str = ""
    told_by: int | None = None
    id: int | None = None
    fault: Fault = Fault.NONE
    teller: Teller | None = None


_NOT_SENT = {
    NoticeState.UNCERTAIN: "of which it is not known whether it was sent",
    NoticeState.FAILED: "that failed",
    NoticeState.CANCELLED: "that was cancelled",
}


def told_in(notice: Notice, to: str, at: str) -> str:
    """Where a folded notice is told: "in the summary of 20:14 to a@x".

    `to` is the recipient and `at` the time of its teller, for people.
    """
    summary = "summary" in notice.why
    if notice.teller is None:
        return notice.why
    if notice.teller.state is NoticeState.SENT:
        return f"in the {'summary' if summary else 'one'} of {at} to {to}"
    became = _NOT_SENT.get(notice.teller.state, "that waits")
    return f"in {'a summary' if summary else 'another one'} to {to} {became}"
