"""One call as a frozen value: who, to whom, which phones, and what happened when."""

from dataclasses import dataclass
from datetime import datetime

from console.calls.events import Caller
from console.calls.words import (
    Direction,
    Disposition,
    MomentKind,
    Outcome,
    Phase,
    RangResult,
)


@dataclass(frozen=True, slots=True)
class Leg:
    """One phone the call was offered to; a phone that rings twice is two legs.

    `rang_at` is None for a phone that was tried and did not ring. `result` is None while it is
    not over.
    """

    id: str
    device: str
    offered_at: datetime
    rang_at: datetime | None = None
    ended_at: datetime | None = None
    result: RangResult | None = None

    @property
    def ringing(self) -> bool:
        """Whether this phone rings now."""
        return self.rang_at is not None and self.ended_at is None

    @property
    def seconds(self) -> float:
        """How long it rang, 0.0 if it did not or still does."""
        if self.rang_at is None or self.ended_at is None:
            return 0.0
        return (self.ended_at - self.rang_at).total_seconds()


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a call's time line; `who` is a device, queue, slot or number, by kind."""

    at: datetime
    kind: MomentKind
    who: str = ""
    result: RangResult | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the board knows it. All times are UTC.

    `ended_at` is when the caller's channel went away; `outcome` is known only when the call is
    settled, a moment of grace later, and a settled call never changes again. `queue` stays set
    after the caller has left it, `queued` does not. `reconstructed` says that a part of the story
    was missed and guessed from what the PBX said afterwards.
    """

    id: str
    feed: str
    direction: Direction
    caller: Caller
    called: str | None
    started_at: datetime
    phase: Phase = Phase.RINGING
    phase_since: datetime | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    legs: tuple[Leg, ...] = ()
    queue: str | None = None
    queued: bool = False
    queue_abandoned: bool = False
    slot: str | None = None
    voicemail: bool = False
    talking_to: str | None = None
    reconstructed: bool = False
    moments: tuple[Moment, ...] = ()

    @property
    def disposition(self) -> Disposition | None:
        """Answered or unanswered; None while the call is live."""
        return self.outcome.disposition if self.outcome else None

    @property
    def settled(self) -> bool:
        """Whether the call is over for good."""
        return self.outcome is not None

    @property
    def ringing_devices(self) -> tuple[str, ...]:
        """The phones that ring now, in the order they began to."""
        return tuple(leg.device for leg in self.legs if leg.ringing)

    def ring_seconds(self, now: datetime) -> float:
        """Seconds from the first ring until a person answered, or nothing rang any more, or now.

        0.0 if no phone rang: then `waited_seconds` tells how long the caller was patient.
        """
        rang = [leg.rang_at for leg in self.legs if leg.rang_at]
        if not rang:
            return 0.0
        over = max(leg.ended_at or self.ended_at or now for leg in self.legs if leg.rang_at)
        return max(0.0, ((self.answered_at or over) - min(rang)).total_seconds())

    def waited_seconds(self, now: datetime) -> float:
        """Seconds from arrival until a person answered, the call ended, or now."""
        until = self.answered_at or self.ended_at or now
        return max(0.0, (until - self.started_at).total_seconds())
