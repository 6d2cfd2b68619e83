"""When each contact source is read next. Times are seconds of the loop's clock."""

import random
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from console.desk.contacts import SourceState
from console.settings.sources import CardDav, ContactSource, Ldap, fingerprint

FILES = ("vcards", "csv")
SERVERS = ("ldap", "carddav")
# A program that writes files is let finish: so long nothing may happen, but not for ever.
QUIET = 1.0
LONGEST_UNREST = 30.0
# Files are watched, too; but nobody is told what another machine does on a share.
LOOK_AGAIN = 600.0
FIRST_RETRY = 60.0
# Files that change while they are read are read again; after so many times as they are.
FIRST_WAIT_FOR_CHANGES, LONGEST_WAIT_FOR_CHANGES = 2.0, 60.0
CHANGES_BORNE = 10


@dataclass(slots=True)
class _Plan:
    source: ContactSource
    due: float
    restless_since: float | None = None
    failures: int = 0
    changes: int = 0
    asked: bool = False

    @property
    def every(self) -> float:
        match self.source.options:
            case Ldap() | CardDav():
                return 60.0 * self.source.options.every_minutes
            case _:
                return LOOK_AGAIN


class Schedule:
    """The sources that are read by themselves, and when; whoever reads tells how it went."""

    def __init__(self, jitter: Callable[[], float] = random.random) -> None:
        """`jitter` gives numbers from 0 to 1: not all consoles ask a server at the same time."""
        self._jitter = jitter
        self._plans: dict[int, _Plan] = {}

    def follow(self, states: Iterable[SourceState], now: float, wall: datetime) -> set[int]:
        """Take over what sources there are; return those whose reading has become worthless."""
        before, self._plans = self._plans, {}
        for state in states:
            source = state.source
            if source.id is None or not source.enabled or source.kind not in (*FILES, *SERVERS):
                continue
            known = before.get(source.id)
            if known is not None and fingerprint(known.source) == fingerprint(source):
                known.source = source
                self._plans[source.id] = known
                continue
            plan = _Plan(source, now)
            if known is None and source.kind in SERVERS and state.synced_at and not state.error:
                wait = plan.every - (wall - state.synced_at).total_seconds()
                # It may have been read in the future, by a clock that was wrong.
                plan.due += min(max(0.0, wait), plan.every)
            self._plans[source.id] = plan
        return {id for id, plan in before.items() if self._plans.get(id) is not plan}

    def files(self) -> dict[int, str]:
        """The paths to watch, by source."""
        return {
            id: str(getattr(plan.source.options, "path"))  # noqa: B009
            for id, plan in self._plans.items()
            if plan.source.kind in FILES
        }

    def touch(self, id: int, now: float) -> None:
        """Its files have changed: it is read when they come to rest."""
        if plan := self._plans.get(id):
            since = plan.restless_since = plan.restless_since or now
            plan.due = min(now + QUIET, since + LONGEST_UNREST)

    def ask(self, id: int, now: float) -> None:
        """Somebody wants it to be read now."""
        if plan := self._plans.get(id):
            plan.due, plan.asked = now, True

    def unask(self, id: int, now: float) -> None:
        """Nobody wants it any more: it waits for its usual turn."""
        self.begin(id)
        self.done(id, now)

    def asked(self, id: int) -> bool:
        """Whether somebody wants it and waits."""
        return id in self._plans and self._plans[id].asked

    def insists(self, id: int) -> bool:
        """Whether its files have changed so often while they were read that it does not matter."""
        return id in self._plans and self._plans[id].changes >= CHANGES_BORNE

    def next(
        self, kinds: Collection[str] = (*FILES, *SERVERS), *, only_asked: bool = False
    ) -> tuple[int, float] | None:
        """Which source of these kinds is next, and when; what somebody asked for comes first."""
        plans = [
            (id, plan)
            for id, plan in self._plans.items()
            if plan.source.kind in kinds and (plan.asked or not only_asked)
        ]
        if not plans:
            return None
        id, plan = min(plans, key=lambda one: (not one[1].asked, one[1].due))
        return id, plan.due

    def begin(self, id: int) -> None:
        """It is being read; what changes from now on is read after that."""
        if plan := self._plans.get(id):
            plan.due, plan.asked, plan.restless_since = float("inf"), False, None

    def done(self, id: int, now: float) -> None:
        """It was read, or somebody stopped it."""
        if plan := self._plans.get(id):
            plan.failures = plan.changes = 0
            plan.due = min(plan.due, now + plan.every * (0.9 + 0.2 * self._jitter()))

    def failed(self, id: int, now: float) -> None:
        """It could not be read; it is tried again, later and later."""
        if plan := self._plans.get(id):
            wait = min(FIRST_RETRY * 2 ** min(plan.failures, 20), plan.every)
            plan.failures += 1
            plan.due = min(plan.due, now + wait * (0.9 + 0.2 * self._jitter()))

    def changing(self, id: int, now: float) -> None:
        """Its files changed while they were read; it is read again soon."""
        if plan := self._plans.get(id):
            wait = FIRST_WAIT_FOR_CHANGES * 2 ** min(plan.changes, 10)
            plan.changes += 1
            plan.due = min(plan.due, now + min(wait, LONGEST_WAIT_FOR_CHANGES))
