"""What a PBX tells about calls, in words that every PBX shares.

A dialect makes these from bytes; the board folds them into calls. Events carry clean text only
(calls/text.py) and numbers as the site writes them (E.164 where public). They carry no time: the
board is told the time beside each. Every event may be repeated, late or missing.
"""

from dataclasses import dataclass

from console.calls.words import Direction, RangResult


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as far as the PBX says: a hidden caller has neither number nor display."""

    number: str | None = None
    display: str | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Arrived:
    """A caller's channel came up: a call begins."""

    call: str
    feed: str
    direction: Direction
    caller: Caller
    called: str | None


@dataclass(frozen=True, slots=True)
class Offered:
    """The PBX tries a phone; whether it rings is not known yet."""

    call: str
    leg: str
    device: str


@dataclass(frozen=True, slots=True)
class Rang:
    """A phone rings."""

    call: str
    leg: str
    device: str


@dataclass(frozen=True, slots=True)
class PhoneEnded:
    """A phone was offered the call, and that is over."""

    call: str
    leg: str
    device: str
    result: RangResult


@dataclass(frozen=True, slots=True)
class Queued:
    """The caller waits in a queue."""

    call: str
    queue: str


@dataclass(frozen=True, slots=True)
class LeftQueue:
    """The caller left a queue, by giving up or for another reason (answered, time-out, full)."""

    call: str
    queue: str
    abandoned: bool


@dataclass(frozen=True, slots=True)
class PbxAnswered:
    """The PBX itself picked up: an announcement, a menu, a queue. No person yet."""

    call: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A person speaks with the caller; `by` is a device, or a number outside."""

    call: str
    by: str
    leg: str | None = None


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """The last person left, the caller is still there (a transfer, an announcement after)."""

    call: str


@dataclass(frozen=True, slots=True)
class Parked:
    """The caller was parked."""

    call: str
    slot: str


@dataclass(frozen=True, slots=True)
class Unparked:
    """The caller is no longer parked: fetched, timed out, or gone."""

    call: str


@dataclass(frozen=True, slots=True)
class TookVoicemail:
    """A mailbox took the call."""

    call: str


@dataclass(frozen=True, slots=True)
class Merged:
    """Two calls turned out to be one; `into` goes on, `call` is no call of its own."""

    call: str
    into: str


@dataclass(frozen=True, slots=True)
class HungUp:
    """The caller's own channel is gone."""

    call: str


@dataclass(frozen=True, slots=True)
class RosterPhone:
    """A phone that takes part in a call as the PBX describes it now."""

    leg: str
    device: str
    ringing: bool


@dataclass(frozen=True, slots=True)
class RosterCall:
    """A call as the PBX describes it now, not as it came to be."""

    call: str
    direction: Direction
    caller: Caller
    called: str | None
    seconds: float | None = None
    phones: tuple[RosterPhone, ...] = ()
    talking_to: str | None = None
    queue: str | None = None
    slot: str | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """Every call of a feed that is alive now; what is not here is over."""

    feed: str
    calls: tuple[RosterCall, ...]


@dataclass(frozen=True, slots=True)
class FeedLost:
    """The PBX is not heard any more; events from now on are missing.

    So are those of the `silent` seconds before, in which nothing at all was heard.
    """

    feed: str
    why: str
    silent: float = 0.0


@dataclass(frozen=True, slots=True)
class FeedBack:
    """The PBX is heard again. `boot` names this run of the PBX: another one, another run."""

    feed: str
    boot: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Suspicious:
    """Something in the feed that only a forger or a broken PBX would send."""

    feed: str
    what: str


AboutCall = (
    Arrived
    | Offered
    | Rang
    | PhoneEnded
    | Queued
    | LeftQueue
    | PbxAnswered
    | Answered
    | LeftAlone
    | Parked
    | Unparked
    | TookVoicemail
    | Merged
    | HungUp
)
AboutFeed = Roster | FeedLost | FeedBack | Suspicious
CallEvent = AboutCall | AboutFeed
