"""What changes of contact sources, settings and action failures do to the tables."""

import sqlalchemy as sa

from console.desk.changes import AddActionFailure, DropSource, PutSettings, PutSource, Written
from console.settings.live import Live, stored
from console.settings.sources import OWN, fingerprint
from console.store.audit_lines import site_line
from console.store.directory_schema import action_failures, settings, sources
from console.store.source_rows import NEW_SOURCE, read_source, source_values

KEPT_FAILURES = 300


def put_source(sql: sa.Connection, change: PutSource) -> Written:
    """Add or change a source; one that reads something else now begins anew with its next sync."""
    source, c = change.source, sources.c
    row = None
    if source.id is not None:
        row = sql.execute(sa.select(sources).where(c.id == source.id)).one_or_none()
        if row is None:
            return Written()
        if change.only_of and row.owner != change.only_of:
            return Written(refused=f"The source {row.name} is not yours. Ask a supervisor.")
    if change.only_of and source.owner != change.only_of:
        return Written(refused="Only a supervisor can add a source for everybody.")
    folded = source.name.casefold()
    taken = sql.execute(sa.select(c.id).where(c.name_folded == folded)).scalar_one_or_none()
    if taken is not None and taken != source.id:
        return Written(
            refused=f"There is another source called {source.name}. Give this one another name."
        )
    values, id = source_values(source), source.id
    if row is None:
        id = sql.execute(sa.insert(sources).returning(c.id), {**values, **NEW_SOURCE}).scalar_one()
    else:
        if fingerprint(read_source(row)) != fingerprint(source):
            values["token"] = ""
        sql.execute(sa.update(sources).where(c.id == id).values(values))
    site_line(
        *(sql, change.by, change.at, "source"),
        old="" if row is None else row.name,
        new=f"{source.name} ({source.kind}{'' if source.enabled else ', off'})",
    )
    return Written(count=1, id=id)


def drop_source(sql: sa.Connection, change: DropSource) -> Written:
    """Forget a source; its contacts are seen no more, and swept later (sweeping.py)."""
    c = sources.c
    row = sql.execute(sa.select(c.name, c.owner).where(c.id == change.id)).one_or_none()
    if row is None:
        return Written()
    if change.id == OWN:
        return Written(refused="Own contacts stay; turn the source off instead.")
    if change.only_of and row.owner != change.only_of:
        return Written(refused=f"The source {row.name} is not yours. Ask a supervisor.")
    sql.execute(sa.delete(sources).where(c.id == change.id))
    site_line(sql, change.by, change.at, "source removed", old=row.name)
    return Written(count=1, id=change.id)


def put_settings(sql: sa.Connection, change: PutSettings) -> Written:
    """Replace a section; the line says which, never with what: there may be secrets in it."""
    c = settings.c
    if change.section not in Live.model_fields:
        return Written(refused=f"There are no settings called {change.section}.")
    row = sql.execute(
        sa.select(c.value, c.version).where(c.section == change.section)
    ).one_or_none()
    former = stored(Live(), change.section) if row is None else row.value
    values = {"value": change.values, "by": change.by, "at": change.at}
    if row is None:
        sql.execute(sa.insert(settings), {"section": change.section, **values, "version": 1})
    else:
        sql.execute(
            sa.update(settings)
            .where(c.section == change.section)
            .values({**values, "version": row.version + 1})
        )
    site_line(sql, change.by, change.at, "settings", new=change.section)
    return Written(count=1, settings=former)


def add_action_failure(sql: sa.Connection, change: AddActionFailure) -> Written:
    """Add one, and forget the oldest beyond the latest few hundred."""
    failure, c = change.failure, action_failures.c
    sql.execute(
        sa.insert(action_failures),
        {
            "action": failure.action,
            "at": failure.at,
            "call": failure.call,
            "why": failure.why,
        },
    )
    kept = sa.select(c.id).order_by(c.id.desc()).limit(1).offset(KEPT_FAILURES - 1)
    sql.execute(sa.delete(action_failures).where(c.id < kept.scalar_subquery()))
    return Written(count=1)
