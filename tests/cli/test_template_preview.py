"""`hotline template preview`: the text, or the line and the reason why there is none."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from console.calls.call import Call
from console.calls.events import Caller
from console.calls.words import Direction, Outcome, Phase
from console.desk.changes import PutCompany, PutContacts, PutSettings, SaveCall
from console.desk.records import CallRecord
from console.people.values import Company, Contact

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MEYER = Company("Meyer & Söhne", ("+4930222001",), facts=("until 17:00",), time_zone="Asia/Tokyo")


@pytest.fixture
def company(stored_in):
    [written] = stored_in(PutCompany(MEYER, "eva", NOON))
    return replace(MEYER, id=written.id)


def test_the_sites_template_is_previewed_with_a_made_up_call(company, hotline):
    said = hotline("template", "preview", "--company", "meyer & söhne").out
    assert said == "Meyer & Söhne\n· until 17:00\n"
    assert hotline("template", "preview").out.startswith("Meyer & Söhne\n· Emergency")


def test_a_companys_own_template_wins(company, hotline, stored_in):
    values = {"display_called": True, "template": "site: {{ called.name }}"}
    stored_in(PutSettings("hotline", values, "eva", NOON))
    preview = ["template", "preview", "--company", "Meyer & Söhne"]
    assert hotline(*preview).out == "site: Meyer & Söhne\n"
    stored_in(PutCompany(replace(company, template="own: {{ called.name }}"), "eva", NOON))
    assert hotline(*preview).out == "own: Meyer & Söhne\n"


def test_a_template_from_a_file_or_standard_input(company, hotline, home, typed):
    hotline("users", "add", "lena", "--name", "Lena Vogt", "--extensions", "102")
    (home / "t.txt").write_text("{{ operator.name }} {{ operator.extension }}: {{ caller.name }}")
    preview = ["template", "preview", "--as", "lena", "--template"]
    assert hotline(*preview, home / "t.txt").out == "Lena Vogt 102: Hans Schulz\n"
    typed(b"{{ called.name }}!")
    assert hotline(*preview, "-", "--company", "Meyer & Söhne").out == "Meyer & Söhne!\n"
    assert "can't be read" in hotline(*preview, home / "none", code=1).err
    typed(b"\xff")
    assert "is not UTF-8" in hotline(*preview, "-", code=1).err


def test_a_call_fills_in_who_called_whom(company, hotline, stored_in, typed):
    call = Call(
        "pbx-1", "pbx", Direction.INBOUND, Caller("+491701234567"), "+4930222001", NOON,
        phase=Phase.ENDED, outcome=Outcome.NO_ANSWER, ended_at=NOON + timedelta(seconds=9),
    )  # fmt: skip
    stored_in(SaveCall(CallRecord(call, company_id=company.id, company_name=company.name)))
    anna = Contact("Anna Muster", (("+491701234567", "mobile"),), key="a")
    stored_in(PutContacts((anna,), "Customers", "eva", NOON))
    typed(b"{{ called.name }} {{ caller.name }} {{ call.started_at }} {{ call.outcome }}")
    said = hotline("template", "preview", "--template", "-", "--call", "pbx-1").out
    # The company is in Tokyo, nine hours ahead.
    assert said == "Meyer & Söhne Anna Muster 2026-11-22 21:00:00 nobody answered\n"
    assert "no call has the id" in hotline("template", "preview", "--call", "x", code=2).err


def test_a_broken_template_is_exit_code_1_with_line_and_reason(company, hotline, typed):
    text = b"{{ called.name }}\n{% for x in %}"
    typed(text)
    said = hotline("template", "preview", "--template", "-", code=1)
    assert said.out == ""
    assert said.err.startswith("hotline: the template is broken, line 2: ")
    typed(text)
    told = json.loads(hotline("template", "preview", "--json", "--template", "-", code=1).out)
    assert (told["text"], told["line"]) == (None, 2)
    assert told["broken"] in said.err


def test_an_endless_template_ends(company, hotline, typed):
    typed(b"{% for x in range(100000) %}{% for y in range(100000) %}{% endfor %}{% endfor %}")
    said = hotline("template", "preview", "--json", "--template", "-", code=1)
    assert json.loads(said.out)["broken"]


def test_a_company_that_is_not_there_is_a_mistake(company, hotline):
    said = hotline("template", "preview", "--company", "Meier & Söhne", code=2)
    assert 'no company is called "Meier & Söhne"; did you mean "Meyer & Söhne"?' in said.err
