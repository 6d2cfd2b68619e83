import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.people import hours_rules
from console.people.hours import Opening, Rule, State, greeting_now, opening, read_rule
from console.people.values import Company, Greeting

BERLIN = ZoneInfo("Europe/Berlin")
# A Monday.
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=BERLIN)
SHOP = (
    "Mon-Fri 09:00-12:00, 13:00-17:00",
    "Sat 10:00-12:00",
    "2026-12-24..2026-12-26 closed Christmas",
    "2026-12-31 9-12 New Year's Eve",
    "01-01 closed New Year",
)


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def text(hours: tuple[str, ...], when: str) -> str:
    return opening(hours, at(when)).text()


def rule(line: str, greeting: bool = False) -> Rule:
    found = read_rule(line, greeting)
    assert isinstance(found, Rule), found
    return found


# -- reading -------------------------------------------------------------------------------------

NINE_TO_FIVE = ((540, 1020),)
WORKING_DAYS = frozenset(range(5))


@pytest.mark.parametrize(
    "line",
    [
        "Mon-Fri 09:00-17:00",
        "mon - fri: 9-17",
        "Monday to Friday 9am-5pm",
        "Mo-Fr 9-17 Uhr",
        "Mo.–Fr. 9.00 – 17.00 Uhr",
        "Montag bis Freitag von 9 bis 17 Uhr",
        "Mon,Tue,Wed,Thu,Fri 09:00-17:00",
        "Mo, Di, Mi und Do/Fr 9:00-17:00",
        "weekdays 9-17",
        "Werktags 9h-17h",
        "Mon-Fri 09:00-17:00 open",
        "Mon-Fri open 09:00 until 17:00",
        "Mon-Thu, Fri 9 a.m. - 5 p.m.",
    ],
)
def test_days_and_hours_are_read_in_english_and_german(line: str) -> None:
    assert replace(rule(line), state="") == Rule(days=WORKING_DAYS, times=NINE_TO_FIVE)


def test_what_the_documentation_shows_is_so() -> None:
    lines = re.findall(r"^    (\S.*?)(?:   +(\S.*))?$", hours_rules.__doc__ or "", re.MULTILINE)
    shown = [line for line, _ in lines[:-1]]
    shown += [one.strip() for _, also in lines[:1] for one in also.removeprefix("also").split(";")]
    assert len(shown) == 8
    for line in shown:
        rule(line)
    for word in re.findall(r"\w+", lines[-1][0]):
        rule(word, greeting=True)


def test_several_hours_over_midnight_and_around_the_week() -> None:
    assert rule("Mon 9-12, 14-17:30; 20-22").times == ((540, 720), (840, 1050), (1200, 1320))
    assert rule("22:00-06:00").times == ((1320, 1440 + 360),)
    assert rule("22-6").times == ((1320, 1440 + 360),)
    assert rule("0-24").times == ((0, 1440),)
    assert rule("Mon 14-18, 9-14").times == ((540, 840), (840, 1080))
    assert rule("Mon-Fri", greeting=True).days == WORKING_DAYS
    assert rule("12am-12pm").times == ((0, 720),)
    assert rule("Fri-Mon 9-17").days == frozenset({4, 5, 6, 0})
    assert rule("daily 9-17").days == frozenset(range(7))


def test_dates_of_one_year_and_of_every_year_may_have_a_name() -> None:
    christmas = (date(2026, 12, 24), date(2026, 12, 26))
    for line in (
        "2026-12-24..2026-12-26 closed Christmas",
        "2026-12-24 - 2026-12-26: closed (Christmas)",
        "24.12.2026-26.12.2026 closed Christmas",
        "24.12.-26.12.2026 geschlossen, Christmas",
        "2026-12-24 bis 2026-12-26 Feiertag: Christmas",
    ):
        assert rule(line) == Rule(dates=christmas, state="closed", name="Christmas")
    yearly = ((12, 24), (12, 26))
    assert rule("12-24..12-26 closed") == Rule(yearly=yearly, state="closed")
    assert rule("24.12.-26.12. zu") == Rule(yearly=yearly, state="closed")
    assert rule("02-29 closed").yearly == ((2, 29), (2, 29))
    assert rule("2026-12-31 9-12 Silvester").times == ((540, 720),)
    assert rule("12-24 9-12").yearly == ((12, 24), (12, 24))
    assert rule("12-25 Christmas") == Rule(yearly=((12, 25), (12, 25)), name="Christmas")


def test_two_pairs_of_digits_are_a_date_unless_they_can_only_be_hours() -> None:
    assert rule("13-17").times == ((780, 1020),)
    assert rule("12-18 Uhr").times == ((720, 1080),)
    assert rule("12-25").yearly
    assert rule("12-24", greeting=True).yearly == ((12, 24), (12, 24))
    assert rule("Mon 10-12").times == ((600, 720),)
    assert "may be a date or hours" in str(read_rule("10-12"))


def test_words_alone_are_for_greetings_and_holiday_only_there() -> None:
    for word, state in {"closed": "closed", "Geöffnet": "open", "Feiertag": "holiday"}.items():
        assert rule(word, greeting=True) == Rule(state=state)
    assert rule("Sat closed") == Rule(days=frozenset({5}), state="closed")
    assert "names no date" in str(read_rule("holiday"))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "empty"),
        ("Mon-Xyz 9-17", 'no day called "xyz"'),
        ("Mon-Fri 9-17 office", '"office" on'),
        ("Mon 9-17, Tue 10-12", '"Tue 10-12" on'),
        ("Mon-Fri 9-5", "until 5 in the morning"),
        ("Mon 9-25", "no clock shows"),
        ("Mon 9:75-10", "no clock shows"),
        ("Mon 13pm-14pm", "no clock shows"),
        ("Mon 9-9", "all day is 00:00-24:00"),
        ("Mon 24:00-24:00", "all day is 00:00-24:00"),
        ("Mon 24:00-00:00", "all day is 00:00-24:00"),
        ("Mon-Fri", "names days and no hours"),
        ("daily", "names days and no hours"),
        ("Mon 09:00-12:00, 11:00-14:00", "overlap: 09:00-12:00 and 11:00-14:00"),
        ("Mon 20-22, 21-6", "overlap: 20:00-22:00 and 21:00-06:00"),
        ("Mon 9-12, 9-12", "overlap: 09:00-12:00 and 09:00-12:00"),
        ("2026-02-30 closed", "in no calendar"),
        ("2026-12-26..2026-12-24 closed", "ends before it begins"),
        ("Sat closed 9-12", "hours and closed"),
        ("2026-12-24 9", '"9" on'),
        ("bank holidays closed", '"bank holidays closed" on'),
        ("x" * 300, "too long"),
        ("Mon " + "9-10," * 30, "more hours"),
    ],
)
def test_what_can_not_be_read_is_named_with_what_is_allowed(line: str, words: str) -> None:
    found = read_rule(line)
    assert isinstance(found, str)
    assert words in found
    assert "Mon-Fri 09:00-12:00, 13:00-17:00" in found
    assert line[:20] in found
    assert len(found) < 500


pieces = st.sampled_from(
    [
        *("Mon", "Fr", "-", "..", " ", ",", "9", "17", "09:00", "2026-12-24", "12-25", "24.12."),
        *("closed", "open", "holiday", "to", "bis", "Uhr", "pm", ":", "und", "täglich", "\x1b[31m"),
    ]
)


@given(st.lists(pieces | st.text(max_size=4), max_size=12).map("".join), st.booleans())
@example("Mon-", False)
@example("²³-12", False)
@example("12-0٣", False)
def test_any_line_is_a_rule_or_a_sentence(line: str, greeting: bool) -> None:
    found = read_rule(line, greeting)
    if isinstance(found, str):
        assert found.endswith(".")
        assert "\x1b" not in found


# -- open or not ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("2026-11-23 08:59", "closed until 09:00"),
        ("2026-11-23 09:00", "open until 12:00"),
        ("2026-11-23 12:00", "closed until 13:00"),
        ("2026-11-23 16:59", "open until 17:00"),
        ("2026-11-23 17:00", "closed until Tue 09:00"),
        ("2026-11-28 11:59", "open until 12:00"),
        ("2026-11-28 12:00", "closed until Mon 09:00"),
        ("2026-12-24 10:00", "holiday: Christmas"),
        ("2026-12-26 23:59", "holiday: Christmas"),
        ("2026-12-27 10:00", "closed until Mon 09:00"),
        ("2026-12-31 10:00", "open until 12:00"),
        ("2026-12-31 12:00", "closed until Sat 10:00"),
        ("2027-01-01 10:00", "holiday: New Year"),
        ("2031-01-01 10:00", "holiday: New Year"),
    ],
)
def test_the_state_of_a_shop_is_told_with_its_end(when: str, words: str) -> None:
    assert text(SHOP, when) == words


def test_the_value_says_what_its_text_says() -> None:
    assert opening(SHOP, MONDAY) == Opening(State.OPEN, at("2026-11-23 12:00"), "", MONDAY)
    christmas = at("2026-12-25 12:00")
    assert opening(SHOP, christmas) == Opening(
        State.HOLIDAY, at("2026-12-28 09:00"), "Christmas", christmas
    )


def test_an_exception_with_hours_is_open_then_and_its_name_is_known() -> None:
    eve = opening(SHOP, at("2026-12-31 09:30"))
    assert (eve.state, eve.name) == (State.OPEN, "New Year's Eve")
    assert opening(SHOP, at("2026-12-31 13:00")).state is State.CLOSED


def test_over_midnight_it_is_open_until_the_next_morning() -> None:
    bar = ("Fri,Sat 22:00-06:00", "12-25 closed Christmas")
    assert text(bar, "2026-11-27 23:00") == "open until Sat 06:00"
    assert text(bar, "2026-11-28 05:59") == "open until 06:00"
    assert text(bar, "2026-11-28 06:00") == "closed until 22:00"
    assert text(bar, "2026-11-29 06:00") == "closed until Fri 22:00"
    # On Friday, 25 December, the date beats the weekday; on the 24th it is closed anyway.
    assert text(bar, "2026-12-25 23:00") == "holiday: Christmas"
    assert text(bar, "2026-12-26 05:00") == "closed until 22:00"


def test_a_date_ends_what_began_the_evening_before_unless_that_is_a_date_too() -> None:
    bar = ("daily 20:00-04:00", "01-01 closed New Year")
    assert text(bar, "2026-12-31 23:00") == "open until 24:00"
    assert text(bar, "2027-01-01 00:00") == "holiday: New Year"
    party = (*bar, "2026-12-31 20:00-04:00 party")
    assert text(party, "2026-12-31 23:00") == "open until Fri 04:00"
    assert text(party, "2027-01-01 04:00") == "holiday: New Year"


def test_fewer_days_beat_more_where_their_hours_overlap_and_add_to_them_elsewhere() -> None:
    assert text(("Mon-Fri 9-17", "Fri 9-15"), "2026-11-27 14:00") == "open until 15:00"
    assert text(("Mon-Fri 9-12", "Mon 14-17"), "2026-11-23 11:00") == "open until 12:00"
    assert text(("Mon-Fri 9-12", "Mon 14-17"), "2026-11-23 15:00") == "open until 17:00"
    assert text(("Mon-Sat 9-17", "Sat closed"), "2026-11-28 10:00") == "closed until Mon 09:00"
    assert text(("09:00-17:00", "Sat 9-12"), "2026-11-28 10:00") == "open until 12:00"
    long = ("2026-12-20..2027-01-06 closed holidays", "2026-12-29 9-12", "Mon-Sun 8-20")
    assert text(long, "2026-12-29 10:00") == "open until 12:00"
    assert text(long, "2026-12-28 10:00") == "holiday: holidays"


def test_day_and_night_has_no_end_and_a_long_time_closed_has_a_date() -> None:
    assert text(("00:00-24:00",), "2026-11-23 10:00") == "open"
    assert text(("open",), "2026-11-23 10:00") == "open"
    assert text(("open", "11-27 closed Fair"), "2026-11-23 10:00") == "open until Fri 00:00"
    assert text(("closed",), "2026-11-23 10:00") == "closed"
    summer = ("Mon-Fri 9-17", "2026-07-13..2026-08-23 closed Holidays")
    assert opening(summer, at("2026-07-20 10:00")).until == at("2026-08-24 09:00")
    one_week = ("Mon 9-17", "2026-11-30 closed")
    assert text(one_week, "2026-11-24 09:00") == "closed until Mon 7 Dec 09:00"


def test_without_rules_or_with_broken_ones_nothing_is_known() -> None:
    assert opening((), MONDAY).state is State.UNKNOWN
    assert opening(("", "whenever we like"), MONDAY).state is State.UNKNOWN
    assert opening((), MONDAY).text() == ""
    dates_only = ("2026-11-24 closed Fair",)
    assert opening(dates_only, MONDAY) == Opening(State.UNKNOWN, None, "", MONDAY)
    assert text(dates_only, "2026-11-24 10:00") == "holiday: Fair"
    assert opening(("whenever", "Mon 9-17"), MONDAY).state is State.OPEN


def test_where_the_clock_changes_the_wall_is_believed_and_time_goes_on() -> None:
    night = ("Sat,Sun 22:00-02:30",)
    # Spring: 02:00 becomes 03:00, so 02:30 is not there.
    assert opening(night, at("2026-03-28 23:00")).text() == "open until Sun 03:00"
    missing = ("Sun 02:10-02:50, 04:00-05:00",)
    assert opening(missing, at("2026-03-29 01:00")).text() == "closed until 04:00"
    # Autumn: 02:30 is there twice; the first ends it.
    first = at("2026-10-25 02:15")
    again = first.replace(fold=1)
    assert opening(night, first).text() == "open until 02:30"
    assert opening(night, again).text() == "closed until 22:00"
    assert opening(("Sun 00:00-24:00",), again).text() == "open until 24:00"


def test_a_time_without_a_zone_is_answered_too() -> None:
    assert opening(SHOP, datetime(2026, 11, 23, 10)).until == datetime(2026, 11, 23, 12)


lines = st.sampled_from(
    [
        *("Mon-Fri 09:00-17:00", "Sat 10-12", "Sat,Sun 22:00-04:00", "Sun 02:00-03:00", "closed"),
        *("daily 20:00-02:30", "00:00-24:00", "09:00-17:00", "Fri 9-15", "Sat closed", "open"),
        *("03-29 closed Spring", "2026-10-25 01:00-02:30 Autumn", "2026-10-24..2026-10-26 closed"),
        *("2026-03-28 22:00-02:30", "04-05 02:00-03:00", "12-24..01-02 closed Winter", "broken"),
    ]
)
zones = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
times = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    st.datetimes(datetime(2026, 3, 28, 20), datetime(2026, 3, 29, 6)),
    st.datetimes(datetime(2026, 10, 24, 20), datetime(2026, 10, 25, 6)),
    st.datetimes(datetime(2026, 4, 4, 20), datetime(2026, 4, 5, 6)),
)


@given(st.lists(lines, max_size=5).map(tuple), times, zones)
def test_what_is_said_until_then_holds_until_then(
    hours: tuple[str, ...], when: datetime, zone: str
) -> None:
    local = when.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    now = opening(hours, local)
    if now.until is None:
        return
    assert now.until.astimezone(UTC) > local.astimezone(UTC)

    def is_open(instant: datetime) -> bool:
        return opening(hours, instant.astimezone(ZoneInfo(zone))).state is State.OPEN

    until = now.until.astimezone(UTC)
    middle = local.astimezone(UTC) + (until - local.astimezone(UTC)) / 2
    assert is_open(middle) == is_open(until - timedelta(seconds=1)) == (now.state is State.OPEN)
    assert is_open(until) != (now.state is State.OPEN)


# -- greetings -----------------------------------------------------------------------------------

MEYER = Company(
    "Meyer",
    greeting="usual",
    hours=("Mon-Fri 09:00-17:00", "12-25 closed Christmas"),
    greetings=(
        Greeting("closed", "closed"),
        Greeting("open", "open"),
        Greeting("Fri", "friday"),
        Greeting("12:00-13:00", "noon"),
        Greeting("Wed 12:00-13:00", "wednesday noon"),
        Greeting("holiday", "holiday"),
        Greeting("12-25", "christmas"),
        Greeting("2027-12-25", "that christmas"),
        Greeting("broken rule", "never"),
        Greeting("Mon 22:00-02:00", "night"),
    ),
)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("2026-11-23 10:00", "open"),
        ("2026-11-23 08:00", "closed"),
        ("2026-11-23 12:30", "noon"),
        ("2026-11-25 12:30", "wednesday noon"),
        ("2026-11-27 10:00", "friday"),
        ("2026-11-27 12:30", "noon"),
        ("2026-12-25 12:30", "christmas"),
        ("2027-12-25 12:30", "that christmas"),
        ("2026-11-24 01:59", "night"),
        ("2026-11-24 02:00", "closed"),
    ],
)
def test_the_most_specific_greeting_is_said(when: str, said: str) -> None:
    assert greeting_now(MEYER, at(when)) == said


def test_a_holiday_beats_hours_and_a_closed_day_counts_as_closed() -> None:
    some = replace(MEYER, greetings=MEYER.greetings[:6])
    assert greeting_now(some, at("2026-12-25 12:30")) == "holiday"
    assert greeting_now(replace(some, greetings=some.greetings[:1]), at("2026-12-25 12:30")) == (
        "closed"
    )


def test_the_narrower_date_wins_and_without_a_variant_the_usual_is_said() -> None:
    advent = replace(
        MEYER,
        greetings=(
            Greeting("2026-12-01..2026-12-24", "advent"),
            Greeting("2026-12-06", "nicholas"),
        ),
    )
    assert greeting_now(advent, at("2026-12-06 10:00")) == "nicholas"
    assert greeting_now(advent, at("2026-12-07 10:00")) == "advent"
    assert greeting_now(advent, MONDAY) == "usual"
    assert greeting_now(Company("A"), MONDAY) == ""
    # Whether it is open nobody knows, so neither word holds.
    assert greeting_now(replace(MEYER, hours=()), at("2026-11-23 10:00")) == "usual"
