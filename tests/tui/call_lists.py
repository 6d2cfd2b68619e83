"""Lists of calls for the stories: seeded, and answered page by page like the store does."""

from bisect import bisect_left
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from console.calls.call import Call, Leg, Moment
from console.calls.events import Caller
from console.calls.words import Direction, MomentKind, Outcome, Phase, RangResult
from console.desk.queries import CallPage, Filter, Key, Page
from console.desk.records import CallRecord
from console.tui.call_window import key_of

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
COMPANIES = ("Meyer & Söhne", "Zahnarzt Dr. Lind", "Kanzlei Berg", "Schulz Immobilien GmbH")
NAMES = ("Hans Schulz", "Anna Muster", "", "Dr. Roth", "山田太郎", "Лена Иванова")
UNANSWERED = (Outcome.ABANDONED, Outcome.NO_ANSWER, Outcome.BUSY, Outcome.ABANDONED_QUEUE)


def record(number: int, outcome: Outcome | None = None, **more: object) -> CallRecord:
    """The n-th made-up call: they start half a minute apart, a higher number is newer."""
    started = NOON - timedelta(days=400) + timedelta(seconds=30 * number)
    if outcome is None:
        outcome = Outcome.ANSWERED if number % 3 else UNANSWERED[number // 3 % len(UNANSWERED)]
    hidden = number % 7 == 0
    over = started + timedelta(seconds=5 + number % 40)
    answered = outcome is Outcome.ANSWERED
    stopped = started + timedelta(seconds=4) if answered else over
    result = RangResult.ANSWERED if answered else RangResult.CANCELLED
    call = Call(
        id=f"c{number:07}",
        feed="asterisk",
        direction=Direction.INBOUND,
        caller=Caller(None if hidden else f"+49301{number:06}", hidden=hidden),
        called="+4930222000",
        started_at=started,
        phase=Phase.ENDED,
        ended_at=over,
        answered_by="102" if answered else None,
        answered_at=stopped if answered else None,
        outcome=outcome,
        legs=(Leg(f"l{number}", "102", started, started, stopped, result),),
        moments=(
            Moment(started, MomentKind.ARRIVED, "+4930222000"),
            Moment(started, MomentKind.RANG, "102"),
            *((Moment(stopped, MomentKind.ANSWERED, "102"),) if answered else ()),
            Moment(over, MomentKind.HUNG_UP),
        ),
    )
    made = CallRecord(
        call,
        company_name=COMPANIES[number % len(COMPANIES)],
        caller_name="" if hidden else NAMES[number % len(NAMES)],
    )
    return replace(made, **more)  # type: ignore[arg-type]


class ListedCalls:
    """A list of calls in memory that answers CallPage; tests add, change and remove rows."""

    def __init__(self, records: list[CallRecord] | None = None) -> None:
        self.records = sorted(records or [], key=key_of)
        self.asked: list[CallPage] = []

    def _matching(self, filter: Filter) -> list[CallRecord]:
        if not (filter.open or filter.text):
            return self.records
        return [
            row
            for row in self.records
            if (not filter.open or row.open)
            and filter.text.casefold() in f"{row.caller_name} {row.company_name}".casefold()
        ]

    def add(self, row: CallRecord) -> None:
        """A call more, in its place."""
        self.records.insert(self._place(key_of(row)), row)

    def change(self, row: CallRecord) -> None:
        """The same call, with another value."""
        self.records[self._place(key_of(row))] = row

    def _place(self, key: Key) -> int:
        return bisect_left(self.records, key, key=key_of)

    def truth(self, filter: Filter | None = None) -> list[CallRecord]:
        """All rows, newest first."""
        return self._matching(filter or Filter())[::-1]

    async def fetch(self, query: CallPage) -> Page:
        """Answer as the store does."""
        return self.page(query)

    async def count(self, filter: Filter) -> int:
        """How many there are."""
        return len(self._matching(filter))

    def page(self, query: CallPage) -> Page:
        """Answer as the store does, at once."""
        self.asked.append(query)
        rows = self._matching(query.filter)
        if query.at_row is not None:
            top = len(rows) - query.at_row
            return Page(tuple(rows[max(0, top - query.limit) : max(0, top)][::-1]), query.at_row)
        if query.before is not None:
            end = bisect_left(rows, query.before, key=key_of)
            return Page(tuple(rows[max(0, end - query.limit) : end][::-1]))
        if query.after is not None:
            start = bisect_left(rows, query.after, key=key_of)
            if start < len(rows) and key_of(rows[start]) == query.after:
                start += 1
            return Page(tuple(rows[start : start + query.limit][::-1]))
        return Page(tuple(rows[max(0, len(rows) - query.limit) :][::-1]), 0)
