"""A terminal window that is closed, or a line that drops, must not leave a desk without hands."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import threading


def test_the_console_ends_when_its_terminal_is_closed():
    near, far = pty.openpty()
    fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
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
    drawn = threading.Event()
    closed = threading.Event()

    def watch():
        seen = b""
        while not closed.is_set():
            try:
                seen += os.read(near, 65536)
            except OSError:
                return
            if b"CALLED" in seen:
                drawn.set()

    reader = threading.Thread(target=watch, daemon=True)
    reader.start()
    try:
        assert drawn.wait(20), "nothing was drawn"
        closed.set()
        os.close(near)
        console.wait(timeout=15)
    finally:
        console.kill()
