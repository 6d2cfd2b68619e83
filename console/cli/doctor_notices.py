"""What `hotline doctor` finds of notices and of the key of the stored secrets."""

import asyncio
import os
import shlex
from collections.abc import Iterator

from console.calls.text import clean
from console.cli.failure import Failure
from console.cli.finding import Finding, Mark
from console.cli.start import reading
from console.config import SEALING_KEY, Config
from console.one_desk import file_of

MOST_LOST = 10


def notices(config: Config) -> Iterator[Finding]:
    """Notices that failed, and secrets that can't be read."""
    file = file_of(config.database)
    if file is None or not file.exists():
        return
    try:
        failed, lost = asyncio.run(_stored(config))
    except Failure as failure:
        if "key" in str(failure):
            yield Finding(Mark.BROKEN, "Secrets", str(failure))
        return  # What else is wrong with the database was said before.
    if failed:
        many = "notice" if failed == 1 else "notices"
        yield Finding(
            Mark.LOOK,
            "Notices",
            f"{failed:,} {many} failed or may not have arrived",
            "hotline notices --failed says why; hotline notices retry sends them again.",
        )
    else:
        yield Finding(Mark.WELL, "Notices", "none failed")
    yield from _secrets(config, lost)


async def _stored(config: Config) -> tuple[int, tuple[str, ...]]:
    async with reading(config) as store:
        return await store.undelivered(), await store.lost_secrets()


def _secrets(config: Config, lost: tuple[str, ...]) -> Iterator[Finding]:
    from console.store.sealing import key_file

    for name in lost[:MOST_LOST]:
        yield Finding(
            Mark.BROKEN,
            "Secrets",
            f"{clean(name)} was stored with a key that is not here",
            "Enter it again (Settings), or bring the key of the database it came from.",
        )
    file = file_of(config.database)
    assert file is not None
    key = key_file(file)
    # They are of a time when secrets were stored as they are, or may be.
    for copy in sorted(file.parent.glob(f"{file.name}.before-[0-9]*")):
        yield Finding(
            Mark.LOOK,
            "Secrets",
            f"{copy} was made before an update and may have readable passwords in it",
            f"If all is well since: rm {shlex.quote(str(copy))}",
        )
    if os.environ.get(SEALING_KEY):
        yield Finding(Mark.WELL, "Secrets", f"sealed with the key in {SEALING_KEY}")
    elif key.exists():
        yield Finding(Mark.WELL, "Secrets", f"sealed with the key in {key}; no backup has it")
