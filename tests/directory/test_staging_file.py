import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.directory import staging_file
from console.directory.staging_file import StagingFile
from console.people.skipped import Skipped
from console.people.values import Contact


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    sql = sqlite3.connect(path)
    try:
        return sql.execute(query).fetchall()
    finally:
        sql.close()


def test_contacts_and_numbers_are_written_with_what_the_file_is(tmp_path: Path) -> None:
    file = StagingFile(tmp_path / "1")
    numbers = (("+493023125500", "work"), ("112", ""))
    file.add(Contact("Anna", numbers, key="a"))
    file.skip(Skipped("x.vcf", 3, "Bad."))
    file.gone("z")
    file.finish("delta", "t1")
    assert rows(tmp_path / "1", "SELECT key, name FROM contacts") == [("a", "Anna")]
    found = rows(tmp_path / "1", "SELECT contact_row, position, number, kind FROM numbers")
    assert found == [(1, 0, "+493023125500", "work"), (1, 1, "112", "")]
    assert rows(tmp_path / "1", "SELECT * FROM skipped") == [("x.vcf", 3, "Bad.")]
    assert rows(tmp_path / "1", "SELECT * FROM gone") == [("z",)]
    about = dict(rows(tmp_path / "1", "SELECT * FROM about"))
    assert about == {"mode": "delta", "token": "t1", "read": "1", "left_out": "1"}


@given(st.lists(st.sampled_from(["a", "b", "a#2", "a#2#2", "c"]), max_size=60), st.integers(1, 9))
def test_equal_keys_are_told_apart_in_their_order(
    tmp_path_factory: pytest.TempPathFactory, keys: list[str], batch: int
) -> None:
    path = tmp_path_factory.mktemp("staging") / "1"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging_file, "BATCH", batch)
        file = StagingFile(path)
        for n, key in enumerate(keys):
            file.add(Contact(f"{n}", (("112", ""),), key=key))
        file.finish("full", "")
    found = rows(path, "SELECT key, name FROM contacts ORDER BY row")
    assert [name for _, name in found] == [str(n) for n in range(len(keys))]
    assert len({key for key, _ in found}) == len(keys)
    for (key, _), wanted in zip(found, keys, strict=True):
        assert str(key).startswith(wanted)
    assert len(rows(path, "SELECT * FROM numbers")) == len(keys)


def test_a_contact_without_name_and_number_is_left_out(tmp_path: Path) -> None:
    file = StagingFile(tmp_path / "1")
    file.add(Contact(" ", source="x.vcf"))
    file.add(Contact("", (("112", ""),)))
    file.finish("full", "")
    assert (file.read, file.left_out) == (2, 1)
    assert rows(tmp_path / "1", "SELECT name FROM contacts") == [("",)]


def test_a_contact_that_cannot_be_written_costs_no_other(tmp_path: Path) -> None:
    file = StagingFile(tmp_path / "1")
    file.add(Contact("Anna\ud800", source="x.vcf"))
    file.add(Contact("Berta"))
    file.finish("full", "")
    assert rows(tmp_path / "1", "SELECT name FROM contacts") == [("Berta",)]
    assert file.left_out == 1


def test_what_is_left_out_is_counted_but_only_the_first_are_kept(tmp_path: Path) -> None:
    file = StagingFile(tmp_path / "1")
    for n in range(1000):
        file.skip(Skipped("x.vcf", n, "Bad."))
    file.finish("full", "")
    assert file.left_out == 1000
    assert rows(tmp_path / "1", "SELECT count(*) FROM skipped") == [(300,)]


def test_without_a_key_it_is_the_uid_or_name_and_company(tmp_path: Path) -> None:
    file = StagingFile(tmp_path / "1")
    file.add(Contact("Anna", uid="u1"))
    file.add(Contact("Anna", company="Meyer"))
    file.add(Contact("", (("112", ""),)))
    file.add(Contact("", (("113", ""),)))
    file.add(Contact("Long", key="k" * 1000))
    file.finish("full", "")
    keys = [str(key) for (key,) in rows(tmp_path / "1", "SELECT key FROM contacts ORDER BY row")]
    assert keys[:2] == ["u1", "Anna\nMeyer\n"]
    assert len(set(keys)) == 5
    assert "#" not in "".join(keys)
