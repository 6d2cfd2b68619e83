"""A dialog to say who a number is, where several contacts may have it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.desk.contacts import Match
from console.tui import acquaintance, legible
from console.tui.cells import cut, fit, plain
from console.tui.screens.dialog import Dialog
from console.tui.widgets.footer import Key

if TYPE_CHECKING:
    from console.calls.numbers import NumberPlan

NAME, ROOM = 26, 62


class For(StrEnum):
    """For which calls somebody was chosen."""

    COMPANY = "company"
    ALL = "all"
    FORGET = "forget"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was said: this match (a place in the list) is it, or nobody is chosen any more."""

    scope: For
    place: int = 0


class ContactChoice(Dialog[Chosen | None]):
    """The contacts that may be a number's, the likeliest first; answers which it is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("A", "all", "for all calls", show=False),
        Binding("f", "forget", "forget", show=False),
        Binding("escape,o", "leave", "leave", show=False),
    ]

    def __init__(
        self,
        number: str,
        matches: tuple[Match, ...],
        mine: frozenset[int],
        company: str,
        plan: "NumberPlan",
    ) -> None:
        """`number` is a key, `company` who is called ("" where that is nobody)."""
        super().__init__()
        self._number = plan.shown(number)
        self._plan = plan
        self._matches = matches
        self._mine = mine
        self._company = company
        enter = f"for calls to {cut(company, 22)}" if company else "remembers it"
        keys = [Key("⏎", enter, "enter")]
        if company:
            keys.append(Key("A", "for all", "A"))
        if self._remembered:
            keys.append(Key("f", "forgets", "f"))
        self.keys = (*keys, Key("esc", "leaves", "escape"))

    @property
    def _remembered(self) -> bool:
        return any(match.chosen for match in self._matches)

    def compose_body(self) -> ComposeResult:
        """Whose number, and who it may be."""
        yield Static(f"WHO IS {plain(self._number)}?", markup=False, classes="dialog--title")
        yield OptionList(*(Option(Content(line)) for line in self._lines()))
        yield Static(self._hint(), markup=False, classes="dialog--hint")

    def _lines(self) -> Iterator[str]:
        # The first is the one that is shown, whether somebody has chosen it or not.
        for place, match in enumerate(self._matches):
            yield f"{'○' if place else '●'} {self._line(match)}"

    def _line(self, match: Match) -> str:
        contact = match.contact
        where = "yours" if contact.source_id in self._mine else contact.source
        sure = "chosen" if match.chosen else acquaintance.label(match.certainty)
        firm = contact.company if contact.name else ""
        tail = ", ".join(filter(None, (sure, where, firm)))
        name = legible.contact_name(contact, self._plan)
        return f"{fit(name, NAME)} {cut(tail, ROOM - NAME)}"

    def _hint(self) -> str:
        if self._remembered:
            return "● is shown: it was chosen. f forgets that, then it is the best match again."
        return "● is shown now; what you choose is remembered for its next calls."

    def on_mount(self) -> None:
        """The likeliest is under the cursor."""
        options = self.query_one(OptionList)
        options.highlighted = 0
        options.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter: for calls to this company; where none is called, for all."""
        event.stop()
        self.dismiss(Chosen(For.COMPANY if self._company else For.ALL, event.option_index))

    def action_all(self) -> None:
        """For all calls from this number."""
        self.dismiss(Chosen(For.ALL, self.query_one(OptionList).highlighted or 0))

    def action_forget(self) -> None:
        """Nobody is chosen any more."""
        if self._remembered:
            self.dismiss(Chosen(For.FORGET))

    def action_leave(self) -> None:
        """Say nothing."""
        self.dismiss(None)
