import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.calls.numbers import NumberPlan
from console.people import number_forms
from console.people.called_numbers import (
    MOST_NUMBERS,
    CalledNumbers,
    clashes,
    read_numbers,
    shown_numbers,
)
from console.people.values import Company

PLAN = NumberPlan("DE", "030", "0")


def companies(**numbers: str) -> list[Company]:
    return [Company(name, tuple(some.split())) for name, some in numbers.items()]


def whose(called: str | None, queue: str | None = None, **numbers: str) -> str:
    company = CalledNumbers(companies(**numbers)).company_of(called, queue)
    return company.name if company else "-"


# -- who is it -----------------------------------------------------------------------------------


def test_an_exact_number_beats_a_queue_and_a_queue_what_covers_many() -> None:
    numbers = {
        "exact": "+493023125110",
        "group": "kanzlei",
        "range": "+493023125110..+493023125111",
    }
    assert whose("+493023125110", "kanzlei", **numbers) == "exact"
    assert whose("+493023125111", "kanzlei", **numbers) == "group"
    assert whose("+493023125111", "Kanzlei", **numbers) == "group"
    assert whose("+493023125111", "other", **numbers) == "range"
    assert whose(None, "kanzlei", **numbers) == "group"


def test_the_narrowest_range_pattern_or_prefix_wins() -> None:
    numbers = {
        "city": "+4930*",
        "firm": "+4930231*",
        "hundred": "+493023125100..+493023125199",
        "inner": "+493023125140..+493023125159",
        "tens": "+49302312515?",
        "odd": "+4930231?5151",
    }
    assert whose("+4930999", **numbers) == "city"
    assert whose("+493023199999", **numbers) == "firm"
    assert whose("+493023125101", **numbers) == "hundred"
    assert whose("+493023125199", **numbers) == "hundred"
    assert whose("+493023125145", **numbers) == "inner"
    assert whose("+493023125160", **numbers) == "hundred"
    assert whose("+493023125155", **numbers) == "tens"
    assert whose("+493023175151", **numbers) == "odd"
    assert whose("+493023125200", **numbers) == "firm"
    assert whose("+4989", **numbers) == "-"


def test_who_dials_a_phone_behind_a_switchboard_calls_its_company() -> None:
    numbers = {"short": "+4930111", "long": "+4930111000", "zurich": "+41441110", "inside": "10"}
    assert whose("+493011100023", **numbers) == "long"
    assert whose("+493011100012345", **numbers) == "long"
    assert whose("+4930111000123456", **numbers) == "-"
    assert whose("+493011123", **numbers) == "short"
    assert whose("+4144111023", **numbers) == "-"
    assert whose("102", **numbers) == "-"
    # A range says how long its numbers are; what covers a number beats what it begins with.
    assert whose("+493011100023", **numbers, block="+493011100020..+493011100029") == "block"


def test_a_switchboard_has_all_its_extensions_and_the_attendants_number() -> None:
    firm = Company("firm", read_numbers("030 4711-0", PLAN)[0])
    city, other = Company("city", ("+4930471*",)), Company("other", ("+493047115",))
    matcher = CalledNumbers([firm, other])
    for called in ("+49304711", "+493047110", "+4930471123", "+493047110123"):
        assert matcher.company_of(called) is firm
    assert matcher.company_of("+493047115") is other
    assert matcher.company_of("+49304712") is None
    assert CalledNumbers([firm, city]).company_of("+493047110") is firm
    plain = CalledNumbers([Company("plain", read_numbers("030 47110", PLAN)[0])])
    assert plain.company_of("+4930471123") is None
    [clash] = clashes([firm, Company("B", ("+493047110",))])
    assert clash.number == "+493047110"


def test_nothing_called_is_nobody_and_archived_companies_are_nobody_either() -> None:
    gone = Company("Gone", ("+49301234", "*", ""), archived=True)
    there = Company("There", ("+49301235", ""))
    matcher = CalledNumbers([gone, there])
    assert matcher.company_of(None, None) is None
    assert matcher.company_of("", "") is None
    assert matcher.company_of("+49301234", None) is None
    assert matcher.company_of("+49301235", None) is there
    assert CalledNumbers([]).company_of("+49301235", "x") is None


def test_a_name_that_was_called_is_found_in_any_case() -> None:
    assert whose("Reception", desk="reception") == "desk"


digits = st.text("012", min_size=3, max_size=4)
forms = st.one_of(
    digits,
    st.text("012", min_size=1, max_size=3).map(lambda stem: f"{stem}*"),
    st.text("012?", min_size=3, max_size=4),
    st.tuples(st.text("012", min_size=4, max_size=4), st.text("012", min_size=4, max_size=4)).map(
        lambda both: f"+{min(both)}..+{max(both)}"
    ),
    digits.map(lambda digits: f"+{digits}"),
)


def widest_allowed(form: str, called: str) -> float | None:
    """How many numbers of this length a form covers, if it covers this one: the slow way."""
    if form.endswith("*"):
        return 10.0 ** (len(called) - len(form) + 1) if called.startswith(form[:-1]) else None
    if ".." in form:
        low, high = form.split("..")
        fits = len(low) == len(called) and low[0] == "+" == called[0] and low <= called <= high
        return int(high) - int(low) + 1 if fits else None
    same = len(form) == len(called) and all(
        a == b or (a == "?" and b.isdecimal()) for a, b in zip(form, called, strict=True)
    )
    if not same:
        return None
    return 10.0 ** form.count("?") if "?" in form else 0.0


@given(st.lists(forms, max_size=12), st.booleans(), st.text("012", min_size=3, max_size=4))
@example(["?000"], True, "000")
@example(["+0000..+0002", "+0001..+0001"], True, "0002")
def test_the_matcher_finds_what_a_slow_search_finds(
    forms: list[str], public: bool, number: str
) -> None:
    called = f"+{number}" if public else number
    found = CalledNumbers(
        [Company(str(place), (form,)) for place, form in enumerate(forms)]
    ).company_of(called, None)
    widths = [width for form in forms if (width := widest_allowed(form, called)) is not None]
    if not widths:
        assert found is None
    else:
        assert found is not None
        assert widest_allowed(found.numbers[0], called) == min(widths)


def test_a_thousand_companies_are_asked_in_less_than_50_microseconds() -> None:
    many = [
        Company(
            f"C{n}",
            (
                f"+49302{n:04}0",
                f"+49303{n:04}00..+49303{n:04}99",
                f"+49304{n:04}*",
                f"+49305{n:04}??",
                f"queue{n}",
            ),
        )
        for n in range(1000)
    ]
    matcher = CalledNumbers(many)
    asked = [f"+4930{2 + n % 6}{n % 1500:04}55" for n in range(6000)]
    best = 1.0
    for _ in range(3):
        began = time.process_time()
        found = [matcher.company_of(number, None) for number in asked]
        best = min(best, (time.process_time() - began) / len(asked))
    assert sum(one is not None for one in found) > len(asked) / 3
    assert best < 50e-6


# -- who has the same ----------------------------------------------------------------------------


def test_two_who_claim_the_same_are_told_and_the_first_has_it() -> None:
    both = companies(A="+49301234 kanzlei +49305*", B="+49301234 Kanzlei +49305* +4930512")
    found = clashes(both)
    assert [(clash.number, [one.name for one in clash.companies]) for clash in found] == [
        ("+49301234", ["A", "B"]),
        ("kanzlei", ["A", "B"]),
        ("+49305*", ["A", "B"]),
    ]
    assert found[0].text(PLAN) == "A and B both have +49 30 1234; only one can."
    first = CalledNumbers(both).company_of("+49301234", None)
    assert first is both[0]


def test_ranges_that_overlap_clash_and_a_range_inside_another_does_not() -> None:
    found = clashes(
        companies(A="+4930100..+4930199", B="+4930150..+4930249", C="+493018?", D="010..019")
    )
    assert [(clash.number, [one.name for one in clash.companies]) for clash in found] == [
        ("+4930150..+4930199", ["A", "B"])
    ]
    same = clashes(companies(A="010..019", B="01?"))
    assert [clash.number for clash in same] == ["010..019"]


def test_archived_companies_and_one_that_repeats_itself_clash_with_nobody() -> None:
    once = Company("A", ("+49301234", "+49301234", "1??", "100..199"))
    assert clashes([once, Company("B", ("+49301234",), archived=True)]) == ()


# -- what people write ---------------------------------------------------------------------------

WRITTEN = [
    ("030 23125-110", "+493023125110"),
    ("+49 (0)30 / 23125-110", "+493023125110"),
    ("030 23125 - 110", "+493023125110"),
    ("030 23125 100-199", "+493023125100..+493023125199"),
    ("030 23125-100-199", "+493023125100..+493023125199"),
    ("030/23125-100 bis -199", "+493023125100..+493023125199"),
    ("030 23125100 to 030 23125199", "+493023125100..+493023125199"),
    ("030 23125100..199", "+493023125100..+493023125199"),
    ("+493023100..+493023199", "+493023100..+493023199"),
    ("030 23125 10 … 19", "+49302312510..+49302312519"),
    ("030 123-456", "+4930123456"),
    ("089 12 345-678", "+498912345678"),
    ("089 123 456-400", "+4989123456400"),
    ("040 1234-5678", "+494012345678"),
    ("100-199", "100..199"),
    ("+49 30 231*", "+4930231*"),
    ("(030) 231*", "+4930231*"),
    ("1*", "1*"),
    ("+49 30 2310??", "+49302310??"),
    ("0302310XX", "+49302310??"),
    ("030 231 0x x", "+49302310??"),
    ("030 2?10 55", "+49302?1055"),
    ("1xx", "1??"),
    ("030 23125 x12", "+49302312512"),
    ("030 4711-0", "+49304711 +493047110"),
    ("+49 (0)30 / 4711 – 0", "+49304711 +493047110"),
    ("030 4711-0; 030 4711", "+49304711 +493047110"),
    ("+43 1 23456-0", "+43123456 +431234560"),
    ("030 47110", "+493047110"),
    ("030 4711/0", "+493047110"),
    ("030 4711 0", "+493047110"),
    ("030 4711-00", "+4930471100"),
    ("030 4711-20", "+4930471120"),
    ("0171 123456-0", "+491711234560"),
    ("0800 123456-0", "+498001234560"),
    ("+1 212 555-010-0", "+12125550100"),
    ("10-0", "100"),
    ("112", "112"),
    ("+1 212 555 0100", "+12125550100"),
    ("+800 1234 5678", "+80012345678"),
    ("+9*", "+9*"),
    ("kanzlei", "kanzlei"),
    ("queue 7", "queue 7"),
    ("*21#", "*21#"),
    ("0800 FLOWERS", "+498003569377"),
    ("30 1234; 100|kanzlei,+49 30 231*", "301234 100 kanzlei +4930231*"),
    ("030 231* 030 2320?? 030 23125110", "+4930231* +49302320?? +493023125110"),
    ("030 23125-110\n030 23125-111\r\n", "+493023125110 +493023125111"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "numbers"), WRITTEN, ids=[text for text, _ in WRITTEN])
def test_what_people_write_becomes_one_form(text: str, numbers: str) -> None:
    found, errors = read_numbers(text, NumberPlan("DE", "", "0"))
    assert errors == ()
    expected = (numbers,) if numbers.startswith("queue ") else tuple(numbers.split())
    assert found == expected


def test_what_the_documentation_shows_is_so() -> None:
    shown = re.findall(r"^    (\S.*?)  +(\S+)  +\S", number_forms.__doc__ or "", re.MULTILINE)
    assert len(shown) == 5
    for written, form in shown:
        assert read_numbers(written, PLAN) == ((form,), ())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("*", "digits before the *"),
        ("030 231*5", "only stand at the end"),
        ("anonymous", "no number that a company could have"),
        ("030 231 25 11o", "a letter or sign"),
        ("+49 30 231 25 110 (Zentrale)", "a letter or sign"),
        ("030 23125-0 bis -99", "same number of digits"),
        ("030 23125199 bis 100", "ends before it begins"),
        ("030 555 199-100", "Write 030 555 100-199, or, if it is one number, leave the hyphen out"),
        ("199-100", "Write 100-199"),
        ("030 1234..+4930123456", "same number of digits"),
        ("hello .. 2 .. 3", "no number"),
        ("?", "no number"),
        ("+??", "must be a digit"),
        ("1" * 300, "too long"),
        ("030 5555 100-199999", "15 digits that a number can have. A range is written 030 1234"),
        ("+49 30 1234567890123456", "more than the 15 digits that a number can have"),
        ("030 1234567890123456*", "more than the 15 digits"),
        ("+49 30 123456789012??", "more than the 15 digits"),
        ("030 55551000000000 to 030 55551999999999", "more than the 15 digits"),
        ("+999 12345678", "begins with +999, which is no country's code"),
        ("00999 12345678", "begins with +999, which is no country's code"),
        ("+999 1200 to 1299", "begins with +999"),
        ("+999*", "begins with +999"),
        ("+0 123456", "begins with +012"),
    ],
)
def test_what_can_not_be_read_is_told_in_a_sentence_and_costs_no_other(
    text: str, words: str
) -> None:
    numbers, [error] = read_numbers(f"030 1234\n{text}\n030 1235", PLAN)
    assert numbers == ("+49301234", "+49301235")
    assert words in error
    assert error.endswith(".")


def test_a_company_has_no_more_numbers_than_anybody_could_look_at() -> None:
    numbers, [error] = read_numbers("\n".join(f"030 1{n:05}" for n in range(500)), PLAN)
    assert len(numbers) == MOST_NUMBERS
    assert "use ranges" in error


def test_numbers_are_shown_as_people_write_them() -> None:
    numbers = ("+493023125110", "+493023125100..+493023125199", "+4930231*", "+49302310??", "1??")
    assert shown_numbers(numbers, PLAN, " | ") == (
        "+49 30 23125110 | +49 30 23125100..199 | +49 30 231* | +49 30 2310?? | 1??"
    )
    assert shown_numbers(("kanzlei", "100..199"), PLAN) == "kanzlei\n100..199"


national = st.text("0123456789", min_size=6, max_size=9)
canonical = st.one_of(
    national.map(lambda rest: f"+4930{rest}"),
    st.from_regex(r"\+1[2-9][0-9]{9}", fullmatch=True),
    st.from_regex(r"[1-9][0-9]{1,3}", fullmatch=True),
    st.text("0123456789", min_size=1, max_size=6).map(lambda rest: f"+4930{rest}*"),
    st.from_regex(r"\+4930[1-9][0-9?]{5,8}", fullmatch=True),
    st.from_regex(r"\+4317[0-9?]{5,8}", fullmatch=True),
    st.tuples(national, national)
    .filter(lambda both: len(both[0]) == len(both[1]) and both[0] < both[1])
    .map(lambda both: f"+4930{both[0]}..+4930{both[1]}"),
    st.from_regex(r"[a-z]{3,10}", fullmatch=True),
)


@given(st.lists(canonical, max_size=8, unique=True))
@example(["+1212555010?", "+12125550100..+12125550199"])
def test_what_is_shown_is_read_as_the_same_again(numbers: list[str]) -> None:
    wanted, _ = read_numbers("\n".join(numbers), PLAN)
    assert read_numbers(shown_numbers(wanted, PLAN), PLAN) == (wanted, ())


@given(st.text(max_size=80) | st.text("0123456789+-.*?xX ;|bisto…–", max_size=40))
def test_any_text_is_read_without_an_error(text: str) -> None:
    numbers, errors = read_numbers(text, PLAN)
    assert all(error.endswith(".") for error in errors)
    matcher = CalledNumbers([Company("A", numbers)])
    assert matcher.company_of("+493023125110", "kanzlei") in (None, Company("A", numbers))
    for number in numbers:
        assert "\n" not in number
        assert len(read_numbers(number, PLAN)[0]) <= 1


def test_a_hostile_text_costs_little_time() -> None:
    began = time.process_time()
    for text in ("0 " * 50_000, "," * 100_000, "1-" * 50_000, "+" * 100_000, "030 ? " * 20_000):
        read_numbers(text, PLAN)
    many = [Company(str(n), tuple(f"{n + m:06}..9{m:05}" for m in range(20))) for n in range(1000)]
    clashes(many)
    CalledNumbers(many)
    assert time.process_time() - began < 5.0
