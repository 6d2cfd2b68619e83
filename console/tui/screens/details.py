"""All about one call: its time line, its notes, and who did what about it."""

from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from console.calls.words import TEXTS
from console.desk.notice import NoticeState
from console.desk.ports import Door, StoreFailed
from console.desk.queries import CallDetails, Details
from console.desk.records import AuditLine, CallRecord
from console.desk.snapshot import Snapshot
from console.tui import legible
from console.tui.call_columns import OPEN, PROCESSED, Reading, processing
from console.tui.cells import plain
from console.tui.colleagues import LOOKS, looking
from console.tui.screens.desk_screen import DeskScreen
from console.tui.time_line import lines

if TYPE_CHECKING:
    from console.settings.site import Site

INDENT = 16  # cells of the times
LEAST = 20  # cells of the texts, however small the terminal


class DetailsScreen(DeskScreen):
    """One call, over the list it was opened from."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", "back")]
    AUTO_FOCUS = "VerticalScroll"
    place_name = "Details"
    signs = (
        (OPEN, "open: unanswered, and nobody has dealt with it"),
        (PROCESSED, "processed"),
        (LOOKS, "a colleague looks at it, too"),
    )

    def __init__(self, door: Door, site: "Site", call: str) -> None:
        super().__init__(door, site)
        self._call = call
        self._details: Details | None = None
        self._stored = -1
        self._drawn: tuple[object, ...] = ()
        self._settings = door.snapshot.settings

    def compose_body(self) -> ComposeResult:
        """One column of text that scrolls."""
        with VerticalScroll():
            yield Static("", markup=False, classes="details--text")

    def chosen(self) -> CallRecord | None:
        """This call."""
        return self._details.record if self._details else None

    @property
    def looked_at(self) -> str:
        """This call."""
        return self._call

    def kept(self) -> dict[str, str]:
        """This call."""
        return {"details": self._call}

    def show(self, snapshot: Snapshot) -> None:
        """Ask again when something was stored; draw again when a minute has gone."""
        if snapshot.stored != self._stored:
            self._stored = snapshot.stored
            self.run_worker(self._ask(), group="details", exclusive=True)
        elif self._details is not None:
            self._draw()

    async def _ask(self) -> None:
        try:
            self._details = await self.door.ask(CallDetails(self._call))
        except StoreFailed as failure:
            self.notify(str(failure), severity="error", markup=False)
            return
        self._draw()
        self.refresh_bindings()

    def _draw(self) -> None:
        now = self.door.snapshot.now
        settings = self.door.snapshot.settings
        minute = now.replace(second=0, microsecond=0)
        state = (self._details, minute, self._width, self._others)
        if state == self._drawn and settings is self._settings:
            return
        self._drawn, self._settings = state, settings
        text = self.query_one(".details--text", Static)
        if self._details is None:
            text.update("This call is no longer stored.")
        else:
            text.update(self._told(self._details))

    @property
    def _others(self) -> str:
        """Colleagues who look at this call, too."""
        return looking(self.door.snapshot, self.door.operator).get(self._call, "")

    @property
    def _width(self) -> int:
        return self.query_one(VerticalScroll).scrollable_content_region.width

    def on_resize(self, event: events.Resize) -> None:
        """Another width, other breaks between words."""
        self.call_after_refresh(self._draw_again)

    def _draw_again(self) -> None:
        if self._details is not None:
            self._draw()

    def _told(self, details: Details) -> Content:
        record, zone, plan = details.record, self.site.zone, self.site.plan
        reading = Reading(self.door.snapshot.now, zone, plan)
        width = self._width
        parts = [self._title(record, reading), *self._facts(record, reading), Content("")]
        for line in lines(record, zone, plan, self._settings):
            parts.append(_row(width, line.clock, line.text))
        if record.notes:
            parts += [Content(""), _heading("NOTES")]
            for note in record.notes:
                at = legible.when(note.at, reading.now, zone)
                parts.append(_row(width, at, f"{note.by}: {note.text}"))
        if details.audit:
            parts += [Content(""), _heading("WHO DID WHAT")]
            for entry in details.audit:
                at = legible.when(entry.at, reading.now, zone)
                parts.append(_row(width, at, f"{entry.by}: {_change(entry)}"))
        return Content("\n").join(parts)

    def _title(self, record: CallRecord, reading: Reading) -> Content:
        names = (legible.company(record, reading.plan), legible.caller(record, reading.plan))
        at = record.call.started_at.astimezone(reading.zone)
        day = f"{legible.DAYS[at.weekday()]} {at.day} {legible.MONTHS[at.month - 1]} {at.year}"
        return Content.assemble(
            (plain("   ".join(names)), "bold"), (f"   {day}, {at:%H:%M}", "$quiet")
        )

    def _facts(self, record: CallRecord, reading: Reading) -> list[Content]:
        call = record.call
        facts = [
            Content.assemble(
                (f"{TEXTS[call.direction]}, {plain(legible.outcome(record, reading.plan))}", "")
            )
        ]
        if record.open:
            done = processing(record, reading)
            facts.append(Content.assemble((f"{OPEN} open", "bold $open"), plain(f"   {done}")))
        elif record.processed:
            facts.append(Content(plain(f"{PROCESSED} processed: {processing(record, reading)}")))
        if others := self._others:
            facts.append(Content.styled(plain(f"{LOOKS} {others} looks at it, too"), "$key"))
        return facts

    async def action_processed(self) -> None:
        """The call is dealt with, or open again; what is shown follows at once."""
        await super().action_processed()
        await self._ask()

    def action_details(self) -> None:
        """They are here."""

    def action_back(self) -> None:
        """To the list this was opened from."""
        self.dismiss()


def _heading(title: str) -> Content:
    return Content.assemble((title, "bold $quiet"))


def _row(width: int, clock: str, text: str) -> Content:
    """A time and what was then; a second row of it begins under the first."""
    words = plain(" ".join(text.split()))
    lines = wrap(words, max(LEAST, width - INDENT)) or [""]
    told = f"\n{' ' * INDENT}".join(lines)
    return Content.assemble((f"{clock:<{INDENT}}", "$quiet"), told)


def _change(entry: AuditLine) -> str:
    """What an audit line says; its author stands before it."""
    match entry.what:
        case "note":
            return "wrote a note"
        case "note removed":
            return f"took a note back: {entry.old}"
        case "notice":
            return _notice_again(entry)
        case _ if entry.old:
            return f"{entry.what} (was {entry.old})"
        case _ if entry.new not in ("", entry.by):
            return f"{entry.what}: {entry.new}"
    return entry.what


def _notice_again(entry: AuditLine) -> str:
    """Who had a notice sent again: with r, or by setting what it had failed for want of."""
    was = "that had failed" if entry.old == NoticeState.FAILED else "that may have arrived"
    why = entry.new.partition(": ")[2]
    return f"sent again a notice {was}{f': {why}' if why else ''}"
