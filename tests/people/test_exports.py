"""Files as other programs write them (cards/), and in expected.txt what must come out of each.

A number lost, or a card, is a caller whom nobody greets by name.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import vobject

from console.calls.numbers import NumberPlan
from console.people.csv_contacts import read_contacts
from console.people.skipped import Skipped
from console.people.values import Address, Contact
from console.people.vcard import read_cards
from console.people.vcard_writing import write_cards

PLAN = NumberPlan("DE", "030", "0")
CARDS = Path(__file__).parent / "cards"
FILES = sorted(one.name for one in CARDS.iterdir() if one.suffix in (".vcf", ".csv", ".tsv"))


def read(name: str, plan: NumberPlan | None = PLAN) -> list[Contact | Skipped]:
    reader = read_cards if name.endswith(".vcf") else read_contacts
    return list(reader((CARDS / name).read_bytes(), name, plan))


def contacts(name: str) -> dict[str, Contact]:
    return {one.name: one for one in read(name) if isinstance(one, Contact)}


def expected() -> dict[str, list[str]]:
    blocks = (CARDS / "expected.txt").read_text("utf-8").split("# ")
    split = (block.rstrip().split("\n") for block in blocks[1:])
    return {head: [line.rstrip() for line in lines] for head, *lines in split}


def shown(found: list[Contact | Skipped]) -> Iterator[str]:
    for one in found:
        if isinstance(one, Skipped):
            yield f"- {one.line}: {one.reason}"
        else:
            numbers = (f"{number} ({kind})" if kind else number for number, kind in one.numbers)
            yield f"{one.name}: {', '.join(numbers)}"


def test_every_file_has_its_expectation() -> None:
    assert sorted(expected()) == FILES


@pytest.mark.parametrize("name", FILES)
def test_no_card_and_no_number_is_lost(name: str) -> None:
    assert [line.rstrip() for line in shown(read(name))] == expected()[name]


@pytest.mark.parametrize("name", FILES)
def test_every_contact_comes_back_from_our_own_cards(name: str) -> None:
    # The picture itself is not kept, so only a link to one comes back.
    found = [replace(one, photo=False) for one in contacts(name).values()]
    data = write_cards(found)
    back = [one for one in read_cards(data, name, PLAN) if isinstance(one, Contact)]
    assert [replace(one, photo=False) for one in back] == found
    assert len(list(vobject.readComponents(data.decode()))) == len(found)


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".vcf")])
def test_cards_joined_into_one_file_are_all_found(name: str) -> None:
    if name.startswith("utf16"):
        return
    data = (CARDS / name).read_bytes()
    after = b"\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:After\r\nEND:VCARD\r\n"
    found = [one.name for one in read_cards(data + after, "", PLAN) if isinstance(one, Contact)]
    assert found == [*contacts(name), "After"]


def test_outlook_2003_is_read_in_full() -> None:
    assert contacts("outlook_2003.vcf")["Dr. Anna Lindner"] == Contact(
        name="Dr. Anna Lindner",
        numbers=(
            ("+493023125400", "work"),
            ("+493023125401", "home"),
            ("+491713920012", "mobile"),
            ("+493023125409", "fax"),
        ),
        company="Zahnärzte Lindner & Partner",
        emails=("anna@lindner.example",),
        note=("Anruf nur vormittags.\nTEL: nicht privat anrufen\n\nDritte Zeile nach dem Umbruch"),
        source="outlook_2003.vcf",
        family="Lindner",
        given="Anna",
        department="Verwaltung",
        title="Inhaberin",
        addresses=(
            Address("Hauptstraße 12", "Berlin", "10115", "", "Deutschland", "", "3. Stock", "work"),
        ),
        web="http://www.lindner.example",
        extra=(
            "N:Lindner;Anna;;Dr.;",
            "NICKNAME:Änni",
            "ROLE:Zahnärztin",
            "BDAY:19700321",
            "FBURL:http://frei.example/anna",
        ),
        key="Dr. Anna Lindner|Zahnärzte Lindner & Partner",
    )


def test_icloud_keeps_labels_that_somebody_wrote() -> None:
    lea = contacts("icloud.vcf")["Prof. Lea Marie Schäfer"]
    assert lea.photo
    assert lea.key == lea.uid == "6ab7c2e3-1d2f-4c55-9c0a-0d8e5a6c7b90"
    assert lea.addresses == (
        Address("Waldweg 7, Hinterhaus", "Jena", "07743", "", "Deutschland", kind="home"),
    )
    assert lea.web == "https://schaefer.example"
    assert lea.emails == ("lea@schaefer.example", "rechnung@schaefer.example")
    assert lea.extra == (
        "N:Schäfer;Lea;Marie;Prof.;",
        "EMAIL;TYPE=INTERNET,HOME:lea@schaefer.example",
        "item1.EMAIL;TYPE=INTERNET:rechnung@schaefer.example",
        "NICKNAME:Lea",
        "item1.X-ABLABEL:Rechnungen",
        "item6.URL:https://lab.example",
        "item6.X-ABLABEL:Labor",
        "BDAY;VALUE=date:1975-01-31",
        "item7.X-ABDATE;TYPE=pref:2003-06-21",
        "item7.X-ABLABEL:_$!<Anniversary>!$_",
        "X-SOCIALPROFILE;TYPE=twitter:http://twitter.com/lea",
    )


def test_a_firm_of_macos_and_its_person_are_told_apart() -> None:
    firm, person = contacts("macos_contacts.vcf").values()
    assert (firm.company, firm.family, firm.addresses[1].kind) == (
        "Berg & Tal Reisen GmbH",
        "",
        "Rechnungsadresse",
    )
    assert (person.department, person.given) == ("Geschäftsleitung", "Ute")


def test_android_writes_quoted_printable_for_everything() -> None:
    baerbel = contacts("android_2_1.vcf")["Bärbel König"]
    assert baerbel.note == "Erste Zeile\nzweite Zeile"
    assert baerbel.addresses == (Address("Südring 1", "Berlin", "12043", kind="home"),)
    assert baerbel.extra[-1].startswith("X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Bär;1")
    assert baerbel.photo


def test_a_link_to_a_picture_is_kept_and_a_picture_is_not() -> None:
    photos = contacts("broken_photos.vcf")
    assert all(one.photo for one in photos.values())
    assert [one.extra for one in photos.values() if one.extra] == [
        ("PHOTO;VALUE=uri:https://photos.example/a.jpg",)
    ]
    simon = contacts("carddav_4_0.vcf")["Simon Perreault"]
    assert "LOGO:https://viagenie.example/logo.png" in simon.extra
    assert not any("base64" in line for line in simon.extra)


def test_outlook_tables_are_read_in_full() -> None:
    hans = contacts("outlook_english.csv")["Dr. Hans Schröder"]
    assert (hans.family, hans.given, hans.title) == ("Schröder", "Hans", "Leiter")
    assert hans.emails == ("hans@schroeder.example",)
    assert hans.note == 'Sagt "Moin"\nund ruft spät an'
    assert hans.addresses == (
        Address("Werkstr. 1, Halle 3", "Berlin", "10115", "", "Germany", kind="work"),
        Address(place="Potsdam", kind="home"),
    )
    kaethe = contacts("outlook_german.csv")["Käthe Groß"]
    assert kaethe.note == "Zeile 1\n\nZeile 3"
    assert kaethe.addresses[0].box == "12 34"
    assert [one.kind for one in kaethe.addresses] == ["work", "home", ""]
    assert kaethe.extra == ("N:Groß;Käthe;;Frau;",)


def test_without_a_plan_numbers_are_as_written() -> None:
    jan = next(one for one in read("evolution.vcf", None) if isinstance(one, Contact))
    assert jan.numbers[0] == ("030 23125800", "work")
