"""Which column of a table is what: a row for each column, the guess already chosen."""

from collections.abc import Mapping
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from console.people.csv_columns import FIELDS
from console.tui.cells import cut, plain
from console.tui.widgets.form.field import FormField
from console.tui.widgets.form.pick import Picked, PickList

NOT_READ = ("", "not read")
WIDE = 26
NOT_SEEN = "Test (^T) reads the file's columns; until then they are guessed from their names."
GUESSED = "Guessed from the names; choose another to be sure."

Pairs = tuple[tuple[str, str], ...]


class ColumnRow(Horizontal):
    """A column's name, and what it is."""

    def __init__(self, column: str) -> None:
        super().__init__()
        self.column = column

    def compose(self) -> ComposeResult:
        """Name and choice."""
        yield Static(Content(cut(self.column, WIDE - 2)), classes="columns--name")
        yield Picked()


class ColumnsField(FormField):
    """Column to field. Nothing chosen: all are guessed, anew with each reading."""

    def __init__(self, key: str, label: str, help: str = "") -> None:
        super().__init__(key, label, help)
        self._raw: Pairs = ()
        self._columns: tuple[str, ...] = ()
        self._guessed: dict[str, str] = {}

    def control(self) -> ComposeResult:
        """A row for each column, once they are known."""
        yield Static(NOT_SEEN, markup=False, classes="columns--words")
        yield Vertical(classes="columns--rows")

    @property
    def raw(self) -> Pairs:
        """(column, field) of each column, sorted; nothing if all are guessed."""
        return self._raw

    def put(self, raw: Pairs) -> None:
        """Show what is chosen."""
        self._raw = raw
        if not self._columns:
            self._columns = tuple(column for column, _ in raw)
        self.call_later(self._show)

    def offer(self, columns: tuple[str, ...], guessed: Pairs) -> None:
        """The file has these columns, and they seem to be this."""
        self._columns = columns
        self._guessed = dict(guessed)
        self.call_later(self._show)

    def raw_of(self, value: Mapping[str, str]) -> Pairs:
        """The pairs, sorted."""
        return tuple(sorted(value.items()))

    def value_of(self, raw: Pairs) -> dict[str, str]:
        """Field by column."""
        return dict(raw)

    def said(self, raw: Pairs) -> str:
        """ "Surname: family name, ..."."""
        words = FIELDS
        return "\n".join(f"{column}: {words.get(field, field)}" for column, field in raw) or (
            "guessed from the columns' names"
        )

    async def _show(self) -> None:
        rows = self.query_one(".columns--rows", Vertical)
        if [row.column for row in rows.query(ColumnRow)] != list(self._columns):
            await rows.remove_children()
            await rows.mount_all([ColumnRow(column) for column in self._columns])
        chosen, words = dict(self._raw), dict([NOT_READ, *FIELDS.items()])
        for row in rows.query(ColumnRow):
            field = chosen.get(row.column) if self._raw else self._guessed.get(row.column)
            row.query_one(Picked).show(words.get(field or "", field or ""))
        hint = NOT_SEEN if not self._columns else "" if self._raw else GUESSED
        said = self.query_one(".columns--words", Static)
        said.update(plain(hint))
        said.display = bool(hint)

    def _row_of(self, picked: Picked) -> ColumnRow:
        return next(node for node in picked.ancestors if isinstance(node, ColumnRow))

    def _choices(self) -> list[tuple[str, str]]:
        # A number's or an address's kind may be any word.
        others = {*self._guessed.values(), *dict(self._raw).values()} - {"", *FIELDS}
        return [NOT_READ, *FIELDS.items(), *((field, field) for field in sorted(others))]

    def _field_of(self, column: str) -> str:
        chosen = dict(self._raw) if self._raw else self._guessed
        return chosen.get(column, "")

    def on_picked_opened(self, event: Picked.Opened) -> None:
        """Show all that a column can be."""
        event.stop()
        column = self._row_of(event.picked).column
        choices = self._choices()
        fields = [field for field, _ in choices]

        def pick(places: tuple[int, ...] | None) -> None:
            if places and self.is_attached:
                self._choose(column, fields[places[0]])

        chosen = [fields.index(self._field_of(column))]
        words = [said for _, said in choices]
        self.post_message(PickList(f"The column {column} is", words, chosen, False, pick))

    def on_picked_stepped(self, event: Picked.Stepped) -> None:
        """The next thing that it can be."""
        event.stop()
        column = self._row_of(event.picked).column
        fields = [field for field, _ in self._choices()]
        at = fields.index(self._field_of(column))
        self._choose(column, fields[(at + event.step) % len(fields)])

    def _choose(self, column: str, field: str) -> None:
        """From the first choice on nothing is guessed any more: the others are chosen with it."""
        chosen: dict[str, Any] = {one: self._field_of(one) for one in self._columns}
        self._raw = tuple(sorted((chosen | {column: field}).items()))
        self.call_later(self._show)
        self.edited()
