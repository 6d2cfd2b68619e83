"""What is owed of a call, what was decided, and what became of it."""

import asyncio
import os
import signal
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from store_samples import NOON, call, ids, save

from console.desk.changes import (
    AddNote,
    DropOldCalls,
    ForgetNumber,
    MergeCall,
    OweNotice,
    RetryNotices,
    SaveCall,
    SetProcessed,
)
from console.desk.notice import Channel, Notice, NoticeState
from console.desk.notices import ListDue, ListNotices, Rush
from console.desk.queries import CallDetails, CallPage, CountCalls, Filter, Key
from console.desk.records import Note, Processed
from console.store import filters
from console.store.database import open_store
from console.store.outbox import PERHAPS_SENT

S = NoticeState
LATER = NOON + timedelta(seconds=60)
ANNA = "+491701234567"


def notice(id: str, state: S = S.QUEUED, to: str = "a@x.example", **more) -> Notice:
    more.setdefault("channel", Channel.MAIL)
    return Notice(id, recipient=to, state=state, why=more.pop("why", ""), at=NOON, **more)


async def owe(store, *records, due=LATER):
    await store.write([SaveCall(record) for record in records])
    await store.write([OweNotice(record.call.id, due) for record in records])


async def decided(store, id: str, *notices: Notice, **more) -> tuple[Notice, ...]:
    await owe(store, call(id, **more))
    return await store.decide(id, notices)


def table(store, name: str) -> list[tuple]:
    with closing(sqlite3.connect(store.path)) as sql:
        return sql.execute(f"SELECT * FROM {name}").fetchall()


async def test_what_is_due_comes_whole_and_the_longest_due_first(store):
    await owe(store, call("b"), due=LATER)
    await owe(store, call("a"), due=LATER)
    await owe(store, call("first"), due=NOON)
    await owe(store, call("not yet"), due=LATER + timedelta(seconds=1))
    note, processed = Note("Eva", NOON, "she is angry"), Processed("Eva", NOON)
    await store.write([AddNote("a", note), SetProcessed(("a",), processed, "Eva", NOON)])
    due = await store.owed(LATER, 10)
    assert [(each.record.call.id, each.due_at) for each in due] == [
        ("first", NOON),
        ("a", LATER),
        ("b", LATER),
    ]
    assert (due[1].record.notes, due[1].record.processed) == ((note,), processed)
    assert [each.record.call.id for each in await store.owed(LATER, 1)] == ["first"]
    assert await store.next_at() == NOON


async def test_a_call_is_owed_and_decided_once(store):
    (kept,) = await decided(store, "a", notice("a", next_at=LATER, message_id="<1@x>"))
    assert kept == replace(notice("a", next_at=LATER, message_id="<1@x>"), id=kept.id)
    assert await store.decide("a", [notice("a")]) == ()
    (again,) = await store.write([OweNotice("a", LATER)])
    assert (again.count, await store.owed(LATER, 9)) == (0, ())
    await owe(store, call("b"))
    (again,) = await store.write([OweNotice("b", NOON)])
    assert again.count == 0
    assert [each.due_at for each in await store.owed(LATER, 9)] == [LATER]
    assert await store.decide("b", []) == ()
    assert await store.owed(LATER, 9) == ()
    (nothing,) = await store.write([OweNotice("unheard of", NOON)])
    assert nothing.count == 0


async def test_a_call_says_when_it_is_decided_who_is_told_of_it(store):
    await owe(store, call("a"), call("b", 1))
    await save(store, call("c", 2))
    rows = (await store.ask(CallPage())).rows
    assert [row.due_at for row in rows] == [None, LATER, LATER]
    await store.decide("a", [notice("a")])
    assert (await store.ask(CallDetails("a"))).record.due_at is None
    assert (await store.ask(CallDetails("b"))).record.due_at == LATER


async def test_what_is_due_is_listed_by_key_without_what_is_dealt_with(store):
    for number, id in enumerate("abcde"):
        await owe(store, call(id), due=LATER + timedelta(seconds=number // 2))
    await store.write([SetProcessed(("d",), Processed("Eva", NOON), "Eva", NOON)])
    listed, last = [], None
    while page := await store.ask(ListDue(before=last, limit=2)):
        listed += [(each.record.call.id, each.due_at - LATER) for each in page]
        last = page[-1]
    one, two = timedelta(seconds=1), timedelta(seconds=2)
    assert listed == [("e", two), ("c", one), ("b", timedelta()), ("a", timedelta())]
    assert [each.record.call.id for each in await store.ask(ListDue("c"))] == ["c"]
    assert await store.ask(ListDue("d")) == ()


@pytest.mark.parametrize("few", [0, 5_000])
async def test_calls_with_undelivered_notices_are_paged_by_key(store, monkeypatch, few):
    monkeypatch.setattr(filters, "FEW", few)
    states = [S.FAILED, S.SENT, S.UNCERTAIN, S.SKIPPED, S.FAILED]
    for number, state in enumerate(states):
        await owe(store, call(f"c{number}", number))
        await store.decide(f"c{number}", [notice(f"c{number}", state), notice(f"c{number}", state)])
    wanted = Filter(undelivered=True, unanswered=True)
    assert await ids(store, wanted) == ["c4", "c2", "c0"]
    page = await store.ask(CallPage(wanted, limit=2))
    key = Key(page.rows[-1].call.started_at, "c2")
    assert await ids(store, wanted, before=key) == ["c0"]
    assert await ids(store, wanted, after=key) == ["c4"]
    assert await ids(store, wanted, at_row=1) == ["c2", "c0"]
    assert (await store.ask(CountCalls(wanted))).count == 3
    failed = [one.id for one in await store.ask(ListNotices(call="c4"))]
    await store.write([RetryNotices(tuple(failed), "Eva", LATER)])
    assert await ids(store, wanted, at_row=1) == ["c0"]
    assert (await store.ask(CountCalls(wanted))).count == 2
    exported = [each.call.id async for each in store.calls_for_export(wanted)]
    assert exported == ["c0", "c2"]
    assert await ids(store, replace(wanted, open=True, numbers=(ANNA,))) == ["c2", "c0"]


async def test_notices_wait_for_their_time_each_channel_by_itself(store):
    late, soon, text, skipped = await decided(
        *(store, "a"),
        notice("a", next_at=LATER),
        notice("a", to="b@x.example", next_at=NOON),
        notice("a", to="+49171", channel=Channel.TEXT),
        notice("a", S.SKIPPED, to=""),
    )
    assert await store.to_send(NOON, Channel.MAIL, 9) == (soon,)
    assert await store.to_send(LATER, Channel.MAIL, 9) == (soon, late)
    assert await store.to_send(LATER, Channel.MAIL, 1) == (soon,)
    # One that is queued for no time is to be sent now.
    assert await store.to_send(NOON, Channel.TEXT, 9) == (text,)
    assert await store.next_at() == NOON
    ids = [late.id, soon.id, text.id]
    assert await store.sending([*ids, skipped.id, 99], NOON) == tuple(ids)
    assert await store.sending(ids, NOON) == ()
    assert await store.next_at() is None


async def test_what_became_of_a_notice_is_kept(store):
    (one,) = await decided(store, "a", notice("a"))
    for tries in (1, 2):
        assert await store.sending([one.id], LATER) == (one.id,)
        await store.ended([one.id], S.QUEUED, "451 try later", LATER, LATER)
        (listed,) = await store.ask(ListNotices())
        assert (listed.tries, listed.why, listed.next_at) == (tries, "451 try later", LATER)
    await store.ended([one.id], S.QUEUED, "again", LATER)
    assert (await store.ask(ListNotices()))[0].next_at == LATER
    await store.ended([one.id], S.SENT, "mailed", LATER)
    (listed,) = await store.ask(ListNotices())
    assert (listed.state, listed.next_at, listed.at) == (S.SENT, None, LATER)


async def test_after_a_crash_mails_are_sent_again_and_text_messages_only_by_people(store):
    mail, text, done = await decided(
        *(store, "a"),
        notice("a", message_id="<1@x>"),
        notice("a", to="+49171", channel=Channel.TEXT),
        notice("a", S.SENT, to="c@x.example"),
    )
    await store.sending([mail.id, text.id], NOON)
    assert await store.recover(LATER) == 2
    assert await store.recover(LATER) == 0
    (again,) = await store.to_send(LATER, Channel.MAIL, 9)
    assert (again.id, again.message_id, again.tries) == (mail.id, "<1@x>", 1)
    assert await store.to_send(LATER, Channel.TEXT, 9) == ()
    (left,) = await store.ask(ListNotices(undelivered=True))
    assert (left.id, left.state, left.why) == (text.id, S.UNCERTAIN, PERHAPS_SENT)
    (retried,) = await store.write([RetryNotices((text.id, done.id, 99), "Eva", LATER)])
    assert retried.count == 1
    (again,) = await store.to_send(LATER, Channel.TEXT, 9)
    assert (again.id, again.tries, again.why) == (text.id, 0, "sent again by Eva")
    lines = (await store.ask(CallDetails("a"))).audit
    assert [(one.by, one.what, one.old, one.new) for one in lines] == [
        ("Eva", "notice", "uncertain", "sent again")
    ]


async def test_what_a_caller_was_told_of_is_found_by_company(store):
    for n, company in enumerate((1, 1, 2, None)):
        record = replace(call(f"c{n}", n), company_id=company)
        await owe(store, record)
        await store.decide(
            f"c{n}",
            [
                notice(f"c{n}", S.FOLDED, told_by=1),
                notice(f"c{n}", S.SKIPPED),
                notice(f"c{n}", S.CANCELLED),
            ],
        )
    await decided(store, "hidden", notice("hidden"), number=None)
    found = await store.told(ANNA, NOON, 1)
    assert [(each.call, each.state) for each in found] == [("c1", S.FOLDED), ("c0", S.FOLDED)]
    assert [each.call for each in await store.told(ANNA, NOON, None)] == ["c3"]
    await store.ended([found[1].id], S.SENT, "mailed", LATER)
    assert [each.call for each in await store.told(ANNA, LATER, 1)] == ["c0"]
    assert await store.told("", NOON, None) == ()
    assert await store.told("+49999", NOON, 1) == ()


async def test_notices_are_listed_newest_first_page_by_page(store):
    states = (S.SENT, S.FAILED, S.UNCERTAIN, S.QUEUED, S.FAILED)
    kept = await decided(store, "a", *(notice("a", state, next_at=None) for state in states))
    ids = [each.id for each in kept]
    await decided(store, "b", notice("b", S.FAILED))
    assert await store.undelivered() == 4

    async def listed(**more) -> list[int]:
        return [each.id - ids[0] for each in await store.ask(ListNotices(**more))]

    assert await listed() == [5, 4, 3, 2, 1, 0]
    assert await listed(limit=2, before=ids[3]) == [2, 1]
    assert await listed(undelivered=True) == [5, 4, 2, 1]
    assert await listed(undelivered=True, before=ids[4]) == [2, 1]
    assert await listed(call="b") == [5]


async def test_a_calls_notices_are_in_its_page_and_details(store):
    kept = await decided(store, "a", notice("a"), notice("a", S.SKIPPED, why="rang 1.4 s"))
    await save(store, call("b", 1))
    other, mine = (await store.ask(CallPage())).rows
    assert (other.notices, mine.notices) == ((), kept)
    assert (await store.ask(CallDetails("a"))).record.notices == mine.notices
    assert [each.record.notices for each in await store.owed(LATER, 9)] == []


async def test_notices_go_with_their_calls_and_follow_them(store):
    await decided(store, "a", notice("a"))
    await owe(store, call("old", -100))
    await decided(store, "gone", notice("gone"), number="+4930")
    await owe(store, call("still owed", number="+4930"))
    await store.write([MergeCall("a", "b"), MergeCall("gone", "b"), MergeCall("still owed", "b")])
    # The first became the other; the rest of what was owed is decided with it.
    kept = await store.ask(ListNotices())
    assert [each.call for each in kept] == ["b", "b"]
    assert len(await store.told(ANNA, NOON, None)) == 2
    assert await store.told("+4930", NOON, None) == ()
    assert [each.record.call.id for each in await store.owed(LATER, 9)] == ["old"]
    await store.write([DropOldCalls(NOON)])
    assert table(store, "owed") == []
    await store.write([DropOldCalls(LATER)])
    assert table(store, "notices") == []


async def test_what_a_merged_call_owed_the_other_owes(store):
    await owe(store, call("a"))
    await save(store, call("b"))
    await store.write([MergeCall("a", "b")])
    assert [each.record.call.id for each in await store.owed(LATER, 9)] == ["b"]


async def test_a_forgotten_number_is_in_no_notice(tmp_path):
    store = await open_store(str(tmp_path / "hotline.db"))
    await decided(store, "theirs", notice("theirs"))
    await owe(store, call("owed", 1))
    mobile = {"to": ANNA, "channel": Channel.TEXT}
    await decided(
        *(store, "another's"),
        notice("another's", **mobile),
        notice("another's", S.SENT, why=f"sent to {ANNA}", **mobile),
        number="+4930",
    )
    await store.write([ForgetNumber(ANNA, "Eva", LATER)])
    sent, queued = await store.ask(ListNotices())
    assert (queued.state, queued.recipient) == (S.CANCELLED, "")
    assert (sent.state, sent.recipient, sent.why) == (S.SENT, "", "sent to ...")
    assert await store.owed(LATER, 9) == ()
    await store.close()
    for file in tmp_path.iterdir():
        assert ANNA.encode() not in file.read_bytes()


@pytest.mark.parametrize(
    "asked",
    [
        lambda store: store.owed(LATER, 9),
        lambda store: store.told(ANNA, NOON, 1),
        lambda store: store.to_send(LATER, "mail", 9),
        lambda store: store.next_at(),
        lambda store: store.undelivered(),
        lambda store: store.ask(ListNotices(undelivered=True, before=7)),
        lambda store: store.ask(ListNotices(call="a")),
        lambda store: store.ask(ListNotices(before=7)),
        lambda store: store.sending([1], NOON),
        lambda store: store.recover(NOON),
        lambda store: store.write([RetryNotices((1, 2), "Eva", NOON)]),
        lambda store: store.write([OweNotice("a", NOON)]),
        lambda store: store.ask(CallDetails("a")),
    ],
    ids=lambda asked: asked.__code__.co_names[0],
)
async def test_nothing_goes_through_all_notices(store, asked):
    await decided(store, "a", notice("a"), notice("a", S.FAILED))
    seen = []
    for engine in (store._connections._reader, store._connections._writer):

        @sa.event.listens_for(engine.sync_engine, "before_cursor_execute")
        def _listen(_connection, _cursor, statement, parameters, *_rest):
            if "notices" in statement or "owed" in statement:
                seen.append((statement, parameters))

    await asked(store)
    assert seen
    with closing(sqlite3.connect(store.path)) as sql:
        for statement, parameters in seen:
            plan = [row[3] for row in sql.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            scans = [step for step in plan if "SCAN" in step and "CONSTANT" not in step]
            # A whole partial index is what is asked for; all notices newest first is the table.
            assert all("notices_undelivered" in step for step in scans), plan
            assert not any("TEMP B-TREE" in step for step in plan), plan


WRITER = """
import asyncio, sys
from datetime import timedelta
sys.path.insert(0, sys.argv[2])
from store_samples import NOON, call
from console.desk.changes import OweNotice, SaveCall
from console.desk.notice import Channel, Notice, NoticeState
from console.store.database import open_store

async def run():
    store = await open_store(sys.argv[1])
    for n in range(100_000):
        await store.write([SaveCall(call(f"c{n}", n)), OweNotice(f"c{n}", NOON)])
        mail = Notice(f"c{n}", Channel.MAIL, "a@x", NoticeState.QUEUED, "", NOON, NOON)
        (kept,) = await store.decide(f"c{n}", [mail])
        await store.sending([kept.id], NOON)
        await store.ended([kept.id], NoticeState.SENT, "mailed", NOON)
        print(n, flush=True)

asyncio.run(run())
"""


async def test_who_is_killed_while_sending_loses_no_notice(tmp_path):
    path = str(tmp_path / "hotline.db")
    writer = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", WRITER, path, str(Path(__file__).parent)),
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(30):
        for _ in range(20):
            await writer.stdout.readline()
        os.kill(writer.pid, signal.SIGKILL)
        rest = await writer.stdout.read()
        await writer.wait()
    confirmed = 20 + rest.count(b"\n")
    store = await open_store(path)
    told = {each.call: each.state for each in await store.ask(ListNotices(limit=100_000))}
    owed = [each.record.call.id for each in await store.owed(NOON, 100_000)]
    calls = [row.call.id async for row in store.calls_for_export()]
    assert all(told[f"c{n}"] is S.SENT for n in range(confirmed))
    # The one on its way is owed, or told; never neither.
    assert sorted([*told, *owed]) == sorted(calls)
    assert len(calls) - confirmed in (0, 1)
    await store.close()


# -- storms ----------------------------------------------------------------------------------------


async def test_what_is_told_at_present_is_counted(store):
    old, near = NOON - timedelta(minutes=10), NOON - timedelta(seconds=20)
    some = [
        *[notice("a", S.SENT), replace(notice("a", S.FOLDED), at=near)],
        replace(notice("a", to="b@x.example"), at=near),
        *[notice("a", S.SKIPPED), notice("a", S.CANCELLED)],
    ]
    await decided(store, "old", replace(notice("old", S.SENT), at=old))
    await decided(store, "a", *(replace(each, at=min(each.at, near)) for each in some[1:]))
    await decided(store, "b", replace(some[0], call="b", at=NOON - timedelta(minutes=2)))
    await owe(store, call("c"), call("d"), replace(call("e"), company_id=3), due=LATER)
    await owe(store, call("f"), due=LATER + timedelta(seconds=1))
    rush = await store.rush(NOON - timedelta(minutes=5), NOON - timedelta(seconds=30), LATER)
    assert rush.coming == {None: 2, 3: 1}
    assert rush.told == {
        (Channel.MAIL, "a@x.example"): (2, 1),
        (Channel.MAIL, "b@x.example"): (1, 1),
    }


async def test_of_a_backlog_no_more_is_counted_than_tells_a_storm(store, monkeypatch):
    monkeypatch.setattr("console.store.notice_rush.MOST_OWED", 3)
    monkeypatch.setattr("console.store.notice_rush.MOST_DECIDED", 2)
    for number in range(4):
        await decided(store, f"a{number}", notice(f"a{number}", S.SENT))
    await owe(store, *(call(f"b{number}") for number in range(5)))
    rush = await store.rush(NOON, NOON, LATER)
    assert rush.coming == {None: 3}
    assert rush.told == {(Channel.MAIL, "a@x.example"): (2, 2)}
    assert (await store.rush(LATER, LATER, NOON)) == Rush({}, {})


async def test_the_summary_that_waits_is_found_until_it_is_tried(store):
    (one,) = await decided(store, "a", notice("a", why="sum", next_at=LATER))
    await decided(store, "b", notice("b", why="another", next_at=LATER))
    await decided(store, "c", notice("c", S.FOLDED, why="sum", told_by=one.id))
    assert await store.untried("sum") == (one,)
    assert await store.bring_forward([one.id], NOON) == 1
    assert await store.to_send(NOON, Channel.MAIL, 9) == (replace(one, next_at=NOON),)
    await store.sending([one.id], NOON)
    assert await store.untried("sum") == ()
    # What is on its way is not queued again.
    assert await store.bring_forward([one.id], NOON) == 0
    await store.ended([one.id], S.QUEUED, "sum", NOON, LATER)
    assert await store.untried("sum") == ()


async def test_how_long_the_last_summary_took_in_calls(store):
    async def taking_in(since=NOON, to="a@x.example"):
        return await store.taking_in(Channel.MAIL, to, "sum", since)

    assert await taking_in() is None
    (first,) = await decided(store, "a", notice("a"))
    (second,) = await decided(store, "b", notice("b"))
    for place, (into, minutes) in enumerate([(first, 0), (first, 4), (second, 5), (second, 12)]):
        at, id = NOON + timedelta(minutes=minutes), f"f{place}"
        folded = replace(notice(id, S.FOLDED, why="sum", told_by=into.id), at=at)
        other = replace(folded, recipient="b@x.example", why="another caller's")
        await decided(store, id, folded, other)
    assert await taking_in() == timedelta(minutes=7)
    assert await taking_in(NOON + timedelta(minutes=12)) == timedelta(minutes=7)
    assert await taking_in(NOON + timedelta(minutes=13)) is None
    assert await taking_in(to="b@x.example") is None
