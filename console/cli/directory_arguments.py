"""What can be said of companies, contacts and templates."""

from argparse import ArgumentTypeError
from pathlib import Path

from console.cli.command_parser import command, who


def directory_commands(commands) -> None:  # type: ignore[no-untyped-def]
    """The commands `companies`, `contacts` and `template`."""
    _companies(commands)
    _contacts(commands)
    _template(commands)


def _companies(commands) -> None:  # type: ignore[no-untyped-def]
    companies = command(
        commands, "companies", "the companies you answer for", "list", "import firms.csv"
    )
    doing = companies.add_subparsers(dest="action", metavar="ACTION", required=True)
    listed = command(doing, "list", "print the companies by name", "", "--json | jq -r .name")
    listed.add_argument("--archived", action="store_true", help="those put away as well")
    listed.add_argument("--json", action="store_true", help="one JSON object a line")

    imported = command(
        doing,
        "import",
        "add or change companies by a table (CSV) or vCards",
        "firms.csv",
        "--json firms.vcf",
        note="The first row names the columns; only name is needed. `export` shows them all.",
    )
    imported.add_argument("file", type=Path, metavar="FILE|-")
    imported.add_argument("--json", action="store_true", help="what came in as one JSON object")
    who(imported)

    exported = command(
        doing, "export", "write the companies as a table", "firms.csv", "--vcard firms.vcf"
    )
    exported.add_argument("file", type=Path, nargs="?", default=Path("-"), metavar="FILE|-")
    exported.add_argument("--archived", action="store_true", help="those put away as well")
    shape = exported.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="one JSON object a line")
    shape.add_argument("--vcard", action="store_true", help="vCards (3.0)")


def _contacts(commands) -> None:  # type: ignore[no-untyped-def]
    contacts = command(
        commands,
        "contacts",
        "who may call",
        "import people.vcf",
        "lookup '030 1234567'",
        "search schulz berlin",
    )
    doing = contacts.add_subparsers(dest="action", metavar="ACTION", required=True)
    imported = command(
        doing,
        "import",
        "read vCards, tables (CSV) and folders of them into a contact source",
        "people.vcf",
        "~/cards customers.csv --source Customers",
        "- < people.vcf",
        note="They are added to what the source of this name has; who is there already is changed. "
        "Exit code 1 only if nothing could be read.",
    )
    imported.add_argument("paths", nargs="+", metavar="PATH|-")
    imported.add_argument(
        "--source", metavar="NAME", help="the contact source (default: the first path's name)"
    )
    imported.add_argument("--json", action="store_true", help="what came in as one JSON object")
    who(imported)

    found = command(
        doing,
        "lookup",
        "who has a number",
        "'+49 30 1234567'",
        "--json 0301234567 | jq -r .match.contact.name",
        note="exact, extension (a phone behind the contact's number) or maybe (only the last "
        "digits agree). Exit code 1 if nobody is known.",
    )
    found.add_argument("number", nargs="+", metavar="NUMBER")
    found.add_argument("--json", action="store_true", help="as one JSON object")
    who(found)

    search = command(
        doing,
        "search",
        "contacts by words",
        "schulz berlin",
        "--json 'schulz -berlin'",
        note="All words must begin a word of name, company, place, e-mail or note, or be digits of "
        "a number; -word excludes (then quote all).",
    )
    search.add_argument("text", nargs="+", metavar="TEXT")
    search.add_argument("--limit", type=_number, default=200, metavar="N", help="(default: 200)")
    search.add_argument("--json", action="store_true", help="one JSON object a line")
    who(search)

    exported = command(
        doing,
        "export",
        "write contacts as vCards (3.0)",
        "people.vcf",
        "--source Customers --search berlin -",
    )
    exported.add_argument("file", type=Path, nargs="?", default=Path("-"), metavar="FILE|-")
    exported.add_argument("--search", metavar="TEXT", default="", help="only those found by it")
    exported.add_argument("--source", metavar="NAME", help="only those of one contact source")
    who(exported)

    left = command(
        doing,
        "left",
        "own sources of people who are no operators any more",
        "--as admin",
        "--as admin --remove 7",
        note="Their name, owner and size, for admins; what is in them was their owners' alone.",
    )
    what = left.add_mutually_exclusive_group()
    what.add_argument("--remove", type=int, metavar="ID", help="delete this one")
    what.add_argument("--json", action="store_true", help="one JSON object a line")
    who(left)


def _template(commands) -> None:  # type: ignore[no-untyped-def]
    template = command(commands, "template", "what is displayed of a company", "preview")
    doing = template.add_subparsers(dest="action", metavar="ACTION", required=True)
    preview = command(
        doing,
        "preview",
        "what a template makes of a call, or where it is broken",
        "--company 'Meyer & Söhne'",
        "--template panel.txt --call Asterisk-1795386887.18",
        note="Without --call a call is made up. Exit code 1 if the template is broken.",
    )
    preview.add_argument(
        "--template", type=Path, metavar="FILE|-", help="(default: the company's, or the site's)"
    )
    preview.add_argument("--company", metavar="NAME", help="who is called")
    preview.add_argument("--call", metavar="ID", help="a call, as `hotline calls --json` names it")
    preview.add_argument("--json", action="store_true", help="as one JSON object")
    who(preview)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) == int(text)):
        raise ArgumentTypeError(f"{text!r} is no number of contacts; give one from 1")
    return int(text)
