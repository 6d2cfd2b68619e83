import re
from dataclasses import replace
from typing import get_args

import pytest
import vobject
from hypothesis import example, given
from hypothesis import strategies as st

import console.people.table
from console.calls.numbers import NumberPlan
from console.calls.text import clean
from console.people.company_cards import companies_as_cards, company_card, read_company_cards
from console.people.notes import clean_block, clean_note
from console.people.number_forms import read_numbers
from console.people.person_text import people_in, person_in, person_text
from console.people.skipped import Skipped
from console.people.table import read_companies, write_companies
from console.people.values import Company, Greeting, Person
from console.settings.live import DEFAULT_TEMPLATE

PLAN = NumberPlan("DE", "030", "0")
MEYER = Company(
    name="Meyer & Söhne; Bad | Heizung",
    numbers=(
        "+493023125110",
        "+493023125100..+493023125199",
        "+4930231*",
        "+49302310??",
        "1??",
        "kanzlei",
    ),
    colour="#2f6fbb",
    greeting='Meyer und Söhne, "guten" Tag!',
    pronunciation="MY-er",
    facts=("no faxes", "a|b", "C:\\temp", "=1+1"),
    time_zone="Europe/Berlin",
    address="Hauptstr. 1\n10115 Berlin",
    web="https://meyer.example",
    people=(
        Person("Eva Meyer", "owner", "+491713920012", "eva@meyer.example"),
        Person("Service 24", "nights; weekends", "030 (intern)"),
        Person('Hans "Hänschen" Schulz'),
    ),
    notes="first\n\nthird",
    hours=("Mon-Fri 09:00-12:00, 13:00-17:00", "12-25 closed Christmas"),
    greetings=(
        Greeting("closed", "We are closed: call back."),
        Greeting("Sat 12:00-13:00", "Lunch | break"),
    ),
    template=DEFAULT_TEMPLATE + "\n  {% if a %}\tb;c{% endif %}",
    archived=True,
)
MEYER = replace(MEYER, template=clean_block(MEYER.template))


def table(text: str | bytes) -> list[Company | Skipped]:
    return list(read_companies(text, "c.csv", PLAN))


def cards(data: bytes) -> list[Company | Skipped]:
    return list(read_company_cards(data, "c.vcf", PLAN))


def test_a_company_with_everything_comes_back_from_a_table() -> None:
    text = write_companies([MEYER, Company("B")], PLAN)
    assert table(text) == [MEYER, Company("B")]
    for charset in ("utf-8", "utf-8-sig", "utf-16"):
        assert table(text.encode(charset)) == [MEYER, Company("B")]


def test_a_company_with_everything_comes_back_from_a_card() -> None:
    assert cards(companies_as_cards([MEYER, Company("B")])) == [MEYER, Company("B")]
    card = vobject.readOne(company_card(MEYER))
    assert card.org.value == [MEYER.name]
    assert [one.value for one in card.tel_list] == ["+493023125110"]
    assert card.note.value == MEYER.notes


def test_a_spreadsheet_finds_no_formula() -> None:
    text = write_companies([MEYER, Company("=cmd|' /C calc'!A0", facts=("-1",))], PLAN)
    for row in text.split("\r\n"):
        for cell in row.split(";"):
            assert cell.lstrip('"')[:1] not in tuple("=+-@\t")


def test_what_the_documentation_shows_is_so() -> None:
    example = re.findall(r"^    (\S.*)$", console.people.table.__doc__ or "", re.MULTILINE)
    assert table("\n".join(example)) == [
        Company(
            "Meyer",
            ("+493023125110..+493023125119",),
            colour="#2f6fbb",
            greeting="Meyer, good day!",
            hours=("Mo-Fr 9-17",),
            facts=("no faxes", "no SMS"),
            people=(Person("Eva", "boss"),),
        )
    ]


def test_columns_may_have_german_names_and_words() -> None:
    text = (
        "Firma;Rufnummern;Öffnungszeiten;Zeitzone;Ansprechpartner;Archiviert;Meldetexte;Vorlage\n"
        "A;030 1234;Mo-Fr 9-17 Uhr|Sa 10-12;europe/VIENNA;Eva (Chefin) 0171 3920012;ja;"
        '"geschlossen: Wir haben zu.";x\n'
    )
    [company] = table(text)
    assert company == Company(
        "A",
        ("+49301234",),
        hours=("Mo-Fr 9-17 Uhr", "Sa 10-12"),
        time_zone="Europe/Vienna",
        people=(Person("Eva", "Chefin", "+491713920012"),),
        archived=True,
        greetings=(Greeting("geschlossen", "Wir haben zu."),),
        template="x",
    )


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("hours", "whenever", "can't be read from"),
        ("greetings", "closed", "must be a rule, a colon and a text"),
        ("greetings", "often: Hello", "can't be read from"),
        ("time zone", "Berlin", "Europe/Berlin"),
        ("archived", "perhaps", "must be yes or no"),
        ("numbers", "030 1234|anonymous", "anonymous is no number"),
        ("facts", "|".join("abc" + str(n) for n in range(200)), "more than 100 facts"),
        ("colour", "red", "#2f6fbb"),
    ],
)
def test_a_cell_that_can_not_be_read_costs_its_row_and_is_told(
    column: str, cell: str, words: str
) -> None:
    skipped, other = table(f'name;{column}\nA;"{cell}"\nB;\n')
    assert isinstance(skipped, Skipped)
    assert skipped.line == 2
    assert words in skipped.reason
    assert other == Company("B")


PEOPLE = [
    ("Eva Meyer (owner) 0171 3920012", Person("Eva Meyer", "owner", "+491713920012")),
    ("Eva 030/23125-11", Person("Eva", "", "+493023125" + "11")),
    ("Eva eva@meyer.example", Person("Eva", "", "", "eva@meyer.example")),
    ("Eva (boss) <eva@meyer.example>", Person("Eva", "boss", "", "eva@meyer.example")),
    ("Eva 11", Person("Eva", "", "11")),
    ("0171 3920012", Person("+491713920012", "", "+491713920012")),
    ('"Service 24"', Person("Service 24")),
]


@pytest.mark.parametrize(("text", "person"), PEOPLE, ids=[text for text, _ in PEOPLE])
def test_people_are_read_as_they_are_written(text: str, person: Person) -> None:
    assert person_in(text, PLAN) == person


def test_several_people_stand_apart_and_an_empty_one_is_nobody() -> None:
    cell = 'Eva; "Hans; the other" ("a|b") | \n Otto (x)'
    assert [person.name for person in people_in(cell)] == ["Eva", "Hans; the other", "Otto"]


texts = st.text(max_size=25).map(clean)
words = texts.filter(bool)
persons = st.builds(
    Person,
    name=words,
    role=texts,
    number=st.sampled_from(["", "+493012345", "112", "030 1", "x 7"]) | texts,
    email=st.sampled_from(["", "a@b.example", "no address"]),
)


@given(persons)
@example(Person("a (b)", "c (d)", "1 (2)", "e"))
@example(Person('"', "\\", '\\"', ""))
@example(Person("a", "", "+49 30 1", "a>b@c"))
def test_any_person_comes_back_from_its_line(person: Person) -> None:
    person = replace(person, email=person.email.replace("<", "").replace(">", ""))
    text = person_text(person, PLAN)
    assert person_in(text, PLAN) == person
    assert list(people_in(f"{text}; {text}", PLAN)) == [person, person]


numbers = st.lists(
    st.sampled_from(
        ["030 1234", "030 23125 100-199", "030 2*", "030 2312 5??", "1xx", "2*", "sales", "q 1"]
    ),
    max_size=4,
).map(lambda some: read_numbers("\n".join(some), PLAN)[0])
rules = st.sampled_from(["Mon-Fri 09:00-17:00", "Sa geschlossen", "12-25 closed Christmas: all"])
whens = st.sampled_from(["closed", "12:00-13:00", "2026-12-24..2026-12-26", "Sat 9-12"])
companies = st.builds(
    Company,
    name=words,
    numbers=numbers,
    colour=st.sampled_from(["", "#aabbcc"]),
    greeting=texts,
    pronunciation=texts,
    facts=st.lists(words, max_size=3).map(tuple),
    time_zone=st.sampled_from(["", "Europe/Berlin", "UTC"]),
    address=st.text(max_size=30).map(clean_note),
    web=texts,
    people=st.lists(persons, max_size=2).map(tuple),
    notes=st.text(max_size=30).map(clean_note),
    hours=st.lists(rules, max_size=2).map(tuple),
    greetings=st.lists(st.builds(Greeting, when=whens, text=words), max_size=2).map(tuple),
    template=st.text(max_size=40).map(clean_block).filter(lambda text: text == "" or text.strip()),
    archived=st.booleans(),
)


@given(companies)
@example(Company("'=x", facts=("'", "\\|"), greeting="'+1"))
def test_any_company_comes_back_from_a_table(company: Company) -> None:
    assert table(write_companies([company], PLAN)) == [company]


@given(companies)
def test_any_company_comes_back_from_a_card(company: Company) -> None:
    assert cards(companies_as_cards([company])) == [company]


def test_what_another_program_wrote_of_a_firm_becomes_a_company() -> None:
    data = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Eva Meyer\r\nORG:Meyer GmbH;Büro\r\nTITLE:Chefin\r\n"
        "TEL;TYPE=WORK:030 23125-110\r\nTEL:anonymous\r\nEMAIL:eva@meyer.example\r\nTZ:+01:00\r\n"
        "ADR;TYPE=WORK:;;Hauptstr. 1;Berlin;;10115;Germany\r\nPHOTO:x\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nFN:Otto\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nORG:meyer gmbh\r\nEND:VCARD\r\n"
    ).encode()
    hidden, company, otto, twice = cards(data)
    assert hidden == Skipped("c.vcf", 1, "anonymous is no number that a company could have.")
    assert company == Company(
        "Meyer GmbH",
        ("+493023125110",),
        address="Hauptstr. 1\n10115 Berlin\nGermany",
        people=(Person("Eva Meyer", "Chefin", "", "eva@meyer.example"),),
    )
    assert otto == Skipped("c.vcf", 13, "Otto names no company (ORG), so it is a person's.")
    assert twice == Skipped("c.vcf", 16, "meyer gmbh is there already, in line 1.")
    assert cards(b"") == [Skipped("c.vcf", 1, "There is no vCard in this file.")]
    assert cards(b"Hello\n") == cards(b"")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    for one in cards(b"BEGIN:VCARD\nORG:A\nX-HOTLINE-HOURS:" + data + b"\nEND:VCARD\n"):
        assert isinstance(one, get_args(Company | Skipped))
