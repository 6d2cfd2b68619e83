"""What changes of the live settings do to the tables: the section, its history, a line."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from console.desk.changes import Expecting, PutSections, PutSettings, Written
from console.settings.live import Live, stored
from console.settings.moved_secrets import without_moved
from console.settings.notices import PER_COMPANY
from console.settings.secrets import with_kept, without_new_secrets, without_secrets
from console.store.audit_lines import site_line
from console.store.cured_notices import send_again
from console.store.directory_schema import companies, settings
from console.store.notice_schema import settings_history
from console.store.sealing import Sealing
from console.store.settings_rows import read_settings

OVERRIDES = "overrides"


def put_settings(sql: sa.Connection, change: PutSettings, sealing: Sealing) -> Written:
    """Replace a section, or what a company has otherwise in it."""
    if change.section not in Live.model_fields:
        return Written(refused=f"There are no settings called {change.section}.")
    if change.company_id is not None:
        return _put_override(sql, change, change.company_id, sealing)
    former = _former(sql, change.section)
    wanted = sealing.sealed(_with_lost(change, former, sealing))
    before, now = sealing.comparable(former), sealing.comparable(wanted)
    if not isinstance(change.expects, Expecting):
        expected = change.expects
        if expected is None:
            expected = stored(Live(), change.section)
        if sealing.comparable(with_kept(expected, former)) != before:
            return Written()
    if now == before:
        return Written(count=1, settings=former, settings_now=former)
    version = _put(sql, change.section, wanted, change)
    _remember(sql, change, version, before, now, change.section)
    requeued = send_again(sql, change, before, now, partial(read_settings, sql, sealing))
    return Written(count=1, settings=former, settings_now=wanted, requeued=requeued)


def _with_lost(change: PutSettings, former: dict[str, Any], sealing: Sealing) -> Any:
    """The values with their former secrets, also those that nobody can read without their key.

    Whoever changes something else has read nothing in their place; the key may come back.
    """
    was = {**stored(Live(), change.section), **former}

    def staying(lost: Any) -> Any:
        return without_moved(change.section, {**stored(Live(), change.section), **lost}, was)

    return sealing.with_lost(with_kept(change.values, former), former, staying)


def put_sections(sql: sa.Connection, change: PutSections, sealing: Sealing) -> Written:
    """Replace several sections, all or none."""
    with sql.begin_nested() as part_way:
        parts = []
        for each in change.sections:
            done = put_settings(sql, replace(each, origin=change.origin), sealing)
            if done.refused or not done.count:
                part_way.rollback()
                return Written(refused=done.refused)
            parts.append(done)
    requeued = sum(part.requeued for part in parts)
    return Written(count=len(parts), parts=tuple(parts), requeued=requeued)


def drop_overrides(sql: sa.Connection, company_id: int, by: str, at: datetime) -> None:
    """Nothing is otherwise for a company that has gone."""
    theirs = [
        each for each in _former(sql, OVERRIDES)[OVERRIDES] if each["company_id"] == company_id
    ]
    for each in theirs:
        change = PutSettings(each["section"], {}, by, at, company_id=company_id)
        _replace_override(sql, change, company_id, each["values"])


def _put_override(
    sql: sa.Connection, change: PutSettings, company_id: int, sealing: Sealing
) -> Written:
    if change.section not in PER_COMPANY:
        return Written(refused=f"The settings {change.section} are the same for all companies.")
    known = sa.select(companies.c.id).where(companies.c.id == company_id)
    if sql.execute(known).first() is None:
        return Written(refused="This company is not there any more.")
    former: dict[str, Any] = {}
    for each in _former(sql, OVERRIDES)[OVERRIDES]:
        if (each["company_id"], each["section"]) == (company_id, change.section):
            former = each["values"]
    if not isinstance(change.expects, Expecting) and (change.expects or {}) != former:
        return Written()
    requeued = 0
    if change.values != former:
        _replace_override(sql, change, company_id, former)
        live = partial(read_settings, sql, sealing)
        requeued = send_again(sql, change, former, change.values, live)
    return Written(count=1, settings=former, settings_now=change.values, requeued=requeued)


def _replace_override(
    sql: sa.Connection, change: PutSettings, company_id: int, former: dict[str, Any]
) -> None:
    others = [
        each
        for each in _former(sql, OVERRIDES)[OVERRIDES]
        if (each["company_id"], each["section"]) != (company_id, change.section)
    ]
    if change.values:
        others.append(
            {"company_id": company_id, "section": change.section, "values": change.values}
        )
    version = _put(sql, OVERRIDES, {OVERRIDES: others}, change)
    c = companies.c
    name = sql.execute(sa.select(c.name).where(c.id == company_id)).scalar_one_or_none()
    what = f"{change.section} of {name or company_id}"
    _remember(sql, change, version, former, change.values, what)


def _former(sql: sa.Connection, section: str) -> dict[str, Any]:
    """What is stored of a section, sealed; as in a new database if nothing is."""
    c = settings.c
    found = sql.execute(sa.select(c.value).where(c.section == section)).scalar_one_or_none()
    former: dict[str, Any] = stored(Live(), section) if found is None else found
    return former


def _put(sql: sa.Connection, section: str, values: dict[str, Any], change: PutSettings) -> int:
    """Write a section; its new version."""
    c = settings.c
    row = {"value": values, "by": change.by, "at": change.at}
    version = sql.execute(sa.select(c.version).where(c.section == section)).scalar_one_or_none()
    if version is None:
        sql.execute(sa.insert(settings), {"section": section, **row, "version": 1})
        return 1
    sql.execute(
        sa.update(settings).where(c.section == section).values({**row, "version": version + 1})
    )
    return int(version) + 1


def _remember(
    sql: sa.Connection,
    change: PutSettings,
    version: int,
    old: dict[str, Any],
    new: dict[str, Any],
    what: str,
) -> None:
    """A row of history, and a line that says which fields changed, never with what."""
    sql.execute(
        sa.insert(settings_history),
        {
            "section": change.section,
            "company_id": change.company_id,
            "version": version,
            "by": change.by,
            "at": change.at,
            "origin": change.origin,
            "old": without_secrets(old),
            "new": without_new_secrets(new, old),
        },
    )
    missing = object()
    names = dict.fromkeys((*new, *old))
    fields = [name for name in names if old.get(name, missing) != new.get(name, missing)]
    site_line(sql, change.by, change.at, "settings", new=f"{what}: {', '.join(fields)}")
