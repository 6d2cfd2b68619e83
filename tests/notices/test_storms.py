"""Many calls at once or one after the other: how many letters each recipient gets, and when."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from console.desk.changes import OweNotice, SaveCall
from console.desk.notice import Channel, NoticeState
from console.desk.notices import Rush
from console.notices.letter import Letter
from console.notices.storms import CALM, MANY, Count, counts, latest
from tests.desk.front import T0
from tests.notices.office import MAIL, SERVER, Office, office
from tests.notices.samples import minutes, unanswered

S = NoticeState
TWO = {**MAIL, "to": ["front@desk.example", "boss@desk.example"]}
BEGIN = T0 + timedelta(seconds=10)


class Traffic:
    """Calls of different callers that end at these moments (seconds after BEGIN)."""

    def __init__(self, ends: Sequence[float], grace: int) -> None:
        self._ends = sorted(ends)
        self._grace = timedelta(seconds=grace)
        self._come = 0

    async def come(self, desk: Office, until: float, step: float = 1.0) -> None:
        """Time passes until so many seconds after BEGIN; a call is stored when it ends."""
        end = BEGIN + timedelta(seconds=until)
        while (now := desk.front.now) < end:
            now += timedelta(seconds=step)
            changes: list[SaveCall | OweNotice] = []
            while self._come < len(self._ends):
                at = BEGIN + timedelta(seconds=self._ends[self._come])
                if at > now:
                    break
                id, number = f"s{self._come}", f"+493012{self._come:05}"
                record = unanswered(id, at - timedelta(seconds=12), number=number, company=None)
                changes += [SaveCall(record), OweNotice(id, at + self._grace)]
                self._come += 1
            await desk.store.write(changes)
            await desk.later(step)


def evenly(count: int, seconds: float, begin: float = 0) -> list[float]:
    return [begin + seconds * place / count for place in range(count)]


def told(letters: Sequence[Letter], to: str) -> list[tuple[str, float]]:
    """What somebody was told, and when (seconds after BEGIN)."""
    return [
        (letter.subject.partition(",  ")[0], (letter.now - BEGIN).total_seconds())
        for letter in letters
        if letter.notice.recipient == to
    ]


async def at_work(desk: Office, grace: int) -> None:
    await desk.set(mail=TWO, mail_server=SERVER, exceptions={"grace_seconds": grace})


async def nothing_lost(desk: Office, calls: int) -> None:
    """Every call is told to both, by a letter that was sent."""
    notices = await desk.all()
    assert len(notices) == 2 * calls
    state = {each.id: each.state for each in notices}
    assert {state[each.told_by or each.id] for each in notices} == {S.SENT}
    assert not await desk.store.owed(desk.front.now + minutes(99), 1)


@pytest.mark.slow
@pytest.mark.parametrize("grace", [60, 10])
async def test_a_trunk_that_fails_for_a_minute_is_one_mail_each(tmp_path: Path, grace: int) -> None:
    async with office(tmp_path) as desk:
        await at_work(desk, grace)
        await Traffic(evenly(2_000, 60), grace).come(desk, 60 + grace + 46, 2)
        for to in TWO["to"]:
            ((subject, at),) = told(desk.mail.letters, to)
            assert subject.startswith("2,000 unanswered calls, ")
            # All are decided, and then it is calm for half a minute.
            assert 60 + grace <= at <= 60 + grace + 40
        await nothing_lost(desk, 2_000)


async def test_quitting_amid_a_storm_makes_no_letter_more(tmp_path: Path) -> None:
    traffic = Traffic(evenly(600, 60), 30)
    letters: list[Letter] = []
    now = T0
    # Before anything is due, while calls are decided, and when only the summary is left.
    for until in (25, 40, 60, 91, 150):
        async with office(tmp_path, now) as desk:
            await at_work(desk, 30)
            await traffic.come(desk, until)
            now = desk.front.now
            letters += desk.mail.letters
            if until == 150:
                await nothing_lost(desk, 600)
    assert Counter(letter.notice.recipient for letter in letters) == dict.fromkeys(TWO["to"], 1)
    assert all(letter.subject.startswith("600 unanswered calls") for letter in letters)


async def test_without_a_wait_the_first_calls_are_told_by_themselves(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await at_work(desk, 0)
        await Traffic(evenly(300, 30), 0).come(desk, 75, 0.5)
        for to in TWO["to"]:
            *alone, (subject, _) = told(desk.mail.letters, to)
            assert len(alone) <= MANY + 5
            assert subject.startswith(f"{300 - len(alone)} unanswered calls")
        await nothing_lost(desk, 300)


async def test_a_storm_that_goes_on_is_told_less_and_less_often(tmp_path: Path) -> None:
    """Twenty calls a minute for fifty minutes."""
    async with office(tmp_path) as desk:
        await at_work(desk, 60)
        await Traffic(evenly(1_000, 3_000), 60).come(desk, 3_200, 10)
        for to in TWO["to"]:
            # The first ones before it is known to be a storm.
            *alone, a, b, c, d = (at for _, at in told(desk.mail.letters, to))
            assert len(alone) < MANY
            # After five, ten and twenty minutes, and when it is over.
            assert [a, b, c, d] == pytest.approx([360, 960, 2160, 3090], abs=150)
        await nothing_lost(desk, 1_000)


async def test_after_a_storm_each_call_is_its_own_again(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await at_work(desk, 60)
        await Traffic([*evenly(200, 20), 170, 200], 60).come(desk, 300, 5)
        subjects = [subject for subject, _ in told(desk.mail.letters, TWO["to"][0])]
        assert [subject.split(" for ")[0] for subject in subjects] == [
            subjects[0],
            "1 unanswered call",
            "1 unanswered call",
        ]
        assert subjects[0].startswith("200 unanswered calls, ")
        ends = [each.why for each in await desk.all() if each.call in ("s200", "s201")]
        assert ends == ["250 ok"] * 4


@pytest.mark.parametrize("grace", [60, 0])
@pytest.mark.parametrize(
    ("ends", "until", "step"),
    [
        pytest.param(evenly(45, 5_400), 5_500, 30, id="30 an hour"),
        pytest.param([*evenly(10, 60), *evenly(10, 50, 240), 300.0], 400, 5, id="10 in a minute"),
        pytest.param(evenly(10, 0.1), 100, 5, id="10 in a blink"),
    ],
)
async def test_busy_is_no_storm(
    tmp_path: Path, ends: list[float], until: float, step: float, grace: int
) -> None:
    async with office(tmp_path) as desk:
        await at_work(desk, grace)
        await Traffic(ends, grace).come(desk, until, step)
        for to in TWO["to"]:
            waits = [
                at - end for (_, at), end in zip(told(desk.mail.letters, to), ends, strict=True)
            ]
            assert all(grace <= wait <= grace + step + 1 for wait in waits)
        assert {each.state for each in await desk.all()} == {S.SENT}


async def test_who_is_told_of_one_company_only_waits_for_no_storm_of_another(
    tmp_path: Path,
) -> None:
    """The counts are each recipient's own."""
    both, one = (Channel.MAIL, "all@desk.example"), (Channel.MAIL, "one@desk.example")
    rush = Rush({1: 3, 2: MANY, None: 1}, {(Channel.MAIL, "ALL@desk.example"): (20, 4)})
    found = counts(rush, lambda company: [both, one] if company == 1 else [both])
    assert found == {both: Count(20 + 3 + MANY + 1, 4 + 3 + MANY + 1), one: Count(3, 3)}
    assert [found[who].storm for who in (both, one)] == [True, False]


@pytest.mark.parametrize(
    ("around", "near", "storm"),
    [
        (MANY, MANY, False),
        (MANY + 1, MANY + 1, True),
        (MANY + 1, CALM + 1, True),
        # It was one, and what comes now is told as ever.
        (2_000, CALM, False),
    ],
)
def test_when_a_storm_begins(around: int, near: int, storm: bool) -> None:
    assert Count(around, near).storm is storm


def test_summaries_wait_longer_and_longer_but_never_for_ever() -> None:
    now: datetime = T0
    waits = [latest(now, before and minutes(before)) - now for before in (None, 1, 5, 10, 20, 40)]
    assert waits == [minutes(each) for each in (5, 5, 10, 20, 40, 60)]
