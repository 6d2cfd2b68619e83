"""What changes of the desk do to what is owed and to notices."""

from datetime import datetime

import sqlalchemy as sa

from console.desk.changes import OweNotice, RetryNotices, Written
from console.desk.notice import UNDELIVERED, NoticeState
from console.store.audit_lines import line, write_lines
from console.store.notice_schema import WITH_CALLER, notices, owed
from console.store.portions import portions
from console.store.schema import calls

_OWE = sa.text(
    "INSERT INTO owed (call_id, due_at) SELECT id, :due_at FROM calls WHERE id = :call "
    "AND NOT EXISTS (SELECT 1 FROM notices WHERE call_id = :call) "
    "ON CONFLICT (call_id) DO NOTHING"
).bindparams(sa.bindparam("due_at", type_=owed.c.due_at.type))
# Of these it is not decided for good whether they are sent.
_WAITING = tuple(
    each.value for each in (NoticeState.QUEUED, NoticeState.FAILED, NoticeState.UNCERTAIN)
)
FORGOTTEN = "the recipient's number was forgotten"


def owe(sql: sa.Connection, change: OweNotice) -> Written:
    """Once for each call: nothing if something is owed or decided already."""
    owes = sql.execute(_OWE, {"call": change.call, "due_at": change.due_at})
    return Written(count=owes.rowcount)


def retry(sql: sa.Connection, change: RetryNotices) -> Written:
    """Queue failed and uncertain ones again, as if they had never been tried."""
    c = notices.c
    count = 0
    for some in portions(tuple(dict.fromkeys(change.ids))):
        rows = sql.execute(
            sa.select(c.id, c.call_id, c.state)
            .where(c.id.in_(some), c.state.in_([each.value for each in UNDELIVERED]))
            .order_by(c.id)
        ).all()
        if not rows:
            continue
        sql.execute(
            sa.update(notices)
            .where(c.id.in_([row.id for row in rows]))
            .values(
                state=NoticeState.QUEUED.value,
                why=f"sent again by {change.by}",
                at=change.at,
                next_at=change.at,
                tries=0,
            )
        )
        by, at = change.by, change.at
        write_lines(
            sql,
            (line(row.call_id, by, at, "notice", row.state, "sent again") for row in rows),
        )
        count += len(rows)
    return Written(count=count)


def move(sql: sa.Connection, call: str, into: str) -> None:
    """What was owed and told of a call that was none of its own is the other's."""
    c = calls.c
    about = sql.execute(
        sa.select(c.caller_number, c.caller_hidden, c.company_id).where(c.id == into)
    ).one()
    caller = "" if about.caller_hidden else about.caller_number or ""
    moved = sql.execute(
        sa.update(notices)
        .where(notices.c.call_id == call)
        .values(call_id=into, caller=caller, company_id=about.company_id)
    )
    decided = sa.select(notices.c.id).where(notices.c.call_id == into)
    if moved.rowcount or sql.execute(decided).first() is not None:
        # Once for each call: of this one it is decided.
        sql.execute(sa.delete(owed).where(owed.c.call_id.in_((call, into))))
        return
    there = sa.select(owed.c.call_id).where(owed.c.call_id == into)
    if sql.execute(there).first() is None:
        sql.execute(sa.update(owed).where(owed.c.call_id == call).values(call_id=into))


def forget(sql: sa.Connection, number: str, at: datetime) -> None:
    """Leave a number in no notice; those of its calls have gone with them."""
    c = notices.c
    whose = c.recipient == number
    sql.execute(
        sa.update(notices)
        .where(whose, c.state.in_(_WAITING))
        .values(state=NoticeState.CANCELLED.value, why=FORGOTTEN, at=at, next_at=None)
    )
    sql.execute(
        sa.update(notices)
        .where(whose)
        .values(recipient="", why=sa.func.replace(c.why, number, "..."))
    )
    theirs = (sa.text(WITH_CALLER), c.caller == number)
    sql.execute(sa.update(notices).where(*theirs).values(caller=""))
