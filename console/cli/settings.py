"""`hotline settings`: read and change what supervisors set in the console."""

import asyncio
import json
import sys
from argparse import Namespace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from console.calls.text import clean
from console.cli.changing import tell
from console.cli.failure import Failure
from console.cli.private_file import STDOUT, private_output
from console.cli.settings_file import Imported, read_file, written_file
from console.cli.settings_templates import broken_templates
from console.cli.settings_typed import secrets_seen, typed
from console.cli.settings_unsent import unsent
from console.cli.start import configured, guest, reading
from console.config import Config
from console.desk.commands import ChangeSettings, Command, ImportSettings
from console.desk.contacts import Companies
from console.desk.export import rfc3339
from console.desk.notices import SettingsChange, SettingsHistory
from console.desk.settings_orders import restore_values
from console.people.values import Company
from console.settings.live import Live, for_company, overridden, stored
from console.settings.notices import PER_COMPANY
from console.settings.secrets import without_secrets
from console.settings.site import Site

if TYPE_CHECKING:
    from console.store.database import SqlStore

# Written by companies' names instead.
OVERRIDES = "overrides"
SECTIONS = tuple(name for name in Live.model_fields if name != OVERRIDES)
PAGE = 100


def settings(given: Namespace) -> int:
    """Do what was said after `settings`."""
    config = configured(given)
    match given.action:
        case "get":
            asyncio.run(_get(given, config))
        case "export":
            asyncio.run(_export(given, config))
        case "history":
            asyncio.run(_history(given, config))
        case "set":
            _say(config, given, asyncio.run(_set(given, config)))
            for sentence in secrets_seen(given.values):
                print(f"hotline: {sentence}", file=sys.stderr)
        case "import":
            try:
                _say(config, given, asyncio.run(_import(given, config)))
            except Failure as failure:
                raise Failure(f"{clean(str(given.file))}: {failure}", failure.code) from None
        case "restore":
            _say(config, given, asyncio.run(_restore(given, config)))
    return 0


def _say(config: Config, given: Namespace, command: Command) -> None:
    print(tell(config, guest(given), [command]).text)
    # What is broken or missing is saved, here as in the form.
    for look in (broken_templates, unsent):
        for sentence in asyncio.run(look(command, config)):
            print(f"hotline: {sentence}", file=sys.stderr)


# -- reading -----------------------------------------------------------------------------------


async def _get(given: Namespace, config: Config) -> None:
    async with reading(config) as store:
        live = await store.settings()
        company = await _company(store, given.company) if given.company is not None else None
    own: dict[str, dict[str, Any]] = overridden(live, company.id) if company else {}
    if company is not None:
        live = for_company(live, company.id)
    section, dot, field = (given.section or "").partition(".")
    sections = [_section(section)] if section else list(SECTIONS)
    shown = {name: without_secrets(stored(live, name)) for name in sections}
    if dot:
        shown = {section: {_field(section, field): shown[section][field]}}
    if given.json:
        told = {
            "company": company.name if company else None,
            "settings": shown,
            "own": {
                name: [each for each in own[name] if each in shown[name]]
                for name in sections
                if name in own
            },
        }
        print(json.dumps(told, ensure_ascii=False))
        return
    for section, values in shown.items():
        for name, value in values.items():
            mark = "  (its own)" if name in own.get(section, {}) else ""
            print(f"{section}.{name} = {json.dumps(value, ensure_ascii=False)}{mark}")


async def _export(given: Namespace, config: Config) -> None:
    async with reading(config) as store:
        live = await store.settings()
        names = {company.id: company.name for company in await _companies(store)}
    sections = {name: without_secrets(stored(live, name)) for name in SECTIONS}
    companies: dict[str, dict[str, Any]] = {}
    for each in live.overrides.overrides:
        if name := names.get(each.company_id):
            companies.setdefault(name, {})[each.section] = each.values
    text = written_file(Imported(sections, companies), toml=given.toml)
    with private_output(given.file) as out:
        out.write(text.encode("utf-8", "replace"))
    if given.file != STDOUT:
        print(f"{given.file}: {len(sections)} sections, {len(companies)} companies")


async def _history(given: Namespace, config: Config) -> None:
    section = _section(given.section) if given.section else None
    async with reading(config) as store:
        names = {company.id: company.name for company in await _companies(store)}
        changes = await store.ask(SettingsHistory(section, limit=given.limit))
    for change in changes:
        company = "" if change.company_id is None else names.get(change.company_id, "?")
        if given.json:
            print(json.dumps(_change_json(change, company), ensure_ascii=False))
        else:
            print(_change_line(change, company, config.site))


def _change_json(change: SettingsChange, company: str) -> dict[str, Any]:
    return {
        "id": change.id,
        "section": change.section,
        "company": company or None,
        "version": change.version,
        "by": change.by,
        "at": rfc3339(change.at),
        "origin": change.origin or None,
        "old": change.old,
        "new": change.new,
    }


def _change_line(change: SettingsChange, company: str, site: Site) -> str:
    when = change.at.astimezone(site.zone).strftime("%Y-%m-%d %H:%M:%S")
    missing = object()
    names = dict.fromkeys((*change.new, *change.old))
    fields = [n for n in names if change.old.get(n, missing) != change.new.get(n, missing)]
    of = f" of {clean(company)}" if company else ""
    origin = f" ({change.origin})" if change.origin else ""
    what = f"{change.section}{of}: {', '.join(fields) or 'secrets'}"
    return f"{change.id:>6}  {when}  {clean(change.by)}{origin}  {what}"


# -- changing ----------------------------------------------------------------------------------


async def _set(given: Namespace, config: Config) -> Command:
    sections: dict[str, dict[str, Any]] = {}
    for each in given.values:
        name, equals, text = each.partition("=")
        section, dot, field = name.partition(".")
        if not (equals and dot):
            raise Failure(f'"{clean(each)}" is no SECTION.FIELD=VALUE', code=2)
        _field(_section(section), field)
        sections.setdefault(section, {})[field] = typed(section, field, text)
    if given.company is None:
        return ImportSettings(sections)
    async with reading(config) as store:
        company = await _company(store, given.company)
    assert company.id is not None
    return ImportSettings({}, {company.id: sections})


async def _import(given: Namespace, config: Config) -> Command:
    found = read_file(given.file)
    for section in found.sections:
        _section(section)
    if not found.companies:
        return ImportSettings(found.sections)
    async with reading(config) as store:
        ids = {name: (await _company(store, name)).id for name in found.companies}
    companies: dict[int, dict[str, dict[str, Any]]] = {}
    for name, sections in found.companies.items():
        for section in sections:
            if section not in PER_COMPANY:
                raise Failure(f"companies.{clean(name)}.{clean(section)}: no section of companies")
        id = ids[name]
        assert id is not None
        companies[id] = sections
    return ImportSettings(found.sections, companies)


async def _restore(given: Namespace, config: Config) -> Command:
    async with reading(config) as store:
        found = await store.ask(SettingsHistory(before=given.id + 1, limit=1))
        live = await store.settings()
    if not found or found[0].id != given.id:
        raise Failure(f"there is no change {given.id}; see hotline settings history", code=2)
    (change,) = found
    return ChangeSettings(change.section, restore_values(change, live), change.company_id)


# -- names -------------------------------------------------------------------------------------


def _section(name: str) -> str:
    if name not in SECTIONS:
        raise Failure(f"there are no settings called {clean(name)}{_hint(name, SECTIONS)}", code=2)
    return name


def _field(section: str, name: str) -> str:
    known = tuple(Live.model_fields[section].annotation.model_fields)  # type: ignore[union-attr]
    if name not in known:
        raise Failure(f"{section} has no {clean(name)}{_hint(name, known)}", code=2)
    return name


async def _companies(store: "SqlStore") -> tuple[Company, ...]:
    return await store.ask(Companies(archived=True))


async def _company(store: "SqlStore", name: str) -> Company:
    known = {company.name.casefold(): company for company in await _companies(store)}
    if company := known.get(name.casefold()):
        return company
    names = [company.name for company in known.values()]
    raise Failure(f'no company is called "{clean(name)}"{_hint(name, names)}', code=2)


def _hint(name: str, known: tuple[str, ...] | list[str]) -> str:
    close = get_close_matches(name, known, n=1, cutoff=0.5)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; there are {', '.join(known)}" if known and len(known) < 30 else ""
