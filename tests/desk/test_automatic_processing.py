"""A later call processes the earlier unanswered ones, in its own transaction."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from console.calls import events as ev
from console.calls.words import Direction, Role
from console.desk.commands import (
    ChangeOperator,
    ChangeSettings,
    Done,
    Reopen,
    SaveContact,
    Undo,
)
from console.desk.queries import CallDetails
from console.desk.records import How, Processed
from console.people.values import Contact
from tests.desk.front import ANNA, Front, front

MOBILE = "+491711234567"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Front]:
    async with front(tmp_path / "desk.db") as one:
        await one.eva.do(ChangeOperator("lena", "Lena", Role.OPERATOR, ("102",)))
        yield one


async def called_back(
    desk: Front,
    call: str,
    number: str | None = ANNA.number,
    phone: str = "102",
    answer: bool = True,
) -> None:
    """A phone of ours calls out, is answered or not, and the call ends."""
    out = ev.Arrived(call, "pbx", Direction.OUTBOUND, ev.Caller(phone), number)
    await desk.hear(1, out, ev.Rang(call, f"{call}a", number or ""))
    if answer:
        await desk.hear(5, ev.Answered(call, number or "", f"{call}a"))
    await desk.hear(30, ev.HungUp(call))
    await desk.hear(3)


async def processed(desk: Front, call: str) -> Processed | None:
    return (await desk.one(call)).processed


async def test_a_call_back_processes_all_earlier_calls_and_says_whose_it_was(desk: Front) -> None:
    for call in ("1", "2"):
        await desk.abandoned(call)
    await desk.abandoned("other", ev.Caller("+49301119999"))
    await called_back(desk, "back")
    done = await processed(desk, "1")
    assert done is not None
    back = (await desk.one("back")).call
    assert done == Processed("Lena", back.answered_at or back.started_at, How.CALL, "back")
    assert await processed(desk, "2") == done
    assert await processed(desk, "other") is None
    assert desk.eva.snapshot.counts.open == 1
    details = await desk.eva.ask(CallDetails("1"))
    assert details is not None
    assert [(line.by, line.what) for line in details.audit] == [("Lena", "processed")]


async def test_it_is_shown_at_once_also_on_a_call_that_is_still_on_the_screen(desk: Front) -> None:
    await desk.abandoned("1")
    out = ev.Arrived("b", "pbx", Direction.OUTBOUND, ev.Caller("102"), ANNA.number)
    await desk.hear(0.5, out, ev.Rang("b", "ba", "x"), ev.Answered("b", "x", "ba"), ev.HungUp("b"))
    await desk.hear(3)
    shown = {record.call.id: record for record in desk.eva.snapshot.ended}
    assert shown["1"].processed is not None


async def test_a_call_back_that_nobody_answers_counts_only_if_wanted(desk: Front) -> None:
    await desk.abandoned("1")
    await called_back(desk, "b1", answer=False)
    assert await processed(desk, "1") is None
    await desk.eva.do(ChangeSettings("unanswered", {"calls": ["called back, reached or not"]}))
    await called_back(desk, "b2", answer=False)
    assert (await processed(desk, "1")) is not None


async def test_a_caller_who_calls_again_and_is_answered_counts_if_wanted(desk: Front) -> None:
    await desk.eva.do(ChangeSettings("unanswered", {"calls": ["called again and was answered"]}))
    await desk.abandoned("1")
    again = ev.Arrived("2", "pbx", Direction.INBOUND, ANNA, "+4930222000")
    await desk.hear(1, again, ev.Rang("2", "2a", "102"))
    await desk.hear(1, ev.Answered("2", "102", "2a"))
    await desk.hear(9, ev.HungUp("2"))
    await desk.hear(3)
    done = await processed(desk, "1")
    assert done is not None
    assert (done.by, done.by_call) == ("Lena", "2")


async def test_the_contacts_other_numbers_are_the_same_person(desk: Front) -> None:
    anna = Contact("Anna Muster", ((ANNA.number or "", "work"), (MOBILE, "mobile")))
    await desk.eva.do(SaveContact(anna))
    await desk.abandoned("1")
    await desk.eva.do(ChangeSettings("unanswered", {"same": "number"}))
    await called_back(desk, "b1", MOBILE)
    assert await processed(desk, "1") is None
    await desk.eva.do(ChangeSettings("unanswered", {"same": "contact"}))
    await called_back(desk, "b2", MOBILE)
    assert (await processed(desk, "1")) is not None


async def test_off_and_older_calls_stay_open(desk: Front) -> None:
    await desk.abandoned("1")
    await desk.eva.do(ChangeSettings("unanswered", {"automatic": False}))
    await called_back(desk, "b1")
    assert await processed(desk, "1") is None
    await desk.eva.do(ChangeSettings("unanswered", {"days": 1}))
    await desk.hear(25 * 3600)
    await called_back(desk, "b2")
    assert await processed(desk, "1") is None


async def test_who_sits_at_an_unknown_phone_is_the_phone(desk: Front) -> None:
    await desk.abandoned("1")
    await called_back(desk, "b", phone="199")
    done = await processed(desk, "1")
    assert done is not None
    assert done.by == "phone 199"


async def test_it_is_reopened_and_that_is_undone(desk: Front) -> None:
    await desk.abandoned("1")
    await called_back(desk, "b")
    done = await processed(desk, "1")
    assert await desk.eva.do(Reopen(("1",))) == Done("1 call open again", 1)
    assert await processed(desk, "1") is None
    assert await desk.eva.do(Undo()) == Done("undone: 1 call", 1)
    assert await processed(desk, "1") == done


async def test_a_hidden_caller_is_nobody_who_could_be_called_back(desk: Front) -> None:
    await desk.abandoned("1", ev.Caller(hidden=True))
    await called_back(desk, "b", None)
    assert await processed(desk, "1") is None
