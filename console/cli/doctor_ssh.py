"""What `hotline doctor` says of those who come in from elsewhere."""

import asyncio
from collections.abc import Iterator

from console.cli.failure import Failure
from console.cli.finding import Finding, Mark
from console.cli.start import reading
from console.config import Config
from console.desk.accounts import Account


def ssh(config: Config) -> Iterator[Finding]:
    """The host keys with their fingerprints, and whether anybody could come in."""
    from console.ssh.host_key import HostKeyFailed, fingerprints

    try:
        prints = list(fingerprints(config.host_keys))
    except HostKeyFailed as failed:
        yield Finding(Mark.BROKEN, "SSH", str(failed))
        return
    if not prints:
        # Nobody has served here: there is nothing to find fault with.
        return
    for one in prints:
        yield Finding(Mark.WELL, "SSH", f"the host key is {one}")
    try:
        accounts = asyncio.run(_accounts(config))
    except Failure:
        return  # The database has a line of its own.
    able = [
        one.operator.login
        for one in accounts
        if not one.disabled and (one.keys or (one.has_password and config.ssh.passwords))
    ]
    if able:
        yield Finding(Mark.WELL, "SSH", f"{len(able)} may come in on port {config.ssh.port}")
    else:
        yield Finding(
            Mark.LOOK, "SSH", "nobody has a key", "hotline users key add LOGIN THEIR-KEY.pub"
        )
    without = [
        one.operator.login for one in accounts if one.has_password and not config.ssh.passwords
    ]
    if without:
        yield Finding(
            Mark.LOOK,
            "SSH",
            f"passwords are set for {', '.join(without)}, but let nobody in",
            "passwords = true in [ssh], or: hotline users passwd LOGIN --none",
        )


async def _accounts(config: Config) -> tuple[Account, ...]:
    async with reading(config) as store:
        return await store.accounts()
