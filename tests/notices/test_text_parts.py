"""How many parts a text message has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.notices.text_parts import (
    GSM,
    UCS2,
    Parts,
    alphabet_of,
    beyond_gsm,
    parts,
    shortened,
)

# 3GPP TS 23.038, 6.2.1, row by row; the escape (1/11) is no character.
TABLE = (
    "@£$¥èéùìòÇ\nØø\rÅå" "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ" " !\"#¤%&'()*+,-./" "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO" "PQRSTUVWXYZÄÖÑÜ§" "¿abcdefghijklmno" "pqrstuvwxyzäöñüà"
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Parts(0, 160, GSM)),
        ("a", Parts(1, 159, GSM)),
        ("a" * 160, Parts(1, 0, GSM)),
        ("a" * 161, Parts(2, 2 * 153 - 161, GSM)),
        ("a" * 306, Parts(2, 0, GSM)),
        ("a" * 307, Parts(3, 152, GSM)),
        ("ä" * 160, Parts(1, 0, GSM)),
        ("€" * 80, Parts(1, 0, GSM)),
        ("€" * 81, Parts(2, 153 - 2 * (81 - 76), GSM)),
        ("a" * 158 + "€", Parts(1, 0, GSM)),
        # The euro at 153 would be cut in two: it moves to the second part.
        ("a" * 152 + "€" + "a" * 10, Parts(2, 153 - 12, GSM)),
        ("ç", Parts(1, 69, UCS2)),
        ("ж" * 70, Parts(1, 0, UCS2)),
        ("ж" * 71, Parts(2, 2 * 67 - 71, UCS2)),
        ("😀", Parts(1, 68, UCS2)),
        ("😀" * 35, Parts(1, 0, UCS2)),
        ("😀" * 36, Parts(2, 67 - 2 * (36 - 33), UCS2)),
        ("a" * 69 + "😀", Parts(2, 67 - 4, UCS2)),
        # A combining mark is a character of its own, and no letter of GSM.
        ("e\u0301", Parts(1, 68, UCS2)),
    ],
)
def test_parts(text: str, expected: Parts) -> None:
    assert parts(text) == expected


def test_the_default_alphabet_is_the_standard_s() -> None:
    assert len(TABLE) == 128
    letters = {chr(code) for code in range(0x3000) if alphabet_of(chr(code)) == GSM}
    assert letters == (set(TABLE) - {"\x1b"}) | set("\f^{}\\[~]|€")


def cut(text: str, alphabet: str, room: int) -> list[str]:
    """Parts by brute force: each takes all that still fits."""
    made = [""]
    for sign in text:
        if units(made[-1] + sign, alphabet) > room:
            made.append("")
        made[-1] += sign
    return made


def units(text: str, alphabet: str) -> int:
    if alphabet == UCS2:
        return len(text.encode("utf-16-be")) // 2
    return sum(2 if sign in "\f^{}\\[~]|€" else 1 for sign in text)


MIXED = st.text(st.sampled_from("aä€{ж😀\n") | st.characters(codec="utf-8"), max_size=400)


@given(MIXED)
def test_the_same_as_by_brute_force(text: str) -> None:
    counted = parts(text)
    alone, joined = (160, 153) if counted.alphabet == GSM else (70, 67)
    made = cut(text, counted.alphabet, alone)
    room = alone
    if len(made) > 1:
        made, room = cut(text, counted.alphabet, joined), joined
    assert counted.count == (len(made) if text else 0)
    assert counted.left == room - units(made[-1], counted.alphabet)


@given(MIXED, st.integers(1, 4))
def test_shortened_fits_and_is_a_beginning(text: str, most: int) -> None:
    short = shortened(text, most)
    assert parts(short).count <= most
    if short != text:
        assert parts(text).count > most
        assert text.startswith(short.removesuffix("..."))
        # No more is lost than what the dots need, and a letter that would have been split.
        assert parts(short.removesuffix("...")).count >= most - 1


def test_the_sign_that_makes_it_dear_is_told() -> None:
    assert beyond_gsm("Grüße für 5 €, Łódź") == "Ł"
    assert beyond_gsm("Grüße für 5 €") == ""
