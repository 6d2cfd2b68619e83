import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.calls.numbers import NumberPlan
from console.people.skipped import Ignored, Skipped
from console.people.table import read_companies
from console.people.values import Company

PLAN = NumberPlan("DE", "030", "0")
MEYER = Company(
    name="Meyer & Söhne",
    numbers=("+493023125110", "+493023125111"),
    colour="#2f6fbb",
    greeting="Meyer und Söhne, guten Tag!",
    pronunciation="MY-er",
    facts=("open until 17:00", "Monday: on site"),
)
README = (
    "name;numbers;colour;greeting;pronunciation;facts\n"
    "Meyer & Söhne;030 23125-110 | 030 23125-111;#2f6fbb;Meyer und Söhne, guten Tag!;MY-er;"
    "open until 17:00|Monday: on site\n"
)


def read(data: bytes | str) -> list[Company | Skipped]:
    return list(read_companies(data, "c.csv", PLAN))


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_example_is_read_in_every_encoding_and_with_any_line_ends(
    charset: str, ends: str
) -> None:
    assert read(README.replace("\n", ends).encode(charset)) == [MEYER]


def test_text_is_read_as_well_as_bytes() -> None:
    assert read("\ufeff" + README) == [MEYER]


@pytest.mark.parametrize(
    "heading",
    [
        *("telefon", "Rufnummer", "Nummer", "Nummern", "Tel.", "PHONE", "phones", "number"),
        *("numbers", "Durchwahl", "Telefon-Nr.", "Numéro", "TÉLÉPHONE", "Phone number"),
    ],
)
def test_a_column_of_numbers_has_many_names(heading: str) -> None:
    [company] = read(f"firma,{heading}\nMeyer,030 1234\n")
    assert isinstance(company, Company)
    assert company.numbers == ("+49301234",)


def test_each_column_that_nobody_knows_is_told_by_name() -> None:
    text = "Firma;xyz;Begrüßung;;abc\nMeyer;1;Tag!;2;3\n"
    xyz, abc, company = read(text)
    assert isinstance(xyz, Ignored)
    assert xyz.reason.startswith("Nobody knows the column “xyz”; it is left out. Known are name,")
    assert abc == Ignored("c.csv", 1, "Nobody knows the column “abc”; it is left out.")
    assert isinstance(company, Company)
    assert company.greeting == "Tag!"


def test_of_two_columns_that_say_the_same_the_first_is_read_and_the_second_told() -> None:
    told, meyer = read("Name;Name;numbers\nMeyer;Eva;030 1234\n")
    assert told == Ignored("c.csv", 1, "There are two columns “Name”; the second is left out.")
    assert isinstance(meyer, Company)
    assert (meyer.name, meyer.numbers) == ("Meyer", ("+49301234",))
    told, meyer = read("Firma;Name\nMeyer;Eva\n")
    assert told == Ignored("c.csv", 1, "“Firma” and “Name” are both the name; “Name” is left out.")
    assert isinstance(meyer, Company)
    assert meyer.name == "Meyer"
    [meyer] = read("Name;numbers;queue\nMeyer;030 1234;berg\n")
    assert isinstance(meyer, Company)
    assert meyer.numbers == ("+49301234", "berg")


def test_columns_come_in_any_order_and_case_and_others_are_told() -> None:
    text = "Remarks\tNUMBERS\tColor\t Name \t\nx\t030 1234\t2F6FBB\tA\n"
    unread, company = read(text)
    assert isinstance(unread, Ignored)
    assert unread.line == 1
    said = "Nobody knows the column “Remarks”; it is left out. Known are name, numbers, colour"
    assert unread.reason.startswith(said)
    assert company == Company("A", ("+49301234",), colour="#2f6fbb")


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("030 1234;030 5678", ("+49301234", "+49305678")),
        ("030 1234|+49 30 5678", ("+49301234", "+49305678")),
        ("030 23125110 030 23125111", ("+493023125110", "+493023125111")),
        ("+493023125110 +493023125111", ("+493023125110", "+493023125111")),
        ("030 23 12 51 10", ("+493023125110",)),
        ("030 1234|030/1234", ("+49301234",)),
        ("kanzlei|101", ("kanzlei", "101")),
        ("030 23125*", ("+493023125*",)),
        ("+49 30 231 25 *", ("+493023125*",)),
        ("030*", ("+4930*",)),
        ("1*", ("1*",)),
        ("", ()),
    ],
)
def test_numbers_are_told_apart_and_become_keys(cell: str, numbers: tuple[str, ...]) -> None:
    [company] = read(f'name,numbers\nA,"{cell}"\n')
    assert isinstance(company, Company)
    assert company.numbers == numbers


def test_a_broken_line_is_told_with_its_number_and_costs_no_other() -> None:
    text = (
        "name;numbers;colour\n"  # 1
        ";030 1;\n"
        "A;030 1234;red\n"
        "B;030 1234;;surplus\n"
        "C;anonymous;\n"
        "\n"
        '"D, with\na break";030 1234;#abc\n'  # 7 and 8
        "d, with a break;030 1235;\n"
        'E";030 1236;\n'
        "F;030 1237;\n"
    )
    found = read(text)
    skipped = {one.line: one.reason for one in found if isinstance(one, Skipped)}
    assert list(skipped) == [2, 3, 4, 5, 9]
    assert "no name" in skipped[2]
    assert "#2f6fbb" in skipped[3]
    assert "4 columns" in skipped[4]
    assert "anonymous" in skipped[5]
    assert "line 7" in skipped[9]
    names = [one.name for one in found if isinstance(one, Company)]
    assert names[0] == "D, with a break"
    assert names[-1] == "F"
    assert found[-1] == Company("F", ("+49301237",))


def test_an_inch_is_no_quote_and_a_quote_that_never_ends_costs_its_own_line_only() -> None:
    text = 'name;numbers\nRohr 5" GmbH;030 1234\n"A;030 1235\nB 3" x;030 1236\nC;030 1237\n'
    pipes, broken, *others = read(text)
    assert pipes == Company('Rohr 5" GmbH', ("+49301234",))
    assert broken == Skipped("c.csv", 3, "The quotes in this line don't match.")
    assert others == [Company('B 3" x', ("+49301236",)), Company("C", ("+49301237",))]


def test_a_number_belongs_to_one_company_of_a_file() -> None:
    _, second, third = read("name;numbers\nA;030 1234|030 1235\nB;030/1235\nC;030 1236\n")
    assert third == Company("C", ("+49301236",))
    assert second == Skipped("c.csv", 3, "B can't have +49 30 1235: that is A's in this file.")


def test_a_number_as_long_as_a_book_is_none() -> None:
    [one] = read("name;numbers\nA;" + "1" * 300 + "\n")
    assert isinstance(one, Skipped)


def test_a_file_without_a_header_or_without_anything_says_what_is_wrong() -> None:
    assert read("A;030 1234\n") == [
        Skipped("c.csv", 1, "The first row must name the columns; `name` is missing.")
    ]
    assert read(b"") == [Skipped("c.csv", 1, "The file is empty.")]


@given(st.binary(max_size=200) | st.text(max_size=200))
@example('name\n"\n')
@example("name\n" + '"' * 31 + "\nA\n")
@example("name,numbers\nA,\0*\n")
def test_anything_is_read_without_an_error(data: bytes | str) -> None:
    for start in ("", "name;numbers;colour;facts\n"):
        whole = start + data if isinstance(data, str) else start.encode() + data
        for one in read(whole):
            assert isinstance(one, Company | Skipped)


def test_a_hostile_file_costs_little_time() -> None:
    began = time.process_time()
    read("name\n" + '"\n' * 20_000)
    read("name;numbers\nA;" + "0 " * 40_000)
    assert time.process_time() - began < 2.0
