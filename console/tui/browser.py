"""Opens a web page in the browser of the machine the console runs on."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping

# In the order of trial: of the desktop, of Windows around WSL, of Debian.
OPENERS = ("xdg-open", "wslview", "sensible-browser")

PATIENCE = 2.0  # seconds in which a program that fails has failed


def opener(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> str | None:
    """The program that opens a page in a window; None where there is none.

    Without a display a browser would draw into the terminal, over the console.
    """
    if platform == "darwin":
        return shutil.which("open")
    if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        return shutil.which("wslview") if environment.get("WSL_DISTRO_NAME") else None
    return next(filter(None, map(shutil.which, OPENERS)), None)


async def open_page(program: str, url: str) -> bool:
    """Let the program open an address; False if it can't be started or fails at once."""
    return await asyncio.to_thread(_open, program, url)


def _open(program: str, url: str) -> bool:
    nothing = subprocess.DEVNULL
    try:
        # Its own session: leaving the console does not close the browser.
        process = subprocess.Popen(
            [program, url], stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
        )
    except OSError:
        return False
    try:
        return process.wait(PATIENCE) == 0
    except subprocess.TimeoutExpired:
        return True  # The browser itself, which stays open.
