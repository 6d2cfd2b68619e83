import sqlite3
import stat
from contextlib import closing

import pytest
from store_samples import call, ids, save

from console.desk.ports import StoreFailed
from console.store.backup import backup, restore
from console.store.database import open_store


@pytest.fixture
def path(tmp_path):
    return tmp_path / "hotline.db"


async def stored(path, *records):
    store = await open_store(str(path))
    await save(store, *records)
    found = await ids(store)
    await store.close()
    return found


async def test_a_backup_is_one_private_file_with_what_is_stored_while_the_desk_goes_on(
    path, tmp_path
):
    target = tmp_path / "backups.db"
    target.write_text("an older one")
    desk = await open_store(str(path))
    await save(desk, call("c1"))
    await backup(str(path), target)
    await save(desk, call("c2"))
    await desk.close()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert {file.name for file in tmp_path.iterdir()} == {"hotline.db", "backups.db"}
    assert await stored(target) == ["c1"]


async def test_restoring_keeps_the_old_database_beside(path, tmp_path):
    target = tmp_path / "backup.db"
    await stored(path, call("c1"))
    await backup(str(path), target)
    await stored(path, call("c2", 2))
    kept = await restore(target, f"sqlite:///{path}")
    assert kept == tmp_path / "hotline.db.before-restore"
    assert await stored(path) == ["c1"]
    assert await stored(kept) == ["c2", "c1"]


async def test_a_restored_database_is_read_while_it_is_written(path, tmp_path):
    target = tmp_path / "backup.db"
    await stored(path, call("c1"))
    await backup(str(path), target)
    await restore(target, str(path))
    await stored(path)
    with closing(sqlite3.connect(path)) as sql:
        assert sql.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_restoring_where_nothing_was(path, tmp_path):
    await stored(tmp_path / "other.db", call("c1"))
    assert await restore(tmp_path / "other.db", str(path)) is None
    assert await stored(path) == ["c1"]


async def test_a_damaged_database_can_be_replaced_and_is_kept_as_it_is(path, tmp_path):
    await stored(tmp_path / "backup.db", call("c1"))
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5_000)
    kept = await restore(tmp_path / "backup.db", str(path))
    assert kept.read_bytes().endswith(b"\xff" * 5_000)
    assert await stored(path) == ["c1"]


@pytest.mark.parametrize("what", ["nothing", "letter", "other", "damaged", "itself"])
async def test_what_is_no_backup_is_refused_and_the_database_stays(path, tmp_path, what):
    await stored(path, call("c1"))
    file = path if what == "itself" else tmp_path / "file"
    if what == "letter":
        file.write_text("Dear customer, this is long enough to be read as a header.")
    if what == "other":
        with closing(sqlite3.connect(file)) as sql:
            sql.execute("CREATE TABLE bookmarks (x)")
    if what == "damaged":
        await backup(str(path), file)
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StoreFailed) as failed:
        await restore(file, str(path))
    assert str(file) in str(failed.value)
    assert await stored(path) == ["c1"]


async def test_a_backup_that_cant_be_written_says_where(path, tmp_path):
    await stored(path, call("c1"))
    for target in (tmp_path, path, tmp_path / "hotline.db" / "x"):
        with pytest.raises(StoreFailed, match=str(target)):
            await backup(str(path), target)
    with pytest.raises(StoreFailed, match="no database"):
        await backup(str(tmp_path / "none.db"), tmp_path / "backup.db")
