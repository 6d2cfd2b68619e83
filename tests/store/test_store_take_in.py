"""What a source has becomes what its staging file says, all or nothing."""

import asyncio
import errno
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from staged import add_source, names, stage, take_in
from store_samples import NOON

from console.desk.changes import DropSource, PutSource
from console.desk.contacts import SyncReport
from console.desk.ports import StoreFailed
from console.people.skipped import Skipped
from console.people.values import Address, Contact
from console.settings.sources import ContactSource, VcardFolder
from console.store import filling
from console.store.chunks import Chunks
from console.store.connections import JOURNAL_PAGES

ANNA = Contact(
    "Anna Muster",
    (("+493011100023", "work"), ("+4917012345678", "mobile")),
    company="Muster GmbH",
    emails=("a@example.org", "anna@example.org"),
    note="patient",
    uid="u1",
    family="Muster",
    given="Anna",
    department="Sales",
    title="Head",
    addresses=(Address("Hauptstr. 1", "Berlin", "10115", kind="work"),),
    web="https://example.org",
    photo=True,
    extra=("X-SKYPE:anna",),
    key="k1",
)
BERT = Contact("Bert Nowak", (("+4930222", "work"),), key="k2")
CLEO = Contact("Cleo Özdemir", (("112", ""),), key="k3")


def table(store, name: str) -> list[tuple]:
    with closing(sqlite3.connect(store.path)) as sql:
        return sql.execute(f"SELECT * FROM {name} ORDER BY 1, 2, 3").fetchall()


async def test_a_contact_comes_back_whole(store, tmp_path):
    source = await add_source(store)
    report = await take_in(store, source, tmp_path / "s", [ANNA])
    assert report == SyncReport(read=1, added=1)
    (match,) = await store.who_is("+4917012345678", None)
    found = match.contact
    assert (found.source, found.source_id, found.key) == ("Customers", source, "k1")
    assert found.ref == f"{source}:k1"
    whole = {name: getattr(found, name) for name in ANNA.__slots__}
    assert whole == {
        **{name: getattr(ANNA, name) for name in ANNA.__slots__},
        "id": found.id,
        "source": "Customers",
        "source_id": source,
    }


async def test_what_is_unchanged_keeps_its_row_and_the_report_tells_the_rest(store, tmp_path):
    source = await add_source(store)
    await take_in(store, source, tmp_path / "s", [ANNA, BERT])
    (bert,) = await store.who_is("+4930222", None)
    changed = Contact("Anna Neu", (("+493099", "work"),), key="k1")
    skipped = Skipped("a.vcf", 7, "It has no name.")
    report = await take_in(
        *(store, source, tmp_path / "s", [changed, BERT, CLEO]), skipped=[skipped], token="t7"
    )
    assert report == SyncReport(3, 1, 1, 0, 1, (skipped,))
    assert await store.who_is("+4930222", None) == (bert,)
    assert await names(store) == ["Anna Neu", "Bert Nowak", "Cleo Özdemir"]
    assert await store.who_is("+4917012345678", None) == ()
    assert (await take_in(store, source, tmp_path / "s", [CLEO])).removed == 2
    assert await names(store) == ["Cleo Özdemir"]
    own, state = await store.sources()
    assert (own.source.kind, own.count) == ("own", 0)
    assert (state.count, state.synced_at, state.token) == (1, NOON, "")
    assert state.report == SyncReport(read=1, removed=2)


async def test_a_delta_says_what_changed_and_what_is_gone(store, tmp_path):
    source = await add_source(store)
    await take_in(store, source, tmp_path / "s", [ANNA, BERT], token="1")
    report = await take_in(
        *(store, source, tmp_path / "s", [CLEO, ANNA]), mode="delta", gone=["k2", "k9"], token="2"
    )
    assert report == SyncReport(read=2, added=1, removed=1)
    assert await names(store) == ["Anna Muster", "Cleo Özdemir"]
    _, state = await store.sources()
    assert (state.count, state.token) == (2, "2")
    # Gone and there again in one answer: it is there.
    await take_in(store, source, tmp_path / "s", [BERT], mode="delta", gone=["k2"])
    assert await names(store) == ["Anna Muster", "Bert Nowak", "Cleo Özdemir"]


async def test_what_failed_is_said_until_it_is_read_again(store, tmp_path):
    source = await add_source(store)
    await store.sync_failed(source, NOON, "The server is down.")
    _, state = await store.sources()
    assert (state.error, state.error_at) == ("The server is down.", NOON)
    await take_in(store, source, tmp_path / "s", [])
    _, state = await store.sources()
    assert (state.error, state.error_at, state.synced_at) == ("", None, NOON)


async def test_after_a_sweep_nothing_of_the_dead_is_left(store, tmp_path):
    source = await add_source(store)
    await take_in(store, source, tmp_path / "s", [ANNA, BERT, CLEO])
    await take_in(store, source, tmp_path / "s", [BERT])
    assert await store.sweep() == 2
    assert [row[5] for row in table(store, "contacts")] == ["k2"]
    assert [row[2] for row in table(store, "contact_numbers")] == ["+4930222"]
    assert [row[1] for row in table(store, "contact_tails")] == ["+4930222"]
    assert [row[1] for row in table(store, "contact_keys")] == ["k2"]
    assert table(store, "taking_in") == []
    assert await store.sweep() == 0


async def test_a_removed_source_is_not_seen_at_once_and_swept_later(store, tmp_path):
    source = await add_source(store)
    await take_in(store, source, tmp_path / "s", [ANNA, BERT])
    await store.write([DropSource(source, "eva", NOON)])
    assert await names(store) == []
    assert await store.who_is("+4930222", None) == ()
    assert await store.sweep() == 2
    # A new source is never taken for one that is gone.
    assert await add_source(store) > source


async def test_the_store_sweeps_by_itself_while_somebody_keeps_it_swept(store, tmp_path):
    source = await add_source(store)
    keeping = asyncio.ensure_future(store.keep_swept())
    try:
        await take_in(store, source, tmp_path / "s", [ANNA, BERT])
        await take_in(store, source, tmp_path / "s", [])
        async with asyncio.timeout(5):
            while table(store, "contacts"):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    finally:
        keeping.cancel()


async def test_a_full_disk_while_it_sweeps_is_said_and_swept_when_there_is_room(
    store, tmp_path, monkeypatch, caplog
):
    monkeypatch.setattr(filling, "SWEEP_AGAIN", 0.01)
    source = await add_source(store)
    await take_in(store, source, tmp_path / "s", [ANNA, BERT])
    await store.write([DropSource(source, "eva", NOON)])
    touch, full = Path.touch, [OSError(errno.ENOSPC, "No space left on device")] * 3

    def touched(path, **more):
        if full:
            raise full.pop()
        touch(path, **more)

    monkeypatch.setattr(Path, "touch", touched)
    with pytest.raises(StoreFailed, match="No space left"):
        await store.sweep()
    keeping = asyncio.ensure_future(store.keep_swept())
    try:
        async with asyncio.timeout(5):
            while table(store, "contacts") and not keeping.done():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert not full
        assert table(store, "contacts") == []
        assert "No space left" in caplog.text
        assert not keeping.done()
    finally:
        keeping.cancel()


async def test_what_is_cancelled_when_it_begins_leaves_nothing_open_or_switched(
    store, tmp_path, monkeypatch
):
    connections = store._connections
    chunks = Chunks(connections, tmp_path / "plan")
    move, asked = connections.move_journal, []

    async def cancelled_meanwhile(every_pages=JOURNAL_PAGES):
        await move(every_pages)
        asked.append(every_pages)
        if not every_pages:
            beginning.cancel()
            await asyncio.sleep(0)

    monkeypatch.setattr(connections, "move_journal", cancelled_meanwhile)
    beginning = asyncio.ensure_future(chunks.__aenter__())
    with pytest.raises(asyncio.CancelledError):
        await beginning
    async with connections.writer() as sql:
        (row,) = await sql.execute_fetchall("PRAGMA wal_autocheckpoint")
    assert (row, asked) == ((JOURNAL_PAGES,), [0, JOURNAL_PAGES])
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        chunks._sql.execute("SELECT 1")


@pytest.mark.parametrize(("path", "token"), [("/elsewhere", ""), ("/srv", "t1")])
async def test_a_source_that_is_read_elsewhere_meanwhile_begins_anew_next_time(
    store, tmp_path, path, token
):
    source = await add_source(store)
    changing = []

    def change(done, total):
        new = ContactSource(id=source, name="New name", options=VcardFolder(path=path))
        changing.append(asyncio.ensure_future(store.write([PutSource(new, "eva", NOON)])))

    await store.take_in(source, stage(tmp_path / "s", [ANNA], token="t1"), NOON, change)
    assert changing
    await asyncio.gather(*changing)
    _, state = await store.sources()
    assert (state.source.name, state.token, state.count) == ("New name", token, 1)


async def test_a_source_that_was_removed_while_it_was_read_stays_away(store, tmp_path):
    source = await add_source(store)
    file = stage(tmp_path / "s", [ANNA])
    dropped = []

    def drop(done, total):
        if not dropped:
            dropped.append(asyncio.ensure_future(store.write([DropSource(source, "e", NOON)])))

    with pytest.raises(StoreFailed, match="removed or changed"):
        await store.take_in(source, file, NOON, drop)
    assert await names(store) == []
    await store.sweep()
    assert table(store, "contacts") == []


@pytest.mark.parametrize("wrong", ["missing", "empty", "text"])
async def test_a_file_that_is_no_staging_file_is_refused(store, tmp_path, wrong):
    source = await add_source(store)
    file = tmp_path / "s"
    if wrong == "text":
        file.write_text("This is no database at all, and long enough to be read as one.")
    if wrong == "empty":
        file.touch()
    with pytest.raises(StoreFailed, match="can't be stored"):
        await store.take_in(source, str(file), NOON, lambda *_: None)
    with pytest.raises(StoreFailed, match="removed or changed"):
        await store.take_in(99, stage(tmp_path / "t", [ANNA]), NOON, lambda *_: None)


async def test_an_audit_line_says_what_a_sync_brought(store, tmp_path):
    source = await add_source(store)
    for _ in range(2):
        await take_in(store, source, tmp_path / "s", [ANNA, BERT])
    lines = [row[4:7] for row in table(store, "audit") if row[4] == "sync"]
    # The second brought nothing, and that is no news.
    assert lines == [("sync", "", "Customers: 2 added, 0 changed, 0 removed")]


async def test_the_progress_counts_contacts_whatever_is_written(store, tmp_path) -> None:
    source = await add_source(store)
    people = [
        Contact(f"P{n}", ((f"+49301{n:05}", ""), (f"+49302{n:05}", "")), key=f"k{n}")
        for n in range(700)
    ]
    told: list[tuple[int, int]] = []

    async def taken_in(some: list[Contact]) -> list[tuple[int, int]]:
        told.clear()
        file = stage(tmp_path / "staging", some)
        await store.take_in(source, file, NOON, lambda *seen: told.append(seen))
        return list(told)

    seen = await taken_in(people)
    assert len(seen) > 4
    assert seen == sorted(seen)
    assert {total for _, total in seen} == {700}
    assert seen[-1] == (700, 700)
    # 10 are other ones now, 50 have gone, 1 has come.
    changed = [replace(one, note="x") for one in people[:10]]
    seen = await taken_in([*changed, *people[10:650], replace(BERT, key="new")])
    assert (seen[-1], {total for _, total in seen}) == ((61, 61), {61})
