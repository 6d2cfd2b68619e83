"""`hotline users`: who may come in, by what, and from where nobody may for now."""

import asyncio
import getpass
import json
import sys
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from console.calls.text import clean
from console.calls.words import TEXTS, Role
from console.cli.changing import tell
from console.cli.failure import Failure
from console.cli.start import configured, guest, reading
from console.config import Config
from console.desk import commands as do
from console.desk.accounts import Account

LONGEST_KEY = 20_000


def users(given: Namespace) -> int:
    """Print them, or change one."""
    config = configured(given)
    if given.action in (None, "list"):
        asyncio.run(_list(config, given.json))
    elif given.action == "blocked":
        asyncio.run(_blocked(config, given.json))
    else:
        command = asyncio.run(_command(config, given))
        print(tell(config, guest(given), [command]).text)
    return 0


async def _command(config: Config, given: Namespace) -> do.Command:
    login = "" if given.action == "unblock" else given.login
    match given.action:
        case "add":
            name = clean(given.name or login, 60)
            return do.ChangeOperator(login, name, Role(given.role), _phones(given.extensions))
        case "role":
            one = (await _account(config, login)).operator
            return do.ChangeOperator(login, one.name, Role(given.role), one.extensions)
        case "extension":
            return do.SetExtensions(login, _phones(given.extensions))
        case "disable" | "enable":
            return do.DisableOperator(login, given.action == "disable")
        case "remove":
            return do.RemoveOperator(login)
        case "passwd":
            return do.SetPassword(login, "" if given.none else _password(login))
        case "key" if given.key_action == "add":
            return do.AddKey(login, _key(given.key))
        case "key":
            account = await _account(config, login)
            return do.RemoveKey(login, _fingerprint(account, given.fingerprint))
        case _:
            return do.LiftBlock(given.address)


def _phones(text: str) -> tuple[str, ...]:
    return tuple(clean(part, 40) for part in text.split(",") if part.strip())


def _key(said: str) -> str:
    """The text of a key that was given itself, as a file, or by a pipe."""
    if said == "-":
        return sys.stdin.read(LONGEST_KEY)
    if " " in said.strip():
        return said
    try:
        with Path(said).expanduser().open(encoding="utf-8") as file:
            return file.read(LONGEST_KEY)
    except (OSError, UnicodeDecodeError) as failed:
        why = failed.strerror if isinstance(failed, OSError) else "it is not text"
        raise Failure(f"{clean(said, 200)} can't be read: {why}") from None


def _password(login: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(f"Password for {login}: ")
    if getpass.getpass("Once more: ") != first:
        raise Failure("the two are not the same; nothing was changed")
    if not first:
        raise Failure("the password is empty; to take it away: --none")
    return first


def _fingerprint(account: Account, said: str) -> str:
    wanted = said if said.startswith("SHA256:") else f"SHA256:{said}"
    found = [key.fingerprint for key in account.keys if key.fingerprint.startswith(wanted)]
    if len(found) != 1:
        known = ", ".join(key.fingerprint for key in account.keys) or "none"
        what = "several keys" if found else "no key"
        raise Failure(f"{account.operator.login} has {what} {said}; there are: {known}")
    return found[0]


async def _account(config: Config, login: str) -> Account:
    async with reading(config) as store:
        for account in await store.accounts():
            if account.operator.login == login:
                return account
    raise Failure(f"{clean(login, 60)} is no operator here")


async def _list(config: Config, as_json: bool) -> None:
    async with reading(config) as store:
        for account in await store.accounts():
            print(json.dumps(_as_json(account)) if as_json else "\n".join(_lines(account)))


def _lines(account: Account) -> Iterable[str]:
    one = account.operator
    phones = ", ".join(one.extensions) or "-"
    signs = ["disabled"] * account.disabled + ["password"] * account.has_password
    line = f"{one.login:<16} {one.name:<28} {TEXTS[one.role]:<12} {phones:<12} {' '.join(signs)}"
    yield line.rstrip()
    for key in account.keys:
        yield f"{'':<16} {key.kind} {key.fingerprint} {key.comment}".rstrip()


def _as_json(account: Account) -> dict[str, Any]:
    one = account.operator
    return {
        "login": one.login,
        "name": one.name,
        "role": one.role.value,
        "extensions": list(one.extensions),
        "disabled": account.disabled,
        "password": account.has_password,
        "keys": [
            {
                "fingerprint": key.fingerprint,
                "kind": key.kind,
                "comment": key.comment,
                "added_by": key.added_by,
                "added_at": key.added_at.isoformat() if key.added_at else None,
            }
            for key in account.keys
        ],
    }


async def _blocked(config: Config, as_json: bool) -> None:
    zone = config.site.zone
    async with reading(config) as store:
        for block in await store.blocks():
            if as_json:
                said = {
                    "address": block.address,
                    "failures": block.failures,
                    "at": block.at.isoformat(),
                    "until": block.until.isoformat() if block.until else None,
                    "login": block.login,
                }
                print(json.dumps(said))
                continue
            until = block.until.astimezone(zone) if block.until else None
            kept = f"kept out until {until:%Y-%m-%d %H:%M:%S}" if until else "not kept out"
            last = f"{block.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
            print(f"{block.address:<40} {block.failures:>4} failed, last {last}, {kept}")
