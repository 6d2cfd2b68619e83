"""What is to be said of a call while it is not decided yet who is told of it. Pure."""

from datetime import datetime
from typing import TYPE_CHECKING

from console.desk.notice import Channel
from console.desk.recipients import TOLD, recipients
from console.desk.records import CallRecord
from console.settings.live import Live, for_company

if TYPE_CHECKING:
    # phonenumbers takes a tenth of a second.
    from console.calls.numbers import NumberPlan

_OFF = "E-mail and Text message are off"
_NOBODY = {
    Channel.MAIL: "no address is entered in E-mail",
    Channel.TEXT: "no number is entered in Text message",
}


def waits(record: CallRecord, live: Live) -> datetime | None:
    """When it is decided of a call of which somebody may be told; None for any other."""
    if record.due_at is None or record.processed is not None:
        return None
    return record.due_at if any(_on(record, live).values()) else None


def in_words(record: CallRecord, live: Live, plan: "NumberPlan") -> str:
    """What will be decided: a sentence without its time; "" where nothing is owed."""
    if record.due_at is None or record.processed is not None:
        return ""
    # A number that is written twice is sent to once.
    on = recipients(for_company(live, record.company_id), plan)
    if not any(on.values()):
        return f"nobody is to be told: {_why_nobody(record, live)}"
    to = "; ".join(
        f"{TOLD[channel]} to {', '.join(plan.shown(one) for one in to)}"
        for channel, to in on.items()
        if to
    )
    ended = record.call.ended_at
    grace = round((record.due_at - ended).total_seconds()) if ended else 0
    after = f" ({grace} s after the call ended)" if grace > 0 else ""
    return (
        f"will be decided{after}: {to}, unless an exception holds or it is answered, called back "
        "or processed before"
    )


def _on(record: CallRecord, live: Live) -> dict[Channel, tuple[str, ...]]:
    theirs = for_company(live, record.company_id)
    on = {}
    if theirs.mail.send:
        on[Channel.MAIL] = theirs.mail.to
    if theirs.text_messages.send:
        on[Channel.TEXT] = theirs.text_messages.to
    return on


def _why_nobody(record: CallRecord, live: Live) -> str:
    return " and ".join(_NOBODY[channel] for channel in _on(record, live)) or _OFF
