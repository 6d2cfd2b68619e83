"""Which calls a list shows, as an operator chooses it; `today` stays true past midnight."""

from collections.abc import Mapping
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

    def told(self) -> dict[str, str]:
        """It in a few words by name, for `read_filter`."""
        words = {
            "show": self.show.value,
            "today": "yes" if self.today else "",
            "outcome": self.outcome.value if self.outcome else "",
            "company": self.company or "",
            "text": self.text,
        }
        return {name: word for name, word in words.items() if word}

    def command(self) -> str:
        """What prints these calls as CSV, but for how they ended, the company and the search."""
        words = ["calls"]
        if self.show is Show.FAILED:
            words.append("--failed-notices")
        elif self.show is not Show.EVERY:
            words.append("--open" if self.show is Show.OPEN else "--unanswered")
        if self.today:
            words.append("--since today")
        return " ".join((*words, "--csv"))

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


def read_filter(told: Mapping[str, str]) -> ListFilter | None:
    """The filter of which these words tell, None if they tell of none."""
    try:
        show = Show(told.get("show", ""))
        outcome = Outcome(told["outcome"]) if "outcome" in told else None
    except ValueError:
        return None
    company, text = told.get("company") or None, told.get("text", "")
    return ListFilter(show, told.get("today") == "yes", outcome, company, text)
