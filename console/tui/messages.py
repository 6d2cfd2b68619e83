"""What the screens' parts tell each other; small, past tense or a wish."""

from textual.message import Message


class DeskChanged(Message):
    """The desk has a newer snapshot; at most one of these waits per session."""


class ShowDetails(Message):
    """Somebody wants to read all about a call."""

    def __init__(self, call: str) -> None:
        super().__init__()
        self.call = call
