"""`hotline serve`: operators come in by ssh."""

import sys
import tempfile
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.failure import Failure
from console.cli.screen import day, finish
from console.cli.start import configured
from console.clock import utc_now
from console.desk.changes import PutPassword
from console.serving import Listening
from console.serving import serve as begin
from console.settings.site import Ssh
from console.wiring import House, Play

if TYPE_CHECKING:
    from console.store.database import SqlStore

DEMO_PASSWORD = "hotline-demo"


def serve(given: Namespace) -> int:
    """Serve until told to end."""
    if given.demo:
        return _demo(given)
    config = configured(given)
    if not config.feeds:
        raise Failure("no PBX is configured; make a file with: hotline init, or try --demo")
    return _serve(given, day(config, given), config.ssh, config.host_keys)


def _demo(given: Namespace) -> int:
    from console.demo import demo
    from console.logs import usual_log, write_to
    from console.settings.site import Log

    write_to(usual_log(), Log())
    with (
        tempfile.TemporaryDirectory(prefix="hotline-keys-") as keys,
        demo(given.seed, given.speed, utc_now()) as play,
    ):
        # What is invented may be looked at by anybody, but only from this machine.
        ssh = Ssh(host="127.0.0.1", passwords=True, sessions_per_user=100)
        return _serve(given, _open_to_all(play), ssh, Path(keys))


def _open_to_all(play: Play) -> Play:
    """The demo whose people come in by one password that everybody knows."""
    furnish = play.furnish

    async def with_passwords(store: "SqlStore") -> None:
        from console.ssh.passwords import Passwords

        if furnish is not None:
            await furnish(store)
        passwords = Passwords()
        hashed = await passwords.hashed(DEMO_PASSWORD)
        passwords.close()
        people = await store.operators()
        await store.write([PutPassword(one.login, hashed, "demo", utc_now()) for one in people])

    return replace(play, furnish=with_passwords)


def _others(play: Play) -> str:
    """Who else may come into the demo, and as what."""
    from console.calls.words import TEXTS
    from console.feeds.demo_world import demo_operators

    others = [one for one in demo_operators() if one.login != play.operator.login]
    return f"or as {', '.join(f'{one.login} ({TEXTS[one.role]})' for one in others)}"


def _serve(given: Namespace, play: Play, ssh: Ssh, keys: Path) -> int:
    if given.port is not None:
        if not 0 <= given.port <= 65535:
            raise Failure(f"{given.port} is no port; give a number from 1 to 65535", code=2)
        ssh = ssh.model_copy(update={"port": given.port})

    def say_ready(home: House, at: Listening) -> None:
        for one in at.fingerprints:
            print(f"host key {one}", file=sys.stderr)
        who = "LOGIN@this-machine"
        if given.demo:
            who = f"{play.operator.login}@localhost (the password is {DEMO_PASSWORD})"
            who += f"\n{_others(play)}"
        line = f"operators come in with: ssh -p {at.port} {who}"
        print(f"{line}\ncalls are stored in {home.store.path}", file=sys.stderr, flush=True)

    return finish(begin(play, ssh, keys, say_ready))
