"""Keeps where somebody is a second after the last key, and brings back who comes in again."""

import asyncio
import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from console.desk.accounts import KeptPlace
from console.desk.commands import KeepPlace, Refused
from console.desk.ports import StoreFailed
from console.desk.records import CallRecord
from console.tui.place import MODES, Note, Place, read_place
from console.tui.screens.desk_screen import DeskScreen
from console.tui.screens.dialog import Dialog

if TYPE_CHECKING:
    from console.tui.app import HotlineApp

log = logging.getLogger(__name__)

RESTS = 1.0  # seconds without a key after which it is kept
LAST_WORDS = 1.0  # seconds that keeping it may take when the console is left


class PlaceKeeper:
    """One session's: `touched` with each key, `come_back` at the start, `leave` at the end."""

    def __init__(self, app: "HotlineApp") -> None:
        self._app = app
        self._kept: Place | None = None
        self._left: Place | None = None
        self._touched_at: float | None = None
        self._waiting = False

    # -- keeping --------------------------------------------------------------------------------

    def touched(self) -> None:
        """The hand did something; one timer serves all that it does until it rests."""
        self._touched_at = time.monotonic()
        if not self._waiting:
            self._waiting = True
            self._app.set_timer(RESTS, self._rested)

    def _rested(self) -> None:
        assert self._touched_at is not None
        still = self._touched_at + RESTS - time.monotonic()
        if still > 0.01:
            self._app.set_timer(still, self._rested)
            return
        self._waiting = False
        self.keep()

    def keep(self) -> None:
        """Keep it now, if it is another."""
        place = self.here()
        if place is not None and place != self._kept:
            # They come to the desk in their order: none need be put aside for the next.
            self._app.run_worker(self._keep(place), group="place")

    async def _keep(self, place: Place) -> None:
        try:
            command = KeepPlace(place.stored(self._app.door.snapshot.now))
            answer = await self._app.door.do(command)
        except StoreFailed as failure:
            log.warning("where somebody is was not kept: %s", failure)
            return
        # Also if it was refused: it would be again.
        self._kept = place
        if isinstance(answer, Refused):
            log.info("where somebody is was not kept: %s", answer.why)

    def here(self) -> Place | None:
        """Where the hand is now."""
        app = self._app
        if not app.is_running or app.current_mode not in MODES:
            return None
        stack = app.screen_stack
        bottom = stack[0] if stack else None
        if not isinstance(bottom, DeskScreen) or not bottom.is_mounted:
            return None
        details, note = "", None
        for screen in stack[1:]:
            if isinstance(screen, DeskScreen):
                details = screen.kept().get("details", details)
            elif isinstance(screen, Dialog) and screen.half_typed is not None:
                note = Note(*screen.half_typed)
        return Place(app.current_mode, bottom.kept(), details, note)

    # -- leaving --------------------------------------------------------------------------------

    def leaves(self, *, deliberately: bool) -> None:
        """The console is being left: by a key, or because the line broke or somebody ended it.

        Its screens are there for the last time.
        """
        place = self.here()
        if place is None or self._left is not None:
            return
        if deliberately and place.note is None:
            # Nothing is half done: how the list was narrowed was for today.
            chosen = {name: word for name, word in place.told.items() if name == "chosen"}
            place = Place(place.mode, chosen)
        elif not self._waiting:
            return  # Nothing was touched since it was kept; another session may have been.
        if place != self._kept:
            self._left = place

    def stays(self) -> None:
        """It is not left after all."""
        self._left = None

    async def leave(self) -> None:
        """Keep what `leaves` found, while there is a desk."""
        place, self._left = self._left, None
        if place is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(LAST_WORDS):
                    await self._keep(place)

    # -- coming back ----------------------------------------------------------------------------

    async def come_back(self) -> None:
        """Bring the hand back to where it was, unless it has begun something here."""
        try:
            stored = await self._app.door.ask(KeptPlace())
            place = read_place(stored, self._app.door.snapshot.now)
            if place is None or self._touched_at is not None:
                return
            note = await self._call(place.note.call) if place.note else None
            details = await self._call(place.details)
        except StoreFailed as failure:
            log.warning("where somebody was is not known: %s", failure)
            return
        if self._touched_at is not None:
            return
        self._kept = place
        await self._go(place, details, note)

    async def _go(self, place: Place, details: CallRecord | None, note: CallRecord | None) -> None:
        app = self._app
        await app.action_go(place.mode)
        if isinstance(screen := app.screen, DeskScreen):
            await _composed(screen)
            await screen.come_back(place.told)
        if details is not None:
            from console.tui.screens.details import DetailsScreen

            over = DetailsScreen(app.door, app.site, details.call.id)
            await app.push_screen(over)
            await _composed(over)
        top = app.screen
        if note is not None and place.note is not None and isinstance(top, DeskScreen):
            top.write_note(note, place.note.text)

    async def _call(self, id: str) -> CallRecord | None:
        """A call that still is there."""
        if not id:
            return None
        from console.desk.queries import CallDetails

        snapshot = self._app.door.snapshot
        for record in snapshot.live:
            if record.call.id == id:
                return record
        details = await self._app.door.ask(CallDetails(id))
        return details.record if details is not None else None


async def _composed(screen: Screen[Any]) -> None:
    """Return when all of it is there."""
    composed = asyncio.Event()
    if screen.call_after_refresh(composed.set):
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS):
                await composed.wait()
