"""How a company is drawn in the list."""

from collections.abc import Hashable, Sequence

from console.calls.numbers import NumberPlan
from console.people.called_numbers import shown_number
from console.people.values import Company
from console.tui.cells import Cell, fit
from console.tui.company_colour import bar_style
from console.tui.widgets.rows import Line, Look

NUMBERS_SHOWN = 4


class CompanyPen:
    """One row: colour, name, numbers; the greeting where there is room."""

    def __init__(self, plan: NumberPlan) -> None:
        self._plan = plan
        self.few_colours = False
        self.broken: frozenset[int | None] = frozenset()
        """Ids of companies whose greeting or template is broken."""

    def key(self, company: Company) -> Hashable:
        """Its id."""
        return company.id

    def heading(self, width: int, look: Look) -> Line:
        """Titles of the columns."""
        names, numbers, greeting = _widths(width)
        titles = f"  {fit('company', names)}  {fit('called numbers', numbers)}"
        if greeting:
            titles += f"  {fit('greeting', greeting)}"
        return [(titles, look("heading"))], []

    def lines(self, company: Company, width: int, look: Look) -> Sequence[Line]:
        """The row."""
        names, numbers, greeting = _widths(width)
        quiet = look("quiet")
        name = look("quiet" if company.archived else "name")
        mark = "  archived" if company.archived else ""
        alarm = "  ▲ broken" if company.id in self.broken else ""
        cells: list[Cell] = [
            ("▌", bar_style(company.colour, company.name, self.few_colours)),
            (" ", quiet),
            (fit(company.name, names - len(mark) - len(alarm)) + mark, name),
            *([(alarm, look("open"))] if alarm else []),
            ("  ", quiet),
            (fit(self._numbers(company, numbers), numbers), look("text")),
        ]
        if greeting:
            cells += [("  ", quiet), (fit(company.greeting, greeting), quiet)]
        return [(cells, [])]

    def _numbers(self, company: Company, width: int) -> str:
        """As many numbers as there is room for, and how many more there are."""
        shown = [shown_number(one, self._plan) for one in company.numbers[:NUMBERS_SHOWN]]
        for count in range(len(shown), 0, -1):
            more = len(company.numbers) - count
            text = ", ".join(shown[:count]) + (f"  +{more}" if more else "")
            if len(text) <= width or count == 1:
                return text
        return "no number yet"


def _widths(width: int) -> tuple[int, int, int]:
    """Cells for name, numbers and greeting; the greeting has none in a narrow list."""
    room = width - 4
    if width < 90:
        names = max(20, room * 9 // 20)
        return names, room - names, 0
    names = max(28, room // 4)
    numbers = max(36, room // 4)
    return names, numbers, room - names - numbers - 2
