import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from console.calls.call import Call
from console.calls.events import Caller
from console.calls.words import Direction, Role
from console.desk.contacts import Match, Previewed, PreviewText
from console.desk.operators import Operator
from console.desk.records import CallRecord, Identity
from console.directory.lookup import Directory
from console.people.values import Company, Contact, Greeting
from console.settings.live import DEFAULT_TEMPLATE, Hotline, Live
from console.settings.site import Site
from console.wording.marks import OPERATOR
from console.wording.wording import Broken, Rendered, Wording

# A Monday, 14:02 in Berlin and 22:02 in Tokyo.
AT = datetime(2026, 11, 23, 13, 2, tzinfo=UTC)
MEYER = Company(
    "Meyer & Söhne",
    ("+493023125110",),
    id=1,
    greeting="Meyer & Söhne, good day!",
    facts=("Fax: none",),
    hours=("Mon-Fri 09:00-17:00",),
    greetings=(Greeting("closed", "We are closed."),),
)
HANS = Contact("Hans Schulz", (("+493023125500", "work"),), id=7)
CALL = Call("now", "pbx", Direction.INBOUND, Caller("+493023125500"), "+493023125110", AT)
SITE = Site(area_code="30", time_zone="Europe/Berlin")
EVA = Operator("eva", "Eva Brandt", Role.OPERATOR, ("101",))


class Now:
    def now(self) -> datetime:
        return AT

    async def sleep_until(self, when: datetime) -> None:
        raise AssertionError


class Tables:
    def __init__(self, company: Company = MEYER) -> None:
        self.all = (company,)

    async def companies(self) -> tuple[Company, ...]:
        return self.all

    async def who_is(self, number: str, company_id: int | None) -> tuple[Match, ...]:
        return (Match(HANS),) if number == "+493023125500" else ()

    async def called_contact(self, number: str) -> Contact | None:
        return replace(HANS, company="Schulz GmbH") if number == "+493099" else None

    async def last_calls(self, numbers: object, before: str, limit: int) -> tuple[()]:
        return ()


class Says:
    """A renderer that writes down what it was asked, and says what it was told to."""

    def __init__(self, **broken: Broken) -> None:
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self.broken = broken
        self.hangs: asyncio.Event | None = None

    async def render(self, template: str, values: Mapping[str, Any]) -> Rendered | Broken:
        self.asked.append((template, values))
        if self.hangs:
            await self.hangs.wait()
        return self.broken.get(template) or Rendered(f"<{template}>")


async def answers(
    renderer: Says | Wording | None, company: Company = MEYER, call: Call = CALL, **hotline: Any
) -> list[Identity]:
    directory = Directory(Tables(company), SITE, Now(), renderer)
    return [each async for each in directory.identify(call, Live(hotline=Hotline(**hotline)))]


async def test_what_needs_no_template_comes_first_and_the_text_second() -> None:
    first, second = await answers(Says(), template="site")
    assert (first.company, first.called_text) == (MEYER, "")
    assert (first.greeting, first.opening) == ("Meyer & Söhne, good day!", "open until 17:00")
    assert second == replace(first, called_text="<site>")


async def test_a_companys_own_template_beats_the_sites() -> None:
    _, second = await answers(Says(), replace(MEYER, template="own"), template="site")
    assert (second.called_text, second.broken) == ("<own>", "")


async def test_a_broken_template_falls_back_and_says_whose_it_is_where_and_why() -> None:
    says = Says(own=Broken("Unexpected '}'.", 3))
    _, second = await answers(says, replace(MEYER, template="own"), template="site")
    assert second.called_text == "<site>"
    wanted = "The template of Meyer & Söhne is broken, line 3: Unexpected '}'."
    assert second.broken == wanted
    says = Says(site=Broken("It takes longer than 200 ms."))
    _, second = await answers(says, template="site")
    assert second.called_text == f"<{DEFAULT_TEMPLATE}>"
    assert second.broken == (
        "The template for all companies is broken: It takes longer than 200 ms."
    )


async def test_a_broken_greeting_is_never_said_and_the_next_that_is_whole_is() -> None:
    raw = "Hier ist {{ called.name"
    says = Says(**{raw: Broken("Unexpected end.", 1)})
    variants = (Greeting("open", raw), Greeting("Mon", "Monday: {{ called.name }}"))
    company = replace(MEYER, greetings=(Greeting("Mon 12:00-15:00", raw), *variants))
    first, second = await answers(says, company, template="site")
    assert first.greeting == ""
    assert (second.greeting, second.called_text) == ("<Monday: {{ called.name }}>", "<site>")
    assert second.broken == (
        "The greeting of Meyer & Söhne (Mon 12:00-15:00) is broken, line 1: Unexpected end."
    )
    usual = replace(MEYER, greetings=(Greeting("open", raw),))
    second = (await answers(says, usual, display_called=False))[-1]
    assert (second.greeting, second.called_text) == ("Meyer & Söhne, good day!", "")
    assert second.broken.startswith("The greeting of Meyer & Söhne (open) is broken, line 1:")
    _, second = await answers(says, replace(MEYER, greeting=raw, greetings=()), template="site")
    assert second.greeting == ""
    assert second.broken == "The greeting of Meyer & Söhne is broken, line 1: Unexpected end."
    says = Says(**{raw: Broken("Greeting."), "own": Broken("Template.")})
    _, second = await answers(says, replace(usual, template="own"), template="site")
    assert second.broken == (
        "The greeting of Meyer & Söhne (open) is broken: Greeting. "
        "The template of Meyer & Söhne is broken: Template."
    )


async def test_where_nothing_can_be_rendered_the_name_is_announced() -> None:
    says = Says(**{"site": Broken("No."), DEFAULT_TEMPLATE: Broken("No process.")})
    _, second = await answers(says, template="site")
    assert second.called_text == "Meyer & Söhne"
    assert second.broken == "The template for all companies is broken: No."


async def test_a_template_that_makes_nothing_leaves_the_name() -> None:
    class Empty(Says):
        async def render(self, template: str, values: Mapping[str, Any]) -> Rendered | Broken:
            return Rendered("")

    _, second = await answers(Empty())
    assert (second.called_text, second.broken) == ("Meyer & Söhne", "")


async def test_without_display_of_called_contacts_nothing_is_rendered() -> None:
    says = Says()
    (only,) = await answers(says, display_called=False)
    assert (only.company, only.called_text, says.asked) == (MEYER, "", [])


async def test_a_greeting_may_be_a_template_and_there_is_none_if_it_is_broken() -> None:
    greeting = "Meyer, {{ operator.name }} speaking"
    first, second = await answers(Says(), replace(MEYER, greeting=greeting))
    assert (first.greeting, second.greeting) == ("", f"<{greeting}>")
    says = Says(**{greeting: Broken("No.")})
    _, second = await answers(says, replace(MEYER, greeting=greeting), display_called=False)
    assert (second.greeting, second.called_text) == ("", "")


async def test_times_are_those_where_the_company_is() -> None:
    says = Says()
    first, _ = await answers(says, replace(MEYER, time_zone="Asia/Tokyo"))
    assert (first.greeting, first.opening) == ("We are closed.", "closed until Tue 09:00")
    assert says.asked[0][1]["now"]["time"] == "22:02"


async def test_a_time_zone_that_is_none_is_the_sites() -> None:
    first, _ = await answers(Says(), replace(MEYER, time_zone="Mars/Olympus"))
    assert first.opening == "open until 17:00"


async def test_marks_in_names_from_outside_stand_for_nobody() -> None:
    mark = OPERATOR["name"]
    evil = replace(MEYER, greeting=f"Hello {mark}", greetings=(), hours=(f"11-23 closed X{mark}",))
    first, _ = await answers(Says(), replace(evil, name=f"Meyer{mark}"))
    assert (first.greeting, first.opening) == ("Hello ", "holiday: X")


async def test_templates_see_a_called_contact_as_a_contact() -> None:
    says = Says()
    first, second = await answers(says, call=replace(CALL, called="+493099"))
    assert first.company == Company("Hans Schulz", ("+493099",))
    assert second.called_text
    assert says.asked[0][1]["called"]["kind"] == "contact"
    assert says.asked[0][1]["called"]["company"] == "Schulz GmbH"


async def test_outgoing_calls_and_unknown_numbers_have_no_text() -> None:
    says = Says()
    assert len(await answers(says, call=replace(CALL, called="+4930000"))) == 1
    assert len(await answers(says, call=replace(CALL, direction=Direction.OUTBOUND))) == 1
    assert says.asked == []


async def test_a_template_that_hangs_delays_only_the_text_of_its_own_call() -> None:
    says = Says()
    says.hangs = asyncio.Event()
    directory = Directory(Tables(), SITE, Now(), says)
    waiting = [aiter(directory.identify(CALL, Live())) for _ in range(5)]
    for each in waiting:
        async with asyncio.timeout(1):
            assert (await anext(each)).name == "Hans Schulz"
    seconds = [asyncio.ensure_future(anext(each)) for each in waiting]
    await asyncio.sleep(0)
    async with asyncio.timeout(1):
        async for identity in directory.identify(replace(CALL, called="+4930000"), Live()):
            assert identity.name == "Hans Schulz"
    says.hangs.set()
    assert all([(await each).called_text for each in seconds])


# -- with the real renderer ------------------------------------------------------------------


@pytest.fixture
async def wording() -> AsyncIterator[Wording]:
    wording = Wording()
    yield wording
    await wording.close()


async def test_the_usual_template_says_name_and_facts(wording: Wording) -> None:
    _, second = await answers(wording)
    assert second.called_text.splitlines() == ["Meyer & Söhne", "· Fax: none"]


async def test_an_endless_template_falls_back(wording: Wording) -> None:
    endless = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    _, second = await answers(wording, replace(MEYER, template=endless))
    assert second.called_text.startswith("Meyer & Söhne")
    assert second.broken.startswith("The template of Meyer & Söhne is broken: ")


# -- previews ----------------------------------------------------------------------------------


async def test_a_preview_shows_a_stored_call_as_its_operator_would_see_it(
    wording: Wording,
) -> None:
    async def record_of(id: str) -> CallRecord | None:
        return CallRecord(CALL) if id == "now" else None

    directory = Directory(Tables(), SITE, Now(), wording, record_of)
    template = "{{ called.name }}, {{ caller.name }}, {{ now.time }}, {{ operator.name }}"
    made = await directory.preview(PreviewText(template, call="now"), EVA)
    assert made == Previewed("Meyer & Söhne, Hans Schulz, 14:02, Eva Brandt")
    other = Company("New & not stored", time_zone="Asia/Tokyo")
    made = await directory.preview(PreviewText(template, other, "now"), EVA)
    assert made == Previewed("New & not stored, Hans Schulz, 22:02, Eva Brandt")


async def test_without_a_call_a_preview_has_sample_data(wording: Wording) -> None:
    directory = Directory(Tables(), SITE, Now(), wording)
    template = "{{ called.name }} - {{ caller.name }}"
    made = await directory.preview(PreviewText(template, MEYER), EVA)
    assert made.text.startswith("Meyer & Söhne - ")
    assert len(made.text) > len("Meyer & Söhne - ")
    gone = await directory.preview(PreviewText(template, MEYER, "gone"), EVA)
    assert gone == made


async def test_a_preview_of_a_broken_template_says_line_and_reason(wording: Wording) -> None:
    directory = Directory(Tables(), SITE, Now(), wording)
    made = await directory.preview(PreviewText("one\n{% if %}"), EVA)
    assert (made.text, made.line) == ("", 2)
    assert made.broken.endswith(".")
