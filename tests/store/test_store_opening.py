import re
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from store_samples import call, ids, save

from console.desk.ports import StoreFailed
from console.desk.queries import Filter
from console.store import opening, trigrams
from console.store.database import open_store
from console.store.opening import VERSIONS, migrate, prepare


def schema(path: Path) -> set[tuple[str, str, str]]:
    """Every table and index as SQL, without regard to white space."""
    with closing(sqlite3.connect(path)) as sql:
        rows = sql.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {(kind, name, re.sub(r"\s+", " ", text)) for kind, name, text in rows}


def rows(path: Path, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as sql:
        return sql.execute(f"SELECT * FROM {table}").fetchall()


def old_database(path: Path) -> None:
    """A Hotline database from before the first version, with something in it."""
    with closing(sqlite3.connect(path)) as sql:
        sql.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        sql.execute("CREATE TABLE old (x)")
        sql.execute("INSERT INTO old VALUES (42)")
        sql.commit()


async def refusal(url: object, **more: bool) -> str:
    with pytest.raises(StoreFailed) as failed:
        await open_store(str(url), **more)
    return str(failed.value)


def test_a_new_database_is_what_the_migrations_make(tmp_path):
    new, migrated = tmp_path / "new.db", tmp_path / "migrated.db"
    prepare(new)
    migrate(migrated)
    search_tables = {
        row for row in schema(new) if row[1].startswith(("calls_words", "contacts_words"))
    }

    def without_its_own(rows):
        return {row for row in rows if row[1] != "alembic_version"}

    assert without_its_own(schema(new) - search_tables) == without_its_own(schema(migrated))
    assert [name for _, name, _ in schema(new)].count("alembic_version") == 1
    assert rows(new, "sources") == rows(migrated, "sources")


def test_the_versions_are_those_of_the_migrations():
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(opening.__file__).parent / "migrations"))
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    assert [script.revision for script in scripts][::-1] == list(VERSIONS)


async def test_what_was_stored_is_there_again_and_only_the_owner_may_read_it(tmp_path):
    path = tmp_path / "deep" / "hotline.db"
    store = await open_store(f"sqlite:///{path}")
    await save(store, call("c1"))
    modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    await store.close()
    assert modes == {0o600}
    again = await open_store(str(path))
    assert await ids(again) == ["c1"]
    await again.close()
    assert [file.name for file in path.parent.iterdir()] == ["hotline.db"]


def test_alembic_is_imported_only_to_migrate(tmp_path):
    program = (
        "import asyncio, sys; from console.store.database import open_store\n"
        "async def run():\n"
        "    for _ in range(2): await (await open_store(sys.argv[1])).close()\n"
        "asyncio.run(run()); print('alembic' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "x.db")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "False\n"


async def test_an_old_database_is_copied_then_migrated(tmp_path):
    path = tmp_path / "hotline.db"
    old_database(path)
    store = await open_store(str(path))
    await save(store, call("c1"))
    await store.close()
    copy = tmp_path / f"hotline.db.before-{VERSIONS[-1]}"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as sql:
        assert sql.execute("SELECT x FROM old").fetchall() == [(42,)]
        assert not sql.execute("SELECT 1 FROM sqlite_master WHERE name = 'calls'").fetchall()


async def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path):
    path = tmp_path / "hotline.db"
    old_database(path)
    with closing(sqlite3.connect(path)) as sql:
        # In the way of the last table that the migration makes.
        sql.execute("CREATE TABLE notes (x)")
    before = schema(path)
    assert "notes" in await refusal(path)
    assert schema(path) == before


async def test_only_the_newest_copies_are_kept(tmp_path, monkeypatch):
    import os

    path = tmp_path / "hotline.db"
    old_database(path)
    for age, version in enumerate(("0099", "0098", "0097", "0096")):
        copy = tmp_path / f"hotline.db.before-{version}"
        copy.write_bytes(b"")
        os.utime(copy, (1_000 - age, 1_000 - age))
    kept = tmp_path / "hotline.db.before-restore"
    kept.write_bytes(b"")
    await (await open_store(str(path))).close()
    assert sorted(file.name for file in tmp_path.glob("*.before-0*")) == [
        f"hotline.db.before-{version}" for version in (VERSIONS[-1], "0098", "0099")
    ]
    assert kept.exists()


class TestRefused:
    async def test_a_newer_database(self, tmp_path):
        path = tmp_path / "hotline.db"
        prepare(path)
        with closing(sqlite3.connect(path)) as sql:
            sql.execute("UPDATE alembic_version SET version_num = '9999'")
            sql.commit()
        before = path.read_bytes()
        sentence = await refusal(path)
        assert str(path) in sentence
        assert "9999" in sentence
        assert "Update the program" in sentence
        assert path.read_bytes() == before

    async def test_a_file_that_is_no_database(self, tmp_path):
        path = tmp_path / "letter.txt"
        path.write_text("Dear customer, this is long enough to be read as a header.")
        assert f"{path} is no database" in await refusal(path)
        assert path.read_text().startswith("Dear")

    async def test_the_database_of_another_program(self, tmp_path):
        path = tmp_path / "other.db"
        with closing(sqlite3.connect(path)) as sql:
            sql.execute("CREATE TABLE bookmarks (x)")
        assert "another program" in await refusal(path)

    async def test_a_damaged_database(self, tmp_path):
        path = tmp_path / "hotline.db"
        prepare(path)
        whole = bytearray(path.read_bytes())
        whole[100:4096] = b"\xff" * 3996
        path.write_bytes(whole)
        sentence = await refusal(path)
        assert str(path) in sentence
        assert "hotline restore" in sentence

    async def test_a_folder(self, tmp_path):
        assert "is a folder" in await refusal(tmp_path)

    async def test_a_place_where_no_folder_can_be_made(self, tmp_path):
        (tmp_path / "file").write_text("")
        sentence = await refusal(tmp_path / "file" / "hotline.db")
        assert "Check the folder" in sentence

    async def test_another_kind_of_database_without_telling_its_password(self):
        sentence = await refusal("postgresql://hotline:secret@db/hotline")
        assert "postgresql" in sentence
        assert "secret" not in sentence

    async def test_reading_only_what_is_not_there_yet(self, tmp_path):
        path = tmp_path / "hotline.db"
        assert "yet" in await refusal(path, read_only=True)
        assert not path.exists()

    async def test_reading_only_what_is_of_an_older_version(self, tmp_path):
        path = tmp_path / "hotline.db"
        old_database(path)
        assert "Start the console once" in await refusal(path, read_only=True)
        assert list(tmp_path.iterdir()) == [path]


async def test_a_read_only_store_sees_what_a_desk_writes_meanwhile_and_writes_nothing(tmp_path):
    path = str(tmp_path / "hotline.db")
    desk = await open_store(path)
    reader = await open_store(path, read_only=True)
    await save(desk, call("c1"))
    assert await ids(reader) == ["c1"]
    with pytest.raises(StoreFailed, match="read only"):
        await save(reader, call("c2"))
    await desk.close()
    assert await ids(reader) == ["c1"]
    await reader.close()


async def test_after_it_is_closed_the_store_says_so(store):
    await store.close()
    with pytest.raises(StoreFailed, match="closed"):
        await ids(store)


async def test_without_full_text_search_calls_are_stored_and_found_all_the_same(
    tmp_path, monkeypatch
):
    path = str(tmp_path / "hotline.db")
    found = Filter(text="müller")

    async def a_session(*records):
        store = await open_store(path)
        await save(store, *records)
        there = await ids(store, found)
        await store.close()
        return there

    assert await a_session(call("c1", name="Anna Müller")) == ["c1"]
    with monkeypatch.context() as patch:
        patch.setattr(trigrams, "_usable", lambda: False)
        patch.setattr(trigrams, "query", lambda sql, terms: None)
        assert await a_session(call("c2", 2, name="Otto MÜLLER")) == ["c2", "c1"]
    # What was stored without the index is in it again.
    assert await a_session(call("c3", 3, name="Nowak")) == ["c2", "c1"]
