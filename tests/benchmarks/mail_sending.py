"""Prints how many e-mails a second go to a local server: connection kept, and a new one each.

python -m tests.benchmarks.mail_sending [MAILS]
"""

import asyncio
import logging
import multiprocessing
import sys
import tempfile
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from console.notices.letter import Ending, Letter
from console.notices.mail_channel import MOST_MAILS, MailChannel
from console.notices.mail_message import mail_message
from tests.notices.letters import given, letter, settings
from tests.servers.certificates import Certificates, make
from tests.servers.smtp_server import PASSWORD, USER, smtp_server

MAILS = 400


def serve(pipe: Connection, tls: Certificates | None) -> None:
    """The server, in a process of its own as real ones are."""

    logging.disable()  # aiosmtpd deprecates what it uses itself, at each login

    async def serving() -> None:
        async with smtp_server(tls=tls) as server:
            pipe.send(server.port)
            await asyncio.to_thread(pipe.recv)

    asyncio.run(serving())


def letters(count: int, port: int, tls: Certificates | None) -> list[Letter]:
    server: dict[str, Any] = {"host": "localhost", "port": port}
    if tls is not None:
        server |= {"security": "STARTTLS", "ca": str(tls.authority)}
        server |= {"user": USER, "password": PASSWORD}
    one = letter(settings(server=server))
    return [
        replace(one, notice=replace(one.notice, message_id=f"<n{n}@desk.example>"))
        for n in range(count)
    ]


async def per_second(most_mails: int, told: list[Letter]) -> float:
    channel = MailChannel(given, most_mails=most_mails)
    began = time.perf_counter()
    for each in told:
        result = await channel.send(each)
        assert result.ending is Ending.SENT, result
    seconds = time.perf_counter() - began
    await channel.close()
    return len(told) / seconds


def main(count: int) -> None:
    began = time.perf_counter()
    for each in letters(200, 25, None):
        mail_message(each).octets()
    print(f"writing one (no server)              {(time.perf_counter() - began) * 5:7.2f} ms")
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        for title, tls in (
            ("plain text", None),
            ("STARTTLS, login", make(Path(folder))),
        ):
            ours, theirs = context.Pipe()
            process = context.Process(target=serve, args=(theirs, tls), daemon=True)
            process.start()
            told = letters(count, ours.recv(), tls)
            ways = (("one connection", count), ("kept as usual", MOST_MAILS), ("a new one each", 1))
            speeds = [asyncio.run(per_second(most, told)) for _, most in ways]
            for (way, most), speed in zip(ways, speeds, strict=True):
                print(
                    f"{title:<16} {way:<14} ({most:>3}) {speed:8.0f} mails/s"
                    f"   x{speed / speeds[-1]:4.1f}"
                )
            ours.send(None)
            process.join()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MAILS)
