"""Who is called: the name to announce, what to say, what to know."""

from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from textual.strip import Strip

from console.calls.words import Direction
from console.desk.records import CallRecord
from console.tui import legible
from console.tui.cells import plain, row
from console.tui.company_colour import band_style
from console.tui.widgets.block_letters import HEIGHT, block_lines
from console.tui.widgets.panel import Panel

if TYPE_CHECKING:
    from console.settings.site import Site

BLOCK_WIDTH = 70  # a panel is this wide when the terminal has 120 columns
TALL = 16  # rows from which on the name may take two lines of block letters
SOON = 1.0  # seconds in which the directory may still be looking


class CalledPanel(Panel):
    """The called company of one call: the place the eye goes to."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *Panel.COMPONENT_CLASSES,
        "panel--greeting",
        "panel--unknown",
    }
    title = "CALLED"
    empty = "Which company is called, and what to say."

    def __init__(self, site: "Site") -> None:
        super().__init__()
        self._site = site
        self._record: CallRecord | None = None
        self._looking = False

    def show(self, record: CallRecord | None, seconds: float = 0.0) -> None:
        """Draw the call that has been there for `seconds`, or say what will come."""
        looking = seconds < SOON
        if record is not self._record or looking != self._looking:
            self._record, self._looking = record, looking
            self.redraw()

    def body(self, width: int, height: int) -> list[Strip]:
        """The band with the name, the greeting, how to say it, the facts."""
        record = self._record
        if record is None:
            return self.nothing(width, height)
        company = record.identity.company
        rows = self._band(record, width, height)
        space = [self.blank(width)] if height >= 12 else []
        rows += space
        if company is None:
            return rows + self._unknown(record, width)
        if company.greeting:
            rows += self.text(f"“{company.greeting}”", width, "panel--greeting", limit=4)
        if company.pronunciation:
            rows += self.text(f"say: {company.pronunciation}", width, "panel--quiet", limit=2)
        if company.facts:
            rows += space
            for fact in company.facts:
                rows += self.text(f"· {fact}", width, "panel--text", limit=2)
        return rows

    def _unknown(self, record: CallRecord, width: int) -> list[Strip]:
        call = record.call
        if call.direction is Direction.INTERNAL:
            words = "Called inside the house."
        elif call.direction is Direction.OUTBOUND:
            words = "Called from here."
        elif self._looking or record.company_name:
            words = ""
        elif call.called:
            words = "No company has this number."
        else:
            words = "The PBX does not say which number was called."
        return self.text(words, width, "panel--quiet", limit=2)

    def _band(self, record: CallRecord, width: int, height: int) -> list[Strip]:
        # The band begins at the panel's text, so that company colours stay a bar, never a flood.
        name = plain(legible.company(record, self._site.plan))
        if record.company_name:
            look = band_style(record.company_colour, record.company_name, self.few_colours)
        else:
            look = self.look("panel--unknown")
        blank = row(width, look, [])
        lines = block_lines(name, width - 4, 2 if height >= TALL else 1)
        if lines is None or width < BLOCK_WIDTH or height < HEIGHT + 6:
            plain_lines = wrap(name, width - 4, max_lines=2, placeholder=" …")
            return [
                blank,
                *(row(width, look, [(f"  {part}", look)]) for part in plain_lines),
                blank,
            ]
        rows = [blank]
        for line in lines:
            rows += [row(width, look, [("  ", look), (cells, look)]) for cells in line]
            rows.append(blank)
        return rows
