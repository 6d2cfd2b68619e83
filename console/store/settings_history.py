"""Who changed which settings."""

import re
from typing import Any

import sqlalchemy as sa

from console.desk.notices import SettingsChange, SettingsHistory
from console.store.notice_schema import settings_history

_TYPED_NUMBER = re.compile(r"\+?[\d\s()/.-]{3,40}", re.ASCII)
_LEAST_DIGITS = 6  # fewer are an extension, which is nobody's in particular


def list_changes(sql: sa.Connection, query: SettingsHistory) -> tuple[SettingsChange, ...]:
    """Changes of the settings, newest first."""
    c = settings_history.c
    select = sa.select(c.id, c.section, c.version, c.by, c.at, c.origin, c.old, c.new, c.company_id)
    if query.section is not None:
        select = select.where(c.section == query.section)
    if query.before is not None:
        select = select.where(c.id < query.before)
    rows = sql.execute(select.order_by(c.id.desc()).limit(query.limit))
    return tuple(SettingsChange(*row) for row in rows)


def latest_change(sql: sa.Connection) -> int:
    """The id of the latest change; 0 if there was none."""
    return sql.execute(sa.select(sa.func.max(settings_history.c.id))).scalar_one() or 0


def forget(sql: sa.Connection, number: str) -> None:
    """Leave a number (E.164) in no row, however it was typed."""
    c = settings_history.c
    for row in sql.execute(sa.select(c.id, c.old, c.new)).all():
        without = {"old": _without(row.old, number), "new": _without(row.new, number)}
        if without != {"old": row.old, "new": row.new}:
            sql.execute(sa.update(settings_history).where(c.id == row.id).values(without))


def _without(values: Any, number: str) -> Any:
    if isinstance(values, dict):
        return {name: _without(value, number) for name, value in values.items()}
    if isinstance(values, list):
        return [_without(value, number) for value in values if not _is_number(value, number)]
    if isinstance(values, str):
        return "" if _is_number(values, number) else values.replace(number, "...")
    return values


def _is_number(value: Any, number: str) -> bool:
    """Whether a text is the number, with or without country and area in front."""
    if not isinstance(value, str) or not _TYPED_NUMBER.fullmatch(value):
        return False
    digits = "".join(sign for sign in value if sign.isdigit()).lstrip("0")
    return len(digits) >= _LEAST_DIGITS and number.endswith(digits)
