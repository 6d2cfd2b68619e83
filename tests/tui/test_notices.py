"""Stories about who was told of an unanswered call: in the list, the details, the header."""

from dataclasses import replace
from datetime import timedelta

import pytest
from call_lists import NOON, record
from fake_door import SITE
from front_desk import front_desk, today

from console.calls.words import Outcome, Role
from console.desk.changes import OweNotice, SetProcessed
from console.desk.commands import ChangeSettings, Done
from console.desk.due import in_words, waits
from console.desk.notice import Channel, Notice, NoticeState, Teller
from console.desk.operators import Operator
from console.desk.records import How, Processed
from console.notices.deciding import SUMMED_UP, TOGETHER
from console.settings.live import Live, override
from console.settings.notices import Mail, TextMessages
from console.tui.notice_words import notified, notified_briefly, sentence
from console.tui.screens.question import Question
from console.tui.widgets.filter_bar import FilterBar
from console.tui.widgets.header import Header

S, MAIL, TEXT = NoticeState, Channel.MAIL, Channel.TEXT
BERLIN, PLAN = SITE.zone, SITE.plan
PRAXIS = "praxis@lind.example"
MOBILE = "+491712345678"


def notice(state, channel=MAIL, why="", minutes=10.0, call="c0000001", to=None, **more):
    to = to if to is not None else PRAXIS if channel is MAIL else MOBILE
    at = NOON - timedelta(minutes=minutes)
    return Notice(call, channel, to, state, why, at, **more)


def told(*notices):
    return record(1, notices=notices)


@pytest.mark.parametrize(
    ("notices", "words", "brief"),
    [
        ((), "", ""),
        ([notice(S.SENT, why="mailed")], "✉ 12:50", "✉"),
        ([notice(S.SENT), notice(S.SENT, to="boss@lind.example")], "✉ 12:50", "✉"),
        ([notice(S.SENT), notice(S.SENT, TEXT)], "✉✆ 12:50", "✉✆"),
        ([notice(S.SENT), notice(S.SENT, TEXT, minutes=9)], "✉ 12:50 ✆ 12:51", "✉✆"),
        ([notice(S.SKIPPED, why="rang 1.4 s (limit 2 s)")], "not: rang 1.4 s (limit 2 s)", "not"),
        ([notice(S.CANCELLED, why="called back")], "cancelled: called back", "not"),
        ([notice(S.CANCELLED, why="called back", to="")], "not: called back", "not"),
        (
            [notice(S.CANCELLED, why="Emre Yıldız answered the next call 14:02", to="")],
            "not: answered by Emre Yıldız 14:02",
            "not",
        ),
        (
            [notice(S.CANCELLED, why="Tom called back 24 Nov 14:02")],
            "cancelled: called back by Tom 24 Nov 14:02",
            "not",
        ),
        (
            [notice(S.CANCELLED, why="processed by Tom 9:02", to="")],
            "not: processed by Tom 9:02",
            "not",
        ),
        ([notice(S.FAILED)], "▲ ✉ failed", "failed"),
        ([notice(S.FAILED), notice(S.SENT, TEXT)], "▲ 1 of 2 failed", "▲ 1/2"),
        ([notice(S.FAILED), notice(S.FOLDED, TEXT)], "▲ 1 of 2 failed", "▲ 1/2"),
        ([notice(S.FAILED), notice(S.SKIPPED, TEXT)], "▲ ✉ failed", "failed"),
        ([notice(S.FAILED), notice(S.UNCERTAIN, TEXT)], "▲ 1 of 2 failed", "▲ 1/2"),
        ([notice(S.SENT)] + 11 * [notice(S.FAILED)], "▲ 11 of 12 failed", "failed"),
        ([notice(S.SENT), notice(S.UNCERTAIN, TEXT)], "▲ 1 of 2 unsure", "▲ 1/2"),
        ([notice(S.UNCERTAIN, TEXT)], "▲ ✆ unsure", "unsure"),
        ([notice(S.QUEUED)], "✉ waits", "waits"),
        ([notice(S.QUEUED, tries=2, next_at=NOON)], "✉ again 13:00", "waits"),
        ([notice(S.FOLDED)], "✉ in another", "✉"),
    ],
)
def test_a_few_words_say_who_was_told(notices, words, brief):
    assert notified(told(*notices), BERLIN) == words
    assert notified_briefly(told(*notices)) == brief


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (notice(S.SENT, why="mailed"), f"mailed to {PRAXIS}"),
        (
            notice(S.SENT, message_id="<1@desk.example>"),
            f"mailed to {PRAXIS} (Message-ID <1@desk.example>)",
        ),
        (
            notice(S.SENT, TEXT, "provider refused the sender (21606), sent from +49 30 111000"),
            "text message to +49 171 2345678: "
            "provider refused the sender (21606), sent from +49 30 111000",
        ),
        (
            notice(S.SKIPPED, why="rang 1.4 s (limit 2 s)", to=""),
            "not mailed: rang 1.4 s (limit 2 s)",
        ),
        (
            notice(S.CANCELLED, TEXT, "answered"),
            "text message to +49 171 2345678 cancelled: answered",
        ),
        (notice(S.CANCELLED, TEXT, "answered", to=""), "no text message: answered"),
        # As the channels say it.
        (
            notice(S.SENT, why=f"mailed to {PRAXIS} (250 ok)", message_id="<1@desk.example>"),
            f"mailed to {PRAXIS} (250 ok) (Message-ID <1@desk.example>)",
        ),
        (
            notice(S.SENT, TEXT, f"sent to {MOBILE}, accepted by “seven” (100)"),
            "text message to +49 171 2345678, accepted by “seven” (100)",
        ),
        (notice(S.SENT, TEXT, "sent"), "text message to +49 171 2345678: sent"),
        (
            notice(S.FAILED, TEXT, "Not sent: the text message would be empty."),
            "text message to +49 171 2345678 failed: the text message would be empty.",
        ),
        (notice(S.FAILED, why="550 No such user"), f"e-mail to {PRAXIS} failed: 550 No such user"),
        (
            notice(S.QUEUED, why="451 Try later", tries=1, next_at=NOON),
            f"e-mail to {PRAXIS} is tried again at 13:00: 451 Try later",
        ),
        (notice(S.FOLDED, why="3 calls"), f"e-mail to {PRAXIS}: told in another one: 3 calls"),
        (
            notice(S.FOLDED, why=SUMMED_UP, teller=Teller(S.SENT, NOON)),
            f"mailed in the summary of 13:00 to {PRAXIS}",
        ),
        (
            notice(S.FOLDED, TEXT, TOGETHER, teller=Teller(S.SENT, NOON)),
            "texted in the one of 13:00 to +49 171 2345678",
        ),
        (
            notice(S.FOLDED, why=SUMMED_UP, teller=Teller(S.QUEUED, NOON)),
            f"e-mail in a summary to {PRAXIS} that waits",
        ),
        (
            notice(S.FOLDED, why=TOGETHER, teller=Teller(S.FAILED, NOON)),
            f"e-mail in another one to {PRAXIS} that failed",
        ),
    ],
)
def test_a_sentence_says_what_became_of_a_notice(what, words):
    assert sentence(what, BERLIN, PLAN) == words


def test_what_waits_is_not_sent_of_a_call_that_is_processed():
    again = notice(S.QUEUED, TEXT, "503", tries=1, next_at=NOON)
    done = replace(told(again), processed=Processed("Lena", NOON))
    assert notified(told(again), BERLIN) == "✆ again 13:00"
    assert (notified(done, BERLIN), notified_briefly(done)) == ("not: processed", "not")
    sent = replace(done, notices=(again, notice(S.SENT)))
    assert (notified(sent, BERLIN), notified_briefly(sent)) == ("✉ 12:50", "✉")
    assert sentence(again, BERLIN, PLAN, processed=True) == (
        "text message to +49 171 2345678 is not sent of this call, which is processed"
    )
    # What is on its way can't be stopped.
    sending = replace(done, notices=(notice(S.SENDING, TEXT),))
    assert notified_briefly(sending) == "waits"


DUE = NOON + timedelta(minutes=7)
ON = Live(mail=Mail(send=True, to=(PRAXIS, "boss@lind.example")))


def owed(**more):
    return record(1, Outcome.BUSY, due_at=DUE, **more)


@pytest.mark.parametrize(
    ("settings", "words", "brief", "said"),
    [
        (
            ON,
            "waits 13:07",
            "waits",
            f"mailed to {PRAXIS}, boss@lind.example, unless an exception holds or it is answered, "
            "called back or processed before",
        ),
        (
            Live(text_messages=TextMessages(send=True, to=("0171 2345678",))),
            "waits 13:07",
            "waits",
            "texted to +49 171 2345678, unless an exception holds or it is answered, called "
            "back or processed before",
        ),
        (Live(), "", "", "nobody is to be told: E-mail and Text message are off"),
        (
            Live(mail=Mail(send=True)),
            "",
            "",
            "nobody is to be told: no address is entered in E-mail",
        ),
        (
            ON.model_copy(update={"overrides": override(ON, 7, "mail", {"send": False})}),
            "",
            "",
            "nobody is to be told: E-mail and Text message are off",
        ),
    ],
)
def test_what_is_due_is_said_only_where_somebody_will_be_told(settings, words, brief, said):
    call = owed(company_id=7)
    assert (notified(call, BERLIN, settings), notified_briefly(call, settings)) == (words, brief)
    assert in_words(call, settings, PLAN).endswith(said)
    assert "will be decided (" in in_words(call, settings, PLAN) or not words
    assert bool(waits(call, settings)) is bool(words)
    done = replace(call, processed=Processed("Lena", NOON))
    assert notified(done, BERLIN, settings) == in_words(done, settings, PLAN) == ""
    decided = replace(call, notices=(notice(S.SENT),))
    assert notified(decided, BERLIN, settings) == "✉ 12:50"


def test_who_is_told_once_is_promised_once():
    twice = TextMessages(send=True, to=("+49 171 5550000", "0171 5550000"))
    said = in_words(owed(), Live(text_messages=twice), PLAN)
    assert "texted to +49 171 5550000, unless" in said


def calls():
    return [today(record(n, Outcome.NO_ANSWER), 10 * (4 - n)) for n in range(4)]


@pytest.mark.parametrize(
    ("size", "words"), [((200, 24), "✉ 12:50"), ((120, 40), "✉ 12:50"), ((80, 24), "✉ ")]
)
async def test_the_list_says_who_was_told(size, words):
    async with front_desk(calls(), "2", size=size) as desk:
        await desk.told(notice(S.SENT))
        assert [words in line for line in desk.lines()] == [False, False, True, False]


@pytest.mark.parametrize(
    ("size", "words"), [((200, 24), "waits 13:01"), ((120, 40), "waits 13:01"), ((80, 24), "waits")]
)
async def test_the_list_says_that_a_notice_is_due_and_then_by_itself_that_it_was_sent(size, words):
    async with front_desk(calls(), "2", size=size) as desk:
        due = NOON + timedelta(minutes=1)
        await desk.store.write([OweNotice("c0000001", due)])
        await desk.arrives()
        # Nobody would be told.
        assert not any("waits" in line for line in desk.lines())
        await supervise(desk, "mail", {"send": True, "to": [PRAXIS]})
        assert [words in line for line in desk.lines()] == [False, False, True, False]
        await desk.told(notice(S.SENT))
        assert not any("waits" in line for line in desk.lines())
        assert "✉" in desk.lines()[2]


async def test_the_details_say_when_it_is_decided_who_is_told():
    async with front_desk(calls(), "2", "down", "down") as desk:
        ended = (await desk.stored("c0000001")).call.ended_at
        await desk.store.write([OweNotice("c0000001", ended + timedelta(seconds=60))])
        await desk.arrives()
        await desk.press("enter")

        def text():
            drawn = str(desk.app.screen.query_one(".details--text").render())
            return " ".join(drawn.split())

        assert "nobody is to be told: E-mail and Text message are off" in text()
        await supervise(desk, "mail", {"send": True, "to": [PRAXIS]})
        clock = f"{(ended + timedelta(seconds=60)).astimezone(BERLIN):%H:%M:%S}"
        assert f"{clock} will be decided (60 s after the call ended): mailed to {PRAXIS}" in text()


async def supervise(desk, section, values):
    """A supervisor at another console changes a section."""
    olga = Operator("olga", "Olga", Role.SUPERVISOR)
    assert isinstance(await desk.desk.do(ChangeSettings(section, values), olga), Done)
    await desk.settle()


async def test_failed_notices_can_be_filtered_whatever_was_done_about_their_calls():
    async with front_desk(calls(), "2") as desk:
        await desk.told(
            notice(S.FAILED), notice(S.UNCERTAIN, TEXT, call="c0000002"),
            notice(S.SENT, call="c0000003"),
        )  # fmt: skip
        done = Processed("Lena", NOON)
        await desk.store.write([SetProcessed(("c0000001",), done, "Lena", NOON)])
        await desk.press("f", "n")
        assert len(desk.lines()) == 2
        assert "show: failed notices" in desk.screen.query_one(FilterBar).render_line(0).text
        # Sent again, a call leaves the list.
        await desk.press("down", "r")
        assert len(desk.lines()) == 1
        await desk.press("r", "y")
        assert "No notice failed." in "".join(desk.lines())
        await desk.press("escape")
        assert len(desk.lines()) == 3


async def test_the_details_say_who_sent_what_again():
    async with front_desk(calls(), "2", "down", "down") as desk:
        await desk.told(notice(S.FAILED), notice(S.UNCERTAIN, TEXT))
        await desk.press("enter", "r", "y")
        text = str(desk.app.screen.query_one(".details--text").render())
        assert "Eva Brandt: sent again a notice that had failed" in text
        assert "Eva Brandt: sent again a notice that may have arrived" in text


async def test_who_called_back_is_in_the_list():
    async with front_desk(calls(), "2", "f", "a", size=(120, 40)) as desk:
        done = Processed("Lena", NOON - timedelta(minutes=20), How.CALL, "c0000009")
        await desk.store.write([SetProcessed(("c0000002",), done, "Lena", NOON)])
        await desk.arrives()
        assert "Lena called back 12:40" in desk.lines()[1]


async def test_what_was_not_sent_is_in_the_header_and_in_the_alarm_colour():
    async with front_desk(calls(), "2") as desk:
        header = desk.app.screen.query_one(Header)
        assert "not sent" not in header.render_line(0).text
        await desk.told(notice(S.FAILED, why="550"), notice(S.UNCERTAIN, TEXT, call="c0000002"))
        assert "✉ 2 not sent" in header.render_line(0).text
        strip = desk.table.render_line(3)
        alarm = desk.table.get_component_rich_style("call-table--failed")
        assert any("failed" in one.text and one.style.color == alarm.color for one in strip)


async def test_r_sends_again_what_failed_and_is_offered_only_then():
    async with front_desk(calls(), "2") as desk:
        await desk.told(notice(S.FAILED, why="550 No such user"))

        def offered():
            return any(key.bound == "r" for key in desk.screen.keys())  # noqa: SIM118

        assert not offered()
        await desk.press("r", "down", "down")
        assert offered()
        await desk.press("r")
        (now,) = (await desk.stored("c0000001")).notices
        assert now.state is S.QUEUED
        await desk.press("r")
        assert not offered()


@pytest.mark.parametrize("dealt", [True, False])
async def test_r_says_when_nobody_is_told_of_a_call_any_more(dealt):
    async with front_desk(calls(), "2", "f", "a", "down", "down") as desk:
        await desk.told(notice(S.FAILED, why="550 No such user"))
        if dealt:
            done = Processed("Lena", NOON - timedelta(minutes=20), How.CALL, "c0000009")
            await desk.store.write([SetProcessed(("c0000001",), done, "Lena", NOON)])
            await desk.arrives()
        await desk.press("r")
        assert ("1 notice queued again" in desk.toasts()) is not dealt
        words = "The call was dealt with meanwhile: nobody is told of it any more."
        assert (words in desk.toasts()) is dealt


@pytest.mark.parametrize(
    ("key", "states"),
    [
        ("escape", {MAIL: S.FAILED, TEXT: S.UNCERTAIN}),
        ("f", {MAIL: S.QUEUED, TEXT: S.UNCERTAIN}),
        ("y", {MAIL: S.QUEUED, TEXT: S.QUEUED}),
    ],
)
async def test_what_may_have_been_sent_is_asked_about(key, states):
    async with front_desk(calls(), "2", "down", "down") as desk:
        await desk.told(notice(S.FAILED), notice(S.UNCERTAIN, TEXT))
        await desk.press("r")
        assert isinstance(desk.app.screen, Question)
        await desk.press(key)
        notices = (await desk.stored("c0000001")).notices
        assert {one.channel: one.state for one in notices} == states


async def test_the_details_tell_each_notice_with_its_reason():
    async with front_desk(calls(), "2", "down", "down") as desk:
        await desk.told(
            notice(S.SENT, why="mailed", message_id="<1@desk.example>"),
            notice(S.FAILED, TEXT, "the provider says 21606", minutes=9),
        )
        await desk.press("enter")
        text = str(desk.app.screen.query_one(".details--text").render())
        assert f"12:50:00        mailed to {PRAXIS} (Message-ID <1@desk.example>)" in text
        assert "12:51:00        text message to +49 171 2345678 failed: the provider" in text
        await desk.press("r")
        assert (await desk.stored("c0000001")).notices[1].state is S.QUEUED


async def test_hostile_words_of_a_server_stay_text():
    async with front_desk(calls(), "2", "down", "down") as desk:
        await desk.told(notice(S.FAILED, why="550 [/b]\x1b[2J [bold"))
        await desk.press("enter")
        text = str(desk.app.screen.query_one(".details--text").render())
        assert "550 [/b]·[2J [bold" in text
