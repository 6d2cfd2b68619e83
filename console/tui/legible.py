"""Times, durations, names and outcomes as an operator reads them."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from console.calls.words import TEXTS, Direction, Outcome
from console.desk.records import CallRecord
from console.people.values import Contact

if TYPE_CHECKING:
    from console.calls.numbers import NumberPlan

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HIDDEN = "hidden number"


def clock(at: datetime, zone: ZoneInfo) -> str:
    """The time of day there: "14:02"."""
    return f"{at.astimezone(zone):%H:%M}"


def weekday_and_clock(at: datetime, zone: ZoneInfo) -> str:
    """Weekday and time there: "Mon 14:02"."""
    local = at.astimezone(zone)
    return f"{DAYS[local.weekday()]} {local:%H:%M}"


def when(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A time as one would say it.

    "14:02" today, "yesterday 16:20", "Mon 16:20" within six days, "12 Nov 09:11" within this year,
    else "12 Nov 2024"; days are those of `zone`.
    """
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    days = (today - local.date()) // timedelta(days=1)
    if days == 0:
        return f"{local:%H:%M}"
    if days == 1:
        return f"yesterday {local:%H:%M}"
    if 1 < days < 7:
        return f"{DAYS[local.weekday()]} {local:%H:%M}"
    date = f"{local.day} {MONTHS[local.month - 1]}"
    return f"{date} {local:%H:%M}" if local.year == today.year else f"{date} {local.year}"


def duration(seconds: float) -> str:
    """Seconds as "0:14", "12:03" or "1:02:03"; what is negative is "0:00"."""
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def caller(record: CallRecord, plan: "NumberPlan") -> str:
    """Who calls in a few words: a name, else the number, else that it is hidden or unknown."""
    who = record.call.caller
    if record.caller_name:
        return record.caller_name
    if who.hidden:
        return HIDDEN
    return who.display or number(who.number, plan) or "unknown caller"


def number(raw: str | None, plan: "NumberPlan") -> str:
    """A number in the region's format, empty if there is none."""
    return plan.shown(raw) if raw else ""


def other_end(record: CallRecord) -> str:
    """The number of who isn't one of us (a key); empty where it is hidden or not known."""
    call = record.call
    if call.direction is Direction.OUTBOUND:
        return call.called or ""
    return "" if call.caller.hidden else call.caller.number or ""


def there(zone: str, now: datetime) -> str:
    """The time in a zone (IANA name): "14:02 there"; empty where the zone is not known."""
    try:
        return f"{clock(now, ZoneInfo(zone))} there" if zone else ""
    except (ValueError, KeyError, OSError):
        return ""


def number_kind(number: str, written: str, plan: "NumberPlan") -> str:
    """What a contact's number is: as its source says, else as the number itself says."""
    return written or plan.kind(number) or "number"


def contact_name(contact: Contact, plan: "NumberPlan") -> str:
    """Who a contact is in a few words: the name, else the company, else a number or an address."""
    first = number(contact.numbers[0][0], plan) if contact.numbers else ""
    mail = contact.emails[0] if contact.emails else ""
    return contact.name or contact.company or first or mail or "without a name"


def company(record: CallRecord, plan: "NumberPlan") -> str:
    """Which company is called: its name, else the called number, else the queue."""
    call = record.call
    return record.company_name or number(call.called, plan) or call.queue or "unknown number"


def outcome(record: CallRecord, plan: "NumberPlan") -> str:
    """What became of an ended call: "answered by 102 after 0:06", "gave up after 0:21"."""
    call = record.call
    if call.ended_at is None or call.outcome is None:
        return ending(record, plan)
    return f"{ending(record, plan)} after {duration(call.waited_seconds(call.ended_at))}"


def ending(record: CallRecord, plan: "NumberPlan") -> str:
    """What became of a call in short: "answered by 102", "gave up", "ringing" while it does."""
    call = record.call
    if call.ended_at is None:
        return TEXTS[call.phase]
    if call.outcome is None:
        return "ended"
    if call.outcome is Outcome.ANSWERED:
        # Who is dialled from here is named as the called one already.
        ours = call.direction is Direction.OUTBOUND
        by = f" by {number(call.answered_by, plan)}" if call.answered_by and not ours else ""
        return f"answered{by}"
    return TEXTS[call.outcome]
