"""Colours that can be told apart and read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.color import Color

from console.tui import theme
from console.tui.company_colour import (
    SHADES,
    _luminance,
    band_style,
    bar_style,
    colour_of,
    ink_on,
)


def contrast(one: Color, other: Color) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_a_name_is_readable_on_any_company_colour(rgb):
    ground = Color(*rgb)
    assert contrast(ground, ink_on(ground)) >= 4.5


def test_a_company_without_a_colour_always_has_the_same_one():
    assert colour_of("", "Meyer & Söhne") == colour_of("", "MEYER & SÖHNE")
    assert colour_of("red; DROP", "Meyer & Söhne") in SHADES
    assert colour_of("#1d5fa8", "Meyer & Söhne") == Color.parse("#1d5fa8")


@pytest.mark.parametrize("shade", SHADES)
def test_the_bar_of_a_derived_colour_is_seen_on_dark_and_on_light(shade):
    for look in theme.THEMES[:3]:
        assert contrast(shade, Color.parse(look.background)) >= 2.5


@pytest.mark.parametrize("look", theme.THEMES[:3], ids=lambda look: look.name)
@pytest.mark.parametrize("token", ["ringing", "open", "quiet", "key", "well", "lost"])
def test_every_word_is_readable_in_every_theme(look, token):
    for ground in (look.background, look.variables["band"], look.variables["chosen"]):
        assert contrast(Color.parse(look.variables[token]), Color.parse(ground)) >= 4.5


def test_all_themes_have_the_same_tokens():
    tokens = set(theme.defaults(dark=True))
    assert set(theme.defaults(dark=False)) == tokens
    for look in theme.THEMES:
        assert tokens <= set(look.variables)


@pytest.mark.parametrize(
    ("colour", "ground"),
    [("#1d5fa8", "blue"), ("#3f8a2c", "green"), ("#8e4fa8", "magenta"), ("#808080", "white")],
)
def test_with_sixteen_colours_a_band_has_the_one_of_its_hue(colour, ground):
    assert band_style(colour, "", few=True).bgcolor.name == ground
    assert bar_style(colour, "", few=True).color.name == ground
