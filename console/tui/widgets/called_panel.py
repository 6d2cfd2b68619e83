"""Who is called: the name to announce, what to say, what to know."""

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from textual.strip import Strip

from console.calls.words import Direction
from console.desk import rights
from console.desk.operators import Operator
from console.desk.records import CallRecord
from console.tui import legible
from console.tui.cells import Cell, plain, row
from console.tui.company_colour import band_style
from console.tui.widgets.block_letters import HEIGHT, block_lines
from console.tui.widgets.panel import Panel
from console.wording.marks import personal

if TYPE_CHECKING:
    from console.settings.site import Site

BLOCK_WIDTH = 70  # a panel is this wide when the terminal has 120 columns
TALL = 16  # rows from which on the name may take two lines of block letters
SOON = 1.0  # seconds in which the directory may still be looking
MOST_WARNING = 5  # rows of what is wrong with a template
MOST_LINES = 60  # of a rendered text
LONGEST = 2000  # characters of one of its lines
NOBODY = Operator("", "")


class CalledPanel(Panel):
    """The called company of one call: the place the eye goes to."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *Panel.COMPONENT_CLASSES,
        "panel--greeting",
        "panel--unknown",
        "panel--opening",
        "panel--broken",
    }
    title = "CALLED"
    empty = "Which company is called, and what to say."

    def __init__(self, site: "Site") -> None:
        super().__init__()
        self._site = site
        self._operator = NOBODY
        self._record: CallRecord | None = None
        self._looking = False
        self._whole = True

    def show(
        self,
        record: CallRecord | None,
        seconds: float = 0.0,
        operator: Operator = NOBODY,
        *,
        whole: bool = True,
    ) -> None:
        """Draw the call that has been there for `seconds`, or say what will come.

        `operator` is who reads it; without `whole` only the called number is shown.
        """
        looking = seconds < SOON
        now = (looking, operator, whole)
        if record is not self._record or now != (self._looking, self._operator, self._whole):
            self._record = record
            self._looking, self._operator, self._whole = now
            self.redraw()

    def aside(self) -> Sequence[Cell]:
        """Whether somebody is there now; in the title's row it moves nothing when it comes."""
        opening = self._record.identity.opening if self._record and self._whole else ""
        return [(self._mine(opening), self.look("panel--opening"))] if opening else []

    def body(self, width: int, height: int) -> list[Strip]:
        """The band with the name, the greeting, how to say it, the text."""
        record = self._record
        if record is None:
            return self.nothing(width, height)
        if not self._whole:
            return self._band(self._number(record), record, width, height)
        first, *rest = self._text(record)
        rows = self._band(first, record, width, height)
        space = [self.blank(width)] if height >= 12 else []
        rows += space
        rows += self._to_say(record, width)
        if any(rest):
            rows += space
            for line in rest:
                rows += self.text(line, width, "panel--text", limit=2) or [self.blank(width)]
        elif not record.identity.called_text and record.identity.company is None:
            rows += self._unknown(record, width)
        return self._with_warning(rows, record, width, height)

    def _mine(self, text: str) -> str:
        """The text with whoever reads it in the place of the marks."""
        me = self._operator
        extension = me.extensions[0] if me.extensions else ""
        return personal(text, me.name or me.login, me.login, extension)

    def _text(self, record: CallRecord) -> list[str]:
        """The lines to show, the first for the band; until they are rendered, what they are of."""
        company = record.identity.company
        told = [
            line[:LONGEST].rstrip()
            for line in self._mine(record.identity.called_text).strip().splitlines()[:MOST_LINES]
        ]
        if told:
            return [told[0].strip(), *told[1:]]
        facts = [f"· {fact}" for fact in company.facts] if company else []
        return [legible.company(record, self._site.plan), *facts]

    def _to_say(self, record: CallRecord, width: int) -> list[Strip]:
        company = record.identity.company
        greeting = record.identity.greeting or (company.greeting if company else "")
        rows = []
        if greeting:
            words = f"“{self._mine(greeting)}”"
            rows += self.text(words, width, "panel--greeting", limit=4)
        if company and company.pronunciation:
            rows += self.text(f"say: {company.pronunciation}", width, "panel--quiet", limit=2)
        return rows

    def _with_warning(
        self, rows: list[Strip], record: CallRecord, width: int, height: int
    ) -> list[Strip]:
        """What is wrong with the template, for who can mend it: in the last rows, moving nothing.

        In as many as are empty, so that the reason is told whole; one is taken in any case.
        """
        broken = record.identity.broken
        if not broken or not rights.supervises(self._operator):
            return rows
        words, blank = f"▲ Template: {broken}", self.blank(width)
        wanted = len(self.text(words, width, "panel--broken", limit=MOST_WARNING))
        rows = list(rows)
        for place in reversed(range(len(rows))):
            if len(rows) + wanted > height and rows[place] == blank:
                del rows[place]
        free = max(1, min(wanted, height - len(rows)))
        warning = self.text(words, width, "panel--broken", limit=free)
        gap = [blank] * max(0, height - len(warning) - len(rows))
        return [*rows[: height - len(warning)], *gap, *warning]

    def _number(self, record: CallRecord) -> str:
        call = record.call
        return legible.number(call.called, self._site.plan) or call.queue or "unknown number"

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

    def _band(self, name: str, record: CallRecord, width: int, height: int) -> list[Strip]:
        # The band begins at the panel's text, so that company colours stay a bar, never a flood.
        name = plain(name)
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
