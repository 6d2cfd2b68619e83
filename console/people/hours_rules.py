"""The little language in which people say when something holds, one rule a line.

    Mon-Fri 09:00-17:00               also Mo-Fr 9-12, 14-17 Uhr; Mon,Wed 9am-5pm; Fri 22:00-06:00
    Sat closed                        also open
    12:00-13:00                       every day
    2026-12-24..2026-12-26 closed Christmas        also 24.12.2026, and with hours instead of closed
    12-25 closed Christmas            every year; also 25.12.
    closed    open    holiday         for greetings: whenever that is so

Days, months and words are English or German.
"""

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from console.calls.text import clean

DAY = 24 * 60  # minutes
LONGEST_LINE = 200
LONGEST_NAME = 60
MOST_TIMES = 20  # of one line

_ALLOWED = (
    "Write days and hours (Mon-Fri 09:00-12:00, 13:00-17:00), a day and closed or open "
    "(Sat closed), or a date (2026-12-24..2026-12-26 closed Christmas; 12-25 for every year)"
)
_ALLOWED_OF_GREETINGS = "; or one of closed, open, holiday"

_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "mo mon monday montag",
            "tu tue tues tuesday di dienstag",
            "we wed wednesday mi mittwoch",
            "th thu thur thurs thursday do donnerstag",
            "fr fri friday freitag",
            "sa sat saturday samstag sonnabend",
            "su sun sunday so sonntag",
        )
    )
    for name in names.split()
}
_SEVERAL_DAYS = {
    **dict.fromkeys(("daily", "täglich", "everyday"), frozenset(range(7))),
    **dict.fromkeys(("weekdays", "wochentags", "werktags"), frozenset(range(5))),
    **dict.fromkeys(("weekend", "weekends", "wochenende"), frozenset((5, 6))),
}
_STATES = {
    **dict.fromkeys(("closed", "geschlossen", "zu", "ruhetag"), "closed"),
    **dict.fromkeys(("open", "offen", "geöffnet", "auf"), "open"),
    **dict.fromkeys(("holiday", "holidays", "feiertag", "feiertage"), "holiday"),
}

_TO = r"\s*(?:\.\.|[-‐-―]|\b(?:to|until|bis)\b)\s*"
_WORD = re.compile(r"[^\W\d_]+")
_DAY_RANGE = re.compile(rf"([^\W\d_]+)\.?(?:{_TO}([^\W\d_]+)\.?)?")
_BETWEEN_DAYS = re.compile(r"\s*(?:[,/&+]|\b(?:and|und)\b)\s*")
_ISO = r"(\d{4})-(\d{1,2})-(\d{1,2})"
_YEARLY = r"(\d\d)-(\d\d)(?![\d:.]\d)"
_GERMAN = r"(\d{1,2})\.\s?(\d{1,2})\.(?:\s?(\d{4}))?"
_ISO_DATES = re.compile(rf"{_ISO}(?:{_TO}{_ISO})?(?!\d)")
_YEARLY_DATES = re.compile(rf"{_YEARLY}(?:\s*\.\.\s*{_YEARLY})?(?=\s|\Z)(?!\s*(?:uhr|h)\b)", re.I)
_GERMAN_DATES = re.compile(rf"{_GERMAN}(?:{_TO}{_GERMAN})?(?!\d)")
_CLOCK = r"(\d{1,2})(?:[:.](\d\d))?(?!\d)\s*(?:(am|pm|a\.m\.|p\.m\.)|(?:uhr|h|o'clock)\b)?"
_TIMES = re.compile(rf"(?:\b(?:von|from)\s+)?{_CLOCK}{_TO}{_CLOCK}", re.IGNORECASE)
_BETWEEN_TIMES = re.compile(r"\s*(?:[,;/&+]|\b(?:and|und)\b)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rule:
    """When something holds: all that is given must agree.

    `days` are weekdays (Monday is 0). `dates` are first and last. `yearly` are (month, day) of the
    first and last, which may lie in the next year. `times` are minutes of the day, up to, not
    including; one that ends after DAY goes on over midnight. `state` is "open", "closed",
    "holiday" or empty.
    """

    days: frozenset[int] | None = None
    dates: tuple[date, date] | None = None
    yearly: tuple[tuple[int, int], tuple[int, int]] | None = None
    times: tuple[tuple[int, int], ...] = ()
    state: str = ""
    name: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether weekday and date agree."""
        if self.days is not None and day.weekday() not in self.days:
            return False
        if self.dates is not None and not self.dates[0] <= day <= self.dates[1]:
            return False
        if self.yearly is not None:
            first, last = self.yearly
            today = (day.month, day.day)
            return first <= today <= last if first <= last else today >= first or today <= last
        return True

    @property
    def width(self) -> int:
        """How many days of a date's range, or of a week, it holds: the fewer, the more specific."""
        if self.dates is not None:
            return (self.dates[1] - self.dates[0]).days + 1
        if self.yearly is not None:
            (month, day), (last_month, last_day) = self.yearly
            return ((last_month - month) * 31 + last_day - day) % (12 * 31) + 1
        return 7 if self.days is None else len(self.days)


def read_rule(line: str, greeting: bool = False) -> Rule | str:
    """Return the rule, or a sentence that names the line, what is wrong, and what is allowed.

    `greeting`: also for when a greeting is said, where a date needs no hours and `closed`, `open`
    and `holiday` may stand alone.
    """
    shown = clean(line, LONGEST_LINE + 1)
    try:
        return _Reader(shown, greeting).rule()
    except _Unreadable as unreadable:
        allowed = _ALLOWED + (_ALLOWED_OF_GREETINGS if greeting else "")
        return f'"{clean(shown, 60)}" {unreadable}. {allowed}.'


class _Unreadable(Exception):
    """What is wrong, as the end of a sentence that begins with the line."""


class _Reader:
    """Takes a line apart from its beginning: dates, days, hours, a word, and a name."""

    def __init__(self, line: str, greeting: bool) -> None:
        self._left = line
        self._greeting = greeting

    def rule(self) -> Rule:
        if not self._left:
            raise _Unreadable("is an empty line")
        if len(self._left) > LONGEST_LINE:
            raise _Unreadable("is too long for one rule")
        dates, yearly = self._dates()
        days = self._days()
        times = self._times()
        state = self._state()
        if state and not times:
            times = self._times()
        name = self._left.strip(" ,:;()-–—\"'")
        dated = dates is not None or yearly is not None
        if name and not dated:
            raise _Unreadable(f'can\'t be read from "{clean(name, 40)}" on')
        if name[:1].isdigit() and not state:
            raise _Unreadable(f'can\'t be read from "{clean(name, 40)}" on')
        if times and state == "closed":
            raise _Unreadable("says hours and closed; give the hours at which it is open")
        if state == "holiday" and not self._greeting:
            if not dated:
                raise _Unreadable("names no date; which days are holidays nobody else knows")
            state = "closed"
        if days is not None and not (dated or times or state or self._greeting):
            raise _Unreadable("names days and no hours")
        return Rule(days, dates, yearly, times, state, clean(name, LONGEST_NAME))

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self._left)
        if found:
            self._left = self._left[found.end() :].lstrip(" :,")
        return found

    def _dates(
        self,
    ) -> tuple[tuple[date, date] | None, tuple[tuple[int, int], tuple[int, int]] | None]:
        if found := self._take(_ISO_DATES):
            first = _day(found[1], found[2], found[3])
            last = _day(found[4], found[5], found[6]) if found[4] else first
            return _in_order(first, last), None
        if found := self._take(_GERMAN_DATES):
            day, month, year, last_day, last_month, last_year = found.groups()
            year = year or last_year
            first = _day(year or "2000", month, day)
            last = _day(last_year or year or "2000", last_month, last_day) if last_day else first
            if year:
                return _in_order(first, last), None
            return None, ((first.month, first.day), (last.month, last.day))
        if (found := _YEARLY_DATES.match(self._left)) and self._is_date(found):
            self._take(_YEARLY_DATES)
            first = _day("2000", found[1], found[2])
            last = _day("2000", found[3], found[4]) if found[3] else first
            return None, ((first.month, first.day), (last.month, last.day))
        return None, None

    def _is_date(self, found: re.Match[str]) -> bool:
        """Whether two pairs of digits are month and day, not hours: 12-25, and not 13-17."""
        month, day = int(found[1]), int(found[2])
        if found[0] != self._left or day > DAY // 60:
            return True
        if not 1 <= month <= 12 or day == 0:
            return False
        if self._greeting:
            return True
        raise _Unreadable("may be a date or hours; write 09:00-17:00 for hours")

    def _days(self) -> frozenset[int] | None:
        days: frozenset[int] = frozenset()
        while found := _DAY_RANGE.match(self._left):
            first, last = found[1].casefold(), (found[2] or "").casefold()
            if first in _SEVERAL_DAYS and not last:
                days |= _SEVERAL_DAYS[first]
            elif first not in _WEEKDAYS:
                break
            elif last and last not in _WEEKDAYS:
                if last in _STATES:  # "Sat - closed"
                    days |= {_WEEKDAYS[first]}
                    self._left = self._left[found.start(2) :]
                    return days
                raise _Unreadable(f'has no day called "{clean(last, 20)}"')
            else:
                begin = _WEEKDAYS[first]
                count = (_WEEKDAYS[last] - begin) % 7 if last else 0
                days |= {(begin + step) % 7 for step in range(count + 1)}
            self._left = self._left[found.end() :].lstrip(" :")
            between = _BETWEEN_DAYS.match(self._left)
            if between is None:
                break
            self._left = self._left[between.end() :]
        return days or None

    def _times(self) -> tuple[tuple[int, int], ...]:
        times: list[tuple[int, int]] = []
        while found := self._take(_TIMES):
            times.append(_span(found))
            if len(times) > MOST_TIMES:
                raise _Unreadable("has more hours than a day can hold")
            if between := _BETWEEN_TIMES.match(self._left):
                self._left = self._left[between.end() :]
        times.sort()
        for (begin, end), (next_begin, next_end) in pairwise(times):
            if next_begin < end:
                both = f"{_said(begin, end)} and {_said(next_begin, next_end)}"
                raise _Unreadable(f"has hours that overlap: {both}")
        return tuple(times)

    def _state(self) -> str:
        found = _WORD.match(self._left)
        state = _STATES.get(found[0].casefold(), "") if found else ""
        if found and state:
            self._left = self._left[found.end() :].lstrip(" :,")
        return state


def _day(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise _Unreadable("has a date that is in no calendar") from None


def _in_order(first: date, last: date) -> tuple[date, date]:
    if last < first:
        raise _Unreadable("ends before it begins")
    return first, last


def _span(found: re.Match[str]) -> tuple[int, int]:
    hour, minute, noon, last_hour, last_minute, last_noon = found.groups()
    begin, end = _minutes(hour, minute, noon), _minutes(last_hour, last_minute, last_noon)
    if begin == DAY != end:
        begin = 0
    if begin == end:
        raise _Unreadable("begins and ends at the same time; all day is 00:00-24:00")
    if begin < end:
        return begin, end
    if not (minute or noon or last_minute or last_noon) and begin < DAY // 2:
        raise _Unreadable(f"would be open until {int(last_hour)} in the morning; write 09:00-17:00")
    return begin, end + DAY


def _said(begin: int, end: int) -> str:
    """ "09:00-12:00"."""
    end = end - DAY if end > DAY else end
    return f"{begin // 60:02}:{begin % 60:02}-{end // 60:02}:{end % 60:02}"


def _minutes(hour: str, minute: str | None, noon: str | None) -> int:
    hours, minutes = int(hour), int(minute or 0)
    if noon:
        if not 1 <= hours <= 12:
            raise _Unreadable(f"has an hour {hours} {noon}, which no clock shows")
        hours = hours % 12 + (12 if noon[0] in "pP" else 0)
    if hours * 60 + minutes > DAY or minutes > 59:
        raise _Unreadable(f"has a time {hours}:{minutes:02}, which no clock shows")
    return hours * 60 + minutes
