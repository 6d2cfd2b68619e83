"""What the words of a notice are given: the latest call's values, and those of all its calls."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from console.calls.call import Call
from console.calls.words import TEXTS
from console.desk.records import CallRecord
from console.people.values import Company, Contact
from console.settings.notices import Mail
from console.settings.phone_links import phone_link
from console.wording.values import LONGEST_LIST, harmless, values_of

if TYPE_CHECKING:
    # phonenumbers takes a tenth of a second.
    from console.calls.numbers import NumberPlan

# Not strftime's: it speaks the language of the machine.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def notice_values(
    records: Sequence[CallRecord],
    company: Company | None,
    caller: Contact | None,
    mail: Mail,
    now: datetime,
    plan: "NumberPlan",
) -> dict[str, Any]:
    """The values for calls of one caller (the oldest first, at least one); times as in `now`.

    Where the directory knows nobody by now, names are those that were stored with the call.
    """
    last = records[-1]
    if company is None and last.company_name:
        company = Company(last.company_name)
    if caller is None and last.caller_name:
        caller = Contact(last.caller_name)
    values = values_of(last.call, company, caller, now, plan)
    del values["operator"]
    notes = [note.text for record in records for note in record.notes]
    values["notice"] = {
        "calls": [_call(record, now) for record in records[-LONGEST_LIST:]],
        "count": len(records),
        "count_words": count_words(len(records)),
        "since": since(records, now),
        "notes": [harmless(" ".join(text.splitlines())[:2000]) for text in notes[:50]],
        "link": phone_link(mail, values["caller"]["number"]),
    }
    return values


def count_words(count: int) -> str:
    """ "1 unanswered call", "2,000 unanswered calls"."""
    return f"{count:,} unanswered {'call' if count == 1 else 'calls'}"


def since(records: Sequence[CallRecord], now: datetime) -> str:
    """ "13:58" of one call, "since 09:10" of several."""
    first = when(records[0].call.started_at, now)
    return first if len(records) == 1 else f"since {first}"


def when(at: datetime, now: datetime) -> str:
    """The time, with its date if that is another day's than now's: "13:58", "24 Nov 13:58"."""
    local = at.astimezone(now.tzinfo)
    if local.date() == now.date():
        return f"{local:%H:%M}"
    return f"{local.day} {_MONTHS[local.month - 1]} {local:%H:%M}"


def _call(record: CallRecord, now: datetime) -> dict[str, Any]:
    call = record.call
    return {
        "when": when(call.started_at, now),
        "why": TEXTS[call.outcome] if call.outcome else "",
        "rang": rang(call),
        "company": harmless(record.company_name),
    }


def rang(call: Call) -> str:
    """How long it rang: "12 s"; where no phone rang also how long the caller waited."""
    end = call.ended_at or call.started_at
    ring, waited = int(call.ring_seconds(end)), int(call.waited_seconds(end))
    return f"{ring} s" if ring or not waited else f"0 s, waited {waited} s"
