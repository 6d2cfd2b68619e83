"""Locks a console that nobody touches, and ends it later; only for consoles elsewhere."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.tui.screens.desk_screen import DeskScreen

if TYPE_CHECKING:
    from console.desk.snapshot import Snapshot
    from console.tui.app import HotlineApp
    from console.tui.screens.lock import LockScreen

MINUTE = 60.0

# Whether a typed password is the operator's.
Prove = Callable[[str], Awaitable[bool]]


async def _no_password() -> bool:
    return False


async def _nobody(_password: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class IdleRules:
    """After so many minutes without a key a console is locked, and ended; 0 is never.

    `has_password` says whether the operator can unlock it by one just now, `prove` whether it is
    the one that was typed; `end` ends the session with a sentence.
    """

    lock_minutes: float = 0
    end_minutes: float = 0
    has_password: Callable[[], Awaitable[bool]] = _no_password
    prove: Prove = _nobody
    end: Callable[[str], None] | None = None


NEVER = IdleRules()


class IdleWatch:
    """One console's; between two keys it has one timer, set for when something is due."""

    def __init__(self, app: "HotlineApp", rules: IdleRules) -> None:
        self._app = app
        self._rules = rules
        self._touched_at = time.monotonic()
        self._lock: LockScreen | None = None
        self._locked = False

    @property
    def locked(self) -> bool:
        """Whether nothing may be shown or done."""
        return self._locked

    def begin(self) -> None:
        """From here on."""
        self.touched()
        self._wait()

    def touched(self) -> None:
        """The hand did something."""
        self._touched_at = time.monotonic()

    def _due(self) -> list[float]:
        """The minutes of what may still happen."""
        rules = self._rules
        minutes = (0 if self.locked else rules.lock_minutes, rules.end_minutes)
        return [each for each in minutes if each]

    def _wait(self) -> None:
        idle = time.monotonic() - self._touched_at
        waits = [minutes * MINUTE - idle for minutes in self._due()]
        if waits:
            self._app.set_timer(max(0.01, min(waits)), self._look)

    def _look(self) -> None:
        idle = time.monotonic() - self._touched_at + 0.01
        rules = self._rules
        if rules.end_minutes and idle >= rules.end_minutes * MINUTE:
            self.end(f"Ended after {_told(rules.end_minutes)} without a key.")
            return
        if not self.locked and rules.lock_minutes and idle >= rules.lock_minutes * MINUTE:
            self._locked = True
            self._app.run_worker(self._put_lock(), group="lock")
        self._wait()

    async def _put_lock(self) -> None:
        from console.tui.screens.lock import LockScreen

        rules, app = self._rules, self._app
        by_password = await rules.has_password()
        self._lock = lock = LockScreen(
            app.door,
            by_password=by_password,
            unsaved=app.unsaved,
            prove=rules.prove,
            end=self.end,
            unlock=self._unlock,
        )
        app.clear_notifications()
        await app.push_screen(lock)
        app.locked_or_not()

    def _unlock(self) -> None:
        lock, self._lock = self._lock, None
        self._locked = False
        if lock is not None:
            lock.dismiss()
        self.begin()
        self._app.locked_or_not()
        screen = self._app.screen
        if isinstance(screen, DeskScreen):
            screen.hear(self._app.door.snapshot)

    def hear(self, snapshot: "Snapshot") -> None:
        """The desk changed while it is locked."""
        if self._lock is not None:
            self._lock.hear(snapshot)

    def end(self, why: str) -> None:
        """This session is over."""
        if self._rules.end is not None:
            self._rules.end(why)
        else:
            self._app.exit(message=why)


def _told(minutes: float) -> str:
    return "1 minute" if minutes == 1 else f"{minutes:g} minutes"
