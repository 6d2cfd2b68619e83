"""The thin client: this terminal joins the desk that runs on this machine.

It carries bytes between the terminal and the desk's socket, which draws the console, and imports no
more than that takes: the first frame is there within a blink.
"""

import json
import os
import select
import signal
import socket
import sys
import termios
import tty
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple, NoReturn

from console import frames, places
from console.ssh.sequences import LEAVE

ANSWERS_WITHIN = 15.0  # seconds a desk may take to its first frame
LAST_WORDS = 1.0  # seconds a terminal that does not read has to take them
GIVE_TITLE_BACK = "\x1b[23;2t"  # XTWINOPS: the console keeps the window's title when it begins
ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
SILENT = "the desk of {} does not answer; hotline status says how it is, and its log what it does"
LOST = (
    "The desk has ended without a word (its log may say why). When it runs again, come in with: "
    "hotline attach"
)
NO_TERMINAL = "this needs a terminal; without one try: hotline calls --json"
DUMB = "the terminal (TERM) is dumb: it can't be drawn on; without one try: hotline calls --json"


class Said(NamedTuple):
    """What the command line says: which configuration, who, and whether there must be a desk."""

    config: str | None = None
    guest: str | None = None
    attach: bool = False


class _Over(BaseException):
    """It can't go on; the sentence, if any, says why."""


def said_in(argv: Sequence[str]) -> Said | None:
    """What argv says, None where it says more than a client has to do with."""
    said, words = Said(), list(argv)
    while words:
        word = words.pop(0)
        option, given, value = word.partition("=")
        if word == "attach" and not said.attach:
            said = said._replace(attach=True)
        elif option in ("--config", "--as") and (given or words):
            value = value if given else words.pop(0)
            if not value or value.startswith("-"):
                return None
            if option == "--config":
                said = said._replace(config=value)
            else:
                said = said._replace(guest=value)
        else:
            return None
    return said


def joined(argv: Sequence[str]) -> int | None:
    """Join the running desk, if argv asks for a console and there is one; else None."""
    if (said := said_in(argv)) is None or (said.attach is False and _why_not()):
        return None
    database = places.configured_database(said.config)
    return join(database, said.guest) if database else None


def join(database: str, guest: str | None) -> int | None:
    """Show the console of a database's desk until it is left; None where no desk runs."""
    desk = socket.socket(socket.AF_UNIX)
    with desk:
        try:
            desk.connect(places.socket_of(database))
        except OSError:
            return None
        if why := _why_not():
            return _say(why)
        try:
            desk.sendall(_asked(guest))
            desk.settimeout(ANSWERS_WITHIN)
            first = desk.recv(frames.LONGEST)
        except TimeoutError:
            return _say(SILENT.format(database))
        except OSError:
            first = b""
        desk.settimeout(None)
        if not first:
            return _say(LOST)
        if first.startswith(b"{"):
            return _say("the desk that runs is of another version; end it and start it again")
        return _Joined(desk).carry(first)


def _why_not() -> str:
    """Why this terminal can't be drawn on; "" if it can."""
    if not (os.isatty(0) and os.isatty(1)):
        return NO_TERMINAL
    return DUMB if os.environ.get("TERM", "") in ("", "dumb") else ""


def _asked(guest: str | None) -> bytes:
    """What is said to the desk at first."""
    asked = {
        "as": guest or _user(),
        "term": os.environ["TERM"],
        "colorterm": os.environ.get("COLORTERM", ""),
        "size": _size(),
    }
    return json.dumps({"attach": asked}).encode() + b"\n"


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _size() -> tuple[int, int]:
    try:
        return tuple(os.get_terminal_size(1))  # type: ignore[return-value]
    except OSError:
        return 80, 24


def _say(why: str) -> int:
    sys.stderr.write(f"hotline: {why}\n")
    return 1


class _Joined:
    """The terminal and the desk, while bytes go between them."""

    def __init__(self, desk: socket.socket) -> None:
        self._desk = desk
        self._frames = frames.Frames()
        self._code: int | None = None
        self._why = ""

    def carry(self, first: bytes) -> int:
        """Carry until one of them ends it; the exit code. The terminal is itself again then."""
        before = termios.tcgetattr(0)
        # A desk that lets nobody in says so at once, and nothing is drawn.
        drawing = not first.startswith(frames.END)
        try:
            woken = _woken_by_signals()
            if drawing:
                tty.setraw(0, termios.TCSANOW)
            self._hear(first)
            while self._code is None:
                self._pass_on(woken)
        except _Over as over:
            self._why = str(over)
        finally:
            for one in ENDING:
                signal.signal(one, signal.SIG_IGN)
            if drawing:
                _give_back(before, leave=self._code is None or bool(self._why))
        if self._why:
            with suppress(OSError):
                _say(self._why)
        return 1 if self._code is None else self._code

    def _pass_on(self, woken: int) -> None:
        desk = self._desk.fileno()
        ready, _, _ = select.select([0, desk, woken], [], [])
        if woken in ready:
            os.read(woken, 512)
            self._send(frames.SIZE, frames.SIZES.pack(*_size()))
        if 0 in ready:
            try:
                typed = os.read(0, 4096)
            except OSError:
                typed = b""
            if not typed:
                raise _Over  # The terminal has been closed.
            self._send(frames.INPUT, typed)
        if desk in ready:
            try:
                heard = self._desk.recv(frames.LONGEST)
            except OSError:
                heard = b""
            if not heard:
                raise _Over(LOST)
            self._hear(heard)

    def _hear(self, data: bytes) -> None:
        """Draw what the desk sends. While the terminal takes no more, nothing more is taken."""
        for kind, what in self._frames.feed(data):
            if kind == frames.END:
                self._code, self._why = what[0], what[1:].decode()
            else:
                _write(what)

    def _send(self, kind: bytes, data: bytes) -> None:
        # A desk that has gone is noticed where it is read: it may have said why.
        with suppress(OSError):
            self._desk.sendall(frames.framed(kind, data))


def _woken_by_signals() -> int:
    """Notice signals from now on: a pipe that can be read after the window has another size."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGWINCH, lambda *_: None)
    for one in ENDING:
        signal.signal(one, _end)
    # Stopped, it would leave the terminal as it is now to whoever comes next.
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    return woken


def _end(*_: object) -> NoReturn:
    raise _Over


def _write(data: bytes) -> None:
    while data:
        try:
            data = data[os.write(1, data) :]
        except OSError:
            raise _Over from None  # The terminal has been closed.


def _give_back(before: list[Any], *, leave: bool) -> None:
    """The terminal is as it was before; `leave`: nobody else has made it so."""
    with suppress(OSError, termios.error, _Over):
        if leave and select.select([], [1], [], LAST_WORDS)[1]:
            _write(f"{LEAVE}{GIVE_TITLE_BACK}".encode())
    with suppress(OSError, termios.error):
        termios.tcflush(0, termios.TCIFLUSH)  # Nobody typed this for the shell.
        termios.tcsetattr(0, termios.TCSANOW, before)
