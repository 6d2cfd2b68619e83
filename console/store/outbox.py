"""What is owed to people of unanswered calls, what was decided, and what became of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from console.desk.notice import Channel, Fault, Notice, NoticeState
from console.desk.notices import Owed, Rush, Telling, Told
from console.store.connections import Connections
from console.store.notice_calls import due_until, told_with
from console.store.notice_rows import (
    NOTICE_COLUMNS,
    count_undelivered,
    notice_values,
    read_notice,
    told,
)
from console.store.notice_rush import bring_forward, rush, taking_in, untried
from console.store.notice_schema import QUEUED, SENDING, notices, owed
from console.store.portions import portions
from console.store.schema import calls

PERHAPS_SENT = "the console ended while it was sent; nobody knows whether it arrived"


class Outbox:
    """The part of the store that keeps notices: implements the desk's NoticeTables.

    Every method is one transaction, durable on return, and raises StoreFailed.
    """

    _connections: Connections

    async def owed(self, until: datetime, limit: int) -> tuple[Owed, ...]:
        """Calls that are due by then and undecided, the longest due first, with all notes."""
        return await self._connections.read(lambda sql: due_until(sql, until, limit))

    async def told(self, caller: str, since: datetime, company_id: int | None) -> tuple[Told, ...]:
        """Notices about a caller (a key) to a company since then, the newest first.

        Skipped and cancelled ones are left out. Without a company: those of calls without one.
        """
        return await self._connections.read(lambda sql: told(sql, caller, since, company_id))

    async def decide(self, call: str, notices: Sequence[Notice]) -> tuple[Notice, ...]:
        """Store what was decided of a call, which is owed no longer; the same with their ids.

        A call of which something was decided already is left as it is, and nothing returned.
        """
        return await self._connections.write(lambda sql: _decide(sql, call, notices))

    async def decide_all(
        self, decided: Sequence[tuple[str, Sequence[Notice]]]
    ) -> tuple[tuple[Notice, ...], ...]:
        """The same for several calls, all in one transaction."""
        return await self._connections.write(
            lambda sql: tuple(_decide(sql, call, notices) for call, notices in decided)
        )

    async def to_send(self, now: datetime, channel: str, limit: int) -> tuple[Notice, ...]:
        """Queued notices whose time has come, the oldest first."""
        return await self._connections.read(lambda sql: _to_send(sql, now, channel, limit))

    async def told_with(self, id: int, limit: int) -> tuple[Telling, ...]:
        """A notice and those that were folded into it, with their calls, the oldest call first."""
        return await self._connections.read(lambda sql: told_with(sql, id, limit))

    async def rush(self, since: datetime, near: datetime, until: datetime) -> Rush:
        """Notices decided since then, and `near` to now (not the skipped); what is owed until then.

        Of a backlog only as much is counted as tells a storm.
        """
        return await self._connections.read(lambda sql: rush(sql, since, near, until))

    async def untried(self, why: str) -> tuple[Notice, ...]:
        """Queued notices with this reason that were never tried, the oldest first."""
        return await self._connections.read(lambda sql: untried(sql, why))

    async def taking_in(
        self, channel: Channel, recipient: str, why: str, since: datetime
    ) -> timedelta | None:
        """How long the last notice to somebody took in calls, for this reason; None if no call was
        folded so since then."""
        return await self._connections.read(
            lambda sql: taking_in(sql, channel, recipient, why, since)
        )

    async def bring_forward(self, ids: Sequence[int], at: datetime) -> int:
        """Those of them that are still queued are sent at this time; how many."""
        return await self._connections.write(lambda sql: bring_forward(sql, tuple(ids), at))

    async def next_at(self) -> datetime | None:
        """When the next call is due or the next notice to be sent; None if nothing waits."""
        return await self._connections.read(_next_at)

    async def sending(self, ids: Sequence[int], at: datetime) -> tuple[int, ...]:
        """These are about to be sent: SENDING, one try more; those that were still queued."""
        return await self._connections.write(lambda sql: _sending(sql, ids, at))

    async def ended(
        self,
        ids: Sequence[int],
        state: NoticeState,
        why: str,
        at: datetime,
        next_at: datetime | None = None,
        fault: Fault = Fault.NONE,
    ) -> None:
        """What became of them."""
        if state is NoticeState.QUEUED and next_at is None:
            next_at = at
        values = {"state": state.value, "why": why, "at": at, "next_at": next_at}
        values["fault"] = fault.value

        def work(sql: sa.Connection) -> None:
            for some in portions(ids):
                sql.execute(sa.update(notices).where(notices.c.id.in_(some)).values(values))

        await self._connections.write(work)

    async def recover(self, at: datetime) -> int:
        """After a crash: e-mails that were SENDING are queued again, text messages UNCERTAIN."""
        return await self._connections.write(lambda sql: _recover(sql, at))

    async def undelivered(self) -> int:
        """How many notices a person must see to."""
        return await self._connections.read(count_undelivered)


def _decide(sql: sa.Connection, call: str, decided: Sequence[Notice]) -> tuple[Notice, ...]:
    if not sql.execute(sa.delete(owed).where(owed.c.call_id == call)).rowcount:
        return ()
    c = calls.c
    about = sql.execute(
        sa.select(c.caller_number, c.caller_hidden, c.company_id).where(c.id == call)
    ).one()
    its = {
        "caller": "" if about.caller_hidden else about.caller_number or "",
        "company_id": about.company_id,
    }
    insert = sa.insert(notices).returning(notices.c.id)
    kept = []
    for notice in decided:
        if notice.state is NoticeState.QUEUED and notice.next_at is None:
            # One that is queued for no time would never be sent.
            notice = replace(notice, next_at=notice.at)
        id = sql.execute(insert, {**notice_values(notice), **its}).scalar_one()
        kept.append(replace(notice, id=id))
    return tuple(kept)


def _to_send(sql: sa.Connection, now: datetime, channel: str, limit: int) -> tuple[Notice, ...]:
    c = notices.c
    rows = sql.execute(
        sa.select(*NOTICE_COLUMNS)
        .select_from(notices)
        .where(sa.text(QUEUED), c.channel == str(channel), c.next_at <= now)
        .order_by(c.next_at, c.id)
        .limit(limit)
    )
    return tuple(read_notice(row) for row in rows)


def _next_at(sql: sa.Connection) -> datetime | None:
    c = notices.c
    firsts: list[Any] = [sa.select(sa.func.min(owed.c.due_at))]
    # For each channel by itself, which the index can tell without looking at all.
    firsts += [
        sa.select(sa.func.min(c.next_at)).where(sa.text(QUEUED), c.channel == channel.value)
        for channel in Channel
    ]
    times = [sql.execute(first).scalar_one() for first in firsts]
    return min((at for at in times if at is not None), default=None)


def _sending(sql: sa.Connection, ids: Sequence[int], at: datetime) -> tuple[int, ...]:
    c = notices.c
    taken: set[int] = set()
    for some in portions(ids):
        taken |= set(
            sql.execute(
                sa.update(notices)
                .where(c.id.in_(some), c.state == NoticeState.QUEUED.value)
                .values(state=NoticeState.SENDING.value, at=at, next_at=None, tries=c.tries + 1)
                .returning(c.id)
            ).scalars()
        )
    return tuple(id for id in ids if id in taken)


def _recover(sql: sa.Connection, at: datetime) -> int:
    c = notices.c

    def left(channel: Channel) -> Any:
        here = (sa.text(SENDING), c.channel == channel.value)
        return sa.update(notices).where(*here)

    again = {"state": NoticeState.QUEUED.value, "at": at, "next_at": at}
    perhaps = {"state": NoticeState.UNCERTAIN.value, "at": at, "why": PERHAPS_SENT}
    count = sql.execute(left(Channel.MAIL).values(again)).rowcount
    return int(count + sql.execute(left(Channel.TEXT).values(perhaps)).rowcount)
