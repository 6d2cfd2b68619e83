"""Notices as rows, and back; and what is asked of them."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from console.desk.notice import Channel, Fault, Notice, NoticeState, Teller
from console.desk.notices import ListNotices, Told
from console.store.notice_schema import UNDELIVERED, WITH_CALLER, notices
from console.store.schema import instant

_NAMES = (
    *("call_id", "channel", "recipient", "state", "why", "at", "next_at", "tries", "version"),
    *("message_id", "told_by", "id", "fault"),
)
_TELLERS = "SELECT teller.{} FROM notices AS teller WHERE teller.id = notices.told_by"
# As the driver gives them: typed columns would cost a page of 100 rows some milliseconds.
NOTICE_COLUMNS: tuple[sa.ColumnElement[Any], ...] = tuple(
    sa.literal_column(name)
    for name in (
        *(f"notices.{name}" for name in _NAMES),
        *(f"({_TELLERS.format(name)})" for name in ("state", "at")),
    )
)
_CHANNELS = {each.value: each for each in Channel}
_FAULTS = {each.value: each for each in Fault}
_STATES = {each.value: each for each in NoticeState}
# What a recipient was told or will be.
TELLING = tuple(
    state.value
    for state in NoticeState
    if state not in (NoticeState.SKIPPED, NoticeState.CANCELLED)
)


def read_notice(row: Sequence[Any]) -> Notice:
    """A row of NOTICE_COLUMNS as a notice."""
    call, channel, recipient, state, why, at, next_at, tries, version, message_id, *rest = row
    told_by, id, fault, became, then = rest
    return Notice(
        call,
        _CHANNELS[channel],
        recipient,
        _STATES[state],
        why,
        instant(at),
        None if next_at is None else instant(next_at),
        tries,
        version,
        message_id,
        told_by,
        id,
        _FAULTS[fault],
        None if became is None else Teller(_STATES[became], instant(then)),
    )


def notice_values(notice: Notice) -> dict[str, Any]:
    """The columns of a notice but its id and those that are its call's."""
    return {
        "call_id": notice.call,
        "channel": notice.channel.value,
        "recipient": notice.recipient,
        "state": notice.state.value,
        "why": notice.why,
        "at": notice.at,
        "next_at": notice.next_at,
        "tries": notice.tries,
        "version": notice.version,
        "message_id": notice.message_id,
        "told_by": notice.told_by,
        "fault": notice.fault.value,
    }


def list_notices(sql: sa.Connection, query: ListNotices) -> tuple[Notice, ...]:
    """Notices, newest first."""
    c = notices.c
    select = sa.select(*NOTICE_COLUMNS).select_from(notices)
    if query.undelivered:
        select = select.where(sa.text(UNDELIVERED))
    if query.call is not None:
        select = select.where(c.call_id == query.call)
    if query.before is not None:
        select = select.where(c.id < query.before)
    rows = sql.execute(select.order_by(c.id.desc()).limit(query.limit))
    return tuple(read_notice(row) for row in rows)


def told(sql: sa.Connection, caller: str, since: Any, company_id: int | None) -> tuple[Told, ...]:
    """What was told of a caller, the newest first; nothing of a hidden one, who may be anybody."""
    if not caller:
        return ()
    c = notices.c
    select = (
        sa.select(c.id, c.call_id, c.recipient, c.channel, c.state, c.at, c.next_at, c.tries)
        .where(
            sa.text(WITH_CALLER),
            c.caller == caller,
            c.at >= since,
            c.company_id.is_(None) if company_id is None else c.company_id == company_id,
            c.state.in_(TELLING),
        )
        .order_by(c.at.desc(), c.id.desc())
    )
    return tuple(
        Told(
            row.id,
            row.call_id,
            row.recipient,
            _CHANNELS[row.channel],
            _STATES[row.state],
            row.at,
            row.next_at,
            row.tries,
        )
        for row in sql.execute(select)
    )


def count_undelivered(sql: sa.Connection) -> int:
    """How many notices a person must see to."""
    select = sa.select(sa.func.count()).select_from(notices).where(sa.text(UNDELIVERED))
    return int(sql.execute(select).scalar_one())
