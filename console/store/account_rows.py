"""Operators as rows: who they are, by what they come in, where they were."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from console.calls.words import Role
from console.desk.accounts import Account, Block, Credentials, PublicKey
from console.desk.operators import Operator
from console.store.schema import blocks, heard, operators, places, public_keys

KEPT_FOR = timedelta(hours=24)


def list_operators(sql: sa.Connection) -> Iterable[Operator]:
    """Everybody who may come in, by login."""
    c = operators.c
    for row in sql.execute(sa.select(operators).where(sa.not_(c.disabled)).order_by(c.login)):
        yield _operator(row)


def list_accounts(sql: sa.Connection) -> tuple[Account, ...]:
    """Everybody, by login, also who is disabled."""
    keys: defaultdict[str, list[PublicKey]] = defaultdict(list)
    for row in sql.execute(sa.select(public_keys).order_by(public_keys.c.id)):
        keys[row.login].append(_key(row))
    rows = sql.execute(sa.select(operators).order_by(operators.c.login))
    return tuple(
        Account(_operator(row), row.disabled, bool(row.password), tuple(keys[row.login]))
        for row in rows
    )


def credentials(sql: sa.Connection, login: str) -> Credentials | None:
    """What a log-in is checked against, None for nobody."""
    row = sql.execute(sa.select(operators).where(operators.c.login == login)).one_or_none()
    if row is None:
        return None
    c = public_keys.c
    keys = sql.execute(sa.select(public_keys).where(c.login == login).order_by(c.id))
    return Credentials(_operator(row), row.disabled, row.password, tuple(map(_key, keys)))


def list_blocks(sql: sa.Connection) -> tuple[Block, ...]:
    """Addresses whose log-ins failed, the latest first."""
    c = blocks.c
    found = sql.execute(
        sa.select(c.address, c.failures, c.at, c.until, c.login).order_by(c.at.desc(), c.address)
    )
    return tuple(Block(*row) for row in found)


def kept_place(sql: sa.Connection, login: str) -> dict[str, Any] | None:
    """Where somebody was, unless that is long ago or nothing that could be read."""
    # As text: what is no JSON must not keep anybody out.
    c = places.c
    chosen = sa.select(c.at, sa.cast(c.place, sa.Text).label("place"))
    row = sql.execute(chosen.where(c.login == login)).one_or_none()
    now: datetime | None = sql.execute(sa.select(heard.c.at)).scalar_one_or_none()
    if row is None or (now is not None and row.at + KEPT_FOR < now):
        return None
    try:
        place = json.loads(row.place)
    except (ValueError, RecursionError, TypeError):
        return None
    return place if isinstance(place, dict) else None


def _operator(row: Any) -> Operator:
    return Operator(row.login, row.name, Role(row.role), tuple(row.extensions))


def _key(row: Any) -> PublicKey:
    return PublicKey(row.fingerprint, row.kind, row.data, row.comment, row.added_by, row.added_at)
