"""What is held out to who sees a call: its contact, or a link."""

from dataclasses import replace

import pytest

from console.actions.errand import ActionFailed
from console.actions.filling import web_address
from console.calls.events import Caller
from console.desk.records import CallRecord, Identity, Offer
from console.people.values import Contact
from console.settings.live import OpenContact, OpenUrl
from console.wording.marks import OPERATOR, personal_url
from tests.actions.conftest import CALL, RECORD, Room, action


def called(name: str) -> CallRecord:
    """A call from somebody with this name."""
    contact = Contact(name, id=9)
    return replace(RECORD, caller_name=name, identity=Identity(contact=contact))


async def test_the_contact_is_offered(room: Room) -> None:
    room.happened(action(OpenContact(), name="Open"))
    await room.idle()
    assert room.offers == [("c-1", Offer("Open", "contact"))]


async def test_nobody_s_contact_is_offered_for_a_hidden_caller(room: Room) -> None:
    hidden = replace(CALL, caller=Caller(None, None, hidden=True))
    room.happened(action(OpenContact()), record=CallRecord(hidden))
    await room.idle()
    assert room.offers == []


async def test_a_link_is_filled_in_and_escaped(room: Room) -> None:
    url = "https://crm.example/{{ called.name }}?n={{ caller.number }}&at={{ now.time }}"
    room.happened(action(OpenUrl(url=url), name="CRM"))
    await room.idle()
    made = "https://crm.example/Meyer%20%26%20S%C3%B6hne?n=%2B493023125500&at=22%3A05"
    assert room.offers == [("c-1", Offer("CRM", "url", made))]


async def test_a_link_can_name_the_operator_who_presses_it(room: Room) -> None:
    room.happened(action(OpenUrl(url="https://x.example/{{ operator.extension }}")))
    await room.idle()
    url = room.offers[0][1].url
    assert url == f"https://x.example/{OPERATOR['extension']}"
    assert personal_url(url, "Eva", "eva", "1/1") == "https://x.example/1%2F1"


@pytest.mark.parametrize(
    ("name", "escaped"),
    [
        ("{{ 7*7 }}", "%7B%7B%207%2A7%20%7D%7D"),
        ('"; rm -rf /', "%22%3B%20rm%20-rf%20%2F"),
        ("a\nb\x00", "a%0Ab%00"),
        ("#x?y&z=1", "%23x%3Fy%26z%3D1"),
        ("../..", "..%2F.."),
        ("\ud800", "%3F"),
        (OPERATOR["name"], ""),
    ],
)
async def test_a_hostile_name_stays_in_its_place_of_the_link(
    room: Room, name: str, escaped: str
) -> None:
    room.happened(
        action(OpenUrl(url="https://x.example/?q={{ caller.name }}")), record=called(name)
    )
    await room.idle()
    assert room.offers[0][1].url == f"https://x.example/?q={escaped}"


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("javascript:alert(1)", "Only addresses that begin with http:// or https://"),
        ("file:///etc/passwd", "Only addresses"),
        ("//x.example", "Only addresses"),
        ("https:///path", "Only addresses"),
        ("{{ caller.name }}", "write |safe"),
        ("https://x.example/a b", "a space, line break or backslash"),
        ("https://x.example/\n/b", "a space, line break or backslash"),
        ("https://good.example\\@evil.example", "backslash"),
        ("https://[x", "Only addresses"),
        ("https://x/{{ nobody }}", "There is no 'nobody' here"),
        ("https://x/{{ caller.name", "(Line 1.)"),
        ("https://x/{{ 'x' * 2000 }}", "more than 2,000 characters"),
        (
            "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
            "200 ms",
        ),
    ],
)
async def test_what_is_no_address_of_the_web_is_a_failure(
    room: Room, template: str, why: str
) -> None:
    room.happened(action(OpenUrl(url=template)))
    assert why in await room.why()
    assert room.offers == []
    assert (room.failures[0].action, room.failures[0].call) == ("a1", "c-1")


def test_an_address_that_came_from_a_contact_is_checked_as_well() -> None:
    assert web_address("https://schulz.example/?a=b") == "https://schulz.example/?a=b"
    for bad in ("javascript:x", "", "schulz.example", "https://a\u2028b", "HTTPS:x"):
        with pytest.raises(ActionFailed):
            web_address(bad)


async def test_a_stored_call_without_identity_still_has_its_names(room: Room) -> None:
    stored = CallRecord(CALL, 1, "Meyer & Söhne", caller_name="Hans")
    url = "https://x/{{ called.name|length }}/{{ caller.name }}/{{ now.time }}"
    room.happened(action(OpenUrl(url=url)), record=stored)
    await room.idle()
    # Without a company's zone the site's holds.
    assert room.offers[0][1].url == "https://x/13/Hans/14%3A05"
