"""What changes about the site itself do to the tables: times without a feed, who sits there."""

import sqlalchemy as sa

from console.calls.words import Role
from console.desk.changes import CloseGap, OpenGap, PutOperator, Written
from console.store.audit_lines import site_line
from console.store.schema import gaps, operators


def open_gap(sql: sa.Connection, change: OpenGap) -> Written:
    """A feed fell silent; a gap that is still open stays."""
    c = gaps.c
    lasting = sa.select(c.id).where(c.feed == change.feed, c.until.is_(None))
    if sql.execute(lasting).first() is not None:
        return Written()
    sql.execute(
        sa.insert(gaps),
        {"feed": change.feed, "since": change.since, "until": None, "why": change.why},
    )
    return Written(count=1)


def close_gap(sql: sa.Connection, change: CloseGap) -> Written:
    """The feed's open gap ended."""
    c = gaps.c
    closed = sql.execute(
        sa.update(gaps).where(c.feed == change.feed, c.until.is_(None)).values(until=change.until)
    )
    return Written(count=closed.rowcount)


def put_operator(sql: sa.Connection, change: PutOperator) -> Written:
    """Add or change a person at the console."""
    c, operator = operators.c, change.operator
    former = sql.execute(sa.select(c.role).where(c.login == operator.login)).scalar_one_or_none()
    values = {
        "name": operator.name,
        "role": operator.role.value,
        "extensions": list(operator.extensions),
    }
    if former is None:
        sql.execute(sa.insert(operators), {"login": operator.login, **values})
    else:
        sql.execute(sa.update(operators).where(c.login == operator.login).values(values))
    new = f"{operator.login} {operator.role.value}"
    site_line(sql, change.by, change.at, "operator", old=former or "", new=new)
    return Written(count=1, role=Role(former) if former else None)
