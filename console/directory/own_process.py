"""Processes of our own, from both sides: how they are started, and how they notice our end."""

import contextlib
import gc
import os
import sys
from pathlib import Path

import console

_ROOT = str(Path(console.__file__).parent.parent)


def command(module: str) -> tuple[str, ...]:
    """What runs a module of ours in this Python."""
    return sys.executable, "-P", "-m", module


def environment() -> dict[str, str]:
    """Ours, by which a new process finds the same console."""
    known = os.environ.get("PYTHONPATH", "")
    path = (
        known if _ROOT in known.split(os.pathsep) else os.pathsep.join(filter(None, [_ROOT, known]))
    )
    return {**os.environ, "PYTHONPATH": path}


def spare_circles() -> None:
    """Look for objects that refer to each other seldom: of what is read hardly any do.

    It would take a tenth of the time.
    """
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def end_with_starter() -> None:
    """Wait for the end of standard input, whose other end only the starter has; then end."""
    # Not by sys.stdin, whose lock the interpreter wants at its own end.
    with contextlib.suppress(OSError):
        while os.read(0, 1024):
            pass
    os._exit(1)
