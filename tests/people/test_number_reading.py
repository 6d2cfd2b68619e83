import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.calls.numbers import NumberPlan
from console.people.number_reading import Written, key_of, numbers_in

PLANS = [NumberPlan("DE", "030"), NumberPlan("US", "212"), NumberPlan("IT", "06")]


@given(
    st.text("0123456789 ()+-./\xa0", max_size=24) | st.text(max_size=12),
    st.sampled_from(PLANS),
)
@example("+49 (0)30 1234", PLANS[0])
@example("+49 ( 0 )30 1234", PLANS[0])
@example("-+49301234", PLANS[0])
@example("( +49 30 1234", PLANS[0])
@example("(0) 30 1234", PLANS[0])
def test_the_fast_way_finds_the_same_key(written: str, plan: NumberPlan) -> None:
    assert key_of(written, plan) == plan.normal(written)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("030 23125-110", [("+493023125110", "", "")]),
        ("030 1234567 / 0171 3920012", [("+49301234567", "", ""), ("+491713920012", "", "")]),
        ("030 1234567; +49 171 3920012", [("+49301234567", "", ""), ("+491713920012", "", "")]),
        ("030 1234567 oder 030 1234568", [("+49301234567", "", ""), ("+49301234568", "", "")]),
        ("030/1234567", [("+49301234567", "", "")]),
        ("030 / 1234567", [("+49301234567", "", "")]),
        ("+49 (0)30 / 1234567", [("+49301234567", "", "")]),
        ("030 1234567 ext. 8", [("+493012345678", "", "")]),
        ("+1 212 555 0100 ext. 8", [("+12125550100", "8", "")]),
        ("tel:+1-212-555-0100;ext=8", [("+12125550100", "8", "")]),
        ("0800 1234567,,0123#", [("+498001234567", "0123#", "")]),
        ("030 1234567 (mornings)", [("+49301234567", "", "mornings")]),
        ("Büro: 030 1234567", [("+49301234567", "", "Büro")]),
        ("0800 FLOWERS", [("+498003569377", "", "")]),
        ("reception", [("reception", "", "")]),
        ("112", [("112", "", "")]),
        ("*21#", [("*21#", "", "")]),
        ("Kunde 4711", [("Kunde 4711", "", "")]),
        ("anonymous", []),
        ("", []),
    ],
)
def test_what_stands_in_a_field_is_told_apart(
    written: str, found: list[tuple[str, str, str]]
) -> None:
    assert numbers_in(written, PLANS[0]) == [Written(*one) for one in found]


def test_without_a_plan_a_field_is_one_number_as_written() -> None:
    assert numbers_in("030 1234567 / 0171 3920012", None) == [Written("030 1234567 / 0171 3920012")]


@given(st.text("0123456789 +()/;,.x#extoder\n", max_size=600))
def test_any_field_is_read_without_an_error(written: str) -> None:
    for plan in PLANS:
        for number, extension, remark in numbers_in(written, plan):
            assert number
            assert len(number) <= 64
            assert len(extension) <= 9
            assert len(remark) <= 40
