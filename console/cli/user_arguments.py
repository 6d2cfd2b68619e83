"""What can be said on the command line about who may come in."""

from console.cli.command_parser import command, who

ROLES = ("operator", "supervisor", "admin")


def user_commands(commands) -> None:  # type: ignore[no-untyped-def]
    """`hotline users ...`."""
    users = command(
        commands,
        "users",
        "who may come in, and by what",
        "",
        "add lena --name 'Lena Vogt'",
        "key add lena lena.pub",
    )
    users.add_argument("--json", action="store_true", help="one JSON object a line")
    doing = users.add_subparsers(dest="action", metavar="ACTION")
    listed = command(doing, "list", "print them, with their keys", "", "--json")
    listed.add_argument("--json", action="store_true", help="one JSON object a line")

    added = command(
        doing,
        "add",
        "add somebody, or change name, role and phones",
        "lena --name 'Lena Vogt' --extensions 102",
        "jonas --role supervisor",
    )
    _login(added)
    added.add_argument("--name", metavar="NAME", help="as others see it (default: the login)")
    added.add_argument("--role", choices=ROLES, default="operator")
    added.add_argument(
        "--extensions", default="", metavar="N,N", help="the phones at this person's desk"
    )
    who(added)

    _simple(doing, "disable", "send somebody out and keep them out", "lena")
    _simple(doing, "enable", "let somebody in again", "lena")
    _simple(doing, "remove", "forget somebody, with keys and password", "lena")

    role = command(doing, "role", "give somebody another role", "lena supervisor")
    _login(role)
    role.add_argument("role", choices=ROLES)
    who(role)

    phones = command(doing, "extension", "say which phones ring there", "lena 102,103", "lena ''")
    _login(phones)
    phones.add_argument("extensions", metavar="N,N")
    who(phones)

    password = command(
        doing,
        "passwd",
        "set a password, asked for twice or read from a pipe",
        "lena",
        "lena --none",
        note="Passwords let people in only where [ssh] passwords = true says so.",
    )
    _login(password)
    password.add_argument("--none", action="store_true", help="take the password away")
    who(password)

    key = command(doing, "key", "add or remove public keys", "add lena ~/lena.pub")
    keys = key.add_subparsers(dest="key_action", metavar="ACTION", required=True)
    add = command(
        keys,
        "add",
        "let somebody in with a public key",
        "lena lena.pub",
        "lena 'ssh-ed25519 AAAA... lena@home'",
        "lena - < lena.pub",
    )
    _login(add)
    add.add_argument("key", metavar="KEY", help="the key, its file, or - to read it")
    who(add)
    remove = command(keys, "remove", "a key lets nobody in any more", "lena SHA256:...")
    _login(remove)
    remove.add_argument("fingerprint", metavar="FINGERPRINT", help="its beginning is enough")
    who(remove)

    blocked = command(
        doing, "blocked", "addresses that are kept out after failed log-ins", "", "--json"
    )
    blocked.add_argument("--json", action="store_true", help="one JSON object a line")
    lift = command(doing, "unblock", "let an address try again", "203.0.113.7")
    lift.add_argument("address", metavar="ADDRESS")
    who(lift)


def _simple(doing, name: str, what: str, example: str) -> None:  # type: ignore[no-untyped-def]
    one = command(doing, name, what, example)
    _login(one)
    who(one)


def _login(one) -> None:  # type: ignore[no-untyped-def]
    one.add_argument("login", metavar="LOGIN")
