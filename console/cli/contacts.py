"""`hotline contacts`: who may call; import, look-up, search, export.

An operator's own sources are shown to that operator only (`--as LOGIN`).
"""

import asyncio
import json
import os
import shutil
import sys
import tempfile
from argparse import Namespace
from collections.abc import AsyncIterator
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from console.calls.numbers import NumberPlan
from console.calls.text import clean
from console.cli.changing import tell
from console.cli.directory_json import contact_json, match_json
from console.cli.failure import Failure
from console.cli.imported import say, watching
from console.cli.private_file import private_output
from console.cli.start import configured, guest, reading
from console.config import Config
from console.desk.commands import ImportFiles, RemoveSource
from console.desk.contacts import FindContacts, LeftSources, Match, Sources, SourceState, WhoIs
from console.desk.operators import Operator
from console.desk.rights import why_not
from console.people.skipped import Skipped
from console.people.values import Contact

if TYPE_CHECKING:
    from console.store.database import SqlStore

PAGE = 1000
LONGEST_SOURCE = 60
PIPED = "Imported"  # the source of what is piped in


def contacts(given: Namespace) -> int:
    """Do what was said after `contacts`."""
    config = configured(given)
    match given.action:
        case "import":
            return _import(given, config)
        case "lookup":
            return asyncio.run(_lookup(given, config))
        case "search":
            return asyncio.run(_search(given, config))
        case "left":
            return _left(given, config)
        case _:
            return asyncio.run(_export(given, config))


# -- import ------------------------------------------------------------------------------------


def _import(given: Namespace, config: Config) -> int:
    """Have files read into a source; 1 if not one contact could be read."""
    if "-" not in given.paths:
        return _import_files(given, config)
    with tempfile.TemporaryDirectory(prefix="hotline-import-") as folder:
        file = _standard_input(Path(folder))
        given.source = given.source or (PIPED if given.paths == ["-"] else None)
        given.paths = [file if path == "-" else path for path in given.paths]
        return _import_files(given, config)


def _standard_input(folder: Path) -> str:
    """What is piped in, as a file: the desk reads it, and by its name knows what it is."""
    data = sys.stdin.buffer
    begin = data.read(4096)
    kind = "vcf" if b"BEGIN:VCARD" in begin.upper() else "csv"
    file = folder / f"standard-input.{kind}"
    # The folder is only ours, so the file needs no rights of its own.
    with file.open("wb") as out:
        out.write(begin)
        shutil.copyfileobj(data, out)
    return str(file)


def _import_files(given: Namespace, config: Config) -> int:
    # The desk that reads them may stand elsewhere in the file system.
    paths = tuple(os.path.abspath(os.path.expanduser(path)) for path in given.paths)
    missing = {path: why for path in paths if (why := _why_not(path))}
    if len(missing) == len(set(paths)):
        path, why = next(iter(missing.items()))
        raise Failure(f"{clean(path, 300)}: {why}")
    source = clean(given.source or _name_of(paths), LONGEST_SOURCE)
    if not source:
        raise Failure("--source needs a name", code=2)
    there = tuple(path for path in paths if path not in missing)
    done = tell(config, guest(given), [ImportFiles(there, source)], watching(source))
    if done.report is None:
        raise Failure(f"the desk did not tell what it read: {clean(done.text)}")
    skipped = tuple(Skipped(clean(path, 300), 0, why) for path, why in missing.items())
    report = replace(
        done.report,
        left_out=done.report.left_out + len(skipped),
        skipped=skipped + done.report.skipped,
    )
    summary = f"{source}: {report.read:,} read, {report.added:,} added, {report.changed:,} changed"
    summary += f"; {report.left_out:,} left out" if report.left_out else ""
    say(report, summary, as_json=given.json, source=source)
    return 0 if report.read else 1


def _why_not(path: str) -> str:
    """Why a path can't be given to the desk, a sentence; "" if it can."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return "Its name is not UTF-8; give it another one."
    return "" if os.path.exists(path) else "It is not there."


def _name_of(paths: tuple[str, ...]) -> str:
    first = os.path.basename(paths[0]) or "Imported"
    return first if len(paths) == 1 else f"{first} and {len(paths) - 1} more"


# -- look-up -----------------------------------------------------------------------------------


async def _lookup(given: Namespace, config: Config) -> int:
    """Print who has a number; 1 if nobody is known."""
    plan = config.site.plan
    # Typed by a person, or passed on by a PBX: both forms of a public number are the same key.
    written = " ".join(given.number)
    number = plan.normal(written)
    if number is None or not any(sign.isdigit() for sign in number):
        raise Failure(f'"{clean(written)}" is no number; give one such as "+49 170 1"', code=2)
    async with reading(config) as store:
        matches = await store.ask(WhoIs(number, viewer=guest(given).login))
    best, others = next(iter(matches), None), matches[1:]
    if given.json:
        told = {
            "number": number,
            "shown": plan.shown(number),
            "match": match_json(best) if best else None,
            "others": [match_json(one) for one in others],
        }
        print(json.dumps(told, ensure_ascii=False))
    elif best is None:
        print(f"{plan.shown(number)}: nobody known", file=sys.stderr)
    else:
        print(_known(best, plan))
        for one in others:
            print(f"  or {_known(one, plan)}")
    return 0 if best else 1


def _known(match: Match, plan: NumberPlan) -> str:
    how = "chosen" if match.chosen else match.certainty.value
    return f"{how:<9}  {_line(match.contact, plan)}"


# -- search ------------------------------------------------------------------------------------


async def _search(given: Namespace, config: Config) -> int:
    """Print the contacts in which all words are found, by name."""
    text = " ".join(given.text)
    shown = 0
    async with reading(config) as store:
        page = min(PAGE, given.limit + 1)
        async for contact in _found(store, text, guest(given), None, page):
            if shown == given.limit:
                print(f"... and more (--limit {given.limit})", file=sys.stderr)
                break
            shown += 1
            if given.json:
                print(json.dumps(contact_json(contact), ensure_ascii=False))
            else:
                print(_line(contact, config.site.plan))
    return 0


def _line(contact: Contact, plan: NumberPlan) -> str:
    """A contact on one line, for people."""
    firm = contact.company if contact.company != contact.name else ""
    number = plan.shown(contact.numbers[0][0]) if contact.numbers else "-"
    more = f" +{len(contact.numbers) - 1}" if len(contact.numbers) > 1 else ""
    return f"{contact.name:<28.60}  {firm:<28.60}  {number + more:<24}  {contact.source}".rstrip()


async def _found(
    store: "SqlStore", text: str, who: Operator, source_id: int | None, page: int = PAGE
) -> AsyncIterator[Contact]:
    """All that is found, a page in memory at a time."""
    after: tuple[str, int] | None = None
    while True:
        query = FindContacts(text, source_id, page, who.login, after)
        found = await store.ask(query)
        for contact in found.contacts:
            yield contact
        if not found.more or not found.contacts:
            return
        last = found.contacts[-1]
        assert last.id is not None  # it comes from the database
        after = last.name, last.id


# -- what people who have left, left ------------------------------------------------------------


def _left(given: Namespace, config: Config) -> int:
    """Print the sources of who is no operator any more, or remove one."""
    states = asyncio.run(_left_sources(config, guest(given)))
    if given.remove is not None:
        if given.remove not in [state.source.id for state in states]:
            raise Failure(f"no such source: {given.remove}; see hotline contacts left", code=2)
        print(tell(config, guest(given), [RemoveSource(given.remove)]).text)
        return 0
    for state in states:
        id, name, owner = state.source.id, state.source.name, state.source.owner
        if given.json:
            told = {"id": id, "name": name, "owner": owner, "contacts": state.count}
            print(json.dumps(told, ensure_ascii=False))
        else:
            print(f"{id:>6}  {clean(owner):<16} {state.count:>9,}  {clean(name)}")
    return 0


async def _left_sources(config: Config, who: Operator) -> tuple[SourceState, ...]:
    async with reading(config) as store:
        known = await store.operators()
        who = next((one for one in known if one.login == who.login), who)
        if known and (why := why_not(who, LeftSources())):
            raise Failure(why)
        return await store.ask(LeftSources(viewer=who.login))


# -- export ------------------------------------------------------------------------------------


async def _export(given: Namespace, config: Config) -> int:
    """Write vCards (3.0), a page of contacts in memory at a time."""
    from console.people.vcard_writing import write_card

    who, count = guest(given), 0
    async with reading(config) as store:
        chosen = await _sources(store, given.source, who)
        with private_output(given.file) as out:
            # Source by source: in that order the database finds the next page at once.
            for id in chosen:
                async for contact in _found(store, given.search, who, id):
                    out.write(write_card(contact).encode("utf-8", "replace"))
                    count += 1
    if given.file != Path("-"):
        print(f"{given.file}: {count:,} contact{'' if count == 1 else 's'}")
    return 0


async def _sources(store: "SqlStore", name: str | None, who: Operator) -> list[int]:
    """The ids of the sources to export, in order; raises Failure for a name that is none."""
    states = await store.ask(Sources(viewer=who.login))
    known = {state.source.name.casefold(): state.source for state in states}
    if name is None:
        return [source.id for source in known.values() if source.id is not None]
    if found := known.get(name.strip().casefold()):
        return [found.id] if found.id is not None else []
    close = get_close_matches(name.casefold(), known, n=1, cutoff=0.5)
    hint = f'; did you mean "{known[close[0]].name}"?' if close else ""
    raise Failure(f'no contact source is called "{clean(name)}"{hint}', code=2)
