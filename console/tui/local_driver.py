"""Textual's own driver, for a terminal that may go away."""

import contextlib
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


class LocalDriver(LinuxDriver):
    """The terminal the console was started from."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._file = cast("Any", _Forgiving(cast("TextIO", self._file)))
