"""Names in letters three rows high."""

from hypothesis import given
from hypothesis import strategies as st

from console.tui.widgets.block_letters import _GLYPHS, block_letters, block_lines


def test_a_name_with_an_umlaut_looks_like_this():
    assert block_letters("Söhne") == (
        " ▄▄▄ ▀  ▀ ▄  ▄ ▄   ▄ ▄▄▄▄",
        "▀▄▄  ▄▀▀▄ █▄▄█ █▀▄ █ █▄▄ ",
        "▄▄▄▀ ▀▄▄▀ █  █ █  ▀█ █▄▄▄",
    )


def test_a_name_with_a_letter_that_is_missing_is_not_drawn_in_part():
    assert block_letters("Łódź") is None
    assert block_letters("") is None


def test_no_two_letters_look_the_same():
    same_on_purpose = {"0", "–", "’"}  # like O, - and '
    drawn = [glyph for letter, glyph in _GLYPHS.items() if letter not in same_on_purpose]
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
