"""Stories at the journal: every call, whichever way it went."""

from dataclasses import replace
from datetime import timedelta

import pytest
from call_lists import NOON, record
from front_desk import front_desk, today
from pictures import assert_looks_as_kept

from console.calls.events import Caller
from console.calls.words import Direction, Outcome, Phase
from console.desk.commands import MarkProcessed, Take, WriteNote
from console.desk.notice import Channel, Notice, NoticeState
from console.desk.records import CallRecord
from console.desk.snapshot import Lamp
from console.tui.widgets.filter_bar import FilterBar


def a_mixed_day() -> list[CallRecord]:
    records = [today(record(n), 7 * (90 - n)) for n in range(90)]
    out = records[88]
    records[88] = replace(
        out,
        company_name="",
        caller_name="",
        call=replace(
            out.call,
            direction=Direction.OUTBOUND,
            caller=Caller("102"),
            called="+491701234567",
            answered_by="+491701234567",
        ),
    )
    inside = records[86]
    records[86] = replace(
        inside,
        company_name="",
        caller_name="",
        call=replace(inside.call, direction=Direction.INTERNAL, caller=Caller("101"), called="103"),
    )
    ringing = records[89]
    records[89] = replace(
        ringing,
        call=replace(
            ringing.call,
            phase=Phase.RINGING,
            ended_at=None,
            answered_at=None,
            answered_by=None,
            outcome=None,
            legs=(),
            moments=ringing.call.moments[:2],
        ),
    )
    return records


def notices_of_the_day() -> list[Notice]:
    """One of each kind, with the calls that are at the top of the list."""
    told = [
        ("87", Channel.MAIL, NoticeState.QUEUED, "waits for further calls of the same caller"),
        ("84", Channel.MAIL, NoticeState.SENT, "mailed"),
        ("84", Channel.TEXT, NoticeState.FAILED, "the provider says: 21606 sender not allowed"),
        ("81", Channel.MAIL, NoticeState.CANCELLED, "processed by Eva Brandt in time"),
        ("78", Channel.MAIL, NoticeState.SENT, "mailed"),
        ("78", Channel.TEXT, NoticeState.SENT, "sent"),
        ("75", Channel.MAIL, NoticeState.SKIPPED, "rang 1.4 s (limit 2 s)"),
        ("72", Channel.TEXT, NoticeState.UNCERTAIN, "the console was stopped"),
        ("69", Channel.MAIL, NoticeState.FOLDED, "told with 3 calls"),
    ]
    return [
        Notice(
            f"c00000{call}",
            channel,
            "praxis@lind.example" if channel is Channel.MAIL else "+491712345678",
            state,
            why,
            NOON - timedelta(minutes=7 * (90 - int(call)) - 2),
            message_id="<84.1@desk.example>" if state is NoticeState.SENT else "",
        )
        for call, channel, state, why in told
    ]


async def test_every_call_is_there_with_its_way_and_its_end() -> None:
    async with front_desk(a_mixed_day(), "3") as desk:
        first = desk.lines()
        assert first[0].lstrip().startswith("●  ←")
        assert "ringing" in first[0]
        assert "→" in first[1]
        assert "answered" in first[1]
        assert "↔" in first[3]
        assert any("○" in line and "by 102" in line for line in first)
        assert any("▲" in line for line in first)
        bar = desk.screen.query_one(FilterBar).render_line(0).text
        assert bar.startswith(" JOURNAL  ▲ 30 open  90 today  show: all calls")


async def test_an_answered_call_can_not_be_processed_and_says_why() -> None:
    async with front_desk(a_mixed_day(), "3", "down", "p") as desk:
        chosen = desk.chosen
        assert chosen == "c0000088"
        assert (await desk.stored(chosen)).processed is None
        assert desk.toasts() == ["There is nothing open here."]


async def test_answered_calls_can_be_shown_alone() -> None:
    async with front_desk(a_mixed_day(), "3", "f", *["down"] * 5, "enter") as desk:
        assert all("○" in line for line in desk.lines())


async def test_an_empty_journal_says_whether_the_pbx_is_heard() -> None:
    async with front_desk([], "3") as desk:
        assert "No calls yet." in "".join(desk.lines())
        assert "not heard" in "".join(desk.lines())
        feeds = desk.app.door.snapshot.feeds
        assert not [feed for feed in feeds if feed.lamp is Lamp.CONNECTED]


async def test_hostile_names_stay_text() -> None:
    nasty = "[/b]\x1b[2J\u202eevil[@click=app.bell]"
    one = today(replace(record(1, Outcome.BUSY), caller_name=nasty, company_name=nasty), 5)
    async with front_desk([one], "3") as desk:
        await desk.press("n")
        await desk.type("[/i] [bold")
        await desk.press("enter", "enter")
        text = str(desk.app.screen.query_one(".details--text").render())
        assert "[/b]·[2J·evil[@click=app.bell]" in text
        assert "[/i] [bold" in text


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_the_journal_looks_as_it_did(size: tuple[int, int]) -> None:
    async with front_desk(a_mixed_day(), "3", "down", "down", size=size) as desk:
        assert_looks_as_kept(desk.app, f"journal_{size[0]}x{size[1]}")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_unanswered_looks_as_it_did(size: tuple[int, int]) -> None:
    async with front_desk(a_mixed_day(), size=size) as desk:
        door = desk.app.door
        await door.do(MarkProcessed(("c0000075", "c0000081")))
        await door.do(Take("c0000072"))
        await door.do(WriteNote("c0000084", "wants an offer for the boiler, after 15:00"))
        await desk.press("2", "f", "a", "down")
        await desk.told(*notices_of_the_day())
        desk.app.clear_notifications()
        await desk.settle()
        assert_looks_as_kept(desk.app, f"unanswered_{size[0]}x{size[1]}")


async def test_details_look_as_they_did() -> None:
    async with front_desk(a_mixed_day()) as desk:
        await desk.app.door.do(Take("c0000084"))
        await desk.app.door.do(WriteNote("c0000084", "wants an offer for the boiler"))
        await desk.press("2")
        await desk.told(*notices_of_the_day())
        await desk.press("enter")
        assert_looks_as_kept(desk.app, "details_120x40")


async def test_the_dialogs_look_as_they_did() -> None:
    async with front_desk(a_mixed_day(), "2", "f", size=(80, 24)) as desk:
        assert_looks_as_kept(desk.app, "filter_80x24")
        await desk.press("escape", "n")
        await desk.type("boiler")
        assert_looks_as_kept(desk.app, "note_80x24")
