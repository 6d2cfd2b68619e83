"""Every life a call can have, as a table: in a phase, on a sign, to a phase."""

from enum import Enum, auto

from console.calls.words import Phase


class Sign(Enum):
    """What an event means for the phase of a call, once its facts are known."""

    RINGS = auto()  # a phone began to ring
    QUIET = auto()  # the last ringing phone stopped
    MACHINE = auto()  # the PBX picked up, or took the caller into a queue, and no phone rings
    PERSON = auto()  # a person speaks with the caller
    ALONE = auto()  # the last person left, no phone rings
    HANDED_ON = auto()  # the last person left, another phone rings already
    PARKED = auto()
    UNPARKED = auto()
    GONE = auto()  # the caller's own channel is gone


# A sign without an entry changes nothing: events come twice, late, or not at all. Nothing leaves
# ENDED: in the moment of grace that follows a call gains facts (who answered), never a phase.
MOVES: dict[tuple[Phase, Sign], Phase] = {
    (Phase.RINGING, Sign.QUIET): Phase.WAITING,
    (Phase.RINGING, Sign.MACHINE): Phase.WAITING,
    (Phase.RINGING, Sign.PERSON): Phase.TALKING,
    (Phase.RINGING, Sign.PARKED): Phase.PARKED,
    (Phase.RINGING, Sign.GONE): Phase.ENDED,
    (Phase.WAITING, Sign.RINGS): Phase.RINGING,
    (Phase.WAITING, Sign.PERSON): Phase.TALKING,
    (Phase.WAITING, Sign.PARKED): Phase.PARKED,
    (Phase.WAITING, Sign.GONE): Phase.ENDED,
    (Phase.TALKING, Sign.MACHINE): Phase.WAITING,
    (Phase.TALKING, Sign.ALONE): Phase.WAITING,
    (Phase.TALKING, Sign.HANDED_ON): Phase.RINGING,
    (Phase.TALKING, Sign.PARKED): Phase.PARKED,
    (Phase.TALKING, Sign.GONE): Phase.ENDED,
    (Phase.PARKED, Sign.RINGS): Phase.RINGING,
    (Phase.PARKED, Sign.PERSON): Phase.TALKING,
    (Phase.PARKED, Sign.UNPARKED): Phase.WAITING,
    (Phase.PARKED, Sign.GONE): Phase.ENDED,
}


def move(phase: Phase, sign: Sign | None) -> Phase:
    """The phase after a sign."""
    return phase if sign is None else MOVES.get((phase, sign), phase)
