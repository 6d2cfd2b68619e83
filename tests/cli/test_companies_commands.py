"""`hotline companies`: a table goes in, a list and a table come out."""

import json

import pytest

from console.people.table import read_companies
from console.people.vcard import read_cards

TABLE = """name;numbers;colour;greeting;facts
Meyer & Söhne;+49 30 222001;#2f6fbb;Meyer und Söhne!;until 17:00|no faxes
Kanzlei Berg;+49 40 6696*|berg;;;
"""
MEYER = {
    "name": "Meyer & Söhne",
    "numbers": ["+4930222001"],
    "colour": "#2f6fbb",
    "greeting": "Meyer und Söhne!",
    "pronunciation": None,
    "facts": ["until 17:00", "no faxes"],
    "time_zone": None,
    "address": None,
    "web": None,
    "people": [],
    "notes": None,
    "hours": [],
    "greetings": [],
    "template": None,
    "archived": False,
}


@pytest.fixture
def known(hotline, home):
    (home / "firms.csv").write_text(TABLE, "utf-8")
    hotline("companies", "import", home / "firms.csv")


def objects(said):
    return [json.loads(line) for line in said.out.splitlines()]


def test_companies_are_listed_by_name(known, hotline):
    lines = hotline("companies", "list").out.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["Kanzlei Berg", "Meyer & Söhne"]
    assert "+49 30 222001" in lines[1]


def test_a_company_is_told_with_every_key(known, hotline):
    meyer = objects(hotline("companies", "list", "--json"))[1]
    assert meyer.pop("id") > 0
    assert meyer == MEYER


def test_what_is_left_out_of_an_import_is_told(known, hotline, home):
    table = home / "more.csv"
    table.write_text("name,numbers\nNeu GmbH,+4930222001\n,+49301\nBerg,1,2,3\nOK,+49305\n")
    said = hotline("companies", "import", table, "--json")
    [told] = objects(said)
    assert (told["imported"], told["read"], told["left_out"]) == (1, 2, 3)
    assert (told["added"], told["changed"]) == (1, 0)
    reasons = {one["line"]: one["reason"] for one in told["skipped"]}
    assert "belongs to Meyer & Söhne" in reasons[None]
    assert "no name" in reasons[3]
    said = hotline("companies", "import", table)
    assert said.out == "1 company imported; 3 left out\n"
    assert f"{table}: Neu GmbH was left out" in said.err
    assert f"{table}, line 3: " in said.err


def test_a_column_that_nobody_knows_is_told_and_nothing_is_counted_as_left_out(hotline, typed):
    typed(b"firma,telefon,xyz\nMeyer,030 222001,1\nBerg,,2\n")
    said = hotline("companies", "import", "-")
    assert said.out == "2 companies imported\n"
    assert "line 1: Nobody knows the column “xyz”; it is left out." in said.err
    typed(b"firma,telefon,xyz\nMeyer,030 222001,1\n")
    [told] = objects(hotline("companies", "import", "-", "--json"))
    assert (told["imported"], told["left_out"], len(told["skipped"])) == (1, 0, 1)


def test_what_is_new_and_what_is_other_than_before_is_counted(known, hotline, typed, monkeypatch):
    # Also where it goes to the desk in parts.
    monkeypatch.setattr("console.cli.companies.AT_ONCE", 10)
    typed("name;colour\nMeyer & Söhne;#2f6fbb\nKanzlei Berg;#000000\nNeu;\nNew;\n".encode())
    [told] = objects(hotline("companies", "import", "-", "--json"))
    assert (told["imported"], told["added"], told["changed"]) == (4, 2, 1)


def test_a_table_is_read_from_standard_input(hotline, typed):
    typed("name\nMeyer\n".encode("utf-16"))
    assert hotline("companies", "import", "-").out == "1 company imported\n"
    assert objects(hotline("companies", "list", "--json"))[0]["name"] == "Meyer"


def test_a_table_that_brings_nothing_is_exit_code_1(hotline, home):
    (home / "bad.csv").write_text("names\nMeyer\n")
    assert hotline("companies", "import", home / "bad.csv", code=1).out.startswith("0 companies")
    assert "can't be read" in hotline("companies", "import", home / "none.csv", code=1).err
    (home / "big.csv").write_bytes(b"x" * 16_000_001)
    assert "no list of companies" in hotline("companies", "import", home / "big.csv", code=1).err


def test_a_large_table_goes_to_the_desk_in_parts(hotline, home, monkeypatch):
    monkeypatch.setattr("console.cli.companies.AT_ONCE", 1000)
    rows = "".join(f"Firm {n},+4930{n:05}\n" for n in range(20))
    (home / "firms.csv").write_text(f"name,numbers\n{rows}")
    assert hotline("companies", "import", home / "firms.csv").out == "20 companies imported\n"


def test_what_is_exported_is_imported_again_as_it_was(known, hotline, home):
    file = home / "out.csv"
    assert "2 companies" in hotline("companies", "export", file).out
    before = objects(hotline("companies", "export", "--json"))
    names = [company.name for company in read_companies(file.read_bytes(), "out.csv")]
    assert names == ["Kanzlei Berg", "Meyer & Söhne"]
    assert hotline("companies", "import", file).out == "2 companies imported\n"
    assert objects(hotline("companies", "list", "--json")) == before


def test_companies_go_out_and_in_as_vcards(known, hotline, home, typed):
    before = objects(hotline("companies", "list", "--json"))
    data = hotline("companies", "export", "--vcard").out.encode()
    [meyer] = [card for card in read_cards(data, "out.vcf") if card.name == "Meyer & Söhne"]
    assert meyer.numbers[0][0] == "+4930222001"
    typed(data)
    assert hotline("companies", "import", "-").out == "2 companies imported\n"
    assert objects(hotline("companies", "list", "--json")) == before


def test_an_import_takes_a_supervisor(known, hotline, home):
    hotline("users", "add", "lena")
    said = hotline("companies", "import", home / "firms.csv", "--as", "lena", code=1)
    assert "That takes the role supervisor" in said.err
