"""Notices that failed for want of a setting are sent again once a supervisor has set it.

In the transaction of the settings. What is older than a day stays failed: whom it was about has
called again, or somebody else, and nobody wants to be told of it now.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from console.desk.changes import PutSettings
from console.desk.notice import Channel, Fault, NoticeState
from console.settings.live import Live, for_company
from console.store.audit_lines import line, write_lines
from console.store.notice_schema import FOLDED, QUEUED, UNDELIVERED, notices
from console.store.portions import portions
from console.store.schema import calls

LATEST = timedelta(days=1)
# By then the new settings are in force, and whoever sends looks whether the call was dealt with.
SOON = timedelta(seconds=3)
# Of more calls than these a recipient is told in one summary.
MOST_ALONE = 10
TOGETHER = "told in one summary of many calls"


@dataclass(frozen=True, slots=True)
class _Cure:
    """Which notices a section's change helps, if one of `fields` (empty: any) is another."""

    channel: Channel
    words: str
    fields: frozenset[str] = frozenset()
    enough: Callable[[dict[str, Any]], object] = lambda values: True


_CURES = {
    "mail_server": _Cure(
        Channel.MAIL,
        "the mail server was set",
        enough=lambda values: values.get("host") and values.get("sender"),
    ),
    "mail": _Cure(Channel.MAIL, "the sender was set", frozenset({"caller_as_sender"})),
    "providers": _Cure(
        Channel.TEXT, "the provider was set", enough=lambda values: values.get("providers")
    ),
    "text_messages": _Cure(
        Channel.TEXT, "the provider was set", frozenset({"provider", "caller_as_sender"})
    ),
}


def send_again(
    sql: sa.Connection,
    change: PutSettings,
    old: dict[str, Any],
    new: dict[str, Any],
    live: Callable[[], Live],
) -> int:
    """Queue what `change` cures; how many. `live` are the settings as they are after it."""
    cure = _CURES.get(change.section)
    if cure is None or not cure.enough(new):
        return 0
    fields = {name for name in new.keys() | old.keys() if new.get(name) != old.get(name)}
    if not fields & (cure.fields or fields):
        return 0
    _hurry(sql, cure.channel, change)
    rows = _failed(sql, cure.channel, change)
    if rows:
        after = live()
        on = {id: _is_on(after, cure.channel, id) for id in {row.company_id for row in rows}}
        rows = [row for row in rows if on[row.company_id]]
    if rows:
        _queue(sql, rows, change, cure.words)
    return len(rows)


def _is_on(live: Live, channel: Channel, company_id: int | None) -> bool:
    theirs = for_company(live, company_id)
    return theirs.mail.send if channel is Channel.MAIL else theirs.text_messages.send


def _hurry(sql: sa.Connection, channel: Channel, change: PutSettings) -> None:
    """What waits for its next try need not wait for it any longer."""
    c = notices.c
    soon = change.at + SOON
    update = sa.update(notices).where(
        sa.text(QUEUED), c.channel == channel.value, c.tries > 0, c.next_at > soon
    )
    if change.company_id is not None:
        update = update.where(c.company_id == change.company_id)
    sql.execute(update.values(next_at=soon))


def _failed(sql: sa.Connection, channel: Channel, change: PutSettings) -> Sequence[Any]:
    c = notices.c
    select = (
        sa.select(c.id, c.call_id, c.recipient, c.company_id)
        .join_from(notices, calls, calls.c.id == c.call_id)
        .where(
            sa.text(UNDELIVERED),
            # One that may have arrived is only sent again by a person.
            c.state == NoticeState.FAILED.value,
            c.fault == Fault.SETTINGS.value,
            c.channel == channel.value,
            sa.func.coalesce(calls.c.ended_at, calls.c.started_at) >= change.at - LATEST,
        )
    )
    if change.company_id is not None:
        select = select.where(c.company_id == change.company_id)
    return sql.execute(select.order_by(c.id)).all()


def _queue(sql: sa.Connection, rows: Sequence[Any], change: PutSettings, words: str) -> None:
    by_recipient: defaultdict[str, list[int]] = defaultdict(list)
    for row in rows:
        by_recipient[row.recipient.casefold()].append(row.id)
    queued: list[int] = []
    for ids in by_recipient.values():
        if len(ids) > MOST_ALONE:
            _fold(sql, ids[0], ids[1:], change)
            del ids[1:]
        queued += ids
    again = {
        "state": NoticeState.QUEUED.value,
        "why": f"queued again: {words} by {change.by}",
        "at": change.at,
        "next_at": change.at + SOON,
        "tries": 0,
        "fault": Fault.NONE.value,
    }
    for some in portions(queued):
        sql.execute(sa.update(notices).where(notices.c.id.in_(some)).values(again))
    what = f"queued again: {words}"
    failed = NoticeState.FAILED.value
    lines = (line(row.call_id, change.by, change.at, "notice", failed, what) for row in rows)
    write_lines(sql, lines)


def _fold(sql: sa.Connection, into: int, ids: Sequence[int], change: PutSettings) -> None:
    folded = {
        "state": NoticeState.FOLDED.value,
        "why": TOGETHER,
        "at": change.at,
        "next_at": None,
        "told_by": into,
        "fault": Fault.NONE.value,
    }
    for some in portions(ids):
        # What was folded into them goes along: a notice tells what is folded into itself only.
        theirs = (sa.text(FOLDED), notices.c.told_by.in_(some))
        sql.execute(sa.update(notices).where(*theirs).values(told_by=into))
        sql.execute(sa.update(notices).where(notices.c.id.in_(some)).values(folded))
