"""Any states of a source one after the other, whole or broken off: what is seen is one of them."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from staged import add_source, names, stage
from store_samples import NOON

from console.desk.changes import PutSource
from console.desk.contacts import FindContacts
from console.people.values import Contact
from console.store import chunks, contact_words

KEYS = "abcdefgh"
States = dict[str, int]

states = st.dictionaries(st.sampled_from(KEYS), st.integers(0, 2))
# What the source has; whether it is told by what changed; after which transaction it breaks off;
# whether what is left is swept before the next.
stories = st.lists(
    st.tuples(states, st.booleans(), st.none() | st.integers(1, 25), st.booleans()),
    min_size=1,
    max_size=5,
)


def contact(key: str, version: int) -> Contact:
    """Somebody with a number of its own, and one that is everybody's of that version."""
    numbers = ((f"+4930{ord(key):04}{version:04}", "work"), (f"+493011100{version}", "main"))
    return Contact(f"{key} version{version}", numbers, key=key)


@pytest.fixture
def small_steps(monkeypatch):
    monkeypatch.setattr(chunks, "_ROWS_AT_FIRST", 2)
    monkeypatch.setattr(chunks, "_next_size", lambda size, took: 2)


@given(story=stories)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_the_source_has_what_was_last_taken_in_whole(store, tmp_path, small_steps, story):
    # What earlier stories left is in the way, as other sources are, but not on a ring.
    for state in (await store.sources())[1:]:
        off = state.source.model_copy(update={"on_ring": False})
        await store.write([PutSource(off, "eva", NOON)])
    source = await add_source(store, f"source {len(await store.sources())}")
    now: States = {}
    ids: dict[str, int] = {}
    for wanted, by_changes, stop_after, sweep in story:
        file = staged(tmp_path / "s", now, wanted, by_changes=by_changes)
        if await taken_in(store, source, file, stop_after):
            unchanged = {key for key in now if wanted.get(key) == now[key]}
            now = wanted
            kept = {key: ids[key] for key in unchanged}
            ids = await seen(store, source, now)
            assert kept.items() <= ids.items()
        else:
            assert await seen(store, source, now) == ids
        if sweep:
            await store.sweep()
            assert await seen(store, source, now) == ids
    await store.sweep()
    assert await seen(store, source, now) == ids
    with closing(sqlite3.connect(store.path)) as sql:
        stored = sql.execute("SELECT id FROM contacts WHERE source_id = ?", (source,)).fetchall()
        sql.execute("INSERT INTO contacts_words (contacts_words) VALUES ('integrity-check')")
        index = "SELECT rowid FROM contacts_words WHERE contacts_words MATCH ?"
        found = sql.execute(index, (contact_words.any_source([source]),)).fetchall()
        assert sql.execute("SELECT count(*) FROM taking_in").fetchall() == [(0,)]
    assert sorted(id for (id,) in stored) == sorted(id for (id,) in found) == sorted(ids.values())


async def who(store, number: str) -> list[str]:
    return [match.contact.key for match in await store.who_is(number, None)]


def staged(file, now: States, wanted: States, *, by_changes: bool) -> str:
    if not by_changes:
        return stage(file, [contact(*each) for each in wanted.items()])
    changed = [contact(*each) for each in wanted.items() - now.items()]
    return stage(file, changed, mode="delta", gone=now.keys() - wanted.keys())


async def taken_in(store, source: int, file: str, stop_after: int | None) -> bool:
    """Whether it was, or was broken off."""

    def progress(done: int, total: int) -> None:
        nonlocal stop_after
        assert 0 < done <= total
        if stop_after is not None:
            stop_after -= 1
            if stop_after == 0:
                task.cancel()

    task = asyncio.ensure_future(store.take_in(source, file, NOON, progress))
    try:
        await task
    except asyncio.CancelledError:
        return False
    return True


async def seen(store, source: int, wanted: States) -> dict[str, int]:
    """The ids by key of what the source has, however one looks, which is what it should have."""
    found = (await store.ask(FindContacts(source_id=source))).contacts
    assert [each.name for each in found] == sorted(contact(*each).name for each in wanted.items())
    for version in range(3):
        assert await names(store, f"version{version}", source_id=source) == sorted(
            contact(key, version).name for key, is_ in wanted.items() if is_ == version
        )
        assert await who(store, contact("a", version).numbers[1][0]) == sorted(
            key for key, is_ in wanted.items() if is_ == version
        )
        for key in KEYS:
            exact = [key] if wanted.get(key) == version else []
            assert await who(store, contact(key, version).numbers[0][0]) == exact
    state = next(each for each in await store.sources() if each.source.id == source)
    assert state.count == len(wanted)
    return {each.key: each.id for each in found}
