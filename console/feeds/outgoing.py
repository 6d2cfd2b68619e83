"""A call that a PBX is asked to make for somebody, and how far it came."""

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """How far a call has come."""

    ACCEPTED = "accepted"  # the PBX will try
    RINGS = "rings"  # the phone of who wants to call rings
    ANSWERED = "answered"  # it was answered: now the number is called
    FAILED = "failed"  # the phone was not reached
    REFUSED = "refused"  # the PBX won't try
    LOST = "lost"  # the connection to the PBX ended


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Ring a phone, and when it is answered, dial a number in its name.

    `channel` is the phone as the PBX names it, `context` where `number` (digits, perhaps a + before
    them) is dialled. The phone shows `name`; whoever is called is shown `caller`, its extension.
    """

    channel: str
    context: str
    number: str
    name: str
    caller: str


@dataclass(frozen=True, slots=True)
class Progress:
    """News of a call: `why` is what is wrong with the phone ("is busy."), or what the PBX said."""

    id: str
    stage: Stage
    why: str = ""
