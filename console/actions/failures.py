"""What went wrong is told, but a broken action does not flood whoever is told."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from console.actions.errand import Errand
from console.desk.contacts import ActionFailure

log = logging.getLogger(__name__)

# One failure of each action in this time; the others are counted.
EVERY = timedelta(minutes=1)
REMEMBERED = 200


class Failures:
    """Tells `failed` of failures, at most one a minute for each action."""

    def __init__(self, failed: Callable[[ActionFailure], None]) -> None:
        self._failed = failed
        self._told: OrderedDict[str, tuple[datetime, int]] = OrderedDict()

    def tell(self, errand: Errand, at: datetime, why: str) -> None:
        """An errand failed, at a time; `why` is a sentence."""
        action = errand.action
        told_at, untold = self._told.pop(action.id, (None, 0))
        if told_at is not None and at < told_at + EVERY:
            self._told[action.id] = (told_at, untold + 1)
            return
        self._told[action.id] = (at, 0)
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        if untold:
            times = "once" if untold == 1 else f"{untold:,} times"
            why = f"{why} (It also failed {times} in between.)"
        self.tell_always(errand, at, why)

    def tell_always(self, errand: Errand, at: datetime, why: str) -> None:
        """The same, for what happens seldom by itself."""
        log.warning("action %s, call %s: %s", errand.action.name, errand.record.call.id, why)
        self._failed(ActionFailure(errand.action.id, at, errand.record.call.id, why))
