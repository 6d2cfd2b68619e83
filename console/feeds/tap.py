"""A tap on a PBX's line: a dialect that writes down what goes through it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from console.calls.events import CallEvent
from console.feeds.link import Dialect
from console.feeds.outgoing import Outgoing, Progress
from console.feeds.recording import Frame, sent

Write = Callable[[Frame], None]


class Tap:
    """Behaves as the dialect it wraps; each piece of bytes becomes a frame at the clock's time."""

    def __init__(self, dialect: Dialect, write: Write, now: Callable[[], datetime]) -> None:
        self._dialect = dialect
        self._write = write
        self._now = now

    @property
    def logged_in(self) -> bool:
        """Whether the PBX has let us in."""
        return self._dialect.logged_in

    def greet(self) -> bytes:
        """What is sent when the connection is up; written down without the secret."""
        return self._sent(self._dialect.greet())

    def receive(self, data: bytes) -> Sequence[CallEvent]:
        """What the bytes tell; they are written down first, whatever they are."""
        self._write(Frame(self._now(), "in", data))
        return self._dialect.receive(data)

    def pending(self) -> bytes:
        """What is to be sent now."""
        return self._sent(self._dialect.pending())

    def call(self, outgoing: Outgoing) -> str:
        """Ask for a call."""
        return self._dialect.call(outgoing)

    def news(self) -> Sequence[Progress]:
        """How far such calls have come."""
        return self._dialect.news()

    def check(self) -> bytes:
        """What asks for a sign of life."""
        return self._sent(self._dialect.check())

    def _sent(self, data: bytes) -> bytes:
        if data:
            self._write(sent(self._now(), data))
        return data
