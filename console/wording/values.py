"""What templates are given: all that is known about a call, as plain JSON values.

fields.py says what there is. Texts lose the operator's marks (marks.py) that they may contain, and
giant ones their end: a call whose contact is a megabyte must still be displayed.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from console.calls.call import Call
from console.calls.events import Caller
from console.calls.words import TEXTS
from console.people.values import Company, Contact
from console.wording.marks import OPERATOR, unmarked

if TYPE_CHECKING:
    # phonenumbers takes a tenth of a second.
    from console.calls.numbers import NumberPlan

# Characters of one text, entries of one list, and characters of all texts together.
LONGEST_TEXT = 4000
LONGEST_LIST = 200
LONGEST_ALL = 60_000
_LONGEST_KEY = 60
_MOMENT = "%Y-%m-%d %H:%M:%S"

_CALLED_TEXTS = (
    *("name", "kind", "greeting", "pronunciation", "address", "web", "notes", "colour"),
    *("time_zone", "company"),
)
_CALLED_LISTS = ("phones", "greetings", "facts", "people", "hours", "emails")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def values_of(
    call: Call,
    called: Company | Contact | None,
    caller: Contact | None,
    now: datetime,
    plan: "NumberPlan",
) -> dict[str, Any]:
    """The values for a call; `now`, and with it all times, is in the company's time zone.

    Of a hidden caller nothing is told, not even a contact.
    """
    # The caller comes last: where all is too long, that is what is cut.
    values = {
        "now": _now(now),
        "call": _call(call, now, plan),
        "called": _called(called, plan),
        "caller": _caller(call.caller, None if call.caller.hidden else caller, plan),
    }
    bounded: dict[str, Any] = _Scissors().cut(values)
    return bounded | {"operator": dict(OPERATOR)}


def _called(called: Company | Contact | None, plan: "NumberPlan") -> dict[str, Any]:
    """The same fields for a company and a contact, so that one template does for both."""
    made: dict[str, Any] = dict.fromkeys(_CALLED_TEXTS, "") | {name: [] for name in _CALLED_LISTS}
    made["fact"] = {}
    if isinstance(called, Company):
        made |= {
            "name": called.name,
            "kind": "company",
            "phones": _phones([(number, "") for number in called.numbers], plan),
            "greeting": called.greeting,
            "greetings": [asdict(each) for each in called.greetings],
            "pronunciation": called.pronunciation,
            "facts": list(called.facts),
            "fact": _by_key(called.facts),
            "address": called.address,
            "web": called.web,
            "people": [
                {**asdict(each), "shown": plan.shown(each.number)}
                for each in called.people[:LONGEST_LIST]
            ],
            "notes": called.notes,
            "hours": list(called.hours),
            "colour": called.colour,
            "time_zone": called.time_zone,
        }
    elif called is not None:
        made |= {
            "name": called.name,
            "kind": "contact",
            "phones": _phones(called.numbers, plan),
            "address": called.addresses[0].one_line if called.addresses else "",
            "web": called.web,
            "notes": called.note,
            "company": called.company,
            "emails": list(called.emails),
        }
    made["numbers"] = [each["shown"] for each in made["phones"]]
    return made


def _caller(end: Caller, contact: Contact | None, plan: "NumberPlan") -> dict[str, Any]:
    number = "" if end.hidden else end.number or ""
    who = contact or Contact("")
    phones = _phones(who.numbers, plan)
    return {
        "name": who.name,
        "company": who.company,
        "number": number,
        "shown": plan.shown(number),
        "display": "" if end.hidden else end.display or "",
        "number_kind": plan.kind(number) if number else "",
        "country": plan.country(number) if number else "",
        "known": contact is not None,
        "hidden": end.hidden,
        "family": who.family,
        "given": who.given,
        "department": who.department,
        "title": who.title,
        "numbers": [each["shown"] for each in phones],
        "phones": phones,
        "emails": list(who.emails),
        "email": who.emails[0] if who.emails else "",
        "address": who.addresses[0].one_line if who.addresses else "",
        "addresses": [asdict(each) for each in who.addresses[:LONGEST_LIST]],
        "web": who.web,
        "note": who.note,
        "source": who.source,
        "id": "" if who.id is None else who.id,
        "ref": who.ref if contact and contact.source_id is not None else "",
        "uid": who.uid,
        "key": who.key,
        "photo": who.photo,
        "extra": list(who.extra),
    }


def _call(call: Call, now: datetime, plan: "NumberPlan") -> dict[str, Any]:
    called = call.called or ""
    return {
        "id": call.id,
        "direction": TEXTS[call.direction],
        "called_number": called,
        "called_shown": plan.shown(called),
        "queue": call.queue or "",
        "phase": TEXTS[call.phase],
        "outcome": TEXTS[call.outcome] if call.outcome else "",
        "started_at": call.started_at.astimezone(now.tzinfo).strftime(_MOMENT),
        "ring_seconds": int(call.ring_seconds(now)),
        "waited_seconds": int(call.waited_seconds(now)),
        "answered_by": call.answered_by or "",
        "ringing": list(call.ringing_devices),
        "slot": call.slot or "",
        "feed": call.feed,
    }


def _now(now: datetime) -> dict[str, Any]:
    return {
        "date": now.strftime("%Y-%m-%d"),
        "time": now.strftime("%H:%M"),
        # Not strftime's: it speaks the language of the machine.
        "weekday": _WEEKDAYS[now.weekday()],
        "day": now.day,
        "month": now.month,
        "year": now.year,
        "hour": now.hour,
        "minute": now.minute,
        "iso": now.isoformat(timespec="seconds"),
    }


def _phones(numbers: Sequence[tuple[str, str]], plan: "NumberPlan") -> list[dict[str, str]]:
    return [
        {"number": number, "shown": plan.shown(number), "kind": kind}
        for number, kind in numbers[:LONGEST_LIST]
    ]


def _by_key(facts: tuple[str, ...]) -> dict[str, str]:
    """The facts that read "key: value"; of two with one key the first."""
    found: dict[str, str] = {}
    for fact in facts[:LONGEST_LIST]:
        key, colon, value = fact.partition(":")
        if colon and key.strip() and len(key) <= _LONGEST_KEY:
            found.setdefault(key.strip().lower(), value.strip())
    return found


class _Scissors:
    """Cuts texts and lists at their limits; takes out marks and undecodable bytes."""

    def __init__(self) -> None:
        self._left = LONGEST_ALL

    def cut(self, value: Any) -> Any:
        match value:
            case str():
                text = harmless(value[: min(LONGEST_TEXT, self._left)])
                self._left -= len(text)
                return text
            case dict():
                return {harmless(key): self.cut(one) for key, one in value.items()}
            case list():
                return [self.cut(one) for one in value[:LONGEST_LIST]]
            case _:
                return value


def harmless(text: str) -> str:
    """Text from outside without marks and undecodable bytes."""
    return text if text.isascii() else unmarked(text).encode("utf-8", "replace").decode()
