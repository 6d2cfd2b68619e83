"""A file that appears only when it is whole."""

import os
from pathlib import Path


class NewFile:
    """Written beside its place under another name; only its owner may read it.

    Every method may raise OSError.
    """

    def __init__(self, path: Path, *, replace: bool) -> None:
        """`replace`: a file of this name may be there already."""
        self._path = path
        self._replace = replace
        self._part = path.with_name(f"{path.name}.part")

    def begin(self) -> None:
        """Make it, empty."""
        os.close(os.open(self._part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))

    def append(self, text: bytes) -> None:
        """Write on."""
        with self._part.open("ab") as file:
            file.write(text)

    def finish(self) -> None:
        """It is whole: let it appear. Raises FileExistsError if it is there and must not be."""
        if self._replace:
            self._part.replace(self._path)
            return
        try:
            # Unlike a rename, this never replaces what came there meanwhile.
            os.link(self._part, self._path)
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            if self._path.exists():
                raise FileExistsError(self._path) from None
            self._part.replace(self._path)

    def discard(self) -> None:
        """Leave nothing of what was not finished."""
        self._part.unlink(missing_ok=True)
