"""`hotline forget NUMBER`: what a person may ask for."""

from argparse import Namespace

from console.cli.changing import tell
from console.cli.failure import Failure
from console.cli.start import configured, guest
from console.desk.commands import Forget


def forget(given: Namespace) -> int:
    """Delete the ended calls and notes of a number."""
    config = configured(given)
    number = config.site.plan.normal(given.number)
    if number is None or not any(sign.isdigit() for sign in number):
        raise Failure(f'"{given.number}" is no number; give one such as "+49 170 1234567"', code=2)
    done = tell(config, guest(given), [Forget(number)])
    calls = "1 call" if done.count == 1 else f"{done.count} calls"
    print(f"{config.site.plan.shown(number)}: {calls} deleted, with notes")
    return 0
