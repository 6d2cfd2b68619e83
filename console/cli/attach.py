"""`hotline attach`, where the quick way (console/attach.py) found no desk."""

import time
from argparse import Namespace

from console.attach import join
from console.cli.failure import Failure
from console.cli.start import configured, taken
from console.one_desk import DatabaseTaken, file_of, holder

STARTING = 5.0  # seconds a desk may take between locking its database and letting terminals join
LOOK_EVERY = 0.05


def attach(given: Namespace) -> int:
    """Join the running desk."""
    file = file_of(configured(given).database)
    if file is None:
        raise Failure("a database that is no file has no desk that can be joined here")
    if (code := join(str(file), given.guest)) is not None:
        return code
    if pid := holder(file):
        return wait_and_join(DatabaseTaken(file, pid), given.guest)
    raise Failure(
        f"no desk runs on {file}. Start one: hotline (with a screen here), hotline --no-screen "
        "(without), or hotline serve (for operators elsewhere too)"
    )


def wait_and_join(held: DatabaseTaken, guest: str | None) -> int:
    """Join a desk that may have begun just now; raises Failure if nobody can."""
    until = time.monotonic() + STARTING
    while (code := join(str(held.database), guest)) is None:
        if time.monotonic() > until:
            raise taken(held)
        time.sleep(LOOK_EVERY)  # noqa: TID251 - there is no loop here
    return code
