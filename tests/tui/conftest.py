"""Every story plays at a terminal with all colours, whatever terminal runs the tests."""

import pytest


@pytest.fixture(autouse=True)
def all_colours(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)
