"""A file that keeps nothing: what is printed by mistake must not pile up in a long session."""

import io


class Nowhere(io.TextIOBase):
    """Takes text and forgets it."""

    def write(self, text: str) -> int:
        """Forget it."""
        return len(text)

    def isatty(self) -> bool:
        """Something to draw on, so that Rich uses colours."""
        return True


NOWHERE = Nowhere()
