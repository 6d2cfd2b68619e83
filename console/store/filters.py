"""A filter as conditions in SQL."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import sqlalchemy as sa

from console.desk.queries import Filter, Key
from console.store import trigrams
from console.store.notice_schema import UNDELIVERED
from console.store.schema import OPEN, UNANSWERED, calls
from console.store.search import terms

# A contact with more numbers than these is none; the first are asked for.
MOST_NUMBERS = 50

# Up to here it is quicker to look up the calls of undelivered notices than to meet them on the way.
FEW = 5_000
_AMONG_UNDELIVERED = sa.text(f"calls.id IN (SELECT call_id FROM notices WHERE {UNDELIVERED})")
_IS_UNDELIVERED = sa.text(
    f"EXISTS (SELECT 1 FROM notices WHERE {UNDELIVERED} AND notices.call_id = calls.id)"
)
_COUNT_UNDELIVERED = sa.text(
    f"SELECT count(*) FROM (SELECT 1 FROM notices WHERE {UNDELIVERED} LIMIT {FEW + 1}) AS few"
)

Condition = sa.ColumnElement[bool] | sa.TextClause


def conditions(wanted: Filter) -> list[Condition]:
    """What a call must fulfil; an empty list for all calls."""
    among = [_AMONG_UNDELIVERED] if wanted.undelivered else []
    return [*_of_columns(wanted), *_of_text(terms(wanted.text)), *among]


def quickest(sql: sa.Connection, wanted: Filter) -> list[Condition]:
    """The same for a page: what few calls fulfil is looked up, what many do is met on the way."""
    found = _with_trigrams(sql, replace(wanted, undelivered=False), only_few=True)
    if wanted.undelivered:
        few = sql.execute(_COUNT_UNDELIVERED).scalar_one() <= FEW
        found.append(_AMONG_UNDELIVERED if few else _IS_UNDELIVERED)
    return found


def for_all(sql: sa.Connection, wanted: Filter) -> list[Condition]:
    """The same for a walk through everything that is found."""
    return _with_trigrams(sql, wanted, only_few=False)


def _with_trigrams(sql: sa.Connection, wanted: Filter, *, only_few: bool) -> list[Condition]:
    found = conditions(wanted)
    query = trigrams.query(sql, terms(wanted.text))
    if query is not None and (not only_few or trigrams.few(sql, query)):
        found.append(trigrams.found(query))
    return found


def _of_columns(wanted: Filter) -> Iterator[Condition]:
    c = calls.c
    if wanted.open:
        yield sa.text(OPEN)
    elif wanted.unanswered:
        yield sa.text(UNANSWERED)
    if wanted.company is not None:
        yield c.company_name == wanted.company
    if wanted.since is not None:
        yield c.started_at >= wanted.since
    if wanted.until is not None:
        yield c.started_at < wanted.until
    if wanted.outcome is not None:
        # With a company, the company's index is the one to walk; it tells the outcome as well.
        outcome = c.outcome if wanted.company is None else sa.func.coalesce(c.outcome, "")
        yield outcome == wanted.outcome.value
    if wanted.number is not None:
        yield c.caller_number == wanted.number
    if wanted.numbers:
        every = [sa.select(c.row).where(one) for one in with_numbers(wanted.numbers)]
        yield c.row.in_(sa.union_all(*every))


def with_numbers(numbers: Iterable[str]) -> list[sa.ColumnElement[bool]]:
    """For each number two conditions, each with an index: calls from it, and calls we made to it.

    A site's own number is called by everybody; only a number that we dialled is somebody's.
    """
    c = calls.c
    every = tuple(dict.fromkeys(number for number in numbers if number))[:MOST_NUMBERS]
    if not every:
        return [sa.false()]
    return [
        whose
        for number in every
        for whose in (
            c.caller_number == number,
            sa.and_(sa.text("direction = 'outbound'"), c.called == number),
        )
    ]


def _of_text(terms: Iterable[str]) -> Iterator[Condition]:
    for term in terms:
        yield calls.c.words.contains(term, autoescape=True)


def older(key: Key) -> Condition:
    """Further down the list than a key."""
    return _place() < _bound(key)


def not_newer(key: Key) -> Condition:
    """At a key or further down the list."""
    return _place() <= _bound(key)


def newer(key: Key) -> Condition:
    """Further up the list than a key."""
    return _place() > _bound(key)


def not_older(key: Key) -> Condition:
    """At a key or further up the list."""
    return _place() >= _bound(key)


def _place() -> sa.Tuple:
    return sa.tuple_(calls.c.started_at, calls.c.id)


def _bound(key: Key) -> sa.Tuple:
    c = calls.c
    return sa.tuple_(
        sa.bindparam(None, key.started_at, type_=c.started_at.type, unique=True),
        sa.bindparam(None, key.id, type_=c.id.type, unique=True),
    )


newest_first = (calls.c.started_at.desc(), calls.c.id.desc())
oldest_first = (calls.c.started_at.asc(), calls.c.id.asc())
