"""Plays a recording through the dialect and the board, without desk, store or clock."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from console.calls.board import Board, Heard
from console.calls.call import Call
from console.calls.events import CallEvent, FeedLost
from console.calls.numbers import NumberPlan
from console.desk.export import as_json
from console.desk.records import CallRecord
from console.feeds.ami import AmiFeed
from console.feeds.ami_contexts import AmiContexts
from tests.pbx import scenarios

RECORDINGS = Path(__file__).parent.parent / "recordings"
PLAN = NumberPlan("DE", "30")
CONTEXTS = AmiContexts(frozenset({"from-trunk"}), frozenset({"from-internal"}))


@dataclass(frozen=True)
class Said:
    """One event and when it came."""

    at: datetime
    event: CallEvent


def lines(name: str) -> Iterator[dict[str, Any]]:
    """The lines of a recording."""
    with (RECORDINGS / f"{name}.jsonl").open() as file:
        yield from map(json.loads, file)


def expected(name: str) -> tuple[dict[str, Any], ...]:
    """What the scenario behind a recording says of its calls."""
    return scenarios.SCENARIOS[name].expected


def listener() -> AmiFeed:
    """A dialect that only listens."""
    return AmiFeed("pbx", PLAN, CONTEXTS, "hotline", "", None)


def events(name: str, cut: int | None = None) -> list[Said]:
    """All events of a recording; `cut` feeds the bytes in pieces of that size."""
    feed, said = listener(), []
    for line in lines(name):
        at = datetime.fromtimestamp(line["t"], UTC)
        if line["dir"] == "note":
            if line["text"] == "lost":
                said.append(Said(at, FeedLost("pbx", "the connection ended")))
                feed = listener()
            continue
        data = base64.b64decode(line["b64"])
        if line["dir"] == "out":
            feed.sent(data)
            continue
        for start in range(0, len(data), cut or len(data)):
            piece = data[start : start + (cut or len(data))]
            said += [Said(at, event) for event in feed.receive(piece)]
    return said


def calls(said: list[Said]) -> list[Call]:
    """The calls that the board makes of events, settled, oldest first."""
    board, latest = Board(), {}

    def take(heard: Heard) -> Board:
        for call in heard.changed:
            latest[call.id] = call
        for gone, _ in heard.absorbed:
            latest.pop(gone, None)
        return heard.board

    now = datetime(2000, 1, 1, tzinfo=UTC)
    for one in said:
        now = one.at
        while board.wake_at is not None and board.wake_at <= now:
            board = take(board.tick(board.wake_at))
        board = take(board.hear(one.event, now))
    board = take(board.tick(now + timedelta(seconds=5)))
    return sorted(latest.values(), key=lambda call: call.started_at)


def unlike(call: Call, wanted: dict[str, Any]) -> list[str]:
    """Where a call is not as wanted."""
    return scenarios.unlike(wanted, as_json(CallRecord(call)))
