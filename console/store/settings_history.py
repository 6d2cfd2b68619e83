"""Who changed which settings, newest first."""

import sqlalchemy as sa

from console.desk.notices import SettingsChange, SettingsHistory
from console.store.notice_schema import settings_history


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
