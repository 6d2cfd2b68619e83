"""The CardDAV reader against servers of other kinds, played by a script: their ways and quirks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from xml.sax.saxutils import escape

import pytest
from pydantic import SecretStr

from console.calls.numbers import NumberPlan
from console.directory import carddav_reader, dav_http
from console.directory.reading import CannotRead, Gone, Mark
from console.people.skipped import Skipped
from console.people.values import Contact
from console.settings.sources import CardDav

from .certificates import Certificates
from .radicale_server import card
from .scripted_http import Answer, Asked, scripted

BOOK = "/dav/book/"
NOT_THERE = Answer(404, b"not found")


def multistatus(*responses: str, token: str = "") -> Answer:
    tail = f"<d:sync-token>{token}</d:sync-token>" if token else ""
    return Answer(
        207,
        (
            '<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" '
            f'xmlns:c="urn:ietf:params:xml:ns:carddav">{"".join(responses)}{tail}</d:multistatus>'
        ).encode(),
        {"Content-Type": "application/xml"},
    )


def found(href: str, properties: str = "") -> str:
    return (
        f"<d:response><d:href>{href}</d:href><d:propstat><d:prop>{properties}</d:prop>"
        "<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
    )


def status(href: str, code: int) -> str:
    return f"<d:response><d:href>{href}</d:href><d:status>HTTP/1.1 {code} -</d:status></d:response>"


def with_card(href: str, text: str) -> str:
    return found(href, f"<c:address-data>{escape(text)}</c:address-data>")


def links(**properties: str) -> str:
    """Properties that hold an address: principal and home."""
    names = {"principal": "d:current-user-principal", "home": "c:addressbook-home-set"}
    return "".join(
        f"<{names[one]}><d:href>{href}</d:href></{names[one]}>" for one, href in properties.items()
    )


IS_BOOK = "<d:resourcetype><d:collection/><c:addressbook/></d:resourcetype>"
IS_FOLDER = "<d:resourcetype><d:collection/></d:resourcetype>"
TELLS_CHANGES = (
    "<d:supported-report-set><d:supported-report><d:report><d:sync-collection/></d:report>"
    "</d:supported-report></d:supported-report-set>"
)


def script(answers: Mapping[str, Answer | Callable[[Asked], Answer]]) -> Callable[[Asked], Answer]:
    """Answers by method and path; whatever else is asked is not there."""

    def answer(asked: Asked) -> Answer:
        told = answers.get(asked.line, NOT_THERE)
        return told if isinstance(told, Answer) else told(asked)

    return answer


def read(url: str, token: str = "", **changed: Any) -> list[Any]:
    usual = {"url": url, "user": "eva", "password": SecretStr("secret")}
    options = CardDav(**(usual | changed))
    return list(carddav_reader.read(options, NumberPlan("DE", "30", "0"), token))


def why(url: str, token: str = "", **changed: Any) -> str:
    with pytest.raises(CannotRead) as refusal:
        read(url, token, **changed)
    sentence = str(refusal.value)
    assert sentence.endswith(".")
    assert "secret" not in sentence
    return sentence


def names(everything: list[Any]) -> list[str]:
    return [one.name for one in everything if isinstance(one, Contact)]


def cards(asked: Asked) -> Answer:
    """A multiget that has every card that is asked for."""
    hrefs = [piece.partition("<")[0] for piece in asked.body.split("<d:href>")[1:]]
    return multistatus(
        *(with_card(one, card(one.rpartition("/")[2].removesuffix(".vcf"), "1")) for one in hrefs)
    )


def changes_then_cards(changes: Callable[[str], Answer]) -> Callable[[Asked], Answer]:
    """A REPORT is answered by `changes` (given the token) or, if it asks for cards, by cards."""

    def answer(asked: Asked) -> Answer:
        if "sync-collection" not in asked.body:
            return cards(asked)
        return changes(asked.body.partition("<d:sync-token>")[2].partition("<")[0])

    return answer


# -- finding the book ----------------------------------------------------------------------------


def test_nextclouds_way_from_its_front_page_to_the_book() -> None:
    home, dav = "/remote.php/dav/addressbooks/users/eva/", "/remote.php/dav/"
    answers = {
        "PROPFIND /": Answer(302, b"", {"Location": "/login"}),
        "PROPFIND /login": Answer(200, b"<!DOCTYPE html><html>", {"Set-Cookie": "oc=1; path=/"}),
        "PROPFIND /.well-known/carddav": Answer(301, b"", {"Location": dav}),
        f"PROPFIND {dav}": multistatus(
            found(dav, links(principal="/remote.php/dav/principals/users/eva/"))
        ),
        "PROPFIND /remote.php/dav/principals/users/eva/": multistatus(
            found("/remote.php/dav/principals/users/eva/", links(home=home))
        ),
        f"PROPFIND {home}": multistatus(
            found(home, IS_FOLDER),
            found(f"{home}z-server-generated--system/", IS_BOOK),
            found(f"{home}contacts/", IS_BOOK + TELLS_CHANGES),
        ),
        f"REPORT {home}contacts/": changes_then_cards(
            lambda token: multistatus(
                found(f"{home}contacts/Anna.vcf", "<d:getetag>1</d:getetag>"), token="t1"
            )
        ),
    }
    with scripted(script(answers)) as server:
        mark, anna = read(server.url)
        assert (mark.mode, anna.name, anna.key) == ("full", "Anna", f"{home}contacts/Anna.vcf")
        assert json.loads(mark.token)["sync"] == "t1"
        # With its cookie Nextcloud takes the client for a browser.
        assert all("Cookie" not in one.headers for one in server.asked)
        # The next time nobody looks for the book again.
        before = len(server.asked)
        read(server.url, mark.token)
        assert [one.method for one in server.asked[before:]] == ["REPORT", "REPORT"]


def test_a_wrong_address_does_not_silently_become_another_book() -> None:
    answers = {
        "PROPFIND /.well-known/carddav": multistatus(found("/", links(home="/home/"))),
        "PROPFIND /home/": multistatus(found(BOOK, IS_BOOK)),
        f"PROPFIND {BOOK}": multistatus(found(BOOK, IS_BOOK)),
    }
    with scripted(script(answers)) as server:
        assert "has nothing there (404)" in why(f"{server.url}/typo/")
        assert read(server.url) == [Mark("full", "", 0)]


def test_a_server_without_any_book_says_so() -> None:
    answers = {
        "PROPFIND /": multistatus(found("/", links(home="/home/"))),
        "PROPFIND /home/": multistatus(found("/home/calendar/", IS_FOLDER)),
        "PROPFIND /.well-known/carddav": multistatus(),
    }
    with scripted(script(answers)) as server:
        assert "no address book" in why(server.url)


@pytest.mark.parametrize("code", [200, 204, 400, 405, 501])
def test_what_is_no_dav_server_is_called_so(code: int) -> None:
    with scripted(lambda asked: Answer(code, b"" if code == 204 else b"<html>Hi")) as server:
        assert f"no CardDAV server (it answers {code})" in why(server.url)


@pytest.mark.parametrize(("code", "words"), [(500, "problem of its own"), (418, "refuses")])
def test_other_failures_are_named_by_their_number(code: int, words: str) -> None:
    with scripted(lambda asked: Answer(code)) as server:
        sentence = why(server.url)
        assert words in sentence
        assert str(code) in sentence


# -- who gets the password -----------------------------------------------------------------------


@pytest.mark.parametrize("by", ["redirect", "home", "card"])
def test_the_password_goes_to_no_other_server(by: str) -> None:
    with scripted(script({})) as other:
        answers: dict[str, Answer | Callable[[Asked], Answer]] = {
            "PROPFIND /by-redirect": Answer(307, b"", {"Location": f"{other.url}/dav/"}),
            "PROPFIND /by-home": multistatus(found("/", links(home=f"{other.url}/dav/"))),
            "PROPFIND /by-card": multistatus(
                found("/by-card", IS_BOOK), found(f"{other.url}/x.vcf", "<d:getetag>1</d:getetag>")
            ),
            "REPORT /by-card": multistatus(),
        }
        with scripted(script(answers)) as server:
            url = f"{server.url}/by-{by}"
            # A card costs no other card, all else ends the sync.
            sentence = read(url)[-1].reason if by == "card" else why(url)
        assert "another server" in sentence
        assert other.url in sentence
        assert other.asked == []


def test_an_encrypted_server_must_not_redirect_to_a_plain_one(certificates: Certificates) -> None:
    with scripted(script({})) as plain:
        answers = {"PROPFIND /": Answer(301, b"", {"Location": f"{plain.url}/dav/"})}
        with scripted(script(answers), tls=certificates) as server:
            assert "not encrypted" in why(server.url, ca_file=str(certificates.authority))
        assert plain.asked == []


def test_redirects_in_a_circle_come_to_an_end() -> None:
    with scripted(lambda asked: Answer(302, b"", {"Location": "/again"})) as server:
        assert "in a circle" in why(server.url)
        assert len(server.asked) < 20


@pytest.mark.parametrize("location", ["http://[", "http://a b/", "\x01", "ftp://127.0.0.1/", ""])
def test_a_redirect_to_nonsense_is_a_sentence(location: str) -> None:
    with scripted(lambda asked: Answer(302, b"", {"Location": location})) as server:
        why(server.url)


def test_the_login_is_sent_as_the_server_wants_it() -> None:
    def answer(asked: Asked) -> Answer:
        if asked.headers.get("Authorization", "").startswith("Digest "):
            return multistatus(found(BOOK, IS_BOOK))
        challenge = 'Digest realm="BaikalDAV", qop="auth", nonce="n", opaque="o"'
        return Answer(401, b"", {"WWW-Authenticate": challenge})

    with scripted(answer) as server:
        assert read(f"{server.url}{BOOK}") == [Mark("full", "", 0)]
    with scripted(lambda asked: Answer(401, b"", {"WWW-Authenticate": "Basic"})) as server:
        assert "does not accept the login of eva" in why(server.url)
        assert len(server.asked) == 1
        assert "wants a login" in why(server.url, user="")
        assert "Authorization" not in server.asked[-1].headers


# -- busy, slow, large ---------------------------------------------------------------------------


@pytest.mark.parametrize("code", [429, 503])
def test_a_busy_server_is_asked_again_when_it_says(code: int) -> None:
    busy = [Answer(code, b"", {"Retry-After": "0"})]

    def answer(asked: Asked) -> Answer:
        return busy.pop() if busy else multistatus(found(BOOK, IS_BOOK))

    with scripted(answer) as server:
        assert read(f"{server.url}{BOOK}") == [Mark("full", "", 0)]


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "0"},
        {"Retry-After": "3600"},
        {"Retry-After": "9" * 5000},
        {"Retry-After": "soon"},
        {
            "Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT",
            "Date": "Fri, 31 Dec 1999 22:59:59 GMT",
        },
    ],
    ids=["for ever", "an hour", "a giant", "no number", "a date"],
)
def test_a_server_that_stays_busy_is_left_alone(headers: dict[str, str]) -> None:
    with scripted(lambda asked: Answer(429, b"", headers)) as server:
        assert "is busy" in why(f"{server.url}{BOOK}")
        assert len(server.asked) <= 3


def test_a_server_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dav_http, "READ_SECONDS", 0.2)

    def silent() -> Any:
        yield b"<"
        while True:
            yield b""

    with scripted(lambda asked: Answer(207, silent())) as server:
        assert "does not answer in time" in why(f"{server.url}{BOOK}")


def test_an_answer_that_trickles_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dav_http, "ANSWER_SECONDS", 0.2)

    def trickle() -> Any:
        while True:
            yield b" "

    with scripted(lambda asked: Answer(207, trickle())) as server:
        assert "does not answer in time" in why(f"{server.url}{BOOK}")


def test_an_answer_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dav_http, "LARGEST_ANSWER", 100_000)

    def flood() -> Any:
        while True:
            yield b"x" * 10_000

    with scripted(lambda asked: Answer(207, flood())) as server:
        assert "can't be right" in why(f"{server.url}{BOOK}")


def test_an_answer_that_breaks_off_takes_nothing() -> None:
    whole = multistatus(found(BOOK, IS_BOOK))
    headers = {"Content-Length": "100000"}

    def broken() -> Any:
        assert isinstance(whole.body, bytes)
        yield whole.body

    with scripted(lambda asked: Answer(207, broken(), headers)) as server:
        assert "broke off" in why(f"{server.url}{BOOK}")


def test_an_answer_that_says_it_is_packed_and_is_not_is_a_sentence() -> None:
    packed = Answer(207, b"no gzip", {"Content-Encoding": "gzip"})
    with scripted(lambda asked: packed) as server:
        assert "can't be unpacked" in why(f"{server.url}{BOOK}")


# -- XML -----------------------------------------------------------------------------------------

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]><a>&d;</a>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<d:multistatus xmlns:d="DAV:"><d:response><d:href>&x;</d:href></d:response></d:multistatus>"""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (LAUGHS, "bomb"),
        (OUTSIDE, "bomb"),
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>', "bomb"),
        (b"<d:multistatus xmlns:d='DAV:'>", "XML is broken"),
        (b"", "XML is broken"),
        (b"\0\1\2", "XML is broken"),
        (b"<html/>", "not WebDAV's"),
        (b"<a>" * 200_000, "XML is broken"),
        (b"<?xml version='1.0' encoding='nonsense'?><a/>", "encoding that can't be read"),
        (b"<?xml version='1.0' encoding='cp037'?><a/>", "XML"),
    ],
    ids=[
        *("billion laughs", "a file", "a type from outside", "broken", "empty", "binary", "other"),
        *("deep and open", "encoding", "ebcdic"),
    ],
)
def test_xml_that_attacks_or_is_broken_is_a_sentence(body: bytes, words: str) -> None:
    with scripted(lambda asked: Answer(207, body)) as server:
        assert words in why(f"{server.url}{BOOK}")


def test_xml_of_enormous_depth_is_harmless() -> None:
    deep = b"<a>" * 300_000 + b"</a>" * 300_000
    body = b"<d:multistatus xmlns:d='DAV:'><d:response>" + deep + b"</d:response></d:multistatus>"
    with scripted(lambda asked: Answer(207, body)) as server:
        assert "no address book" in why(f"{server.url}{BOOK}")


# -- quirks --------------------------------------------------------------------------------------


def quirky(changes: Callable[[str], Answer], **more: Any) -> Callable[[Asked], Answer]:
    return script(
        {
            f"PROPFIND {BOOK}": multistatus(found(BOOK, IS_BOOK + TELLS_CHANGES)),
            f"REPORT {BOOK}": changes_then_cards(changes),
            **more,
        }
    )


def test_a_server_that_tells_its_changes_in_portions_is_asked_until_all_is_told() -> None:
    """RFC 6578, 3.6: 507 for the collection says that there is more."""

    def changes(token: str) -> Answer:
        if token == "end":
            return multistatus(token="end")
        at = int(token or 0)
        more = (status(BOOK, 507),) if at < 3 else ()
        return multistatus(found(f"{BOOK}{at}.vcf"), *more, token=str(at + 1) if more else "end")

    with scripted(quirky(changes)) as server:
        mark, *contacts = read(f"{server.url}{BOOK}")
        assert sorted(names(contacts)) == ["0", "1", "2", "3"]
        assert json.loads(mark.token)["sync"] == "end"


def test_a_server_that_never_has_told_all_comes_to_an_end() -> None:
    with scripted(quirky(lambda token: multistatus(status(BOOK, 507), token="same"))) as server:
        assert "does not come to an end" in why(f"{server.url}{BOOK}")


@pytest.mark.parametrize("code", [400, 403, 409, 410, 412])
def test_however_an_old_token_is_refused_all_is_read_anew(code: int) -> None:
    def changes(token: str) -> Answer:
        return Answer(code) if token == "old" else multistatus(found(f"{BOOK}a.vcf"), token="new")

    with scripted(quirky(changes)) as server:
        url = f"{server.url}{BOOK}"
        token = json.dumps({"source": f"eva {url}", "book": url, "sync": "old"})
        mark, *contacts = read(url, token)
        assert (mark.mode, names(contacts)) == ("full", ["a"])


@pytest.mark.parametrize("code", [400, 403, 405, 500, 501])
def test_a_server_that_promises_changes_and_refuses_them_is_listed(code: int) -> None:
    listed = multistatus(
        found(BOOK, IS_BOOK + TELLS_CHANGES),
        found(f"{BOOK}a.vcf", '<d:getetag>"1"</d:getetag>'),
        found(f"{BOOK}deeper/", IS_FOLDER),
        found(f"{BOOK}readme.html", "<d:getcontenttype>text/html</d:getcontenttype>"),
    )
    answers = quirky(lambda token: Answer(code), **{f"PROPFIND {BOOK}": listed})
    with scripted(answers) as server:
        mark, *contacts = read(f"{server.url}{BOOK}")
        assert names(contacts) == ["a"]
        assert json.loads(mark.token)["etags"] == {f"{BOOK}a.vcf": '"1"'}


def test_one_address_may_be_written_in_several_ways() -> None:
    """Some list a card with %40 and give it with @, or with the server's name before it."""

    def report(asked: Asked) -> Answer:
        if "sync-collection" in asked.body:
            return multistatus(found(f"{BOOK}a%40b%c3%a4.vcf"), token="t")
        return multistatus(with_card(f"http://127.0.0.1{BOOK}a@b%C3%A4.vcf", card("Anna", "1")))

    with scripted(quirky(lambda token: NOT_THERE, **{f"REPORT {BOOK}": report})) as server:
        _, anna = read(f"{server.url}{BOOK}")
        assert (anna.name, anna.key) == ("Anna", f"{BOOK}a@b%C3%A4.vcf")


def test_a_card_left_out_of_the_answer_is_fetched_alone_and_none_costs_another() -> None:
    def report(asked: Asked) -> Answer:
        if "sync-collection" in asked.body:
            return multistatus(*(found(f"{BOOK}{n}.vcf") for n in range(6)), token="t")
        return multistatus(
            with_card(f"{BOOK}0.vcf", card("Zero", "1")),
            status(f"{BOOK}1.vcf", 404),
            status(f"{BOOK}2.vcf", 500),
            with_card(f"{BOOK}5.vcf", "no card at all"),
            with_card("/unasked.vcf", card("Nobody", "1")),
        )

    more = {
        f"REPORT {BOOK}": report,
        f"GET {BOOK}2.vcf": Answer(500),
        f"GET {BOOK}3.vcf": Answer(200, card("Three", "3").encode()),
        f"GET {BOOK}4.vcf": Answer(404),
    }
    with scripted(quirky(lambda token: NOT_THERE, **more)) as server:
        url = f"{server.url}{BOOK}"
        mark, *everything = read(url)
        assert sorted(names(everything)) == ["Three", "Zero"]
        skipped = {one.file for one in everything if isinstance(one, Skipped)}
        assert skipped == {f"{BOOK}2.vcf", f"{BOOK}5.vcf"}
        # Of a delta it must be said what is gone meanwhile.
        _, *everything = read(url, mark.token)
        gone = [one.key for one in everything if isinstance(one, Gone)]
        assert gone == [f"{BOOK}1.vcf", f"{BOOK}4.vcf"]


def test_two_cards_in_one_are_one_contact() -> None:
    def report(asked: Asked) -> Answer:
        if "sync-collection" in asked.body:
            return multistatus(found(f"{BOOK}a.vcf"), token="t")
        return multistatus(with_card(f"{BOOK}a.vcf", card("First", "1") + card("Second", "2")))

    with scripted(quirky(lambda token: NOT_THERE, **{f"REPORT {BOOK}": report})) as server:
        _, first, skipped = read(f"{server.url}{BOOK}")
        assert first.name == "First"
        assert "Second" in skipped.reason


@pytest.mark.parametrize("href", ["http://[", "//", "?", "%", "\ud7ff", "x" * 5000, "../../etc"])
def test_strange_addresses_of_cards_harm_nothing(href: str) -> None:
    def changes(token: str) -> Answer:
        return multistatus(found(escape(href)), found(f"{BOOK}good.vcf"), token="t")

    with scripted(quirky(changes)) as server:
        assert "good" in names(read(f"{server.url}{BOOK}"))


def test_control_characters_in_a_card_do_not_reach_the_screen() -> None:
    def report(asked: Asked) -> Answer:
        if "sync-collection" in asked.body:
            return multistatus(found(f"{BOOK}a.vcf"), token="t")
        return multistatus(with_card(f"{BOOK}a.vcf", card("A\u202enna\u009b31m", "1")))

    with scripted(quirky(lambda token: NOT_THERE, **{f"REPORT {BOOK}": report})) as server:
        assert names(read(f"{server.url}{BOOK}")) == ["Anna31m"]
