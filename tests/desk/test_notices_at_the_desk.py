"""Of an unanswered call it is stored that it is owed, with the call; screens learn of notices."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from console.calls import events as ev
from console.desk import changes as ch
from console.desk.commands import ChangeSettings, Done, Refused, RetryNotices
from console.desk.notice import Channel, Notice, NoticeState
from console.desk.notices import ListNotices
from console.desk.queries import CallDetails
from console.desk.records import Identity
from console.people.values import Company
from tests.desk.front import T0, Front, arrived, front

LONG_AFTER = T0 + timedelta(days=1)
MAIL = {"send": True, "to": ["a@x.example"]}
MEYER = Company("Meyer & Söhne", id=1)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Front]:
    async with front(tmp_path / "desk.db", owes=True) as one:
        yield one


async def owed(desk: Front) -> list[tuple[str, float]]:
    """The calls that are owed, and how long after their ends."""
    found = []
    for each in await desk.store.owed(LONG_AFTER, 100):
        ended = each.record.call.ended_at
        assert ended is not None
        found.append((each.record.call.id, (each.due_at - ended).total_seconds()))
    return found


async def test_an_unanswered_call_is_owed_after_its_grace(desk: Front) -> None:
    assert await desk.eva.do(ChangeSettings("mail", MAIL)) == Done("settings saved", 1)
    await desk.abandoned("1")
    assert await owed(desk) == [("1", 60.0)]
    await desk.eva.do(ChangeSettings("exceptions", {"grace_seconds": 0}))
    await desk.abandoned("2")
    assert ("2", 0.0) in await owed(desk)


async def test_an_answered_call_is_not_owed(desk: Front) -> None:
    await desk.eva.do(ChangeSettings("mail", MAIL))
    await desk.hear(1, arrived("1"), ev.Rang("1", "1a", "101"))
    await desk.hear(1, ev.Answered("1", "1a", "101"))
    await desk.hear(9, ev.HungUp("1"))
    await desk.hear(9)
    assert (await desk.one("1")).call.settled
    assert await owed(desk) == []


async def test_nothing_is_owed_where_nobody_is_told(desk: Front) -> None:
    await desk.abandoned("1")
    assert await owed(desk) == []
    await desk.eva.do(ChangeSettings("text_messages", {"send": True}))
    await desk.abandoned("2")
    assert await owed(desk) == [("2", 60.0)]


async def test_a_replay_owes_nothing(tmp_path: Path) -> None:
    async with front(tmp_path / "desk.db") as desk:
        await desk.eva.do(ChangeSettings("mail", MAIL))
        await desk.abandoned("1")
        assert await owed(desk) == []


async def test_what_is_owed_is_in_the_calls_own_transaction(
    desk: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.eva.do(ChangeSettings("mail", MAIL))
    batches: list[tuple[ch.Change, ...]] = []
    write = desk.store.write

    async def watched(changes):  # type: ignore[no-untyped-def]
        batches.append(tuple(changes))
        if len(changes) > 2:
            raise RuntimeError("one of these can't be stored")
        return await write(changes)

    monkeypatch.setattr(desk.store, "write", watched)
    await desk.hear(1, arrived("1"), arrived("2"), ev.Rang("1", "1a", "101"))
    await desk.hear(3, ev.HungUp("1"), ev.HungUp("2"))
    await desk.hear(2)
    assert sorted(call for call, _ in await owed(desk)) == ["1", "2"]
    for batch in batches:
        settled = {
            c.record.call.id for c in batch if isinstance(c, ch.SaveCall) and c.record.call.settled
        }
        assert settled == {change.call for change in batch if isinstance(change, ch.OweNotice)}


async def test_a_company_has_its_own_settings(desk: Front) -> None:
    (written,) = await desk.store.write([ch.PutCompany(replace(MEYER, id=None), "Eva", T0)])
    id = written.id
    assert id is not None
    await desk.eva.do(ChangeSettings("mail", {"send": True}, company_id=id))
    await desk.abandoned("1")
    assert await owed(desk) == []
    desk.lookup.identity = Identity(company=replace(MEYER, id=id))
    await desk.abandoned("2")
    assert [call for call, _ in await owed(desk)] == ["2"]


async def test_a_company_that_is_known_too_late_is_owed_all_the_same(desk: Front) -> None:
    await desk.store.write([ch.PutCompany(replace(MEYER, id=None), "Eva", T0)])
    await desk.eva.do(ChangeSettings("mail", {"send": True}, company_id=1))
    desk.lookup.gate = asyncio.Event()
    desk.lookup.identity = Identity(company=MEYER)
    desk.desk.hear([arrived("1"), ev.HungUp("1")], desk.now)
    desk.desk.hear([], desk.now + timedelta(seconds=3))
    while not any(record.call.settled for record in await desk.stored()):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert await owed(desk) == []
    desk.lookup.gate.set()
    await desk.desk.quiet()
    assert [call for call, _ in await owed(desk)] == ["1"]


async def test_screens_learn_of_notices_and_retry_them(desk: Front) -> None:
    await desk.eva.do(ChangeSettings("mail", MAIL))
    await desk.abandoned("1")
    failed = Notice("1", Channel.MAIL, "a@x.example", NoticeState.FAILED, "550 no", T0)
    (kept,) = await desk.store.decide("1", [failed])
    assert kept.id is not None
    before = desk.lena.snapshot
    for _ in range(100):
        desk.desk.notices_changed()
    await desk.desk.quiet()
    after = desk.lena.snapshot
    assert (before.counts.undelivered, after.counts.undelivered) == (0, 1)
    # A hundred pieces of news are one picture.
    assert before.stored < after.stored <= before.stored + 2
    details = await desk.lena.ask(CallDetails("1"))
    assert details is not None
    assert details.record.notices == (kept,)
    assert await desk.lena.do(RetryNotices((kept.id,))) == Done("1 notice queued again", 1)
    assert desk.lena.snapshot.counts.undelivered == 0
    assert (await desk.lena.ask(ListNotices()))[0].state is NoticeState.QUEUED
    assert isinstance(await desk.lena.do(RetryNotices((kept.id,))), Refused)


async def test_a_desk_that_starts_knows_what_is_undelivered(tmp_path: Path) -> None:
    async with front(tmp_path / "desk.db", owes=True) as desk:
        await desk.eva.do(ChangeSettings("mail", MAIL))
        await desk.abandoned("1")
        lost = Notice("1", Channel.TEXT, "+49171", NoticeState.UNCERTAIN, "", T0)
        await desk.store.decide("1", [lost])
    async with front(tmp_path / "desk.db", T0 + timedelta(hours=1)) as desk:
        assert desk.eva.snapshot.counts.undelivered == 1


async def test_the_desk_knows_when_a_key_was_pressed_last(desk: Front) -> None:
    assert desk.desk.last_key is None
    await desk.hear(5)
    desk.lena.keyed()
    assert desk.desk.last_key == desk.now
