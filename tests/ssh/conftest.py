"""A desk that serves, as a process of its own, and people with keys."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
import time
from pathlib import Path

import pytest

from tests.cli.conftest import home, hotline, processes, typed, unused_tcp_port
from tests.servers.conftest import demand

__all__ = ["home", "hotline", "processes", "typed", "unused_tcp_port"]

INSTALL = "sudo .ci/servers"
READY = 30.0


def program(name: str) -> str:
    """Where a client is; skips where it is missing, fails in CI."""
    found = shutil.which(name)
    if found is None:
        demand(f"{name} is not installed. Install it with: {INSTALL}")
    return found


class Served:
    """A desk that serves: its port, its process, and what it said."""

    def __init__(self, process, folder: Path) -> None:
        self.process = process
        self.folder = folder
        self.lines: list[str] = []
        self.port = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        give_up = time.monotonic() + READY
        while not self.port:
            assert process.poll() is None, self.lines
            assert time.monotonic() < give_up, self.lines
            time.sleep(0.02)

    def _read(self) -> None:
        for line in self.process.stderr:
            self.lines.append(line)
            if found := re.search(r"ssh -p (\d+)", line):
                self.port = int(found[1])

    @property
    def log(self) -> str:
        """What the desk has logged."""
        (file,) = self.folder.rglob("hotline.log")
        return file.read_text()


@pytest.fixture
def configure(home, monkeypatch, unused_tcp_port):
    """Write what [ssh] says; the PBX of this desk is not there."""
    monkeypatch.setenv("COLORTERM", "")

    def configure(**ssh):
        lines = [f"{name} = {_toml(value)}" for name, value in ssh.items()]
        feed = f'host = "127.0.0.1"\nport = {unused_tcp_port}\nuser = "u"\nsecret = "s3cret"'
        file = home / "config.toml"
        file.write_text(
            f'[site]\ntime_zone = "UTC"\n[[feeds]]\n{feed}\n[ssh]\nhost = "127.0.0.1"\n'
            + "\n".join(lines)
        )
        monkeypatch.setenv("HOTLINE_CONFIG", str(file))
        monkeypatch.delenv("HOTLINE_FEED_HOST", raising=False)

    return configure


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool | int) else f'"{value}"'


@pytest.fixture
def serve(home, processes, configure):
    """Start a desk that serves."""

    def serve(**ssh):
        configure(**ssh)
        return Served(processes("serve", "--port", "0"), home)

    return serve


@pytest.fixture
def key(home):
    """Make a key pair with ssh-keygen; its private file (the public one ends in .pub)."""

    def key(name="id", kind="ed25519", *options):
        file = home / name
        subprocess.run(
            [program("ssh-keygen"), "-q", "-t", kind, "-N", "", "-f", file, *options], check=True
        )
        return file

    return key


def ssh_command(served: Served, login: str, key: Path | None, *words: str) -> list[str]:
    """The real ssh, that asks nothing and believes no file of this machine."""
    quiet = ["-F", "/dev/null", "-o", "StrictHostKeyChecking=no", "-o", "LogLevel=INFO"]
    quiet += ["-o", "UserKnownHostsFile=/dev/null", "-o", "IdentitiesOnly=yes"]
    quiet += ["-o", "BatchMode=yes", "-o", "IdentityAgent=none"]
    identity = ["-i", str(key)] if key else []
    return [
        *(program("ssh"), *quiet, *identity, "-p", str(served.port)),
        *words,
        f"{login}@127.0.0.1",
    ]


@pytest.fixture
def ssh():
    """Run the real ssh to its end; what it said."""

    def ssh(served, login, key, *words, command=(), code=0, stdin=None):
        done = subprocess.run(
            [*ssh_command(served, login, key, *words), *command],
            capture_output=True,
            text=True,
            timeout=60,
            **({"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}),
            check=False,
        )
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        return done

    return ssh


@pytest.fixture
def admitted(hotline, serve, key):
    """A desk that serves, and the key by which eva, its admin, comes in."""
    mine = key("eva")
    served = serve()
    hotline("users", "key", "add", "eva", f"{mine}.pub")
    return served, mine


@pytest.fixture
def tmux(home):
    """A terminal of its own for real clients: what is on its screen, and keys for it."""
    name = f"hotline-{os.getpid()}-{time.monotonic_ns()}"
    binary = program("tmux")

    class Tmux:
        def __call__(self, *words):
            done = subprocess.run(
                [binary, "-L", name, "-f", "/dev/null", *map(str, words)],
                capture_output=True,
                text=True,
                check=False,
                timeout=20,
            )
            return done.stdout

        def run(self, command, columns=120, rows=40):
            self("new-session", "-d", "-x", columns, "-y", rows, *map(str, command))
            self("set-option", "-g", "remain-on-exit", "on")

        @property
        def screen(self):
            return self("capture-pane", "-p")

        def until(self, wanted, seconds=20.0):
            give_up = time.monotonic() + seconds
            while not re.search(wanted, self.screen):
                assert time.monotonic() < give_up, f"no {wanted!r} in:\n{self.screen}"
                time.sleep(0.05)
            return self.screen

        def press(self, *keys):
            self("send-keys", *keys)

    terminal = Tmux()
    yield terminal
    terminal("kill-server")
