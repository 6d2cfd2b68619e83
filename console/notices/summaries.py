"""The words for a storm: how many calls to whom, and who called first. No template; pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from console.calls.text import clean
from console.desk.records import CallRecord
from console.notices.notice_values import count_words, when

if TYPE_CHECKING:
    # phonenumbers takes a tenth of a second.
    from console.calls.numbers import NumberPlan

COMPANIES = 40
CALLS = 200


def summary(
    records: Sequence[CallRecord], now: datetime, plan: "NumberPlan", *, more: bool = False
) -> dict[str, str]:
    """Subject, text, html and sms for calls (the oldest first); `more`: there are others still."""
    count = f"{'more than ' if more else ''}{count_words(len(records))}"
    first, last = (when(each.call.started_at, now) for each in (records[0], records[-1]))
    times = first if first == last else f"{first} to {last}"
    by_company = Counter(_company(record, plan) for record in records).most_common()
    companies = [f"{number:>6,}  {name}" for name, number in by_company[:COMPANIES]]
    if len(by_company) > COMPANIES:
        companies.append(f"        and {len(by_company) - COMPANIES:,} others")
    calls = [
        f"{when(each.call.started_at, now)}  {_caller(each, plan)} for {_company(each, plan)}"
        for each in records[:CALLS]
    ]
    if len(records) > CALLS:
        calls.append(f"and {len(records) - CALLS:,} more, in the console's list")
    head = f"{count}, {times}"
    text = "\n".join([f"{head}.", "", "Called:", *companies, "", "The first:", *calls])
    html = (
        f"<p><strong>{escape(head)}</strong></p>\n"
        f"<pre>{escape(chr(10).join(companies))}</pre>\n"
        f"<p>The first:</p>\n<pre>{escape(chr(10).join(calls))}</pre>"
    )
    most = f"{by_company[0][1]:,} for {by_company[0][0]}"
    others = f" and {len(by_company) - 1:,} others" if len(by_company) > 1 else ""
    return {"subject": head, "text": text, "html": html, "sms": f"{head}: {most}{others}"}


def _company(record: CallRecord, plan: "NumberPlan") -> str:
    called = record.call.called
    name = record.company_name or (plan.shown(called) if called else "")
    return clean(name or record.call.queue or "unknown", 60)


def _caller(record: CallRecord, plan: "NumberPlan") -> str:
    caller = record.call.caller
    shown = plan.shown(caller.number) if caller.number and not caller.hidden else "hidden number"
    name = "" if caller.hidden else record.caller_name
    return clean(f"{name} {shown}" if name else shown, 100)
