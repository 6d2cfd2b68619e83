"""Commands over ssh, by OpenSSH's client: a few, with a user's rights, that hurt nobody."""

import asyncio
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
from types import SimpleNamespace

import pytest

from console import ssh_commands
from console.desk.operators import Operator
from console.settings.site import Site
from console.ssh_commands import NotAllowed, read_command
from tests.cli.conftest import home, hotline, processes, unused_tcp_port

__all__ = ["home", "hotline", "processes", "unused_tcp_port"]

CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:{}\nTEL:{}\nEND:VCARD\n"


class Desk:
    """A desk that serves; `ssh` gives it a command as lena, who has a key."""

    def __init__(self, process, home):
        self.process, self._home, self.lines = process, home, []
        reading = threading.Thread(target=self._read, daemon=True)
        reading.start()
        until = time.monotonic() + 30
        while not any("stored in" in line for line in self.lines):
            assert process.poll() is None, self.lines
            assert time.monotonic() < until, self.lines
            time.sleep(0.02)
        self.port = next(int(found[1]) for line in self.lines if (found := PORT.search(line)))

    def _read(self):
        self.lines.extend(self.process.stderr)

    def command(self, *words, login="lena", terminal="-T"):
        return [
            *("ssh", "-F", "/dev/null", terminal, "-p", str(self.port), "-i", self._home / login),
            *("-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={self._home / 'hosts'}"),
            *("-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR"),
            *(f"{login}@127.0.0.1", *words),
        ]

    def ssh(self, *words, data=b"", **more):
        return subprocess.run(self.command(*words, **more), input=data, capture_output=True)


PORT = re.compile(r"ssh -p (\d+)")


@pytest.fixture
def desk(home, hotline, processes, monkeypatch, unused_tcp_port):
    if shutil.which("ssh") is None:
        pytest.skip("OpenSSH's client is not installed")
    for name, value in {"HOST": "127.0.0.1", "USER": "u", "SECRET": "env:AMI_WORD"}.items():
        monkeypatch.setenv(f"HOTLINE_FEED_{name}", value)
    # What such a process needs must not be what a desk has in its environment.
    monkeypatch.setenv("AMI_WORD", "s3cret")
    monkeypatch.setenv("HOTLINE_FEED_PORT", str(unused_tcp_port))
    monkeypatch.setenv("HOTLINE_SSH_HOST", "127.0.0.1")
    monkeypatch.setenv("HOTLINE_SITE_AREA_CODE", "30")
    monkeypatch.setenv("HOTLINE_SITE_NAME", "Desk of the tests")
    hotline("--as", "eva", "users", "add", "eva", "--role", "admin")
    for login in ("lena", "jonas"):
        hotline("users", "add", login, "--name", f"{login.capitalize()} Vogt")
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", home / login], check=True
        )
        hotline("users", "key", "add", login, home / f"{login}.pub")
    return Desk(processes("serve", "--port", "0"), home)


def rows(home, select):
    with sqlite3.connect(home / "hotline.db") as database:
        return database.execute(select).fetchall()


# -- what may be said ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("calls", ()),
        ("calls --json --since today", ("--json", "--since=today")),
        ("calls --company='Meyer & Söhne'", ("--company=Meyer & Söhne",)),
        ("calls --company --config", ("--company=--config",)),
        ("notices --limit 3 --failed", ("--limit=3", "--failed")),
        ("status --json", ("--json",)),
        ("contacts import -", ()),
        ("contacts import - --source 'My own'", ("--source=My own",)),
        ("contacts export - --search --as", ("-", "--search=--as")),
        ("companies export --archived --vcard", ("--archived", "--vcard")),
    ],
)
def test_what_may_be_said(text, options):
    assert read_command(text).options == options


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *((one, 1) for one in ("", "sh", "users", "contacts", "contacts import a.vcf")),
        *((one, 1) for one in ("--as eva calls", "calls\0", "/bin/sh -c calls", "scp -t x")),
        *((f"calls {one}", 2) for one in ("--config x", "--as eva", "--company", "extra", "--js")),
        *((f"calls {one}", 2) for one in ("--json=x", "; id", "'", "--database=x", "-h")),
        ("notices retry --all", 2),
        ("contacts import - more.vcf", 2),
        *((f"contacts export {one}", 2) for one in ("a.vcf", "--as=eva", "-- a.vcf", "/etc/x")),
        *((f"companies export {one}", 2) for one in ("a.csv", "--json=x", "--config x")),
        *((one, 1) for one in ("companies", "companies import -", "companies list")),
    ],
)
def test_what_may_not_be_said(text, code):
    with pytest.raises(NotAllowed) as refused:
        read_command(text)
    assert refused.value.code == code
    assert "\n" not in str(refused.value)


# -- what is done -------------------------------------------------------------------------------


def test_a_command_answers_as_here_and_gives_its_exit_code(desk, hotline):
    here = json.loads(hotline("status", "--json").out)
    there = desk.ssh("status", "--json")
    assert (there.returncode, there.stderr) == (0, b"")
    told = json.loads(there.stdout)
    assert (told["running"], told["pid"], told["feed"]["name"]) == (
        here["running"],
        desk.process.pid,
        here["feed"]["name"],
    )
    assert told["site"] == "Desk of the tests"
    assert b"\r" not in there.stdout
    assert b"\r" not in desk.ssh("status").stdout
    wrong = desk.ssh("calls", "--since", "yesterweek")
    assert (wrong.returncode, wrong.stdout) == (2, b"")
    assert wrong.stderr.startswith(b'hotline: --since "yesterweek" is no time')
    nobody = desk.ssh("calls --company 'Nobody & Sons' --json")
    assert (nobody.returncode, nobody.stdout) == (2, b"")
    assert b'no company is called "Nobody & Sons"' in nobody.stderr
    assert desk.ssh("notices", "--failed", "--json").returncode == 0


def test_all_else_is_refused_in_one_sentence(desk):
    for words in (["users"], ["sh"], ["companies import -"], ["cat /etc/passwd; calls"]):
        said = desk.ssh(*words)
        assert (said.returncode, said.stdout) == (1, b"")
        assert said.stderr == (
            b"hotline: Only these commands are here: calls, notices, status, contacts import -, "
            b"contacts export, companies export\n"
        )
    said = desk.ssh("calls", "--config", "/dev/null")
    assert said.returncode == 2
    assert said.stderr.startswith(b"hotline: calls takes only: --csv, --failed-notices, --json,")


def test_with_a_terminal_lines_end_as_one_wants_it(desk):
    said = desk.ssh("status", terminal="-tt")
    assert said.returncode == 0
    assert said.stdout.count(b"\r\n") == said.stdout.count(b"\n") > 3


def test_own_contacts_are_imported_for_who_sends_them_and_for_nobody_else(desk, home, hotline):
    cards = CARD.format("Anna Muster", "0170 1234567") + CARD.format("Ben Muster", "0170 1234568")
    said = desk.ssh("contacts import - --source 'My friends'", data=cards.encode())
    assert (said.returncode, said.stderr) == (0, b"")
    assert said.stdout == b"2 read; My friends: 2 added, 0 changed\n"
    assert "Anna Muster" in hotline("contacts", "lookup", "01701234567", "--as", "lena").out
    hotline("contacts", "lookup", "01701234567", "--as", "jonas", code=1)
    # Another's source of the same name is another source.
    again = desk.ssh("contacts import - --source 'My friends'", data=cards.encode(), login="jonas")
    assert again.stdout == b"2 read; My friends: 2 added, 0 changed\n"
    more = desk.ssh("contacts", "import", "-", data=CARD.format("Cem", "0170 1").encode())
    assert more.stdout == b"1 read; Imported: 1 added, 0 changed\n"
    print_of = subprocess.run(
        ["ssh-keygen", "-lf", home / "lena.pub"], capture_output=True, text=True
    ).stdout.split()[1]
    lines = rows(home, "SELECT what, new FROM audit WHERE origin = '127.0.0.1 " + print_of + "'")
    assert ("imported", "My friends: 2 added, 0 changed") in lines
    assert ("source", "My friends (imported)") in lines
    assert not list(desk_files(desk))


def test_what_the_console_can_not_write_elsewhere_is_printed_for_who_asks(desk, home, hotline):
    card = CARD.format("Anna Muster", "0170 1234567")
    assert desk.ssh("contacts import -", data=card.encode()).returncode == 0
    mine = desk.ssh("contacts", "export")
    assert (mine.returncode, mine.stderr) == (0, b"")
    assert mine.stdout.startswith(b"BEGIN:VCARD\r\n")
    assert b"FN:Anna Muster" in mine.stdout
    assert b"Anna" not in desk.ssh("contacts", "export", "-", login="jonas").stdout
    assert b"Anna" not in desk.ssh("contacts export --search nobody").stdout
    table = home / "firms.csv"
    table.write_text("name;numbers\nMeyer;030 1234567\n")
    hotline("companies", "import", table, "--as", "eva")
    assert b"Meyer" in desk.ssh("companies", "export").stdout
    assert desk.ssh("companies export --vcard").stdout.startswith(b"BEGIN:VCARD")


def desk_files(desk):
    """What imports have left behind where the desk keeps what is temporary."""
    folder = os.environ.get("TMPDIR", "/tmp")
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if name.startswith("hotline-import-") and os.stat(path).st_mtime > time.time() - 60:
            yield name


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", b"There is no contact in it."),
        (b"nonsense", b"There is no contact in it."),
        (b"x" * 10_000_001, b"these are more than 10 MB"),
    ],
    ids=["nothing", "nonsense", "too much"],
)
def test_what_is_no_card_is_refused_and_leaves_no_source(desk, home, data, why):
    said = desk.ssh("contacts", "import", "-", data=data)
    assert (said.returncode, said.stdout) == (1, b"")
    assert why in said.stderr
    assert rows(home, "SELECT name FROM sources WHERE owner <> ''") == []


def test_who_is_disabled_has_no_commands_any_more(desk, hotline):
    assert desk.ssh("status").returncode == 0
    hotline("users", "disable", "lena")
    assert desk.ssh("status").returncode == 255


# -- what hurts nobody --------------------------------------------------------------------------


def children_of(pid):
    """The commands that this process has begun."""
    found = subprocess.run(["ps", "--ppid", str(pid), "-o", "pid=,args="], capture_output=True)
    return [line for line in found.stdout.decode().splitlines() if "-m console" in line]


def test_two_at_once_for_each_and_the_third_is_told_to_wait(desk):
    # They wait for their input, and so are under way.
    waiting = [
        subprocess.Popen(
            desk.command("contacts", "import", "-"), stdin=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    try:
        until = time.monotonic() + 10
        while not (ended := [one for one in waiting if one.poll() is not None]):
            assert time.monotonic() < until
            time.sleep(0.02)
        assert [one.returncode for one in ended] == [1]
        assert ended[0].stderr.read().startswith(b"hotline: too many commands are under way")
        assert desk.ssh("status", login="jonas").returncode == 0
    finally:
        for one in waiting:
            one.kill()
            one.communicate()
    until = time.monotonic() + 10
    while (said := desk.ssh("status")).returncode:
        assert time.monotonic() < until, said


def test_a_client_that_goes_takes_its_process_along(desk, home):
    # It is stopped, so that it is there for as long as nobody ends it.
    client = subprocess.Popen(desk.command("status"), stdout=subprocess.PIPE)
    until = time.monotonic() + 10
    while not (found := children_of(desk.process.pid)):
        assert time.monotonic() < until
        time.sleep(0.005)
    os.kill(int(found[0].split()[0]), signal.SIGSTOP)
    client.kill()
    client.communicate()
    until = time.monotonic() + 10
    while children_of(desk.process.pid):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_the_desk_ends_with_what_it_has_begun(desk):
    client = subprocess.Popen(desk.command("status"), stdout=subprocess.PIPE)
    until = time.monotonic() + 10
    while not (found := children_of(desk.process.pid)):
        assert time.monotonic() < until
        time.sleep(0.005)
    pid = int(found[0].split()[0])
    os.kill(pid, signal.SIGSTOP)
    desk.process.terminate()
    assert desk.process.wait(20) == 0
    client.communicate(timeout=10)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


class Client:
    """A session that takes what it is given, or nothing until `goes_on`."""

    def __init__(self, *, takes=True):
        self.printed, self.said, self.gone = b"", b"", False
        self.goes_on = asyncio.Event()
        if takes:
            self.goes_on.set()

    def listen(self, heard, ended):
        ended()

    def complain(self, said):
        self.said += said

    async def print(self, said):
        await self.goes_on.wait()
        self.printed += said


@pytest.fixture
def commands(home, hotline):
    hotline("--as", "eva", "users", "add", "eva", "--role", "admin")
    play = SimpleNamespace(site=Site(), database=f"sqlite+aiosqlite:///{home / 'hotline.db'}")
    return ssh_commands.Commands(play, None)


async def given(commands, client, text="calls --csv"):
    return await commands.carry_out(Operator("eva", "Eva"), "127.0.0.1 key", client, text)


async def test_what_takes_too_long_is_ended(commands, monkeypatch):
    monkeypatch.setattr(ssh_commands, "SECONDS", 0.05)
    client = Client()
    assert await given(commands, client) == 1
    assert client.said == b"hotline: this takes longer than 0 s; ask for less\n"
    assert not children_of(os.getpid())


async def test_what_is_too_much_is_ended(commands, monkeypatch):
    monkeypatch.setattr(ssh_commands, "MOST_PRINTED", 10)
    client = Client()
    assert await given(commands, client) == 1
    assert b"ask for less (--since)" in client.said
    assert not children_of(os.getpid())


async def test_a_client_that_does_not_read_is_waited_for_and_can_go(commands):
    client = Client(takes=False)
    waiting = asyncio.ensure_future(given(commands, client))
    await asyncio.sleep(2)
    assert not waiting.done()
    client.closed()
    assert await waiting == 1
    assert not children_of(os.getpid())
    client = Client(takes=False)
    waiting = asyncio.ensure_future(given(commands, client))
    await asyncio.sleep(1)
    client.goes_on.set()
    assert await waiting == 0
    assert client.printed.startswith(b"id,started_at,")
