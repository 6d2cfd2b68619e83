"""What happens to one invented call: the stories of the demo, told as events with their times."""

import random
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

from console.calls import events as ev
from console.calls.numbers import NumberPlan
from console.calls.words import Direction, RangResult
from console.feeds.demo_world import (
    demo_companies,
    demo_contacts,
    demo_operators,
    demo_strangers,
)
from console.people.values import Company

# How a company's calls are spread: by its first number, everything else is a fork of three phones.
_MENUS = frozenset({"Praxis Dr. Nguyễn", "Autohaus Çelik"})
_MAILBOXES = frozenset({"Smith & Daughters", "Praxis Dr. Nguyễn", "Tischlerei Huber"})
_SOLO = frozenset({"Smith & Daughters", "Café Größenwahn"})
_DISPLAYS = ("", "", "", "MUELLER T", "Büro", "iPhone", "Zentrale", "KOWALSKI")
_SLOTS = ("701", "702", "703")

Told = tuple[float, ev.CallEvent]


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take: seconds of talk (least, usual most, rare most) and patience."""

    talk: tuple[float, float, float]
    patience: tuple[float, float]
    timeout: float


DAY = Pace(talk=(20.0, 180.0, 240.0), patience=(4.0, 45.0), timeout=30.0)
DEMO = Pace(talk=(20.0, 75.0, 240.0), patience=(5.0, 24.0), timeout=20.0)
STORM = Pace(talk=(2.0, 15.0, 30.0), patience=(2.0, 10.0), timeout=8.0)


@dataclass(slots=True)
class _Ringing:
    """A ring that goes on: which legs ring, and since when."""

    legs: dict[str, str]
    at: float
    busy: int = 0


@dataclass
class Stories:
    """Tells calls: each story leaves its events on a heap, in seconds after the start.

    Phones are kept track of: one that talks is busy for others, one person talks to one caller.
    """

    rng: random.Random
    plan: NumberPlan
    feed: str
    pace: Pace
    phones: Sequence[str] = tuple(phone for one in demo_operators() for phone in one.extensions)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    epoch: int = 0
    _told: list[tuple[float, int, ev.CallEvent]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _taken: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    _ends: list[float] = field(default_factory=list)
    _missed: deque[tuple[float, str, Company]] = field(default_factory=lambda: deque(maxlen=20))
    _slots: dict[str, float] = field(default_factory=dict)

    # -- the heap ----------------------------------------------------------------------------

    def until(self, at: float) -> Iterator[Told]:
        """Give out, in order, what happens before a time; tell no story earlier than it after."""
        while self._told and self._told[0][0] < at:
            when, _, event = heappop(self._told)
            yield when, event

    def alive(self, at: float) -> int:
        """How many calls live at a time that no story has begun after."""
        self._ends = [end for end in self._ends if end > at]
        return len(self._ends)

    def _put(self, at: float, event: ev.CallEvent) -> None:
        heappush(self._told, (at, next(self._order), event))

    def _new_id(self, at: float) -> str:
        return f"{self.epoch + int(at)}.{next(self.numbers)}"

    # -- stories -----------------------------------------------------------------------------

    def any(self, at: float) -> None:
        """Begin a call of whatever kind is due."""
        chance = self.rng.random()
        if chance < 0.12 and self._missed and self._missed[0][0] < at - 15:
            self.call_back(at)
        elif chance < 0.18:
            self.internal(at)
        elif chance < 0.22:
            self.two_at_once(at)
        else:
            self.inbound(at)

    def inbound(
        self,
        at: float,
        caller: ev.Caller | None = None,
        company: Company | None = None,
    ) -> None:
        """A caller for one of the companies: menu, queue or fork, and what comes of it."""
        rng = self.rng
        again = self._who_tries_again(at) if caller is None else None
        if again is not None:
            caller, company = again
        caller = caller or self._caller()
        company = company or rng.choice(demo_companies())
        public = [number for number in company.numbers if number.startswith("+")]
        queue = next((name for name in company.numbers if not name.startswith("+")), None)
        called = self.plan.normal(rng.choice(public))
        call = self._arrive(at, Direction.INBOUND, caller, called)
        at += 0.3
        if company.name in _MENUS:
            self._put(at, ev.PbxAnswered(call))
            at += rng.uniform(4, 10)
            if rng.random() < 0.15:
                self._miss(at, caller, company)
                self._hang_up(call, at)
                return
        if queue is not None and rng.random() < 0.8:
            end = self._queue(call, at, queue, caller, company)
        else:
            end = self._fork(call, at, caller, company)
        self._hang_up(call, end)

    def opening(self, at: float, caller: ev.Caller, company: Company) -> None:
        """A call that is sure to ring at once and to be answered: the first one people see."""
        call = self._arrive(at, Direction.INBOUND, caller, company.numbers[0])
        ringing = self._ring(call, at + 0.1, self.phones[:3])
        winner = self.rng.choice(list(ringing.legs.values()))
        answered = at + self.rng.uniform(8, 11)
        self._answer(call, answered, ringing, winner)
        self._hang_up(call, self._talk(call, answered, winner))

    def two_at_once(self, at: float) -> None:
        """One caller rings on two lines, for two companies or twice for the same."""
        contact = self.rng.choice(demo_contacts()[:30])
        caller = ev.Caller(contact.numbers[0][0], None)
        company = self.rng.choice(demo_companies())
        other = company if self.rng.random() < 0.5 else self.rng.choice(demo_companies())
        self.inbound(at, caller, company)
        self.inbound(at + self.rng.uniform(0.5, 4), caller, other)

    def internal(self, at: float) -> None:
        """One phone calls another."""
        free = self._free(self.phones, at, at + 60)
        if len(free) < 2:
            self.inbound(at)
            return
        one, other = self.rng.sample(free, 2)
        call = self._arrive(at, Direction.INTERNAL, self._inside(one), other)
        ringing = self._ring(call, at + 0.1, [other])
        end = at + self.rng.uniform(3, 10)
        if self.rng.random() < 0.8:
            self._answer(call, end, ringing, other)
            began, end = end, end + self.rng.uniform(10, 45)
            self._take(other, began, end)
        else:
            self._stop(call, end, ringing, RangResult.CANCELLED)
        self._take(one, at, end)
        self._hang_up(call, end)

    def call_back(self, at: float) -> None:
        """Somebody calls a caller back whom nobody had answered."""
        _, number, _ = self._missed.popleft()
        free = self._free(self.phones, at, at + 90)
        if not free:
            self.inbound(at)
            return
        phone = self.rng.choice(free)
        call = self._arrive(at, Direction.OUTBOUND, self._inside(phone), number)
        ringing = self._ring(call, at + 0.4, [number], outside=True)
        end = at + self.rng.uniform(4, 14)
        if self.rng.random() < 0.8:
            self._answer(call, end, ringing, number)
            end += self._talk_time()
        else:
            wanted = self.rng.choice([RangResult.BUSY, RangResult.CANCELLED])
            self._stop(call, end, ringing, wanted)
        self._take(phone, at, end)
        self._hang_up(call, end + 0.2)

    # -- parts of stories: each returns when it was over --------------------------------------

    def _queue(
        self, call: str, at: float, queue: str, caller: ev.Caller, company: Company
    ) -> float:
        self._put(at, ev.PbxAnswered(call))
        self._put(at + 0.05, ev.Queued(call, queue))
        at += 0.3
        gives_up = at + self.rng.uniform(*self.pace.patience) * (1.5 if self._rare(0.8) else 0.6)
        while True:
            members = self.rng.sample(list(self.phones), min(2, len(self.phones)))
            free = self._free(members, at, at + 1)
            ringing = self._ring(call, at, free) if free else _Ringing({}, at)
            over = at + self.rng.uniform(7, 10)
            answered = at + self.rng.uniform(2.5, 7)
            winner = self._who_answers(ringing, answered, 0.55)
            if winner is not None and answered < gives_up:
                self._answer(call, answered, ringing, winner, queued=True)
                self._put(answered + 0.02, ev.LeftQueue(call, queue, abandoned=False))
                return self._talk(call, answered, winner)
            if over >= gives_up:
                self._stop(call, gives_up, ringing, RangResult.CANCELLED)
                self._put(gives_up + 0.01, ev.LeftQueue(call, queue, abandoned=True))
                self._miss(gives_up, caller, company)
                return gives_up + 0.02
            self._stop(call, over, ringing, RangResult.NO_ANSWER)
            at = over + self.rng.uniform(2, 5)
            if at + 0.5 >= gives_up:
                self._put(gives_up + 0.01, ev.LeftQueue(call, queue, abandoned=True))
                self._miss(gives_up, caller, company)
                return gives_up + 0.02

    def _fork(self, call: str, at: float, caller: ev.Caller, company: Company) -> float:
        rng = self.rng
        wanted = 1 if company.name in _SOLO else rng.randint(2, 3)
        tried = rng.sample(list(self.phones), min(wanted, len(self.phones)))
        if self._rare(0.02):
            leg = self._new_id(at)
            self._put(at, ev.Offered(call, leg, tried[0]))
            self._put(at + 1, ev.PhoneEnded(call, leg, tried[0], RangResult.UNREACHABLE))
            self._miss(at + 1, caller, company)
            return at + 1.5
        ringing = self._ring(call, at, tried)
        if not ringing.legs:
            self._miss(at, caller, company)
            return at + rng.uniform(1.5, 4)
        gives_up = at + rng.uniform(*self.pace.patience)
        timeout = at + self.pace.timeout
        answered = at + rng.uniform(4.5, 13) * min(1.0, self.pace.timeout / 20)
        if self._rare(0.15):
            soonest = min(gives_up, timeout, answered)
            declined = at + (soonest - at) * rng.uniform(0.4, 0.8)
            self._decline(call, declined, ringing)
            if not ringing.legs:
                self._miss(declined, caller, company)
                return declined + rng.uniform(0.5, 3)
        winner = self._who_answers(ringing, answered, 0.8)
        if winner is not None and answered < min(gives_up, timeout):
            if self._rare(0.05):
                return self._forwarded(call, answered, ringing)
            if self._rare(0.05) and (free := self._free(self._others(ringing), answered, answered)):
                self._picked_up(call, answered, ringing, winner := rng.choice(free))
            else:
                self._answer(call, answered, ringing, winner)
            return self._talk(call, answered, winner)
        self._miss(min(gives_up, timeout), caller, company)
        if gives_up < timeout:
            self._stop(call, gives_up, ringing, RangResult.CANCELLED)
            return gives_up + 0.05
        self._stop(call, timeout, ringing, RangResult.NO_ANSWER)
        if company.name in _MAILBOXES:
            self._put(timeout + 0.2, ev.PbxAnswered(call))
            self._put(timeout + 0.3, ev.TookVoicemail(call))
            return timeout + rng.uniform(5, 25)
        return timeout + rng.uniform(0.5, 5)

    def _talk(self, call: str, at: float, phone: str) -> float:
        """A talk, and what may happen in it: a transfer, a park."""
        seconds = self._talk_time()
        chance = self.rng.random()
        change = at + max(5.0, seconds * 0.4)
        if chance < 0.10:
            parts: Callable[[str, float, str], float] = self._blind_transfer
        elif chance < 0.18:
            parts = self._attended_transfer
        elif chance < 0.26:
            parts = self._park
        else:
            end = at + seconds
            self._take(phone, at, end)
            if self._rare(0.4):
                self._put(end, ev.LeftAlone(call))
            return end + 0.1
        self._take(phone, at, change)
        return parts(call, change, phone)

    def _blind_transfer(self, call: str, at: float, phone: str) -> float:
        self._put(at, ev.LeftAlone(call))
        target = self._someone_free(at, besides=phone)
        if target is None:
            return at + self.rng.uniform(2, 6)
        ringing = self._ring(call, at + 0.2, [target])
        at += self.rng.uniform(3, 12)
        if self._rare(0.25):
            self._stop(call, at, ringing, RangResult.CANCELLED)
            return at + 0.05
        return self._talk_on(call, at, ringing, target)

    def _attended_transfer(self, call: str, at: float, phone: str) -> float:
        """The first asks a second while the caller waits; then the two calls become one."""
        target = self._someone_free(at, besides=phone)
        if target is None:
            return at + 2
        consultation = self._arrive(at, Direction.INTERNAL, self._inside(phone), target)
        ringing = self._ring(consultation, at + 0.1, [target])
        answered = at + self.rng.uniform(3, 8)
        self._answer(consultation, answered, ringing, target)
        joined = answered + self.rng.uniform(4, 12)
        end = joined + self._talk_time()
        self._take(phone, at, joined)
        self._take(target, answered, end)
        self._put(joined, ev.Merged(consultation, into=call))
        self._put(joined + 0.02, ev.Answered(call, target))
        self._ends.append(joined)
        return end

    def _park(self, call: str, at: float, phone: str) -> float:
        slot = next((slot for slot in _SLOTS if self._slots.get(slot, 0.0) < at), None)
        if slot is None:
            return at + 3
        fetched = at + self.rng.uniform(8, 35)
        self._slots[slot] = fetched + 1
        self._put(at, ev.Parked(call, slot))
        self._put(fetched, ev.Unparked(call))
        chance = self.rng.random()
        target = self._someone_free(fetched, besides=phone)
        if chance < 0.15 or target is None:
            return fetched + 0.05
        if chance < 0.35:  # nobody fetched it: it comes back to who parked it
            ringing = self._ring(call, fetched + 0.1, [phone])
            if ringing.legs:
                return self._talk_on(call, fetched + self.rng.uniform(2, 6), ringing, phone)
            return fetched + 2
        self._put(fetched + 0.1, ev.Answered(call, target))
        end = fetched + self._talk_time()
        self._take(target, fetched, end)
        return end

    def _talk_on(self, call: str, at: float, ringing: _Ringing, phone: str) -> float:
        self._answer(call, at, ringing, phone)
        end = at + self._talk_time()
        self._take(phone, at, end)
        return end

    def _forwarded(self, call: str, at: float, ringing: _Ringing) -> float:
        """A phone sends the caller on to a mobile outside, and there somebody answers."""
        leg, phone = next(iter(ringing.legs.items()))
        mobile = "+491713920001"
        del ringing.legs[leg]
        self._put(at, ev.PhoneEnded(call, leg, phone, RangResult.FORWARDED))
        outside = self._ring(call, at + 0.1, [mobile], outside=True)
        answered = at + self.rng.uniform(3, 7)
        self._stop(call, answered, ringing, RangResult.ELSEWHERE)
        self._answer(call, answered, outside, mobile)
        return answered + self._talk_time()

    def _picked_up(self, call: str, at: float, ringing: _Ringing, phone: str) -> None:
        self._put(at, ev.Answered(call, phone))
        self._stop(call, at + 0.02, ringing, RangResult.ELSEWHERE)

    def _decline(self, call: str, at: float, ringing: _Ringing) -> None:
        for leg, phone in list(ringing.legs.items())[: self.rng.randint(1, 3)]:
            del ringing.legs[leg]
            self._put(at, ev.PhoneEnded(call, leg, phone, RangResult.DECLINED))

    # -- legs --------------------------------------------------------------------------------

    def _ring(
        self, call: str, at: float, devices: Sequence[str], *, outside: bool = False
    ) -> _Ringing:
        """Offer the call to phones: those that talk are busy, the others ring."""
        ringing = _Ringing({}, at)
        for index, device in enumerate(devices):
            leg = self._new_id(at)
            offered = at + 0.01 * index
            self._put(offered, ev.Offered(call, leg, device))
            if not outside and not self._free([device], at, at + 1):
                self._put(offered + 0.1, ev.PhoneEnded(call, leg, device, RangResult.BUSY))
                ringing.busy += 1
                continue
            self._put(offered + self.rng.uniform(0.1, 0.3), ev.Rang(call, leg, device))
            ringing.legs[leg] = device
        return ringing

    def _answer(
        self, call: str, at: float, ringing: _Ringing, winner: str, *, queued: bool = False
    ) -> None:
        """One phone answers, the others fall silent: before it in a Dial, after it in a Queue."""
        leg = next(leg for leg, device in ringing.legs.items() if device == winner)
        del ringing.legs[leg]
        self._stop(call, at + (0.03 if queued else -0.01), ringing, RangResult.ELSEWHERE)
        self._put(at, ev.Answered(call, winner, leg))
        self._put(at + 0.01, ev.PhoneEnded(call, leg, winner, RangResult.ANSWERED))

    def _stop(self, call: str, at: float, ringing: _Ringing, result: RangResult) -> None:
        for leg, device in ringing.legs.items():
            self._put(at, ev.PhoneEnded(call, leg, device, result))
        ringing.legs.clear()

    def _arrive(
        self, at: float, direction: Direction, caller: ev.Caller, called: str | None
    ) -> str:
        call = self._new_id(at)
        self._put(at, ev.Arrived(call, self.feed, direction, caller, called))
        return call

    def _hang_up(self, call: str, at: float) -> None:
        self._put(at + 0.05, ev.HungUp(call))
        self._ends.append(at + 0.05)

    # -- who ---------------------------------------------------------------------------------

    def _caller(self) -> ev.Caller:
        chance = self.rng.random()
        if chance < 0.12:
            return ev.Caller(hidden=True)
        if chance < 0.30:
            display = self.rng.choice(_DISPLAYS) or None
            return ev.Caller(self.plan.normal(self.rng.choice(demo_strangers())), display)
        contacts = demo_contacts()
        # Some call again and again, most hardly ever.
        contact = contacts[int(len(contacts) * self.rng.random() ** 2)]
        number, _ = self.rng.choice(contact.numbers)
        display = contact.company or contact.name if self.rng.random() < 0.25 else None
        return ev.Caller(self.plan.normal(number), display)

    def _who_tries_again(self, at: float) -> tuple[ev.Caller, Company] | None:
        if not self._missed or self._missed[-1][0] > at - 8 or self.rng.random() > 0.2:
            return None
        _, number, company = self._missed[-1]
        return ev.Caller(number), company

    def _miss(self, at: float, caller: ev.Caller, company: Company) -> None:
        if caller.number is not None:
            self._missed.append((at, caller.number, company))

    def _inside(self, phone: str) -> ev.Caller:
        names = {one: person.name for person in demo_operators() for one in person.extensions}
        return ev.Caller(phone, names.get(phone))

    def _talk_time(self) -> float:
        least, usual, most = self.pace.talk
        if self._rare(0.08):
            return self.rng.uniform(usual, most)
        return self.rng.triangular(least, usual, least + (usual - least) * 0.25)

    def _rare(self, chance: float) -> bool:
        return self.rng.random() < chance

    # -- phones ------------------------------------------------------------------------------

    def _take(self, phone: str, since: float, until: float) -> None:
        taken = self._taken.setdefault(phone, [])
        # Stories are told in the order they begin, so nobody asks about the distant past.
        taken[:] = [(a, b) for a, b in taken if b > since - 600]
        taken.append((since, until))

    def _free(self, phones: Sequence[str], since: float, until: float) -> list[str]:
        return [
            phone
            for phone in phones
            if all(b <= since or a >= until for a, b in self._taken.get(phone, ()))
        ]

    def _others(self, ringing: _Ringing) -> list[str]:
        return [phone for phone in self.phones if phone not in ringing.legs.values()]

    def _someone_free(self, at: float, *, besides: str) -> str | None:
        others = [phone for phone in self.phones if phone != besides]
        free = self._free(others, at, at + self.pace.talk[1])
        return self.rng.choice(free) if free else None

    def _who_answers(self, ringing: _Ringing, at: float, chance: float) -> str | None:
        """One of the ringing phones that is free to talk from then on, or nobody."""
        free = self._free(list(ringing.legs.values()), at, at + self.pace.talk[1])
        return self.rng.choice(free) if free and self._rare(chance) else None
