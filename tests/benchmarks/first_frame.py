"""From `hotline demo` to its first frame, beside what `import textual.app` alone takes.

    python tests/benchmarks/first_frame.py

Each is a fresh process in a terminal of its own (a pty of 120 x 40); median of 5.
"""

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import termios
from time import perf_counter

RUNS = 5
PATIENCE = 20.0  # seconds
CONSOLE = [sys.executable, "-m", "console", "demo"]
TEXTUAL = [sys.executable, "-c", "import textual.app; print('imported', flush=True)"]
PYTHON = [sys.executable, "-c", "print('started', flush=True)"]


def seconds_until(words: bytes, command: list[str]) -> float:
    """Seconds from the start of a command until its terminal has shown these words."""
    begun = perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
        os.execv(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    seen = b""
    try:
        while words not in seen:
            ready, _, _ = select.select([terminal], [], [], PATIENCE)
            if not ready:
                raise SystemExit(f"{' '.join(command)} never showed {words!r}: {seen[-500:]!r}")
            seen += os.read(terminal, 65536)
        return perf_counter() - begun
    finally:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)
        os.close(terminal)


def median(words: bytes, command: list[str]) -> float:
    """The middle of several runs, in milliseconds."""
    return statistics.median(seconds_until(words, command) for _ in range(RUNS)) * 1000


if __name__ == "__main__":
    python = median(b"started", PYTHON)
    textual = median(b"imported", TEXTUAL)
    console = median(b"CALLED", CONSOLE)
    print(f"python alone             {python:6.0f} ms")
    print(f"import textual.app       {textual:6.0f} ms")
    print(f"hotline demo             {console:6.0f} ms to the first frame")
    print(f"on top of the import     {console - textual:6.0f} ms (goal: 250)")
