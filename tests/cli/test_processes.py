"""The real command as a process: signals, kill -9, a second console, a terminal."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

RECORDINGS = Path(__file__).parents[1] / "recordings"
HASTE = ["demo", "--no-screen", "--speed", "200"]


def listening(process):
    """Wait until a console without a screen says that it listens; the database it says."""
    line = process.stderr.readline()
    assert line.startswith("listening; calls are stored in "), line
    return line.removeprefix("listening; calls are stored in ").split(" until ")[0]


@pytest.fixture
def desk(home, processes, monkeypatch, unused_tcp_port):
    """A console without a screen whose PBX is not there."""
    for name, value in {"HOST": "127.0.0.1", "USER": "u", "SECRET": "s3cret"}.items():
        monkeypatch.setenv(f"HOTLINE_FEED_{name}", value)
    monkeypatch.setenv("HOTLINE_FEED_PORT", str(unused_tcp_port))

    def start():
        process = processes("--no-screen")
        listening(process)
        return process

    return start


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_demo_runs_until_it_is_told_to_end_and_leaves_nothing(home, processes, end, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(home))
    process = processes(*HASTE)
    database = listening(process)
    assert os.path.dirname(database).startswith(str(home))
    process.send_signal(end)
    assert process.wait(10) == 0
    assert process.stderr.read() == ""
    assert not os.path.exists(os.path.dirname(database))


def test_a_second_console_is_told_who_has_the_database(desk, hotline):
    first = desk()
    said = hotline("--no-screen", code=1)
    assert f"a console already runs on {os.environ['HOTLINE_DATABASE']}" in said.err
    assert f"(process {first.pid})" in said.err
    assert "a console already runs" in hotline("restore", "/dev/null", code=1).err


def test_commands_go_through_the_running_desk_and_reading_needs_none(desk, hotline):
    first = desk()
    hotline("users", "add", "lena", "--name", "Lena Vogt")
    assert "Lena Vogt" in hotline("users").out
    assert "That takes the role admin" in hotline("--as", "lena", "forget", "+4930", code=1).err
    told = json.loads(hotline("status", "--json").out)
    assert (told["running"], told["pid"]) == (True, first.pid)
    assert told["feed"] == told["feeds"][0]
    assert told["feed"]["state"] == "silent"
    assert "can't be reached" in told["feed"]["why"]
    first.terminate()
    assert first.wait(10) == 0
    assert json.loads(hotline("status", "--json").out)["running"] is False


def test_files_are_imported_by_the_running_desk(desk, hotline, home):
    first = desk()
    (home / "a.vcf").write_text("BEGIN:VCARD\nFN:Anna Muster\nTEL:0170 1234567\nEND:VCARD\n")
    assert hotline("contacts", "import", home / "a.vcf").out.startswith("a.vcf: 1 read, 1 added")
    assert "Anna Muster" in hotline("contacts", "lookup", "+491701234567").out
    said = hotline("contacts", "import", home / "a.vcf", "--source", "Own contacts", code=1)
    assert "Give this one another name" in said.err
    assert first.poll() is None


@pytest.mark.parametrize("runs", [True, False])
def test_ctrl_c_stops_an_import_and_what_was_there_stays(desk, hotline, home, processes, runs):
    if runs:
        first = desk()
    card = "BEGIN:VCARD\nFN:{0}\nTEL:0170 {1:07}\nEND:VCARD\n"
    (home / "a.vcf").write_text(card.format("Anna Muster", 1234567))
    hotline("contacts", "import", home / "a.vcf")
    (home / "a.vcf").write_text("".join(card.format(f"P{n}", n) for n in range(300_000)))
    command = processes("contacts", "import", home / "a.vcf")
    deadline = time.monotonic() + 20
    # What is read is put there first.
    while not any(home.glob("*reading/import")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    command.send_signal(signal.SIGINT)
    out, err = command.communicate(timeout=20)
    assert (command.returncode, out) == (130, "")
    assert err == "hotline: The import was stopped; nothing of it was stored.\n"
    assert "Anna Muster" in hotline("contacts", "lookup", "0170 1234567").out
    assert hotline("contacts", "search", "P1", "--json").out == ""
    if runs:
        assert first.poll() is None
        assert json.loads(hotline("status", "--json").out)["running"]


def test_after_kill_9_the_next_start_is_as_any_other_and_the_gap_is_stored(desk, hotline):
    first = desk()
    hotline("users", "add", "lena")
    first.kill()
    first.wait()
    # What it left behind (lock, socket, journal) is in nobody's way, with and without a desk.
    assert "lena" in hotline("users").out
    assert "0 calls deleted" in hotline("forget", "+49301").out
    second = desk()
    told = json.loads(hotline("status", "--json").out)
    assert told["pid"] == second.pid
    assert told["gaps"][0]["until"] is None


def test_a_reader_that_has_seen_enough_is_no_error(home, hotline):
    hotline("users", "add", "lena")
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "console", "users"]
    ended = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, "")


class Terminal:
    """A console on a pseudo terminal; what it draws is collected as text."""

    def __init__(self, *argv, size=(120, 40), env=None):
        self.pid, self._fd = pty.fork()
        if not self.pid:
            columns, lines = size
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            # Exactly this: readline, which pytest loads, puts a size of its own into the process.
            variables = os.environ | {"TERM": "xterm-256color"} | (env or {})
            for name in ("NO_COLOR", "COLUMNS", "LINES"):
                variables.pop(name, None)
            os.execve(sys.executable, [sys.executable, "-m", "console", *argv], variables)
        self.drawn = b""

    def wait_for(self, words, seconds=15):
        """Read until these words were drawn."""
        until = time.monotonic() + seconds
        while words not in self.text and time.monotonic() < until:
            self._read(0.1)
        assert words in self.text, self.text[-2000:]

    def press(self, keys):
        """Type."""
        os.write(self._fd, keys.encode())

    def code(self, seconds=10):
        """The exit code, once it has ended."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid, before = 0, -1
                while len(self.drawn) > before:
                    before = len(self.drawn)
                    self._read(0.05)
                return os.waitstatus_to_exitcode(status)
        raise AssertionError("it did not end: " + self.text[-2000:])

    @property
    def text(self):
        """All that was drawn, without the escapes."""
        drawn = self.drawn.decode("utf-8", "replace")
        return re.sub(r"\x1b\[[0-9;?<>=]*[ -/]*[@-~]|\x1b\][^\x1b\x07]*(\x07|\x1b\\)", "", drawn)

    def close(self):
        """End what still runs."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self._fd)

    def _read(self, seconds):
        if select.select([self._fd], [], [], seconds)[0]:
            try:
                self.drawn += os.read(self._fd, 1 << 16)
            except OSError:
                # The other end has gone: its terminal reads as an error.
                time.sleep(0.01)


@pytest.fixture
def terminal():
    opened = []

    def start(*argv, **settings):
        opened.append(Terminal(*argv, **settings))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def test_the_demo_draws_calls_and_gives_the_terminal_back(terminal, home):
    screen = terminal("demo", env={"TMPDIR": str(home)})
    screen.wait_for("Eva Brandt")
    screen.wait_for("connected")
    screen.wait_for("rings")
    os.kill(screen.pid, signal.SIGTERM)
    assert screen.code() == 0
    assert b"\x1b[?1049l" in screen.drawn
    assert "Traceback" not in screen.text
    assert not list(home.glob("hotline-demo-*"))


def test_the_first_start_offers_the_demo_and_leaves_with_q(terminal):
    screen = terminal()
    screen.wait_for("Try the demo")
    screen.press("q")
    assert screen.code() == 0


def test_the_first_start_goes_on_to_the_demo(terminal, home):
    screen = terminal(env={"TMPDIR": str(home)})
    screen.wait_for("Try the demo")
    screen.press("\r")
    screen.wait_for("Eva Brandt")
    screen.wait_for("connected")
    os.kill(screen.pid, signal.SIGTERM)
    assert screen.code() == 0


@pytest.mark.parametrize("speed", ["0", "20"])
def test_a_replay_on_the_screen_shows_the_call_at_its_own_time(terminal, home, speed, monkeypatch):
    monkeypatch.delenv("HOTLINE_DATABASE")
    screen = terminal("replay", "--speed", speed, str(RECORDINGS / "abandoned.jsonl"))
    screen.wait_for("Anna Muster: gave up after 0:01")
    os.kill(screen.pid, signal.SIGTERM)
    assert screen.code() == 0
    assert "Traceback" not in screen.text
    assert not list(home.rglob("*.db"))


def test_who_leaves_before_the_database_is_open_is_let_go(terminal, home):
    screen = terminal("demo", env={"TMPDIR": str(home)})
    screen.wait_for("connecting")
    screen.press("q")
    assert screen.code() == 0
    assert "Traceback" not in screen.text


def test_a_damaged_database_is_a_sentence_after_the_screen_is_gone(terminal, desk, home):
    (home / "hotline.db").write_text("this is no database")
    screen = terminal()
    assert screen.code() == 1
    after = screen.drawn.rpartition(b"\x1b[?1049l")[2].decode()
    assert "hotline.db is no database" in after
    assert "Traceback" not in screen.text


def test_a_console_that_another_was_quicker_than_joins_it(terminal, desk, hotline):
    process = desk()
    # No name is nothing that the quick way understands: it is the lock that says who is there.
    screen = terminal("--as=")
    screen.wait_for("CALLED")
    assert json.loads(hotline("status", "--json").out)["pid"] == process.pid


def test_an_unknown_login_is_told_who_is_known(terminal, desk, hotline):
    process = desk()
    process.terminate()
    process.wait(10)
    screen = terminal("--as", "mallory")
    assert screen.code() == 1
    assert "mallory is no operator here. Known: eva." in screen.text
