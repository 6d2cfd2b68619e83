"""What can be said of notices and settings."""

from pathlib import Path

from console.cli.command_parser import command, who


def notice_commands(commands) -> None:  # type: ignore[no-untyped-def]
    """The commands `notices` and `settings`."""
    _notices(commands)
    _settings(commands)


def _notices(commands) -> None:  # type: ignore[no-untyped-def]
    notices = command(
        commands,
        "notices",
        "who was told of unanswered calls, newest first, and why not",
        "--failed",
        "--call Asterisk-1795386887.18 --json",
        "retry --all",
    )
    notices.add_argument("--failed", action="store_true", help="only those to be seen to")
    notices.add_argument("--call", metavar="ID", help="only of one call")
    notices.add_argument("--limit", type=int, default=200, metavar="N", help="(default: 200)")
    notices.add_argument("--json", action="store_true", help="one JSON object a line")
    doing = notices.add_subparsers(dest="action", metavar="ACTION")
    retry = command(
        doing,
        "retry",
        "send failed and uncertain notices again",
        "1204 1205",
        "--all",
        note="A text message whose answer was lost is uncertain: it may be sent twice.",
    )
    retry.add_argument("ids", type=int, nargs="*", metavar="ID")
    retry.add_argument("--all", action="store_true", help="all that failed or are uncertain")
    who(retry)


def _settings(commands) -> None:  # type: ignore[no-untyped-def]
    settings = command(
        commands,
        "settings",
        "what supervisors set in the console",
        "get mail",
        "set mail.send=true mail.to=front@desk.example",
        "export > settings.json",
        note="Secrets are never shown; (unchanged) stands for one.",
    )
    doing = settings.add_subparsers(dest="action", metavar="ACTION", required=True)
    get = command(doing, "get", "print settings", "", "mail --company 'Meyer & Söhne' --json")
    get.add_argument("section", nargs="?", metavar="SECTION[.FIELD]", help="(default: all)")
    get.add_argument("--company", metavar="NAME", help="as they are for its calls")
    get.add_argument("--json", action="store_true", help="as one JSON object")

    change = command(
        doing,
        "set",
        "change settings, all of them or none",
        "mail.send=true mail.to=a@desk.example,b@desk.example",
        "--company 'Meyer & Söhne' mail.to=meyer@desk.example mail.link=null",
        "mail_server.password=- < password.txt",
        note="A list is its items with commas, or JSON. - is read from standard input. With "
        "--company null makes a setting as it is for the site.",
    )
    change.add_argument("values", nargs="+", metavar="SECTION.FIELD=VALUE")
    change.add_argument("--company", metavar="NAME", help="only for its calls")
    who(change)

    exported = command(
        doing, "export", "write all settings, without secrets", "> settings.json", "--toml"
    )
    exported.add_argument("file", type=Path, nargs="?", default=Path("-"), metavar="FILE|-")
    exported.add_argument("--toml", action="store_true", help="as TOML instead of JSON")

    imported = command(
        doing,
        "import",
        "change settings as a file says, all of them or none",
        "settings.json",
        note="JSON or TOML as export writes it, or a part of it: what it does not name stays.",
    )
    imported.add_argument("file", type=Path, metavar="FILE|-")
    who(imported)

    history = command(doing, "history", "who changed what, newest first", "", "mail --json")
    history.add_argument("section", nargs="?", metavar="SECTION", help="(default: all)")
    history.add_argument("--limit", type=int, default=100, metavar="N", help="(default: 100)")
    history.add_argument("--json", action="store_true", help="one JSON object a line")

    restore = command(
        doing,
        "restore",
        "make a section as it was before a change",
        "17",
        note="ID is the change's in history. Secrets stay what they are now.",
    )
    restore.add_argument("id", type=int, metavar="ID")
    who(restore)
