"""The back door: a Unix socket by which the command line gives the running desk its commands.

One JSON object a line each way. `{"as": LOGIN, "do": NAME, "with": {...}}` is answered by
`{"done": TEXT, "count": N}` or `{"refused": WHY}`; `{"ask": "snapshot"}` by the snapshot. After
`{"attach": {"as": LOGIN, "term": TERM, "colorterm": COLORTERM, "size": [COLUMNS, ROWS]}}` there are
frames (frames.py), and the console is drawn through them; the desk sends the first. Who hangs up
before the answer stops an import, and is answered all the same. Only the user who runs the desk
gets in.
"""

import asyncio
import contextlib
import json
import logging
import os
import socket
import struct
import sys
from collections.abc import Callable, Coroutine
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from console.desk.commands import (
    AddKey,
    Answer,
    ChangeOperator,
    ChangeSettings,
    Command,
    DisableOperator,
    Done,
    Forget,
    ImportCompanies,
    ImportFiles,
    ImportSettings,
    LiftBlock,
    Refused,
    RemoveKey,
    RemoveOperator,
    RemoveSource,
    RetryNotices,
    SetExtensions,
    SetPassword,
)
from console.desk.contacts import SyncReport
from console.desk.snapshot import Snapshot
from console.places import socket_of

log = logging.getLogger(__name__)

COMMANDS: dict[str, type[Command]] = {
    kind.__name__: kind
    for kind in (
        *(ImportCompanies, ImportFiles, Forget),
        *(ChangeSettings, ImportSettings, RetryNotices, RemoveSource),
        *(ChangeOperator, SetExtensions, DisableOperator, RemoveOperator),
        *(SetPassword, AddKey, RemoveKey, LiftBlock),
    )
}
# What is given up when whoever gave it hangs up; all else is done in a moment.
STOPPABLE = (ImportFiles,)
STOPPED = Refused("The import was stopped; nothing of it was stored.")
LONGEST_LINE = 16_000_000

Enter = Callable[[str, Command], Coroutine[Any, Any, Answer]]
Attach = Callable[[dict[str, Any], asyncio.WriteTransport], Coroutine[Any, Any, None]]


class NobodyThere(Exception):
    """No desk answers at the back door."""


def place(database: Path) -> Path:
    """Where the back door of a database's desk is."""
    return Path(socket_of(str(database)))


async def keep(
    database: Path, enter: Enter, look: Callable[[], Snapshot], attach: Attach | None = None
) -> None:
    """Let commands in until cancelled; whoever calls this holds the database's lock.

    `enter(login, command)` carries a command out for somebody, `look()` gives the snapshot,
    `attach(asked, transport)` shows the console on a connection that it takes over.
    """
    at = place(database)
    # What a killed desk left behind; the lock says that it is nobody's.
    at.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX)
    mask = os.umask(0o177)
    try:
        listening.bind(str(at))
    finally:
        os.umask(mask)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if _peer(writer.get_extra_info("socket")) not in (None, os.getuid()):
                log.warning("another user knocked at the back door")
                return
            line = await reader.readline()
            while line:
                if attach is not None and (asked := _attaching(line)) is not None:
                    # Nothing but frames from here on: the reader hears no more of it.
                    await attach(asked, writer.transport)
                    return
                following = asyncio.ensure_future(reader.readline())
                try:
                    reply = await _reply(line, enter, look, following)
                    writer.write(json.dumps(reply).encode() + b"\n")
                    await writer.drain()
                    line = await following
                finally:
                    following.cancel()
        except (OSError, ValueError, KeyError, TypeError) as failed:
            log.info("a guest at the back door left: %s", failed)
        finally:
            writer.close()

    server = await asyncio.start_unix_server(serve, sock=listening, limit=LONGEST_LINE)
    try:
        # It serves from the start. `serve_forever` would, when it is cancelled, wait for every
        # guest to leave (Python 3.12), and one who never does would keep the console from ending.
        await asyncio.Event().wait()
    finally:
        server.close()
        at.unlink(missing_ok=True)


def _attaching(line: bytes) -> dict[str, Any] | None:
    """What is said of a terminal that is to be drawn on, None where this is another line."""
    if not line.startswith(b'{"attach"'):
        return None
    with contextlib.suppress(ValueError):
        asked = json.loads(line).get("attach")
        return asked if isinstance(asked, dict) else None
    return None


async def _reply(
    line: bytes, enter: Enter, look: Callable[[], Snapshot], following: asyncio.Future[bytes]
) -> dict[str, Any]:
    try:
        said = json.loads(line)
        if said.get("ask") == "snapshot":
            # Without the settings: they may hold secrets, and nobody asks for them here.
            picture = _picture().dump_python(look(), mode="json", exclude={"settings"})
            return {"snapshot": picture}
        command = TypeAdapter(COMMANDS[said["do"]]).validate_python(said["with"])
        login = str(said["as"])
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError):
        return {"refused": "The desk does not know this command; is it another version?"}
    match await _carried_out(enter(login, command), command, following):
        case Done(text, count, _, report):
            reply: dict[str, Any] = {"done": text, "count": count}
            if report is not None:
                reply["report"] = _reports().dump_python(report, mode="json")
            return reply
        case Refused(why):
            return {"refused": why}


async def _carried_out(
    doing: Coroutine[Any, Any, Answer], command: Command, following: asyncio.Future[bytes]
) -> Answer:
    """What became of a command; given up where it can be once there is no `following` line."""
    task = asyncio.ensure_future(doing)
    try:
        if isinstance(command, STOPPABLE):
            both: set[asyncio.Future[Any]] = {task, following}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if following.done() and (following.exception() or not following.result()):
                task.cancel()
        await asyncio.wait({task})
    finally:
        task.cancel()
    return STOPPED if task.cancelled() else task.result()


@cache
def _picture() -> TypeAdapter[Snapshot]:
    """Made once: it takes 20 ms, in which the desk would stand still."""
    return TypeAdapter(Snapshot)


@cache
def _reports() -> TypeAdapter[SyncReport | None]:
    return TypeAdapter(SyncReport | None)


def _peer(connection: Any) -> int | None:
    """The user at the other end, None where the system does not say."""
    if sys.platform == "linux":
        _, uid, _ = struct.unpack(
            "3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        )
        return int(uid)
    if sys.platform == "darwin":
        # LOCAL_PEERCRED of unix(4): struct xucred begins with a version and the user.
        return int(struct.unpack("2I", connection.getsockopt(0, 1, 76)[:8])[1])
    return None


class BackDoor:
    """The command line's end of the socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def do(self, login: str, command: Command) -> Answer:
        """Done after it is stored, or Refused; raises NobodyThere."""
        kind = type(command)
        return _answer(
            await self._ask(
                {
                    "as": login,
                    "do": kind.__name__,
                    "with": TypeAdapter(kind).dump_python(command, mode="json"),
                }
            )
        )

    async def give_up(self) -> Answer:
        """Hang up before the answer: what became of the command; raises NobodyThere."""
        try:
            self._writer.write_eof()
        except OSError as failed:
            raise NobodyThere from failed
        return _answer(await self._heard())

    async def snapshot(self) -> Snapshot:
        """The running desk's picture; raises NobodyThere."""
        try:
            reply = await self._ask({"ask": "snapshot"})
            return _picture().validate_python(reply["snapshot"])
        except (KeyError, ValidationError) as strange:
            raise NobodyThere from strange

    def close(self) -> None:
        """Leave."""
        self._writer.close()

    async def _ask(self, what: dict[str, Any]) -> dict[str, Any]:
        # Escaped: a path may have bytes that are no text, and must arrive as it is.
        line = json.dumps(what).encode() + b"\n"
        try:
            self._writer.write(line)
            await self._writer.drain()
        except OSError as failed:
            raise NobodyThere from failed
        return await self._heard()

    async def _heard(self) -> dict[str, Any]:
        try:
            answer = json.loads(await self._reader.readline() or b"null")
        except (OSError, ValueError) as failed:
            raise NobodyThere from failed
        if not isinstance(answer, dict):
            raise NobodyThere
        return answer


def _answer(reply: dict[str, Any]) -> Answer:
    if "done" in reply:
        report = _reports().validate_python(reply.get("report"))
        return Done(reply["done"], reply["count"], report=report)
    return Refused(str(reply.get("refused", "The desk answered in another language.")))


async def knock(database: Path) -> BackDoor:
    """Go to the desk of a database; raises NobodyThere."""
    try:
        reader, writer = await asyncio.open_unix_connection(
            str(place(database)), limit=LONGEST_LINE
        )
    except OSError as failed:
        raise NobodyThere from failed
    return BackDoor(reader, writer)
