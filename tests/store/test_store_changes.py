from datetime import timedelta

import pytest
from store_samples import NOON, call, ids, save

from console.calls.call import Leg, Moment
from console.calls.words import Direction, MomentKind, Outcome, Phase, RangResult, Role
from console.desk.changes import (
    AddNote,
    CloseGap,
    DropOldCalls,
    ForgetNumber,
    MergeCall,
    OpenGap,
    PutBackProcessed,
    PutOperator,
    RemoveNote,
    SaveCall,
    SetCallerProcessed,
    SetProcessed,
    SetTaken,
    Written,
)
from console.desk.operators import Operator
from console.desk.ports import NotStorable
from console.desk.queries import CallDetails, Filter, Gap, Gaps
from console.desk.records import AuditLine, How, Note, Processed, Taken
from console.store.database import SqlStore

EVA = Processed("eva", NOON)
LENA = Processed("lena", NOON, How.CALL, "c9")


async def details(store: SqlStore, id: str):
    found = await store.ask(CallDetails(id))
    assert found is not None
    return found


async def processed(store: SqlStore, id: str) -> Processed | None:
    return (await details(store, id)).record.processed


async def test_every_field_of_a_call_comes_back_as_it_was_saved(store):
    at = NOON + timedelta(microseconds=1)
    full = call(
        "c1",
        at,
        Outcome.ANSWERED,
        display="Ünal \U0001f4de",
        company="Meyer & Söhne",
        name="O'Hara",
        phase_since=at,
        answered_at=at,
        answered_by="102",
        ended_at=at + timedelta(microseconds=999_999),
        legs=(
            Leg("l1", "101", at, at, at, RangResult.DECLINED),
            Leg("l2", "102", at),
        ),
        queue="support",
        queued=True,
        queue_abandoned=True,
        slot="701",
        voicemail=True,
        talking_to="102",
        reconstructed=True,
        moments=(
            Moment(at, MomentKind.PHONE_ENDED, "101", RangResult.BUSY),
            Moment(at, MomentKind.HUNG_UP),
        ),
    )
    await save(store, full)
    assert (await details(store, "c1")).record == full


async def test_saving_again_replaces_the_story_but_not_what_people_did(store):
    await save(store, call("c1", outcome=None))
    note = Note("eva", NOON, "wants an offer")
    await store.write([SetTaken("c1", Taken("eva", NOON), "eva", NOON), AddNote("c1", note)])
    await save(store, call("c1", name="Anna"))
    await store.write([SetProcessed(("c1",), EVA, "eva", NOON)])
    await save(store, call("c1", name="Anna Muster"))
    record = (await details(store, "c1")).record
    assert (record.caller_name, record.processed, record.taken, record.notes) == (
        "Anna Muster",
        EVA,
        Taken("eva", NOON),
        (note,),
    )


async def test_of_two_saves_of_a_call_in_one_batch_the_later_counts(store):
    written = await store.write([SaveCall(call("c1", outcome=None)), SaveCall(call("c1"))])
    assert written == [Written(count=1)] * 2
    assert (await details(store, "c1")).record.call.phase is Phase.ENDED


async def test_a_batch_that_fails_leaves_nothing_behind(store):
    broken = call("c2", called=object())
    with pytest.raises(NotStorable):
        await store.write([SaveCall(call("c1")), OpenGap("pbx", NOON, "x"), SaveCall(broken)])
    assert await ids(store) == []
    assert await store.ask(Gaps()) == ()


class TestProcessed:
    async def test_answered_live_and_unknown_calls_are_left_as_they_are(self, store):
        await save(
            store, call("c1"), call("c2", outcome=Outcome.ANSWERED), call("c3", outcome=None)
        )
        calls = ("c1", "c2", "c3", "c4")
        (written,) = await store.write([SetProcessed(calls, EVA, "eva", NOON)])
        assert written == Written(count=1, processed=(("c1", None),))
        assert await processed(store, "c2") is None
        assert await processed(store, "c3") is None

    async def test_who_was_first_stays_the_one_who_did_it(self, store):
        await save(store, call("c1"))
        await store.write([SetProcessed(("c1",), EVA, "eva", NOON)])
        (written,) = await store.write([SetProcessed(("c1",), LENA, "lena", NOON)])
        assert written == Written(count=0)
        assert await processed(store, "c1") == EVA

    async def test_opening_again_tells_the_former_state_and_both_are_in_the_audit(self, store):
        await save(store, call("c1"))
        await store.write([SetProcessed(("c1",), EVA, "eva", NOON)])
        (written,) = await store.write([SetProcessed(("c1",), None, "lena", NOON)])
        assert written == Written(count=1, processed=(("c1", EVA),))
        assert (await details(store, "c1")).audit == (
            AuditLine("eva", NOON, "processed", "", "eva"),
            AuditLine("lena", NOON, "reopened", "eva", ""),
        )

    async def test_thousands_at_once(self, store):
        names = tuple(f"c{i}" for i in range(2_500))
        await save(store, *(call(name) for name in names))
        (written,) = await store.write([SetProcessed(names, EVA, "eva", NOON)])
        assert written.count == 2_500
        assert await store.open_count() == 0

    async def test_all_open_calls_of_a_caller(self, store):
        await save(store, call("c1"), call("c2"), call("c3", outcome=Outcome.ANSWERED))
        await save(store, call("c4", number="+4930"), call("c5"))
        await store.write([SetProcessed(("c2",), LENA, "lena", NOON)])
        (written,) = await store.write([SetCallerProcessed("c1", EVA, "eva", NOON)])
        assert sorted(written.processed) == [("c1", None), ("c5", None)]
        assert await processed(store, "c2") == LENA
        assert await processed(store, "c4") is None

    async def test_a_hidden_caller_is_only_this_one_call(self, store):
        await save(store, call("c1", number=None), call("c2", number=None))
        (written,) = await store.write([SetCallerProcessed("c1", EVA, "eva", NOON)])
        assert written.processed == (("c1", None),)

    async def test_undo_gives_back_each_former_state_unless_somebody_changed_it(self, store):
        await save(store, call("c1"), call("c2"), call("c3"))
        await store.write([SetProcessed(("c1", "c2", "c3"), EVA, "eva", NOON)])
        await store.write([SetProcessed(("c3",), None, "lena", NOON)])
        await store.write([SetProcessed(("c3",), LENA, "lena", NOON)])
        former = (("c1", None), ("c2", LENA), ("c3", None), ("c9", None))
        (written,) = await store.write([PutBackProcessed(former, EVA, "eva", NOON)])
        assert sorted(written.processed) == [("c1", EVA), ("c2", EVA)]
        assert [await processed(store, id) for id in ("c1", "c2", "c3")] == [None, LENA, LENA]

    async def test_undo_of_opening_again(self, store):
        await save(store, call("c1"))
        (written,) = await store.write([PutBackProcessed((("c1", EVA),), None, "eva", NOON)])
        assert written.processed == (("c1", None),)
        assert await processed(store, "c1") == EVA


async def test_taking_tells_who_had_it_before(store):
    await save(store, call("c1"))
    eva, lena = Taken("eva", NOON), Taken("lena", NOON)
    first, second, third, none = await store.write(
        [
            SetTaken("c1", eva, "eva", NOON),
            SetTaken("c1", lena, "lena", NOON),
            SetTaken("c1", None, "lena", NOON),
            SetTaken("c9", eva, "eva", NOON),
        ]
    )
    assert (first.taken, second.taken, third.taken) == (None, eva, lena)
    assert none == Written(count=0)
    found = await details(store, "c1")
    assert found.record.taken is None
    assert [line.what for line in found.audit] == ["taken", "taken", "released"]


class TestNotes:
    async def test_are_in_the_order_they_were_written_in_and_in_the_audit(self, store):
        await save(store, call("c1", outcome=None))
        first, second = Note("eva", NOON, "one"), Note("eva", NOON + timedelta(seconds=1), "two")
        await store.write([AddNote("c1", first), AddNote("c1", second)])
        found = await details(store, "c1")
        assert found.record.notes == (first, second)
        assert [(line.what, line.new) for line in found.audit] == [("note", "one"), ("note", "two")]

    async def test_undo_takes_back_exactly_one(self, store):
        await save(store, call("c1"))
        note = Note("eva", NOON, "twice")
        await store.write([AddNote("c1", note), AddNote("c1", note)])
        (written,) = await store.write([RemoveNote("c1", note, "eva", NOON)])
        assert written.count == 1
        assert (await details(store, "c1")).record.notes == (note,)

    async def test_on_an_unknown_call_are_not_written(self, store):
        assert await store.write([AddNote("c9", Note("eva", NOON, "x"))]) == [Written(count=0)]


class TestMerge:
    async def test_moves_the_notes_and_the_taking(self, store):
        await save(store, call("c1", outcome=None), call("c2", outcome=None))
        note, taken = Note("eva", NOON, "x"), Taken("eva", NOON)
        await store.write([AddNote("c1", note), SetTaken("c1", taken, "eva", NOON)])
        (written,) = await store.write([MergeCall("c1", "c2")])
        found = await details(store, "c2")
        assert written.count == 1
        assert await ids(store) == ["c2"]
        assert (found.record.notes, found.record.taken) == ((note,), taken)
        assert [line.what for line in found.audit] == ["note", "taken"]

    async def test_into_a_call_that_is_saved_only_afterwards(self, store):
        await save(store, call("c1", outcome=None))
        await store.write([AddNote("c1", Note("eva", NOON, "x"))])
        await store.write([MergeCall("c1", "c2"), SaveCall(call("c2", 5))])
        assert await ids(store) == ["c2"]
        assert len((await details(store, "c2")).record.notes) == 1

    async def test_of_an_unknown_call_is_nothing(self, store):
        assert await store.write([MergeCall("c1", "c2")]) == [Written(count=0)]


class TestGaps:
    async def test_an_open_gap_stays_as_it_is_until_it_is_closed(self, store):
        later = NOON + timedelta(seconds=9)
        written = await store.write(
            [
                OpenGap("pbx", NOON, "cable"),
                OpenGap("pbx", later, "again"),
                OpenGap("other", NOON, "restart"),
                CloseGap("pbx", later),
                CloseGap("pbx", later + timedelta(seconds=1)),
            ]
        )
        assert [each.count for each in written] == [1, 0, 1, 1, 0]
        gap = Gap("pbx", NOON, later, "cable")
        assert set(await store.ask(Gaps())) == {gap, Gap("other", NOON, None, "restart")}

    async def test_since_a_time_are_those_that_reach_into_it_newest_first(self, store):
        def at(s):
            return NOON + timedelta(seconds=s)

        await store.write(
            [
                OpenGap("a", at(0), ""),
                CloseGap("a", at(5)),
                OpenGap("a", at(10), ""),
                CloseGap("a", at(30)),
                OpenGap("b", at(15), ""),
            ]
        )
        assert [gap.since for gap in await store.ask(Gaps(since=at(20)))] == [at(15), at(10)]


async def test_an_operator_is_added_then_changed(store):
    eva = Operator("eva", "Eva Brandt", Role.OPERATOR, ("101", "102"))
    boss = Operator("eva", "Eva B.", Role.ADMIN)
    first, second = await store.write(
        [PutOperator(eva, "root", NOON), PutOperator(boss, "root", NOON)]
    )
    assert (first.role, second.role) == (None, Role.OPERATOR)
    assert await store.operators() == (boss,)
    assert await store.operator("eva") == boss
    assert await store.operator("nobody") is None


class TestForgetting:
    async def test_deletes_a_persons_calls_with_notes_and_audit(self, store):
        await save(store, call("c1"), call("c2"), call("c3", number="+4930"))
        await save(store, call("c4", outcome=None))
        await save(
            store, call("c5", number="101", called="+491701234567", direction=Direction.OUTBOUND)
        )
        await store.write([AddNote("c1", Note("eva", NOON, "secret"))])
        (written,) = await store.write([ForgetNumber("+491701234567", "eva", NOON)])
        assert written.count == 3
        assert sorted(await ids(store)) == ["c3", "c4"]

    async def test_leaves_nothing_of_it_in_the_files(self, tmp_path):
        from console.store.database import open_store

        store = await open_store(str(tmp_path / "x.db"))
        await save(store, call("c1", number="+491799999999", name="Vergissmein Nicht"))
        await store.write([AddNote("c1", Note("eva", NOON, "Geheimnis"))])
        await store.write([ForgetNumber("+491799999999", "eva", NOON)])
        left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        await store.close()
        for trace in (b"1799999999", b"issmein", b"Geheimnis"):
            assert trace not in left

    async def test_of_the_sites_own_number_does_not_delete_everybodys_calls(self, store):
        await save(store, call("c1"))
        assert await store.write([ForgetNumber("+49301110", "eva", NOON)]) == [Written(count=0)]

    async def test_old_calls_go_in_bounded_steps_oldest_first_live_ones_stay(self, store):
        await save(store, call("live", -9, outcome=None), *(call(f"c{i}", i) for i in range(5)))
        drop = DropOldCalls(NOON + timedelta(seconds=4), limit=3)
        assert [w.count for w in await store.write([drop])] == [3]
        assert [w.count for w in await store.write([drop])] == [1]
        assert await ids(store) == ["c4", "live"]


async def test_last_heard_is_the_latest_time_that_was_stored(store):
    assert await store.last_heard() is None
    ended = NOON + timedelta(seconds=30)
    await save(store, call("c1", ended_at=ended))
    await save(store, call("c0", -500))
    assert await store.last_heard() == ended
    await store.write([AddNote("c1", Note("eva", ended + timedelta(seconds=1), "x"))])
    assert await store.last_heard() == ended + timedelta(seconds=1)


async def test_live_calls_are_those_that_never_settled(store):
    waiting = call("c1", outcome=None, phase=Phase.WAITING)
    gone = call("c2", 1, outcome=None, phase=Phase.ENDED, ended_at=NOON)
    await save(store, waiting, gone, call("c3", 2))
    assert await store.live_calls() == (waiting, gone)


async def test_the_filter_for_open_calls_follows_what_is_done(store):
    await save(store, call("c1"), call("c2", 1), call("c3", 2, outcome=Outcome.ANSWERED))
    assert await ids(store, Filter(open=True)) == ["c2", "c1"]
    assert await store.open_count() == 2
    await store.write([SetProcessed(("c1",), EVA, "eva", NOON)])
    assert await ids(store, Filter(open=True)) == ["c2"]
    assert await store.open_count() == 1
