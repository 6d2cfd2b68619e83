"""`hotline init`: a commented configuration file to edit."""

from argparse import Namespace

from console.cli.failure import Failure
from console.cli.private_file import write_private
from console.cli.start import configured
from console.config import usual_file
from console.settings.commented import commented


def init(given: Namespace) -> int:
    """Write the file, never over one that is there; or print a service."""
    if given.systemd:
        from console.cli.systemd import unit

        print(unit(configured(given)), end="")
        return 0
    file = given.file or given.config or usual_file()
    if why := write_private(file, commented(), fresh=True):
        raise Failure(why)
    print(f"{file}: edit it, then check it with: hotline doctor")
    return 0
