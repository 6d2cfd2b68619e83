"""A page of any filter walks an index in the order of the list; nothing is sorted."""

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa
from store_samples import NOON

from console.calls.words import Outcome
from console.desk.queries import CallPage, CountCalls, Filter, Key
from console.store.database import open_store


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Filter(), "calls_all"),
        (Filter(since=NOON, until=NOON), "calls_all"),
        (Filter(unanswered=True), "calls_unanswered"),
        (Filter(open=True), "calls_open"),
        (Filter(open=True, unanswered=True, since=NOON), "calls_open"),
        (Filter(company="A"), "calls_company"),
        (Filter(company="A", unanswered=True), "calls_company"),
        (Filter(company="A", open=True), "calls_company_open"),
        (Filter(company="A", outcome=Outcome.BUSY), "calls_company"),
        (Filter(outcome=Outcome.BUSY), "calls_outcome"),
        (Filter(number="+49170"), "calls_number"),
    ],
)
@pytest.mark.parametrize("how", ["top", "before", "after", "count"])
async def test_a_filter_uses_its_index(tmp_path, wanted, index, how):
    path = tmp_path / "hotline.db"
    store = await open_store(str(path))
    asked = []

    @sa.event.listens_for(store._connections._reader.sync_engine, "before_cursor_execute")
    def _listen(_connection, _cursor, statement, parameters, *_rest):
        asked.append((statement, parameters))

    key = Key(NOON, "c1")
    await store.ask(
        {
            "top": CallPage(wanted),
            "before": CallPage(wanted, before=key),
            "after": CallPage(wanted, after=key),
            "count": CountCalls(wanted),
        }[how]
    )
    await store.close()
    statement, parameters = next(each for each in asked if "FROM calls" in each[0])
    with closing(sqlite3.connect(path)) as sql:
        plan = [row[3] for row in sql.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    assert len(plan) == 1, plan
    used = plan[0].partition("INDEX ")[2].split()[0]
    if how == "count":
        # Any small index does for counting, so long as it holds these rows only.
        assert used.startswith(index.rpartition("_")[0]) or "COVERING" in plan[0]
    else:
        assert used == index, plan
