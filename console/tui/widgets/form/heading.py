"""A title between the fields of a long form."""

from textual.widgets import Static


class FormHeading(Static):
    """One row: what the fields below are about."""

    def __init__(self, title: str) -> None:
        super().__init__(title, markup=False)
