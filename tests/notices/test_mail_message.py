"""Letters as e-mails, read back as a mail program reads them."""

from __future__ import annotations

import email
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from typing import Any

import pytest
import vobject
from hypothesis import example, given
from hypothesis import strategies as st

from console.notices.mail_headers import LONGEST_LINE, one_line
from console.notices.mail_message import (
    LONGEST_NAME,
    LONGEST_SUBJECT,
    NO_ADDRESS,
    NoRecipient,
    NoSender,
    OutgoingMail,
    file_name,
    mail_message,
)
from console.people.values import Contact
from tests.notices.letters import ANNA, NOW, letter, settings

OWN = "calls@desk.example"


def read(mail: OutgoingMail) -> EmailMessage:
    """What a receiver makes of the octets."""
    # RFC 6532: with SMTPUTF8 header fields are UTF-8, which no Python decodes from octets.
    message = email.message_from_string(mail.octets().decode(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def written(mode: str = "reply-to", *, utf8: bool = False, **changed: Any) -> OutgoingMail:
    live = settings(mail={"caller_as_sender": mode}, server=changed.pop("server", None))
    return mail_message(letter(live, **changed), server_has_utf8=utf8)


def people(message: EmailMessage, field: str) -> list[tuple[str, str]]:
    assert len(message.get_all(field, [])) < 2
    if field not in message:
        return []
    return [(one.display_name, one.addr_spec) for one in message[field].addresses]


@pytest.mark.parametrize(
    ("mode", "author", "sender", "reply_to", "automatic", "bounces"),
    [
        ("no", ("Hotline", OWN), [], [], True, OWN),
        (
            "reply-to",
            ("Anna Müster (caller)", OWN),
            *([], [("Anna Müster", "anna@caller.example")], True, OWN),
        ),
        (
            "from",
            ("Anna Müster", "anna@caller.example"),
            *([("Hotline", OWN)], [], True, OWN),
        ),
        (
            "as the caller",
            ("Anna Müster", "anna@caller.example"),
            *([("Hotline", OWN)], [], False, "anna@caller.example"),
        ),
    ],
)
def test_whose_the_mail_is(
    mode: str, author: Any, sender: Any, reply_to: Any, automatic: bool, bounces: str
) -> None:
    mail = written(mode)
    message = read(mail)
    assert people(message, "From") == [author]
    assert people(message, "Sender") == sender
    assert people(message, "Reply-To") == reply_to
    assert people(message, "To") == [("", "front@desk.example")]
    assert message.get("Auto-Submitted") == ("auto-generated" if automatic else None)
    assert (mail.sender, mail.recipient, mail.utf8) == (bounces, "front@desk.example", False)
    assert mail.remarks == ()


@pytest.mark.parametrize("mode", ["reply-to", "from", "as the caller"])
def test_without_the_caller_s_address_it_is_from_our_own(mode: str) -> None:
    mail = written(mode, email="", remarks=(NO_ADDRESS,))
    assert people(read(mail), "From") == [("Hotline", OWN)]
    assert mail.sender == OWN
    assert mail.remarks == (NO_ADDRESS,)
    assert written(mode, email="", name="", number="").remarks == ()
    [remark] = written(mode, email="a\r\nBcc: x@y.example").remarks
    assert remark == "the caller's address “a Bcc: x@y.example” is none: sent from our own"


def test_what_it_carries() -> None:
    message = read(written())
    assert message["Subject"] == "1 missed call for Müller GmbH: Anna Müster"
    assert message["Date"].datetime == NOW
    assert "10:02:03 +0100" in str(message["Date"])
    assert message["Message-ID"] == "<n.1.abc@desk.example>"
    alternative, card = message.iter_parts()
    text, html = alternative.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == letter().text
    assert html.get_content().replace("\r\n", "\n") == letter().html
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert card["Content-Type"] == 'text/vcard; charset="utf-8"'
    assert card.get_filename() == "Anna Müster.vcf"
    read_card = vobject.readOne(card.get_content())
    assert read_card.version.value == "3.0"
    assert read_card.fn.value == "Anna Müster"
    assert [tel.value for tel in read_card.contents["tel"]] == ["+49301110", "+491701234567"]


def test_no_card_of_an_unknown_caller_or_where_it_is_not_wanted() -> None:
    without = letter(settings(mail={"attach_contact": False}))
    for mail in (mail_message(without), written(caller=None)):
        message = read(mail)
        assert message.get_content_type() == "multipart/alternative"
    assert read(written(caller=None, html="")).get_content_type() == "text/plain"


def test_a_second_try_is_the_same_mail_and_repeats_are_one_thread() -> None:
    first, again = (read(written()) for _ in range(2))
    assert first["Message-ID"] == again["Message-ID"]
    assert first["References"] == again["References"]
    assert first["References"] != read(written(thread="another"))["References"]
    assert read(written(thread="<t.1@desk.example>"))["References"] == "<t.1@desk.example>"
    notice = letter().notice
    for odd in ("", "no id", "<a@b>\r\nBcc: x@y.example", "<" + "a" * 500 + "@b>"):
        one, other = (
            read(written(notice=replace(notice, message_id=odd, tries=tries))) for tries in (1, 2)
        )
        assert one["Message-ID"] == other["Message-ID"]
        assert str(one["Message-ID"]).startswith("<notice.")
        assert "Bcc" not in one


def test_domains_beyond_ascii_are_written_in_ascii() -> None:
    mail = written("from", email="anna@bücher.example", server={"sender": "x@straße.example"})
    assert people(read(mail), "From") == [("Anna Müster", "anna@xn--bcher-kva.example")]
    assert mail.sender == "x@xn--strae-oqa.example"
    assert not mail.utf8
    assert mail.octets().isascii()
    to = written(notice=replace(letter().notice, recipient="a@点看.example"))
    assert to.recipient == "a@xn--3pxu8k.example"


def test_a_local_part_beyond_ascii_needs_smtputf8() -> None:
    mail = written("from", email="änna@bücher.example", utf8=True)
    assert mail.utf8
    assert people(read(mail), "From") == [("Anna Müster", "änna@xn--bcher-kva.example")]
    without = written("as the caller", email="änna@bücher.example")
    assert not without.utf8
    assert without.sender == OWN
    assert without.remarks[0].startswith("the mail server can't take änna@")
    to = written(notice=replace(letter().notice, recipient="fränt@desk.example"))
    assert to.utf8


@pytest.mark.parametrize("recipient", ["", "x", "a@b\r\nBcc: c@d.example", "=?utf-8?q?a?=@b.c"])
def test_who_can_t_be_written_to(recipient: str) -> None:
    with pytest.raises(NoRecipient, match="address"):
        written(notice=replace(letter().notice, recipient=recipient))


def test_without_a_sender_of_our_own_nothing_is_written() -> None:
    with pytest.raises(NoSender, match="enter yours in Send e-mail"):
        written(server={"sender": ""})


ANY = st.text(
    st.sampled_from("\r\n\0\x1b\u202e\u200f\ud800,;:<>@\"\\()=?_ \t.'äё😀") | st.characters(),
    max_size=60,
) | st.sampled_from(
    [
        "a\r\nBcc: evil@x.example",
        "=?utf-8?q?=0D=0ABcc:_evil@x.example?=",
        '"Anna" <evil@x.example>, other@x.example',
        "x" * 10_000,
        "ä" * 10_000,
        "word " * 2000,
        "😀" * 3000,
        "\u0301" * 500,
    ]
)
LOCAL = st.text("abcäё.+='!{}%&-_?😀", min_size=1, max_size=64)
DOMAIN = st.sampled_from(["x.example", "bücher.example", "点看.example", "a--b.example", "ß.de"])
ADDRESS = st.builds("{}@{}".format, LOCAL, DOMAIN) | ANY
MODES = st.sampled_from(["no", "reply-to", "from", "as the caller"])


@given(mode=MODES, name=ANY, subject=ANY, own=ANY, address=ADDRESS, utf8=st.booleans())
@example("reply-to", "a=?b", "=?", "Me, myself", "a=?b@x.example", True)
@example("from", "", "", "", "a.b@x.example", False)
def test_headers_are_what_was_meant(
    mode: str, name: str, subject: str, own: str, address: str, utf8: bool
) -> None:
    own = own[:80].encode("utf-8", "replace").decode()  # pydantic takes no surrogates
    mail = written(
        mode, utf8=utf8, name=name, subject=subject, email=address, server={"sender_name": own}
    )
    raw = mail.octets()
    head = raw.partition(b"\r\n\r\n")[0]
    assert b"\r" not in head.replace(b"\r\n", b"")
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert max(map(len, head.split(b"\r\n"))) <= 998
    message = read(mail)
    allowed = {"Date", "From", "Sender", "Reply-To", "To", "Subject", "Message-ID", "References"}
    allowed |= {"Auto-Submitted", "MIME-Version", "Content-Type"}
    assert set(message.keys()) <= allowed
    assert len(message.keys()) == len(set(message.keys()))
    assert not message.defects
    assert str(message["Subject"]) == (one_line(subject, LONGEST_SUBJECT) or "Unanswered call")
    shown, ours = one_line(name, LONGEST_NAME), one_line(own, LONGEST_NAME)
    got = people(message, "From") + people(message, "Sender") + people(message, "Reply-To")
    caller = one_line(f"{shown or '+49301110'}", LONGEST_NAME)
    known = {"Hotline", shown, ours, f"{caller} (caller)"}
    # Python's reader (3.11) makes a blank of what parts two encoded words of one name; RFC 2047,
    # 6.2 says that nothing is to be seen of it.
    assert {each.replace(" ", "") for each, _ in got} <= {each.replace(" ", "") for each in known}
    assert {each for _, each in got} <= {OWN, mail.sender, *_forms(address)}
    assert people(message, "To") == [("", "front@desk.example")]
    for part in message.walk():
        assert not part.defects
    if not mail.utf8:
        assert raw.isascii()


def _forms(address: str) -> set[str]:
    import idna

    local, _, domain = address.rpartition("@")
    try:
        return {address, f"{local}@{idna.encode(domain, uts46=True).decode()}"}
    except (idna.IDNAError, UnicodeError):
        return {address}


@given(text=ANY, html=ANY)
def test_bodies_are_whole(text: str, html: str) -> None:
    mail = written(text=text, html=f"<p>{html}</p>")
    assert mail.octets().isascii()
    assert max(map(len, mail.octets().split(b"\r\n"))) <= 998
    body = read(mail).get_body(("plain",))
    assert body is not None
    kept = "".join(sign for sign in text if sign.isalnum())
    assert "".join(sign for sign in body.get_content() if sign.isalnum()) == kept


@given(name=ANY, company=ANY)
def test_attached_cards_have_safe_names(name: str, company: str) -> None:
    mail = written(caller=Contact(name=name, company=company))
    [card] = [part for part in read(mail).walk() if part.get_content_type() == "text/vcard"]
    assert not card.defects
    given_name = card.get_filename()
    assert given_name == file_name(Contact(name=name, company=company))
    assert given_name.endswith(".vcf")
    assert not set(given_name) & set("/\\:*?\"<>|\r\n\0'`$;&")
    assert not given_name.startswith((".", "-", " "))
    vobject.readOne(card.get_content())


def test_device_names_are_no_file_names() -> None:
    assert file_name(Contact(name="NUL")) == "contact NUL.vcf"
    assert file_name(Contact(name="../..")) == "contact.vcf"
    assert file_name(ANNA) == "Anna Müster.vcf"


def test_ascii_headers_stay_readable() -> None:
    subject = (
        "3 missed calls for Beispiel GmbH since 09:10, the last one from Anna Muster of Example"
    )
    raw = written("no", subject=subject, now=datetime(2026, 1, 1, tzinfo=UTC)).octets()
    assert b"Subject: 3 missed calls for Beispiel GmbH since 09:10, the last one from" in raw
    head = raw.partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= LONGEST_LINE
    umlaut = written("no", subject="1 missed call for Müller").octets()
    assert b"Subject: =?utf-8?q?1_missed_call_for_M=C3=BCller?=" in umlaut
