"""Call records to store in tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from console.calls.call import Call
from console.calls.events import Caller
from console.calls.words import Direction, Outcome, Phase
from console.desk.changes import SaveCall
from console.desk.queries import CallPage, Filter
from console.desk.records import CallRecord
from console.store.database import SqlStore

ALL = Filter()
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def call(
    id: str,
    at: datetime | float = 0,
    outcome: Outcome | None = Outcome.NO_ANSWER,
    number: str | None = "+491701234567",
    *,
    display: str | None = None,
    company: str = "",
    name: str = "",
    **more: Any,
) -> CallRecord:
    """An incoming call at a time or so many seconds after NOON; no outcome: it rings."""
    started = at if isinstance(at, datetime) else NOON + timedelta(seconds=at)
    more.setdefault("direction", Direction.INBOUND)
    more.setdefault("called", "+49301110")
    more.setdefault("phase", Phase.ENDED if outcome else Phase.RINGING)
    return CallRecord(
        Call(
            id=id,
            feed="pbx",
            caller=Caller(number, display, hidden=number is None),
            started_at=started,
            outcome=outcome,
            **more,
        ),
        company_name=company,
        caller_name=name,
    )


async def save(store: SqlStore, *records: CallRecord) -> None:
    """Store the records."""
    await store.write([SaveCall(record) for record in records])


async def ids(store: SqlStore, filter: Filter = ALL, **more: Any) -> list[str]:
    """The ids of a page."""
    return [row.call.id for row in (await store.ask(CallPage(filter, **more))).rows]
