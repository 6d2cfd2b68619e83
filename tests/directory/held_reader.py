"""The reading process, held in the middle: it has told of one contact, and the second must wait.

It goes on when there is a file called GATE beside the folder of staging files. So a test has all
the time it needs for what happens in the middle of a reading, however fast the machine is.
"""

import threading

from console.directory import reader_process
from console.directory.prepared import Prepared
from console.directory.staging_file import StagingFile

MODULE = "tests.directory.held_reader"
GATE = "go-on"
_LOOK = 0.01


class HeldStagingFile(StagingFile):
    """Waits with the second contact, until there is the gate."""

    def put(self, rows: Prepared) -> None:
        gate = self.path.parent.parent / GATE
        while self.read == 1 and not gate.exists():
            threading.Event().wait(_LOOK)
        super().put(rows)


def main() -> None:
    reader_process.EVERY = 0.0
    reader_process.StagingFile = HeldStagingFile  # type: ignore[misc]
    reader_process.main()


if __name__ == "__main__":
    main()
