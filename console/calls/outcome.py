"""How a call ended: the first rule that fits."""

from datetime import timedelta

from console.calls.call import Call, Leg
from console.calls.words import MomentKind, Outcome, RangResult

# The phones stop ringing a moment before or after the caller's own channel goes.
TOGETHER = timedelta(seconds=1)


def outcome_of(call: Call) -> Outcome:
    """The outcome of a call whose caller has hung up."""
    reached = [leg for leg in call.legs if leg.result is not RangResult.UNREACHABLE]
    results = {leg.result for leg in reached}
    if call.answered_at:
        return Outcome.ANSWERED
    if call.voicemail:
        return Outcome.VOICEMAIL
    if any(_rang_until_the_end(leg, call) for leg in reached):
        return Outcome.ABANDONED
    if call.queued or call.queue_abandoned:
        return Outcome.ABANDONED_QUEUE
    if not reached:
        # A phone that isn't there leaves no trace, and neither does a caller who leaves the menu
        # before any phone is tried; but then the PBX itself had picked up.
        return Outcome.NO_ANSWER if _was_greeted(call) else Outcome.UNREACHABLE
    if results == {RangResult.BUSY}:
        return Outcome.BUSY
    if results <= {RangResult.BUSY, RangResult.DECLINED}:
        return Outcome.DECLINED
    return Outcome.NO_ANSWER


def _was_greeted(call: Call) -> bool:
    """Whether the PBX itself picked up and no phone was tried in vain."""
    greeted = any(moment.kind is MomentKind.PBX_ANSWERED for moment in call.moments)
    return greeted and not call.legs


def _rang_until_the_end(leg: Leg, call: Call) -> bool:
    """Whether this phone still rang when the caller hung up."""
    if leg.rang_at is None or call.ended_at is None:
        return False
    if leg.ended_at is None:
        return True
    return leg.result is RangResult.CANCELLED and abs(call.ended_at - leg.ended_at) <= TOGETHER
