"""Who is told of one call: its notices, as they are stored. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from console.calls.numbers import NumberPlan
from console.desk.notice import Channel, Notice, NoticeState
from console.desk.notices import Told
from console.desk.recipients import TOLD, recipients, same
from console.desk.records import CallRecord
from console.notices.message_ids import message_id
from console.notices.repeats import Enough, Fold, Tell, repeat
from console.notices.rules import Facts, why_not
from console.settings.live import Live

NOTHING_ON = "notifications are off"
TOGETHER = "told together with another call of this caller"
# A summary that still takes in calls is found by this reason, and what it took in by the next: they
# are stored, and the only mark of a summary.
SUMMARY = "becomes one summary of many calls"
SUMMED_UP = "told in one summary of many calls"
NOBODY = {
    Channel.MAIL: "no address is entered in E-mail",
    Channel.TEXT: "no number is entered in Text message",
}
NOT_TOLD = frozenset({NoticeState.SKIPPED, NoticeState.CANCELLED})
Recipient = tuple[Channel, str]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a recipient is told of a storm: `id` of the notice that waits, None for a new one.

    `at` is when it is sent at the latest.
    """

    id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """A call, the settings in force for its company, and what is known besides.

    `site` tells installations apart, `version` is that of the settings.
    """

    record: CallRecord
    live: Live
    facts: Facts
    plan: NumberPlan
    site: str = ""
    version: int = 0
    reason: str | None = field(init=False)

    def __post_init__(self) -> None:
        """The reason why nobody is told, None if somebody may be."""
        reason = why_not(self.record, self.live.exceptions, self.facts, self.plan)
        object.__setattr__(self, "reason", reason)

    @property
    def wanted(self) -> tuple[Recipient, ...]:
        """Who would be told, were there no other notices."""
        if self.reason is not None:
            return ()
        return tuple(
            (channel, one)
            for channel, found in recipients(self.live, self.plan).items()
            for one in found
        )


def decided(
    case: Case, told: Sequence[Told], storms: Mapping[Recipient, Summary] | None = None
) -> tuple[Notice, ...]:
    """At least one notice: told, folded into another, or not told and why.

    `told` are the notices of the caller to the company, `storms` are recipients of so many calls
    that they are told of all at once.
    """
    found = recipients(case.live, case.plan)
    if not found:
        return (_skipped(case, Channel.MAIL, "", NOTHING_ON),)
    notices: list[Notice] = []
    for channel, persons in found.items():
        if case.reason is not None or not persons:
            notices.append(_nobody(case, channel))
            continue
        for person in persons:
            summary = (storms or {}).get((channel, same(person)))
            if summary is not None:
                notices.append(_summed_up(case, channel, person, summary))
            else:
                notices.append(_one(case, channel, person, _about(told, channel, person)))
    return tuple(notices)


def _about(told: Iterable[Told], channel: Channel, person: str) -> list[Told]:
    return [
        each for each in told if each.channel is channel and same(each.recipient) == same(person)
    ]


def _one(case: Case, channel: Channel, person: str, told: Sequence[Told]) -> Notice:
    match repeat(told, case.live.exceptions, case.facts.now):
        case Enough(why):
            return _skipped(case, channel, person, why)
        case Fold(into):
            return _folded(case, channel, person, into.id, TOGETHER)
        case Tell(at):
            why = "" if at <= case.facts.now else "waits for further calls of the same caller"
            return _queued(case, channel, person, at, why)


def _summed_up(case: Case, channel: Channel, person: str, summary: Summary) -> Notice:
    if summary.id is not None:
        return _folded(case, channel, person, summary.id, SUMMED_UP)
    return _queued(case, channel, person, summary.at, SUMMARY)


def _queued(case: Case, channel: Channel, person: str, at: datetime, why: str) -> Notice:
    id = ""
    if channel is Channel.MAIL:
        sender = case.live.mail_server.sender
        id = message_id(case.site, sender, case.record.call.id, same(person))
    return Notice(
        case.record.call.id,
        channel,
        person,
        NoticeState.QUEUED,
        why,
        case.facts.now,
        next_at=at,
        version=case.version,
        message_id=id,
    )


def _folded(case: Case, channel: Channel, person: str, into: int, why: str) -> Notice:
    return Notice(
        case.record.call.id,
        channel,
        person,
        NoticeState.FOLDED,
        why,
        case.facts.now,
        version=case.version,
        told_by=into,
    )


def _nobody(case: Case, channel: Channel) -> Notice:
    notice = _skipped(case, channel, "", case.reason or NOBODY[channel])
    if case.reason is not None and case.reason == case.facts.dealt:
        return replace(notice, state=NoticeState.CANCELLED)
    return notice


def _skipped(case: Case, channel: Channel, person: str, why: str) -> Notice:
    return Notice(
        case.record.call.id,
        channel,
        person,
        NoticeState.SKIPPED,
        why,
        case.facts.now,
        version=case.version,
    )


def sentence(notices: Iterable[Notice]) -> str:
    """What becomes of a call, for people: "mailed to a@x, b@y; not texted: internal call"."""
    parts: dict[str, list[str]] = {}
    for notice in notices:
        word = TOLD[notice.channel]
        if notice.state in NOT_TOLD:
            parts.setdefault(f"not {word}: {notice.why}", [])
        elif notice.state is NoticeState.FOLDED:
            parts.setdefault(f"{word} together with another call to", []).append(notice.recipient)
        else:
            parts.setdefault(f"{word} to", []).append(notice.recipient)
    said = (f"{words} {', '.join(who)}" if who else words for words, who in parts.items())
    return "; ".join(said)
