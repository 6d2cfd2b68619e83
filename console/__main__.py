"""`hotline`, and `python -m console`."""

import gc
import os
import sys

from console.attach import joined

# New objects until the next look for garbage. Python's 700 make it look so often while modules are
# imported, which leave none, that it takes a tenth of the time until the first frame.
GARBAGE_AFTER = 10_000
# Textual's thread that writes to the terminal; it ends with the screen.
WRITER = "textual-output"


def main() -> int:
    """Run the command line; the answer is the exit code."""
    gc.set_threshold(GARBAGE_AFTER)
    # Before all that the console itself is made of: a client needs none of it.
    if (code := joined(sys.argv[1:])) is not None:
        return code
    import threading

    from console.cli import run

    code = run(sys.argv[1:])
    if any(thread.name == WRITER for thread in threading.enumerate()):
        # The terminal does not read. All is stored; Python's own end would wait for the terminal.
        os._exit(code)
    return code


if __name__ == "__main__":
    sys.exit(main())
