"""What can be said on the command line."""

from argparse import SUPPRESS, Action, ArgumentParser, ArgumentTypeError
from pathlib import Path

from console.cli.command_parser import Parser, command, who
from console.cli.directory_arguments import directory_commands
from console.cli.notice_arguments import notice_commands
from console.cli.user_arguments import user_commands

OVERVIEW = """\
The console of a front desk: which company is called, who calls, who was not answered.

  hotline                     the console, full screen (the first start offers a demo and a form)
  hotline demo                an invented day, to look around
  hotline attach              join the desk that runs here already, as hotline does by itself
  hotline serve               the same for operators elsewhere, who come in by ssh
  hotline doctor              what is set up, what works, what to do
"""
CODES = "Exit codes: 0 done, 1 failed, 2 not understood. Times without a zone are the site's."


def parser() -> ArgumentParser:
    """The whole command line."""
    top = Parser(prog="hotline", description=OVERVIEW, epilog=CODES)
    top.add_argument("--version", action=_Version, nargs=0, help="say the version and end")
    top.add_argument("--config", type=Path, metavar="FILE", help="the configuration file")
    who(top, None)
    top.add_argument(
        "--no-screen",
        action="store_true",
        help="listen and store without a screen, as a service does",
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    _reading(commands)
    _changing(commands)
    _recordings(commands)
    _upkeep(commands)
    return top


class _Version(Action):
    """Says the version; only then is it looked up."""

    def __call__(self, parser: ArgumentParser, *_: object) -> None:
        from console import __version__

        print(f"Hotline Console {__version__}")
        parser.exit()


def _reading(commands) -> None:  # type: ignore[no-untyped-def]
    demo = command(commands, "demo", "an invented day in a database of its own", "--seed 7")
    demo.add_argument("--seed", type=int, default=1, metavar="N", help="another day (default: 1)")
    demo.add_argument(
        "--speed", type=_pace, default=1.0, metavar="N", help="so many times as fast (default: 1)"
    )
    demo.add_argument("--no-screen", action="store_true", default=SUPPRESS, help="without a screen")

    attach = command(
        commands,
        "attach",
        "join the desk that runs on this machine",
        "",
        "--as lena",
        note="hotline does so too where a desk runs. It needs no password: whoever started the "
        "desk may join it.",
    )
    who(attach)

    serve = command(
        commands,
        "serve",
        "the desk without a screen here, for operators who come in by ssh",
        "--port 8022",
        "--demo",
        note="Who may come in: hotline users.",
    )
    serve.add_argument("--port", type=int, metavar="N", help="to listen on (default: 8022)")
    serve.add_argument("--demo", action="store_true", help="serve an invented day")
    serve.add_argument("--seed", type=int, default=1, help=SUPPRESS)
    serve.add_argument("--speed", type=_pace, default=1.0, help=SUPPRESS)

    calls = command(
        commands,
        "calls",
        "print stored calls, oldest first",
        "--open --since today",
        "--unanswered --since 2026-11-22 --json | jq .caller.number",
        "--company 'Meyer & Söhne' --csv > meyer.csv",
    )
    calls.add_argument("--unanswered", action="store_true", help="only those nobody answered")
    calls.add_argument("--open", action="store_true", help="only unanswered and unprocessed ones")
    calls.add_argument(
        "--failed-notices",
        action="store_true",
        help="only those of which a notice failed or is uncertain",
    )
    calls.add_argument(
        "--since",
        metavar="T",
        help="only from then on: 90m, 2h, 3d, today, yesterday, 2026-11-22, an RFC 3339 time",
    )
    calls.add_argument("--company", metavar="NAME", help="only calls to this company")
    shape = calls.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="one JSON object a line")
    shape.add_argument("--csv", action="store_true", help="a table for spreadsheets")

    status = command(commands, "status", "the PBX, gaps, counts and the database", "", "--json")
    status.add_argument("--json", action="store_true", help="as one JSON object")


def _changing(commands) -> None:  # type: ignore[no-untyped-def]
    directory_commands(commands)
    notice_commands(commands)
    user_commands(commands)

    forget = command(
        commands, "forget", "delete the calls and notes of a number", "'+49 170 1234567'"
    )
    forget.add_argument("number", metavar="NUMBER")
    who(forget)


def _recordings(commands) -> None:  # type: ignore[no-untyped-def]
    record = command(
        commands,
        "record",
        "write down what the PBX says, until Ctrl+C",
        "monday.jsonl",
        "--mask for-the-bug-report.jsonl",
    )
    record.add_argument("file", type=Path, metavar="FILE")
    record.add_argument("--feed", metavar="NAME", help="which PBX (default: the first)")
    record.add_argument(
        "--mask", action="store_true", help="replace numbers and names, each always by the same"
    )

    replay = command(
        commands,
        "replay",
        "play recordings through the console",
        "monday.jsonl",
        "--speed 0 --json monday.jsonl",
        "--mask --save for-the-bug-report.jsonl monday.jsonl",
        note="The recorded times are the clock. The database is a temporary one unless given.",
    )
    replay.add_argument("files", type=Path, nargs="+", metavar="FILE")
    replay.add_argument(
        "--speed",
        type=_speed,
        default=None,
        metavar="N",
        help="so many times as fast; 0: as fast as it goes (default: 1, with --json 0)",
    )
    replay.add_argument("--database", metavar="URL", help="store the calls there and keep them")
    replay.add_argument("--json", action="store_true", help="no screen: print the calls")
    replay.add_argument("--mask", action="store_true", help="replace numbers and names")
    replay.add_argument(
        "--save", type=Path, metavar="NEW", help="write the (masked) recording, play nothing"
    )
    replay.add_argument(
        "--trunk-contexts", metavar="A,B", help="where calls came in (default: as configured)"
    )
    replay.add_argument(
        "--phone-contexts", metavar="A,B", help="where your phones dialled (default: as configured)"
    )


def _upkeep(commands) -> None:  # type: ignore[no-untyped-def]
    backup = command(
        commands, "backup", "copy the database, also while it is in use", "hotline-monday.db"
    )
    backup.add_argument("file", type=Path, metavar="FILE")
    restore = command(
        commands,
        "restore",
        "put a backup in the database's place",
        "hotline-monday.db",
        note="The console must not be running. The database as it was is kept beside it.",
    )
    restore.add_argument("file", type=Path, metavar="FILE")
    init = command(
        commands, "init", "write a commented configuration file", "", "--systemd > hotline.service"
    )
    init.add_argument("file", type=Path, nargs="?", metavar="FILE", help="(default: --config)")
    init.add_argument(
        "--systemd", action="store_true", help="print a service for systemd instead, locked down"
    )
    command(commands, "doctor", "check the set-up and say what to do", "")


def _pace(text: str) -> float:
    """A speed at which something that has no end can go."""
    if not (speed := _speed(text)):
        raise ArgumentTypeError("the demo has no end to go to at once; give a number above 0")
    return speed


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = -1.0
    if not 0 <= speed <= 10_000:
        raise ArgumentTypeError(f"{text!r} is no speed; give a number from 0 to 10000")
    return speed
