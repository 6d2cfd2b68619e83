"""A terminal that is closed, or that stops reading, must not leave a desk without hands."""

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time


@contextlib.contextmanager
def demo_on_a_terminal():
    """The near end of a terminal, and the console that runs on its far end."""
    near, far = pty.openpty()
    resize(far, 30)
    console = subprocess.Popen(
        [sys.executable, "-m", "console", "demo"],
        stdin=far,
        stdout=far,
        stderr=far,
        env={**os.environ, "TERM": "xterm-256color"},
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(far)
    try:
        yield near, console
    finally:
        console.kill()
        console.wait()


def resize(terminal, lines):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, 100, 0, 0))


def read_until(near, *words, seconds=20):
    """Read until all these words were drawn, in whatever order."""
    seen, until = b"", time.monotonic() + seconds
    while not all(word in seen for word in words) and time.monotonic() < until:
        if select.select([near], [], [], 0.1)[0]:
            seen += os.read(near, 65536)
    missing = [word for word in words if word not in seen]
    assert not missing, (missing, len(seen), seen[-4000:])


def test_the_console_ends_when_its_terminal_is_closed():
    with demo_on_a_terminal() as (near, console):
        read_until(near, b"CALLED")
        os.close(near)
        console.wait(timeout=15)


def test_a_terminal_that_does_not_read_stops_nothing_and_is_drawn_anew_when_it_does():
    with demo_on_a_terminal() as (near, console):
        read_until(near, b"connected")
        # Each size is a whole new picture; nobody takes them.
        for lines in (*range(30, 45), *range(45, 29, -1)) * 2:
            resize(near, lines)
            time.sleep(0.1)
        read_until(near, b"CALLED", b"help")
        os.close(near)
        console.wait(timeout=15)


def test_a_console_whose_terminal_does_not_read_can_still_be_told_to_go():
    with demo_on_a_terminal() as (near, console):
        read_until(near, b"connected")
        for lines in (*range(30, 45), *range(45, 29, -1)) * 2:
            resize(near, lines)
            time.sleep(0.1)
        console.terminate()
        console.wait(timeout=15)
        os.close(near)
