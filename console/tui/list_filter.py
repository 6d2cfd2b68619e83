"""Which calls a list shows, as an operator chooses it; `today` stays true past midnight."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from console.calls.words import TEXTS, Outcome
from console.desk.queries import Filter


class Show(StrEnum):
    """Which calls by what has been done about them."""

    OPEN = "open"
    UNANSWERED = "all unanswered"
    FAILED = "failed notices"  # whatever was done about the calls: they are to be seen to
    EVERY = "all calls"


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Every field narrows; None and empty are "all"."""

    show: Show = Show.EVERY
    today: bool = False
    outcome: Outcome | None = None
    company: str | None = None
    text: str = ""

    def query(self, now: datetime, zone: ZoneInfo) -> Filter:
        """The filter to ask the desk with."""
        return Filter(
            unanswered=self.show is not Show.EVERY,
            open=self.show is Show.OPEN,
            company=self.company,
            since=midnight(now, zone) if self.today else None,
            outcome=self.outcome,
            text=self.text,
            undelivered=self.show is Show.FAILED,
        )

    def words(self) -> str:
        """What is shown, in words: "open, today, gave up"."""
        chosen = [self.show.value]
        if self.today:
            chosen.append("today")
        if self.outcome:
            chosen.append(TEXTS[self.outcome])
        return ", ".join(chosen)


def midnight(now: datetime, zone: ZoneInfo) -> datetime:
    """When the present day began in that zone."""
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
