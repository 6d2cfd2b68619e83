"""Whose number was called: of many companies the one that a called number or queue belongs to.

An exact number beats a queue, a queue beats what covers several numbers, and of those the one that
covers fewest wins. Last, the longest exact number that the called one continues: who dials a phone
behind a switchboard has called its company.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import NamedTuple

from console.calls.numbers import NumberPlan
from console.people.number_forms import (
    DIAL_THROUGH,
    LONGEST,
    MOST_NUMBERS,
    ends,
    read_number,
    read_numbers,
    shown_number,
    shown_numbers,
)
from console.people.values import Company

__all__ = [
    "LONGEST_EXTENSION",
    "MOST_NUMBERS",
    "CalledNumbers",
    "Clash",
    "clashes",
    "read_number",
    "read_numbers",
    "shown_number",
    "shown_numbers",
]

LONGEST_EXTENSION = 5  # digits dialled through to a phone behind a switchboard
_DIGITS = re.compile(r"\+?[0-9]+\Z")


class CalledNumbers:
    """The companies by all that belongs to them; made anew when one changes. Archived: ignored.

    Where two claim the same, the first of `companies` has it.
    """

    def __init__(self, companies: Iterable[Company]) -> None:
        self._exact: dict[str, Company] = {}
        self._names: dict[str, Company] = {}
        self._prefixes: dict[str, Company] = {}
        self._patterns: dict[int, dict[tuple[int, ...], dict[str, Company]]] = {}
        ranges: dict[tuple[int, bool], list[_Range]] = defaultdict(list)
        for company in companies:
            if company.archived:
                continue
            for number in company.numbers:
                if not number:
                    continue
                if number.endswith("*"):
                    self._prefixes.setdefault(number[:-1], company)
                elif both := ends(number):
                    low, high = both
                    ranges[_shape(low)].append(_Range(int(low), int(high), company))
                elif "?" in number:
                    self._add_pattern(number, company)
                else:
                    self._exact.setdefault(number, company)
                    self._names.setdefault(number.casefold(), company)
        self._ranges = {shape: _Blocks(found) for shape, found in ranges.items()}
        self._shortest = min((len(prefix) for prefix in self._prefixes), default=0)
        self._longest = max((len(prefix) for prefix in self._prefixes), default=-1)

    def company_of(self, called: str | None, queue: str | None = None) -> Company | None:
        """The company of a called number (a key, as NumberPlan.normal makes it), else of a queue.

        Queues are found in any case. None where nobody has it, and for an empty number.
        """
        if called and (company := self._exact.get(called)):
            return company
        if queue and (company := self._exact.get(queue) or self._names.get(queue.casefold())):
            return company
        if not called:
            return None
        if len(called) > LONGEST or not _DIGITS.match(called):
            return self._names.get(called.casefold())
        return self._covering(called) or self._extended(called)

    def _add_pattern(self, number: str, company: Company) -> None:
        places = tuple(at for at, digit in enumerate(number) if digit == "?")
        masks = self._patterns.setdefault(len(number), {})
        masks.setdefault(places, {}).setdefault(number, company)

    def _covering(self, called: str) -> Company | None:
        """The company of the narrowest range, pattern or prefix that covers the number."""
        best: Company | None = None
        fewest = 10.0**99
        if (blocks := self._ranges.get(_shape(called))) and (found := blocks.at(int(called))):
            fewest, best = found.high - found.low + 1, found.company
        for places, numbers in self._patterns.get(len(called), {}).items():
            if 10 ** len(places) < fewest and called[places[0]] != "+":
                masked = list(called)
                for place in places:
                    masked[place] = "?"
                if company := numbers.get("".join(masked)):
                    fewest, best = 10 ** len(places), company
        for size in range(min(len(called), self._longest), self._shortest - 1, -1):
            if company := self._prefixes.get(called[:size]):
                # A prefix covers all longer numbers, too: of two equally wide ones it is the last.
                return company if 10 ** (len(called) - size) < fewest else best
        return best

    def _extended(self, called: str) -> Company | None:
        if called.startswith(DIAL_THROUGH):
            for cut in range(1, LONGEST_EXTENSION + 1):
                if company := self._exact.get(called[:-cut]):
                    return company
        return None


@dataclass(frozen=True, slots=True)
class Clash:
    """Several companies claim the same number; the first of them has it."""

    number: str
    companies: tuple[Company, ...]

    def text(self, plan: NumberPlan | None = None) -> str:
        """A sentence for a person."""
        names = [company.name for company in self.companies]
        number = shown_number(self.number, plan) if plan else self.number
        return f"{', '.join(names[:-1])} and {names[-1]} both have {number}; only one can."


def clashes(companies: Iterable[Company]) -> tuple[Clash, ...]:
    """Who claims the same: equal numbers, queues, prefixes and patterns, and ranges that overlap.

    A range inside a wider one, or a number inside a range, is no clash: the narrower wins.
    """
    claims: dict[str, dict[int, Company]] = defaultdict(dict)
    ranges: dict[tuple[int, bool], list[_Range]] = defaultdict(list)
    for place, company in enumerate(companies):
        if company.archived:
            continue
        for number in company.numbers:
            claims[number.casefold()].setdefault(place, company)
            if block := _block(number):
                ranges[_shape(block[0])].append(_Range(int(block[0]), int(block[1]), company))
    found = [
        Clash(number, tuple(by_place.values()))
        for number, by_place in claims.items()
        if len(by_place) > 1
    ]
    for (length, public), blocks in ranges.items():
        for first, second in _overlaps(blocks):
            low, high = second.low, min(first.high, second.high)
            sign, digits = ("+", length - 1) if public else ("", length)
            both = f"{sign}{low:0{digits}}..{sign}{high:0{digits}}"
            found.append(Clash(both, (first.company, second.company)))
    return tuple({clash.number: clash for clash in reversed(found)}.values())[::-1]


class _Range(NamedTuple):
    low: int
    high: int
    company: Company


class _Blocks:
    """Ranges of numbers of one length, cut into blocks that have one narrowest range each."""

    def __init__(self, ranges: Sequence[_Range]) -> None:
        begins = sorted(range(len(ranges)), key=lambda at: ranges[at].low)
        cuts = sorted({one.low for one in ranges} | {one.high + 1 for one in ranges})
        self._cuts: list[int] = []
        self._narrowest: list[_Range | None] = []
        open_ranges: list[tuple[int, int]] = []  # (width, place in `ranges`)
        at = 0
        for cut in cuts:
            while at < len(begins) and ranges[begins[at]].low <= cut:
                one = ranges[begins[at]]
                heappush(open_ranges, (one.high - one.low, begins[at]))
                at += 1
            while open_ranges and ranges[open_ranges[0][1]].high < cut:
                heappop(open_ranges)
            self._cuts.append(cut)
            self._narrowest.append(ranges[open_ranges[0][1]] if open_ranges else None)

    def at(self, number: int) -> _Range | None:
        """The narrowest range that holds the number."""
        place = bisect_right(self._cuts, number) - 1
        return self._narrowest[place] if place >= 0 else None


def _shape(number: str) -> tuple[int, bool]:
    """Numbers can be compared as integers where these are equal."""
    return len(number), number[0] == "+"


def _block(number: str) -> tuple[str, str] | None:
    """First and last of a range, or of a pattern that is one ("+4930231??")."""
    stem = number.rstrip("?")
    if len(stem) < len(number) and _DIGITS.match(stem):
        filling = len(number) - len(stem)
        return stem + "0" * filling, stem + "9" * filling
    return ends(number)


def _overlaps(ranges: list[_Range]) -> Iterator[tuple[_Range, _Range]]:
    """Ranges of different companies that are equal, or overlap and are not one in the other."""
    open_ranges: list[_Range] = []
    for one in sorted(ranges, key=lambda one: (one.low, -one.high)):
        # Nobody nests ranges a hundred deep, and a hostile table should not cost the more for it.
        open_ranges = [other for other in open_ranges[-100:] if other.high >= one.low]
        for other in open_ranges:
            same = (other.low, other.high) == (one.low, one.high)
            if other.company is not one.company and (same or other.high < one.high):
                yield other, one
                break
        open_ranges.append(one)
