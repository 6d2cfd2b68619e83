"""A frame in fewer colours: nothing but its colours changes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem

from console.ssh.colours import colours_of, in_fewer

FRAME = "\x1b[1;38;2;255;180;84;48;2;22;29;41mrings\x1b[0m 38;2;1;2 \x1b[38;2;0;0;0mx"


@pytest.mark.parametrize(
    ("term", "colorterm", "system"),
    [
        ("xterm", "truecolor", ColorSystem.TRUECOLOR),
        ("xterm-direct", "", ColorSystem.TRUECOLOR),
        ("xterm-kitty", "", ColorSystem.TRUECOLOR),
        ("xterm-256color", "", ColorSystem.EIGHT_BIT),
        ("screen-256color", "yes", ColorSystem.EIGHT_BIT),
        ("putty", "", ColorSystem.STANDARD),
        ("linux", "", ColorSystem.STANDARD),
    ],
)
def test_what_a_terminal_shows(term, colorterm, system):
    assert colours_of(term, colorterm) is system


def test_all_colours_stay_where_they_are_shown():
    assert in_fewer(ColorSystem.TRUECOLOR) is None


@pytest.mark.parametrize(
    ("system", "allowed"),
    [
        (ColorSystem.EIGHT_BIT, r"[34]8;5;\d{1,3}"),
        (ColorSystem.STANDARD, r"(3|4|9|10)[0-7]"),
    ],
)
@given(
    parts=st.lists(
        st.tuples(st.sampled_from("34"), *[st.integers(0, 255)] * 3, st.text("ab \n", max_size=3))
    )
)
def test_every_colour_becomes_one_of_the_fewer(system, allowed, parts):
    fewer = in_fewer(system)
    frame = "".join(f"\x1b[{w}8;2;{r};{g};{b}m{text}" for w, r, g, b, text in parts)
    codes = re.findall(r"\x1b\[([^m]*)m", fewer(frame))
    assert len(codes) == len(parts)
    for code, (where, *_) in zip(codes, parts, strict=True):
        assert re.fullmatch(allowed, code)
        assert code[0] in (("3", "9") if where == "3" else ("4", "1"))
    assert re.sub(r"\x1b\[[^m]*m", "", fewer(frame)) == "".join(part[4] for part in parts)


def test_other_codes_stay():
    assert in_fewer(ColorSystem.EIGHT_BIT)(FRAME).startswith(
        "\x1b[1;38;5;215;48;5;16mrings\x1b[0m 38;2;1;2 "
    )
