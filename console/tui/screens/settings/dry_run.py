"""The last unanswered calls: what would be told of each, what is told now, and why."""

from collections.abc import Hashable, Sequence
from datetime import datetime
from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from console.calls.numbers import NumberPlan
from console.desk.notices import DryRan, Judged
from console.tui import legible
from console.tui.cells import plain
from console.tui.messages import ShowDetails
from console.tui.screens.settings.dry_run_line import counted
from console.tui.screens.settings.over_forms import OverForms
from console.tui.widgets.rows import Line, Look, Rows

if TYPE_CHECKING:
    from console.desk.ports import Door
    from console.settings.site import Site

TOLD, NOT_TOLD, OTHERWISE = "✉", "–", "●"
INDENT = "     "
LEGIBLE = 110  # cells; in more, the eye loses the row on its way to the right edge


class JudgedPen:
    """Two rows: the call, and what would be told; a third where it is another now."""

    def __init__(self, now: datetime, zone: ZoneInfo, plan: NumberPlan) -> None:
        self._now, self._zone, self._plan = now, zone, plan

    def key(self, judged: Judged) -> Hashable:
        """The call's id."""
        return judged.record.call.id

    def heading(self, width: int, look: Look) -> Line | None:
        """None: the rows are sentences."""
        return None

    def lines(self, judged: Judged, width: int, look: Look) -> Sequence[Line]:
        """The rows."""
        whole, width = width, min(width, LEGIBLE)
        record, differs = judged.record, judged.tells != judged.tells_now
        mark = OTHERWISE if differs else " "
        sign = TOLD if judged.tells else NOT_TOLD
        at = legible.when(record.call.started_at, self._now, self._zone)
        company = legible.company(record, self._plan)
        rows: list[Line] = [
            (
                [
                    (f" {mark}", look("busy")),
                    (f"{sign}  ", look("well" if judged.tells else "quiet")),
                    (f"{at:<12}  ", look("text")),
                    (company, look("name")),
                    (f"   {legible.caller(record, self._plan)}", look("text")),
                ],
                [(f"  {legible.ending(record, self._plan)} ", look("quiet"))],
            )
        ]
        told = [(f"would: {judged.would}", look("text" if differs else "quiet"))]
        if differs or judged.now != judged.would:
            told.append((f"now:   {judged.now}", look("quiet")))
        for words, style in told:
            for text in wrap(plain(words), max(20, whole - len(INDENT)), subsequent_indent="  "):
                rows.append(([(INDENT + text, style)], []))
        return rows


class DryRunScreen(OverForms):
    """The list; it is of the moment when it was asked for."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "leave", "back")]
    AUTO_FOCUS = "Rows"
    signs: ClassVar[tuple[tuple[str, str], ...]] = (
        (OTHERWISE, "would be otherwise than now"),
        (TOLD, "somebody would be told"),
        (NOT_TOLD, "nobody would be told"),
    )

    def __init__(self, door: "Door", site: "Site", ran: DryRan) -> None:
        super().__init__(door, site)
        self._ran = ran

    def compose_body(self) -> ComposeResult:
        """Title and list."""
        title = Content.assemble((" TOLD?", "bold"), (f"   {counted(self._ran)}", "$quiet"))
        yield Static(title, classes="form-screen--title")
        yield Rows(JudgedPen(self.door.snapshot.now, self.site.zone, self.site.plan))

    def on_mount(self) -> None:
        """The calls."""
        super().on_mount()
        self.query_one(Rows).show(self._ran.calls)

    def on_rows_chosen(self, _message: Rows.Chosen) -> None:
        """Enter, or a double-click: all about this call."""
        judged = self.query_one(Rows).chosen
        if judged is not None:
            self.post_message(ShowDetails(judged.record.call.id))

    def action_leave(self) -> None:
        """Back to the form."""
        self.dismiss()
