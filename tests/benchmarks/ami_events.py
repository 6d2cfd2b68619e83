"""Reading the Manager Interface: our wire and dialect beside panoramisk's parser, in one run.

    python -m tests.benchmarks.ami_events

Prints events a second, median of five runs each, on the same bytes, and the ratios.
"""

import base64
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from console.calls.board import Board
from console.calls.events import CallEvent
from console.feeds.ami_wire import Wire
from console.feeds.ami_words import REQUIRED
from tests.feeds import played

RUNS = 5
CHUNK = 1 << 16
NAME = "twenty_at_once"
COPIES = 8


def recorded() -> bytes:
    """The bytes of one recording, without its banner."""
    lines = (line for line in played.lines(NAME) if line["dir"] == "in")
    return b"".join(base64.b64decode(line["b64"]) for line in lines).partition(b"\r\n")[2]


def chunks(data: bytes) -> list[bytes]:
    return [data[start : start + CHUNK] for start in range(0, len(data), CHUNK)]


def wire(data: bytes) -> None:
    """Every block, each required field of the wanted ones."""
    reader = Wire(frozenset(REQUIRED))
    reader.receive(b"Asterisk Call Manager/11.0.0\r\n")
    for chunk in chunks(data):
        for block in reader.receive(chunk):
            if block.kind == "Event":
                [block.get(key) for key in REQUIRED[block.name]]


def dialect(data: bytes) -> None:
    feed = played.listener()
    feed.receive(b"Asterisk Call Manager/11.0.0\r\n")
    for chunk in chunks(data):
        feed.receive(chunk)


def panoramisk(data: bytes) -> None:
    from panoramisk.message import Message

    pending = b""
    for chunk in chunks(data):
        # As its AMIProtocol.data_received does.
        pending += chunk
        *raw, pending = pending.split(b"\r\n\r\n")
        for one in raw:
            Message.from_line(one.decode("utf8", "ignore") + "\r\n")


def rate(work: Callable[[bytes], None], data: bytes, events: int) -> float:
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work(data)
        taken.append(time.perf_counter() - began)
    return events / statistics.median(taken)


def board(said: list[CallEvent]) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    one = Board()
    for event in said:
        one = one.hear(event, now).board


def main() -> None:
    once = recorded()
    data = once * COPIES
    events = data.count(b"\r\n\r\n")
    print(f"{NAME}: {events} events, {len(data) / 1e6:.1f} MB, in chunks of {CHUNK} bytes")
    base = rate(panoramisk, data, events)
    print(f"{'panoramisk (its message parser)':44}{base:12,.0f} events/s")
    for text, work in (
        ("our wire, the fields we need", wire),
        ("our dialect, to call events", dialect),
    ):
        ours = rate(work, data, events)
        print(f"{text:44}{ours:12,.0f} events/s  {ours / base:5.1f} x")
    said = [one.event for one in played.events(NAME)] * COPIES
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        board(said)
        taken.append(time.perf_counter() - began)
    print(f"{'the board, call events':44}{len(said) / statistics.median(taken):12,.0f} events/s")


if __name__ == "__main__":
    main()
