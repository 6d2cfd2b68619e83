"""Every story plays quickly, at a terminal with all colours, whatever terminal runs the tests."""

import pytest
import textual._wait
import textual.screen
from textual._styles_cache import StylesCache
from textual.css.model import RuleSet

from console.tui.stylesheet import ParsedOnce

# A frame is drawn within each wait, as with Textual's own 60 frames and waits of 20 ms, of which
# a key costs five: most of a story's time was waiting.
WAIT, FRAME = 1 / 200, 1 / 240

parse_rules = ParsedOnce._parse_rules
parsed: dict[tuple[object, ...], list[RuleSet]] = {}


def parse_rules_once(self, css, *about, **named):
    """Every console of the tests has the same styles."""
    key = css, about, *sorted(named.items()), *sorted(self._variables.items())
    if key not in parsed:
        parsed[key] = parse_rules(self, css, *about, **named)
    return parsed[key]


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
    monkeypatch.setattr(ParsedOnce, "_parse_rules", parse_rules_once)
    yield
    # It holds on to the lines of a thousand widgets, which the garbage collector looks through.
    StylesCache.get_inner_outer.cache_clear()
