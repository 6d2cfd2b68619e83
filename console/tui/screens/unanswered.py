"""Unanswered calls: what still has to be done, and what was done about the rest."""

from console.tui.list_filter import ListFilter, Show
from console.tui.notice_words import FAILED, MAILED, TEXTED
from console.tui.screens.call_list import CallList


class UnansweredScreen(CallList):
    """Open calls at first; f shows the others."""

    place_name = "Unanswered"
    title_text = "UNANSWERED"
    file_word = "unanswered"
    standard = ListFilter(Show.OPEN)
    signs = (
        *CallList.signs,
        (MAILED, "told by e-mail"),
        (TEXTED, "told by text message"),
        (FAILED, "in “notified”: not sent; r sends it again"),
    )

    def nothing(self) -> tuple[str, ...]:
        """All is dealt with, which is good news."""
        return ("No unanswered calls. Everything is dealt with.", "f shows the processed ones.")
