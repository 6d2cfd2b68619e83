"""The parts of Textual that it keeps to itself and a remote terminal needs; see its test of each.

`XTermParser(debug).feed/.tick/._timeout_time`, `App._capture_stdout/_capture_stderr`,
`App._begin_batch/_end_batch`, `StylesCache.get_inner_outer`.
"""

import sys
from typing import Any

from textual._styles_cache import StylesCache
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.message import Message

# `run_async` turns stdout of the whole process to the app; when two have overlapped it would stay
# turned to one that has ended.
_REAL = (sys.__stdout__, sys.__stderr__)


class Parser:
    """What a terminal sends, as Textual's messages; never fails."""

    def __init__(self) -> None:
        self._parser = XTermParser(False)

    @property
    def waits(self) -> bool:
        """Whether what has come may be the beginning of a longer key."""
        return self._parser._timeout_time is not None

    def feed(self, text: str) -> list[Message]:
        """The messages in this text."""
        if not text:  # Textual takes it for the end of all input.
            return []
        return self._collected(lambda: self._parser.feed(text))

    def tick(self) -> list[Message]:
        """Nothing more has come: a lone Escape is the key."""
        return self._collected(self._parser.tick)

    def _collected(self, parse: Any) -> list[Message]:
        heard: list[Message] = []
        try:
            heard.extend(parse())
        except Exception:
            # What a terminal sends may be anything; begin anew with the next key.
            self._parser = XTermParser(False)
        return heard


def let_go_of_pictures() -> None:
    """Forget what Textual remembers of widgets that are gone, with all that they drew: 0.7 MB."""
    StylesCache.get_inner_outer.cache_clear()


def leave_stdout(app: App[Any]) -> None:
    """Let an app not take the process's stdout."""
    app._capture_stdout, app._capture_stderr = _REAL  # type: ignore[assignment]
