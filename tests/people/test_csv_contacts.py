import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.calls.numbers import NumberPlan
from console.people.csv_columns import is_field
from console.people.csv_contacts import FIELDS, columns_of, guess, read_contacts
from console.people.keys import Keys
from console.people.skipped import Skipped
from console.people.values import Address, Contact

PLAN = NumberPlan("DE", "030", "0")


def read(
    text: str | bytes, columns: dict[str, str] | None = None, plan: NumberPlan | None = PLAN
) -> list[Contact | Skipped]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_contacts(data, "c.csv", plan, columns))


def only(text: str | bytes, columns: dict[str, str] | None = None) -> Contact:
    [contact] = read(text, columns)
    assert isinstance(contact, Contact)
    return contact


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_any_delimiter_charset_and_line_end_is_read(
    delimiter: str, charset: str, ends: str
) -> None:
    text = f'Name;Telefon;Notiz{ends}Jürgen Groß;030 1234;"a{ends}b; ""c"""{ends}'
    text = text.replace("; ", "§").replace(";", delimiter).replace("§", "; ")
    assert only(text.encode(charset)) == Contact(
        "Jürgen Groß",
        (("+49301234", ""),),
        note='a\nb; "c"',
        source="c.csv",
        key="Jürgen Groß|",
    )


@pytest.mark.parametrize(
    ("columns", "fields"),
    [
        ("name;phone;company", "name phone: company"),
        ("Name;Vorname;Telefon", "family given phone:"),
        ("Nachname;Vorname;Name", "family given name"),
        ("Nom;Prénom;Tél.", "family given phone:"),
        ("Nom;Tél. bureau;Portable", "name phone:work phone:mobile"),
        ("Titel;Nachname", "title family"),
        ("Titel;Position;Nachname", "prefix title family"),
        ("Telefon (geschäftlich);Telefon (privat)", "phone:work phone:home"),
        ("Telefon dienstlich;Handynummer;Telefax", "phone:work phone:mobile phone:fax"),
        ("Rufnummer;Faxnummer;Mobil privat", "phone: phone:fax phone:mobile"),
        ("E-Mail;E-mail 2 Address;eMail-Adresse", "email email email"),
        ("E-mail Type;E-Mail: Angezeigter Name", ""),
        ("PLZ;Ort;Straße;Land", "code place street country"),
        ("Home City;Business Street 2;Weiterer Ort", "place:home street:work place:other"),
        ("Privat: PLZ;Dienstlich: Adresse", "code:home address:work"),
        ("Phone 1 - Type;Phone 1 - Value", "kind phone:"),
        ("Address 1 - Label;Address 1 - Postal Code", "kind code"),
        ("Website 1 - Type;Website 1 - Value;Homepage", "web web"),
        ("Kundennummer;Kurzwahl;Vanity;Cancellation;Phonetic Name;Telex", ""),
        ("Organization Name;Firma", "company company"),
        ("UID;Bemerkungen;Abteilung", "uid note department"),
    ],
)
def test_columns_are_guessed_by_their_names(columns: str, fields: str) -> None:
    names = columns_of(columns.encode())
    found = guess(names)
    assert [found[name] for name in names if name in found] == fields.split()


def test_every_field_that_is_guessed_or_offered_is_one() -> None:
    assert all(is_field(field) for field in FIELDS)
    assert is_field("phone:Werkstatt")
    assert is_field("street:other")
    assert not is_field("colour")
    assert not is_field("street:")


def test_columns_have_names_of_their_own() -> None:
    assert columns_of(b"Fax;;Fax;Fax;\n") == ("Fax", "Column 2", "Fax (2)", "Fax (3)", "Column 5")
    assert columns_of(b"") == ()
    assert columns_of(b"sep=,\na,b\n") == ("a", "b")


def test_a_mapping_says_which_column_is_what() -> None:
    text = "who;where;tel1;tel2;x\nEva;Berlin;030 1234;0171 3920012;y\n"
    mapping = {
        "who": "name",
        "where": "place:work",
        "tel1": "phone:Werkstatt",
        "tel2": "phone:mobile",
        "x": "",
    }
    assert only(text, mapping) == Contact(
        "Eva",
        (("+49301234", "Werkstatt"), ("+491713920012", "mobile")),
        addresses=(Address(place="Berlin", kind="work"),),
        source="c.csv",
        key="Eva|",
    )


def test_a_mapping_that_does_not_fit_is_told_and_the_rest_is_read() -> None:
    gone, odd, eva = read("name;x\nEva;1\n", {"name": "name", "fon": "phone:", "x": "colour"})
    assert gone == Skipped("c.csv", 1, 'There is no column "fon" in this file.')
    assert odd == Skipped("c.csv", 1, '"colour" is nothing that a column can be.')
    assert isinstance(eva, Contact)
    [told] = read("Schulz;030 1234\nMeyer;030 1235\n")
    assert isinstance(told, Skipped)
    assert told.reason == (
        "The first row must name the columns (name, phone, company ...); "
        'here it is "Schulz", "030 1234".'
    )
    assert read("") == [Skipped("c.csv", 1, "The file is empty.")]


def test_the_kind_may_stand_behind_the_number() -> None:
    assert only("Name;Nummer;Typ\nEva;030 1234;privat\n").numbers == (("+49301234", "home"),)


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Work", "work"),
        ("* Mobile", "mobile"),
        ("Work Fax", "fax"),
        ("Privat", "home"),
        ("Hauptnummer", "main"),
        ("Other", ""),
        ("Ferienhaus", "Ferienhaus"),
        ("", ""),
    ],
)
def test_what_google_or_a_person_calls_a_number_is_its_kind(label: str, kind: str) -> None:
    text = f"Name,Phone 1 - Label,Phone 1 - Value\nEva,{label},030 1234\n"
    assert only(text).numbers == (("+49301234", kind),)


def test_several_numbers_and_mails_in_a_cell_are_all_kept() -> None:
    contact = only(
        "Name;Phone;E-Mail\n"
        'Eva;"030 1234567 ::: 0171 3920012\n030 1234568";"a@b.example; c@d.example e@f.example"\n'
    )
    assert [number for number, _ in contact.numbers] == [
        "+49301234567",
        "+491713920012",
        "+49301234568",
    ]
    assert contact.emails == ("a@b.example", "c@d.example", "e@f.example")


def test_a_switchboard_comes_before_fax_and_assistant() -> None:
    contact = only("Name,Assistant's Phone,Business Fax,Business Phone\nEva,030 1,030 2,030 3\n")
    assert [kind for _, kind in contact.numbers] == ["work", "assistant", "fax"]


def test_a_salutation_is_no_part_of_the_name_but_kept() -> None:
    text = "Anrede;Vorname;Weitere Vornamen;Nachname\n{};Eva;Maria;Groß\n"
    frau, doctor = only(text.format("Frau")), only(text.format("Dr."))
    assert (frau.name, frau.extra) == ("Eva Maria Groß", ("N:Groß;Eva;Maria;Frau;",))
    assert (doctor.name, doctor.family, doctor.given) == ("Dr. Eva Maria Groß", "Groß", "Eva")


def test_a_broken_row_costs_no_other() -> None:
    found = read(
        "name;phone\n"
        "A;030 1\n"
        '"B;030 2\n'
        "C;030 3;surplus\n"
        ";\n"
        ";;\n"
        "D\n"
        ";anonymous\n"
        "E;4,9301E+11\n"
        "\n"
        'F";030 6\n'
        "G;030 7;  ;\n"
    )
    assert [one.name for one in found if isinstance(one, Contact)] == ["A", "D", "E", 'F"', "G"]
    assert {one.line: one.reason[:20] for one in found if isinstance(one, Skipped)} == {
        3: "The quotes in this l",
        4: "It has 3 columns, th",
        8: "This row has neither",
        9: "A spreadsheet has sh",
    }


@pytest.mark.parametrize(
    "row",
    [
        'Eva;"Weg 1; Hof\n10115 Berlin";030 1',
        'Eva;030 1;"a; b\nc; d"',
        'Eva;030 1;"a\nb; c; d"',
        '"Eva\n; Otto; Pia";030 1;x',
        'Eva;"\n;;\n";030 1',
    ],
)
def test_a_cell_with_line_breaks_and_delimiters_is_one(row: str) -> None:
    eva, otto = read(f"name;a;b\n{row}\nOtto;1;2\n", {"name": "name", "a": "note"})
    assert isinstance(eva, Contact)
    assert eva.name.startswith("Eva")
    assert isinstance(otto, Contact)


def test_keys_stay_the_same_and_are_never_there_twice() -> None:
    keys = Keys()
    text = b"uid;name;company\n7;Eva;X\n;Eva;X\n;Eva;X\n7;Otto;\n;Eva;X\n"
    found = [one for one in read_contacts(text, "", PLAN, None, keys) if isinstance(one, Contact)]
    assert [one.key for one in found] == ["7", "Eva|X", "Eva|X#2", "7#2", "Eva|X#3"]
    assert keys.key("", "Eva", "X") == "Eva|X#4"
    # A uid that looks like a second one is not mixed up with it.
    assert Keys().unique("a#2") == "a#2"
    mixed = Keys()
    assert [mixed.unique(key) for key in ("a#2", "a", "a", "a")] == ["a#2", "a", "a#3", "a#4"]


@given(st.lists(st.sampled_from(["a", "a#2", "a#3", "b", "a#2#2"]), max_size=30))
def test_whatever_repeats_keys_differ(some: list[str]) -> None:
    keys = Keys()
    given_keys = [keys.unique(key) for key in some]
    assert len(set(given_keys)) == len(some)
    again = Keys()
    assert [again.unique(key) for key in some] == given_keys
