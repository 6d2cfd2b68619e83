import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from store_samples import NOON, call, ids, save

from console.calls.words import Outcome
from console.desk.changes import (
    AddNote,
    DropOldCalls,
    ForgetNumber,
    SaveCall,
    SetCallerProcessed,
    SetProcessed,
)
from console.desk.queries import CallPage, CountCalls, Filter, Key
from console.desk.records import CallRecord, Note, Processed
from console.store import anchors
from console.store.database import SqlStore, open_store

COMPANIES = ("", "Meyer & Söhne", "Kanzlei Berg")
NUMBERS = (None, "+491701234567", "+4930123")
NAMES = ("", "Anna Müller", "Übermut", "100% Öl_GmbH", "a\\b")

some_call = st.builds(
    call,
    id=st.integers(0, 30).map(lambda n: f"c{n}"),
    # Few starts, so that many calls begin in the same microsecond and only the id tells.
    at=st.integers(0, 6).map(float),
    outcome=st.sampled_from([None, Outcome.ANSWERED, Outcome.ANSWERED, Outcome.BUSY, Outcome.LOST]),
    number=st.sampled_from(NUMBERS),
    company=st.sampled_from(COMPANIES),
    name=st.sampled_from(NAMES),
)
some_filter = st.builds(
    Filter,
    unanswered=st.booleans(),
    open=st.booleans(),
    company=st.none() | st.sampled_from(COMPANIES),
    since=st.none() | st.integers(0, 4).map(lambda s: NOON + timedelta(seconds=s)),
    until=st.none() | st.integers(3, 8).map(lambda s: NOON + timedelta(seconds=s)),
    outcome=st.none() | st.sampled_from([Outcome.BUSY, Outcome.ANSWERED]),
    number=st.none() | st.sampled_from(NUMBERS[1:]),
    text=st.sampled_from(
        ["", "", "müller", "MULLER", "0170 12", "über", "%", "_", "\\", "meyer 170"]
    ),
)
every_filter_alone = st.sampled_from(
    [Filter(), Filter(open=True), Filter(unanswered=True), Filter(company="Kanzlei Berg")]
)


def key_of(record: CallRecord) -> Key:
    return Key(record.call.started_at, record.call.id)


def fits(record: CallRecord, wanted: Filter) -> bool:
    """What a filter means, said once more and slowly."""
    call = record.call
    unanswered = call.outcome not in (None, Outcome.ANSWERED)
    place = f"{record.caller_name} {record.company_name}".lower()
    texts = {
        "": True,
        "müller": "müller" in place,
        "MULLER": "müller" in place,
        "0170 12": call.caller.number == "+491701234567",
        "über": "über" in place,
        "%": "%" in place,
        "_": "_" in place,
        "\\": "\\" in place,
        "meyer 170": "meyer" in place and call.caller.number == "+491701234567",
    }
    return all(
        (
            unanswered or not wanted.unanswered,
            record.open or not wanted.open,
            wanted.company is None or record.company_name == wanted.company,
            wanted.since is None or call.started_at >= wanted.since,
            wanted.until is None or call.started_at < wanted.until,
            wanted.outcome is None or call.outcome is wanted.outcome,
            wanted.number is None or call.caller.number == wanted.number,
            texts[wanted.text],
        )
    )


def listed(records: list[CallRecord], wanted: Filter) -> list[CallRecord]:
    return sorted((r for r in records if fits(r, wanted)), key=key_of, reverse=True)


def latest(records: list[CallRecord]) -> list[CallRecord]:
    return list({record.call.id: record for record in records}.values())


async def all_pages(store: SqlStore, wanted: Filter, sizes: list[int], between=None):
    """Every row, page by page, the sizes in turn; `between` runs after each page."""
    rows: list[CallRecord] = []
    before = None
    for turn in range(10_000):
        limit = sizes[turn % len(sizes)]
        page = await store.ask(CallPage(wanted, before=before, limit=limit))
        rows += page.rows
        if len(page.rows) < limit:
            return rows
        before = key_of(page.rows[-1])
        if between is not None:
            await between(turn)
    raise AssertionError("paging does not end")


@settings(deadline=None, max_examples=40)
@given(
    st.lists(some_call, max_size=30),
    st.lists(some_filter, min_size=1, max_size=4),
    st.lists(st.integers(1, 9), min_size=1, max_size=3),
)
def test_pages_of_any_size_give_the_filtered_rows_in_order_while_calls_arrive(
    records, wanted, sizes
):
    async def story():
        store = await open_store(":memory:")
        try:
            await save(store, *records)
            arrived = 0

            async def a_call_arrives(_turn):
                nonlocal arrived
                arrived += 1
                await save(store, call(f"new{arrived}", 100 + arrived, Outcome.BUSY))

            for each in wanted:
                there = latest(records) + [
                    call(f"new{n}", 100 + n, Outcome.BUSY) for n in range(1, arrived + 1)
                ]
                rows = await all_pages(store, each, sizes, a_call_arrives)
                assert rows == listed(there, each)
                exported = [row async for row in store.calls_for_export(each)]
                now = latest(records) + [
                    call(f"new{n}", 100 + n, Outcome.BUSY) for n in range(1, arrived + 1)
                ]
                assert exported == listed(now, each)[::-1]
        finally:
            await store.close()

    asyncio.run(story())


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.lists(some_call, min_size=1, max_size=12).map(
            lambda records: [SaveCall(record) for record in records]
        )
        | st.integers(0, 30).map(
            lambda n: [SetProcessed((f"c{n}",), Processed("e", NOON), "e", NOON)]
        )
        | st.integers(0, 30).map(
            lambda n: [SetCallerProcessed(f"c{n}", Processed("e", NOON), "e", NOON)]
        )
        | st.sampled_from(
            [
                [DropOldCalls(NOON + timedelta(seconds=2), limit=3)],
                [ForgetNumber("+4930123", "e", NOON)],
            ]
        ),
        min_size=1,
        max_size=8,
    ),
    every_filter_alone | some_filter,
    st.integers(0, 40),
)
def test_jumps_and_counts_are_exact_whatever_was_changed_before(batches, wanted, row):
    async def story(spacing, restless):
        store = await open_store(":memory:")
        old = anchors.SPACING, anchors.SPACING_OF_A_SEARCH, anchors.RESTLESS
        anchors.SPACING = anchors.SPACING_OF_A_SEARCH = spacing
        anchors.RESTLESS = restless
        try:
            for turn, batch in enumerate(batches):
                await store.write(batch)
                whole = await all_pages(store, wanted, [100])
                if turn % 2:
                    assert (await store.ask(CountCalls(wanted))).count == len(whole)
                page = await store.ask(CallPage(wanted, at_row=row, limit=3))
                at = min(row, max(len(whole) - 1, 0))
                assert (page.first_row, list(page.rows)) == (at, whole[at : at + 3])
                assert (await store.ask(CountCalls(wanted))).count == len(whole)
        finally:
            anchors.SPACING, anchors.SPACING_OF_A_SEARCH, anchors.RESTLESS = old
            await store.close()

    for spacing, restless in ((3, 1), (2, 4)):
        asyncio.run(story(spacing, restless))


async def test_the_rows_after_a_key_are_those_next_to_it(store):
    await save(store, *(call(f"c{n}", n) for n in range(6)))
    key = Key(NOON + timedelta(seconds=1), "c1")
    assert await ids(store, after=key, limit=2) == ["c3", "c2"]
    assert await ids(store, after=key, limit=9) == ["c5", "c4", "c3", "c2"]
    both = CallPage(after=key, before=Key(NOON + timedelta(seconds=4), "c4"), limit=1)
    assert [row.call.id for row in (await store.ask(both)).rows] == ["c3"]


async def test_the_index_of_the_first_row_is_told_where_it_is_known(store):
    await save(store, *(call(f"c{n}", n) for n in range(6)))
    key = Key(NOON + timedelta(seconds=3), "c3")
    assert (await store.ask(CallPage(limit=2))).first_row == 0
    assert (await store.ask(CallPage(before=key, limit=2))).first_row is None
    assert (await store.ask(CallPage(after=key, limit=1))).first_row is None
    assert (await store.ask(CallPage(after=key, limit=9))).first_row == 0
    assert (await store.ask(CallPage(at_row=99, limit=9))).first_row == 5


async def test_a_page_carries_the_notes_of_its_rows(store):
    await save(store, call("c1"), call("c2", 1))
    note = Note("eva", NOON, "call back")
    await store.write([AddNote("c1", note)])
    page = await store.ask(CallPage())
    assert [row.notes for row in page.rows] == [(), (note,)]


async def test_the_repeated_hour_in_autumn_keeps_the_order(store):
    berlin = ZoneInfo("Europe/Berlin")
    # 02:30 summer time, 02:10 winter time: forty minutes later, though the clock says earlier.
    first = datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=0)
    second = datetime(2026, 10, 25, 2, 10, tzinfo=berlin, fold=1)
    await save(store, call("b", first), call("a", second))
    page = await store.ask(CallPage())
    assert [row.call.id for row in page.rows] == ["a", "b"]
    starts = [row.call.started_at for row in page.rows]
    assert starts[0] - starts[1] == timedelta(minutes=40)
    assert [start.tzinfo for start in starts] == [UTC, UTC]
    since = Filter(since=second)
    assert await ids(store, since) == ["a"]


async def test_the_hour_that_is_left_out_in_spring_is_no_gap_in_the_list(store):
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 3, 29, 1, 59, 59, tzinfo=berlin)
    after = datetime(2026, 3, 29, 3, 0, 0, tzinfo=berlin)
    await save(store, call("b", before), call("a", after))
    rows = (await store.ask(CallPage())).rows
    assert [row.call.id for row in rows] == ["a", "b"]
    assert rows[0].call.started_at - rows[1].call.started_at == timedelta(seconds=1)


async def test_anchors_stay_right_when_a_write_comes_in_between(store):
    """The walk through the list runs in a thread; what changes meanwhile must not be lost."""
    book = store._anchors
    await save(store, *(call(f"c{n:04}", n) for n in range(3_000)))
    lent = book.borrow(Filter())
    await store._connections.read(lambda sql: lent.row(sql, 10))
    assert lent.keys
    await store.write([ForgetNumber("+491701234567", "e", NOON)])
    book.give_back(lent)
    assert not book._known[Filter()].keys
    assert (await store.ask(CallPage(at_row=5))).rows == ()


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)))
def test_a_stored_time_is_exact_to_the_microsecond(at):
    from console.store.schema import instant, micros

    at = at.replace(tzinfo=UTC)
    assert instant(micros(at)) == at


async def test_a_record_without_people_is_equal_to_what_was_saved(store):
    record = replace(call("c1"), company_id=7, company_colour="#ff0000")
    await save(store, record)
    assert (await store.ask(CallPage())).rows == (record,)
