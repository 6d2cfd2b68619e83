import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.directory import card_blocks
from console.directory.card_blocks import card_blocks as blocks
from tests.directory.contacts_front import card

ENDS = st.sampled_from(["\r\n", "\n", "\r"])


@given(st.integers(1, 30), st.integers(1, 700), ENDS, st.sampled_from(["", "\n\n", "junk\n"]))
def test_cards_stay_whole_and_nothing_is_lost(
    count: int, size: int, end: str, between: str
) -> None:
    cards = [card(f"Person {n}", N="x" * n).replace("\r\n", end) for n in range(count)]
    data = between.join(cards).encode()
    found = list(blocks(io.BytesIO(data), size))
    assert b"".join(block for _, block in found) == data
    for _, block in found:
        assert block.upper().count(b"BEGIN:VCARD") == block.upper().count(b"END:VCARD")


@given(st.integers(1, 700), ENDS)
def test_the_first_line_of_a_block_is_counted_from_the_files_begin(size: int, end: str) -> None:
    data = "".join(card(f"Person {n}") for n in range(30)).replace("\r\n", end).encode()
    lines = data.splitlines(keepends=True)
    for line, block in blocks(io.BytesIO(data), size):
        assert b"".join(lines[line - 1 :]).startswith(block)


def test_a_card_inside_a_card_does_not_end_the_outer_one() -> None:
    inner = card("Secretary")
    outer = f"BEGIN:VCARD\r\nFN:Boss\r\nAGENT:\r\n{inner}TEL:1\r\nEND:VCARD\r\n"
    data = (outer * 50).encode()
    for _, block in blocks(io.BytesIO(data), 100):
        assert block.startswith(b"BEGIN:VCARD\r\nFN:Boss")
        assert block.endswith(b"TEL:1\r\nEND:VCARD\r\n")


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-8"])
@pytest.mark.parametrize("size", [64, 1000, 100_000])
def test_wide_files_come_in_utf_8_and_without_a_mark(charset: str, size: int) -> None:
    text = "".join(card(f"Jürgen Škoda 😀 {n}") for n in range(20))
    found = b"".join(block for _, block in blocks(io.BytesIO(text.encode(charset)), size))
    assert found.decode() == text


def test_what_never_ends_is_cut_and_does_not_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_blocks, "LONGEST_CARD", 10_000)
    data = b"BEGIN:VCARD\n" + b"NOTE:x\n" * 10_000
    found = list(blocks(io.BytesIO(data), 1000))
    assert b"".join(block for _, block in found) == data
    assert max(len(block) for _, block in found) < 12_000
    assert all(block.endswith(b"\n") for _, block in found)


def test_an_empty_file_is_one_empty_block() -> None:
    assert list(blocks(io.BytesIO(b""))) == [(1, b"")]


@given(st.binary(max_size=300), st.integers(1, 100))
def test_any_bytes_are_blocks(data: bytes, size: int) -> None:
    assert list(blocks(io.BytesIO(data), size))
