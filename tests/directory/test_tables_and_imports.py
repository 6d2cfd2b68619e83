"""Tables and imported files, read as the reading process reads them."""

import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from console.directory.job import Ended, Failed, Job
from console.directory.reader_process import carry_out
from tests.directory.contacts_front import PLAN, card

TABLE = """Name,Company,Phone,Fax
Anna Muster,Meyer,030 1110099,
"Berta, the ""other"" one",Meyer,0170 1234567,030 111001
"Carl,Meyer,030 222
Dora,,,
"""


def job(tmp_path: Path, options: dict[str, Any], **more: Any) -> Job:
    staging = tmp_path / "staging.db"
    staging.unlink(missing_ok=True)
    return Job(options, PLAN, str(staging), **more)


def table(tmp_path: Path, path: Path, columns: dict[str, str] | None = None, **more: Any) -> Job:
    return job(tmp_path, {"kind": "csv", "path": str(path), "columns": columns or {}}, **more)


def done(one: Job) -> Ended:
    ended = carry_out(one, lambda told: None)
    assert isinstance(ended, Ended), ended
    return ended


def refused(one: Job) -> str:
    failed = carry_out(one, lambda told: None)
    assert isinstance(failed, Failed)
    return failed.why


def rows(one: Job, query: str) -> list[tuple[Any, ...]]:
    sql = sqlite3.connect(one.staging)
    try:
        return sql.execute(query).fetchall()
    finally:
        sql.close()


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_becomes_contacts_and_a_broken_line_costs_no_other(
    tmp_path: Path, charset: str
) -> None:
    file = tmp_path / "customers.csv"
    file.write_bytes(TABLE.replace("Muster", "Müster").encode(charset))
    one = table(tmp_path, file)
    assert done(one).left_out == 1
    found = rows(one, "SELECT name FROM contacts ORDER BY row")
    assert [name for (name,) in found] == ["Anna Müster", 'Berta, the "other" one', "Dora"]
    assert rows(one, "SELECT file, line FROM skipped") == [("customers.csv", 4)]
    assert ("+49301110099",) in rows(one, "SELECT number FROM numbers")


def test_columns_may_be_chosen(tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_text("A;B\n030 1110099;Anna\n")
    one = table(tmp_path, file, {"A": "phone", "B": "name"})
    done(one)
    assert rows(one, "SELECT name FROM contacts") == [("Anna",)]
    assert "column" in refused(table(tmp_path, file))


def test_a_chosen_column_that_is_gone_fails_the_reading(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    chosen = {"Wer?": "name", "Tel": "phone", "old": ""}
    file.write_text("Wer?;Tel\nAnna;030 1110099\n")
    done(table(tmp_path, file, chosen))
    file.write_text("Wer;Tel\nAnna;030 1110099\n")
    assert refused(table(tmp_path, file, chosen)) == (
        "There is no column “Wer?” in people.csv any more; choose the columns again in Data "
        "sources."
    )
    file.write_text('"Wer?;Tel\nAnna;030 1110099\n')
    assert "no column “Wer?”" in refused(table(tmp_path, file, chosen))


@pytest.mark.parametrize("chosen", [{}, {"Bemerkung": "note", "Name": "name"}])
@pytest.mark.parametrize("data", [random.Random(7).randbytes(9000), b"\0" * 900, b"PK\3\4" * 99])
def test_what_is_no_text_is_told_to_be_none(
    tmp_path: Path, chosen: dict[str, str], data: bytes
) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(data)
    why = refused(table(tmp_path, file, chosen))
    assert "people.csv" in why
    assert "It is no table of text, but something else, or damaged. Export it as CSV" in why


def test_a_try_of_a_table_tells_its_columns_and_what_they_seem_to_be(tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(TABLE)
    ended = done(table(tmp_path, file, limit=2))
    assert [one.name for one in ended.sample] == ["Anna Muster", 'Berta, the "other" one']
    assert ended.columns == ("Name", "Company", "Phone", "Fax")
    assert dict(ended.guessed)["Name"] == "name"


def test_a_table_that_has_become_empty_does_not_empty_the_source(tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("")
    assert refused(table(tmp_path, file)).startswith("There is no contact in it. customers.csv")


def test_an_unchanged_table_is_not_read_again(tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(TABLE)
    one = table(tmp_path, file)
    done(one)
    token = dict(rows(one, "SELECT * FROM about"))["token"]
    assert done(table(tmp_path, file, token=token)).unchanged


def test_an_import_takes_vcards_and_tables_from_files_and_folders(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "a.vcf").write_text(card("Anna"))
    (folder / "b.csv").write_text("Name,Phone\nBerta,0170 1234567\n")
    (folder / "README.txt").write_text("Nothing to read.")
    (tmp_path / "contacts.bak").write_text(card("Carl"))
    (tmp_path / "table.txt").write_text("Name\tPhone\nDora\t030 222333\n")
    paths = (str(folder), str(tmp_path / "contacts.bak"), str(tmp_path / "table.txt"))
    one = job(tmp_path, {"kind": "imported"}, paths=paths)
    assert done(one).left_out == 0
    names = rows(one, "SELECT name FROM contacts ORDER BY name")
    assert names == [("Anna",), ("Berta",), ("Carl",), ("Dora",)]
    assert dict(rows(one, "SELECT * FROM about"))["mode"] == "delta"


def test_of_an_import_only_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.vcf").write_text(card("Anna"))
    paths = (str(tmp_path / "none.vcf"), str(tmp_path / "a.vcf"))
    one = job(tmp_path, {"kind": "imported"}, paths=paths)
    assert (done(one).read, done(job(tmp_path, one.options, paths=paths)).left_out) == (1, 1)
    why = refused(job(tmp_path, one.options, paths=paths[:1]))
    assert "none.vcf is not there" in why
