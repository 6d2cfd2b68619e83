"""Textual's own driver, for a terminal that may go away or stop reading.

The desk lives in this process: it must go on hearing and storing whatever the terminal does.
"""

import contextlib
import queue
import signal
from collections.abc import Callable
from typing import Any, TextIO, cast

from textual.drivers.linux_driver import LinuxDriver


class _Forgiving:
    """The terminal as a file; writing to one that is gone does nothing.

    Textual's writer thread dies of such an error, and the event loop then waits for it for ever:
    the desk behind a closed terminal window would hear and store nothing any more.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError):
            self._file.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._file.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


# A terminal that does not read is given this long (seconds) to take the last words.
LAST_WORDS = 1.0


class LocalDriver(LinuxDriver):
    """The terminal the console was started from.

    While it does not read (a line that hangs, a stopped window) frames are dropped instead of being
    waited for, and when it has caught up the whole screen is drawn. `fewer` puts what is written
    into as many colours as it has.
    """

    def __init__(
        self, *args: Any, fewer: Callable[[str], str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        # Textual would stop the process: the desk in it, and all who are at that.
        signal.signal(signal.SIGTSTP, lambda *_: None)
        self._fewer = fewer
        self._file = cast("Any", _Forgiving(cast("TextIO", self._file)))
        self._behind = False

    def write(self, data: str) -> None:
        """Write to the terminal, unless it is behind."""
        writer = self._writer_thread
        if writer is None:
            return
        waiting = writer._queue
        if self._behind and waiting.empty():
            self._behind = False
            self._app.call_later(self._draw_all)
        elif not self._behind:
            self._behind = waiting.full()
        if not self._behind:
            super().write(self._fewer(data) if self._fewer is not None else data)

    def close(self) -> None:
        """Let the last words out, if the terminal takes them."""
        if (writer := self._writer_thread) is not None:
            with contextlib.suppress(queue.Full):
                writer._queue.put(None, timeout=LAST_WORDS)
                writer.join(LAST_WORDS)

    def _draw_all(self) -> None:
        self._app.screen.refresh(layout=True)
