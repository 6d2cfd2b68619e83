"""What is worth a bell, and what the window's title says; derived from snapshots, never counted."""

from typing import TYPE_CHECKING

from console.calls.call import Call
from console.calls.words import Direction, Phase
from console.desk.operators import Operator
from console.desk.records import CallRecord
from console.desk.snapshot import Snapshot
from console.tui import legible

if TYPE_CHECKING:
    from console.settings.site import Site


def ringing(snapshot: Snapshot) -> tuple[CallRecord, ...]:
    """The calls from outside that ring or wait, in display order."""
    return tuple(
        record
        for record in snapshot.live
        if record.call.phase in (Phase.RINGING, Phase.WAITING)
        and record.call.direction is Direction.INBOUND
    )


def rings_anew(old: Snapshot, new: Snapshot) -> bool:
    """Whether a call rings in `new` that did not in `old`."""
    before = {record.call.id for record in ringing(old)}
    return any(record.call.id not in before for record in ringing(new))


def first_in_line(snapshot: Snapshot, operator: Operator) -> CallRecord | None:
    """What one should look at: the longest ringing from outside, else the own talk, else the first.

    What colleagues dial to each other must not push the caller one talks with off the screen.
    """
    if calls := ringing(snapshot):
        return calls[0]
    own = (record for record in snapshot.live if at_desk(record.call, operator))
    return next(own, snapshot.live[0] if snapshot.live else None)


def at_desk(call: Call, operator: Operator) -> bool:
    """Whether the call rings at, or talks with, one of the operator's own phones."""
    own = operator.extensions
    if call.phase is Phase.TALKING:
        return call.talking_to in own
    return any(device in own for device in call.ringing_devices)


def locked_title(snapshot: Snapshot) -> str:
    """The window's title while the console is locked: how many ring, but not for whom."""
    count = len(ringing(snapshot))
    return f"({count}) Hotline, locked" if count else "Hotline, locked"


def window_title(snapshot: Snapshot, site: "Site") -> str:
    """ "(2) Meyer & Söhne - Hotline" while something rings, else "Hotline - SITE"."""
    calls = ringing(snapshot)
    if not calls:
        return f"Hotline – {snapshot.site}"
    return f"({len(calls)}) {legible.company(calls[0], site.plan)} – Hotline"
