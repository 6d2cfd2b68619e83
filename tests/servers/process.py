"""A server process of the tests' own: its own session, its own folder, loopback only."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.pbx.server import WITH_US, group_members, listening

READY_SECONDS = 20.0
# Servers sync every file to the disk, which costs nothing where there is none.
MEMORY = next((path for path in ("/dev/shm",) if os.access(path, os.W_OK)), None)


class ServerBroken(Exception):
    """The server of the tests itself, not the product, can't work."""


def free_port() -> int:
    """A loopback port that nobody has now; who starts a server on it tries again if it is gone."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ServerProcess:
    """One server: its folder, and the process while it runs.

    Where the tests are root it runs as nobody, if nobody may run its `program`.
    """

    def __init__(self, name: str, program: str) -> None:
        self.name = name
        self.folder = Path(tempfile.mkdtemp(prefix=f"hotline-{name}-", dir=MEMORY))
        self.process: subprocess.Popen[bytes] | None = None
        self.environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
        self._as: dict[str, object] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            try:
                self.run(program, "--version")
            except (PermissionError, ServerBroken):
                self._as = {}

    def hand_over(self) -> None:
        """Give all in the folder to whom the server runs as."""
        if self._as:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, self._as["user"], self._as["group"])  # type: ignore[arg-type]

    def run(self, *command: str) -> None:
        """Run a program of the server's to its end, in its folder."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
            check=False,
            **self._as,  # type: ignore[call-overload]
        )
        if done.returncode:
            raise ServerBroken(f"{command[0]} failed:\n{done.stdout.decode(errors='replace')}")

    def start(self, *command: str, ready: Callable[[], bool]) -> None:
        """Start the server and return when it is ready; raises ServerBroken if it ends before."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*WITH_US, *command],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                start_new_session=True,
                **self._as,  # type: ignore[call-overload]
            )
        give_up = time.monotonic() + READY_SECONDS
        while not ready():
            if self.process.poll() is not None or time.monotonic() > give_up:
                self.kill()
                raise ServerBroken(f"{self.name} did not start:\n{self.log()[-2000:]}")
            time.sleep(0.02)

    def log(self) -> str:
        """What the server wrote."""
        return (self.folder / "log").read_text(errors="replace")

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to all of its session."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """kill -9; the folder stays."""
        if self.process is not None:
            self.signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def remove(self) -> None:
        """Kill it and delete its folder."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def listens(self) -> set[tuple[str, str, int]]:
        """(protocol, address, port) of every socket that it listens on, whatever for."""
        assert self.process is not None
        return listening(group_members(self.process.pid))


def answers(port: int) -> bool:
    """Whether somebody accepts connections on a loopback port."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
