"""A tap writes down what goes through, in both directions, and changes none of it."""

from datetime import UTC, datetime

import pytest

from console.calls.events import HungUp
from console.feeds.recording import Frame
from console.feeds.tap import Tap

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Dialect:
    """Says and hears fixed things."""

    logged_in = True
    waiting = b""

    def greet(self):
        return b"Action: Login\r\nSecret: s3cret\r\n\r\n"

    def receive(self, data):
        if data == b"bad":
            raise ValueError("bad")
        self.waiting = b"thanks"
        return [HungUp(data.decode())]

    def pending(self):
        out, self.waiting = self.waiting, b""
        return out

    def check(self):
        return b"ping"


def test_everything_passes_unchanged_and_is_written_without_the_secret():
    written = []
    tap = Tap(Dialect(), written.append, lambda: NOON)
    assert tap.greet() == Dialect().greet()
    assert tap.receive(b"1") == [HungUp("1")]
    assert (tap.pending(), tap.pending(), tap.check(), tap.logged_in) == (
        b"thanks",
        b"",
        b"ping",
        True,
    )
    assert written == [
        Frame(NOON, "out", b"Action: Login\r\nSecret: ********\r\n\r\n"),
        Frame(NOON, "in", b"1"),
        Frame(NOON, "out", b"thanks"),
        Frame(NOON, "out", b"ping"),
    ]


def test_what_the_dialect_refuses_is_in_the_recording_all_the_same():
    written = []
    tap = Tap(Dialect(), written.append, lambda: NOON)
    with pytest.raises(ValueError, match="bad"):
        tap.receive(b"bad")
    assert written == [Frame(NOON, "in", b"bad")]
