"""What was typed becomes a contact; what was not touched stays."""

import pytest
from contacts_kept import MUSTER, SCHULZ
from fake_door import SITE
from hypothesis import given
from hypothesis import strategies as st

from console.people.values import Address, Contact
from console.tui.contact_draft import Draft, Mistake, contact_of, draft_of

PLAN = SITE.plan
NEW = Contact("")
texts = st.text(max_size=300)
numbers = st.tuples(
    st.one_of(texts, st.from_regex(r"\+49[1-9][0-9]{6,10}", fullmatch=True)), st.text(max_size=20)
)
contacts = st.builds(
    Contact,
    name=texts.filter(str.strip),
    numbers=st.lists(numbers, max_size=4, unique_by=lambda pair: pair[0]).map(tuple),
    company=texts,
    emails=st.lists(texts, max_size=3).map(tuple),
    note=texts,
    addresses=st.lists(st.builds(Address, street=texts, region=texts), max_size=2).map(tuple),
    web=texts,
    extra=st.just(("X-THING:1",)),
)


@given(contacts)
def test_a_form_that_is_saved_untouched_keeps_every_word_about_the_contact(contact):
    saved = contact_of(draft_of(contact, PLAN), contact, PLAN)
    for field in ("name", "company", "note", "addresses", "web", "extra"):
        assert getattr(saved, field) == getattr(contact, field)
    assert {number for number, _ in saved.numbers} <= {number for number, _ in contact.numbers}


def test_numbers_are_read_as_people_of_the_site_write_them():
    draft = Draft(name="Anna", numbers=(("2345678", "work"), ("0170 123 45 67", ""), ("", "home")))
    assert contact_of(draft, NEW, PLAN).numbers == (
        ("+49302345678", "work"),
        ("+491701234567", ""),
    )


def test_a_number_that_was_left_as_it_is_keeps_its_key():
    odd = Contact("Anna", (("reception", ""), ("+493012", "work")))
    draft = draft_of(odd, PLAN)
    assert contact_of(draft, odd, PLAN).numbers == odd.numbers


@pytest.mark.parametrize(
    ("draft", "field", "place"),
    [
        (Draft(), "name", 0),
        (Draft(name=" \x1b "), "name", 0),
        (Draft(name="A", numbers=(("030 1", ""), ("nobody", ""))), "numbers", 1),
        (Draft(name="A", emails=("a@b", "no mail")), "emails", 1),
        (Draft(name="A", emails=("@",)), "emails", 0),
    ],
)
def test_what_can_not_be_saved_is_named(draft, field, place):
    with pytest.raises(Mistake) as told:
        contact_of(draft, NEW, PLAN)
    assert (told.value.field, told.value.place) == (field, place)


def test_a_name_may_be_made_of_its_parts_and_a_company_needs_none():
    assert contact_of(Draft(given="Anna", family="Muster"), NEW, PLAN).name == "Anna Muster"
    assert contact_of(Draft(company="Meyer"), NEW, PLAN).company == "Meyer"


def test_what_is_typed_becomes_clean():
    draft = Draft(name="An\x1b[31mna\u202e", note="one\x07\n\n two ", web="x" * 900)
    made = contact_of(draft, NEW, PLAN)
    assert (made.name, made.note) == ("An[31mna", "one\n\ntwo")
    assert len(made.web) == 200


def test_the_first_address_is_changed_and_the_others_stay():
    two = Contact("A", addresses=(Address("Old 1", region="R"), Address("Other 2")))
    draft = Draft(name="A", street="New 3", place="Berlin")
    assert contact_of(draft, two, PLAN).addresses == (
        Address("New 3", "Berlin", region="R"),
        Address("Other 2"),
    )
    assert contact_of(Draft(name="A"), two, PLAN).addresses == (Address("Other 2"),)


def test_whose_contact_it_is_stays():
    draft = draft_of(SCHULZ, PLAN)
    saved = contact_of(draft, SCHULZ, PLAN)
    assert (saved.id, saved.ref, saved.photo) == (SCHULZ.id, SCHULZ.ref, True)
    assert contact_of(draft_of(MUSTER, PLAN), MUSTER, PLAN) == MUSTER
