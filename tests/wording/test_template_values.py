import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.calls.call import Call
from console.calls.events import Caller
from console.calls.numbers import NumberPlan
from console.calls.words import Direction, Outcome
from console.people.values import Address, Company, Contact, Person
from console.settings.live import DEFAULT_TEMPLATE
from console.wording.fields import FIELDS
from console.wording.marks import MARKS
from console.wording.sample import SAMPLE_CALLER, SAMPLE_COMPANY, sample_values
from console.wording.values import LONGEST_ALL, values_of
from console.wording.wording import LONGEST_REQUEST, Rendered, Wording

PLAN = NumberPlan("DE", "30")
AT = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
NOW = AT.astimezone(ZoneInfo("Europe/Berlin"))
CALL = Call("c1", "pbx", Direction.INBOUND, Caller("+493023125500", "HANS"), "+493023125110", AT)
MEYER = Company(
    "Meyer & Söhne",
    ("+493023125110", "+4930231*", "support"),
    facts=("Emergency: 0170 1", "no colon", "Emergency: again", ": nothing", "Hours: 9:00"),
    people=(Person("Petra", "Boss", "+493023125112"),),
)
HANS = Contact("Hans Schulz", (("+493023125500", "work"),), id=7, source_id=2, key="k")


def leaves(values: dict[str, Any], path: str = "") -> dict[str, Any]:
    """Dotted name to value; facts by key and lists are leaves."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict) and name != "fact":
            found |= leaves(value, f"{path}{name}.")
        else:
            found[path + name] = value
    return found


@pytest.mark.parametrize("called", [None, MEYER, HANS])
@pytest.mark.parametrize("caller", [None, HANS])
def test_the_editor_lists_exactly_the_fields_that_there_are(called: Any, caller: Any) -> None:
    given = leaves(values_of(CALL, called, caller, NOW, PLAN))
    assert [name for name, _ in FIELDS] == list(dict.fromkeys(name for name, _ in FIELDS))
    assert set(given) == {name for name, _ in FIELDS}


def test_the_editor_names_what_each_entry_of_a_list_has() -> None:
    described = dict(FIELDS)
    full = replace(SAMPLE_CALLER, source_id=2)
    given = leaves(values_of(CALL, SAMPLE_COMPANY, full, NOW, PLAN))
    lists = {name: value for name, value in given.items() if value and isinstance(value, list)}
    assert lists
    for name, value in lists.items():
        assert "list" in described[name], name
        for key in value[0] if isinstance(value[0], dict) else ():
            assert key in described[name], (name, key)


def test_nothing_that_a_company_or_a_contact_has_is_forgotten() -> None:
    told = {name.partition(".")[2] for name, _ in FIELDS}
    ours = {"id", "template", "archived"}
    assert {field.name for field in fields(Company)} - ours <= told
    assert {field.name for field in fields(Contact)} - {"source_id", "corrects"} <= told


def test_times_are_the_company_s() -> None:
    values = values_of(CALL, MEYER, None, NOW + timedelta(seconds=9), PLAN)
    assert values["call"]["started_at"] == "2026-11-24 00:30:00"
    assert values["now"] | {"iso": ""} == {
        "date": "2026-11-24",
        "time": "00:30",
        "weekday": "Tuesday",
        "iso": "",
        "day": 24,
        "month": 11,
        "year": 2026,
        "hour": 0,
        "minute": 30,
    }
    assert values["call"]["waited_seconds"] == 9


def test_numbers_are_there_for_machines_and_for_people() -> None:
    values = values_of(CALL, MEYER, HANS, NOW, PLAN)
    assert values["caller"]["number"] == "+493023125500"
    assert values["caller"]["shown"] == "+49 30 23125500"
    assert values["caller"]["ref"] == "2:k"
    assert values["called"]["numbers"] == ["+49 30 23125110", "+4930231*", "support"]
    assert values["called"]["people"][0]["shown"] == "+49 30 23125112"


def test_facts_are_found_by_their_keys() -> None:
    fact = values_of(CALL, MEYER, None, NOW, PLAN)["called"]["fact"]
    assert fact == {"emergency": "0170 1", "hours": "9:00"}


def test_of_a_hidden_caller_nothing_is_told() -> None:
    hidden = replace(CALL, caller=Caller("+493023125500", "Hans", hidden=True))
    caller = values_of(hidden, None, HANS, NOW, PLAN)["caller"]
    assert {value for value in caller.values() if isinstance(value, str)} == {""}
    assert caller["hidden"] is True
    assert caller["known"] is False


def test_a_called_contact_has_the_fields_of_a_company() -> None:
    contact = replace(HANS, note="n", addresses=(Address("Gartenstr. 5", "Berlin", "10115"),))
    called = values_of(CALL, contact, None, NOW, PLAN)["called"]
    assert called["kind"] == "contact"
    assert called["address"] == "Gartenstr. 5, 10115 Berlin"
    assert called["notes"] == "n"
    assert called["facts"] == []


def test_words_are_those_that_people_read() -> None:
    ended = replace(CALL, outcome=Outcome.ABANDONED, ended_at=AT + timedelta(seconds=3))
    call = values_of(ended, None, None, NOW, PLAN)["call"]
    assert call["direction"] == "incoming"
    assert call["outcome"] == "gave up"


@given(st.lists(st.sampled_from([*MARKS, "\ud800"]) | st.text(max_size=9)).map("".join))
def test_no_text_from_outside_is_taken_for_the_operator(text: str) -> None:
    company = Company(text, (text,), facts=(f"{text}: {text}",))
    call = replace(CALL, caller=Caller(text, text), called=text, queue=text)
    values = values_of(call, company, Contact(text, ((text, text),), note=text), NOW, PLAN)
    del values["operator"]
    assert not set(json.dumps(values, ensure_ascii=False)) & set(MARKS)
    json.dumps(values, ensure_ascii=False).encode("utf-8")


async def test_a_giant_contact_does_not_keep_the_company_from_the_screen(
    wording: Wording,
) -> None:
    giant = "\U0001f600" * 100_000
    contact = Contact(
        giant,
        tuple((f"+4930{n:08}", giant) for n in range(3000)),
        emails=(giant,) * 1000,
        note=giant,
        extra=(giant,) * 1000,
        addresses=(Address(giant, giant),) * 1000,
    )
    values = values_of(CALL, MEYER, contact, NOW, PLAN)
    assert len(json.dumps(values, ensure_ascii=False)) < 2 * LONGEST_ALL
    assert len(json.dumps(values)) < LONGEST_REQUEST
    made = await wording.render(DEFAULT_TEMPLATE, values)
    assert isinstance(made, Rendered)
    assert made.text.startswith("Meyer & Söhne\n· Emergency")


async def test_a_sample_shows_what_a_call_would(wording: Wording) -> None:
    template = "{{ called.name }}, {{ caller.name }}, {{ call.ring_seconds }}"
    values = sample_values(None, PLAN, NOW)
    assert await wording.render(template, values) == Rendered("Meyer & Söhne, Hans Schulz, 3")
    bare = sample_values(Company("Berg"), PLAN, NOW)
    assert await wording.render(template, bare) == Rendered("Berg, Hans Schulz, 3")
    assert bare["called"]["greeting"] == ""
