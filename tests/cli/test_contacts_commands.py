"""`hotline contacts`: look-up, search and export, of what is everybody's and of one's own."""

import json
from datetime import UTC, datetime

import pytest

from console.cli import contacts as command
from console.desk.changes import PutContact, PutContacts, PutSource, SetChoice
from console.people.values import Address, Contact
from console.people.vcard import read_cards
from console.settings.sources import ContactSource, Imported, VcardFolder

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SCHULZ = Contact(
    "Hans Schulz",
    (("+493023125500", "work"), ("+491701234567", "mobile")),
    company="Schulz GmbH",
    emails=("hans@schulz.example",),
    note="Calls back in the afternoon.",
    given="Hans",
    family="Schulz",
    addresses=(Address("Gartenstr. 5", "Berlin", "10115", kind="work"),),
    key="a",
)
FIRM = Contact("Muster AG", (("+49301110", "main"),), company="Muster AG", key="b")
SCHULZ_TOLD = {
    "name": "Hans Schulz",
    "given": "Hans",
    "family": "Schulz",
    "company": "Schulz GmbH",
    "department": None,
    "title": None,
    "numbers": [
        {"number": "+493023125500", "kind": "work"},
        {"number": "+491701234567", "kind": "mobile"},
    ],
    "emails": ["hans@schulz.example"],
    "addresses": [
        {"street": "Gartenstr. 5", "place": "Berlin", "code": "10115", "kind": "work"}
        | dict.fromkeys(("region", "country", "box", "extra"))
    ],
    "web": None,
    "note": "Calls back in the afternoon.",
    "photo": False,
    "uid": None,
    "source": "Customers",
}
EVAS = Contact("Dr. Grün", (("+49305550000", "home"),), key="c")


@pytest.fixture
def known(stored_in):
    """Two contacts for everybody and one that only Eva sees."""
    stored_in(PutContacts((SCHULZ, FIRM), "Customers", "eva", NOON))
    stored_in(PutContacts((EVAS,), "My own", "eva", NOON))
    # The third: own contacts and customers came before.
    mine = ContactSource(id=3, name="My own", options=Imported(), owner="eva")
    stored_in(PutSource(mine, "eva", NOON, login="eva"))


def objects(said):
    return [json.loads(line) for line in said.out.splitlines()]


# -- look-up -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "name", "certainty"),
    [
        ("0170 1234567", "Hans Schulz", "exact"),
        ("+49 30 111023", "Muster AG", "extension"),
        ("+44 20 23125500", "Hans Schulz", "maybe"),
    ],
)
def test_a_number_is_looked_up_however_it_is_written(known, hotline, written, name, certainty):
    [told] = objects(hotline("contacts", "lookup", written, "--json"))
    assert told["match"]["contact"]["name"] == name
    assert (told["match"]["certainty"], told["match"]["chosen"]) == (certainty, False)
    line = hotline("contacts", "lookup", *written.split()).out
    assert line.split()[0] == certainty
    assert name in line


def test_a_contact_is_told_with_every_key(known, hotline):
    [told] = objects(hotline("contacts", "lookup", "+491701234567", "--json"))
    contact = told["match"]["contact"]
    assert contact.pop("id") > 0
    assert contact.pop("ref").endswith(":a")
    assert contact == SCHULZ_TOLD
    assert (told["number"], told["shown"]) == ("+491701234567", "+49 170 1234567")
    assert told["others"] == []


def test_nobody_known_is_exit_code_1_and_no_number_is_2(known, hotline):
    said = hotline("contacts", "lookup", "+4940999", "--json", code=1)
    assert objects(said)[0]["match"] is None
    assert "nobody known" in hotline("contacts", "lookup", "+4940999", code=1).err
    assert "is no number" in hotline("contacts", "lookup", "anonymous", code=2).err


def test_other_candidates_are_told_and_who_was_chosen_comes_first(known, hotline, stored_in):
    colleague = Contact("Rita Schulz", (("+493023125500", "work"),), key="z")
    stored_in(PutContact(colleague, "eva", NOON))
    [told] = objects(hotline("contacts", "lookup", "+493023125500", "--json"))
    first = told["match"]["contact"]
    [other] = told["others"]
    stored_in(SetChoice("+493023125500", None, other["contact"]["ref"], "eva", NOON))
    [told] = objects(hotline("contacts", "lookup", "+493023125500", "--json"))
    assert told["match"] == {**other, "chosen": True}
    assert [one["contact"] for one in told["others"]] == [first]
    said = hotline("contacts", "lookup", "+493023125500").out.splitlines()
    assert said[0].startswith("chosen ")
    assert said[1].startswith("  or exact ")


def test_an_operators_own_source_is_seen_by_nobody_else(known, hotline):
    assert "Dr. Grün" in hotline("contacts", "lookup", "+49305550000").out
    hotline("contacts", "lookup", "+49305550000", "--as", "lena", code=1)
    assert len(objects(hotline("contacts", "search", "grün", "--json"))) == 1
    assert objects(hotline("contacts", "search", "grün", "--json", "--as", "lena")) == []
    assert "Grün" not in hotline("contacts", "export", "--as", "lena").out
    said = hotline("contacts", "export", "--source", "my own", "--as", "lena", code=2)
    assert 'no contact source is called "my own"' in said.err


# -- search ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["schulz"], ["Hans Schulz"]),
        (["schulz", "berlin"], ["Hans Schulz"]),
        (["3023125"], ["Hans Schulz"]),
        (["schulz -berlin"], []),
        (["nobody"], []),
    ],
)
def test_contacts_are_searched_by_words(known, hotline, words, names):
    told = objects(hotline("contacts", "search", *words, "--json"))
    assert [contact["name"] for contact in told] == names


def test_a_contact_for_people_is_a_line(known, hotline):
    line = hotline("contacts", "search", "schulz").out
    assert line.split("  ")[0] == "Hans Schulz"
    assert "+49 30 23125500 +1" in line
    assert line.rstrip().endswith("Customers")


def test_a_search_says_that_there_is_more(known, hotline):
    said = hotline("contacts", "search", "--limit", "1", "a")
    assert len(said.out.splitlines()) == 1
    assert "... and more (--limit 1)" in said.err
    assert "no number of contacts" in hotline("contacts", "search", "--limit", "0", "a", code=2).err


# -- export ------------------------------------------------------------------------------------


def cards(data):
    return [contact.name for contact in read_cards(data, "export.vcf")]


def test_what_is_exported_can_be_read_again(known, hotline, home):
    file = home / "all.vcf"
    assert "3 contacts" in hotline("contacts", "export", file).out
    assert file.stat().st_mode & 0o077 == 0
    data = file.read_bytes()
    assert data.startswith(b"BEGIN:VCARD\r\nVERSION:3.0\r\n")
    assert sorted(cards(data)) == ["Dr. Grün", "Hans Schulz", "Muster AG"]
    [schulz] = [one for one in read_cards(data, "x") if one.name == "Hans Schulz"]
    assert (schulz.numbers, schulz.company) == (SCHULZ.numbers, "Schulz GmbH")


def test_an_export_is_narrowed_by_words_and_source(known, hotline):
    assert cards(hotline("contacts", "export", "--search", "gmbh").out.encode()) == ["Hans Schulz"]
    assert cards(hotline("contacts", "export", "--source", "MY OWN").out.encode()) == ["Dr. Grün"]
    said = hotline("contacts", "export", "--source", "Custmers", code=2)
    assert 'no contact source is called "Custmers"; did you mean "Customers"?' in said.err


def test_an_export_goes_by_pages_and_leaves_none_out(hotline, stored_in, monkeypatch):
    monkeypatch.setattr(command, "PAGE", 7)
    # Many of one name, so that a page ends among them.
    many = [
        Contact("Anna" if n % 3 else f"B{n}", ((f"+4930{n:06}", ""),), key=str(n))
        for n in range(50)
    ]
    stored_in(PutContacts(tuple(many), "Many", "eva", NOON))
    data = hotline("contacts", "export").out.encode()
    numbers = [contact.numbers[0][0] for contact in read_cards(data, "x")]
    assert sorted(numbers) == sorted(one.numbers[0][0] for one in many)
    assert len(objects(hotline("contacts", "search", "--json", "anna"))) == 33


def test_an_export_that_fails_leaves_the_file_as_it_was(known, hotline, home, monkeypatch):
    file = home / "all.vcf"
    file.write_text("precious")

    def broken(contact):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("console.people.vcard_writing.write_card", broken)
    said = hotline("contacts", "export", file, code=1)
    assert f"{file} can't be written: No space left on device" in said.err
    assert file.read_text() == "precious"
    assert not list(home.glob("*.part"))
    assert "can't be written" in hotline("contacts", "export", home / "none" / "x", code=1).err


def test_a_source_of_who_has_left_is_listed_for_admins_and_removed(hotline, stored_in):
    hotline("users", "add", "boss", "--role", "supervisor")
    own = VcardFolder(path="/home/gone/cards")
    [written] = stored_in(
        PutSource(ContactSource(name="Gone's", options=own, owner="gone"), "gone", NOON)
    )
    [told] = hotline("contacts", "left", "--json").out.splitlines()
    assert json.loads(told) == {"id": written.id, "name": "Gone's", "owner": "gone", "contacts": 0}
    assert "Gone's" in hotline("contacts", "left").out
    assert "/home" not in hotline("contacts", "left").out
    assert "role admin" in hotline("contacts", "left", "--as", "boss", code=1).err
    assert "no such source: 1" in hotline("contacts", "left", "--remove", "1", code=2).err
    assert hotline("contacts", "left", "--remove", written.id).out == "source removed\n"
    assert hotline("contacts", "left").out == ""
