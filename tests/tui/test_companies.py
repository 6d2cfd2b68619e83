"""Companies in the settings: listed, found, added, changed, put away, given their numbers."""

from dataclasses import replace

import pytest
from call_lists import record
from front_desk import today
from settings_story import BERG, COMPANIES, LENA, LIND, MEYER, settings_story
from textual.widgets import Input

from console.desk.changes import SaveCall
from console.desk.commands import Refused, SaveCompany, Undo, WriteNote
from console.desk.contacts import Companies, Previewed, PreviewText
from console.desk.ports import StoreFailed
from console.people.values import Company, Greeting
from console.tui.screens.settings.company_form import CompanyForm
from console.tui.screens.settings.screen import SettingsScreen

HOSTILE = "[bold]\x1b]0;owned\x07[/bold] \u202eevil\u202c"


async def stored(story, name):
    return (await story.companies())[name]


async def test_the_list_says_name_and_numbers_and_n_tells_of_numbers_without_a_company():
    async with settings_story("enter") as story:
        lines = story.lines()
        assert any("Kanzlei Berg" in line and "+49 30 222002, berg" in line for line in lines)
        assert any("Meyer & Söhne" in line and "+49 30 222010..019" in line for line in lines)


async def test_a_search_narrows_the_list_and_esc_brings_the_others_back():
    async with settings_story("enter", "slash") as story:
        await story.type("meyer heizung")
        await story.pilot.pause(0.2)
        await story.settle()
        assert [company.name for company in story.rows.things] == ["Meyer & Söhne"]
        await story.press("escape")
        assert len(story.rows.things) == 3


async def test_a_company_is_added_with_its_number_and_is_then_under_the_cursor():
    async with settings_story("enter", "a") as story:
        await story.type("Café Größenwahn")
        await story.retype("numbers", "030 444555\n030 4445 60-69")
        await story.press("ctrl+s")
        made = await stored(story, "Café Größenwahn")
        assert made.numbers == ("+4930444555", "+4930444560..+4930444569")
        assert isinstance(story.app.screen, SettingsScreen)
        assert story.rows.chosen == made
        assert "Café Größenwahn saved" in story.toasts()


async def test_what_nobody_touched_is_stored_exactly_as_it_was():
    strange = replace(
        MEYER,
        notes="two\n\n  lines \t",
        greetings=(Greeting("closed", "We are\nclosed"), Greeting("not a rule", "x")),
        numbers=("+4930222000", "odd · queue"),
    )
    async with settings_story("enter", "enter", companies=(strange,)) as story:
        before = await stored(story, MEYER.name)
        await story.retype("pronunciation", "MY-er")
        await story.press("ctrl+s")
        assert await stored(story, MEYER.name) == replace(before, pronunciation="MY-er")


async def test_a_change_is_marked_counted_and_u_takes_it_back():
    async with settings_story("enter", "down", "enter") as story:
        await story.retype("greeting", "Meyer, hallo.")
        assert "● Greeting" in story.text()
        await story.retype("web", "https://m.example")
        assert "● 2 changes not saved" in story.text()
        await story.press("ctrl+s")
        assert (await stored(story, MEYER.name)).greeting == "Meyer, hallo."
        await story.press("u")
        assert (await stored(story, MEYER.name)).greeting == MEYER.greeting


async def test_d_puts_a_company_away_and_v_shows_it_again():
    async with settings_story("enter", "d") as story:
        assert (await stored(story, BERG.name)).archived
        assert [company.name for company in story.rows.things] == [MEYER.name, LIND.name]
        await story.press("v")
        assert any("Kanzlei Berg" in line and "archived" in line for line in story.lines())
        story.rows.go_to((await stored(story, BERG.name)).id)
        await story.press("d")
        assert not (await stored(story, BERG.name)).archived


async def test_the_cursor_stays_on_its_company_when_others_come():
    async with settings_story("enter", "down") as story:
        assert story.rows.chosen.name == MEYER.name
        await story.somebody_does(SaveCompany(Company("Aaron")))
        assert story.rows.things[0].name == "Aaron"
        assert story.rows.chosen.name == MEYER.name


# -- what is wrong ------------------------------------------------------------------------------


async def test_a_number_of_another_company_is_refused_with_whose_it_is():
    async with settings_story("enter", "enter") as story:
        await story.retype("numbers", "030 222000")
        await story.press("ctrl+s")
        assert "+49 30 222000 belongs to Meyer & Söhne." in story.text()
        assert "Called numbers can't be saved like that." in story.text()
        assert (await stored(story, BERG.name)).numbers == BERG.numbers


NONSENSE = (
    ("name", "", "A company needs a name."),
    ("name", "MEYER & söhne", "There is a company of this name already."),
    ("numbers", "030 12a45678", "no number"),
    ("colour", "blue", "The colour of the company must look like #2f6fbb."),
    ("hours", "Mon-Fry 9-17", "no day called"),
    ("greetings", "We are closed", "must be a rule, a colon and a text"),
    ("greetings", "sometimes: hello", "can't be read"),
    ("time_zone", "Mars/Olympus", "Mars/Olympus is no time zone"),
    ("web", "javascript:x", "A web page is like https://www.example.org"),
)


async def test_what_makes_no_sense_is_said_when_the_field_is_left_and_not_saved():
    async with settings_story("enter", "enter") as story:
        for key, text, words in NONSENSE:
            before = story.field(key).raw
            await story.retype(key, text)
            assert not story.field(key).wrong
            await story.press("tab")
            assert words in story.field(key).wrong
            assert story.field(key).wrong[:20] in story.text()
            await story.press("ctrl+s")
            assert isinstance(story.app.screen, CompanyForm)
            await story.retype(key, before)
            assert not story.field(key).wrong
        now = await stored(story, BERG.name)
        assert now == replace(BERG, id=now.id)


async def test_the_form_says_what_a_hyphen_is_taken_for():
    async with settings_story("enter", "a") as story:
        await story.type("Neu")
        for text, words in (
            ("030 123-456", "030 123-456 → +49 30 123456"),
            ("030 4711-0", "030 4711-0 → +49 30 4711 and its extensions, +49"),
        ):
            await story.retype("numbers", text)
            await story.until(lambda words=words: words in story.words())
        await story.retype("numbers", "030 555 199-100")
        await story.press("ctrl+s")
        assert "Write 030 555 100-199" in story.field("numbers").wrong
        await story.retype("numbers", "030 4711-0\n030 555 100-199")
        await story.press("ctrl+s")
        made = await stored(story, "Neu")
        assert made.numbers == ("+49304711", "+493047110", "+4930555100..+4930555199")


async def test_an_error_goes_as_soon_as_it_is_mended():
    async with settings_story("enter", "enter") as story:
        await story.retype("colour", "#12345")
        await story.press("tab")
        assert "The colour of the company must" in story.text()
        await story.go_to("colour")
        await story.type("6")
        assert "The colour of the company must" not in story.text()


# -- others -------------------------------------------------------------------------------------


async def test_what_somebody_else_changes_meanwhile_is_shown_and_not_overwritten():
    async with settings_story("enter", "down", "enter") as story:
        await story.retype("pronunciation", "MY-er")
        now = await stored(story, MEYER.name)
        await story.somebody_does(SaveCompany(replace(now, greeting="Meyer am Apparat.")))
        assert "Meyer am Apparat." in story.text()
        assert "Somebody else changed Greeting; it is shown." in story.text()
        now = replace(now, greeting="Hallo.", facts=("late",))
        await story.somebody_does(SaveCompany(now))
        assert "Facts; they are shown." in " ".join(story.text().split())
        await story.press("ctrl+s")
        both = await stored(story, MEYER.name)
        assert both == replace(now, pronunciation="MY-er")


@pytest.mark.parametrize(("key", "kept"), [("m", "mine"), ("t", "theirs"), ("escape", "theirs")])
async def test_where_both_changed_the_same_saving_asks_whose_it_shall_be(key, kept):
    async with settings_story("enter", "down", "enter") as story:
        await story.retype("pronunciation", "mine")
        now = await stored(story, MEYER.name)
        await story.somebody_does(SaveCompany(replace(now, pronunciation="theirs")))
        assert "Somebody else made this: theirs" in story.text()
        await story.press("ctrl+s")
        assert "Somebody else changed Pronunciation" in story.text()
        await story.press(key)
        assert (await stored(story, MEYER.name)).pronunciation == kept
        if key == "escape":
            assert story.field("pronunciation").raw == "mine"


async def test_a_company_that_was_taken_back_meanwhile_is_not_saved():
    async with settings_story("enter") as story:
        await story.somebody_does(SaveCompany(Company("Aaron")))
        await story.press("home", "enter")
        await story.retype("pronunciation", "A-ron")
        await story.somebody_does(Undo())
        assert "Somebody else deleted it, so it can't be saved." in story.text()
        await story.press("ctrl+s")
        assert "Aaron" not in await story.companies()


# -- leaving ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "greeting"), [("s", "Hello."), ("t", ""), ("escape", "")])
async def test_esc_asks_when_something_is_not_saved(key, greeting):
    async with settings_story("enter", "enter") as story:
        await story.retype("greeting", "Hello.")
        await story.press("escape")
        assert "1 change not saved" in story.text()
        await story.press(key)
        assert (await stored(story, BERG.name)).greeting == greeting
        assert isinstance(story.app.screen, CompanyForm) == (key == "escape")


async def test_esc_leaves_at_once_when_nothing_was_changed():
    async with settings_story("enter", "enter", "escape") as story:
        assert isinstance(story.app.screen, SettingsScreen)


async def test_revert_asks_and_puts_back_what_is_stored():
    async with settings_story("enter", "down", "enter") as story:
        await story.retype("greeting", "Hello.")
        await story.press("ctrl+r", "t")
        assert "not saved" not in story.text()
        assert story.field("greeting").raw == MEYER.greeting


async def test_a_form_with_changes_waits_when_one_goes_elsewhere_and_leaving_the_console_asks():
    async with settings_story("enter", "enter") as story:
        await story.retype("greeting", "Hello.")
        await story.app.action_go("calls")
        await story.settle()
        await story.press("q")
        assert "1 change is not saved. Quit all the same?" in story.words()
        await story.press("n", "5")
        assert story.field("greeting").raw == "Hello."


# -- helpers in the form ------------------------------------------------------------------------


async def test_the_form_says_what_would_be_said_now():
    async with settings_story("enter", "down", "enter") as story:
        await story.sees("Now: 13:00 there, open until 17:00")
        assert "would say “Meyer und Söhne, Sanitär" in story.text()
        await story.retype("hours", "Mon closed")
        await story.sees("would say “Meyer und Söhne, wir haben geschlossen.”")


async def test_a_part_of_a_city_is_enough_for_a_time_zone():
    async with settings_story("enter", "enter") as story:
        await story.go_to("time_zone")
        await story.until(lambda: bool(story.field("time_zone")._zones))
        await story.type("Toky")
        assert "Asia/Tokyo" in story.text()
        await story.press("enter")
        assert story.field("time_zone").raw == "Asia/Tokyo"
        await story.sees("Now: 21:00 there")


async def test_a_colour_can_be_taken_instead_of_typed():
    async with settings_story("enter", "enter") as story:
        await story.go_to("colour")
        await story.press("tab", "right")
        assert story.field("colour").raw == "#b0394f"
        await story.press("ctrl+s")
        assert (await stored(story, BERG.name)).colour == "#b0394f"


async def test_what_is_pasted_into_a_line_can_not_steer_the_terminal():
    async with settings_story("enter", "enter") as story:
        line = story.app.focused
        assert isinstance(line, Input)
        line.clear()
        line.insert_text_at_cursor("A\x1b]0;x\x07\u202eB")
        assert line.value == "A]0;xB"


async def test_a_broken_greeting_is_said_at_the_field_when_it_is_saved_and_in_the_list():
    async with settings_story("enter", "enter") as story:
        await story.retype("greeting", "Kanzlei Berg, {% fro %}")
        await story.until(lambda: "The greeting is broken, line 2: Encountered" in story.words())
        await story.press("ctrl+s")
        assert (await stored(story, BERG.name)).greeting == "Kanzlei Berg, {% fro %}"
        await story.until(lambda: "▲ 1 broken" in story.text())
        assert story.toasts() == [
            "Saved, but the greeting is broken, line 2: Encountered unknown tag 'fro'."
        ]
        assert any("Kanzlei Berg" in line and "▲ broken" in line for line in story.lines())
        assert any("Companies" in line[:21] and "▲" in line[:21] for line in story.lines())
        await story.press("enter")
        await story.retype("greeting", "Kanzlei Berg, guten Tag.")
        await story.press("ctrl+s")
        await story.until(lambda: "▲" not in story.text())
        assert story.toasts() == ["Kanzlei Berg saved"]


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        (
            "greetings",
            "closed: Closed. {% fro %}",
            "Saved, but the greeting for “closed” is broken",
        ),
        ("template", "{% fro %}", "Saved, but the template is broken, line 2: Encountered"),
    ],
)
async def test_a_broken_template_of_a_company_is_said_when_it_is_saved(key, text, words):
    async with settings_story("enter", "enter") as story:
        await story.retype(key, text)
        await story.press("ctrl+s")
        await story.until(lambda: any(words in toast for toast in story.toasts()))


async def test_a_template_that_makes_nothing_says_what_is_shown_then():
    async def nothing(_query, _who):
        return Previewed(" ")

    async with settings_story("enter", "enter", entrusted={PreviewText: nothing}) as story:
        await story.retype("template", "{# nothing yet #}")
        await story.sees("company's name is shown instead.")


async def test_why_a_template_is_broken_is_never_below_the_edge():
    why = "Expected token " * 12 + "'end of print statement'."

    async def broken(query, _who):
        return Previewed(broken=why if "{{" in query.template else "", line=3)

    async with settings_story(
        "enter", "enter", size=(120, 30), entrusted={PreviewText: broken}
    ) as s:
        await s.retype("template", "a\nb\n{{ x\n" + "c\n" * 8)
        await s.until(lambda: "'end of print statement'." in s.words())


async def test_what_is_not_understood_of_people_is_said_beside_them():
    async with settings_story("enter", "enter") as story:
        await story.retype("people", "Lena (office) 102\nHerr )( Meyer 0171 abc@@")
        await story.until(
            lambda: "Not understood: “+49 0171” as a number, “abc@@”" in story.words()
        )
        assert "“)(” in the name. It is kept as it stands." in story.words()
        await story.retype("people", "Herr Meyer 0171 2345678 meyer@example.org")
        await story.until(lambda: "Not understood" not in story.words())


# -- numbers that nobody has --------------------------------------------------------------------


def unowned_calls():
    calls = []
    for number in range(4):
        call = today(record(number), 60 + number)
        calls.append(replace(call, call=replace(call.call, called="+4930222333")))
    return [replace(one, company_name="") for one in calls]


async def test_a_number_without_a_company_is_given_to_one():
    async with settings_story("enter", calls=unowned_calls()) as story:
        assert "▲ 1 number without: n" in story.text()
        await story.press("n")
        assert "+49 30 222333  called 4 times, last 12:00, no company" in story.text()
        await story.press("enter")
        await story.type("lind")
        await story.press("enter")
        assert "+4930222333" in (await stored(story, LIND.name)).numbers
        assert "Every called number has its company." in story.text()


async def test_a_number_that_is_called_meanwhile_joins_the_others():
    async with settings_story("enter", "n", calls=unowned_calls()) as story:
        assert "+49 30 222333" in story.text()
        assert "+49 30 222444" not in story.text()
        late = today(record(9), 1)
        late = replace(late, call=replace(late.call, called="+4930222444"), company_name="")
        await story.store.write([SaveCall(late)])
        await story.somebody_does(WriteNote(late.call.id, "calls again"))
        await story.sees("+49 30 222444")
        assert story.rows.chosen.number == "+4930222333"


async def test_a_number_without_a_company_becomes_a_new_one():
    async with settings_story("enter", "n", "enter", "enter", calls=unowned_calls()) as story:
        assert "+49 30 222333" in story.text()
        await story.type("Neue Firma")
        await story.press("ctrl+s")
        assert (await stored(story, "Neue Firma")).numbers == ("+4930222333",)


# -- files --------------------------------------------------------------------------------------


async def test_an_import_says_first_what_it_would_do_and_then_what_it_left_out(tmp_path):
    file = tmp_path / "firms.csv"
    file.write_text(
        "name;numbers\nNeu;030 77788\nKanzlei Berg;030 222002\n;030 1\nDieb;030 222000\n",
        encoding="utf-8",
    )
    async with settings_story("enter", "i") as story:
        assert "⏎ reads esc leaves" in story.words()
        story.app.focused.value = str(file)
        await story.press("enter")
        text = story.words()
        assert "3 companies can be taken in, 1 of them would be changed; 1 line left out" in text
        assert "firms.csv, line 4: The company has no name." in text
        assert "Neu" not in await story.companies()
        await story.press("enter")
        assert (await stored(story, "Neu")).numbers == ("+493077788",)
        assert "belongs to Meyer & Söhne" in story.words()
        await story.press("enter")
        assert isinstance(story.app.screen, SettingsScreen)


async def test_what_was_said_of_a_file_goes_when_another_is_named(tmp_path):
    file = tmp_path / "firms.csv"
    file.write_text("name;numbers\nNeu;030 77788\n;030 1\n", encoding="utf-8")
    async with settings_story("enter", "i") as story:
        story.app.focused.value = str(file)
        await story.press("enter")
        assert "firms.csv, line 3: The company has no name." in story.words()
        await story.press("x")
        assert "line 3" not in story.words()
        assert "can be taken in" not in story.words()
        await story.press("enter")
        assert "can't be read" in story.words()
        assert "line 3" not in story.words()


async def test_companies_are_read_from_vcards(tmp_path):
    file = tmp_path / "firms.vcf"
    file.write_text(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Petra Neu\r\nORG:Neu GmbH\r\nTEL:030 77788\r\n"
        "END:VCARD\r\n"
    )
    async with settings_story("enter", "i") as story:
        story.app.focused.value = str(file)
        await story.press("enter", "enter")
        made = await stored(story, "Neu GmbH")
        assert made.numbers == ("+493077788",)
        assert [person.name for person in made.people] == ["Petra Neu"]


async def test_a_file_that_is_not_there_is_named(tmp_path):
    async with settings_story("enter", "i") as story:
        story.app.focused.value = str(tmp_path / "no.csv")
        await story.press("enter")
        assert "can't be read: No such file" in story.words()


@pytest.mark.parametrize("name", ["out.csv", "out.vcf"])
async def test_an_export_can_be_imported_again(name, tmp_path):
    file = tmp_path / name
    async with settings_story("enter", "x") as story:
        story.app.focused.value = str(file)
        await story.press("enter")
        await story.until(lambda: any("written" in words for words in story.toasts()))
    async with settings_story("enter", "i", companies=()) as story:
        story.app.focused.value = str(file)
        await story.press("enter", "enter")
        assert (await stored(story, MEYER.name)).numbers == MEYER.numbers


# -- who may ------------------------------------------------------------------------------------


async def test_an_operator_reads_companies_and_is_told_who_may_change_them():
    async with settings_story("enter", operator=LENA) as story:
        assert "supervisors may change it" in story.text()
        await story.press("a", "d", "i")
        assert isinstance(story.app.screen, SettingsScreen)
        assert not (await stored(story, BERG.name)).archived
        await story.press("down", "enter")
        assert "You can read this; supervisors may change it." in story.text()
        assert "Meyer und Söhne, Sanitär und Heizung" in story.text()
        await story.press("x", "ctrl+s", "escape")
        assert isinstance(story.app.screen, SettingsScreen)


async def test_hostile_names_are_drawn_as_they_are_and_steer_nothing():
    evil = Company(HOSTILE, ("+4930999", HOSTILE), greeting=HOSTILE, notes=HOSTILE, colour="red")
    async with settings_story("enter", companies=(evil,)) as story:
        for keys in ((), ("enter",)):
            await story.press(*keys)
            text = story.text()
            assert "[bold]" in text
            assert "\x1b" not in text
            assert "\u202e" not in text
        assert story.editor.changes == 0


async def test_a_refusal_stays_on_the_form_with_what_was_typed():
    async def refuse(_command, _operator):
        return Refused("The database is full. Free some space.")

    async with settings_story("enter", "enter", entrusted={SaveCompany: refuse}) as story:
        await story.retype("greeting", "Hello.")
        await story.press("ctrl+s")
        assert "The database is full. Free some space." in story.text()
        assert "1 change not saved" in story.text()


async def test_a_database_that_can_not_be_read_breaks_no_form():
    broken = []

    async def ask(query, operator):
        if broken:
            raise StoreFailed("The database can't be read: the disk is gone.")
        return await story.store.ask(query)

    async with settings_story(companies=COMPANIES) as story:
        story.desk.entrust(Companies, ask)
        await story.press("enter", "enter")
        await story.retype("greeting", "Hello.")
        broken.append(True)
        await story.press("ctrl+s")
        assert "The database can't be read: the disk is gone." in story.text()
        assert "1 change not saved" in story.text()
        await story.press("escape", "t", "enter", "ctrl+s")
        assert "The database can't be read: the disk is gone." in story.text()
        broken.clear()
        await story.press("escape")
        assert (await stored(story, BERG.name)).greeting == ""
