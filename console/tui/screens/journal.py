"""Every call: in, out and internal, answered or not."""

from console.calls.words import TEXTS
from console.tui.call_columns import ARROWS
from console.tui.list_filter import ListFilter
from console.tui.screens.call_list import CallList


class JournalScreen(CallList):
    """All calls, newest first."""

    place_name = "Journal"
    title_text = "JOURNAL"
    file_word = "journal"
    standard = ListFilter()
    every = True
    signs = (*CallList.signs, *((sign, TEXTS[way]) for way, sign in ARROWS.items()))

    def nothing(self) -> tuple[str, ...]:
        """The desk is new."""
        if self.connected():
            return ("No calls yet.", "The PBX is connected.")
        return ("No calls yet.", "The PBX is not heard; the lamp at the top says why.")
