"""Whether anybody is told of an unanswered call: the exceptions, each with a reason. Pure.

A call that somebody has dealt with is told to nobody; `never` beats `always`, and `always` beats
all other exceptions.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from console.calls.numbers import NumberPlan
from console.calls.text import fold
from console.calls.words import Direction
from console.desk.records import CallRecord
from console.people.called_numbers import CalledNumbers
from console.people.hours import Opening, State
from console.people.number_forms import read_number
from console.people.values import Company, Contact
from console.settings.notices import Exceptions

Key = tuple[str, datetime]
# A beginning (030 1234*), any digit (030 12??), or a range (030 1234 100-199).
_BLOCK = re.compile(r"\d.*[*?…-]|\.\.")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known besides the call and the settings, at `now`.

    `contact` is the caller's if one is known for sure, or that of the switchboard which the number
    continues. `opening` is that of the called company when it was
    called. `last_key` is who pressed a key last, and when. `dealt` says who has dealt with the
    call ("Lena called back 14:02"), empty if nobody has.
    """

    now: datetime
    contact: Contact | None = None
    opening: Opening = field(default_factory=lambda: Opening(State.UNKNOWN))
    last_key: Key | None = None
    dealt: str = ""


def why_not(
    record: CallRecord, exceptions: Exceptions, facts: Facts, plan: NumberPlan
) -> str | None:
    """The reason why nobody is told of a call; None if somebody is."""
    if not record.unanswered:
        return "it is no unanswered call"
    if facts.dealt:
        return facts.dealt
    if listed := _listed(record, exceptions.never, facts, plan):
        return f"{listed} is never reported"
    if _listed(record, exceptions.always, facts, plan):
        return None
    return _of_caller(record, exceptions, facts) or _of_time(record, exceptions, facts)


def _of_caller(record: CallRecord, exceptions: Exceptions, facts: Facts) -> str | None:
    call = record.call
    # What has no number and was not hidden on purpose tells as little.
    hidden = call.caller.hidden or not call.caller.number
    if exceptions.internal and call.direction is Direction.INTERNAL:
        return "internal call"
    if exceptions.hidden and hidden:
        return "hidden number"
    if exceptions.unknown and not hidden and facts.contact is None:
        return "no contact has the number"
    return None


def _of_time(record: CallRecord, exceptions: Exceptions, facts: Facts) -> str | None:
    return (
        _short(record, exceptions.seconds)
        or _opening(record, exceptions, facts)
        or _at_console(exceptions, facts)
    )


def _short(record: CallRecord, limit: int) -> str | None:
    """Neither rang nor waited so long: who waits for a minute while all is busy is told of."""
    call = record.call
    end = call.ended_at or call.started_at
    ring, waited = call.ring_seconds(end), call.waited_seconds(end)
    if ring >= limit or waited >= limit:
        return None
    took = f"rang {_tenths(ring)}" if ring else f"waited {_tenths(waited)}"
    return f"{took} s (limit {limit} s)"


def _tenths(seconds: float) -> str:
    # Cut, not rounded: "2.0 s" would not be below 2.
    return f"{int(seconds * 10) / 10:.1f}"


def _opening(record: CallRecord, exceptions: Exceptions, facts: Facts) -> str | None:
    state, company = facts.opening.state, record.company_name or "the company"
    if state is State.UNKNOWN or exceptions.hours == "always":
        return None
    wrong = (state is State.OPEN) == (exceptions.hours == "only while closed")
    if not wrong:
        return None
    text = facts.opening.text()
    if state is State.HOLIDAY:
        return f"{company} has a {text}"
    return f"{company} is {text}"


def _at_console(exceptions: Exceptions, facts: Facts) -> str | None:
    if not exceptions.at_console or facts.last_key is None:
        return None
    who, at = facts.last_key
    ago = facts.now - at
    if ago >= timedelta(minutes=exceptions.at_console_minutes):
        return None
    minutes = max(0, int(ago.total_seconds() // 60))
    when = "a moment ago" if not minutes else _minutes(minutes)
    return f"{who or 'somebody'} pressed a key {when}"


def _minutes(minutes: int) -> str:
    return "1 minute ago" if minutes == 1 else f"{minutes} minutes ago"


# -- never and always ----------------------------------------------------------------------------


def _listed(
    record: CallRecord, entries: tuple[str, ...], facts: Facts, plan: NumberPlan
) -> str | None:
    """What of the caller is in the list: the number for people, a name, or a firm."""
    if not entries:
        return None
    listed = _read(entries, plan)
    number = None if record.call.caller.hidden else plan.normal(record.call.caller.number)
    if number and (number in listed.keys or listed.blocks.company_of(number)):
        return plan.shown(number)
    contact = facts.contact
    if contact is None:
        return None
    # By the family's name, too, but not by the given one: that would be too many people.
    family = contact.family or contact.name.rpartition(" ")[2]
    if fold(contact.name) in listed.names or (family and fold(family) in listed.names):
        return contact.name
    return contact.company if contact.company and fold(contact.company) in listed.names else None


@dataclass(frozen=True, slots=True)
class _Listed:
    """Numbers as keys, blocks of numbers as a company may have them, and folded names."""

    keys: frozenset[str]
    blocks: CalledNumbers
    names: frozenset[str]


@lru_cache(maxsize=256)
def _read(entries: tuple[str, ...], plan: NumberPlan) -> _Listed:
    """What entries mean; each may be a number or a name."""
    # Nobody writes the outside-line prefix.
    written = plan.written
    keys = (written.normal(entry) for entry in entries)
    blocks = (read_number(entry, plan)[0] for entry in entries if _BLOCK.search(entry))
    names = (fold(entry.strip()) for entry in entries)
    return _Listed(
        frozenset(key for key in keys if key),
        CalledNumbers([Company("", tuple(block for block in blocks if block))]),
        frozenset(name for name in names if name),
    )
