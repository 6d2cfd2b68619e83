"""What the doctor finds of sources, companies and templates."""

import asyncio
from datetime import UTC, datetime

from console.cli.doctor_directory import numbers
from console.cli.finding import Mark
from console.desk.changes import PutCompany, PutSettings, PutSource
from console.people.values import Company
from console.settings.site import Site
from console.settings.sources import ContactSource, VcardFolder
from console.store.database import open_store

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_what_is_well_is_counted(hotline, stored_in):
    stored_in(PutCompany(Company("Meyer", ("+4930222001",)), "eva", NOON))
    said = hotline("doctor", code=1).out
    assert "✓ Contacts       0 in 1 source\n" in said
    assert "✓ Companies      1 company\n" in said
    assert "Template" not in said


def test_a_source_that_fails_is_named_with_its_reason(hotline, stored_in, home):
    source = ContactSource(name="Customers", options=VcardFolder(path="/srv/none"))
    [written] = stored_in(PutSource(source, "eva", NOON))

    async def fail():
        store = await open_store(f"sqlite:///{home / 'hotline.db'}")
        await store.sync_failed(written.id, NOON, "/srv/none is not there.")
        await store.close()

    asyncio.run(fail())
    said = hotline("doctor", code=1).out
    assert (
        "▲ Contacts       Customers can't be read since 2026-11-22 12:00: /srv/none is not there."
        in said
    )


def test_a_broken_template_is_named_with_its_line(hotline, stored_in):
    company = Company("Meyer", ("+4930222001",), template="{{ called.name }}\n{% nonsense %}")
    stored_in(PutCompany(company, "eva", NOON))
    stored_in(PutSettings("hotline", {"template": "{{ 1 "}, "eva", NOON))
    said = hotline("doctor", code=1).out
    assert "▲ Template       the site's is broken, line 1: " in said
    assert "▲ Template       Meyer's is broken, line 2: " in said


def test_two_companies_that_claim_one_number_are_named():
    one, other = Company("Meyer", ("+4930222*",)), Company("Berg", ("+4930222*",))
    first, *_ = numbers((one, other), Site())
    assert first.mark is Mark.LOOK
    assert "Meyer and Berg both have" in first.how


def test_a_database_that_can_not_be_read_is_told_once(hotline, home):
    (home / "hotline.db").write_text("this is no database")
    assert hotline("doctor", code=1).out.count("is no database") == 1
