"""The desk: store, then show; one undo each; nothing lost, nothing twice."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from console.calls import events as ev
from console.calls.words import Direction, Outcome, Phase, Role
from console.desk.commands import (
    ChangeOperator,
    Done,
    Forget,
    MarkCallerProcessed,
    MarkProcessed,
    Refused,
    Release,
    Reopen,
    Take,
    Undo,
    WriteNote,
)
from console.desk.ports import StoreFailed
from console.desk.queries import CallDetails, Gaps
from console.desk.records import Identity
from console.desk.snapshot import Lamp
from console.people.values import Company
from tests.desk.front import ANNA, EVA, Front, arrived, front


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Front]:
    async with front(tmp_path / "desk.db") as one:
        yield one


async def test_a_ringing_call_is_shown_before_anybody_knows_its_names(desk: Front) -> None:
    desk.lookup.gate = asyncio.Event()
    desk.lookup.identity = Identity(company=Company("Meyer & Söhne", id=1), name="Anna Muster")
    desk.desk.hear([arrived("1")], desk.now)
    await asyncio.sleep(0.05)
    (ringing,) = desk.eva.snapshot.live
    assert (ringing.call.caller.number, ringing.company_name) == ("+49301110000", "")
    desk.lookup.gate.set()
    await desk.desk.quiet()
    (named,) = desk.eva.snapshot.live
    assert (named.company_name, named.caller_name) == ("Meyer & Söhne", "Anna Muster")


async def test_the_name_of_a_caller_who_turns_out_hidden_is_forgotten(desk: Front) -> None:
    desk.lookup.identity = Identity(name="Anna Muster")
    await desk.hear(1, arrived("1"), ev.Rang("1", "a", "101"))
    desk.lookup.identity = Identity()
    await desk.hear(0, replace(arrived("1"), caller=ev.Caller(hidden=True)))
    (live,) = desk.eva.snapshot.live
    assert (live.caller_name, live.identity.name) == ("", "")
    assert (await desk.one("1")).caller_name == ""


async def test_a_look_up_of_the_number_before_comes_too_late(desk: Front) -> None:
    desk.lookup.gate = asyncio.Event()
    desk.lookup.identity = Identity(name="Anna Muster")
    desk.desk.hear([arrived("1")], desk.now)
    await asyncio.sleep(0.02)
    gate, desk.lookup.gate = desk.lookup.gate, None
    desk.lookup.identity = Identity()
    desk.desk.hear([replace(arrived("1"), caller=ev.Caller(hidden=True))], desk.now)
    await asyncio.sleep(0.02)
    gate.set()
    await desk.desk.quiet()
    (live,) = desk.eva.snapshot.live
    assert live.caller_name == ""


async def test_a_broken_directory_leaves_the_numbers_on_the_screen(desk: Front) -> None:
    desk.lookup.broken = True
    await desk.hear(1, arrived("1"), ev.Rang("1", "a", "101"))
    (ringing,) = desk.eva.snapshot.live
    assert ringing.call.ringing_devices == ("101",)


async def test_an_outcome_is_shown_only_after_it_is_stored(desk: Front) -> None:
    shown: list[list[Outcome | None]] = []
    stored: list[int] = []
    write = desk.store.write

    async def watched(changes):  # type: ignore[no-untyped-def]
        written = await write(changes)
        stored.append(len(await desk.stored(unanswered=True)))
        return written

    desk.store.write = watched  # type: ignore[method-assign]
    desk.desk.watch(
        lambda: (
            shown.append([one.call.outcome for one in desk.desk.snapshot.ended])
            if desk.desk.snapshot.ended and not stored[-1]
            else None
        )
    )
    await desk.abandoned("1")
    assert shown == []
    assert [one.call.outcome for one in desk.eva.snapshot.ended] == [Outcome.ABANDONED]


async def test_what_ended_goes_after_ten_seconds(desk: Front) -> None:
    await desk.abandoned("1")
    assert len(desk.eva.snapshot.ended) == 1
    await desk.hear(11)
    assert desk.eva.snapshot.ended == ()
    assert desk.eva.snapshot.counts.open == 1


async def test_a_mark_is_stored_audited_counted_and_undone(desk: Front) -> None:
    await desk.abandoned("1")
    assert await desk.lena.do(MarkProcessed(("1",))) == Done("1 call processed", 1)
    record = await desk.one("1")
    assert record.processed is not None
    assert record.processed.by == "Lena"
    assert desk.eva.snapshot.counts.open == 0
    assert await desk.lena.do(Undo()) == Done("undone: 1 call", 1)
    assert (await desk.one("1")).processed is None
    assert desk.eva.snapshot.counts.open == 1
    details = await desk.eva.ask(CallDetails("1"))
    assert [line.what for line in details.audit] == ["processed", "reopened"]


async def test_nobody_undoes_what_somebody_else_did_or_has_changed_since(desk: Front) -> None:
    await desk.abandoned("1")
    await desk.lena.do(MarkProcessed(("1",)))
    assert await desk.eva.do(Undo()) == Refused("There is nothing of yours to undo.")
    await desk.eva.do(Reopen(("1",)))
    await desk.eva.do(MarkProcessed(("1",)))
    answer = await desk.lena.do(Undo())
    assert isinstance(answer, Refused)
    assert (await desk.one("1")).processed.by == "Eva"  # type: ignore[union-attr]


async def test_who_leaves_before_the_refusal_does_not_break_the_desk(desk: Front) -> None:
    asking = asyncio.ensure_future(desk.eva.do(Undo()))
    await asyncio.sleep(0)
    asking.cancel()
    assert await desk.eva.do(Undo()) == Refused("There is nothing of yours to undo.")


async def test_ten_changes_can_be_undone_and_no_more(desk: Front) -> None:
    await desk.abandoned("1")
    for number in range(12):
        await desk.eva.do(WriteNote("1", f"note {number}"))
    answers = [await desk.eva.do(Undo()) for _ in range(11)]
    assert [type(answer) for answer in answers] == [Done] * 10 + [Refused]
    assert [note.text for note in (await desk.one("1")).notes] == ["note 0", "note 1"]


async def test_every_open_call_of_a_caller_is_marked_at_once(desk: Front) -> None:
    for call in ("1", "2"):
        await desk.abandoned(call)
    await desk.abandoned("3", ev.Caller("+49301119999"))
    await desk.abandoned("4", ev.Caller(hidden=True))
    await desk.abandoned("5", ev.Caller(hidden=True))
    assert await desk.eva.do(MarkCallerProcessed("1")) == Done("2 calls processed", 2)
    # Hidden callers are not one and the same.
    assert await desk.eva.do(MarkCallerProcessed("4")) == Done("1 call processed", 1)
    assert {record.call.id for record in await desk.stored(open=True)} == {"3", "5"}


async def test_taking_a_call_says_who_was_on_it(desk: Front) -> None:
    await desk.abandoned("1")
    assert await desk.lena.do(Take("1")) == Done("you are on it", 1)
    assert await desk.eva.do(Take("1")) == Done("you are on it; Lena was", 1)
    await desk.eva.do(Undo())
    assert (await desk.one("1")).taken.by == "Lena"  # type: ignore[union-attr]
    await desk.lena.do(Release("1"))
    assert (await desk.one("1")).taken is None


async def test_a_note_on_a_live_call_is_on_the_screen_and_stays_with_the_call(desk: Front) -> None:
    await desk.hear(1, arrived("1"), ev.Rang("1", "a", "101"))
    await desk.eva.do(WriteNote("1", "wants a\nquote \x1b[31m"))
    (live,) = desk.eva.snapshot.live
    assert live.notes[0].text == "wants a\nquote [31m"
    await desk.hear(1, ev.HungUp("1"))
    await desk.hear(2)
    assert (await desk.one("1")).notes == live.notes


@pytest.mark.parametrize("text", ["", " \n ", "\x1b"])
async def test_an_empty_note_is_refused(desk: Front, text: str) -> None:
    await desk.abandoned("1")
    assert await desk.eva.do(WriteNote("1", text)) == Refused("The note is empty.")


async def test_a_command_about_no_call_is_refused(desk: Front) -> None:
    for command in (MarkProcessed(("no",)), Take("no"), WriteNote("no", "x")):
        assert isinstance(await desk.eva.do(command), Refused)


async def test_an_operator_may_not_forget_a_number(desk: Front) -> None:
    await desk.abandoned("1")
    assert await desk.lena.do(Forget("+49301110000")) == Refused(
        "That takes the role admin; lena is operator."
    )
    assert await desk.eva.do(Forget("+49301110000")) == Done("1 call forgotten", 1)
    assert await desk.stored() == []


async def test_a_consultation_is_no_call_of_its_own_afterwards(desk: Front) -> None:
    await desk.hear(1, arrived("1"), ev.Rang("1", "a", "101"), ev.Answered("1", "101", "a"))
    await desk.hear(1, replace(arrived("2"), caller=ev.Caller("101")), ev.Rang("2", "b", "102"))
    await desk.eva.do(WriteNote("2", "ask for the key"))
    await desk.hear(1, ev.Merged("2", "1"), ev.HungUp("1"))
    await desk.hear(2)
    (record,) = await desk.stored()
    assert (record.call.id, record.notes[0].text) == ("1", "ask for the key")


async def test_the_lamp_says_since_when_the_pbx_is_silent_and_the_gap_is_stored(
    desk: Front,
) -> None:
    await desk.hear(1, ev.FeedBack("pbx", "boot 1", "11.0"), ev.Roster("pbx", ()))
    assert desk.eva.snapshot.feeds[0].lamp is Lamp.CONNECTED
    await desk.hear(1, arrived("1"), ev.Rang("1", "a", "101"))
    await desk.hear(1, ev.FeedLost("pbx", "cut"))
    since = desk.now
    await desk.hear(5, ev.FeedLost("pbx", "still cut"))
    lamp = desk.eva.snapshot.feeds[0]
    assert (lamp.lamp, lamp.since, lamp.why) == (Lamp.SILENT, since, "still cut")
    await desk.hear(5, ev.FeedBack("pbx", "boot 2", "11.0"), ev.Roster("pbx", ()))
    assert desk.eva.snapshot.feeds[0].lamp is Lamp.RESTARTED
    (record,) = await desk.stored()
    assert (record.call.outcome, record.call.reconstructed) == (Outcome.LOST, True)
    (gap,) = await desk.eva.ask(Gaps())
    assert (gap.since, gap.until, gap.why) == (since, desk.now, "cut")


async def test_a_silence_that_was_noticed_late_began_when_the_pbx_was_last_heard(
    desk: Front,
) -> None:
    await desk.hear(1, ev.FeedBack("pbx", "boot 1"), ev.Roster("pbx", ()))
    since = desk.now
    await desk.hear(30, ev.FeedLost("pbx", "no sign of life", 30.0))
    assert desk.eva.snapshot.feeds[0].since == since
    (gap,) = await desk.eva.ask(Gaps())
    assert gap.since == since


async def test_calls_live_at_a_kill_go_on_or_are_closed_when_the_desk_is_back(
    tmp_path: Path,
) -> None:
    async with front(tmp_path / "desk.db") as before:
        await before.hear(1, ev.FeedBack("pbx", "boot 1"), ev.Roster("pbx", ()))
        await before.hear(1, arrived("1"), ev.Rang("1", "a", "101"))
        await before.hear(1, arrived("2"), ev.Rang("2", "b", "102"))
        killed = before.now
    async with front(tmp_path / "desk.db", killed) as after:
        assert [one.call.phase for one in after.eva.snapshot.live] == [Phase.RINGING] * 2
        told = ev.RosterCall("2", arrived("2").direction, ANNA, None, 9.0)
        await after.hear(4, ev.FeedBack("pbx", "boot 1"), ev.Roster("pbx", (told,)))
        assert [one.call.id for one in after.eva.snapshot.live] == ["2"]
        await after.hear(1, ev.HungUp("2"))
        await after.hear(2)
        outcomes = {one.call.id: one.call.outcome for one in await after.stored()}
        assert outcomes["1"] is Outcome.LOST
        (gap,) = await after.eva.ask(Gaps())
        assert gap.until is not None


async def test_calls_of_a_pbx_that_is_configured_no_more_are_closed(tmp_path: Path) -> None:
    async with front(tmp_path / "desk.db") as before:
        await before.hear(1, arrived("1", feed="old"), ev.Rang("1", "a", "101"))
    async with front(tmp_path / "desk.db") as after:
        await after.hear(2)
        assert (await after.one("1")).call.outcome is Outcome.LOST


async def test_a_store_that_can_not_write_brings_the_desk_down_with_its_sentence(
    tmp_path: Path,
) -> None:
    async with front(tmp_path / "desk.db") as one:
        await one.abandoned("1")

        async def full(changes):  # type: ignore[no-untyped-def]
            raise StoreFailed("the disk is full: free some space and start again")

        one.store.write, write = full, one.store.write  # type: ignore[method-assign]
        other = asyncio.ensure_future(one.desk.run())
        answer = await one.eva.do(MarkProcessed(("1",)))
        assert isinstance(answer, Refused)
        one.store.write = write  # type: ignore[method-assign]
        other.cancel()
        assert (await one.stored(open=True))[0].call.id == "1"


async def test_a_session_that_leaves_is_no_longer_present(desk: Front) -> None:
    assert {one.login for one in desk.eva.snapshot.present} == {"eva", "lena"}
    desk.lena.close()
    assert {one.login for one in desk.eva.snapshot.present} == {"eva"}


async def test_a_thousand_events_at_once_cost_few_snapshots_and_few_commits(desk: Front) -> None:
    before = desk.eva.snapshot
    events: list[ev.CallEvent] = []
    for number in range(200):
        call = str(number)
        events += [arrived(call), ev.Rang(call, call + "a", "101"), ev.HungUp(call)]
    await desk.hear(1, *events)
    await desk.hear(2)
    after = desk.eva.snapshot
    assert after.counts.open == 200
    assert after.stored - before.stored < 20
    assert after.revision - before.revision < 300


async def test_an_operator_can_be_added_by_an_admin(desk: Front) -> None:
    assert EVA.role is Role.ADMIN
    done = await desk.eva.do(ChangeOperator("olga", "Olga", Role.OPERATOR, ("103",)))
    assert isinstance(done, Done)
    assert (await desk.store.operator("olga")).extensions == ("103",)  # type: ignore[union-attr]


async def test_a_call_of_ours_that_nobody_answers_is_not_open_but_is_remembered(
    desk: Front,
) -> None:
    ours = ev.Arrived("1", "pbx", Direction.OUTBOUND, ev.Caller("101"), ANNA.number)
    await desk.hear(1, ours, ev.Rang("1", "a", str(ANNA.number)))
    await desk.hear(3, ev.HungUp("1"))
    await desk.hear(2)
    assert desk.eva.snapshot.counts.open == 0
    assert await desk.stored(unanswered=True) == []
    assert isinstance(await desk.eva.do(MarkProcessed(("1",))), Refused)
    (last,) = await desk.store.last_calls([str(ANNA.number)], "", 5)
    assert (last.text, last.open) == ("we called, gave up", False)


async def test_a_count_that_can_not_be_read_costs_no_mark(desk: Front) -> None:
    await desk.abandoned("1")

    async def fails() -> int:
        raise StoreFailed("too many readers")

    desk.store.open_count = fails  # type: ignore[method-assign]
    assert isinstance(await desk.eva.do(MarkProcessed(("1",))), Done)
    assert (await desk.one("1")).processed is not None
