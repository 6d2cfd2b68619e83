"""What the screens' parts tell each other; small, past tense or a wish."""

from textual.message import Message

from console.desk.records import CallRecord


class DeskChanged(Message):
    """The desk has a newer snapshot; at most one of these waits per session."""


class LooksElsewhere(Message):
    """Another call is looked at, or another screen."""


class PlaceChanged(Message):
    """What is to be kept of where somebody is has changed, and must not wait for a key."""


class ShowDetails(Message):
    """Somebody wants to read all about a call."""

    def __init__(self, call: str) -> None:
        super().__init__()
        self.call = call


class ShowContact(Message):
    """Somebody wants to see the contact at the other end of a call."""

    def __init__(self, record: CallRecord) -> None:
        super().__init__()
        self.record = record


class ShowCard(Message):
    """Somebody took what was offered: a live call with its caller's contact."""

    def __init__(self, call: str) -> None:
        super().__init__()
        self.call = call
