"""The words of the field, one enum each, and beside them what the operator reads."""

from enum import StrEnum


class Direction(StrEnum):
    """Which way a call goes, seen from the front desk."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class Phase(StrEnum):
    """Where a call is now."""

    RINGING = "ringing"
    WAITING = "waiting"
    TALKING = "talking"
    PARKED = "parked"
    ENDED = "ended"


class Disposition(StrEnum):
    """Whether a person took the call; known when it has ended."""

    ANSWERED = "answered"
    UNANSWERED = "unanswered"


class Outcome(StrEnum):
    """How a call ended; everything but answered is unanswered."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    ABANDONED_QUEUE = "abandoned_queue"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    DECLINED = "declined"
    VOICEMAIL = "voicemail"
    UNREACHABLE = "unreachable"
    LOST = "lost"

    @property
    def disposition(self) -> Disposition:
        """Answered or unanswered."""
        return Disposition.ANSWERED if self is Outcome.ANSWERED else Disposition.UNANSWERED


class RangResult(StrEnum):
    """What became of one phone that was offered the call."""

    ANSWERED = "answered"
    ELSEWHERE = "elsewhere"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    DECLINED = "declined"
    FORWARDED = "forwarded"
    CANCELLED = "cancelled"
    UNREACHABLE = "unreachable"


class MomentKind(StrEnum):
    """One thing that happened to a call, for its time line."""

    ARRIVED = "arrived"
    RANG = "rang"
    PHONE_ENDED = "phone_ended"
    QUEUED = "queued"
    LEFT_QUEUE = "left_queue"
    PBX_ANSWERED = "pbx_answered"
    ANSWERED = "answered"
    LEFT_ALONE = "left_alone"
    PARKED = "parked"
    FETCHED = "fetched"
    VOICEMAIL = "voicemail"
    MERGED = "merged"
    HUNG_UP = "hung_up"
    FEED_LOST = "feed_lost"
    FEED_BACK = "feed_back"


class Role(StrEnum):
    """What a person at the console may do; each may do what the ones before may."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """0 for operator, 1 for supervisor, 2 for admin."""
        return list(Role).index(self)


class Texts:
    """What the operator reads for a word: TEXTS[Outcome.BUSY] is "all busy".

    Members of different enums with one value are equal, so the enum is part of the key.
    """

    def __init__(self, *texts: tuple[StrEnum, str]) -> None:
        self._texts = {(type(word), word): text for word, text in texts}

    def __getitem__(self, word: StrEnum) -> str:
        return self._texts[type(word), word]


TEXTS = Texts(
    (Direction.INBOUND, "incoming"),
    (Direction.OUTBOUND, "outgoing"),
    (Direction.INTERNAL, "internal"),
    (Phase.RINGING, "ringing"),
    (Phase.WAITING, "waiting"),
    (Phase.TALKING, "talking"),
    (Phase.PARKED, "parked"),
    (Phase.ENDED, "ended"),
    (Disposition.ANSWERED, "answered"),
    (Disposition.UNANSWERED, "unanswered"),
    (Outcome.ANSWERED, "answered"),
    (Outcome.ABANDONED, "gave up"),
    (Outcome.ABANDONED_QUEUE, "gave up in queue"),
    (Outcome.NO_ANSWER, "nobody answered"),
    (Outcome.BUSY, "all busy"),
    (Outcome.DECLINED, "declined"),
    (Outcome.VOICEMAIL, "voicemail"),
    (Outcome.UNREACHABLE, "no phone reached"),
    (Outcome.LOST, "lost sight of"),
    (RangResult.ANSWERED, "answered"),
    (RangResult.ELSEWHERE, "answered elsewhere"),
    (RangResult.NO_ANSWER, "not answered"),
    (RangResult.BUSY, "busy"),
    (RangResult.DECLINED, "declined"),
    (RangResult.FORWARDED, "forwarded"),
    (RangResult.CANCELLED, "caller gave up"),
    (RangResult.UNREACHABLE, "unreachable"),
    (Role.OPERATOR, "operator"),
    (Role.SUPERVISOR, "supervisor"),
    (Role.ADMIN, "admin"),
)
