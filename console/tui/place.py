"""Where somebody is in the console, as it is kept for whoever comes in again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from console.calls.text import clean

# The five screens a place may be on; where else somebody is lies over one of them.
MODES = ("calls", "unanswered", "journal", "contacts", "settings")
KEPT_FOR = timedelta(hours=24)
LONGEST_WORD = 200
LONGEST_NOTE = 5000  # a little more than a note may have: what is too long can be cut by its author
MOST_WORDS = 10


@dataclass(frozen=True, slots=True)
class Note:
    """A note that somebody was writing on a call."""

    call: str
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """The screen by its mode, what that one says of itself, and what lies over it.

    `told` are a few words by name, each screen's own: what is chosen, and how the list is narrowed.
    `details` is the call whose details are open.
    """

    mode: str
    told: Mapping[str, str] = field(default_factory=dict)
    details: str = ""
    note: Note | None = None

    def stored(self, at: datetime) -> dict[str, Any]:
        """As it is stored."""
        kept: dict[str, Any] = {"at": at.isoformat(), "mode": self.mode, "told": dict(self.told)}
        if self.details:
            kept["details"] = self.details
        if self.note is not None:
            kept["note"] = {"call": self.note.call, "text": self.note.text}
        return kept


def read_place(stored: object, now: datetime) -> Place | None:
    """The place that was stored; None if it is old, or makes no sense (any more)."""
    if not isinstance(stored, dict) or _is_old(stored.get("at"), now):
        return None
    mode = stored.get("mode")
    if mode not in MODES:
        return None
    note = stored.get("note")
    return Place(mode, _words(stored.get("told")), _word(stored.get("details")), _note(note))


def _is_old(at: object, now: datetime) -> bool:
    try:
        return now - datetime.fromisoformat(str(at)) >= KEPT_FOR
    except (ValueError, TypeError, OverflowError):
        return True  # no time, or one without a zone


def _word(value: object) -> str:
    return clean(value[:LONGEST_WORD]) if isinstance(value, str) else ""


def _words(told: object) -> dict[str, str]:
    if not isinstance(told, dict):
        return {}
    few = list(told.items())[:MOST_WORDS]
    return {name: word for name, value in few if isinstance(name, str) and (word := _word(value))}


def _note(value: object) -> Note | None:
    if not isinstance(value, dict):
        return None
    call, text = _word(value.get("call")), value.get("text")
    if not call or not isinstance(text, str):
        return None
    lines = text[:LONGEST_NOTE].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    whole = "\n".join(clean(line, LONGEST_NOTE) for line in lines)
    return Note(call, whole) if whole.strip() else None
