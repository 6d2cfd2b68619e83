"""Ordinary cards are read in a faster way than others; nobody may notice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.calls.numbers import NumberPlan
from console.people import vcard_lines
from console.people.company_cards import read_company_cards
from console.people.line_numbers import LineNumbers
from console.people.skipped import Skipped
from console.people.vcard import read_cards
from console.people.vcard_ordinary import OrdinaryCard, ordinary_card
from tests.people.test_hostile_files import in_proportion

PLAN = NumberPlan("DE", "030", "0")
CARDS = Path(__file__).parent / "cards"
SAMPLES = [
    line
    for one in sorted(CARDS.glob("*.vcf"))
    for line in one.read_bytes().replace(b"\r\n", b"\n").split(b"\n")
]
FILES = {one.name: one.read_bytes() for one in sorted(CARDS.glob("*.vcf"))}
PICTURE = b"PHOTO;ENCODING=b;TYPE=JPEG:" + b"\n ".join([b"QUJD" * 18] * 40)

USUAL = [
    *(b"VERSION:3.0", b"FN:J\xc3\xbcrgen Gro\xc3\x9f", b"N:Gro\xc3\x9f;J\xc3\xbcrgen;;;"),
    *(b"ORG:Meyer & S\xc3\xb6hne;Vertrieb", b"TEL;type=CELL;type=pref:+49 170 1234567"),
    *(b"TEL;TYPE=WORK:030 / 123456", b"item1.TEL:0301234", b"item1.X-ABLabel:Zentrale"),
    *(b"EMAIL;TYPE=INTERNET,WORK:a@b.example", b"NOTE:a\\nb\\, c", b"UID:1", b"BDAY:1971-03-02"),
    *(b"ADR;TYPE=WORK:;;Weg 1;Ort;;123;", b"URL:http\\://a.example", PICTURE, b"REV:1"),
]
ODD = [
    *(b"", b" ", b"  ", b"\t", b" x", b"\tx:y", b"  two", b" \xc3\xa4", b" \xe2\x80\x83", b"\xff"),
    *(
        b"QUJDQUJD",
        b"no colon",
        b":",
        b"TEL",
        b"TEL:",
        b" TEL:1",
        b"x\rTEL:030 9",
        b"N:a",
        b"FN:\xe4",
    ),
    *(b"BEGIN:VCARD", b"END:VCARD", b"begin:vcard", b" END:VCARD", b"END:VCARD ", b"BEGIN:x"),
    *(b"AGENT:", b"AGENT:BEGIN:VCARD\\nFN:x\\nEND:VCARD", b"AGENT:BEGIN:VCARD"),
    *(b"NOTE;ENCODING=QUOTED-PRINTABLE:a=C3=A4=", b"NOTE;CHARSET=ISO-8859-1:\xc3\xa4"),
    *(b"NOTE;CHARSET=UTF-8:\xc3\xa4", b"NOTE;ENCODING=b:SGFsbG8=", b"NOTE;CHARSET=utf-7:+AGE-"),
    *(b"PHOTO:http://a.example/" + b"x" * 60, b"PHOTO;VALUE=uri:data:image/png;base64,QUJD"),
    *(b"PHOTO;ENCODING=b:", b"PHOTO;ENCODING=b: ", b"LOGO;B:\n QUJD\n QUJD\n QUJD:\n QUJD"),
    *(b"PHOTO;ENCODING=b:QUJD\n QUJD\r QUJD\rFN:no\n QUJD", b"SOUND;X-IRMC-N:a;b", b"KEY:\xc3\xa4"),
    *(
        b'TEL;TYPE="a,b":1',
        b'TEL;TYPE="a:b":1',
        b'TEL;TYPE="a:1',
        b"TEL;B\xc3\xbcro:2",
        b"T\xc3\xa4:3",
    ),
    *(b"NOTE:" + b"z" * 70_000, b"NOTE:" + b"\xc3\xa4" * 40_000, b"X-A:" + b"z" * 5000),
    *(b"NOTE:\xe2\x80\xa8\xe2\x80\x8b", b"FN:e\xcc\x81", b"NOTE:\x0b\x1c\x85\x00"),
]
ENDS = st.sampled_from([b"\n", b"\r\n"])
lines = st.one_of(st.sampled_from(USUAL), st.sampled_from(ODD), st.sampled_from(SAMPLES))


@st.composite
def folded(draw: st.DrawFn) -> bytes:
    """A line that is folded somewhere, perhaps inside a letter."""
    line = draw(lines)
    fold = draw(st.sampled_from([b"", b"\n ", b"\n\t", b"\n  ", b"\n \n ", b"=\n", b"\r "]))
    at = draw(st.integers(0, min(len(line), 100)))
    return line[:at] + fold + line[at:]


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Cards, most of them ordinary but for a line or two."""
    cards = []
    for _ in range(draw(st.integers(1, 3))):
        inside = draw(st.lists(st.sampled_from(USUAL), max_size=8))
        for odd in draw(st.lists(folded(), max_size=2)):
            inside.insert(draw(st.integers(0, len(inside))), odd)
        end = draw(ENDS)
        card = b"\n".join([b"BEGIN:VCARD", *inside, b"END:VCARD", b""])
        cards.append(card.replace(b"\n", end) + draw(st.sampled_from([b"", b"", b"\n", b"junk\n"])))
    return b"".join(cards)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A file of some program in which bytes were lost, changed or added."""
    data = draw(st.sampled_from([*FILES.values()]))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        gone = draw(st.integers(0, 3))
        more = draw(st.one_of(st.binary(max_size=3), st.sampled_from(ODD), folded()))
        data = data[:at] + more + data[at + gone :]
    return data


def tolerantly(data: bytes) -> Iterator[object]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(vcard_lines, "ordinary_card", lambda *_: None)
        yield list(read_cards(data, "x.vcf", PLAN))
        yield list(read_company_cards(data, "x.vcf", PLAN))


def at_once(data: bytes) -> Iterator[object]:
    yield list(read_cards(data, "x.vcf", PLAN))
    yield list(read_company_cards(data, "x.vcf", PLAN))


@given(st.one_of(files(), mutated()))
@example(b"BEGIN:VCARD\nN:a\n" + PICTURE + b"\nN:b\nN:c\nEND:VCARD\n")
@example(b"BEGIN:VCARD\r\nNOTE:a\r\n\r\n TEL:5\r\nEND:VCARD\r\n")
@example(b"BEGIN:VCARD\nEND:VCARD")
@example(b"BEGIN:VCARD\nN:a\nN:b\nEND:VCARD\nBEGIN:VCARD")
def test_both_ways_make_the_same_of_every_file(data: bytes) -> None:
    assert list(at_once(data)) == list(tolerantly(data))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_both_ways_make_the_same_of_real_files(name: str, end: bytes) -> None:
    data = FILES[name]
    if not name.startswith("utf16"):
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", end)
    assert list(at_once(data)) == list(tolerantly(data))


@pytest.mark.parametrize("name", ["icloud.vcf", "google_3_0.vcf", "macos_contacts.vcf"])
def test_cards_of_today_are_ordinary(name: str) -> None:
    found = [one for one in vcard_lines.cards(FILES[name], name) if not isinstance(one, Skipped)]
    assert all(isinstance(one, OrdinaryCard) for one in found)


def test_a_line_behind_a_picture_has_its_own_number() -> None:
    data = b"\n\nBEGIN:VCARD\nFN:a\n" + PICTURE + b"\nN:b\nN:c\nEND:VCARD\n"
    found = list(read_cards(data, "x.vcf", PLAN))
    assert Skipped("x.vcf", 46, "N is left out: a card has one.") in found
    card = ordinary_card(data, 0, len(data), LineNumbers(data))
    assert card is not None
    assert card.line == 3
    assert [card.line_of(one) for one in card.properties] == [4, 5, 45, 46]


def test_many_lines_left_out_behind_a_picture_take_time_by_their_number() -> None:
    def make(size: int) -> bytes:
        picture = b"PHOTO;ENCODING=b:QUJD" + b"\n QUJD" * size
        names = b"N:a\n" * (size // 2)
        return b"BEGIN:VCARD\nFN:a\n" + picture + b"\n" + names + b"END:VCARD\n"

    data = make(20_000)
    assert isinstance(next(vcard_lines.cards(data, "")), OrdinaryCard)
    assert in_proportion(lambda data: read_cards(data, "x.vcf", PLAN), make)


@given(st.lists(st.sampled_from([b"a", b"", b"bc"]), max_size=20), st.data())
def test_lines_are_counted_whatever_ends_them(parts: list[bytes], choice: st.DataObject) -> None:
    ends = [choice.draw(st.sampled_from([b"\n", b"\r\n", b"\r"])) for _ in parts]
    whole = b"".join(part + end for part, end in zip(parts, ends, strict=True))
    begins = [0]
    for line in whole.splitlines(keepends=True):
        begins.append(begins[-1] + len(line))
    numbers = LineNumbers(whole)
    for number in choice.draw(st.permutations(range(len(begins)))):
        assert numbers.before(begins[number]) == number
