"""Contact sources as rows, and back."""

import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError

from console.desk.contacts import SourceState, SyncReport
from console.people.skipped import Skipped
from console.settings.sources import OWN, ContactSource, Imported, OwnContacts, stored_options
from console.store.contact_rows import CORRECTED
from console.store.directory_schema import sources
from console.store.schema import operators
from console.store.sealing import Sealing

# How a source is before it was ever read.
NEW_SOURCE = {"generation": 0, "contacts": 0, "report": {}, "error": "", "token": ""}

# All columns; JSON as its text, so that one row that is none does not hide the others.
SOURCE_ROWS = sa.select(
    *(
        sa.type_coerce(column, sa.Text).label(column.name)
        if isinstance(column.type, sa.JSON)
        else column
        for column in sources.c
    )
)
LONGEST_NAME = 60
# What names of lost secrets begin with (sealing.py).
SECTION = "sources"
LOST = "The password was stored with a key that is not here. Enter it again."


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


def read_options(row: Any) -> Any:
    """What is stored of where a source is read; None if it is no JSON."""
    try:
        return json.loads(row.options)
    except ValueError:
        return None


def _read_source(row: Any, sealing: Sealing) -> tuple[ContactSource, str]:
    """What a row says that the source is; switched off, and why, if that can't be read."""
    section = f"{SECTION}.{row.name}"
    options = sealing.opened(read_options(row), section)
    try:
        source = ContactSource(
            id=row.id,
            name=row.name,
            options=options,
            position=row.position,
            enabled=row.enabled,
            on_ring=row.on_ring,
            for_called=row.for_called,
            owner=row.owner,
        )
    except ValidationError as error:
        # Never the values: there may be secrets in them.
        where = ", ".join(".".join(map(str, one["loc"])) for one in error.errors())
        source = ContactSource(
            id=row.id,
            name=row.name[:LONGEST_NAME] or f"Source {row.id}",
            options=OwnContacts() if row.id == OWN else Imported(),
            enabled=False,
            owner=row.owner,
        )
        return source, (
            f"What is stored of this source can't be read ({where}). Set it up anew, or remove it."
        )
    lost = any(name.startswith(f"{section}.") for name in sealing.lost)
    return source, LOST if lost else ""


def report_values(report: SyncReport) -> dict[str, Any]:
    """A report as JSON."""
    return asdict(report)


def _read_report(stored: str) -> SyncReport:
    try:
        told = json.loads(stored)
        skipped = tuple(Skipped(**each) for each in told.get("skipped", ()))
        return SyncReport(**{**told, "skipped": skipped})
    except (ValueError, TypeError, AttributeError):
        # Nobody needs the last report of a source; the next reading brings another.
        return SyncReport()


def list_sources(
    sql: sa.Connection, viewer: str | None, sealing: Sealing
) -> tuple[SourceState, ...]:
    """The sources that a login may see, in order; with None all."""
    c = sources.c
    select = SOURCE_ROWS.order_by(c.id != OWN, c.position, c.name_folded, c.id)
    if viewer is not None:
        select = select.where(c.owner.in_(("", viewer)))
    states = tuple(_read_state(row, sealing) for row in sql.execute(select))
    if viewer is None:
        return states  # for those who read them
    corrected = {row[0]: row[1] for row in sql.exec_driver_sql(CORRECTED)}
    return tuple(replace(one, corrected=corrected.get(one.source.id, 0)) for one in states)


def left_sources(sql: sa.Connection, viewer: str) -> tuple[SourceState, ...]:
    """Sources of who is no operator any more, without what is in them or where that is."""
    c = sources.c
    select = sa.select(c.id, c.name, c.owner, c.contacts).where(
        c.owner.not_in(("", viewer)), has_left(c.owner)
    )
    return tuple(
        SourceState(
            ContactSource(
                id=row.id, name=row.name, owner=row.owner, options=Imported(), enabled=False
            ),
            count=row.contacts,
            left=True,
        )
        for row in sql.execute(select.order_by(c.owner, c.name_folded))
    )


def has_left(owner: Any) -> sa.ColumnElement[bool]:
    """Whether a login is nobody's."""
    return sa.not_(sa.exists().where(operators.c.login == owner))


def _read_state(row: Any, sealing: Sealing) -> SourceState:
    source, unreadable = _read_source(row, sealing)
    return SourceState(
        source=source,
        count=row.contacts,
        synced_at=row.synced_at,
        report=_read_report(row.report),
        error=unreadable or row.error,
        error_at=row.error_at,
        token=row.token,
    )


def note_failure(sql: sa.Connection, id: int, at: datetime, why: str) -> None:
    """Remember since when and why a source can't be read; the first time counts."""
    c = sources.c
    now = sa.literal(at, c.error_at.type)
    since = sa.case((c.error == "", now), else_=sa.func.coalesce(c.error_at, now))
    sql.execute(sa.update(sources).where(c.id == id).values(error=why, error_at=since))
