"""The reading process: in this process where that suffices, as one where it matters."""

import asyncio
import contextlib
import os
import random
import select
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.directory import contact_files, reader_process
from console.directory.contact_files import Changing
from console.directory.job import Ended, Failed, Job, Progress, told_line, told_of
from console.directory.reader_process import carry_out
from console.directory.reading import CannotRead, Gone, Mark
from console.people.skipped import OUTSIDE, Skipped
from console.people.values import Address, Contact
from console.people.vcard import NO_CARD
from tests.directory.contacts_front import PLAN, alive, card, many_cards, until

MODULE = "console.directory.reader_process"


def job(tmp_path: Path, path: Path | str = "", **more: Any) -> Job:
    staging = tmp_path / "staging"
    staging.unlink(missing_ok=True)
    return Job({"kind": "vcards", "path": str(path)}, PLAN, str(staging), **more)


def done(job: Job) -> Ended:
    ended = carry_out(job, lambda told: None)
    assert isinstance(ended, Ended), ended
    return ended


def rows(job: Job, query: str) -> list[tuple[Any, ...]]:
    sql = sqlite3.connect(job.staging)
    try:
        return sql.execute(query).fetchall()
    finally:
        sql.close()


def test_a_folder_becomes_a_staging_file(tmp_path: Path) -> None:
    (tmp_path / "a.vcf").write_text(card("Anna") + card("Berta", "0170 1234567", UID="b"))
    (tmp_path / "empty.vcf").write_text("")
    one = job(tmp_path, tmp_path)
    assert done(one).read == 2
    found = rows(one, "SELECT name, uid FROM contacts ORDER BY row")
    assert found == [("Anna", ""), ("Berta", "b")]
    found = rows(one, "SELECT number FROM numbers ORDER BY contact_row")
    assert found == [("+49301110099",), ("+491701234567",)]
    (skipped,) = rows(one, "SELECT file, line FROM skipped")
    assert skipped == ("empty.vcf", 1)
    assert dict(rows(one, "SELECT * FROM about"))["mode"] == "full"


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_every_charset_gives_the_same_name(tmp_path: Path, charset: str) -> None:
    (tmp_path / "a.vcf").write_bytes(card("Jürgen Groß").encode(charset))
    one = job(tmp_path, tmp_path)
    done(one)
    assert rows(one, "SELECT name FROM contacts") == [("Jürgen Groß",)]


def test_the_line_of_what_is_left_out_is_that_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.directory.card_blocks.SIZE", 1000)
    good = many_cards(500)
    bad = "BEGIN:VCARD\r\nEND:VCARD\r\n"
    (tmp_path / "a.vcf").write_text(good + bad + good, newline="")
    one = job(tmp_path, tmp_path)
    assert done(one).read == 1000
    assert rows(one, "SELECT line FROM skipped") == [(good.count("\n") + 1,)]


def refused(job: Job) -> str:
    failed = carry_out(job, lambda told: None)
    assert isinstance(failed, Failed)
    return failed.why


def test_a_pipe_among_files_costs_nobody_the_rest_and_is_listed(tmp_path: Path) -> None:
    (tmp_path / "a.vcf").write_text(card("Anna"))
    os.mkfifo(tmp_path / "b.vcf")
    one = job(tmp_path, tmp_path)
    assert (done(one).read, done(replace(one, staging=one.staging + "2")).left_out) == (1, 1)
    assert rows(one, "SELECT file, line FROM skipped") == [("b.vcf", 0)]


def test_why_nothing_is_taken_of_a_file_is_told_once(tmp_path: Path) -> None:
    files = {
        "a.vcf": card("Anna").encode(),
        "empty.vcf": b"",
        "random.vcf": random.Random(3).randbytes(900_000),
        "text.vcf": b"Dear all,\n\nno contacts here.\n",
        "useless.vcf": b"BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n",
        "with.vcf": b"Hello\n" + card("Berta").encode(),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    one = job(tmp_path, tmp_path)
    ended = done(one)
    assert (ended.read, ended.left_out) == (2, 5)
    told = dict(rows(one, "SELECT file, reason FROM skipped"))
    assert {told.pop(name) for name in ("empty.vcf", "random.vcf", "text.vcf")} == {NO_CARD}
    assert told == {
        "useless.vcf": "This card has neither a name nor a number.",
        "with.vcf": OUTSIDE,
    }


@pytest.mark.parametrize("kind", ["vcards", "csv"])
@pytest.mark.parametrize("what", ["file", "folder", "link"])
def test_of_a_folder_that_can_be_read_in_part_nothing_is_taken(
    tmp_path: Path, kind: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending = "vcf" if kind == "vcards" else "csv"
    content = card("Anna") if kind == "vcards" else "Name,Phone\nAnna,030 111\n"
    (tmp_path / "sub").mkdir()
    for name in ("a", "sub/b"):
        (tmp_path / f"{name}.{ending}").write_text(content)
    shut = {"file": f"sub/b.{ending}", "folder": "sub", "link": "sub/c"}[what]
    if what == "link":
        (tmp_path / shut).symlink_to("/nowhere/at-all")

    def locked(call: Any) -> Any:
        # The rights of files mean nothing to a superuser who runs this test.
        def guarded(path: Any, *more: Any) -> Any:
            if str(path) == str(tmp_path / shut):
                raise PermissionError(13, "Permission denied", path)
            return call(path, *more)

        return guarded

    monkeypatch.setattr("console.directory.contact_files.os.open", locked(os.open))
    monkeypatch.setattr("console.directory.contact_files.os.scandir", locked(os.scandir))
    one = Job({"kind": kind, "path": str(tmp_path)}, PLAN, str(tmp_path / "staging"))
    why = refused(one)
    assert why.startswith(f"{shut}: It can't be read: ")
    assert "Give the user" in why or "Bring back" in why
    assert rows(one, "SELECT * FROM about") == []


def test_a_staging_file_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.vcf").write_text(card("Anna"))
    staging = tmp_path / "none" / "staging"
    why = refused(Job({"kind": "vcards", "path": str(tmp_path)}, PLAN, str(staging)))
    assert str(staging) in why
    assert why.endswith("may the console's user not write there?")


def test_looking_through_a_large_folder_is_told_though_no_contact_has_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_files, "BEAT", 2)
    monkeypatch.setattr(reader_process, "EVERY", 0.0)
    for n in range(4):
        (tmp_path / f"{n}.txt").write_text("x")
    (tmp_path / "a.vcf").write_text(card("Anna"))
    told: list[Any] = []
    carry_out(job(tmp_path, tmp_path), told.append)
    assert told.count(Progress(0)) >= 2


def test_a_token_says_that_nothing_has_changed(tmp_path: Path) -> None:
    (tmp_path / "a.vcf").write_text(card("Anna"))
    one = job(tmp_path, tmp_path)
    assert not done(one).unchanged
    token = dict(rows(one, "SELECT * FROM about"))["token"]
    assert done(job(tmp_path, tmp_path, token=token)).unchanged
    (tmp_path / "b.vcf").write_text(card("Berta"))
    ended = done(job(tmp_path, tmp_path, token=token))
    assert (ended.unchanged, ended.read) == (False, 2)


def test_a_token_of_another_number_plan_is_worth_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.vcf").write_text(card("Anna"))
    one = job(tmp_path, tmp_path)
    done(one)
    token = dict(rows(one, "SELECT * FROM about"))["token"]
    other = Job(one.options, type(PLAN)("AT", "1"), str(tmp_path / "other"), token)
    assert not done(other).unchanged


class Reader:
    """Stands for a reader module."""

    def __init__(self, *yields: object, fails: Exception | None = None) -> None:
        self.yields, self.fails = yields, fails

    def read(self, options: object, plan: object, token: str) -> Any:
        self.token = token
        yield from self.yields
        if self.fails:
            raise self.fails


def with_reader(monkeypatch: pytest.MonkeyPatch, reader: Reader) -> None:
    monkeypatch.setattr(reader_process.importlib, "import_module", lambda name: reader)


def test_a_delta_says_what_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(Contact("Anna", key="a"), Gone("b"), Mark("delta", "t2"))
    with_reader(monkeypatch, reader)
    one = job(tmp_path, "x")
    assert done(one).read == 1
    assert rows(one, "SELECT key FROM gone") == [("b",)]
    token = dict(rows(one, "SELECT * FROM about"))["token"]
    done(job(tmp_path, "x", token=token))
    assert reader.token == "t2"


@pytest.mark.parametrize(
    ("fails", "why"),
    [
        (CannotRead("The server is gone."), "The server is gone."),
        (KeyError("x"), "KeyError"),
        (MemoryError(), "memory"),
        (sqlite3.OperationalError("database or disk is full"), "Is its disk full,"),
    ],
)
def test_a_reader_that_fails_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: Exception, why: str
) -> None:
    with_reader(monkeypatch, Reader(Contact("Anna"), fails=fails))
    failed = carry_out(job(tmp_path, "x"), lambda told: None)
    assert isinstance(failed, Failed)
    assert why in failed.why


def test_files_that_change_meanwhile_are_taken_only_if_that_is_insisted_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_reader(monkeypatch, Reader(Contact("Anna"), Mark("full", "t"), fails=Changing()))
    assert done(job(tmp_path, "x")).changing
    ended = done(job(tmp_path, "x", insist=True))
    assert (ended.changing, ended.read) == (False, 1)


def test_a_try_ends_early_and_tells_what_it_saw(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = (
        Contact(f"{n}", extra=("X-A:1",)) if n % 2 else Skipped("f", n, "Bad.")
        for n in range(10**9)
    )
    reader = Reader()
    reader.yields = endless  # type: ignore[assignment]
    with_reader(monkeypatch, reader)
    ended = done(job(tmp_path, "x", limit=100))
    assert (ended.read, ended.left_out) == (50, 50)
    assert [one.name for one in ended.sample[:2]] == ["1", "3"]
    assert ended.sample[0].extra == ()
    assert len(ended.sample) == len(ended.skipped) == reader_process.SAMPLE


def test_what_is_told_comes_through_a_pipe_as_it_was() -> None:
    contact = Contact("Anna", (("112", "work"),), emails=("a@b",), addresses=(Address("Str. 1"),))
    ended = Ended(3, 1, sample=(contact,), skipped=(Skipped("f", 1, "Bad."),), columns=("Name",))
    for told in (ended, Progress(3, None), Failed("No.", "trace")):
        assert told_of(told_line(told)) == told
    one = Job({"kind": "own"}, PLAN, "/tmp/x", "t", ("a", "b"), True, 5)
    assert Job.of(one.line()) == one


# -- as a process --------------------------------------------------------------------------------


def spawned(one: Job) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [sys.executable, "-m", MODULE], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.write(one.line())
    process.stdin.flush()
    return process


def test_it_ends_when_its_starter_does(tmp_path: Path) -> None:
    (tmp_path / "a.vcf").write_text(many_cards(30_000))
    starter = (
        "import asyncio, sys\n"
        "from console.directory.job import Job\n"
        "from console.directory.reading_child import read_elsewhere\n"
        f"job = Job.of({job(tmp_path, tmp_path).line()!r})\n"
        "def tell(progress):\n"
        "    print('reading', flush=True)\n"
        "asyncio.run(read_elsewhere(job, tell))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"reading\n"
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    (child,) = map(int, children)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    asyncio.run(until(lambda: not alive(child), 5))


def in_memory(pid: int) -> int:
    """Megabytes that a process and those it has started took at most, each for itself."""
    # Not getrusage, which would count what its starter took before it became itself.
    status = Path(f"/proc/{pid}/status").read_text()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    most = int(status.partition("VmHWM:")[2].split()[0]) // 1024
    return most + sum(in_memory(int(child)) for child in children)


def peak(one: Job) -> int:
    """Megabytes that a job took at most, looked at often, however soon it ends."""
    process = spawned(one)
    assert process.stdin is not None
    assert process.stdout is not None
    most = 0
    while process.poll() is None:
        with contextlib.suppress(OSError, IndexError):
            most = max(most, in_memory(process.pid))
        select.select([], [], [], 0.005)
    told = [told_of(line) for line in process.stdout]
    process.stdin.close()
    process.stdout.close()
    assert isinstance(told[-1], Ended), told
    return most


def test_a_file_of_200_mb_takes_little_more_memory_than_a_small_one(tmp_path: Path) -> None:
    photo = "PHOTO;ENCODING=b;TYPE=JPEG:" + "\r\n ".join(["QUJD" * 18] * 1800)
    one = card("Anna", N="Anna;;;").replace("END:VCARD", f"{photo}\r\nEND:VCARD")
    peaks = []
    for cards in (150, 1500):
        with (tmp_path / "a.vcf").open("w", newline="") as file:
            for n in range(cards):
                file.write(one.replace("Anna", f"Anna {n}"))
        peaks.append(peak(job(tmp_path, tmp_path)))
    assert (tmp_path / "a.vcf").stat().st_size > 200_000_000
    assert 20 < peaks[1] < 150
    assert peaks[1] - peaks[0] < 30
