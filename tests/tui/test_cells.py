"""Whatever the text, a row is as wide as it must be."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from console.tui.cells import cut, fit, row

ANY = st.text(alphabet=st.characters(), max_size=60)
PLAIN = Style()


@given(ANY, st.integers(0, 40))
def test_a_cut_text_is_never_wider_than_asked_and_obeys_nothing(text, width):
    short = cut(text, width)
    assert cell_len(short) <= width
    assert short.isprintable()


@given(ANY, st.integers(0, 40))
def test_a_fitted_text_is_exactly_as_wide_as_asked(text, width):
    assert cell_len(fit(text, width)) == width


@given(st.lists(ANY, max_size=4), st.lists(ANY, max_size=2), st.integers(0, 60))
def test_a_row_is_exactly_as_wide_as_asked(left, right, width):
    strip = row(width, PLAIN, [(text, PLAIN) for text in left], [(text, PLAIN) for text in right])
    assert sum(cell_len(segment.text) for segment in strip) == width


def test_what_fits_is_not_touched_and_what_does_not_ends_in_an_ellipsis():
    assert cut("Meyer & Söhne", 13) == "Meyer & Söhne"
    assert cut("Meyer & Söhne", 12) == "Meyer & Söh…"
    assert cut("日本語", 4) == "日…"
