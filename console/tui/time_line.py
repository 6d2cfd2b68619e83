"""The time line of a call in sentences: what happened, when, and how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from console.calls.call import Call, Leg, Moment
from console.calls.numbers import NumberPlan
from console.calls.words import TEXTS, Direction, MomentKind, Outcome, RangResult
from console.desk.due import in_words
from console.desk.records import CallRecord
from console.settings.live import Live
from console.tui import legible
from console.tui.notice_words import NOTHING_ON, sentence

# What phones do within this time they do together, for a person.
TOGETHER = timedelta(seconds=1)

_ENDINGS = {
    Outcome.ANSWERED: "the call ended",
    Outcome.ABANDONED: "nobody had answered; the caller hung up",
    Outcome.ABANDONED_QUEUE: "the caller gave up in the queue",
    Outcome.NO_ANSWER: "nobody answered; the call ended",
    Outcome.BUSY: "all phones were busy; the call ended",
    Outcome.DECLINED: "the call was declined; it ended",
    Outcome.VOICEMAIL: "the caller was with the mailbox; the call ended",
    Outcome.UNREACHABLE: "no phone could be reached; the call ended",
    Outcome.LOST: "the PBX no longer knew the call; how it ended was not seen",
}
_WAYS = {
    Direction.INBOUND: "call",
    Direction.OUTBOUND: "outgoing call",
    Direction.INTERNAL: "internal call",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened; `clock` is "13:40:02" in the site's zone, empty for a remark."""

    clock: str
    text: str


@dataclass(frozen=True, slots=True)
class _Step:
    """A moment or a phone that stopped, and its place among what happened at the same time."""

    at: datetime
    place: int
    moment: Moment | None = None
    leg: Leg | None = None

    def joins(self, other: "_Step") -> bool:
        """Whether both are told in one sentence."""
        if self.at - other.at >= TOGETHER:
            return False
        if self.moment and other.moment:
            return self.moment.kind is other.moment.kind is MomentKind.RANG
        if self.leg and other.leg:
            mine, its = self.leg, other.leg
            return mine.result is its.result and _seconds(mine.seconds) == _seconds(its.seconds)
        return False


def lines(
    record: CallRecord, zone: ZoneInfo, plan: NumberPlan, settings: Live = NOTHING_ON
) -> tuple[Line, ...]:
    """What happened to a call and who was told of it, or when that is decided, in order of time."""
    processed = record.processed is not None
    told = [
        Line(_clock(steps[0].at, zone), _sentence(record, steps, plan))
        for steps in _together(_steps(record.call))
    ]
    told += [
        Line(_clock(notice.at, zone), sentence(notice, zone, plan, processed=processed))
        for notice in sorted(record.notices, key=lambda notice: (notice.at, notice.id or 0))
    ]
    if record.due_at is not None and (words := in_words(record, settings, plan)):
        told.append(Line(_clock(record.due_at, zone), words))
    if record.call.reconstructed:
        told.append(
            Line("", "A part of this was not heard; it follows from what the PBX said later.")
        )
    return tuple(told)


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M:%S}"


def _steps(call: Call) -> list[_Step]:
    over = {(leg.device, leg.ended_at) for leg in call.legs}
    steps = []
    for moment in call.moments:
        if moment.kind is MomentKind.PHONE_ENDED and (moment.who, moment.at) in over:
            continue  # its leg says more
        steps.append(_Step(moment.at, 3 if moment.kind is MomentKind.HUNG_UP else 1, moment))
    spoke = {
        (moment.who, moment.at) for moment in call.moments if moment.kind is MomentKind.ANSWERED
    }
    for leg in call.legs:
        if leg.ended_at is None or (leg.device, leg.ended_at) in spoke:
            continue
        place = 2 if leg.result is RangResult.ELSEWHERE else 0
        steps.append(_Step(leg.ended_at, place, leg=leg))
    return sorted(steps, key=lambda step: (step.at, step.place))


def _together(steps: Sequence[_Step]) -> list[list[_Step]]:
    groups: list[list[_Step]] = []
    for step in steps:
        if groups and step.joins(groups[-1][0]):
            groups[-1].append(step)
        else:
            groups.append([step])
    return groups


def _sentence(record: CallRecord, steps: list[_Step], plan: NumberPlan) -> str:
    moment = steps[0].moment
    if moment is None:
        return _phones_over([step.leg for step in steps if step.leg], plan)
    who = plan.shown(moment.who)
    match moment.kind:
        case MomentKind.ARRIVED:
            return _arrival(record, plan)
        case MomentKind.RANG:
            names = dict.fromkeys(plan.shown(step.moment.who) for step in steps if step.moment)
            return f"rings {', '.join(names)}"
        case MomentKind.PHONE_ENDED:
            return f"{who}: {TEXTS[moment.result]}" if moment.result else f"{who} stopped"
        case MomentKind.QUEUED:
            return f"queue {moment.who}"
        case MomentKind.LEFT_QUEUE:
            return f"left queue {moment.who}"
        case MomentKind.PBX_ANSWERED:
            return "the PBX picked up (announcement, menu or queue)"
        case MomentKind.ANSWERED:
            return f"answered by {who}"
        case MomentKind.LEFT_ALONE:
            return f"{who} left the call"
        case MomentKind.PARKED:
            return f"parked on {moment.who}"
        case MomentKind.FETCHED:
            return f"no longer parked on {moment.who}"
        case MomentKind.VOICEMAIL:
            return "the mailbox took the call"
        case MomentKind.MERGED:
            return "joined with another call"
        case MomentKind.HUNG_UP:
            return _ending(record.call)
        case MomentKind.FEED_LOST:
            return "the PBX fell silent; what it did from here on was not heard"
        case MomentKind.FEED_BACK:
            return "the PBX is heard again"


def _ending(call: Call) -> str:
    return _ENDINGS[call.outcome] if call.outcome else "the caller hung up"


def _arrival(record: CallRecord, plan: NumberPlan) -> str:
    call = record.call
    caller, company = legible.caller(record, plan), legible.company(record, plan)
    number = "" if call.caller.hidden else legible.number(call.caller.number, plan)
    called = legible.number(call.called, plan)
    source = f"{number} ({caller})" if number and number != caller else caller
    target = f"{called} ({company})" if called and called != company else company
    return f"{_WAYS[call.direction]} from {source} to {target}"


def _phones_over(legs: list[Leg], plan: NumberPlan) -> str:
    names = ", ".join(dict.fromkeys(plan.shown(leg.device) for leg in legs))
    result = legs[0].result
    said = f": {TEXTS[result]}" if result else ""
    if legs[0].rang_at is None:
        return f"{names} did not ring{said}"
    return f"{names} rang for {_seconds(legs[0].seconds)}{said}"


def _seconds(seconds: float) -> str:
    return f"{round(seconds)} s" if seconds < 60 else legible.duration(seconds)
