"""The LDAP reader against a real slapd."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from pydantic import SecretStr

from console.calls.numbers import NumberPlan
from console.directory import ldap_reader
from console.directory.reading import CannotRead, Mark
from console.people.skipped import Skipped
from console.people.values import Address, Contact
from console.settings.sources import Ldap

from .slapd import BASE, CLERK, MANY, PASSWORD, READER, SIZE_LIMIT, Slapd

pytestmark = pytest.mark.servers
PLAN = NumberPlan("DE", "30", "0")


def options(slapd: Slapd, **changed: Any) -> Ldap:
    """A source that reads all people by StartTLS as the reader, unless changed."""
    usual = {
        "url": slapd.url,
        "ca_file": str(slapd.certificates.authority),
        "bind_dn": READER,
        "password": SecretStr(PASSWORD),
        "base": f"ou=people,{BASE}",
    }
    return Ldap(**(usual | changed))


def reading(slapd: Slapd, **changed: Any) -> Iterator[Any]:
    return ldap_reader.read(options(slapd, **changed), PLAN, "")


def why(slapd: Slapd, **changed: Any) -> str:
    """The sentence with which reading fails."""
    with pytest.raises(CannotRead) as refusal:
        list(reading(slapd, **changed))
    return str(refusal.value)


def odd(slapd: Slapd, uid: str, **changed: Any) -> Contact:
    """One of the odd entries."""
    [contact, mark] = reading(
        slapd, **({"base": f"ou=odd,{BASE}", "filter": f"(uid={uid})"} | changed)
    )
    assert mark == Mark("full", total=1)
    return contact


def test_slapd_listens_on_loopback_only(slapd: Slapd) -> None:
    assert {address for _, address, _ in slapd.listens()} == {"127.0.0.1"}
    assert {port for *_, port in slapd.listens()} == {slapd.port, slapd.tls_port}


@pytest.mark.parametrize("page_size", [1, 7, 333, 1000, 10_000])
def test_all_thousand_come_however_they_are_paged(slapd: Slapd, page_size: int) -> None:
    *contacts, mark = reading(slapd, page_size=page_size)
    assert mark == Mark("full", total=MANY)
    assert {one.numbers for one in contacts} == {
        ((f"+4930555{number:04}", "work"),) for number in range(1, MANY + 1)
    }
    assert len({one.key for one in contacts}) == MANY


def test_every_attribute_finds_its_place(slapd: Slapd) -> None:
    [contact, _] = reading(slapd, base=f"ou=odd,{BASE}", filter="(givenName=Jürgen)")
    assert contact == Contact(
        name="Jürgen Müßig, Dr.",
        numbers=(
            ("+493011100023", "work"),
            ("+493011100024", "work"),
            ("+491701234567", "mobile"),
            ("+4315320000", "home"),
            ("23", "internal"),
            ("+493011100099", "fax"),
            ("+493011100077", "pager"),
        ),
        company="Müller & Söhne GmbH",
        emails=("j@example.org", "juergen@example.org"),
        note="ruft früh an",
        family="Müßig",
        given="Jürgen",
        department="Einkauf",
        title="Leiter",
        addresses=(Address("Grüner Weg 7", "Köln", "50667", "NRW", "Deutschland", kind="work"),),
        web="https://example.org/j",
        key=contact.uid,
        uid=contact.uid,
    )
    assert len(contact.key) == len("8-4-4-4-12 characters of an entryUUID") - 1


def test_a_key_stays_and_is_the_distinguished_name_where_there_is_no_other(slapd: Slapd) -> None:
    assert odd(slapd, "binary").key == odd(slapd, "binary").key
    assert odd(slapd, "binary", attributes={"key": ""}).key == f"uid=binary,ou=odd,{BASE}"
    assert odd(slapd, "binary", attributes={"key": "uid"}).key == "binary"


def test_attributes_can_be_chosen_otherwise(slapd: Slapd) -> None:
    chosen = {"name": "uid, cn", "work": "", "home": "telephoneNumber"}
    contact = odd(slapd, "binary", attributes=chosen)
    assert (contact.name, contact.numbers) == ("binary", (("+493055577777", "home"),))


def test_a_picture_taken_for_a_note_or_a_number_is_harmless(slapd: Slapd) -> None:
    contact = odd(slapd, "binary", attributes={"note": "jpegPhoto", "mobile": "jpegPhoto"})
    assert (contact.note, contact.numbers) == ("", (("+493055577777", "work"),))


def test_a_number_that_looks_like_a_number_keeps_its_plus(slapd: Slapd) -> None:
    assert odd(slapd, "tongues").numbers == (("+493055588888", "work"),)


def test_the_usual_name_comes_before_the_one_in_another_tongue(slapd: Slapd) -> None:
    assert odd(slapd, "tongues").name == "Firma"


def test_an_entry_without_a_name_is_skipped_with_its_distinguished_name(slapd: Slapd) -> None:
    nothing = {"name": "displayName", "family": "", "given": ""}
    [skipped, mark] = reading(
        slapd, base=f"ou=odd,{BASE}", filter="(uid=binary)", attributes=nothing
    )
    assert isinstance(skipped, Skipped)
    assert (skipped.file, skipped.line) == (slapd.url, 1)
    assert f"uid=binary,ou=odd,{BASE}" in skipped.reason
    assert mark.total == 1


def test_a_referral_to_another_server_is_left_alone(slapd: Slapd) -> None:
    contacts = list(reading(slapd, base=f"ou=odd,{BASE}", filter="(objectClass=*)"))
    assert {one.name for one in contacts if isinstance(one, Contact)} == {
        "Jürgen Müßig, Dr.",
        "Binär",
        "Firma",
    }


def test_who_is_not_logged_in_sees_what_everybody_may(slapd: Slapd) -> None:
    everything = {"base": BASE, "filter": "(telephoneNumber=030 555 99999)"}
    [hidden, _] = reading(slapd, **everything)
    assert hidden.name == "Hidden"
    assert "somebody who is not logged in" in why(slapd, bind_dn="", **everything)


@pytest.mark.parametrize("tls", [False, True], ids=["StartTLS", "LDAPS"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_every_way_of_encryption_reads(slapd: Slapd, tls: bool, host: str) -> None:
    url = slapd.tls_url if tls else slapd.url
    assert len(list(reading(slapd, url=url.replace("127.0.0.1", host)))) == MANY + 1


def test_encryption_can_be_left_out_but_not_for_a_password(slapd: Slapd) -> None:
    plain = {"start_tls": False, "ca_file": "", "base": f"ou=odd,{BASE}"}
    assert len(list(reading(slapd, bind_dn="", **plain))) == 4
    assert "wants encryption" in why(slapd, **plain)


@pytest.mark.parametrize("tls", [False, True], ids=["StartTLS", "LDAPS"])
@pytest.mark.parametrize("authority", ["stranger", "the system's"])
def test_a_certificate_of_an_unknown_authority_is_refused(
    slapd: Slapd, tls: bool, authority: str
) -> None:
    url = slapd.tls_url if tls else slapd.url
    ca_file = str(slapd.certificates.stranger) if authority == "stranger" else ""
    sentence = why(slapd, url=url, ca_file=ca_file)
    assert "certificate that can't be trusted" in sentence
    assert "authority" in sentence


def test_an_authority_that_is_no_file_or_no_certificate_is_named(
    slapd: Slapd, tmp_path: Any
) -> None:
    assert "/nowhere.pem" in why(slapd, ca_file="/nowhere.pem")
    (tmp_path / "empty.pem").write_text("nothing")
    assert "no certificate in it" in why(slapd, ca_file=str(tmp_path / "empty.pem"))


def test_ldaps_on_the_plain_port_and_the_reverse_are_told_apart(slapd: Slapd) -> None:
    assert "does not speak TLS" in why(slapd, url=slapd.url.replace("ldap:", "ldaps:"))
    assert "offers no encryption" in why(slapd, url=slapd.tls_url.replace("ldaps:", "ldap:"))
    # Without StartTLS nothing shows on the way that it is the wrong port.
    plain = {"url": slapd.tls_url.replace("ldaps:", "ldap:"), "start_tls": False}
    assert "is gone" in why(slapd, **plain)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"password": SecretStr("wrong")}, "does not let"),
        ({"bind_dn": f"cn=nobody,{BASE}"}, "does not let"),
        ({"password": SecretStr("")}, "no password"),
        ({"bind_dn": "reader"}, "distinguished name"),
        ({"base": "people"}, "distinguished name"),
        ({"base": f"ou=nowhere,{BASE}"}, "has no ou=nowhere"),
        ({"base": f"ou=empty,{BASE}"}, "has nothing for"),
        ({"base": "ou=a\0b"}, "can't be asked so"),
        ({"filter": "(cn="}, "brackets"),
        ({"filter": "cn=*)("}, "brackets"),
        ({"attributes": {"nonsense": "cn"}}, "no field “nonsense”"),
        ({"attributes": {"name": "c n"}}, "can't be the name"),
        ({"url": "ldap://nowhere.invalid"}, "not known"),
        ({"url": "ldap://127.0.0.1:1"}, "refuses the connection"),
        ({"url": "ldap://"}, "can't be read"),
        ({"url": "ldap://127.0.0.1:port"}, "can't be read"),
    ],
    ids=lambda one: one if isinstance(one, str) else None,
)
def test_what_is_wrong_is_said(slapd: Slapd, changed: dict[str, Any], words: str) -> None:
    sentence = why(slapd, **changed)
    assert words in sentence
    assert sentence.endswith(".")
    assert PASSWORD not in sentence


@pytest.mark.parametrize(("page_size", "came"), [(100, "after 500"), (1000, "within the first")])
def test_a_size_limit_takes_nothing_and_says_how_many_came(
    slapd: Slapd, page_size: int, came: str
) -> None:
    sentence = why(slapd, bind_dn=CLERK, page_size=page_size)
    assert came in sentence
    assert CLERK in sentence
    assert "size.prtotal" in sentence
    assert SIZE_LIMIT < MANY


def test_a_server_that_dies_between_two_pages_gives_nothing(broken_slapd: Slapd) -> None:
    reader = reading(broken_slapd, page_size=100)
    assert len(list(islice(reader, 150))) == 150
    broken_slapd.kill()
    with pytest.raises(CannotRead, match=r"gone after 200 entries.*Nothing was taken"):
        list(reader)


def test_a_server_that_freezes_between_two_pages_gives_nothing(
    broken_slapd: Slapd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ldap_reader, "PAGE_SECONDS", 0.3)
    reader = reading(broken_slapd, page_size=100)
    assert len(list(islice(reader, 150))) == 150
    broken_slapd.signal(signal.SIGSTOP)
    with pytest.raises(CannotRead, match="stopped answering after 200 entries"):
        list(reader)


def test_a_server_that_is_frozen_from_the_start_is_not_waited_for(
    broken_slapd: Slapd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.directory.ldap_way.SECONDS", 0.3)
    broken_slapd.signal(signal.SIGSTOP)
    assert "does not answer" in why(broken_slapd)


def test_who_reads_no_further_leaves_no_connection(slapd: Slapd) -> None:
    reader = reading(slapd, page_size=10)
    next(reader)
    reader.close()  # type: ignore[attr-defined]
    assert len(list(reading(slapd))) == MANY + 1
