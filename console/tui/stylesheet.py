"""Textual's stylesheet, read once as long as nothing changes."""

from textual.css.stylesheet import Stylesheet


class ParsedOnce(Stylesheet):
    """Rules stay as they were parsed until their source or the theme's variables change.

    Textual parses all of them anew with each refresh, four times before the first frame; that was
    a tenth of the time until then.
    """

    def set_variables(self, variables: dict[str, str]) -> None:
        """Use these variables; the parsed rules go only when they are others."""
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        """Parse what is not parsed yet."""
        # `parse` keeps the old rules when it fails, which is all that Textual's copy is for.
        self.parse()
