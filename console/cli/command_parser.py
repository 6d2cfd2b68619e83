"""How every command of the command line explains itself, and how it is told who asks."""

from argparse import SUPPRESS, ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from textwrap import wrap

WIDTH = 78


class Parser(ArgumentParser):
    """Help as it is written here; a command's parser is one too, also when it is added."""

    def __init__(self, **settings: object) -> None:
        settings.setdefault("formatter_class", RawDescriptionHelpFormatter)
        settings.setdefault("allow_abbrev", False)
        super().__init__(**settings)  # type: ignore[arg-type]


def command(commands, name: str, what: str, *examples: str, note: str = "") -> ArgumentParser:  # type: ignore[no-untyped-def]
    """A command with its help; it takes --config as well."""
    before = commands._prog_prefix
    lines = [f"  {before} {name} {example}".rstrip() for example in examples]
    text = "\n".join([f"{what[0].upper()}{what[1:]}.", *wrap(note, WIDTH), "", "Examples:", *lines])
    made: ArgumentParser = commands.add_parser(name, help=what, description=text)
    # Said before the command it holds as well; a default here would undo that.
    made.add_argument("--config", type=Path, metavar="FILE", default=SUPPRESS, help=SUPPRESS)
    return made


def who(command: ArgumentParser, default: str | None = SUPPRESS) -> None:
    """Let a command be told who gives it."""
    command.add_argument(
        "--as",
        dest="guest",
        metavar="LOGIN",
        default=default,
        help="who you are (default: the system's user)",
    )
