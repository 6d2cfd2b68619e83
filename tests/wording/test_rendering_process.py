"""The process that renders: what it may do, how it ends, what if it does not start."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from console.wording import process as processes
from console.wording import wording as wordings
from console.wording.process import RenderingProcess
from console.wording.wording import Broken, Rendered, Wording

NESTED_LOOPS = "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"
HELLO = Rendered("hello")
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def child(wording: Wording) -> RenderingProcess:
    assert wording._process is not None
    return wording._process


async def until(true: Callable[[], object], every: float = 0.0) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(every)


@linux
async def test_the_process_has_no_environment_no_files_and_few_limits(wording: Wording) -> None:
    place = Path(f"/proc/{child(wording).pid}")
    assert await wording.render("hello", {}) == HELLO
    assert place.joinpath("environ").read_bytes() == b""
    assert sorted(each.name for each in place.joinpath("fd").iterdir()) == ["0", "1", "2"]
    limits = {
        line[:25].strip(): line[25:].split()[0]
        for line in place.joinpath("limits").read_text().splitlines()
    }
    assert limits["Max address space"] == "256000000"
    assert limits["Max file size"] == "0"
    assert limits["Max processes"] == "0"
    assert int(limits["Max cpu time"]) <= 4
    assert os.getsid(child(wording).pid) == child(wording).pid


async def test_an_idle_process_that_is_killed_costs_nobody_a_text(wording: Wording) -> None:
    for _ in range(3):
        os.kill(child(wording).pid, signal.SIGKILL)
        assert await wording.render("hello", {}) == HELLO


async def test_one_that_is_killed_in_the_middle_is_replaced_and_asked_again(
    wording: Wording,
) -> None:
    first = child(wording)
    os.kill(first.pid, signal.SIGSTOP)
    asked = asyncio.ensure_future(wording.render("hello", {}))
    await until(lambda: first._owes)
    os.kill(first.pid, signal.SIGKILL)
    assert await asked == HELLO
    assert child(wording).pid != first.pid


async def test_one_that_is_stopped_is_ended_after_a_while(
    wording: Wording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "ANSWER_SECONDS", 0.3)
    stopped = child(wording)
    os.kill(stopped.pid, signal.SIGSTOP)
    assert await wording.render("hello", {}) == Broken("It takes longer than 200 ms.")
    assert not stopped.alive
    monkeypatch.undo()
    assert await wording.render("hello", {}) == HELLO


async def test_who_no_longer_waits_disturbs_nobody(wording: Wording) -> None:
    """An editor's preview is cancelled at every key; answers must not be taken for others."""
    first = child(wording)
    for n in range(20):
        given_up = asyncio.ensure_future(wording.render("no", {}))
        await until(lambda: first._owes)
        given_up.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await given_up
        assert await wording.render("{{ n }}", {"n": n}) == Rendered(str(n))
    assert child(wording) is first


async def test_the_next_is_not_blamed_for_a_cancelled_one_that_hangs(wording: Wording) -> None:
    first = child(wording)
    given_up = asyncio.ensure_future(wording.render(NESTED_LOOPS, {}))
    await until(lambda: first._owes)
    given_up.cancel()
    assert await wording.render("hello", {}) == HELLO


async def test_a_cold_start_does_not_count(wording: Wording) -> None:
    fresh = Wording()
    try:
        assert await fresh.render("hello", {}) == HELLO
    finally:
        await fresh.close()


async def test_what_is_asked_after_the_end_is_broken(wording: Wording) -> None:
    pid = child(wording).pid
    hanging = asyncio.ensure_future(wording.render(NESTED_LOOPS, {}))
    await until(lambda: child(wording)._owes)
    await wording.close()
    closed = Broken("Templates are no longer rendered: the console ends.")
    assert await hanging == closed
    assert await wording.render("hello", {}) == closed
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@linux
async def test_a_process_without_a_console_ends_even_in_an_endless_loop(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys\n"
        "from console.wording.wording import Wording\n"
        "async def main():\n"
        "    wording = Wording()\n"
        "    await wording.warm()\n"
        "    print(wording._process.pid, flush=True)\n"
        f"    await wording.render({NESTED_LOOPS!r}, {{}})\n"
        "asyncio.run(main())\n"
    )
    console = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE
    )
    assert console.stdout is not None
    worker = Path(f"/proc/{int(await console.stdout.readline())}")
    console.kill()
    await console.wait()

    def gone() -> bool:
        try:
            return worker.joinpath("stat").read_text().rpartition(")")[2].split()[0] in "ZX"
        except (FileNotFoundError, ProcessLookupError):
            return True

    await until(gone, 0.01)


async def test_where_no_process_can_be_started_it_is_said_and_not_tried_all_the_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wording = Wording()
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    await wording.warm()
    broken = await wording.render("hello", {})
    assert broken == Broken(
        "No process for templates can be started: No such file or directory (/nowhere/python)."
    )
    monkeypatch.undo()
    assert await wording.render("hello", {}) == broken
    wording._not_before = 0.0
    assert await wording.render("hello", {}) == HELLO
    await wording.close()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("import sys; sys.exit(3)", "ended while it started (status 3)"),
        ("import os; os.write(1, b'HTTP/1.1 200 OK')", "ended while it started"),
        ("import os; os.write(1, b'\\0\\0\\0\\2[]')", "ended while it started"),
        ("import time; time.sleep(60)", "did not start within"),
        (
            "import sys; sys.modules['jinja2'] = None; exec(open(WORKER).read())",
            "can't work: ModuleNotFoundError",
        ),
    ],
)
async def test_a_process_that_can_not_work_is_a_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, reason: str
) -> None:
    broken_one = tmp_path / "worker.py"
    broken_one.write_text(f"WORKER = {str(processes._SCRIPT)!r}\n{script}\n")
    monkeypatch.setattr(processes, "_SCRIPT", broken_one)
    monkeypatch.setattr(processes, "START_SECONDS", 0.5)
    monkeypatch.setattr(wordings, "FIRST_PAUSE", 0.0)
    wording = Wording()
    made = await wording.render("hello", {})
    assert isinstance(made, Broken)
    assert reason in made.reason
    monkeypatch.undo()
    wording._not_before = 0.0
    assert await wording.render("hello", {}) == HELLO
    await wording.close()


async def test_waiting_for_a_template_does_not_hold_up_the_loop(wording: Wording) -> None:
    longest = 0.0
    rendering = asyncio.ensure_future(wording.render(NESTED_LOOPS, {}))
    before = time.perf_counter()
    while not rendering.done():
        await asyncio.sleep(0)
        longest, before = max(longest, time.perf_counter() - before), time.perf_counter()
    assert longest < 0.1
