"""A page of any filter walks an index in the order of the list; nothing is sorted."""

import sqlite3
import sys
from contextlib import closing

import pytest
import sqlalchemy as sa
from staged import add_source, take_in
from store_samples import NOON, call

from console.calls.words import Outcome
from console.desk.changes import OweNotice, SaveCall
from console.desk.contacts import FindContacts
from console.desk.notice import Channel, Notice, NoticeState
from console.desk.queries import CallPage, CountCalls, Filter, Key
from console.people.values import Contact
from console.store import filters, finding, sweeping
from console.store.database import open_store
from console.store.who_has import called_contact, who_has


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


@pytest.fixture
async def contact_plans(tmp_path, monkeypatch):
    """Asks a database with contacts, and tells how SQLite goes about each statement."""
    store = await open_store(str(tmp_path / "hotline.db"))
    source = await add_source(store)
    people = [Contact(f"P{n}", ((f"+4930{n:08}", ""),), key=str(n)) for n in range(20)]
    await take_in(store, source, tmp_path / "s", people)
    await store.close()
    seen: list[tuple[str, tuple]] = []
    with closing(sqlite3.connect(tmp_path / "hotline.db")) as sql:

        def run(statement, parameters):
            seen.append((statement, tuple(parameters)))
            return sql.execute(statement, tuple(parameters)).fetchall()

        def plans() -> list[str]:
            steps = []
            for statement, parameters in seen:
                explained = sql.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
                steps += [row[3] for row in explained]
            seen.clear()
            return steps

        yield sql, run, plans


def walks(steps: list[str]) -> list[str]:
    """The steps that go through a whole table of contacts or sort out too late."""
    small = ("SCAN s", "SCAN h", "SCAN w", "CONSTANT ROW")
    return [
        step
        for step in steps
        if (step.startswith("SCAN") and not any(each in step for each in small))
        or ("contacts_name" in step and "name_folded" not in step)
    ]


async def test_who_rings_is_looked_up_by_keys_only(contact_plans, monkeypatch):
    sql, run, plans = contact_plans
    sql.execute("INSERT INTO choices VALUES ('+493000000007', 0, '2:7', 'eva', 0)")
    assert who_has(run, "+493000000007", 3, "", ringing=True)[0].chosen
    # So that also own contacts are asked for apart.
    monkeypatch.setattr(sys.modules[who_has.__module__], "MOST", 1)
    assert who_has(run, "+493000000007", 3, "", ringing=True)[0].chosen
    called_contact(run, "+493000000007")
    steps = plans()
    assert len(steps) > 10
    assert walks(steps) == []


async def test_lists_of_contacts_begin_where_they_are_to(contact_plans, monkeypatch):
    _, run, plans = contact_plans
    monkeypatch.setattr(finding._Finding, "_often", lambda self, match: False)
    for few in (0, 1_000):
        monkeypatch.setattr(finding, "FEW", few)
        for after in (None, ("P3", 4)):
            for text in ("", "p", "p1 -p2", "pppppppp"):
                finding.find_contacts(run, FindContacts(text, after=after, limit=5))
    steps = plans()
    assert any("contacts_name (source_id=? AND name_folded>?)" in step for step in steps)
    # Corrections are few; the rest is what the index of words has found.
    assert {step for step in walks(steps) if "VIRTUAL TABLE" not in step} == {
        "SCAN o USING COVERING INDEX contacts_corrects",
        "SCAN (subquery-1)",
    }


async def test_a_sweep_deletes_by_whole_keys(contact_plans):
    sql, _, _ = contact_plans
    sql.execute("ATTACH ':memory:' AS plan")
    for table in sweeping.TABLES:
        sql.execute(table.replace("CREATE TABLE ", "CREATE TABLE plan."))
    steps = []
    for _, statement in sweeping.STEPS:
        explained = sql.execute(f"EXPLAIN QUERY PLAN {statement}", (0, 9))
        steps += [row[3] for row in explained]
    assert walks(steps) == []
    assert "SEARCH contact_keys USING PRIMARY KEY (source_id=? AND key=? AND contact_id=?)" in steps
    assert "SEARCH contact_tails USING PRIMARY KEY (tail=? AND number=? AND contact_id=?)" in steps


@pytest.mark.parametrize(("few", "walks_the_list"), [(5_000, False), (0, True)])
async def test_calls_with_undelivered_notices_are_looked_up_or_met_on_the_way(
    tmp_path, monkeypatch, few, walks_the_list
):
    path = tmp_path / "hotline.db"
    store = await open_store(str(path))
    monkeypatch.setattr(filters, "FEW", few)
    await store.write([SaveCall(call("c1")), OweNotice("c1", NOON)])
    await store.decide("c1", [Notice("c1", Channel.MAIL, "a@x", NoticeState.FAILED, "", NOON)])
    asked = []

    @sa.event.listens_for(store._connections._reader.sync_engine, "before_cursor_execute")
    def _listen(_connection, _cursor, statement, parameters, *_rest):
        asked.append((statement, parameters))

    await store.ask(CallPage(Filter(undelivered=True, unanswered=True), before=Key(NOON, "c2")))
    await store.close()
    statement, parameters = next(each for each in asked if "FROM calls" in each[0])
    with closing(sqlite3.connect(path)) as sql:
        steps = [row[3] for row in sql.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    assert any("notices USING INDEX notices_undelivered" in step for step in steps), steps
    assert any("calls USING INDEX calls_unanswered" in step for step in steps) is walks_the_list
    assert not [step for step in steps if step.startswith("SCAN calls")], steps
    if walks_the_list:
        assert not [step for step in steps if "B-TREE" in step], steps
