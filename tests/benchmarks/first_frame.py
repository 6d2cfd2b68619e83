"""From `hotline` to its first frame, beside what `import textual.app` alone takes.

    python -m tests.benchmarks.first_frame

Each is a fresh process in a terminal of its own (a pty of 120 x 40), in turn, so that whatever else
the machine does is the same for all; median of 5. The PBX of the configured one does not answer.
All of it is compiled before, as pip does when it installs, whatever PYTHONDONTWRITEBYTECODE says:
from a bare checkout Python would compile the console, but not Textual, with every start.
"""

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
from pathlib import Path
from time import perf_counter

RUNS = 5
PATIENCE = 20.0  # seconds
GOAL = 250  # ms on top of the import
HOTLINE = [sys.executable, str(Path(sys.executable).with_name("hotline"))]
TEXTUAL = [sys.executable, "-c", "import textual.app; print('imported', flush=True)"]
CONFIG = """\
database = "hotline.db"
[[feeds]]
host = "127.0.0.1"
port = 1
user = "hotline"
secret = "none"
[log]
file = "hotline.log"
"""


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
        # Closed first: a full terminal that nobody reads would keep the process from ending.
        os.close(terminal)
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "compiled")
        file = Path(folder) / "config.toml"
        file.write_text(CONFIG)
        commands = {
            "import textual.app": (b"imported", TEXTUAL),
            "hotline demo": (b"CALLED", [*HOTLINE, "demo"]),
            "hotline": (b"CALLED", [*HOTLINE, "--config", str(file)]),
        }
        for how in commands.values():
            seconds_until(*how)
        runs = [{name: seconds_until(*how) for name, how in commands.items()} for _ in range(RUNS)]
    median = {name: statistics.median(run[name] for run in runs) * 1000 for name in commands}
    textual = median.pop("import textual.app")
    print(f"import textual.app          {textual:5.0f} ms")
    for name, first_frame in median.items():
        print(f"{name + ', first frame':27} {first_frame:5.0f} ms")
        print(f"{'  difference':27} {first_frame - textual:5.0f} ms (goal: {GOAL})")
