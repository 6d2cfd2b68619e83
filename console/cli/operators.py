"""`hotline operators`: who may sit at the console."""

import asyncio
from argparse import Namespace

from console.calls.text import clean
from console.calls.words import TEXTS, Role
from console.cli.changing import tell
from console.cli.failure import Failure
from console.cli.start import configured, guest, reading
from console.config import Config
from console.desk.commands import ChangeOperator


def operators(given: Namespace) -> int:
    """Print them, or add one."""
    config = configured(given)
    if given.action != "add":
        asyncio.run(_print(config))
        return 0
    login = clean(given.login, 60)
    if not login or login != given.login or " " in login:
        raise Failure(f'"{clean(given.login)}" is no login; give one word', code=2)
    extensions = tuple(part.strip() for part in given.extensions.split(",") if part.strip())
    name = clean(given.name or login, 60)
    tell(config, guest(given), [ChangeOperator(login, name, Role(given.role), extensions)])
    print(f"{login}: {name}, {TEXTS[Role(given.role)]}")
    return 0


async def _print(config: Config) -> None:
    async with reading(config) as store:
        for one in await store.operators():
            phones = ", ".join(one.extensions) or "-"
            print(f"{one.login:<16} {one.name:<28} {TEXTS[one.role]:<12} {phones}")
