"""Names in letters three rows high."""

from unicodedata import normalize

from hypothesis import given
from hypothesis import strategies as st

from console.tui.widgets.block_letters import _GLYPHS, block_letters, block_lines

EUROPEAN = "ÀÁÂÃÄÅĂĄÆÇĆČĎĐÈÉÊËĚĘĖĞÌÍÎÏŁÑŃŇÒÓÔÕÖŐØŒŘŚŞŠȘŤŢȚÙÚÛÜŮŰÝŸŹŻŽ"


def test_a_name_with_an_umlaut_looks_like_this():
    assert block_letters("Söhne") == (
        " ▄▄▄ ▀  ▀ ▄  ▄ ▄   ▄ ▄▄▄▄",
        "▀▄▄  ▄▀▀▄ █▄▄█ █▀▄ █ █▄▄ ",
        "▄▄▄▀ ▀▄▄▀ █  █ █  ▀█ █▄▄▄",
    )


def test_names_with_marks_above_and_below_look_like_this():
    assert block_letters("Żuraw") == (
        " ▀▀  ▄  ▄ ▄▄▄   ▄▄  ▄   ▄",
        "▀▀█▀ █  █ █▄▄▀ █▄▄█ █ ▄ █",
        "▄█▄▄ ▀▄▄▀ █ ▀▄ █  █ █▀ ▀█",
    )
    assert block_letters("Çelik") == (
        " ▄▄▄ ▄▄▄▄ ▄    ▄ ▄  ▄",
        "█    █▄▄  █    █ █▄▀ ",
        " ▀█▀ █▄▄▄ █▄▄▄ █ █ ▀▄",
    )


def test_the_marked_letters_of_western_and_central_europe_are_drawn():
    for letter in EUROPEAN:
        assert block_letters(letter), letter
        assert block_letters(letter) == block_letters(letter.lower())


def test_a_letter_with_a_mark_is_drawn_however_it_is_written():
    assert block_letters(normalize("NFD", "Szczepański")) == block_letters("Szczepański")


def test_a_name_with_a_letter_that_is_missing_is_not_drawn_in_part():
    assert block_letters("Nguyễn") is None
    assert block_letters("山田") is None
    assert block_letters("") is None


def test_no_two_letters_look_the_same():
    same_on_purpose = {*"0–’ÐȘȚ"}  # like O, -, ', Đ, Ş and Ţ
    drawn = [block_letters(letter) for letter in {*_GLYPHS, *EUROPEAN} - same_on_purpose]
    assert len(set(drawn)) == len(drawn)


def test_a_long_name_is_broken_between_words_or_not_drawn():
    lines = block_lines("Zahnarzt Dr. Lind", 50, 2)
    assert lines == [block_letters("Zahnarzt"), block_letters("Dr. Lind")]
    assert block_lines("Zahnarzt Dr. Lind", 50, 1) is None
    assert block_lines("Donaudampfschiff", 50, 2) is None


@given(st.text(alphabet=sorted(_GLYPHS), min_size=1, max_size=30), st.integers(10, 120))
def test_the_rows_of_a_line_are_equally_wide_and_fit(text, width):
    for rows in block_lines(text, width, 2) or ():
        assert len({len(row) for row in rows}) == 1
        assert len(rows[0]) <= width
