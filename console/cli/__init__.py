"""The command line: arguments in, an exit code out, errors as one sentence."""

import importlib
import logging
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import cast

from console.cli.arguments import parser
from console.cli.failure import FAILED, INTERRUPTED, Failure

# What each command runs; imported when it is asked for: argv must not cost a second.
COMMANDS = {
    "": "console.cli.screen:hotline",
    "demo": "console.cli.screen:demo",
    "attach": "console.cli.attach:attach",
    "calls": "console.cli.calls:calls",
    "status": "console.cli.status:status",
    "companies": "console.cli.companies:companies",
    "contacts": "console.cli.contacts:contacts",
    "template": "console.cli.template:template",
    "notices": "console.cli.notices:notices",
    "settings": "console.cli.settings:settings",
    "serve": "console.cli.serve:serve",
    "users": "console.cli.users:users",
    "forget": "console.cli.forget:forget",
    "record": "console.cli.record:record",
    "replay": "console.cli.replay:replay",
    "backup": "console.cli.upkeep:backup",
    "restore": "console.cli.upkeep:restore",
    "init": "console.cli.init:init",
    "doctor": "console.cli.doctor:doctor",
}


def run(argv: Sequence[str]) -> int:
    """Do what the arguments say; 0 done, 1 failed, 2 not understood."""
    given = parser().parse_args(argv)
    try:
        code = _command(given.command or "")(given)
        sys.stdout.flush()
        return code
    except Failure as failure:
        print(f"hotline: {failure}", file=sys.stderr)
        return failure.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _unforeseen(error)


def _command(name: str) -> Callable[[Namespace], int]:
    module, _, function = COMMANDS[name].partition(":")
    return cast("Callable[[Namespace], int]", getattr(importlib.import_module(module), function))


def _unforeseen(error: Exception) -> int:
    from console.logs import usual_log, write_to
    from console.settings.site import Log

    file = usual_log()
    for handler in logging.getLogger().handlers:
        file = getattr(handler, "baseFilename", file)
    if not logging.getLogger().handlers:
        write_to(usual_log(), Log())
    logging.getLogger(__name__).error("unforeseen", exc_info=error)
    print(
        f"hotline: that should not happen ({type(error).__name__}); {file} says more.",
        file=sys.stderr,
    )
    return FAILED
