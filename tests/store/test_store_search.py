import asyncio
import time

import pytest
from store_samples import call, ids, save

from console.calls.words import Direction
from console.desk.changes import DropOldCalls, MergeCall, SaveCall
from console.desk.queries import CallPage, CountCalls, Filter
from console.store import trigrams
from console.store.search import terms, words


@pytest.fixture(params=["few", "many"])
async def either_way(request, store, monkeypatch):
    """The store, looking up what is found, or reading on until a page is full."""
    if request.param == "many":
        monkeypatch.setattr(trigrams, "FEW", -1)
    return store


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("müller", "a"),
        ("MÜLLER", "a"),
        ("muller", "a"),
        ("ann mül", "a"),
        ("grosse", "b"),
        ("GROSS", "b"),
        ("0170 123", "a"),
        ("0170/123-45", "a"),
        ("+49 170 1234567", "a"),
        ("0049170", "a"),
        ("030", "b"),
        ("söhne", "ab"),
        ("söhne 030", "b"),
        ("praxis", "c"),
        ("100%", "c"),
        ("%", "c"),
        ("_", ""),
        ("nobody", ""),
        ("", "abcd"),
        ("  ", "abcd"),
        ("0221", "d"),
        ("1110", ""),
        ('"', ""),
        ("' OR 1=1 --", ""),
    ],
)
async def test_what_is_typed_finds(either_way, typed, found):
    store = either_way
    await save(
        store,
        call("a", 3, name="Anna Müller", company="Meyer & Söhne", number="+491701234567"),
        call("b", 2, display="Große Firma", company="Söhne & Co", number="+4930555"),
        call("c", 1, name="Praxis 100%", number=None),
        call("d", 0, number="101", called="+49221987", direction=Direction.OUTBOUND),
    )
    assert "".join(await ids(store, Filter(text=typed))) == found
    assert (await store.ask(CountCalls(Filter(text=typed)))).count == len(found)


async def test_the_index_follows_every_change(either_way):
    store = either_way
    wanted = Filter(text="schulz")
    await save(store, call("c1", outcome=None), call("c2", 1, name="Schulz"))
    assert await ids(store, wanted) == ["c2"]
    await save(store, call("c1", outcome=None, name="Hans Schulz"))
    assert await ids(store, wanted) == ["c2", "c1"]
    await save(store, call("c2", 1, name="Nowak"))
    await store.write([MergeCall("c1", "c9"), SaveCall(call("c3", 3, name="Schulze"))])
    assert await ids(store, wanted) == ["c3", "c9"]
    await store.write([DropOldCalls(call("x", 4).call.started_at)])
    assert await ids(store, wanted) == ["c9"]


async def test_a_search_narrows_further_with_the_other_filters(either_way):
    store = either_way
    await save(store, call("c1", name="Schulz", company="A"), call("c2", name="Schulz"))
    assert await ids(store, Filter(text="schulz", company="A")) == ["c1"]


async def test_a_giant_search_text_is_cut_not_refused(store):
    await save(store, call("c1", name="x" * 10_000))
    assert await ids(store, Filter(text="x" * 1_000_000)) == ["c1"]
    assert await ids(store, Filter(text=" ".join(["%_\\\"'"] * 100_000))) == []


def test_a_hidden_caller_has_no_words_of_a_number():
    assert words(("", "Meyer", None), (None, None)) == "meyer"
    assert terms("0") == ("0",)


async def test_a_search_that_is_cancelled_stops_and_the_next_one_is_quick(store, monkeypatch):
    # Without the index, and with calls that all have to be read: long enough to be cancelled.
    monkeypatch.setattr(trigrams, "query", lambda sql, terms: None)
    await save(store, *(call(f"c{n}", n, name="a" * 400) for n in range(20_000)))
    slow = Filter(text=" ".join("a" * size + "b" for size in range(1, 19)))
    begun = time.perf_counter()
    assert await ids(store, slow) == []
    whole = time.perf_counter() - begun
    begun = time.perf_counter()
    # More of them than there are connections: one that is not stopped would be in the way.
    searches = [asyncio.ensure_future(store.ask(CallPage(slow))) for _ in range(30)]
    await asyncio.sleep(0)
    for search in searches:
        search.cancel()
    ended = await asyncio.gather(*searches, return_exceptions=True)
    assert all(isinstance(each, asyncio.CancelledError) for each in ended)
    assert len(await ids(store, limit=5)) == 5
    assert time.perf_counter() - begun < whole * 5
