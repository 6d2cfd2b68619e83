"""Which later call shows that somebody has dealt with an unanswered one."""

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

from console.calls.call import Call
from console.calls.words import Direction, Disposition


class LaterCall(StrEnum):
    """Which later call shows that somebody has dealt with an unanswered one."""

    OUTGOING_ANSWERED = "called back and reached"
    OUTGOING = "called back, reached or not"
    INCOMING_ANSWERED = "called again and was answered"


def kinds_of(later: Call) -> frozenset[LaterCall]:
    """As what a call counts; none while it lasts, and for a call between two of our phones."""
    answered = later.disposition is Disposition.ANSWERED
    match later.direction:
        case Direction.OUTBOUND if answered:
            return frozenset({LaterCall.OUTGOING, LaterCall.OUTGOING_ANSWERED})
        case Direction.OUTBOUND if later.settled:
            return frozenset({LaterCall.OUTGOING})
        case Direction.INBOUND if answered:
            return frozenset({LaterCall.INCOMING_ANSWERED})
        case _:
            return frozenset()


def other_end(call: Call) -> str | None:
    """The number outside: who calls, or who is called by us; None if it is hidden."""
    if call.direction is Direction.OUTBOUND:
        return call.called or None
    return None if call.caller.hidden else call.caller.number or None


def our_end(call: Call) -> str | None:
    """The phone of ours that called or answered, None if nobody did."""
    return call.caller.number if call.direction is Direction.OUTBOUND else call.answered_by


def processes(
    later: Call,
    earlier: Call,
    numbers: Collection[str],
    kinds: Collection[LaterCall],
    within: timedelta,
    *,
    one_company: bool = False,
) -> bool:
    """Whether `later` has dealt with `earlier`, an unanswered call from one of these numbers.

    `numbers` are who is at the other end of `later`: its number, or all of its contact. Whoever
    calls again must have called the same number or queue, or `one_company`: being answered by one
    company is no answer to a call to another.
    """
    if not kinds_of(later) & frozenset(kinds):
        return False
    if earlier.disposition is not Disposition.UNANSWERED or earlier.caller.hidden:
        return False
    if earlier.direction is Direction.OUTBOUND or earlier.caller.number not in numbers:
        return False
    inbound = later.direction is Direction.INBOUND
    if inbound and not one_company and not _same_called(later, earlier):
        return False
    return timedelta() < later.started_at - earlier.started_at <= within


def _same_called(later: Call, earlier: Call) -> bool:
    same_number = later.called is not None and later.called == earlier.called
    return same_number or (later.queue is not None and later.queue == earlier.queue)
