"""How the notices of a call are spoken of: in a column, in a row of signs, in the time line."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from console.calls.numbers import NumberPlan
from console.desk.notice import UNDELIVERED, Channel, Notice, NoticeState, told_in
from console.desk.records import CallRecord
from console.tui import legible

MAILED, TEXTED, FAILED = "✉", "✆", "▲"
SIGNS = {Channel.MAIL: MAILED, Channel.TEXT: TEXTED}
WAITS = frozenset({NoticeState.QUEUED, NoticeState.SENDING})
# What says no more than that it was sent.
PLAINLY = frozenset({"", "sent", "mailed", "text message sent"})


def undelivered(record: CallRecord) -> tuple[Notice, ...]:
    """The notices of a call that somebody must see to."""
    return tuple(notice for notice in record.notices if notice.state in UNDELIVERED)


def notified(record: CallRecord, zone: ZoneInfo) -> str:
    """Who was told, in a few words: "✉ 13:59", "not: rang 1.4 s (limit 2 s)", "▲ ✉ failed"."""
    notices = record.notices
    if failed := undelivered(record):
        unsure = all(one.state is NoticeState.UNCERTAIN for one in failed)
        return f"{FAILED} {_signs(failed)} {'unsure' if unsure else 'failed'}"
    if waiting := [one for one in notices if one.state in WAITS]:
        again = [one.next_at for one in waiting if one.tries and one.next_at]
        at = f"again {legible.clock(min(again), zone)}" if again else "waits"
        return f"{_signs(waiting)} {at}"
    if sent := [one for one in notices if one.state is NoticeState.SENT]:
        times: dict[str, list[Notice]] = {}
        for one in sent:
            times.setdefault(legible.clock(one.at, zone), []).append(one)
        return " ".join(f"{_signs(several)} {at}" for at, several in times.items())
    if folded := [one for one in notices if one.state is NoticeState.FOLDED]:
        return f"{_signs(folded)} in another"
    return f"not: {notices[0].why}" if notices else ""


def notified_briefly(record: CallRecord) -> str:
    """The same in six cells: "✉✆", "not", "failed"."""
    notices = record.notices
    if failed := undelivered(record):
        unsure = all(one.state is NoticeState.UNCERTAIN for one in failed)
        return "unsure" if unsure else "failed"
    if any(one.state in WAITS for one in notices):
        return "waits"
    told = [one for one in notices if one.state in (NoticeState.SENT, NoticeState.FOLDED)]
    return _signs(told) or ("not" if notices else "")


def _signs(notices: Sequence[Notice]) -> str:
    return "".join(dict.fromkeys(SIGNS[one.channel] for one in notices))


def sentence(notice: Notice, zone: ZoneInfo, plan: NumberPlan) -> str:
    """What became of a notice, to whom, and why."""
    mail = notice.channel is Channel.MAIL
    to = notice.recipient if mail else plan.shown(notice.recipient)
    what = f"{'e-mail' if mail else 'text message'} to {to}"
    match notice.state:
        case NoticeState.SENT:
            said = f"mailed to {to}" if mail else what
            why = "" if notice.why.casefold() in PLAINLY else notice.why
            known = f" (Message-ID {notice.message_id})" if notice.message_id else ""
            return _because(said, why or ("" if mail else "sent")) + known
        case NoticeState.SENDING:
            return f"{what} is being sent"
        case NoticeState.QUEUED if notice.why.startswith("waits"):
            return f"{what} {notice.why}"
        case NoticeState.QUEUED:
            again = notice.next_at if notice.tries else None
            when = f"is tried again at {legible.clock(again, zone)}" if again else "waits"
            return _because(f"{what} {when}", notice.why)
        case NoticeState.UNCERTAIN:
            return _because(f"{what}: whether it was sent is not known", notice.why)
        case NoticeState.FAILED:
            return _because(f"{what} failed", notice.why)
        case NoticeState.FOLDED:
            if notice.teller is None:
                return _because(f"{what}: told in another one", notice.why)
            said = told_in(notice, to, legible.clock(notice.teller.at, zone))
            if notice.teller.state is NoticeState.SENT:
                return f"{'mailed' if mail else 'texted'} {said}"
            return f"{'e-mail' if mail else 'text message'} {said}"
        case NoticeState.SKIPPED | NoticeState.CANCELLED:
            nobody = "not mailed" if mail else "no text message"
            return _because(f"{nobody} to {to}" if to else nobody, notice.why)


def _because(words: str, why: str) -> str:
    return f"{words}: {why}" if why else words
