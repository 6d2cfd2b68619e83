"""Contact sources as rows, and back."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from console.desk.contacts import SourceState, SyncReport
from console.people.skipped import Skipped
from console.settings.sources import OWN, ContactSource, stored_options
from console.store.directory_schema import sources

# How a source is before it was ever read.
NEW_SOURCE = {"generation": 0, "contacts": 0, "report": {}, "error": "", "token": ""}


def source_values(source: ContactSource) -> dict[str, Any]:
    """The columns that say what a source is, but its id; how it is (the rest) is not touched."""
    return {
        "name": source.name,
        "name_folded": source.name.casefold(),
        "kind": source.kind,
        "options": stored_options(source),
        "position": source.position,
        "enabled": source.enabled,
        "on_ring": source.on_ring,
        "for_called": source.for_called,
        "owner": source.owner,
    }


def read_source(row: Any) -> ContactSource:
    """What a row says that the source is."""
    return ContactSource(
        id=row.id,
        name=row.name,
        options=row.options,
        position=row.position,
        enabled=row.enabled,
        on_ring=row.on_ring,
        for_called=row.for_called,
        owner=row.owner,
    )


def report_values(report: SyncReport) -> dict[str, Any]:
    """A report as JSON."""
    return asdict(report)


def _read_report(stored: dict[str, Any]) -> SyncReport:
    skipped = tuple(Skipped(**each) for each in stored.get("skipped", ()))
    return SyncReport(**{**stored, "skipped": skipped})


def list_sources(sql: sa.Connection, viewer: str | None) -> tuple[SourceState, ...]:
    """The sources that a login may see, in order; with None all."""
    c = sources.c
    select = sa.select(sources).order_by(c.id != OWN, c.position, c.name_folded)
    if viewer is not None:
        select = select.where(c.owner.in_(("", viewer)))
    return tuple(
        SourceState(
            source=read_source(row),
            count=row.contacts,
            synced_at=row.synced_at,
            report=_read_report(row.report),
            error=row.error,
            error_at=row.error_at,
            token=row.token,
        )
        for row in sql.execute(select)
    )


def note_failure(sql: sa.Connection, id: int, at: datetime, why: str) -> None:
    """Remember since when and why a source can't be read; the first time counts."""
    c = sources.c
    now = sa.literal(at, c.error_at.type)
    since = sa.case((c.error == "", now), else_=sa.func.coalesce(c.error_at, now))
    sql.execute(sa.update(sources).where(c.id == id).values(error=why, error_at=since))
