import sys
from dataclasses import replace
from subprocess import run

import pytest
import vobject
from hypothesis import example, given, settings
from hypothesis import strategies as st

from console.calls.numbers import NumberPlan
from console.calls.text import clean
from console.people.notes import clean_note
from console.people.skipped import Skipped
from console.people.values import Address, Contact
from console.people.vcard import read_cards
from console.people.vcard_kinds import label_kind
from console.people.vcard_writing import LONGEST_LINE, folded, write_card, write_cards

PLAN = NumberPlan("DE", "030", "0")
SCHULZ = Contact(
    name="Dr. Hans Schulz; jr.",
    numbers=(
        ("+493012345", "mobile"),
        ("+12125550100", "work, ext. 12"),
        ("+4930999", "Zentrale"),
        ("112", ""),
    ),
    company="Schulz; Söhne\\",
    emails=("a@schulz.example", "b@schulz.example"),
    note="first, line\n\nthird; line \\n",
    uid="urn:uuid:1",
    family="Schulz",
    given="Hans",
    department="Einkauf, Berlin",
    title="Leiter",
    addresses=(
        Address("Straße 1, Hof", "Berlin", "10115", "BE", "Germany", "Fach 1", "3. OG", "work"),
        Address(street="Am See 2", kind="Sommerhaus"),
    ),
    web="https://schulz.example/a;b,c",
    extra=(
        "N:Schulz;Hans;Peter;Dr.;jr.",
        "EMAIL;TYPE=HOME:b@schulz.example",
        "BDAY:1970-01-01",
        "NOTE:a second note",
        "item1.X-ABDATE;TYPE=pref:2001-02-03",
        "item1.X-ABLABEL:Hochzeit",
    ),
    key="urn:uuid:1",
)


def read(data: bytes) -> list[Contact]:
    return [one for one in read_cards(data, "", PLAN) if isinstance(one, Contact)]


def test_a_contact_comes_back_as_it_went() -> None:
    assert read(write_cards([SCHULZ])) == [SCHULZ]


def test_the_card_is_as_others_expect_it() -> None:
    text = write_card(SCHULZ)
    assert text.startswith("BEGIN:VCARD\r\nVERSION:3.0\r\nN:Schulz;Hans;Peter;Dr.;jr.\r\n")
    assert "FN:Dr. Hans Schulz\\; jr.\r\n" in text
    assert "ORG:Schulz\\; Söhne\\\\;Einkauf\\, Berlin\r\n" in text
    assert "TEL;TYPE=CELL:+493012345\r\n" in text
    assert "item2.TEL:+4930999\r\nitem2.X-ABLabel:Zentrale\r\n" in text
    assert "NOTE:first\\, line\\n\\nthird\\; line \\\\n\r\n" in text
    assert "EMAIL;TYPE=INTERNET:a@schulz.example\r\nEMAIL;TYPE=HOME:b@schulz.example\r\n" in text
    assert text.endswith("\r\nEND:VCARD\r\n")


def test_another_reader_understands_it() -> None:
    card = vobject.readOne(write_card(SCHULZ))
    assert card.fn.value == SCHULZ.name
    assert card.n.value.family == "Schulz"
    assert card.note.value == SCHULZ.note
    assert card.org.value == ["Schulz; Söhne\\", "Einkauf, Berlin"]
    assert [one.value for one in card.email_list] == list(SCHULZ.emails)
    assert card.adr.value.street == "Straße 1, Hof"
    assert card.uid.value == "urn:uuid:1"


def test_the_heavy_library_is_loaded_only_to_write() -> None:
    code = (
        "import sys, console.people.vcard, console.people.vcard_writing, console.people.table\n"
        "assert 'vobject' not in sys.modules"
    )
    assert run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_an_operator_changed_is_written_not_what_the_card_said() -> None:
    changed = replace(SCHULZ, family="Meyer", emails=("new@meyer.example",))
    text = write_card(changed)
    assert "N:Meyer;Hans;Peter;Dr.;jr.\r\n" in text
    assert "b@schulz.example" not in text


def test_lines_are_folded_between_letters_at_75_octets() -> None:
    long = replace(SCHULZ, note="ä€😀 word " * 80, title="x" * 150)
    data = write_cards([long])
    for line in data.split(b"\r\n"):
        assert len(line) <= LONGEST_LINE
        line.decode()
    assert b"\n" not in data.replace(b"\r\n", b"")
    [back] = read(data)
    assert back.note == long.note.strip()
    assert back.title == long.title


@given(st.text(min_size=1, max_size=300))
def test_folding_loses_nothing(text: str) -> None:
    line = clean(text.replace("\ud800", ""), 300)
    pieces = folded(line).split("\r\n")
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == line
    assert all(len(piece.encode()) <= LONGEST_LINE for piece in pieces)
    assert all(piece[0] == " " for piece in pieces[1:])


HOSTILE = [
    "x\r\nTEL:666",
    "x\nTEL:666",
    "x\rTEL:666",
    "x\u2028TEL:666",
    "x\x85TEL:666",
    "x\\nTEL:666",
    "x;y,z",
    "x\\",
    "END:VCARD",
    "\nEND:VCARD\nBEGIN:VCARD\nFN:y",
    '";X="',
    "=\r\n=0ATEL:666",
    "BEGIN:VCARD",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_field_can_add_a_property(text: str) -> None:
    contact = Contact(
        name=text,
        numbers=(("+49301", text), (text, "work")),
        company=text,
        emails=(text,),
        note=text,
        uid=text,
        family=text,
        given=text,
        department=text,
        title=text,
        addresses=(Address(*[text] * 8),),
        web=text,
        extra=(text, f"X-A:{text}", f"X-A;TYPE={text}:1", f"{text}.X-A:1", f"AGENT:{text}"),
    )
    data = write_cards([contact, replace(SCHULZ, name="After")])
    found = read(data)
    assert [one.name for one in found][1:] == ["After"]
    assert "666" not in [number for number, _ in found[0].numbers]
    assert len(found[0].numbers) <= 2
    card, after = vobject.readComponents(data.decode())
    assert len(card.contents.get("tel", ())) <= 2
    assert after.fn.value == "After"


@pytest.mark.parametrize(
    "line",
    [
        "TEL:666",
        "item1.TEL:666",
        "VERSION:4.0",
        "BEGIN:VCARD",
        "END:VCARD",
        "NOTE;ENCODING=QUOTED-PRINTABLE:a=",
        "X-A;ENCODING=B:aaaa",
        "AGENT:BEGIN:VCARD",
        "no colon",
        ":no name",
        "X A:space",
        'X-A;TYPE="a:1',
        "X-A:" + "x" * 100_000,
    ],
)
def test_a_kept_line_that_would_change_the_card_is_not_written(line: str) -> None:
    contact = replace(SCHULZ, extra=(line, "BDAY:1970-01-01"))
    [back] = read(write_cards([contact]))
    assert back.numbers == SCHULZ.numbers
    assert back.extra[-1] == "BDAY:1970-01-01"
    assert len(back.extra) <= 2


# -- any contact, there and back -------------------------------------------------------------------

texts = st.text(max_size=30).map(clean) | st.sampled_from(HOSTILE).map(clean)
words = texts.filter(bool)
kinds = st.sampled_from(["", "mobile", "work", "home", "fax", "pager", "main", "car"]) | words.map(
    label_kind
).filter(lambda kind: kind and "ext." not in kind)
numbers = (
    st.tuples(
        st.sampled_from(["+4930", "+4989", "+1212555", ""]),
        st.text("123456789", min_size=2, max_size=6),
    )
    .map("".join)
    .filter(lambda number: PLAN.normal(number) == number)
)
addresses = st.builds(
    Address,
    *[texts] * 7,
    kind=st.sampled_from(["", "work", "home"]) | words.map(label_kind).filter(bool),
)
extra_lines = st.one_of(
    st.sampled_from(["BDAY:1970-01-01", "CATEGORIES:a,b", "X-SKYPE;TYPE=home:me", "IMPP:sip:me"]),
    words.map(lambda value: f"X-SOMETHING:{value}"),
    words.map(lambda value: f"ab.X-THING;X-P=1:{value}"),
)


@st.composite
def contacts(draw: st.DrawFn) -> Contact:
    family, given = draw(texts), draw(texts)
    emails = tuple(dict.fromkeys(draw(st.lists(words, max_size=3))))
    emails = tuple(one for one in emails if not one.casefold().startswith("mailto:"))
    further = draw(st.tuples(texts, texts, texts))
    whole = []
    if any(further):
        from console.people.vcard_text import escaped

        whole.append("N:" + ";".join(map(escaped, (family, given, *further))))
    rest = draw(st.lists(extra_lines, max_size=4))
    note = clean_note(draw(st.text(max_size=80)))
    if note and draw(st.booleans()):
        rest.append("NOTE:another one")
    name, company, uid = draw(words), draw(texts), draw(texts)
    return Contact(
        name=name,
        numbers=tuple(dict(draw(st.lists(st.tuples(numbers, kinds), max_size=4))).items()),
        company=company,
        emails=emails,
        note=note,
        uid=uid,
        family=family,
        given=given,
        department=draw(texts),
        title=draw(texts),
        addresses=tuple(
            one
            for one in dict.fromkeys(draw(st.lists(addresses, max_size=2)))
            if any((one.street, one.place, one.code, one.region, one.country, one.box, one.extra))
        ),
        web=draw(texts),
        extra=(*whole, *rest),
        key=uid or f"{name}|{company}",
    )


@given(contacts())
def test_any_contact_comes_back_as_it_went(contact: Contact) -> None:
    assert read(write_cards([contact])) == [contact]


@given(st.lists(contacts(), max_size=3))
def test_several_cards_stay_apart(some: list[Contact]) -> None:
    found = read(write_cards(some))
    assert [replace(one, key="") for one in found] == [replace(one, key="") for one in some]


pieces = st.sampled_from(
    [
        *("BEGIN:VCARD", "END:VCARD", "AGENT:", "AGENT:BEGIN:VCARD", "VERSION:2.1", "FN:A;B"),
        *("N:a;b;c;d;e;f", "N;QUOTED-PRINTABLE:=3B;=0A", "ORG:a\\;b;c;;d", "TITLE:t", "ROLE:r"),
        *("TEL;WORK;FAX:030 12345", "TEL:030 1234 / 0171 1234567", "TEL:+1 212 555 0100 x12"),
        *("item1.TEL:030 999", "item1.X-ABLabel:_$!<_$!<Work>!$_>!$_", "item1.X-ABLabel:own"),
        *("EMAIL;TYPE=HOME,PREF:a@b", "item1.EMAIL:mailto:x@y", "URL:a", "item1.URL:b,c", "URL:b"),
        *("ADR;HOME:a;b;c;d;e;f;g;h", "item1.ADR:;;a\\nb;;;;", "LABEL;WORK:x\\ny", "ADR;LABEL=q:;"),
        *("NOTE:a\\nb", "NOTE;ENCODING=B:YQpi", "NOTE:=0A", "UID:1", "UID:2", "PHOTO:http://x/y"),
        *("BDAY:1970", "X-A;ENCODING=BASE64:YWI=", 'X_B;a="b:c";d:e', "KEY:data:;base64,AAAA"),
        *("RELATED;VALUE=text:x", "NICKNAME:n", "CATEGORIES:a,b", "X-MS-TEL;CALLBACK:030 555"),
        *(" folded", "\ttab", "runs on", "", "=", "QP;ENCODING=QUOTED-PRINTABLE:a=", "AGENT:x"),
    ]
)
files = st.lists(
    pieces | st.text(max_size=15) | st.tuples(pieces, st.text(max_size=9)).map("".join),
    max_size=25,
).map(lambda lines: "\r\n".join(["BEGIN:VCARD", *lines, "END:VCARD", ""]))


def alike(contact: Contact) -> Contact:
    """Without what does not travel: the picture, and what a second card with a key is called."""
    return replace(contact, photo=False, key="")


@given(files | st.binary(max_size=200).map(lambda data: data.decode("latin-1")))
@example("BEGIN:VCARD\r\nFN:A\r\nFN:B\r\nNOTE:\r\nNOTE:x\r\nTITLE:a\r\nTITLE:a\r\nEND:VCARD")
def test_what_was_read_and_written_once_is_stable(text: str) -> None:
    once = read(text.encode("utf-8", "surrogatepass"))
    data = write_cards(once)
    again = [one for one in read_cards(data, "", PLAN) if not isinstance(one, Skipped)]
    assert [alike(one) for one in again] == [alike(one) for one in once]
    assert write_cards(again) == data


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 40))
def test_cards_are_written_in_linear_time(size: int) -> None:
    contact = replace(SCHULZ, note="x" * 250 * size, extra=("X-A:" + "y" * 90 * size,))
    assert len(write_cards([contact])) < 2000 + 400 * size
