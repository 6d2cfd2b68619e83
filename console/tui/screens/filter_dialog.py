"""A dialog to choose which calls a list shows; the most wanted choices are one key."""

from dataclasses import dataclass, replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from console.calls.words import TEXTS, Outcome
from console.tui.cells import plain
from console.tui.list_filter import ListFilter, Show
from console.tui.screens.dialog import Dialog
from console.tui.widgets.footer import Key


@dataclass(frozen=True, slots=True)
class _Choice:
    """One line of the dialog: its key if it has one, its words, and what it makes of a filter."""

    key: str
    words: str
    filter: ListFilter
    chosen: bool


class FilterDialog(Dialog[ListFilter | None]):
    """Answers the chosen filter, or None if it stays; Space chooses without leaving."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "quick('o')", "open", show=False),
        Binding("u", "quick('u')", "unanswered", show=False),
        Binding("a", "quick('a')", "all", show=False),
        Binding("n", "quick('n')", "failed notices", show=False),
        Binding("t", "quick('t')", "today", show=False),
        Binding("space", "keep", "choose", show=False),
        Binding("slash", "company", "company", show=False),
        Binding("escape", "leave", "leave", show=False),
    ]

    keys = (
        Key("⏎", "shows", "enter"),
        Key("space", "chooses more", "space"),
        Key("esc", "leaves", "escape"),
    )

    def __init__(self, filter: ListFilter, companies: tuple[str, ...], *, every: bool) -> None:
        """`every`: the list may show answered calls too."""
        super().__init__()
        self._before = filter
        self._filter = filter
        self._companies = companies
        self._every = every
        self._choices: list[_Choice] = []

    def compose_body(self) -> ComposeResult:
        """Title, choices, a field to find a company."""
        yield Static("SHOW", markup=False, classes="dialog--title")
        yield OptionList()
        company = Input(placeholder="/ company", compact=True, max_length=100)
        company.cursor_blink = False
        yield company

    def on_mount(self) -> None:
        """The choices, with the cursor on the first."""
        self._list()
        self.query_one(OptionList).focus()

    def _groups(self) -> list[list[_Choice]]:
        now = self._filter
        shows = [("o", Show.OPEN), ("u" if self._every else "a", Show.UNANSWERED)]
        shows.append(("a", Show.EVERY) if self._every else ("n", Show.FAILED))
        first = [
            _Choice(key, show.value, replace(now, show=show), now.show is show)
            for key, show in shows
        ]
        day = _Choice("t", "today only", replace(now, today=not now.today), now.today)
        outcomes: list[Outcome | None] = [None]
        outcomes += [o for o in Outcome if self._every or o is not Outcome.ANSWERED]
        why = [
            _Choice(
                "", TEXTS[o] if o else "for any reason", replace(now, outcome=o), now.outcome is o
            )
            for o in outcomes
        ]
        typed = self.query_one(Input).value.strip().casefold()
        names: list[str | None] = [name for name in self._companies if typed in name.casefold()]
        if not typed:
            names.insert(0, None)
        company = [
            _Choice("", name or "of all companies", replace(now, company=name), now.company == name)
            for name in names
        ]
        return [company] if typed else [first, [day], why, company]

    def _list(self) -> None:
        options = self.query_one(OptionList)
        at = options.highlighted
        self._choices = []
        options.clear_options()
        for group in self._groups():
            if self._choices:
                options.add_option(None)
            for choice in group:
                mark = "●" if choice.chosen else "○"
                text = f" {choice.key or ' '}  {mark} {plain(choice.words)}"
                options.add_option(Option(Content(text)))
                self._choices.append(choice)
        if self._choices:
            options.highlighted = min(at or 0, len(self._choices) - 1)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click: this, and back to the list."""
        event.stop()
        self.dismiss(self._choices[event.option_index].filter)

    def action_keep(self) -> None:
        """Choose the line under the cursor, and stay."""
        at = self.query_one(OptionList).highlighted
        if at is not None:
            self._filter = self._choices[at].filter
            self._list()

    def action_quick(self, key: str) -> None:
        """A choice by its key; "all" also takes back everything else."""
        if key == "a":
            show = Show.EVERY if self._every else Show.UNANSWERED
            self.dismiss(ListFilter(show, text=self._filter.text))
            return
        for choice in self._choices:
            if choice.key == key:
                self.dismiss(choice.filter)

    def action_company(self) -> None:
        """Type a part of a company's name."""
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Only companies with this in their name."""
        event.stop()
        self.query_one(OptionList).highlighted = 0
        self._list()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The first company that is left."""
        event.stop()
        if self._choices and event.value.strip():
            self.dismiss(self._choices[0].filter)

    def action_leave(self) -> None:
        """Answer what was chosen with Space, if anything was."""
        self.dismiss(self._filter if self._filter != self._before else None)
