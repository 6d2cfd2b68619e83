from hypothesis import given
from hypothesis import strategies as st

from console.calls.text import clean
from console.wording.marks import MARKS, OPERATOR, personal, personal_url, unmarked

HOSTILE = st.lists(st.sampled_from([*MARKS, "{}", "%\\"]) | st.text(max_size=9)).map("".join)


def test_each_operator_reads_the_own_name() -> None:
    text = f"Hello {OPERATOR['name']} ({OPERATOR['login']}, {OPERATOR['extension']})"
    assert personal(text, "Eva", "eva", "101") == "Hello Eva (eva, 101)"
    assert personal(text, "Lena", "lena", "") == "Hello Lena (lena, )"


def test_marks_pass_the_cleaning_of_a_line() -> None:
    assert clean(MARKS) == MARKS


@given(HOSTILE)
def test_text_from_outside_says_nothing_of_the_operator(text: str) -> None:
    outside = unmarked(text)
    assert personal(outside, "Eva", "eva", "101") == outside


@given(HOSTILE)
def test_a_name_that_holds_marks_is_put_in_once(name: str) -> None:
    assert personal(MARKS, name, "", "x") == unmarked(name) + "x"


@given(st.lists(st.sampled_from([*MARKS, *"/?#&\ud800 ü"])).map("".join))
def test_in_an_address_the_operator_is_escaped(name: str) -> None:
    url = personal_url(f"https://x/{OPERATOR['name']}", name, "", "")
    assert url.isascii()
    assert not set(url.removeprefix("https://x/")) & set("/?#& ")
