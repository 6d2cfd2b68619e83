"""Who comes in from elsewhere has no files at the desk: what works instead is said."""

import pytest
from call_lists import record
from front_desk import today
from people_story import EVA, LENA, SUE, floor

from console.calls.words import Outcome
from console.desk.changes import PutCompanies, PutContact
from console.people.values import Company, Contact
from console.tui.screens.export_dialog import ExportDialog
from console.tui.screens.question import Question
from tests.tui.fake_door import NOW

CALLS = [today(record(3, Outcome.NO_ANSWER), 5)]


@pytest.mark.parametrize(
    ("keys", "command"),
    [
        (("2", "e"), "ssh -p PORT sue@DESK calls --open --csv > unanswered.csv"),
        (("3", "e"), "ssh -p PORT sue@DESK calls --csv > journal.csv"),
        (("4", "x"), "ssh -p PORT sue@DESK contacts export > contacts.vcf"),
        (("5", "right", "x"), "ssh -p PORT sue@DESK companies export > companies.csv"),
        (("5", "right", "i"), "hotline companies import FILE"),
    ],
)
async def test_no_file_is_asked_for_and_what_does_it_can_be_copied(keys, command):
    async with floor(CALLS) as here:
        by = ("eva", NOW)
        await here.store.write([PutContact(Contact("Anna Muster"), *by, "eva")])
        await here.store.write([PutCompanies((Company("Meyer"),), *by)])
        sue = await here.sits_down(SUE, *keys)
        assert isinstance(sue.app.screen, Question)
        assert "you sit elsewhere" in sue.words()
        await sue.sees(command)
        await sue.press("c")
        assert sue.app.clipboard == command
        assert not isinstance(sue.app.screen, Question)


@pytest.mark.parametrize(
    ("who", "keys", "command"),
    [
        (LENA, ("enter",), "ssh -p PORT lena@DESK contacts import - < people.vcf"),
        (SUE, ("down", "enter"), "hotline contacts import FILE"),
    ],
)
async def test_a_source_of_files_is_no_source_from_elsewhere(who, keys, command):
    async with floor() as here:
        console = await here.sits_down(who, "5")
        await console.open("Data sources", "a", *keys)
        assert "you sit elsewhere" in console.words()
        await console.sees(command)


async def test_a_server_can_be_a_source_from_elsewhere():
    async with floor() as here:
        sue = await here.sits_down(SUE, "5")
        await sue.open("Data sources", "a", "down", "down", "down", "enter")
        assert "NEW SOURCE, CardDAV" in sue.words()


async def test_who_sits_at_the_desks_machine_is_asked_for_a_file():
    async with floor(CALLS) as here:
        eva = await here.sits_down(EVA, "2", "e")
        assert isinstance(eva.app.screen, ExportDialog)
