"""Real programs: what they are given, how they end."""

import asyncio
import os
import stat
import time
from dataclasses import replace
from pathlib import Path

import pytest

from console.actions import programs as programs_
from console.actions.programs import Programs
from console.desk.records import Identity
from console.people.values import Contact
from console.settings.live import RunProgram
from tests.actions.conftest import CALL, RECORD, Room, action, until


def program(folder: Path, script: str, name: str = "program") -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        status = Path(f"/proc/{pid}/stat")
        return status.exists() and status.read_text().rpartition(")")[2].split()[0] in "ZX"
    except ProcessLookupError:
        return True


def run(*arguments: str, name: str = "crm") -> RunProgram:
    return RunProgram(program=name, arguments=arguments)


async def test_arguments_are_filled_in_one_by_one_and_no_shell_reads_them(
    room: Room, tmp_path: Path
) -> None:
    said = tmp_path / "said"
    room.programs["crm"] = (program(tmp_path, f'printf "[%s]\\n" "$@" > {said}'), 10)
    hostile = '"; rm -rf / $(id) `id`\n\x00*'
    record = replace(RECORD, identity=Identity(contact=Contact(hostile, company="{{ 7*7 }}")))
    room.happened(
        action(run("{{ caller.name }}", "--to={{ caller.company }}", "", "$HOME *", "a\nb\n")),
        record=record,
    )
    await room.idle()
    assert room.failures == []
    assert said.read_text().splitlines() == [
        '["; rm -rf / $(id) `id` *]',
        "[--to={{ 7*7 }}]",
        "[]",
        "[$HOME *]",
        "[a b]",
    ]


@pytest.mark.parametrize("name", ["--delete", "-rf", " - -x", "\u200b--delete", "\n--delete"])
async def test_who_is_named_like_an_option_is_none(room: Room, tmp_path: Path, name: str) -> None:
    said = tmp_path / "said"
    room.programs["crm"] = (program(tmp_path, f'printf "%s\\n" "$@" > {said}'), 10)
    record = replace(RECORD, identity=Identity(contact=Contact(name)))
    room.happened(action(run("{{ caller.name }}", "{% if true %}--ours{% endif %}")), record=record)
    await room.idle()
    first, second = said.read_text().splitlines()
    assert first
    assert not first.startswith("-")
    assert second == "--ours"


async def test_a_program_has_the_call_s_facts_and_little_else(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_AMI_SECRET", "hush")
    monkeypatch.setenv("LD_PRELOAD", "")
    said = tmp_path / "said"
    room.programs["crm"] = (program(tmp_path, f"env > {said}; pwd >> {said}; cat >> {said}"), 10)
    record = replace(RECORD, call=replace(CALL, queue="a\x00\nb"))
    room.happened(action(run()), record=record)
    await room.idle()
    lines = said.read_text().splitlines()
    found = dict(line.split("=", 1) for line in lines if "=" in line)
    assert found["HOTLINE_CALLER_NUMBER"] == "+493023125500"
    assert found["HOTLINE_CALLER_NAME"] == "Hans Schulz"
    assert found["HOTLINE_COMPANY"] == "Meyer & Söhne"
    assert found["HOTLINE_OCCASION"] == "incoming"
    assert found["HOTLINE_STARTED_AT"] == "2026-11-24T13:05:00+00:00"
    assert found["HOTLINE_QUEUE"] == "a b"
    assert not {"HOTLINE_AMI_SECRET", "LD_PRELOAD", "VIRTUAL_ENV"} & set(found)
    assert lines[-1] == "/"


async def test_a_program_that_is_not_listed_is_never_run(room: Room, tmp_path: Path) -> None:
    room.programs["crm"] = (program(tmp_path, "exit 0"), 10)
    room.happened(action(run(name=program(tmp_path, "exit 0"))))
    assert "is not allowed: list it under [[programs]]" in await room.why()


async def test_status_and_last_words_of_a_program_are_told(room: Room, tmp_path: Path) -> None:
    path = program(tmp_path, "echo one; echo '\033[31mno server' >&2; exit 3")
    room.programs["crm"] = (path, 10)
    room.happened(action(run()))
    assert await room.why() == "The program crm ended with status 3: one / [31mno server"


async def test_a_program_that_crashes_is_told(room: Room, tmp_path: Path) -> None:
    room.programs["crm"] = (program(tmp_path, "kill -9 $$"), 10)
    room.happened(action(run()))
    assert await room.why() == "The program crm ended by signal 9."


@pytest.mark.parametrize("kind", ["missing", "folder", "not executable", "no format"])
async def test_a_program_that_can_not_be_started_is_told(
    room: Room, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "file"
    if kind == "folder":
        path.mkdir()
    elif kind != "missing":
        path.write_text("nothing")
        path.chmod(0o755 if kind == "no format" else 0o644)
    room.programs["crm"] = (str(path), 10)
    room.happened(action(run()))
    why = await room.why()
    assert why.startswith("The program crm can't be started: ")
    assert str(path) in why


async def test_a_program_is_ended_at_its_time_with_its_grandchildren(
    room: Room, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    script = f"sleep 300 & echo $! > {pids}; (sleep 300; echo late) & echo $! >> {pids}; wait"
    room.programs["crm"] = (program(tmp_path, script), 0.3)
    room.happened(action(run()))
    assert await room.why() == "The program crm took longer than 0.3 s and was ended."
    for pid in pids.read_text().split():
        await until(lambda pid=pid: gone(int(pid)))


async def test_what_a_program_leaves_behind_is_ended_and_not_waited_for(
    room: Room, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    room.programs["crm"] = (program(tmp_path, f"sleep 300 & echo $! > {pids}"), 60)
    began = time.monotonic()
    room.happened(action(run()))
    await room.idle()
    assert time.monotonic() - began < 10
    assert room.failures == []
    await until(lambda: gone(int(pids.read_text())))


async def test_a_program_that_ignores_signals_is_ended_all_the_same(
    room: Room, tmp_path: Path
) -> None:
    script = "trap '' TERM INT HUP; while :; do sleep 0.05; done"
    room.programs["crm"] = (program(tmp_path, script), 0.2)
    room.happened(action(run()))
    assert "took longer than 0.2 s" in await room.why()


async def test_a_program_that_prints_without_end_costs_neither_memory_nor_the_loop(
    room: Room, tmp_path: Path
) -> None:
    room.programs["crm"] = (program(tmp_path, "exec yes 'too much'"), 0.5)
    room.happened(action(run()))
    longest, before = 0.0, time.perf_counter()
    while not room.failures:
        await asyncio.sleep(0.001)
        longest, before = max(longest, time.perf_counter() - before), time.perf_counter()
    assert len(await room.why()) < 500
    assert longest < 0.2


async def test_at_most_four_run_at_a_time(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, most = 0, 0
    real = programs_._run

    async def counted(*given: object) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        try:
            await real(*given)  # type: ignore[arg-type]
        finally:
            running -= 1

    monkeypatch.setattr(programs_, "_run", counted)
    done = tmp_path / "done"
    room.programs["crm"] = (program(tmp_path, f"sleep 0.05; echo x >> {done}"), 10)
    actions = [action(run(), id=f"a{n}") for n in range(6)]
    for _ in range(2):
        room.happened(*actions)
    await room.idle()
    assert most == 4
    assert done.read_text().count("x") == 12


async def test_a_program_under_way_ends_with_the_console(room: Room, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    path = program(tmp_path, f"echo $$ > {pids}.new; mv {pids}.new {pids}; exec sleep 300")
    running = asyncio.ensure_future(Programs({"crm": (path, 60)}).run("crm", [], {}))
    await until(pids.exists)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert gone(int(pids.read_text()))


async def test_a_broken_argument_is_told_with_its_place(room: Room, tmp_path: Path) -> None:
    room.programs["crm"] = (program(tmp_path, "exit 0"), 10)
    room.happened(action(run("fine", "{{ operator.name }}")))
    assert await room.why() == (
        "Argument 2 can't be filled in: There is no 'operator' here; there is call, called, "
        "caller, now. (Line 1.)"
    )
