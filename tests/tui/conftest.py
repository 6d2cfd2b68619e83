"""Every story plays quickly, at a terminal with all colours, whatever terminal runs the tests."""

import pytest
import textual._wait
import textual.screen
from textual._styles_cache import StylesCache

# A frame is drawn within each wait, as with Textual's own 60 frames and waits of 20 ms, of which
# a key costs five: most of a story's time was waiting.
WAIT, FRAME = 1 / 200, 1 / 240


@pytest.fixture(autouse=True)
def all_colours(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(textual._wait, "SLEEP_GRANULARITY", WAIT)
    monkeypatch.setattr(textual._wait, "SLEEP_IDLE", WAIT / 20)
    monkeypatch.setattr(textual.screen, "UPDATE_PERIOD", FRAME)
    yield
    # It holds on to the lines of a thousand widgets, which the garbage collector looks through.
    StylesCache.get_inner_outer.cache_clear()
