"""The columns of a list of calls: which fit into a width, and what a call says in each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from console.calls.numbers import NumberPlan
from console.calls.words import TEXTS, Direction, Outcome
from console.desk.records import CallRecord, How
from console.settings.live import Live
from console.tui import legible
from console.tui.colleagues import LOOKS, Looking
from console.tui.notice_words import BRIEF, NOTHING_ON, notified, notified_briefly

GAP = 2
WIDE, VERY_WIDE = 108, 150  # cells from which there is room for more columns
ARROWS = {Direction.INBOUND: "←", Direction.OUTBOUND: "→", Direction.INTERNAL: "↔"}
OPEN, PROCESSED, ANSWERED, LIVE, NOTED = "▲", "✓", "○", "●", "✎"


class State(StrEnum):
    """How urgent a row looks."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    ANSWERED = "answered"
    LIVE = "live"


SIGNS = {
    State.OPEN: OPEN,
    State.TAKEN: OPEN,
    State.DONE: PROCESSED,
    State.ANSWERED: ANSWERED,
    State.LIVE: LIVE,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What is needed to read a record aloud: the time now, the site's zone and its numbers.

    `settings` are those in force: they say whether anybody will be told. `looking` says which
    calls colleagues look at.
    """

    now: datetime
    zone: ZoneInfo
    plan: NumberPlan
    settings: Live = NOTHING_ON
    looking: Looking = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """A column `width` cells wide, its title, and its text for a record."""

    name: str
    title: str
    width: int
    text: Callable[[CallRecord, Reading], str]


def state(record: CallRecord, now: datetime) -> State:
    """How urgent a call is."""
    if record.call.outcome is None:
        return State.LIVE
    if record.processed:
        return State.DONE
    if not record.open:
        return State.ANSWERED
    return State.TAKEN if record.taken and record.taken.holds(now) else State.OPEN


def layout(width: int, *, every: bool = False) -> tuple[Column, ...]:
    """The columns for a row of `width` cells; `every` for a list that also has answered calls.

    What is least needed goes first: notes, then the number (the caller column has it when there
    is no name), then why, which shares a column with processed. In a list of unanswered calls
    why makes room sooner for who was told, which shrinks to signs before anything else goes.
    """
    fixed = [_WHEN if width >= VERY_WIDE else _SHORT_WHEN, _RANG]
    if every:
        fixed.insert(0, _WAY)
    sharing = [("company", 20), ("caller", 20)]
    tail: list[Column] = []
    if width >= WIDE:
        tail.append(_NUMBER)
    if width >= (WIDE if every else VERY_WIDE):
        tail.append(_WHY_EVERY if every else _WHY)
    if not every:
        tail.append(_TOLD if width >= VERY_WIDE else _TOLD_SHORT if width >= WIDE else _TOLD_SIGNS)
    if width >= (WIDE if every else VERY_WIDE):
        sharing.append(("processed", 22))
        if width >= VERY_WIDE:
            sharing.append(("note", 30))
    else:
        sharing.append(("what", 18 if every else 26 if width >= WIDE else 21))
    taken = sum(column.width + GAP for column in (*fixed, *tail))
    room = width - taken - GAP * (len(sharing) - 1)
    whole = sum(share for _, share in sharing)
    widths = {name: max(1, room * share // whole) for name, share in sharing}
    widths[sharing[-1][0]] += max(0, room - sum(widths.values()))
    makers = {name: Column(name, _TITLES[name], widths[name], _TEXTS[name]) for name, _ in sharing}
    last = [makers[name] for name, _ in sharing[2:]]
    return (*fixed, makers["company"], makers["caller"], *tail, *last)


def marks(record: CallRecord, now: datetime) -> str:
    """The sign in front of a row, and whether there is a note."""
    return SIGNS[state(record, now)] + (NOTED if record.notes else " ")


def _way(record: CallRecord, _reading: Reading) -> str:
    return ARROWS[record.call.direction]


def _when(record: CallRecord, reading: Reading) -> str:
    return legible.when(record.call.started_at, reading.now, reading.zone)


def _short_when(record: CallRecord, reading: Reading) -> str:
    return _when(record, reading).replace("yesterday", "yest.")


def _rang(record: CallRecord, _reading: Reading) -> str:
    call = record.call
    if call.ended_at is None:
        return ""
    rang = any(leg.rang_at for leg in call.legs)
    return (legible.duration(call.ring_seconds(call.ended_at)) if rang else "–").rjust(5)


def _company(record: CallRecord, reading: Reading) -> str:
    name = legible.company(record, reading.plan)
    internal = record.call.direction is Direction.INTERNAL and not record.company_name
    return f"{TEXTS[Direction.INTERNAL]} {name}" if internal else name


def _caller(record: CallRecord, reading: Reading) -> str:
    return legible.caller(record, reading.plan)


def _number(record: CallRecord, reading: Reading) -> str:
    caller = record.call.caller
    # A hidden number is never shown, even if the PBX knows it; one's own phone is the caller.
    if caller.hidden or record.call.direction is not Direction.INBOUND:
        return ""
    return legible.number(caller.number, reading.plan)


def _why(record: CallRecord, reading: Reading) -> str:
    call = record.call
    if call.outcome is None:
        return TEXTS[call.phase]
    # Who is dialled from here stands in the row already.
    ours = call.direction is Direction.OUTBOUND
    if call.outcome is Outcome.ANSWERED and call.answered_by and not ours:
        return f"by {reading.plan.shown(call.answered_by)}"
    return TEXTS[call.outcome]


def processing(record: CallRecord, reading: Reading) -> str:
    """Who dealt with a call and when, or who is on it or looks at it; empty for most open ones."""
    if done := record.processed:
        how = "called back " if done.how is How.CALL else ""
        return f"{done.by} {how}{legible.when(done.at, reading.now, reading.zone)}"
    if record.open and record.taken and record.taken.holds(reading.now):
        return f"{record.taken.by} is on it"
    if record.open and (names := reading.looking.get(record.call.id)):
        return f"{LOOKS} {names}"
    return ""


def _what(record: CallRecord, reading: Reading) -> str:
    return processing(record, reading) or _why(record, reading)


def _told(record: CallRecord, reading: Reading) -> str:
    return notified(record, reading.zone, reading.settings)


def _told_briefly(record: CallRecord, reading: Reading) -> str:
    return notified_briefly(record, reading.settings)


def _note(record: CallRecord, _reading: Reading) -> str:
    return " ".join(record.notes[-1].text.split()) if record.notes else ""


_TITLES = {
    "company": " company",
    "caller": "caller",
    "processed": "processed",
    "note": "note",
    "what": "what",
}
_TEXTS = {
    "company": _company,
    "caller": _caller,
    "processed": processing,
    "note": _note,
    "what": _what,
}
_WAY = Column("way", "", 1, _way)
_WHEN = Column("when", "when", 15, _when)
_SHORT_WHEN = Column("when", "when", 12, _short_when)
_RANG = Column("rang", " rang", 5, _rang)
_NUMBER = Column("number", "number", 17, _number)
_WHY = Column("why", "why", 16, _why)
_TOLD = Column("notified", "notified", 24, _told)
_TOLD_SHORT = Column("notified", "notified", 15, _told)
_TOLD_SIGNS = Column("notified", "told", BRIEF, _told_briefly)
_WHY_EVERY = Column("why", "why", 18, _why)
