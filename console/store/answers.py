"""Which question goes where: every query that one reading transaction answers."""

from typing import Any

import sqlalchemy as sa

from console.desk.contacts import (
    ActionFailures,
    Companies,
)
from console.desk.notices import ListDue, ListNotices, SettingsHistory
from console.desk.queries import CallDetails, CompanyNames, Gaps
from console.store import (
    company_rows,
    contact_queries,
    notice_calls,
    notice_rows,
    reading,
    settings_history,
)

Query = (
    CallDetails
    | CompanyNames
    | Gaps
    | Companies
    | ActionFailures
    | ListNotices
    | ListDue
    | SettingsHistory
)


def answer(sql: sa.Connection, query: Query) -> Any:
    """The answer to a query that one transaction answers."""
    match query:
        case CallDetails(call):
            return reading.details(sql, call)
        case CompanyNames():
            return company_rows.company_names(sql)
        case Gaps():
            return reading.list_gaps(sql, query)
        case Companies(text, archived):
            return company_rows.find_companies(sql, text, archived)
        case ActionFailures(limit):
            return contact_queries.list_failures(sql, limit)
        case ListNotices():
            return notice_rows.list_notices(sql, query)
        case ListDue():
            return notice_calls.list_due(sql, query)
        case SettingsHistory():
            return settings_history.list_changes(sql, query)
