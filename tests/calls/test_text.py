import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.calls.text import MARKS_PER_LETTER, clean, fold

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\xad\u180e"
BREAKS = "\n\r\v\f\x85\u2028\u2029"
FORBIDDEN = (
    frozenset(map(chr, range(0x20)))
    | frozenset(map(chr, range(0x7F, 0xA0)))
    | frozenset(map(chr, range(0xD800, 0xE000)))
    | frozenset(map(chr, range(0xFDD0, 0xFDF0)))
    | frozenset(
        chr(plane + end) for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF)
    )
    | frozenset(BIDI + ZERO_WIDTH + BREAKS)
)

hostile = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Zs", "Mn", "Me"]),
        st.sampled_from("ae ̈́\u1100\u1161\u11a8\u09c7\u09be\ud83d\udd54"),
    ),
    max_size=300,
)


def piles(text: str) -> int:
    highest = run = 0
    for character in text:
        run = run + 1 if unicodedata.category(character)[0] == "M" else 0
        highest = max(highest, run)
    return highest


@given(hostile, st.integers(0, 250))
@example("a\r\n", 2)
@example("\u0344", 1)
@example(" \u0301x", 5)
def test_clean_text_is_harmless_normal_bounded_and_stays_as_it_is(text: str, limit: int) -> None:
    cleaned = clean(text, limit)
    assert not FORBIDDEN & set(cleaned)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert len(cleaned) <= limit
    assert cleaned == cleaned.strip()
    assert piles(cleaned) <= MARKS_PER_LETTER
    assert clean(cleaned, limit) == cleaned


def test_every_character_there_is_comes_out_harmless_between_letters_that_stay() -> None:
    for first in range(0, 0x110000, 256):
        dirty = "".join(f"x{chr(code)}y" for code in range(first, first + 256))
        cleaned = clean(dirty, len(dirty) * 4)
        assert not FORBIDDEN & set(cleaned), hex(first)
        letters = unicodedata.normalize("NFD", cleaned)
        assert letters.count("x") >= 256, hex(first)
        assert letters.count("y") >= 256, hex(first)


@pytest.mark.parametrize(
    ("dirty", "cleaned"),
    [
        ("Meyer & Söhne", "Meyer & Söhne"),
        ("Mu\u0308ller", "Müller"),
        ("  Anna  Muster ", "Anna  Muster"),
        ("first\r\nsecond\x85third\u2028fourth", "first second third fourth"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x9b31mred", "31mred"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("M\u200beyer\ufeff", "Meyer"),
        ("[b]not markup[/b]", "[b]not markup[/b]"),
        ("Bj\udcf6rn", "Bj\ufffdrn"),
        ("\U000e0041hidden\U000e0042", "hidden"),
        ("Łódź 東京 נעים", "Łódź 東京 נעים"),
    ],
)
def test_what_is_visible_stays_and_the_rest_goes(dirty: str, cleaned: str) -> None:
    assert clean(dirty) == cleaned


def test_a_pile_of_marks_is_cut_down_and_its_letter_stays() -> None:
    assert clean("Z" + "\u0301\u0316" * 50 + "algo").startswith("Ź")
    assert len(clean("Z" + "\u0316" * 50 + "algo")) == 1 + MARKS_PER_LETTER + 4


def test_a_mark_without_a_letter_does_not_fall_on_what_is_drawn_before() -> None:
    assert clean("\u0308Anna \u0308B") == "Anna B"


@pytest.mark.parametrize("piece", ["a\u0301\u0316", "\x1b", "ä", " ", "\u202e"])
def test_a_giant_value_costs_no_more_than_a_small_one(piece: str) -> None:
    began = time.process_time()
    clean(piece * 1_000_000)
    assert time.process_time() - began < 0.25


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("MÜLLER", "muller"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Øresund Ærø", "oresund aero"),
        ("Đorđević Þór Ðað", "dordevic thor dad"),
        ("Ålesund Çelik İzmir ışık", "alesund celik izmir isik"),
        ("œuvre ŒUVRE", "oeuvre oeuvre"),
        ("Иван Йод", "иван иод"),
    ],
)
def test_letters_are_folded_to_those_that_people_look_for(text: str, folded: str) -> None:
    assert fold(text) == folded == fold(folded)
