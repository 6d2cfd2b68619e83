"""Dry runs and previews: what supervisors see before they save."""

import time

from console.calls import events as ev
from console.desk.commands import SaveCompany, SaveContact, WriteNote
from console.desk.notices import DryRun, PreviewNotice
from console.people.values import Company, Contact
from console.settings.words import Words
from tests.desk.front import ANNA, EVA
from tests.notices.office import MAIL, Office

WORDS = Words().model_dump()


async def judged(desk: Office, section: str, company: int | None = None, **values: object):  # type: ignore[no-untyped-def]
    ran = await desk.notices.dry_run(DryRun(section, dict(values), company), EVA)
    return [(one.record.call.id, one.would, one.now) for one in ran.calls]


async def test_what_would_change_before_it_is_saved(desk: Office) -> None:
    await desk.abandoned("1")
    await desk.abandoned("2", ev.Caller("+49301119999"))
    told = "mailed to front@desk.example"
    short = "not mailed: rang 3.0 s (limit 5 s)"
    assert await judged(desk, "exceptions", seconds=5) == [("2", short, told), ("1", short, told)]
    ran = await desk.notices.dry_run(DryRun("exceptions", {"seconds": 5}), EVA)
    assert [(one.tells, one.tells_now) for one in ran.calls] == [(False, True)] * 2
    assert desk.mail.letters == []


async def test_repeats_and_limits_are_played_in_the_order_of_the_calls(desk: Office) -> None:
    for call in "12345":
        await desk.abandoned(call)
        await desk.later(200)
    say = await judged(desk, "exceptions", fold_minutes=0, most_per_hour=3)
    limit = "not mailed: 3 notices about this caller in the last hour (limit 3)"
    assert [would for _, would, _ in reversed(say)] == [*["mailed to front@desk.example"] * 3] + [
        limit
    ] * 2
    assert [now for *_, now in reversed(say)][:3] == [
        "mailed to front@desk.example",
        "mailed to front@desk.example",
        "mailed together with another call to front@desk.example",
    ]


async def test_what_a_company_has_otherwise(desk: Office) -> None:
    await desk.front.eva.do(SaveCompany(Company("Meyer", ("+4930222000",))))
    (meyer,) = await desk.store.companies()
    desk.front.lookup.identity = desk.front.lookup.identity.__class__(company=meyer)
    await desk.abandoned("1")
    say = await judged(desk, "mail", meyer.id, to=["boss@meyer.example"])
    assert say == [("1", "mailed to boss@meyer.example", "mailed to front@desk.example")]


async def test_values_that_the_section_does_not_take(desk: Office) -> None:
    await desk.abandoned("1")
    assert await judged(desk, "mail", to=["no address"]) == []
    assert await judged(desk, "no such section") == []


async def test_fifty_calls_take_less_than_half_a_second(desk: Office) -> None:
    for number in range(60):
        await desk.front.hear(
            1,
            *(
                ev.Arrived(f"c{number}", "pbx", ev.Direction.INBOUND, ANNA, "+4930222000"),
                ev.Rang(f"c{number}", "a", "101"),
                ev.HungUp(f"c{number}"),
            ),
        )
    await desk.front.hear(5)
    begun = time.perf_counter()
    ran = await desk.notices.dry_run(DryRun("mail", MAIL), EVA)
    assert time.perf_counter() - begun < 2.0  # on a machine that is busy with other tests
    assert len(ran.calls) == 50


async def test_words_of_sample_data(desk: Office) -> None:
    made = await desk.notices.preview(PreviewNotice(WORDS), EVA)
    assert made.broken == {}
    assert made.made["subject"] == "2 unanswered calls for Meyer & Söhne: Hans Schulz"
    assert "<strong>Meyer &amp; Söhne</strong>" in made.made["html"]
    assert made.made["text"].count("Wants to be called back before five.") == 1
    assert (made.parts, made.alphabet) == (1, "GSM 03.38")
    assert "\n" not in made.made["sms"]


async def test_words_of_a_stored_call_and_what_is_wrong_with_them(desk: Office) -> None:
    await desk.front.eva.do(SaveContact(Contact("Anna", ((ANNA.number or "", ""),))))
    await desk.abandoned("1")
    await desk.front.eva.do(WriteNote("1", "urgent"))
    values = {**WORDS, "sms": "ж" * 80, "text": "{{ notice.notes }}\n{{ nope }}", "html": "x" * 9}
    made = await desk.notices.preview(PreviewNotice(values, "1"), EVA)
    assert made.made["subject"] == "1 unanswered call for +49 30 222000: Anna"
    assert made.broken["text"][1] == 2
    assert "'nope'" in made.broken["text"][0]
    assert (made.parts, made.alphabet) == (2, "UCS-2")
    too_long = await desk.notices.preview(PreviewNotice({"sms": "x" * 3000}), EVA)
    assert list(too_long.broken) == ["sms"]
