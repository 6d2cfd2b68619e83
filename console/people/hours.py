"""Whether a company is open, until when, and what to say now. The rules: hours_rules.py.

The most specific rule wins: a date beats a yearly date beats weekdays beats hours of every day
beats a bare `open` or `closed`; of two dates, or of weekdays whose hours overlap, the one for fewer
days. Times are what the clock on the wall shows where the company is.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from console.people.hours_rules import DAY, Rule, read_rule
from console.people.values import Company, Greeting

__all__ = ["Opening", "Rule", "State", "greeting_now", "greetings_now", "opening", "read_rule"]

# How far ahead the next change is looked for (days): what is later nobody asks at the telephone.
OPEN_AHEAD = 8
CLOSED_AHEAD = 60

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = timedelta(days=1)


class State(StrEnum):
    """Whether somebody is there."""

    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    UNKNOWN = "unknown"  # no rule says anything


@dataclass(frozen=True, slots=True)
class Opening:
    """The state at a time (`asked`, local), until when, and the exception's name ("Christmas").

    `until` is when it opens or closes next, in the zone of `asked`; None where that is far off.
    """

    state: State
    until: datetime | None = None
    name: str = ""
    asked: datetime | None = None

    def text(self) -> str:
        """For people: "open until 17:00", "closed until Mon 09:00", "holiday: Christmas", ""."""
        if self.state is State.UNKNOWN:
            return ""
        if self.state is State.HOLIDAY:
            return f"holiday: {self.name}" if self.name else "holiday"
        return f"{self.state.value} until {self._until()}" if self.until else self.state.value

    def _until(self) -> str:
        assert self.until is not None
        until, asked = self.until, self.asked
        clock = f"{until:%H:%M}"
        if asked is None or until.date() == asked.date():
            return clock
        if clock == "00:00" and until.date() - asked.date() == _DAY:
            return "24:00"
        weekday = _WEEKDAYS[until.weekday()]
        if until.date() - asked.date() < 7 * _DAY:
            return f"{weekday} {clock}"
        return f"{weekday} {until.day} {_MONTHS[until.month - 1]} {clock}"


def opening(hours: tuple[str, ...], local: datetime) -> Opening:
    """Return whether a company with these rules is open at a time in its own zone.

    Rules that can't be read say nothing. Where only dates have rules, other days are UNKNOWN.
    """
    rules = _rules(hours, False)
    if not rules:
        return Opening(State.UNKNOWN, asked=local)
    usual = any(rule.dates is None and rule.yearly is None for rule in rules)
    today = _on(rules, local.date())
    now = _instant(local)
    ahead = CLOSED_AHEAD if usual else OPEN_AHEAD
    for begin, end in _open_times(rules, local, ahead):
        if end <= now:
            continue
        if begin <= now:
            far = end >= _instant(_midnight(local, OPEN_AHEAD))
            return Opening(State.OPEN, None if far else _back(end, local), today.name, local)
        if today.level == _Level.NONE and not usual:
            break
        return Opening(today.state, _back(begin, local), today.name, local)
    if today.level == _Level.NONE and not usual:
        return Opening(State.UNKNOWN, asked=local)
    return Opening(today.state, None, today.name, local)


def greeting_now(company: Company, local: datetime) -> str:
    """Return what to say at a time in the company's zone, the first of greetings_now."""
    return next((variant.text for variant in greetings_now(company, local)), "")


def greetings_now(company: Company, local: datetime) -> tuple[Greeting, ...]:
    """Return what could be said at a time in the company's zone, the most specific first.

    A date beats a yearly date beats `holiday` beats weekday and hours beats hours beats weekday
    beats `closed` and `open`; of equals the first. Last, with no rule, the usual greeting.
    """
    holding: list[tuple[tuple[int, ...], Greeting]] = []
    state = opening(company.hours, local).state
    for variant in company.greetings:
        rule = _rule(variant.when, True)
        if rule is None or not variant.text or not _holds(rule, local, state):
            continue
        holding.append((_rank(rule), variant))
    holding.sort(key=lambda one: one[0], reverse=True)
    usual = (Greeting("", company.greeting),) if company.greeting else ()
    return (*(variant for _, variant in holding), *usual)


# -- what the rules say of a day -----------------------------------------------------------------


class _Level:
    """How specific a rule for opening is."""

    NONE, BARE, HOURS, WEEKDAY, YEARLY, DATE = range(6)


@dataclass(frozen=True, slots=True)
class _Today:
    """One day: how specific its rules are, minutes open (up to two days), the exception's name."""

    level: int
    open: tuple[tuple[int, int], ...]
    name: str

    @property
    def state(self) -> State:
        """What the day is where it is not open."""
        return State.HOLIDAY if self.level >= _Level.YEARLY and not self.open else State.CLOSED


def _rule(line: str, greeting: bool) -> Rule | None:
    rules = _rules((line,), greeting)
    return rules[0] if rules else None


@lru_cache(maxsize=4096)
def _rules(lines: tuple[str, ...], greeting: bool) -> tuple[Rule, ...]:
    """The rules that can be read; empty lines and broken ones say nothing."""
    found = (read_rule(line, greeting) for line in lines if line.strip())
    return tuple(rule for rule in found if isinstance(rule, Rule))


def _level(rule: Rule) -> int:
    if rule.dates is not None:
        return _Level.DATE
    if rule.yearly is not None:
        return _Level.YEARLY
    if rule.days is not None:
        return _Level.WEEKDAY
    return _Level.HOURS if rule.times else _Level.BARE


def _on(rules: tuple[Rule, ...], day: date) -> _Today:
    holding = [rule for rule in rules if rule.holds_on(day)]
    level = max((_level(rule) for rule in holding), default=_Level.NONE)
    holding = sorted(
        (rule for rule in holding if _level(rule) == level), key=lambda rule: rule.width
    )
    open_times: list[tuple[int, int]] = []
    narrower: list[tuple[int, int]] = []
    width = 0
    for rule in holding:
        if rule.width > width:
            narrower, width = list(open_times), rule.width
        times = rule.times or (((0, DAY),) if rule.state == "open" else ())
        if not times:
            break  # closed: what is said for more days does not count
        open_times += [
            (begin, end)
            for begin, end in times
            if not any(begin < other_end and other < end for other, other_end in narrower)
        ]
    name = next((rule.name for rule in holding if rule.name), "")
    return _Today(level, tuple(open_times), name)


def _open_times(
    rules: tuple[Rule, ...], local: datetime, ahead: int
) -> Iterator[tuple[datetime, datetime]]:
    """(begin, end) of open times from yesterday on, in order, those that touch joined."""
    pending: tuple[datetime, datetime] | None = None
    today = _on(rules, local.date() - _DAY)
    for offset in range(-1, ahead):
        tomorrow = _on(rules, local.date() + (offset + 1) * _DAY)
        for begin, end in sorted(today.open):
            # Over midnight into a day for which something more specific is said.
            end = min(end, DAY) if tomorrow.level > today.level else end
            one = _at(local, offset, begin), _at(local, offset, end)
            if one[0] == one[1]:
                continue  # the clock leaves these hours out
            if pending is None or one[0] > pending[1]:
                if pending is not None:
                    yield pending
                pending = one
            else:
                pending = pending[0], max(pending[1], one[1])
        if pending is not None and pending[1] - pending[0] > (OPEN_AHEAD + 1) * _DAY:
            break  # open day and night
        today = tomorrow
    if pending is not None:
        yield pending


# -- the clock on the wall -----------------------------------------------------------------------


def _midnight(local: datetime, offset: int) -> datetime:
    day = local.date() + offset * _DAY
    return datetime(day.year, day.month, day.day, tzinfo=local.tzinfo)


def _at(local: datetime, offset: int, minutes: int) -> datetime:
    """The instant at which the clock shows these minutes of a day, `offset` days from `local`.

    Of an hour that is there twice it is the first; for one that the clock leaves out it is when it
    leaps, so that instants are in the order of what the clock shows.
    """
    day = _midnight(local, offset + minutes // DAY)
    wall = day.replace(hour=minutes % DAY // 60, minute=minutes % 60)
    instant = _instant(wall)
    if _back(instant, local).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    # The leap lies between what the time was by the clock after it and by the one before it.
    early, after = _instant(wall.replace(fold=1)), _back(instant, local).utcoffset()
    minute = timedelta(minutes=1)
    leap = bisect_left(
        range((instant - early) // minute),
        True,
        key=lambda step: _back(early + step * minute, local).utcoffset() == after,
    )
    return early + leap * minute


def _instant(local: datetime) -> datetime:
    """Comparable across a change of the clock."""
    return local if local.tzinfo is None else local.astimezone(UTC)


def _back(instant: datetime, local: datetime) -> datetime:
    return instant if local.tzinfo is None else instant.astimezone(local.tzinfo)


# -- greetings -----------------------------------------------------------------------------------


def _holds(rule: Rule, local: datetime, state: State) -> bool:
    if rule.state == "closed" and state not in (State.CLOSED, State.HOLIDAY):
        return False
    if rule.state in ("open", "holiday") and state.value != rule.state:
        return False
    if not rule.times:
        return rule.holds_on(local.date())
    minute = local.hour * 60 + local.minute
    yesterday = local.date() - _DAY
    return any(
        (begin <= minute < end and rule.holds_on(local.date()))
        or (minute < end - DAY and rule.holds_on(yesterday))
        for begin, end in rule.times
    )


def _rank(rule: Rule) -> tuple[int, ...]:
    """The greater, the more specific."""
    if rule.dates is not None:
        level = 7
    elif rule.yearly is not None:
        level = 6
    elif rule.state == "holiday":
        level = 5
    elif rule.times:
        level = 3 if rule.days is None else 4
    else:
        level = 1 if rule.days is None else 2
    minutes = sum(end - begin for begin, end in rule.times)
    return level, -rule.width, bool(rule.times), bool(rule.state), -minutes
