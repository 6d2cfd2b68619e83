import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.calls.numbers import NumberPlan
from console.people.keys import Keys
from console.people.skipped import Skipped
from console.people.values import Address, Contact
from console.people.vcard import MOST_NUMBERS, read_cards

PLAN = NumberPlan("DE", "030")
GOOD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Good One\r\nTEL:030 1234\r\nEND:VCARD\r\n"


def read(data: bytes | str, plan: NumberPlan | None = PLAN) -> list[Contact | Skipped]:
    return list(read_cards(data.encode() if isinstance(data, str) else data, "file.vcf", plan))


def only(data: bytes | str, plan: NumberPlan | None = PLAN) -> Contact:
    [contact] = read(data, plan)
    assert isinstance(contact, Contact)
    return contact


def card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def test_a_card_of_version_3_becomes_a_contact() -> None:
    text = card(
        "N:Schulz;Hans;;Dr.;",
        "FN:Dr. Hans Schulz",
        "ORG:Schulz Immobilien\\, Berlin;Einkauf",
        "TEL;TYPE=WORK,VOICE:030 23125-500",
        "TEL;TYPE=CELL;TYPE=PREF:0171 3920012",
        "TEL;TYPE=WORK,FAX:030 23125-501",
        "EMAIL;TYPE=INTERNET:hans@schulz.example",
        "NOTE:boiler\\, wants offer\\nsecond line",
        "UID:urn:uuid:1",
    )
    assert only(text) == Contact(
        name="Dr. Hans Schulz",
        numbers=(
            ("+491713920012", "mobile"),
            ("+493023125500", "work"),
            ("+493023125501", "fax"),
        ),
        company="Schulz Immobilien, Berlin",
        emails=("hans@schulz.example",),
        note="boiler, wants offer\nsecond line",
        uid="urn:uuid:1",
        source="file.vcf",
        family="Schulz",
        given="Hans",
        department="Einkauf",
        extra=("N:Schulz;Hans;;Dr.;",),
        key="urn:uuid:1",
    )


def test_without_a_plan_numbers_stay_as_written() -> None:
    assert only(card("FN:A", "TEL:030 / 12 34"), None).numbers == (("030 / 12 34", ""),)


def test_version_2_1_has_bare_types_quoted_printable_and_soft_breaks() -> None:
    text = card(
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=BCrgen;;;",
        "TEL;WORK;VOICE:030 1234",
        "TEL;CELL;PREF:0171 3920012",
        "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:erste Zeile=0D=0A=",
        "TEL: das ist Text=",
        "",
        "und Ende",
        "ORG;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Gr=FCn;Abteilung",
        version="2.1",
    )
    contact = only(text)
    assert contact.name == "Jürgen Müller"
    assert contact.numbers == (("+491713920012", "mobile"), ("+49301234", "work"))
    assert contact.note == "erste Zeile\nTEL: das ist Textund Ende"
    assert contact.company == "Grün"


def test_version_4_has_uris_quoted_types_groups_and_ranks() -> None:
    text = card(
        "FN:Ann",
        'TEL;VALUE=uri;PREF=2;TYPE="voice,home":tel:+49-30-1234;ext=12',
        'TEL;PREF=1;TYPE=cell;LABEL="a:b;c":tel:+49-171-3920012',
        "item1.TEL:030 5678",
        "item1.X-ABLabel:_$!<Mobile>!$_",
        "item2.TEL:030 56789",
        "item2.X-ABLabel:Werkstatt",
        "EMAIL;PREF=2:b@x.example",
        "EMAIL;PREF=1:a@x.example",
        version="4.0",
    )
    contact = only(text)
    assert contact.numbers == (
        ("+491713920012", "mobile"),
        ("+4930123412", "home"),
        ("+49305678", "mobile"),
        ("+493056789", "Werkstatt"),
    )
    assert contact.emails == ("a@x.example", "b@x.example")


PHOTOS = {
    "folded properly": "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQ\r\n /2wBDAAgGBgcGBQ==",
    "unindented, then an empty line": "PHOTO;BASE64;JPEG:\r\n/9j/4AAQSkZJRg\r\nABAQAAAQAB==\r\n",
    "wrapped by a mailer": "PHOTO;TYPE=JPEG;ENCODING=B:/9j/4AAQ\r\nSkZJRgAB\r\n AQAAAQAB",
    "a data uri, unindented": "PHOTO:data:image/jpeg;base64,/9j/4AAQSkZ\r\nJRgABAQAAAQABAAD=",
}


@pytest.mark.parametrize("photo", PHOTOS.values(), ids=PHOTOS)
@pytest.mark.parametrize("ends", ["\r\n", "\n", "\r", "\r\r\n"])
def test_a_photo_costs_nothing_however_it_is_folded(photo: str, ends: str) -> None:
    text = card("FN:Anna", photo, "TEL:030 1234").replace("\r\n", ends)
    assert only(text) == Contact(
        "Anna", (("+49301234", ""),), source="file.vcf", photo=True, key="Anna|"
    )


def test_a_folded_line_is_joined_and_a_value_that_runs_on_unindented_too() -> None:
    text = card("FN:Anna", " belle", "ADR:;;Street 1", "12345 Berlin", "TEL:03", " 0 1234")
    contact = only(text)
    assert contact.name == "Annabelle"
    assert contact.numbers == (("+49301234", ""),)


def test_letters_cut_in_two_by_a_fold_are_whole_again() -> None:
    assert only(b"BEGIN:VCARD\nFN:M\xc3\n \xbcller\nEND:VCARD").name == "Müller"


@pytest.mark.parametrize(
    "data",
    [
        card("FN:Jürgen Łoś").encode("utf-8-sig"),
        card("FN:Jürgen Łoś").encode("utf-16"),
        card("FN:Jürgen Łoś").encode("utf-16-le"),
        card("FN:Jürgen Łoś").encode("utf-16-be"),
        card("FN;CHARSET=ISO-8859-2:Jürgen Łoś").encode("iso-8859-2"),
    ],
)
def test_a_file_may_have_any_usual_encoding(data: bytes) -> None:
    assert only(data).name == "Jürgen Łoś"


def test_latin_1_without_a_word_about_it_is_read_line_by_line() -> None:
    data = b"BEGIN:VCARD\r\nFN:J\xfcrgen\r\nORG:B\xc3\xa4cker\r\nEND:VCARD\r\n"
    assert (only(data).name, only(data).company) == ("Jürgen", "Bäcker")


def test_a_charset_that_lies_or_does_not_exist_is_not_believed() -> None:
    for charset in ("UTF-8", "x-unknown", "zlib", "punycode"):
        assert only(card("FN;CHARSET=" + charset + ":J\xfcrgen").encode("latin-1")).name == "Jürgen"


@pytest.mark.parametrize(
    "lines",
    [
        ["AGENT:", "BEGIN:VCARD", "FN:Secretary", "TEL:030 999", "END:VCARD", "TEL:030 1234"],
        ["AGENT:BEGIN:VCARD", "FN:Secretary", "TEL:030 999", "END:VCARD", "TEL:030 1234"],
        ["AGENT:BEGIN:VCARD\\nFN:Secretary\\nTEL:030 999\\nEND:VCARD", "TEL:030 1234"],
    ],
)
def test_a_card_inside_a_card_is_a_contact_of_its_own(lines: list[str]) -> None:
    agent, boss = read(card("FN:Boss", *lines))
    assert isinstance(agent, Contact)
    assert isinstance(boss, Contact)
    assert (agent.name, agent.numbers) == ("Secretary", (("+4930999", ""),))
    assert (boss.name, boss.numbers) == ("Boss", (("+49301234", ""),))
    assert boss.extra == ("RELATED;TYPE=agent;VALUE=text:Secretary",)


def test_a_missing_end_ends_at_the_next_card_and_at_the_end_of_the_file() -> None:
    text = "BEGIN:VCARD\nFN:One\nTEL:030 1234\nBEGIN:VCARD\nBEGIN:VCARD\nPROFILE:VCARD\nFN:Two\n"
    assert [one.name for one in read(text) if isinstance(one, Contact)] == ["One", "Two"]


def test_names_come_from_what_there_is() -> None:
    assert only(card("N:Schulz;Hans;;Dr.;")).name == "Dr. Hans Schulz"
    assert only(card("FN:", "N:;;;;", "ORG:Firm;Unit")).name == "Firm"
    assert only(card("EMAIL:a@b.example")).name == "a@b.example"
    assert only(card("TEL:030 1234")).name == "+49301234"


def test_a_hidden_or_empty_number_is_no_number() -> None:
    assert only(card("FN:A", "TEL:", "TEL:anonymous", "TEL:-")).numbers == ()


def test_what_is_skipped_is_told_with_its_line_and_costs_no_other_card() -> None:
    bad = "BEGIN:VCARD\r\nNOTE:nobody\r\nEND:VCARD\r\n"
    odd = "BEGIN:VCARD\r\nno colon\r\nFN:Odd\r\nFN;ENCODING=B:%%%=a\r\nEND:VCARD\r\n"
    found = read(b"hello\r\nworld\r\n" + GOOD + (bad + odd).encode() + GOOD)
    assert [one.name for one in found if isinstance(one, Contact)] == [
        "Good One",
        "Odd",
        "Good One",
    ]
    skipped = [(one.line, one.reason) for one in found if isinstance(one, Skipped)]
    assert skipped[0] == (1, "This line is outside of any card.")
    assert (8, "This card has neither a name nor a number.") in skipped
    assert (12, "This line has no colon, so it says nothing.") in skipped
    assert all(one.file == "file.vcf" for one in found if isinstance(one, Skipped))


def test_a_file_without_a_card_says_so() -> None:
    assert read("")[-1] == Skipped("file.vcf", 1, "There is no vCard in this file.")
    assert read("<html>")[-1] == Skipped("file.vcf", 1, "There is no vCard in this file.")


def test_hostile_text_is_cleaned_and_giant_values_are_bounded() -> None:
    told, contact = read(
        card("FN:\x1b[31mA\u202eB" + "x" * 999, *[f"TEL:030 1{n:06}" for n in range(51)])
    )
    assert told == Skipped("file.vcf", 54, "TEL is left out: 50 numbers are kept of a card.")
    assert isinstance(contact, Contact)
    assert contact.name.startswith("[31mABx")
    assert len(contact.name) == 200
    assert len(contact.numbers) == MOST_NUMBERS
    [skipped, kept] = read(card("FN:A", "NOTE:" + "x" * 100_000))
    assert skipped == Skipped("file.vcf", 4, "NOTE is too long.")
    assert isinstance(kept, Contact)


pieces = st.sampled_from(
    [
        *(
            b"BEGIN:VCARD\r\n",
            b"END:VCARD\r\n",
            b"AGENT:\n",
            b"FN:A\n",
            b"TEL;",
            b"TYPE=",
            b'"',
            b":",
        ),
        *(
            b"ENCODING=QUOTED-PRINTABLE:",
            b"ENCODING=B:",
            b"=\r\n",
            b"CHARSET=utf-16:",
            b"PHOTO:",
            b";",
        ),
        *(
            b"\r",
            b"\n",
            b" ",
            b"\\",
            b"\x00",
            b"\xff\xfe",
            b"=C3",
            b"item1.",
            b"X-ABLabel:",
            b"N:;;",
        ),
    ]
)
garbage = st.lists(pieces | st.binary(max_size=12), max_size=40).map(b"".join)


@given(garbage)
@example(b"BEGIN:VCARD\nTEL;CHARSET=utf-16;ENCODING=QUOTED-PRINTABLE:=\n")
def test_any_bytes_are_read_without_an_error_and_cost_no_card_after_them(data: bytes) -> None:
    assert read(data)
    names = [
        one.name
        for one in read(b"BEGIN:VCARD\nFN:before\n" + data + b"\r\nEND:VCARD\r\n" * 20 + GOOD)
        if isinstance(one, Contact)
    ]
    if b"\x00" not in data:  # else it may be taken for UTF-16
        assert names[-1] == "Good One"


@pytest.mark.parametrize(
    "line",
    [
        "TEL;TYPE=" + "a," * 50_000 + '"',
        "TEL;" + '"' * 50_001,
        "TEL" + ";A=" * 30_000,
        "x" * 200_000,
        " " * 200_000,
        "N:" + ";\\" * 30_000,
    ],
    ids=["types", "quotes", "parameters", "letters", "spaces", "parts"],
)
def test_a_hostile_line_costs_no_time(line: str) -> None:
    began = time.process_time()
    assert read(card("FN:Anna", line))[-1]
    assert time.process_time() - began < 1.0


def test_twenty_thousand_cards_are_read_one_by_one() -> None:
    cards = read_cards(GOOD * 20_000, "big.vcf")
    began = time.process_time()
    assert isinstance(next(cards), Contact)
    assert time.process_time() - began < 0.05


# -- all that a contact has ------------------------------------------------------------------------


def test_position_web_and_note_are_the_first_and_others_are_kept() -> None:
    contact = only(
        card(
            "FN:A",
            "ROLE:Chef",
            "TITLE:Leiter",
            "TITLE:Prokurist",
            "URL:a.example",
            "URL:b.example",
            "URL:a.example",
            "NOTE:one",
            "NOTE:two\\, three",
            "NOTE:one",
            "ORG:X;Y;;Z",
            "ORG:Other",
        )
    )
    assert (contact.title, contact.web, contact.note) == ("Leiter", "a.example", "one")
    assert (contact.company, contact.department) == ("X", "Y, Z")
    assert contact.extra == (
        "ROLE:Chef",
        "TITLE:Prokurist",
        "URL:b.example",
        "NOTE:two\\, three",
        "ORG:Other",
    )
    assert only(card("FN:A", "ROLE:Chef")).title == "Chef"


def test_addresses_have_parts_and_a_label_stands_in_where_there_are_none() -> None:
    contact = only(
        card(
            "FN:A",
            "ADR;TYPE=HOME:;;;;;;",
            "ADR;TYPE=WORK;TYPE=pref:Fach 1;2. OG;Weg 1\\, Hof;Ort;BE;10115;Land",
            "ADR;TYPE=WORK:Fach 1;2. OG;Weg 1\\, Hof;Ort;BE;10115;Land",
            "LABEL;TYPE=WORK:said already",
            "LABEL;TYPE=HOME:Am See 2\\n\\n12345 Dorf",
            'ADR;LABEL="Only a label\\n1 Way":;;;;;;',
        )
    )
    assert contact.addresses == (
        Address("Weg 1, Hof", "Ort", "10115", "BE", "Land", "Fach 1", "2. OG", "work"),
        Address("Only a label, 1 Way"),
        Address("Am See 2, 12345 Dorf", kind="home"),
    )


def test_what_is_not_understood_is_kept_as_text_and_bytes_are_not() -> None:
    contact = only(
        card(
            "FN:A",
            "X-A;ENCODING=BASE64:SGVsbG8=",
            "X-B;ENCODING=b:AAECAwQF",
            "X-C;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8;LANGUAGE=de:G=C3=BCn=0D=0Ater",
            "x_d;a=b;TYPE=c,d;EMPTY=:  e\\;f  ",
            "X-E:",
            'grp.X-F;P="a:b":g',
            "SOUND;X-IRMC-N:yamada",
            "KEY:data:application/pgp;base64,AAAA",
            "X-G:data:image/png;base64,AAAA",
            "CATEGORIES:a,b",
        )
    )
    assert contact.extra == (
        "X-A:Hello",
        "X-C;LANGUAGE=de:Gün\\nter",
        "X-D;A=b;TYPE=c,d:e\\;f",
        'grp.X-F;P="a:b":g',
        "SOUND;TYPE=X-IRMC-N:yamada",
        "CATEGORIES:a,b",
    )
    assert not contact.photo


def test_what_is_too_much_is_told() -> None:
    text = card(
        "FN:A",
        "X-LONG:" + "x" * 5000,
        *[f"X-{n}:{n}" for n in range(120)],
        "NOTE:" + "x" * 20_000,
        *[f"EMAIL:{n}@a.example" for n in range(60)],
        *[f"ADR:;;{n};;;;" for n in range(30)],
        "N:a;b",
        "N:c;d",
    )
    *told, contact = read(text)
    assert isinstance(contact, Contact)
    assert len(contact.extra) == 100
    assert len(contact.note) == 10_000
    assert (len(contact.emails), len(contact.addresses)) == (50, 20)
    assert [one.reason for one in told if isinstance(one, Skipped)] == [
        "X-LONG is longer than 4000 characters.",
        "N is left out: a card has one.",
        "EMAIL is left out: 50 addresses are kept of a card.",
        "NOTE is cut after 10000 characters.",
        "ADR is left out: 20 addresses are kept of a card.",
        "This card has 120 more lines; 100 are kept.",
    ]


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (["TEL;TYPE=WORK,CELL:030 1234"], "mobile"),
        (["TEL;TYPE=WORK,FAX:030 1234"], "fax"),
        (["TEL;TYPE=x-Werkstatt:030 1234"], "Werkstatt"),
        (["TEL;TYPE=ASSISTANT:030 1234"], "assistant"),
        (["TEL;TYPE=VOICE,OTHER,PREF:030 1234"], ""),
        (["a.TEL;TYPE=WORK:030 1234", "A.X-ABLabel:Zentrale"], "Zentrale"),
        (["a.TEL;TYPE=FAX:030 1234", "a.X-ABLabel:Zentrale"], "fax"),
        (["a.TEL:030 1234", "a.X-ABLabel:_$!<Home>!$_"], "home"),
        (["a.TEL:030 1234", "a.X-ABLabel:Work"], "work"),
        (["TEL:030 1234", "TEL;CELL:030 1234"], "mobile"),
        (["X-MS-TEL;VOICE;COMPANY:030 1234"], "main"),
    ],
)
def test_a_number_has_the_kind_that_says_most(lines: list[str], kind: str) -> None:
    assert only(card("FN:A", *lines)).numbers == (("+49301234", kind),)


def test_keys_of_several_files_of_a_source_differ() -> None:
    keys = Keys()
    found = [
        one.key
        for _ in range(2)
        for one in read_cards(GOOD + GOOD.replace(b"FN", b"UID:7\nFN"), "f.vcf", PLAN, keys)
        if isinstance(one, Contact)
    ]
    assert found == ["Good One|", "7", "Good One|#2", "7#2"]
    assert only(GOOD).key == "Good One|"


def test_a_folded_line_that_looks_like_an_end_is_none() -> None:
    contact = only(card("FN:A", "NOTE:one", " END:VCARD", "TEL:030 1234"))
    assert contact.note == "oneEND:VCARD"
    assert contact.numbers == (("+49301234", ""),)
