"""How the notices of a call are spoken of: in a column, in a row of signs, in the time line."""

import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from console.calls.numbers import NumberPlan
from console.desk.due import waits
from console.desk.notice import UNDELIVERED, Channel, Notice, NoticeState, told_in
from console.desk.records import CallRecord
from console.settings.live import Live
from console.tui import legible

MAILED, TEXTED, FAILED = "✉", "✆", "▲"
SIGNS = {Channel.MAIL: MAILED, Channel.TEXT: TEXTED}
PROCESSED = "not: processed"
BRIEF = 6  # cells
NOTHING_ON = Live()
_FATES = {NoticeState.FAILED: "failed", NoticeState.UNCERTAIN: "unsure"}
_NOT_TOLD = frozenset({NoticeState.SKIPPED, NoticeState.CANCELLED})
WAITS = frozenset({NoticeState.QUEUED, NoticeState.SENDING})
# What says no more than that it was sent.
PLAINLY = frozenset({"", "sent", "mailed", "text message sent"})

# As it is stored: "Emre Yıldız answered the next call 14:02".
_DEALT = re.compile(r"(?P<who>.+) (?P<did>called back|answered)(?: the next call)? (?P<at>.*\d)")


def undelivered(record: CallRecord) -> tuple[Notice, ...]:
    """The notices of a call that somebody must see to."""
    return tuple(notice for notice in record.notices if notice.state in UNDELIVERED)


def notified(record: CallRecord, zone: ZoneInfo, settings: Live = NOTHING_ON) -> str:
    """Who was told, in a few words: "✉ 13:59", "not: rang 1.4 s (limit 2 s)", "▲ 1 of 2 failed".

    Before that is decided, when it will be: "waits 14:02"; nothing where the settings tell nobody.
    """
    notices = record.notices
    if lost := _lost(record):
        word = _FATES[lost[0].state]
        meant = _meant(record)
        if len(lost) < len(meant):
            return f"{FAILED} {len(lost)} of {len(meant)} {word}"
        return f"{FAILED} {_signs(lost)} {word}"
    if waiting := _waiting(record):
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
    if not notices:
        at_last = waits(record, settings)
        return f"waits {legible.clock(at_last, zone)}" if at_last else ""
    if any(one.state in WAITS for one in notices):
        return PROCESSED
    if cancelled := [one for one in notices if _was_cancelled(one)]:
        return f"cancelled: {_deed_first(cancelled[0].why)}"
    return f"not: {_deed_first(notices[0].why)}"


def _deed_first(why: str) -> str:
    """ "called back by Tom 14:02": cut short with the name first, Tom would seem not to be told."""
    dealt = _DEALT.fullmatch(why)
    return f"{dealt['did']} by {dealt['who']} {dealt['at']}" if dealt else why


def notified_briefly(record: CallRecord, settings: Live = NOTHING_ON) -> str:
    """The same in six cells: "✉✆", "not", "failed", "▲ 1/2"."""
    notices = record.notices
    if lost := _lost(record):
        some = f"{FAILED} {len(lost)}/{len(meant)}" if len(meant := _meant(record)) > 1 else ""
        part = len(lost) < len(meant) and len(some) <= BRIEF
        return some if part else _FATES[lost[0].state]
    if _waiting(record) or (not notices and waits(record, settings)):
        return "waits"
    told = [one for one in notices if one.state in (NoticeState.SENT, NoticeState.FOLDED)]
    return _signs(told) or ("not" if notices else "")


def _lost(record: CallRecord) -> list[Notice]:
    """The notices that failed; if none did, those of which it is not known."""
    lost = undelivered(record)
    return [one for one in lost if one.state is NoticeState.FAILED] or list(lost)


def _meant(record: CallRecord) -> list[Notice]:
    """The notices that were to reach somebody."""
    return [one for one in record.notices if one.state not in _NOT_TOLD]


def _waiting(record: CallRecord) -> list[Notice]:
    """The notices that are still sent: of a call that is processed none any more."""
    still = {NoticeState.SENDING} if record.processed else WAITS
    return [one for one in record.notices if one.state in still]


def _was_cancelled(notice: Notice) -> bool:
    # With nobody's name on it, it was never to be sent to anybody.
    return notice.state is NoticeState.CANCELLED and bool(notice.recipient)


def _signs(notices: Sequence[Notice]) -> str:
    return "".join(dict.fromkeys(SIGNS[one.channel] for one in notices))


def sentence(notice: Notice, zone: ZoneInfo, plan: NumberPlan, *, processed: bool = False) -> str:
    """What became of a notice, to whom, and why; `processed`: its call is."""
    mail = notice.channel is Channel.MAIL
    to = notice.recipient if mail else plan.shown(notice.recipient)
    what = f"{'e-mail' if mail else 'text message'} to {to}"
    match notice.state:
        case NoticeState.SENT:
            known = f" (Message-ID {notice.message_id})" if notice.message_id else ""
            return _sent(notice, to) + known
        case NoticeState.SENDING:
            return f"{what} is being sent"
        case NoticeState.QUEUED if processed:
            return f"{what} is not sent of this call, which is processed"
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
        case NoticeState.CANCELLED if to:
            return _because(f"{what} cancelled", notice.why)
        case NoticeState.SKIPPED | NoticeState.CANCELLED:
            nobody = "not mailed" if mail else "no text message"
            return _because(f"{nobody} to {to}" if to else nobody, notice.why)


def _sent(notice: Notice, to: str) -> str:
    """ "mailed to a@x (250 ok)": the channel's own words begin with the same."""
    mail = notice.channel is Channel.MAIL
    said = f"mailed to {to}" if mail else f"text message to {to}"
    if notice.why.casefold() in PLAINLY:
        return said if mail else f"{said}: sent"
    begins = ("mailed to " if mail else "sent to ") + notice.recipient
    if notice.why.startswith(begins):
        return said + notice.why.removeprefix(begins)
    return f"{said}: {notice.why}"


def _because(words: str, why: str) -> str:
    for repeated in ("not sent: ", "not sent yet: "):
        if why.casefold().startswith(repeated):
            why = why[len(repeated) :]
    return f"{words}: {why}" if why else words
