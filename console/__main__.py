"""`hotline`, and `python -m console`."""

import gc
import sys

# New objects until the next look for garbage. Python's 700 make it look so often while modules are
# imported, which leave none, that it takes a tenth of the time until the first frame.
GARBAGE_AFTER = 10_000


def main() -> int:
    """Run the command line; the answer is the exit code."""
    gc.set_threshold(GARBAGE_AFTER)
    from console.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
