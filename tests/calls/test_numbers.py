import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType, ValidationResult

from console.calls import numbers
from console.calls.countries import NAMES
from console.calls.numbers import NumberPlan
from console.calls.text import clean

REGIONS = ["DE", "AT", "CH", "FR", "GB", "US", "PL", "NL"]
BERLIN = NumberPlan("DE", "030")
BEHIND_ZERO = NumberPlan("DE", "030", "0")
NEW_YORK = NumberPlan("US", "212", "9")


def by_phonenumbers(text: str, region: str) -> str | None:
    """The yardstick: E.164 of what phonenumbers reads, None where it is impossible."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


@st.composite
def plain_forms(draw: st.DrawFn) -> tuple[str, str]:
    """(region at home, a number in a plain form: +, international prefix or national prefix)."""
    home, abroad = draw(st.sampled_from(REGIONS)), draw(st.sampled_from(REGIONS))
    rest = draw(st.text("0123456789", min_size=1, max_size=13))
    if draw(st.booleans()):  # mostly numbers that could exist
        types = [PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE]
        sample = phonenumbers.example_number_for_type(abroad, draw(st.sampled_from(types)))
        national = phonenumbers.national_significant_number(sample)
        keep = draw(st.integers(1, len(national)))
        rest = national[:keep] + rest[: len(national) - keep + draw(st.integers(0, 2))]
    code = str(phonenumbers.country_code_for_region(abroad))
    prefix = {"US": "011"}.get(home, "00")
    form = draw(st.sampled_from(["+" + code, prefix + code, "0", "+", prefix]))
    return home, form + rest


@given(plain_forms())
@example(("DE", "+490301234567"))
@example(("GB", "+441800201234567"))
@example(("DE", "0491234567"))
@example(("DE", "000431000"))
@example(("US", "+112125550100"))
def test_the_fast_path_never_disagrees_with_phonenumbers(case: tuple[str, str]) -> None:
    region, text = case
    rules = numbers._region_rules(region)
    assert rules is not None
    digits = text.lstrip("+")
    fast = numbers._plain(digits, text.startswith("+"), rules)
    assert fast is None or fast == by_phonenumbers(text, region)


@given(plain_forms())
def test_a_plain_public_number_becomes_what_phonenumbers_makes_of_it(case: tuple[str, str]) -> None:
    region, text = case
    wanted = by_phonenumbers(text, region)
    abroad = text.startswith(("+", "011" if region == "US" else "00"))
    if region in ("US", "PL") and not abroad:
        return  # a leading 0 means nothing there
    if wanted is not None:
        assert NumberPlan(region).normal(text) == wanted


@pytest.mark.parametrize("region", REGIONS)
def test_ordinary_numbers_take_the_fast_path(region: str) -> None:
    rules = numbers._region_rules("DE")
    assert rules is not None
    number = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    key = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    assert numbers._plain(key[1:], True, rules) == key
    assert numbers._plain("00" + key[1:], False, rules) == key


plans = st.builds(
    NumberPlan,
    st.sampled_from([*REGIONS, "IT", "XX"]),
    st.sampled_from(["", "030", "212", "1"]),
    st.sampled_from(["", "0", "9", "00"]),
)


@given(
    plans, st.text(max_size=80) | st.from_regex(r"[+0-9() /.*#a-zA-Z;=:@<>-]{0,30}", fullmatch=True)
)
@example(NumberPlan("DE", "030", "0"), "0" * 40)
@example(NumberPlan("US"), "tel:+;ext=1")
def test_any_text_at_all_has_a_key_or_none_and_written_keys_stay(
    plan: NumberPlan, raw: str
) -> None:
    key = plan.normal(raw)
    if key is None:
        return
    assert 0 < len(key) <= 2 * numbers.LONGEST
    assert clean(key) == key
    if key.startswith("+") and key[1:].isdecimal():
        assert plan.normal(key) == key
    assert plan.shown(key)
    assert isinstance(plan.kind(key), str)
    assert plan.country(key) in {"", *NAMES.values()}


HIDDEN = ["", " ", None, "anonymous", "Anonymous", "<unknown>", "unknown", "restricted", "PRIVATE"]
HIDDEN += ["withheld", "sip:anonymous@anonymous.invalid", "Unavailable", "-", "+", "<>", "tel:"]


@pytest.mark.parametrize("raw", HIDDEN)
def test_a_hidden_caller_has_no_number(raw: str | None) -> None:
    assert BERLIN.normal(raw) is None
    assert BEHIND_ZERO.normal(raw) is None


@pytest.mark.parametrize(
    ("plan", "raw", "key"),
    [
        # International, national, local.
        (BERLIN, "+49 30 1234", "+49301234"),
        (BERLIN, "0049 30 1234", "+49301234"),
        (BERLIN, "030 1234", "+49301234"),
        (BERLIN, "(030) 12 34 / 56", "+4930123456"),
        (BERLIN, "+49 (0)30 123456", "+4930123456"),
        (BERLIN, "1234567", "+49301234567"),
        (NumberPlan("DE", "30"), "1234567", "+49301234567"),
        (NumberPlan("DE"), "1234567", "1234567"),
        (NumberPlan("IT", "06"), "698 1234", "+39066981234"),
        (NEW_YORK, "555-0100", "+12125550100"),
        (NumberPlan("PL"), "22 555 00 11", "+48225550011"),
        # Carriers leave out the 0 or the +.
        (BERLIN, "1701234567", "+491701234567"),
        (BERLIN, "4917012345678", "+4917012345678"),
        (NumberPlan("PL"), "442079460000", "+442079460000"),
        # The outside line's prefix.
        (BEHIND_ZERO, "00301234", "+49301234"),
        (BEHIND_ZERO, "001701234567", "+491701234567"),
        (BEHIND_ZERO, "000442079460000", "+442079460000"),
        (BEHIND_ZERO, "00049301234", "+49301234"),
        (BEHIND_ZERO, "0301234", "+49301234"),
        (BEHIND_ZERO, "0049301234", "+49301234"),
        (BEHIND_ZERO, "+49301234", "+49301234"),
        (BEHIND_ZERO, "101", "101"),
        (BEHIND_ZERO, "0", "0"),
        (BEHIND_ZERO.written, "0015712345678", "+15712345678"),
        (BEHIND_ZERO, "0015712345678", "+4915712345678"),
        (NEW_YORK, "912125550100", "+12125550100"),
        (NEW_YORK, "92125550100", "+12125550100"),
        (NumberPlan("GB", "", "9"), "902079460000", "+442079460000"),
        (NumberPlan("PL", "", "0"), "0221234567", "+48221234567"),
        # Short and service numbers, extensions, star codes, names.
        (BERLIN, "110", "110"),
        (BERLIN, "112", "112"),
        (BERLIN, "11833", "11833"),
        (BERLIN, "118000", "118000"),
        (BERLIN, "116117", "116117"),
        (BERLIN, "101", "101"),
        (BERLIN, "*97", "*97"),
        (BERLIN, "s", "s"),
        (BERLIN, "reception", "reception"),
        (BERLIN, "PJSIP_101", "PJSIP_101"),
        # URIs.
        (BERLIN, "tel:+49-30-1234", "+49301234"),
        (BERLIN, "tel:1234567;phone-context=+4930", "+49301234567"),
        (BERLIN, "sip:+49301234@pbx.example;user=phone", "+49301234"),
        (BERLIN, "sip:101@10.0.0.1", "101"),
        (BERLIN, '"Anna" <sip:0301234@pbx.example>', "+49301234"),
        (BERLIN, "sip:%2B49301234@pbx.example", "+49301234"),
        # Extensions: dialled through in Germany and Austria, not part of the key elsewhere.
        (BERLIN, "030 1234-56", "+4930123456"),
        (BERLIN, "030 1234 DW 56", "+4930123456"),
        (BERLIN, "tel:+49301234;ext=56", "+4930123456"),
        (NEW_YORK, "(212) 555-0100 ext. 12", "+12125550100"),
        # Letters.
        (BERLIN, "0800 MICROSOFT", "+49800642767638"),
        (NEW_YORK, "1-800-FLOWERS", "+18003569377"),
        # What can't be a public number keeps its digits.
        (BERLIN, "00301234", "00301234"),
        (BERLIN, "+999123", "+999123"),
        (BERLIN, "٠٣٠١٢٣٤٥٦", "+4930123456"),
    ],
)
def test_a_number_has_one_key_however_it_is_written(plan: NumberPlan, raw: str, key: str) -> None:
    assert plan.normal(raw) == key


@pytest.mark.parametrize(
    ("number", "shown", "kind", "country"),
    [
        ("+491701234567", "+49 170 1234567", "mobile", "Germany"),
        ("+4930123456", "+49 30 123456", "landline", "Germany"),
        ("+48225550011", "+48 22 555 00 11", "landline", "Poland"),
        ("+12125550100", "+1 212-555-0100", "landline or mobile", "United States"),
        ("+49800642767638", "+49 800 642767638", "free of charge", "Germany"),
        ("112", "112", "emergency", ""),
        ("11833", "11833", "service", ""),
        ("101", "101", "internal", ""),
        ("reception", "reception", "", ""),
        ("+999123", "+999123", "", ""),
    ],
)
def test_a_number_is_shown_to_people(number: str, shown: str, kind: str, country: str) -> None:
    assert BERLIN.shown(number) == shown
    assert BERLIN.kind(number) == kind
    assert BERLIN.country(number) == country


def test_a_caller_who_never_repeats_does_not_fill_the_memory() -> None:
    for digits in range(9_000):
        BERLIN.normal(f"+4930{digits:07}")
    assert numbers._normal.cache_info().currsize <= 8_192


def test_every_region_has_a_name() -> None:
    assert set(NAMES) == set(phonenumbers.SUPPORTED_REGIONS)


@pytest.mark.parametrize(
    ("plan", "key", "dialled"),
    [
        (BERLIN, "+491701234567", "01701234567"),
        (BERLIN, "+4930222001", "030222001"),
        (BEHIND_ZERO, "+491701234567", "001701234567"),
        (BEHIND_ZERO, "+43512999000", "00043512999000"),
        (NEW_YORK, "+14165550100", "914165550100"),
        (NEW_YORK, "+4930222001", "90114930222001"),
        (NumberPlan("IT", outside_prefix="9"), "+390612345678", "90612345678"),
        # Brazil has a prefix per carrier: only + says "abroad" to all of them.
        (NumberPlan("BR"), "+4930222001", "+4930222001"),
        (BEHIND_ZERO, "101", "101"),
        (BEHIND_ZERO, "112", "112"),
        (BEHIND_ZERO, "+1", "+1"),
    ],
)
def test_a_key_is_dialled_as_a_phone_here_would(plan: NumberPlan, key: str, dialled: str) -> None:
    assert plan.dialled(key) == dialled


@pytest.mark.parametrize("prefix", ["", "0", "9"])
@given(home=st.sampled_from(REGIONS), abroad=st.sampled_from(REGIONS), data=st.data())
def test_what_is_dialled_for_a_key_is_read_as_that_key(
    prefix: str, home: str, abroad: str, data: st.DataObject
) -> None:
    kinds = [PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE]
    sample = phonenumbers.example_number_for_type(abroad, data.draw(st.sampled_from(kinds)))
    key = phonenumbers.format_number(sample, PhoneNumberFormat.E164)
    plan = NumberPlan(home, outside_prefix=prefix)
    assert plan.normal(plan.dialled(key)) == key


def test_a_number_of_nothing_that_can_be_seen_has_no_key() -> None:
    assert NumberPlan("DE").normal("\u200b" * 100) is None


@given(plans, st.text("+0123456789", max_size=16))
def test_what_is_plain_is_the_same_as_normal(plan: NumberPlan, bare: str) -> None:
    digits = bare[:1] + bare[1:].replace("+", "")
    if digits.lstrip("+"):
        assert plan.plain(digits) in (None, plan.normal(digits))
