"""The few commands that may be given over ssh: what they may say, and how they are carried out.

What reads is `hotline` itself in a process of its own, which knows the database and how the site
writes things, and no secret. What changes something goes through the desk in this process.
"""

import asyncio
import contextlib
import os
import shlex
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import console
from console.calls.text import clean
from console.clock import utc_now
from console.desk import commands as do
from console.desk.changes import AddLine
from console.desk.operators import Operator
from console.wiring import House, Play

if TYPE_CHECKING:
    from console.ssh.session import Session

ALLOWED = (
    "Only these commands are here: calls, notices, status, contacts import -, contacts export, "
    "companies export"
)
SECONDS = 60.0  # a command may take, and its input
MOST_PRINTED = 50_000_000  # bytes
MOST_COMPLAINED = 100_000
MOST_READ = 10_000_000
AT_ONCE, OF_ONE = 4, 2  # commands: of all users, of each
CHUNK = 16 * 1024
SHOWN = 20  # cards that were left out
USUAL_SOURCE = "Imported"
MISUSED = 2  # the exit code for wrong arguments, as of the command line


@dataclass(frozen=True, slots=True)
class Options:
    """What a command may be told: options alone, and options with a value."""

    alone: frozenset[str]
    valued: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return ", ".join((*sorted(self.alone), *(f"{name} ..." for name in sorted(self.valued))))


# None of them names a file, a configuration, a database or another user.
OPTIONS = {
    "calls": Options(
        frozenset({"--unanswered", "--open", "--failed-notices", "--json", "--csv"}),
        frozenset({"--since", "--company"}),
    ),
    "notices": Options(frozenset({"--failed", "--json"}), frozenset({"--call", "--limit"})),
    "status": Options(frozenset({"--json"})),
    "contacts import -": Options(frozenset(), frozenset({"--source"})),
    # "-" is no file: it prints, as without.
    "contacts export": Options(frozenset({"-"}), frozenset({"--search", "--source"})),
    "companies export": Options(frozenset({"-", "--archived", "--json", "--vcard"})),
}
# Of what it finds some is an operator's own.
AS_ASKED_BY = frozenset({"contacts export"})


class NotAllowed(Exception):
    """This is none of the commands, or it is told what it may not be; the exit code."""

    def __init__(self, why: str, code: int) -> None:
        super().__init__(why)
        self.code = code


@dataclass(frozen=True, slots=True)
class Asked:
    """A command of the table, and the options it was given, each as one word."""

    command: str
    options: tuple[str, ...] = ()

    def value(self, option: str) -> str:
        """What an option was given last, "" if it was not."""
        found = [one for one in self.options if one.startswith(f"{option}=")]
        return found[-1].partition("=")[2] if found else ""


def read_command(text: str) -> Asked:
    """The command in what ssh was given; raises NotAllowed."""
    try:
        words = shlex.split(text)
    except ValueError:
        raise NotAllowed("This command has a quote that does not end.", MISUSED) from None
    command = next((one for one in OPTIONS if words[: len(one.split())] == one.split()), None)
    if command is None or "\0" in text:
        raise NotAllowed(ALLOWED, 1)
    allowed, options = OPTIONS[command], []
    rest = words[len(command.split()) :]
    while rest:
        word = rest.pop(0)
        name, given, value = word.partition("=")
        if word in allowed.alone:
            options.append(word)
        elif name in allowed.valued and (given or rest):
            # As one word: what a value begins with can't make an option of it.
            options.append(f"{name}={value if given else rest.pop(0)}")
        else:
            raise NotAllowed(f"{command} takes only: {allowed}", MISUSED)
    return Asked(command, tuple(options))


class Commands:
    """Carries out what is given over ssh, a few at a time."""

    def __init__(self, play: Play, home: House) -> None:
        self._play = play
        self._home = home
        self._under_way: Counter[str] = Counter()

    async def carry_out(
        self, operator: Operator, origin: str, session: "Session", text: str
    ) -> int:
        """Do what somebody wants, unless it is not allowed; the exit code."""
        try:
            asked = read_command(text)
        except NotAllowed as refused:
            session.complain(f"hotline: {refused}\n".encode())
            return refused.code
        login = operator.login
        if self._under_way[login] >= OF_ONE or self._under_way.total() >= AT_ONCE:
            session.complain(b"hotline: too many commands are under way; try again in a moment\n")
            return 1
        self._under_way[login] += 1
        try:
            if asked.command == "contacts import -":
                return await _unless_gone(session, self._import(operator, origin, session, asked))
            if asked.command in AS_ASKED_BY:
                asked = replace(asked, options=(*asked.options, f"--as={login}"))
            return await _unless_gone(session, self._run(session, asked))
        except _TooMuch as much:
            session.complain(f"hotline: {much}\n".encode())
            return 1
        finally:
            self._under_way[login] -= 1

    # -- what reads

    async def _run(self, session: "Session", asked: Asked) -> int:
        """Run it in a process of its own."""
        session.listen(lambda data: None, lambda: None)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "console", *asked.command.split(), *asked.options),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self._environment(),
            limit=CHUNK,
            start_new_session=True,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            async with asyncio.timeout(SECONDS):
                await asyncio.gather(
                    _printed(process.stdout, session), _complained(process.stderr, session)
                )
                code = await process.wait()
        except TimeoutError:
            raise _TooMuch(f"this takes longer than {SECONDS:.0f} s; ask for less") from None
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        return code if code >= 0 else 1

    def _environment(self) -> dict[str, str]:
        """What such a process is told, and nothing of what this one is."""
        site = self._play.site
        said = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": os.environ.get("HOME", "/"),
            "LANG": "C.UTF-8",
            # The console may run from a folder of its own.
            "PYTHONPATH": str(Path(console.__file__).parents[1]),
            "PYTHONUTF8": "1",
            "HOTLINE_CONFIG": os.devnull,
            "HOTLINE_DATABASE": self._play.database,
            "HOTLINE_LOG_FILE": os.devnull,
            "HOTLINE_SITE_NAME": site.name,
            "HOTLINE_SITE_TIME_ZONE": site.time_zone,
            "HOTLINE_SITE_REGION": site.region,
            "HOTLINE_SITE_AREA_CODE": site.area_code,
            "HOTLINE_SITE_OUTSIDE_PREFIX": site.outside_prefix,
        }
        return {name: value for name, value in said.items() if value}

    # -- what changes something

    async def _import(
        self, operator: Operator, origin: str, session: "Session", asked: Asked
    ) -> int:
        """Have vCards of standard input read into a source that only this operator sees."""
        try:
            async with asyncio.timeout(SECONDS):
                cards = await _all_input(session)
        except TimeoutError:
            raise _TooMuch(f"nothing more came for {SECONDS:.0f} s") from None
        name = clean(asked.value("--source") or USUAL_SOURCE, 60)
        with tempfile.TemporaryDirectory(prefix="hotline-import-") as folder:
            file = Path(folder) / "standard-input.vcf"
            await asyncio.to_thread(_write_privately, file, cards)
            wanted = do.ImportFiles((str(file),), name, operator.login)
            answer = await self._home.desk.do(wanted, operator, origin, sent=True)
        if isinstance(answer, do.Refused) or answer.report is None:
            why = answer.why if isinstance(answer, do.Refused) else answer.text
            session.complain(f"hotline: {why}\n".encode())
            return 1
        report = answer.report
        by, now = operator.name or operator.login, utc_now()
        self._home.desk.note(AddLine("imported", answer.text, by, now), origin)
        await session.print(f"{report.read:,} read; {answer.text}\n".encode())
        for skipped in report.skipped[:SHOWN]:
            session.complain(f"line {skipped.line}: {clean(skipped.reason, 500)}\n".encode())
        return 0 if report.read else 1


class _TooMuch(Exception):
    """It would take too long, or too many bytes; the sentence says what."""


async def _unless_gone(session: "Session", work: Coroutine[Any, Any, int]) -> int:
    """What became of it; given up when the client goes."""
    if session.gone:
        work.close()
        return 1
    task = asyncio.ensure_future(work)
    session.closed = partial(_cancel, task)
    try:
        await asyncio.wait((task,))
    finally:
        session.closed = lambda: None
        task.cancel()
        # Also where this session is ended: what it has begun is not left behind.
        await asyncio.wait((task,))
    return 1 if task.cancelled() else task.result()


def _cancel(task: asyncio.Task[int]) -> None:
    task.cancel()


async def _printed(output: asyncio.StreamReader, session: "Session") -> None:
    printed = 0
    while data := await output.read(CHUNK):
        printed += len(data)
        if printed > MOST_PRINTED:
            raise _TooMuch(f"this is more than {MOST_PRINTED // 10**6} MB; ask for less (--since)")
        await session.print(data)


async def _complained(errors: asyncio.StreamReader, session: "Session") -> None:
    said = 0
    while data := await errors.read(CHUNK):
        said += len(data)
        if said <= MOST_COMPLAINED:
            session.complain(data)


async def _all_input(session: "Session") -> bytes:
    """What the client sends until it says that this is all; raises _TooMuch."""
    read, ended = bytearray(), asyncio.Event()

    def heard(data: bytes) -> None:
        read.extend(data)
        if len(read) > MOST_READ:
            ended.set()

    session.listen(heard, ended.set)
    await ended.wait()
    session.listen(lambda data: None, lambda: None)
    if len(read) > MOST_READ:
        raise _TooMuch(f"these are more than {MOST_READ // 10**6} MB; send fewer contacts at once")
    return bytes(read)


def _write_privately(file: Path, data: bytes) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(data)
