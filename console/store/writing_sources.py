"""What changes of contact sources and action failures do to the tables."""

from typing import Any

import sqlalchemy as sa

from console.desk.changes import (
    AddActionFailure,
    DropSource,
    PutSource,
    Written,
)
from console.settings.moved_secrets import SOURCE, moved_secret, without_moved
from console.settings.secrets import with_kept
from console.settings.sources import OWN, ContactSource, stored_options
from console.store.audit_lines import site_line
from console.store.directory_schema import action_failures, sources
from console.store.sealing import Sealing
from console.store.source_rows import NEW_SOURCE, SOURCE_ROWS, has_left, read_options, source_values

KEPT_FAILURES = 300


def put_source(sql: sa.Connection, change: PutSource, sealing: Sealing) -> Written:
    """Add or change a source; one that reads something else now begins anew with its next sync.

    A secret that is KEPT stays what it is.
    """
    source, c = change.source, sources.c
    row = None
    if source.id is not None:
        row = sql.execute(SOURCE_ROWS.where(c.id == source.id)).one_or_none()
        if row is None or _hidden(row.owner, change):
            return Written()
    values, id = source_values(source), source.id
    former = None if row is None else read_options(row)
    refused = _why_not(sql, change, row) or _moved(source, sealing.comparable(former))
    if refused:
        return Written(refused=refused)
    options = sealing.sealed(
        _with_lost(source, with_kept(values["options"], former), former, sealing)
    )
    # Sealed anew it would look as if it read something else.
    same = sealing.comparable(options) == sealing.comparable(former)
    values["options"] = former if same else options
    if row is None:
        id = sql.execute(sa.insert(sources).returning(c.id), {**values, **NEW_SOURCE}).scalar_one()
    else:
        if not same:
            values["token"] = ""
        sql.execute(sa.update(sources).where(c.id == id).values(values))
    site_line(
        *(sql, change.by, change.at, "source"),
        old="" if row is None else row.name,
        new=f"{source.name} ({source.kind}{'' if source.enabled else ', off'})",
    )
    return Written(count=1, id=id)


def _with_lost(source: ContactSource, options: Any, former: Any, sealing: Sealing) -> Any:
    """The options with a password that nobody can read without its key: it may come back."""
    if not isinstance(former, dict):
        return options

    def staying(lost: Any) -> Any:
        wanted = {"name": source.name, "options": lost}
        return without_moved(SOURCE, wanted, {"options": former})["options"]

    return sealing.with_lost(options, former, staying)


def _moved(source: ContactSource, former: Any) -> str:
    if not isinstance(former, dict):
        return ""
    wanted = {"name": source.name, "options": stored_options(source)}
    return moved_secret(SOURCE, wanted, {"options": former})


def _why_not(sql: sa.Connection, change: PutSource, row: Any) -> str:
    """Why a source can't be put so, a sentence; `row` is what is there."""
    source, c = change.source, sources.c
    if (source.id == OWN) != (source.kind == "own") or (source.id == OWN and source.owner):
        return "Own contacts are one source, which is always there, and everybody's."
    if change.only_of:
        if row is not None and not row.owner:
            return _not_yours(row.name)
        if source.owner != change.only_of:
            return "Only a supervisor can add a source for everybody."
    same = c.name_folded == source.name.casefold()
    taken = sql.execute(sa.select(c.id).where(c.owner == source.owner, same)).scalar_one_or_none()
    if taken is not None and taken != source.id:
        return f"There is another source called {source.name}. Give this one another name."
    return ""


def _hidden(owner: str, change: PutSource | DropSource) -> bool:
    """Whether a source is another's than who asks, who is not to learn that there is one."""
    return owner not in ("", change.login or change.only_of)


def _not_yours(name: str) -> str:
    return f"The source {name} is not yours. Ask a supervisor."


def drop_source(sql: sa.Connection, change: DropSource) -> Written:
    """Forget a source; its contacts are seen no more, and swept later (sweeping.py)."""
    c = sources.c
    left = has_left(c.owner).label("left")
    row = sql.execute(sa.select(c.name, c.owner, left).where(c.id == change.id)).one_or_none()
    if row is None or (_hidden(row.owner, change) and not (change.left and row.left)):
        return Written()
    if change.id == OWN:
        return Written(refused="Own contacts stay; turn the source off instead.")
    if change.only_of and not row.owner:
        return Written(refused=_not_yours(row.name))
    sql.execute(sa.delete(sources).where(c.id == change.id))
    site_line(sql, change.by, change.at, "source removed", old=row.name)
    return Written(count=1, id=change.id)


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
