"""From `hotline` to the first frame where a desk runs already, beside what Python takes to start.

    python -m tests.benchmarks.attach

Each is a fresh process in a terminal of its own (a pty of 120 x 40), in turn; median of 11. The
desk has an invented day, and no screen of its own. All is compiled before, as in first_frame.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.first_frame import HOTLINE, seconds_until

RUNS = 11
GOAL = 80  # ms
NOTHING = [sys.executable, "-c", "print('started')"]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "compiled")
        os.environ["XDG_STATE_HOME"] = folder
        desk = subprocess.Popen(
            [*HOTLINE, "demo", "--no-screen"], stderr=subprocess.PIPE, text=True
        )
        try:
            assert desk.stderr is not None
            line = desk.stderr.readline()
            named = line.removeprefix("listening; calls are stored in ").split(" until ")[0]
            config = Path(folder) / "config.toml"
            config.write_text(f'database = "{named}"\n')
            join = [*HOTLINE, "--config", str(config), "--as", "eva"]
            commands = {"python": (b"started", NOTHING), "hotline": (b"CALLED", join)}
            for _ in range(3):
                for how in commands.values():
                    seconds_until(*how)
            runs = [
                {name: seconds_until(*how) for name, how in commands.items()} for _ in range(RUNS)
            ]
        finally:
            desk.terminate()
            desk.wait()
    median = {name: statistics.median(run[name] for run in runs) * 1000 for name in commands}
    least = min(run["hotline"] for run in runs) * 1000
    print(f"python -c pass              {median['python']:5.0f} ms")
    print(f"hotline, first frame        {median['hotline']:5.0f} ms (goal: {GOAL})")
    print(f"  the quickest              {least:5.0f} ms")
