"""A second console joins the running desk: who may, what it draws, and how either of them ends."""

import json
import os
import re
import signal
import subprocess
import sys
import termios
import time

import pytest

from tests.cli.test_processes import desk, terminal

__all__ = ["desk", "terminal"]

LEFT = b"\x1b[?1049l"
NO_MOUSE = b"\x1b[?1003l"


@pytest.fixture
def joined(desk, terminal):
    """A desk without a screen, and a terminal that has joined it."""
    process = desk()
    screen = terminal()
    screen.wait_for("CALLED")
    return process, screen


def modes(screen):
    """How the terminal treats what is typed and drawn, but for what is its own of the moment."""
    return termios.tcgetattr(screen._fd)[:4]


def after(screen):
    """What stands on the terminal after the console has left it."""
    return screen.drawn.rpartition(LEFT)[2].decode()


def present(hotline):
    """Whether the desk still answers."""
    return json.loads(hotline("status", "--json").out)["running"]


# -- joining ------------------------------------------------------------------------------------


@pytest.mark.parametrize("argv", [[], ["attach"], ["attach", "--as=eva"], ["--as", "eva"]])
def test_a_console_joins_the_running_desk_and_leaves_it_running(desk, terminal, hotline, argv):
    process = desk()
    screen = terminal(*argv)
    screen.wait_for("CALLED")
    screen.press("?")
    screen.wait_for("Everything can be clicked")
    screen.press("?")
    screen.press("q")
    assert screen.code() == 0
    assert NO_MOUSE in screen.drawn
    assert re.sub(r"\x1b\[[0-9;?]*[a-z]", "", after(screen)) == ""
    assert process.poll() is None
    assert present(hotline)


def test_colours_that_the_desks_terminal_does_not_want_are_drawn_on_others(
    desk, terminal, monkeypatch
):
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TEXTUAL_FILTERS", "dim")
    desk()
    screen = terminal(env={"COLORTERM": "truecolor"})
    screen.wait_for("CALLED")
    found = set(re.findall(rb"[34]8;2;(\d+);(\d+);(\d+)", screen.drawn))
    assert [one for one in found if len(set(one)) > 1]


def test_what_is_named_odd_is_joined_by_the_whole_command_line(desk, terminal):
    desk()
    screen = terminal("attach", "--no-screen")
    assert screen.code() == 2
    screen = terminal("--no-screen", "attach")
    screen.wait_for("CALLED")


def test_the_console_is_that_of_who_is_named(desk, terminal, hotline):
    desk()
    hotline("users", "add", "lena", "--name", "Lena Vogt")
    screen = terminal("attach", "--as", "lena")
    screen.wait_for("Lena Vogt")
    hotline("users", "disable", "lena")
    assert screen.code() == 1
    again = terminal("attach", "--as", "lena")
    assert again.code() == 1
    assert "hotline: lena is no operator here. Known: eva." in again.text
    assert LEFT not in again.drawn


def test_a_console_with_a_screen_is_joined_and_takes_its_guests_along(desk, terminal, hotline):
    first = terminal()
    first.wait_for("CALLED")
    first.wait_for("can't be reached")
    second = terminal()
    second.wait_for("CALLED")
    assert json.loads(hotline("status", "--json").out)["pid"] == first.pid
    first.press("q")
    first.wait_for("1 other console is on")
    first.press("y")
    assert first.code() == 0
    assert second.code() == 1
    assert after(second).count("The desk has been ended. When it runs again") == 1
    assert "hotline attach" in after(second)


def test_without_a_desk_it_is_said_how_to_start_one(desk, terminal, hotline):
    said = hotline("attach", code=1)
    assert "hotline: no desk runs on" in said.err
    assert "hotline serve" in said.err


@pytest.mark.parametrize(("term", "why"), [("dumb", "is dumb"), ("", "is dumb")])
def test_a_terminal_that_cannot_be_drawn_on_is_refused(desk, terminal, term, why):
    desk()
    screen = terminal("attach", env={"TERM": term})
    assert screen.code() == 1
    assert why in screen.text
    assert "\x1b" not in screen.drawn.decode()


def test_without_a_terminal_there_is_a_sentence(desk, processes):
    desk()
    for argv in (["attach"], []):
        process = processes(*argv)
        assert process.wait(15) == 1
        assert "this needs a terminal" in process.stderr.read()


# -- what the line carries ----------------------------------------------------------------------


def test_another_size_is_drawn(joined):
    import fcntl
    import struct

    _, screen = joined
    screen.drawn = b""
    fcntl.ioctl(screen._fd, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
    until = time.monotonic() + 10
    while b"\x1b[50;" not in screen.drawn and screen.text.count("\n") < 45:
        assert time.monotonic() < until
        screen._read(0.1)


def test_consoles_of_different_colours_do_not_spoil_each_other(desk, terminal):
    few = terminal(env={"COLORTERM": ""})
    few.wait_for("CALLED")
    few.wait_for("can't be reached")
    many = terminal(env={"COLORTERM": "truecolor"})
    many.wait_for("CALLED")
    fewest = terminal(env={"COLORTERM": "", "TERM": "xterm"})
    fewest.wait_for("CALLED")
    for screen in (few, many, fewest):
        for key in "321":
            screen.press(key)
            screen._read(0.5)
    assert b"8;2;" in many.drawn
    assert b"8;5;" not in many.drawn
    assert b"8;5;" in few.drawn
    assert b"8;2;" not in few.drawn
    assert b"8;2;" not in fewest.drawn
    assert b"8;5;" not in fewest.drawn


# -- the end ------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_when_the_desk_ends_the_terminal_is_itself_again_and_told(desk, terminal, how):
    process = desk()
    screen = terminal()
    # The near end tells the modes of both.
    screen.wait_for("CALLED")
    raw = modes(screen)
    process.send_signal(how)
    process.wait(10)
    assert screen.code() == 1
    assert NO_MOUSE in screen.drawn
    assert after(screen).count("hotline attach") == 1
    assert modes(screen) != raw
    assert modes(screen)[3] & termios.ICANON
    assert modes(screen)[3] & termios.ECHO


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_client_that_is_told_to_go_gives_the_terminal_back(joined, hotline, how):
    process, screen = joined
    os.kill(screen.pid, how)
    assert screen.code() == 1
    assert NO_MOUSE in screen.drawn
    assert modes(screen)[3] & termios.ECHO
    assert "Traceback" not in screen.text
    assert process.poll() is None
    assert present(hotline)


def test_a_client_that_is_killed_leaves_the_desk_as_it_was(joined, terminal, hotline):
    process, screen = joined
    os.kill(screen.pid, signal.SIGKILL)
    screen.code()
    terminal().wait_for("CALLED")
    assert process.poll() is None


def test_a_desk_that_does_not_answer_is_not_waited_for_longer_than_the_hand_does(desk, terminal):
    process = desk()
    os.kill(process.pid, signal.SIGSTOP)
    try:
        screen = terminal()
        time.sleep(1)
        os.kill(screen.pid, signal.SIGINT)
        assert screen.code() != 0
        assert LEFT not in screen.drawn
    finally:
        os.kill(process.pid, signal.SIGCONT)


def state_of(pid):
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0]


@pytest.mark.skipif(sys.platform != "linux", reason="/proc says whether a process is stopped")
def test_ctrl_z_stops_neither_a_desk_nor_a_client(desk, terminal, hotline):
    first = terminal()
    first.wait_for("CALLED")
    first.wait_for("can't be reached")
    second = terminal()
    second.wait_for("CALLED")
    for screen in (first, second):
        screen.press("\x1a")
        os.kill(screen.pid, signal.SIGTSTP)
    time.sleep(0.5)
    assert state_of(first.pid) != "T"
    assert state_of(second.pid) != "T"
    assert present(hotline)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc says what a process has")
def test_a_client_that_is_stopped_costs_little_and_sees_the_latest_when_it_goes_on(
    terminal, processes, home, monkeypatch
):
    monkeypatch.setenv("TMPDIR", str(home))
    process = processes("demo", "--no-screen", "--speed", "300")
    line = process.stderr.readline()
    database = line.removeprefix("listening; calls are stored in ").split(" until ")[0]
    monkeypatch.setenv("HOTLINE_DATABASE", database)
    stopped = terminal("attach", "--as", "eva")
    stopped.wait_for("CALLED")
    stopped.wait_for("connected")
    os.kill(stopped.pid, signal.SIGSTOP)
    other = terminal("attach", "--as", "eva")
    other.wait_for("connected")
    until, seen = time.monotonic() + 8, 0
    while time.monotonic() < until:
        before = len(other.drawn)
        other._read(0.1)
        seen += len(other.drawn) > before
    # Nobody waits for the one that does not read.
    assert seen > 10
    stopped.drawn = b""
    os.kill(stopped.pid, signal.SIGCONT)
    until = time.monotonic() + 0.7
    while time.monotonic() < until:
        stopped._read(0.05)
    # What waited, and what came anew since.
    assert 0 < len(stopped.drawn) < 512_000
    stopped.press("?")
    stopped.wait_for("Everything can be clicked")


# -- what it costs to start ---------------------------------------------------------------------


def test_a_client_imports_nothing_of_what_the_console_is_made_of():
    heavy = ["textual", "rich", "pydantic", "asyncio", "argparse", "platformdirs", "console.config"]
    show = f"import console.__main__, sys; print([one for one in {heavy} if one in sys.modules])"
    said = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True)
    assert said.stdout == "[]\n"
