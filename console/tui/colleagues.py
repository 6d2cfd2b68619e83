"""What colleagues are doing now: who looks at which call, and who has pressed no key for long."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from console.desk.operators import Operator
from console.desk.snapshot import Present, Snapshot
from console.tui.cells import cut

LOOKS = "◎"  # before the name of who looks at a call
# Who has pressed no key for so long does not look at what is on the screen.
AWAY_AFTER = timedelta(minutes=5)
IDLE_AFTER = timedelta(minutes=2)
LONGEST_NAME = 16  # cells

Looking = Mapping[str, str]


def last_key(present: Present) -> datetime | None:
    """When somebody last pressed a key there; to come in is one."""
    return present.key_at or present.since


def idle_since(present: Present, now: datetime) -> datetime | None:
    """Since when no key was pressed there, None while somebody works."""
    last = last_key(present)
    return last if last is not None and now - last >= IDLE_AFTER else None


def name_of(present: Present) -> str:
    """What colleagues call that person."""
    return present.name or present.login


def looking(snapshot: Snapshot, me: Operator) -> Looking:
    """Which calls colleagues look at now, each with their names; one's own sessions are not."""
    found: dict[str, list[str]] = {}
    for present in snapshot.present:
        if present.call is None or present.login == me.login:
            continue
        last = last_key(present)
        if last is not None and snapshot.now - last >= AWAY_AFTER:
            continue
        names = found.setdefault(present.call, [])
        if (name := cut(name_of(present), LONGEST_NAME)) not in names:
            names.append(name)
    return {call: _told(names) for call, names in found.items()}


def _told(names: list[str]) -> str:
    first, *others = names
    return f"{first} +{len(others)}" if others else first
