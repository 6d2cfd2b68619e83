"""What changes about operators do to the tables: who they are, and by what they come in."""

import sqlalchemy as sa

from console.calls.words import TEXTS, Role
from console.desk import changes as ch
from console.desk.changes import Written
from console.store.audit_lines import site_line
from console.store.schema import blocks, operators, places, public_keys

MOST_KEYS = 20  # of one person's
_LAST_ADMIN = "{} is the last admin who can come in; make somebody else one first."


def put_operator(sql: sa.Connection, change: ch.PutOperator) -> Written:
    """Add or change a person at the console."""
    c, operator = operators.c, change.operator
    former = sql.execute(sa.select(c.role).where(c.login == operator.login)).scalar_one_or_none()
    if former == Role.ADMIN and operator.role is not Role.ADMIN and _alone(sql, operator.login):
        return Written(refused=_LAST_ADMIN.format(operator.login))
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


def set_extensions(sql: sa.Connection, change: ch.SetExtensions) -> Written:
    """Other phones ring at a person's desk."""
    c = operators.c
    former = sql.execute(
        sa.select(c.extensions).where(c.login == change.login)
    ).scalar_one_or_none()
    if former is None:
        return _unknown(change.login)
    sql.execute(
        sa.update(operators)
        .where(c.login == change.login)
        .values(extensions=list(change.extensions))
    )
    old, new = ", ".join(former), f"{change.login} {', '.join(change.extensions)}"
    site_line(sql, change.by, change.at, "extensions", old=old, new=new)
    return Written(count=1)


def set_disabled(sql: sa.Connection, change: ch.SetDisabled) -> Written:
    """A person can't come in any more, or can again."""
    if change.disabled and _alone(sql, change.login):
        return Written(refused=_LAST_ADMIN.format(change.login))
    c = operators.c
    done = sql.execute(
        sa.update(operators).where(c.login == change.login).values(disabled=change.disabled)
    )
    if not done.rowcount:
        return _unknown(change.login)
    word = "disabled" if change.disabled else "enabled"
    site_line(sql, change.by, change.at, "operator", new=f"{change.login} {word}")
    return Written(count=1)


def drop_operator(sql: sa.Connection, change: ch.DropOperator) -> Written:
    """Forget a person with keys, password and place."""
    if _alone(sql, change.login):
        return Written(refused=_LAST_ADMIN.format(change.login))
    c = operators.c
    former = sql.execute(sa.select(c.name, c.role).where(c.login == change.login)).one_or_none()
    if former is None:
        return _unknown(change.login)
    sql.execute(sa.delete(public_keys).where(public_keys.c.login == change.login))
    sql.execute(sa.delete(places).where(places.c.login == change.login))
    sql.execute(sa.delete(operators).where(c.login == change.login))
    was = f"{change.login} {TEXTS[Role(former.role)]}"
    site_line(sql, change.by, change.at, "operator removed", old=was)
    return Written(count=1)


def put_password(sql: sa.Connection, change: ch.PutPassword) -> Written:
    """Another password, or none."""
    done = sql.execute(
        sa.update(operators).where(operators.c.login == change.login).values(password=change.hashed)
    )
    if not done.rowcount:
        return _unknown(change.login)
    word = "changed" if change.hashed else "removed"
    site_line(sql, change.by, change.at, "password", new=f"{change.login} {word}")
    return Written(count=1)


def put_key(sql: sa.Connection, change: ch.PutKey) -> Written:
    """One key more."""
    c = public_keys.c
    if not _known(sql, change.login):
        return _unknown(change.login)
    mine = sql.execute(sa.select(c.fingerprint).where(c.login == change.login)).scalars().all()
    if change.key.fingerprint in mine:
        return Written(refused=f"{change.login} has this key already.")
    if len(mine) >= MOST_KEYS:
        return Written(refused=f"{change.login} has {MOST_KEYS} keys; remove one first.")
    key = change.key
    sql.execute(
        sa.insert(public_keys),
        {
            "login": change.login,
            "fingerprint": key.fingerprint,
            "kind": key.kind,
            "data": key.data,
            "comment": key.comment,
            "added_by": change.by,
            "added_at": change.at,
        },
    )
    site_line(sql, change.by, change.at, "key added", new=f"{change.login} {key.fingerprint}")
    return Written(count=1)


def drop_key(sql: sa.Connection, change: ch.DropKey) -> Written:
    """One key less."""
    c = public_keys.c
    done = sql.execute(
        sa.delete(public_keys).where(c.login == change.login, c.fingerprint == change.fingerprint)
    )
    if not done.rowcount:
        return Written(refused=f"{change.login} has no key {change.fingerprint}.")
    old = f"{change.login} {change.fingerprint}"
    site_line(sql, change.by, change.at, "key removed", old=old)
    return Written(count=1)


def put_block(sql: sa.Connection, change: ch.PutBlock) -> Written:
    """What is known of an address from which a log-in failed."""
    c, block = blocks.c, change.block
    sql.execute(sa.delete(blocks).where(c.address == block.address))
    sql.execute(
        sa.insert(blocks),
        {
            "address": block.address,
            "failures": block.failures,
            "at": block.at,
            "until": block.until,
            "login": block.login,
        },
    )
    return Written(count=1)


def drop_block(sql: sa.Connection, change: ch.DropBlock) -> Written:
    """An address may try again."""
    done = sql.execute(sa.delete(blocks).where(blocks.c.address == change.address))
    if not done.rowcount:
        return Written(refused=f"No log-in from {change.address} has failed lately.")
    site_line(sql, change.by, change.at, "address let in", new=change.address)
    return Written(count=1)


def add_line(sql: sa.Connection, change: ch.AddLine) -> Written:
    """Only a line."""
    site_line(sql, change.by, change.at, change.what, new=change.new)
    return Written(count=1)


def keep_place(sql: sa.Connection, change: ch.KeepPlace) -> Written:
    """Where a person is in the console."""
    sql.execute(sa.delete(places).where(places.c.login == change.login))
    if change.place is not None:
        row = {"login": change.login, "at": change.at, "place": change.place}
        sql.execute(sa.insert(places), row)
    return Written(count=1)


def _unknown(login: str) -> Written:
    return Written(refused=f"{login} is no operator here.")


def _known(sql: sa.Connection, login: str) -> bool:
    found = sql.execute(sa.select(operators.c.login).where(operators.c.login == login))
    return found.first() is not None


def _alone(sql: sa.Connection, login: str) -> bool:
    """Whether this one is the only admin who can come in."""
    c = operators.c
    admins = sql.execute(
        sa.select(c.login).where(c.role == Role.ADMIN.value, sa.not_(c.disabled))
    ).scalars()
    return list(admins) == [login]
