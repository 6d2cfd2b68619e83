"""One desk per database, whatever was killed before."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.one_desk import DatabaseTaken, file_of, holder, lock

HOLD = """
import sys
from pathlib import Path
from console.one_desk import lock
with lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def database(tmp_path):
    return tmp_path / "hotline.db"


@pytest.fixture
def other(database):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_desk_is_told_who_has_the_first(database, other):
    with pytest.raises(DatabaseTaken) as refused, lock(database):
        pass
    assert refused.value.pid == other.pid == holder(database)


def test_kill_9_lets_go_of_the_database(database, other):
    other.kill()
    other.wait()
    assert holder(database) is None
    with lock(database):
        assert holder(database) == os.getpid()
    assert holder(database) is None


def test_only_its_owner_sees_who_holds_it(database):
    with lock(database):
        assert (database.parent / "hotline.db.lock").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite+aiosqlite:////var/a.db", "/var/a.db"),
        ("sqlite:///a.db?x=y", "a.db"),
        ("sqlite+aiosqlite:///:memory:", None),
        ("postgresql+asyncpg://h/d", None),
    ],
)
def test_the_file_of_a_database(url, file):
    assert file_of(url) == (None if file is None else Path(file))
