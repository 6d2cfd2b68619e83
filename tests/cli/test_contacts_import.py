"""`hotline contacts import`: what the desk is told, and what people and scripts are told of it."""

import asyncio
import json
import os
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from console import back_door
from console.cli import changing, imported
from console.desk.commands import Done, ImportFiles
from console.desk.contacts import SyncProgress, SyncReport
from console.desk.operators import Operator
from console.desk.snapshot import Snapshot
from console.people.skipped import Skipped

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CARD = "BEGIN:VCARD\nVERSION:3.0\nUID:{0}\nFN:{0}\nTEL:{1}\nEND:VCARD\n"
REPORT = SyncReport(
    7, 4, 2, 0, 30, tuple(Skipped("a.vcf", line, f"Reason {line}.") for line in range(1, 26))
)


@pytest.fixture
def told(monkeypatch):
    """What the desk would be told, and a report that it answers with."""
    told = SimpleNamespace(commands=[], report=REPORT)

    def tell(config, guest, commands, watch):
        told.commands += commands
        return Done("read", 6, report=told.report)

    monkeypatch.setattr("console.cli.contacts.tell", tell)
    return told


@pytest.fixture
def files(home, monkeypatch):
    """Two files below the folder in which the command is given."""
    monkeypatch.chdir(home)
    (home / "cards").mkdir()
    for name in ("a.vcf", "cards/b.vcf"):
        (home / name).write_text(CARD.format(name, "0301234"))
    return home


def test_the_desk_is_told_whole_paths_and_a_source(told, files, hotline):
    hotline("contacts", "import", "a.vcf", "cards")
    hotline("contacts", "import", "a.vcf", "--source", "  Customers\x1b ")
    hotline("contacts", "import", "cards/")
    assert told.commands == [
        ImportFiles((str(files / "a.vcf"), str(files / "cards")), "a.vcf and 1 more"),
        ImportFiles((str(files / "a.vcf"),), "Customers"),
        ImportFiles((str(files / "cards"),), "cards"),
    ]


def test_what_came_in_is_a_line_and_what_did_not_follows(told, files, hotline):
    said = hotline("contacts", "import", "a.vcf")
    assert said.out == "a.vcf: 7 read, 4 added, 2 changed; 30 left out\n"
    lines = said.err.splitlines()
    assert lines[0] == "a.vcf, line 1: Reason 1."
    assert (len(lines), lines[-1]) == (21, "... and 10 more")


def test_what_came_in_as_json(told, files, hotline):
    said = json.loads(hotline("contacts", "import", "a.vcf", "--json").out)
    assert said.pop("skipped")[0] == {"file": "a.vcf", "line": 1, "reason": "Reason 1."}
    assert said == {
        "source": "a.vcf", "read": 7, "added": 4, "changed": 2, "removed": 0, "left_out": 30
    }  # fmt: skip


def test_only_where_nothing_could_be_read_it_failed(told, files, hotline):
    told.report = SyncReport(read=3, skipped=(Skipped("a.vcf", 1, "x"),), left_out=1)
    hotline("contacts", "import", "a.vcf")
    told.report = SyncReport(read=0, skipped=(Skipped("a.vcf", 1, "x"),), left_out=1)
    assert "0 read" in hotline("contacts", "import", "a.vcf", code=1).out


def test_a_path_that_is_not_there_costs_no_other(told, files, hotline):
    undecodable = os.fsdecode(b"\xff.vcf")
    (files / undecodable).touch()
    said = hotline("contacts", "import", "none.vcf", "a.vcf", undecodable)
    assert told.commands == [ImportFiles((str(files / "a.vcf"),), "none.vcf and 2 more")]
    assert f"{files}/none.vcf: It is not there." in said.err
    assert "Its name is not UTF-8" in said.err
    assert "32 left out" in said.out


def test_where_no_path_is_there_nothing_is_told(told, files, hotline):
    assert "none.vcf: It is not there." in hotline("contacts", "import", "none.vcf", code=1).err
    assert "needs a name" in hotline("contacts", "import", "a.vcf", "--source", " ", code=2).err
    assert told.commands == []


# -- by the desk itself ------------------------------------------------------------------------


def test_real_files_are_read_and_read_again(files, hotline):
    (files / "cards" / "broken.vcf").write_text("this is no card\n" + CARD.format("C", "0305678"))
    (files / "people.csv").write_text("Name,Phone\nDora Dietz,030 777000\n")
    said = hotline("contacts", "import", "cards", "people.csv", "--source", "All", "--json")
    told = json.loads(said.out)
    assert (told["read"], told["added"], told["left_out"]) == (3, 3, 1)
    [skipped] = told["skipped"]
    assert (skipped["file"].rpartition("/")[2], skipped["line"]) == ("broken.vcf", 1)
    assert "Dora Dietz" in hotline("contacts", "lookup", "030 777000").out
    # Once more: everybody is there already.
    said = hotline("contacts", "import", "cards", "people.csv", "--source", "all", "--json")
    told = json.loads(said.out)
    assert (told["read"], told["added"], told["changed"], told["removed"]) == (3, 0, 0, 0)
    assert "3 in 2 sources" in hotline("doctor", code=1).out


def test_a_file_that_holds_nothing_is_a_failure(files, hotline):
    (files / "empty.vcf").touch()
    hotline("contacts", "import", "empty.vcf", code=1)
    (files / "folder").mkdir()
    assert "no file" in hotline("contacts", "import", "folder", code=1).err


async def test_how_far_it_is_comes_from_the_desk_that_reads(tmp_path):
    database = tmp_path / "hotline.db"
    sync = SyncProgress(2, "a.vcf", "reading", 12_000, 50_000)
    seen = asyncio.Event()

    async def enter(login, command):
        await seen.wait()
        return Done("read", report=REPORT)

    def watch(syncs):
        if syncs:
            assert syncs == (sync,)
            seen.set()

    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        picture = Snapshot(1, 1, NOON, "desk", syncs=(sync,))
        keeping = tasks.create_task(back_door.keep(database, enter, lambda: picture))
        while not back_door.place(database).exists():  # noqa: ASYNC110 - the door has no bell
            await asyncio.sleep(0.001)
        config = SimpleNamespace(database=f"sqlite:///{database}")
        command = ImportFiles(("/a.vcf",), "a.vcf")
        done = await changing._tell(config, Operator("eva", "Eva"), [command], watch)
        keeping.cancel()
    assert done.report == REPORT


def test_progress_is_one_line_that_goes_at_the_end(monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    watch = imported.watching("a.vcf")
    watch((SyncProgress(1, "other", "reading"), SyncProgress(2, "a.vcf", "reading", 1200, 5000)))
    watch((SyncProgress(2, "a.vcf", "storing", 1200),))
    watch(())
    lines = capsys.readouterr().err.split("\r\x1b[K")
    assert lines == ["", "a.vcf: reading 1,200 of 5,000", "a.vcf: storing 1,200", ""]


def test_where_nobody_looks_there_is_no_progress():
    assert imported.watching("a.vcf") is None


@pytest.mark.parametrize("kind", ["cards", "table"])
def test_what_is_piped_in_is_imported(hotline, typed, home, kind):
    cards = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna Muster\r\nTEL:0170 1234567\r\nEND:VCARD\r\n"
    typed((cards if kind == "cards" else "name,mobile\nAnna Muster,0170 1234567\n").encode())
    assert hotline("contacts", "import", "-").out == "Imported: 1 read, 1 added, 0 changed\n"
    assert "Anna Muster" in hotline("contacts", "lookup", "0170 1234567").out


def test_an_empty_file_has_no_contact_in_it(hotline, home):
    (home / "empty.vcf").write_bytes(b"")
    said = hotline("contacts", "import", home / "empty.vcf", code=1)
    assert "There is no contact in it" in said.err
