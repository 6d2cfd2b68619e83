"""A private Asterisk for the tests: own configuration, own loopback ports, own process group."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import itertools
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from .configuration import PHONES, files

CHECKOUT = Path(__file__).parents[2]
MAKE = "sudo .ci/asterisk"
BOOT_SECONDS = 20.0
# Whatever is started dies with the thread that started it, even if the tests are killed with -9.
WITH_US = ("setpriv", "--pdeathsig", "KILL") if shutil.which("setpriv") else ()


class BenchBroken(Exception):
    """The bench itself, not the product, can't work."""


def root() -> Path:
    """Where `.ci/asterisk` keeps the Asterisk it made."""
    if given := os.environ.get("HOTLINE_ASTERISK_ROOT"):
        return Path(given)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "hotline-console" / "asterisk"


def _loader() -> Path:
    """The dynamic loader inside the chroot."""
    return next(root().glob("usr/lib/*/ld-linux-*.so.*"))


def why_not() -> str | None:
    """Why there is no bench on this machine and how to get one; None if there is one."""
    try:
        made = (root() / ".complete").exists()
    except PermissionError:
        return f"{root()} can't be read by this user. Set HOTLINE_ASTERISK_ROOT and run: {MAKE}"
    if not made:
        return f"there is no Asterisk in {root()}. Make it with: {MAKE}"
    if shutil.which("sipp") is None:
        return f"sipp is not installed. Install it with: {MAKE}"
    return None


@dataclass(frozen=True)
class Choices:
    """What a test may want otherwise than usual."""

    channelvars: tuple[str, ...] = ("DID", "CALLERID(dnid)", "CALLERID(num-pres)")
    cdr: bool = True
    cel: bool = True
    tls_certificate: Path | None = None  # PEM with key and certificate: AMI over TLS as well


BLOCK = 400


@dataclass
class Ports:
    """Where everything listens in this run: a block of loopback ports that is ours alone.

    Below the ephemeral range, from which the sockets of sipp, of the phones' media and of PJSIP's
    DNS would otherwise take one of them; and claimed by a socket, so that a second bench on this
    machine finds another block.
    """

    first: int
    claim: socket.socket

    @classmethod
    def choose(cls) -> Ports:
        """A block in which every port is free."""
        blocks = list(range(10000, 32000, BLOCK))
        random.shuffle(blocks)
        for first in blocks:
            claim = socket.socket()
            try:
                claim.bind(("127.0.0.1", first))
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    for port in range(first + 1, first + 100):
                        with socket.socket(socket.AF_INET, kind) as probe:
                            probe.bind(("127.0.0.1", port))
            except OSError:
                claim.close()
            else:
                return cls(first, claim)
        raise BenchBroken("no 400 free ports in a row between 10000 and 32000")

    def __post_init__(self) -> None:
        self._callers = itertools.cycle(range(self.first + 20, self.first + 100))

    @property
    def ami(self) -> int:
        """The manager interface."""
        return self.first + 1

    @property
    def ami_tls(self) -> int:
        """The manager interface over TLS, if there is a certificate."""
        return self.first + 2

    @property
    def sip(self) -> int:
        """Asterisk's SIP."""
        return self.first + 3

    @property
    def outside(self) -> int:
        """Where the trunk's other end is called."""
        return self.first + 4

    @property
    def phones(self) -> dict[str, int]:
        """Where each phone is."""
        return {number: self.first + 5 + n for n, number in enumerate(PHONES)}

    @property
    def rtp(self) -> tuple[int, int]:
        """Asterisk's media, first and last port."""
        return self.first + 100, self.first + BLOCK - 1

    def caller(self) -> int:
        """A port for the next caller."""
        return next(self._callers)


@dataclass
class AsteriskServer:
    """One Asterisk process; start() and stop() as often as wanted, the ports stay."""

    choices: Choices = Choices()
    ports: Ports = field(default_factory=Ports.choose)
    secret: str = field(default_factory=lambda: secrets.token_hex(12))
    driver_secret: str = field(default_factory=lambda: secrets.token_hex(12))
    user: str = "hotline"
    driver_user: str = "driver"
    folder: Path | None = None
    process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Boots Asterisk and returns when it is fully booted."""
        if reason := why_not():
            raise BenchBroken(reason)
        if self.folder is None:
            self.folder = Path(tempfile.mkdtemp(prefix="hotline-pbx-"))
            atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
            for name, text in files(self).items():
                path = self.folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            for name in ("db", "keys/keys", "log", "run", "spool/voicemail", "tmp", "moh"):
                (self.folder / name).mkdir(parents=True)
            share = root() / "usr/share/asterisk"
            (self.folder / "data" / "sounds").mkdir(parents=True)
            (self.folder / "data" / "documentation").symlink_to(share / "documentation")
            # The chroot's own sounds/en goes through /etc/alternatives: absolute, so not from here.
            voice = next((share / "sounds").glob("en_*_f_*"))
            (self.folder / "data" / "sounds" / "en").symlink_to(voice)
            (self.folder / "moh" / "music.gsm").symlink_to(voice / "vm-goodbye.gsm")
        self.process = subprocess.Popen(  # noqa: ASYNC220 - it outlives any event loop
            [*WITH_US, *self._command("-f")],
            stdin=subprocess.DEVNULL,
            stdout=(self.folder / "log" / "stdout").open("ab"),
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TZ": "UTC", "LANG": "C.UTF-8"},
            start_new_session=True,
        )
        async with asyncio.timeout(BOOT_SECONDS):
            while not await self._booted():
                if self.process.poll() is not None:
                    raise BenchBroken(f"Asterisk ended while booting:\n{self.log()[-2000:]}")
                await asyncio.sleep(0.03)

    async def stop(self) -> None:
        """Ends the process group and removes every file of this run."""
        self.kill()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None
        self.ports.claim.close()

    def kill(self) -> None:
        """kill -9 for Asterisk and whatever it started; the files stay for a restart."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    async def restart(self) -> None:
        """kill -9 and boot again with the same configuration and ports."""
        self.kill()
        await self.start()

    async def cli(self, command: str) -> str:
        """What Asterisk's own console answers to a command."""
        process = await asyncio.create_subprocess_exec(
            *self._command("-r", "-x", command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        return output.decode("utf-8", "replace")

    def log(self) -> str:
        """The messages of this run so far."""
        assert self.folder is not None
        paths = sorted((self.folder / "log").glob("messages*"))
        paths.append(self.folder / "log" / "stdout")
        return "\n".join(p.read_text(errors="replace") for p in paths if p.exists())

    def pids(self) -> set[int]:
        """Every living process of Asterisk's process group."""
        return set() if self.process is None else group_members(self.process.pid)

    def _command(self, *arguments: str) -> list[str]:
        # By the chroot's own loader and libraries: no chroot(2), so no root, and any user can.
        assert self.folder is not None
        loader = _loader()
        named = self.folder / "asterisk"  # so that ps and pgrep call it that
        if not named.is_symlink():
            named.symlink_to(loader)
        return [
            str(named),
            "--library-path",
            str(loader.parent),
            str(root() / "usr/sbin/asterisk"),
            "-C",
            str(self.folder / "etc" / "asterisk.conf"),
            *arguments,
        ]

    async def _booted(self) -> bool:
        """Whether a login is followed by FullyBooted, which says that every module is there."""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.ports.ami)
        except OSError:
            return False
        try:
            writer.write(
                f"Action: Login\r\nUsername: {self.driver_user}\r\nSecret: {self.driver_secret}\r\n"
                "Events: system\r\n\r\n".encode()
            )
            async with asyncio.timeout(BOOT_SECONDS):
                await reader.readuntil(b"Event: FullyBooted\r\n")
                # Some console commands are registered only after that.
                writer.write(b"Action: Command\r\nCommand: core show version\r\n\r\n")
                answer = await reader.readuntil(b"Command output follows")
            return b"Response: Success" in answer
        except (OSError, asyncio.IncompleteReadError):
            return False
        finally:
            writer.close()


def group_members(group: int) -> set[int]:
    """The living processes of a process group."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError):
            state, _, pgrp = stat.read_text().rpartition(")")[2].split()[:3]
            if int(pgrp) == group and state not in "ZX":
                found.add(int(stat.parent.name))
    return found


def listening(pids: set[int]) -> set[tuple[str, str, int]]:
    """(protocol, address, port) of every listening TCP and every bound UDP socket of processes."""
    inodes = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            for link in Path(f"/proc/{pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    target = os.readlink(link)
                    if target.startswith("socket:["):
                        inodes.add(target[8:-1])
    found = set()
    for protocol in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/net/{protocol}").read_text().splitlines()[1:]:
            fields = line.split()
            listens = fields[3] == "0A" or protocol.startswith("udp")
            if listens and fields[9] in inodes:
                raw, port = fields[1].split(":")
                words = [bytes.fromhex(raw[i : i + 8])[::-1] for i in range(0, len(raw), 8)]
                family = socket.AF_INET6 if protocol.endswith("6") else socket.AF_INET
                found.add((protocol, socket.inet_ntop(family, b"".join(words)), int(port, 16)))
    return found
