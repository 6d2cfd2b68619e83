"""From the end of a call to the letter, on the real store: told once, told right, never lost."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.calls import events as ev
from console.calls.words import Direction
from console.desk.changes import PutSettings
from console.desk.commands import (
    ChangeSettings,
    Done,
    ImportSettings,
    MarkProcessed,
    RetryNotices,
    SaveContact,
    WriteNote,
)
from console.desk.notice import Channel, NoticeState
from console.desk.ports import StoreFailed
from console.desk.queries import CallDetails
from console.notices.letter import Ending, Result
from console.notices.sender import NO_PROVIDER, NO_SERVER
from console.people.values import Contact
from tests.desk.front import ANNA
from tests.notices.office import MAIL, SENT, SERVER, SEVEN, TEXTS, Office, office, until

S = NoticeState
CONTACT = Contact(
    "Anna <Muster>", ((ANNA.number or "", "work"),), emails=("no address", "anna@muster.example")
)


async def test_an_unanswered_call_is_mailed_after_its_grace(desk: Office) -> None:
    await desk.front.eva.do(SaveContact(CONTACT))
    await desk.abandoned("1")
    await desk.front.lena.do(WriteNote("1", "wants an <offer>"))
    await desk.later(50)
    assert (desk.mail.letters, await desk.all()) == ([], [])
    await desk.later(20)
    (letter,) = desk.mail.letters
    assert letter.subject == "1 unanswered call for +49 30 222000: Anna <Muster>"
    assert "14:40   gave up, rang 3 s" in letter.text
    assert "wants an <offer>" in letter.text
    assert "<strong>Anna &lt;Muster&gt;</strong>" in letter.html
    assert '<a href="tel:+49301110000">+49 30 1110000</a>' in letter.html
    assert "wants an &lt;offer&gt;" in letter.html
    assert (letter.sms, letter.remarks) == ("", ())
    assert (letter.name, letter.number, letter.email) == (
        "Anna <Muster>",
        ANNA.number,
        "anna@muster.example",
    )
    assert letter.caller is not None
    assert letter.now.utcoffset() is not None
    (notice,) = await desk.all()
    assert (notice.state, notice.why, notice.tries) == (S.SENT, "250 ok", 1)
    assert notice.message_id.endswith("@desk.example>")
    version = desk.front.desk.settings_version
    assert (notice.version, notice.recipient) == (version, "front@desk.example")


async def test_the_call_shows_what_became_of_it(desk: Office) -> None:
    await desk.abandoned("1")
    await desk.later(70)
    (row,) = await desk.front.stored(unanswered=True)
    assert [(each.state, each.why) for each in row.notices] == [(S.SENT, "250 ok")]


@pytest.mark.parametrize("what", ["processed", "called back", "answered"])
async def test_what_somebody_has_dealt_with_is_told_to_nobody(desk: Office, what: str) -> None:
    # Automatic processing or not.
    await desk.set(unanswered={"automatic": what == "called back"})
    await desk.abandoned("1")
    number, phone = ANNA.number or "", "102"
    if what == "processed":
        await desk.front.lena.do(MarkProcessed(("1",)))
    elif what == "called back":
        out = ev.Arrived("2", "pbx", Direction.OUTBOUND, ev.Caller(phone), number)
        await desk.front.hear(1, out, ev.Rang("2", "a", number))
        await desk.front.hear(1, ev.Answered("2", number, "a"))
    else:
        again = ev.Arrived("2", "pbx", Direction.INBOUND, ANNA, "+4930222000")
        await desk.front.hear(1, again, ev.Rang("2", "a", phone))
        await desk.front.hear(1, ev.Answered("2", phone, "a"))
    await desk.front.hear(5, ev.HungUp("2"))
    await desk.later(80)
    whys = {
        "processed": "processed by Lena 14:40",
        "called back": "phone 102 called back 14:40",
        "answered": "phone 102 answered the next call 14:40",
    }
    assert await desk.of("1") == [("cancelled", whys[what])]
    assert desk.mail.letters == []


async def test_called_back_between_decision_and_sending(desk: Office) -> None:
    desk.mail.answer = lambda letter: Result(Ending.LATER, "451 try again")
    await desk.abandoned("1")
    await desk.later(70)
    assert await desk.of("1") == [("queued", "451 try again")]
    await desk.front.lena.do(MarkProcessed(("1",)))
    desk.mail.answer = lambda letter: SENT
    await desk.later(120)
    ((state, why),) = await desk.of("1")
    assert (state, why.rpartition(" ")[0]) == ("cancelled", "processed by Lena")
    assert len(desk.mail.letters) == 1


async def test_repeats_become_one(desk: Office) -> None:
    await desk.set(exceptions={"grace_seconds": 60, "fold_minutes": 10})
    await desk.abandoned("1")
    await desk.later(70)
    assert len(desk.mail.letters) == 1
    for call in ("2", "3"):
        await desk.abandoned(call)
        await desk.later(100)
    assert len(desk.mail.letters) == 1
    assert await desk.of("2") == [("queued", "waits for further calls of the same caller")]
    assert await desk.of("3") == [("folded", "told together with another call of this caller")]
    await desk.later(600)
    first, second = desk.mail.letters
    assert second.subject.startswith("2 unanswered calls for")
    assert second.text.count("gave up, rang 3 s") == 2
    assert first.thread == second.thread
    assert first.notice.message_id != second.notice.message_id
    assert [each.state for each in await desk.all()] == [S.SENT, S.SENT, S.FOLDED]


async def test_the_same_contact_from_the_mobile_is_a_repeat(desk: Office) -> None:
    mobile = ev.Caller("+491711234567")
    numbers = ((ANNA.number or "", "work"), (mobile.number or "", "mobile"))
    await desk.front.eva.do(SaveContact(replace(CONTACT, numbers=numbers)))
    await desk.abandoned("1")
    await desk.abandoned("2", mobile)
    await desk.later(90)
    (letter,) = desk.mail.letters
    assert letter.subject.startswith("2 unanswered calls")


async def test_hidden_callers_are_not_one_and_the_same(desk: Office) -> None:
    for call in ("1", "2"):
        await desk.abandoned(call, ev.Caller(hidden=True))
    await desk.later(70)
    assert [each.state for each in await desk.all()] == [S.SENT, S.SENT]
    assert len({letter.thread for letter in desk.mail.letters}) == 2
    assert "hidden number" in desk.mail.letters[0].subject


async def test_a_call_that_comes_while_the_letter_is_written_is_in_it(desk: Office) -> None:
    """A notice takes calls in until the very moment at which it is sent."""
    await desk.set(exceptions={"grace_seconds": 0})
    told_with = desk.store.told_with
    called: list[int] = []

    async def slowly(id: int, limit: int):  # type: ignore[no-untyped-def]
        found = await told_with(id, limit)
        called.append(len(found))
        if len(called) == 1:
            await desk.abandoned("2")
            await until(lambda: desk.of("2"))
        return found

    desk.store.told_with = slowly  # type: ignore[method-assign]
    await desk.abandoned("1")
    await desk.later(1)
    assert called == [1, 2]
    (letter,) = desk.mail.letters
    assert letter.subject.startswith("2 unanswered calls")


async def test_a_dead_channel_holds_up_neither_the_other_nor_the_deciding(desk: Office) -> None:
    await desk.set(text_messages=TEXTS, providers=SEVEN)
    desk.mail.gate = asyncio.Event()
    await desk.abandoned("1")
    await desk.later(70)

    async def one_hangs() -> bool:
        states = [(each.channel, each.state) for each in await desk.all()]
        return states == [(Channel.MAIL, S.SENDING), (Channel.TEXT, S.SENT)]

    await until(one_hangs)
    await desk.abandoned("2", ev.Caller("+49301119999"))
    await desk.later(70)

    async def both() -> bool:
        return len(desk.text.letters) == 2

    await until(both)
    assert [letter.number for letter in desk.text.letters] == [ANNA.number, "+49301119999"]
    assert desk.text.letters[0].sms.startswith("1 unanswered call 14:40 for +49 30 222000")
    desk.mail.gate.set()
    desk.mail.gate = None
    await desk.later(1)
    assert len(desk.mail.letters) == 2


async def test_temporary_failures_are_tried_again_for_a_day(desk: Office) -> None:
    desk.mail.answer = lambda letter: Result(Ending.LATER, "421 busy")
    await desk.abandoned("1")
    await desk.later(70)
    for _ in range(32):
        await desk.later(4400)  # an hour and its jitter
    (notice,) = await desk.all()
    assert (notice.state, notice.why) == (S.FAILED, "421 busy")
    assert 25 <= notice.tries <= 32
    assert desk.front.eva.snapshot.counts.undelivered == 1
    assert notice.id is not None
    ids = {letter.notice.message_id for letter in desk.mail.letters}
    desk.mail.answer = lambda letter: SENT
    await desk.front.lena.do(RetryNotices((notice.id,)))
    await desk.later(1)
    assert (await desk.all())[0].state is S.SENT
    assert {letter.notice.message_id for letter in desk.mail.letters} == ids


async def test_what_the_server_asks_to_wait_is_kept_to(desk: Office) -> None:
    desk.mail.answer = lambda letter: Result(Ending.LATER, "busy", after=900)
    await desk.abandoned("1")
    await desk.later(70)
    await desk.later(880)
    assert len(desk.mail.letters) == 1
    await desk.later(30)
    assert len(desk.mail.letters) == 2


async def test_refused_is_for_a_person(desk: Office) -> None:
    desk.mail.answer = lambda letter: Result(Ending.REFUSED, "550 no such\r\nuser")
    await desk.abandoned("1")
    await desk.later(70)
    assert await desk.of("1") == [("failed", "550 no such user")]


async def test_an_answer_that_never_came_mail_again_text_uncertain(desk: Office) -> None:
    await desk.set(text_messages=TEXTS, providers=SEVEN)
    desk.mail.answer = desk.text.answer = lambda letter: Result(Ending.UNKNOWN, "lost")
    await desk.abandoned("1")
    await desk.later(70)
    assert await desk.of("1") == [("queued", "lost"), ("uncertain", "lost")]
    desk.mail.answer = lambda letter: SENT
    await desk.later(10)
    assert await desk.of("1") == [("sent", "250 ok"), ("uncertain", "lost")]
    assert len({letter.notice.message_id for letter in desk.mail.letters}) == 1
    assert len(desk.text.letters) == 1


async def test_a_channel_that_breaks_is_no_letter_lost(desk: Office) -> None:
    def broken(letter: object) -> Result:
        raise RuntimeError("secret=1")

    desk.mail.answer = broken
    await desk.abandoned("1")
    await desk.later(70)
    ((state, why),) = await desk.of("1")
    assert (state, why) == ("queued", "sending failed (RuntimeError); the log says why")


async def test_what_is_not_filled_in_is_said(desk: Office) -> None:
    await desk.set(mail_server={}, text_messages=TEXTS)
    await desk.abandoned("1")
    await desk.later(70)
    assert await desk.of("1") == [("failed", NO_SERVER), ("failed", NO_PROVIDER)]
    # An earlier version let one that is named be taken away.
    named = PutSettings("text_messages", {**TEXTS, "provider": "nobody"}, "boss", desk.front.now)
    await desk.front.store.write([named])
    await desk.set(unanswered={"days": 6})
    await desk.abandoned("2", ev.Caller("+49301119999"))
    await desk.later(70)
    assert (await desk.of("2"))[1][1] == "no provider is called “nobody”: see Text message"


async def saved(desk: Office, section: str, values: dict[str, Any]) -> str:
    """What is said when these settings are saved."""
    answer = await desk.front.eva.do(ChangeSettings(section, values))
    assert isinstance(answer, Done)
    return answer.text


@pytest.mark.parametrize("hours", [0, 23])
async def test_what_failed_for_want_of_a_setting_is_sent_once_it_is_set(
    desk: Office, hours: int
) -> None:
    await desk.set(mail_server={}, text_messages=TEXTS)
    await desk.abandoned("1")
    await desk.later(70)
    assert await desk.of("1") == [("failed", NO_SERVER), ("failed", NO_PROVIDER)]
    await desk.later(3600 * hours)
    again = "settings saved; 1 failed notice of the last day is sent again"
    # Half of it is not enough.
    assert await saved(desk, "mail_server", {"host": "mail.desk.example"}) == "settings saved"
    assert await saved(desk, "mail_server", SERVER) == again
    assert (await desk.of("1"))[0] == ("queued", "queued again: the mail server was set by Eva")
    assert desk.front.eva.snapshot.counts.undelivered == 1
    await desk.later(4)
    assert await saved(desk, "providers", SEVEN) == again
    await desk.later(4)
    assert await desk.of("1") == [("sent", "250 ok"), ("sent", "250 ok")]
    assert (len(desk.mail.letters), len(desk.text.letters)) == (1, 1)
    details = await desk.front.lena.ask(CallDetails("1"))
    assert details is not None
    assert [(each.by, each.what, each.old, each.new) for each in details.audit] == [
        ("Eva", "notice", "failed", "queued again: the mail server was set"),
        ("Eva", "notice", "failed", "queued again: the provider was set"),
    ]
    # Once is enough.
    assert await saved(desk, "mail_server", {**SERVER, "port": 25}) == "settings saved"


@pytest.mark.parametrize("why", ["a day old", "switched off", "not the settings", "may be there"])
async def test_what_nobody_wants_any_more_stays_failed_whatever_is_set(
    desk: Office, why: str
) -> None:
    if why in ("not the settings", "may be there"):
        refused = Ending.REFUSED if why == "not the settings" else Ending.UNKNOWN
        desk.text.answer = lambda letter: Result(refused, "no such number")
        await desk.set(mail={}, text_messages=TEXTS, providers=SEVEN)
    else:
        await desk.set(mail_server={})
    await desk.abandoned("1")
    await desk.later(70)
    before = await desk.of("1")
    assert before[0][0] in ("failed", "uncertain")
    if why == "a day old":
        await desk.later(24 * 3600)
    if why == "switched off":
        await desk.set(mail={**MAIL, "send": False})
    assert await saved(desk, "mail_server", {**SERVER, "port": 26}) == "settings saved"
    seven = {"providers": [{**SEVEN["providers"][0], "sender": "+4930222"}]}
    assert await saved(desk, "providers", seven) == "settings saved"
    assert await desk.of("1") == before


async def test_what_is_sent_again_was_not_dealt_with_meanwhile(desk: Office) -> None:
    await desk.set(mail_server={})
    await desk.abandoned("1")
    await desk.later(70)
    await desk.front.lena.do(MarkProcessed(("1",)))
    await desk.set(mail_server=SERVER)
    await desk.later(4)
    ((state, why),) = await desk.of("1")
    assert (state, why.startswith("processed by Lena")) == ("cancelled", True)


async def test_many_that_are_sent_again_are_one_summary(desk: Office) -> None:
    await desk.set(mail_server={})
    for number in range(12):
        await desk.abandoned(str(number), ev.Caller(f"+4930111{number:04}"))
        await desk.later(65)
    assert {state for each in range(12) for state, _ in await desk.of(str(each))} == {"failed"}
    assert "; 12 failed notices of the last day are sent again" in await saved(
        desk, "mail_server", SERVER
    )
    await desk.later(4)
    (letter,) = desk.mail.letters
    assert "12 unanswered calls" in letter.subject
    assert [each.state for each in await desk.all()] == [S.SENT, *[S.FOLDED] * 11]


async def test_what_waits_for_its_next_try_is_tried_with_the_new_settings_at_once(
    desk: Office,
) -> None:
    desk.mail.answer = lambda letter: Result(Ending.LATER, "535 refused the login")
    await desk.abandoned("1")
    await desk.later(70)
    await desk.later(40)
    await desk.later(75)
    assert len(desk.mail.letters) == 3
    desk.mail.answer = lambda letter: SENT
    await desk.later(4)
    assert len(desk.mail.letters) == 3
    await desk.set(mail_server={**SERVER, "user": "desk"})
    await desk.later(4)
    assert await desk.of("1") == [("sent", "250 ok")]


async def test_an_import_of_settings_sends_again_too(desk: Office) -> None:
    await desk.set(mail_server={})
    await desk.abandoned("1")
    await desk.later(70)
    answer = await desk.front.eva.do(ImportSettings({"mail_server": SERVER}))
    assert isinstance(answer, Done)
    assert "1 failed notice of the last day is sent again" in answer.text


async def test_a_broken_template_costs_the_words_and_not_the_notice(desk: Office) -> None:
    await desk.set(words={"subject": "{{ nope.x }}", "text": "\n{{ 1/0 }}", "html": "{% if %}"})
    await desk.abandoned("1")
    await desk.later(70)
    (letter,) = desk.mail.letters
    assert letter.subject == "1 unanswered call for +49 30 222000: +49 30 1110000"
    assert len(letter.remarks) == 3
    assert letter.remarks[0].startswith(
        "the template of the subject is broken, line 1, the usual words were taken: There is no"
    )
    # They are told with semicolons between them.
    assert not [remark for remark in letter.remarks if remark.endswith(".")]


async def test_settings_are_those_of_the_moment_and_of_the_company(desk: Office) -> None:
    await desk.abandoned("1")
    await desk.set(mail={**MAIL, "to": ["boss@desk.example"]})
    await desk.later(70)
    assert [letter.notice.recipient for letter in desk.mail.letters] == ["boss@desk.example"]
    await desk.set(mail={"send": False})
    await desk.set(mail=MAIL)


async def test_somebody_at_the_console(desk: Office) -> None:
    await desk.set(exceptions={"at_console": True})
    await desk.abandoned("1")
    desk.last_key = ("Eva", desk.front.now)
    await desk.later(70)
    assert await desk.of("1") == [("skipped", "Eva pressed a key 1 minute ago")]


async def test_a_storm_is_one_summary(desk: Office) -> None:
    callers = [ev.Caller(f"+4930111{number:04}") for number in range(300)]
    for place, caller in enumerate(callers):
        id = f"s{place}"
        desk.front.desk.hear(
            [
                ev.Arrived(id, "pbx", Direction.INBOUND, caller, f"+49302220{place % 7}"),
                ev.Rang(id, id + "a", "101"),
            ],
            desk.front.now,
        )
    await desk.front.hear(5, *(ev.HungUp(f"s{place}") for place in range(300)))
    await desk.front.hear(3)
    await desk.later(70)
    assert desk.mail.letters == []
    states = [each.state for each in await desk.all()]
    assert (len(states), states.count(S.FOLDED)) == (300, 299)
    await desk.later(60)
    (letter,) = desk.mail.letters
    assert letter.subject == "300 unanswered calls, 14:40"
    assert "    43  +49 30 22200" in letter.text
    assert "and 100 more, in the console's list" in letter.text
    assert "<pre>" in letter.html
    assert (letter.number, letter.name, letter.caller) == ("", "", None)


async def test_quitting_in_the_middle_and_starting_again(tmp_path: Path) -> None:
    async with office(tmp_path) as one:
        await one.set(mail=MAIL, mail_server=SERVER, text_messages=TEXTS, providers=SEVEN)
        one.mail.gate = one.text.gate = asyncio.Event()

        async def began() -> bool:
            return bool(one.mail.began and one.text.began)

        await one.abandoned("1")
        await one.later(70)
        await until(began)
    assert (one.mail.closed, one.text.closed) == (1, 1)
    async with office(tmp_path) as again:
        await again.later(200)
        assert [each.state for each in await again.all()] == [S.SENT, S.UNCERTAIN]
        assert len(again.mail.letters) == 1


async def test_a_store_that_fails_for_a_while(
    desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.notices.sender.STORE_PAUSE", 0.01)
    ended, fails = desk.store.ended, [2]

    async def flaky(*args, **more):  # type: ignore[no-untyped-def]
        if fails[0]:
            fails[0] -= 1
            raise StoreFailed("locked")
        await ended(*args, **more)

    desk.store.ended = flaky  # type: ignore[method-assign]
    await desk.abandoned("1")
    await desk.later(70)
    assert await desk.of("1") == [("sent", "250 ok")]
    assert len(desk.mail.letters) == 1
