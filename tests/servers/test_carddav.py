"""The CardDAV reader against a real Radicale."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from pydantic import SecretStr

from console.calls.numbers import NumberPlan
from console.directory import carddav_changes, carddav_reader, dav_http
from console.directory.reading import CannotRead, Gone, Mark
from console.people.skipped import Skipped
from console.people.values import Contact
from console.settings.sources import CardDav

from .radicale_server import OTHER, PASSWORD, USER, Book, Radicale, card

pytestmark = pytest.mark.servers
PLAN = NumberPlan("DE", "30", "0")
NewBook = Callable[..., Book]


@pytest.fixture
def new_book(radicale: Radicale) -> Iterator[NewBook]:
    """What makes an address book with cards (name, number); it ends with the test."""
    books: list[Book] = []

    def make(cards: dict[str, str], path: str = "", user: str = USER) -> Book:
        books.append(Book(radicale, path or f"{USER}/book{next(_NUMBERS)}/", cards, user))
        return books[-1]

    yield make
    for one in books:
        one.close()


_NUMBERS = count(1)


def options(server: Radicale, url: str, **changed: Any) -> CardDav:
    usual = {
        "url": url,
        "user": USER,
        "password": SecretStr(PASSWORD),
        "ca_file": str(server.certificates.authority),
    }
    return CardDav(**(usual | changed))


def read(book: Book, token: str = "", **changed: Any) -> tuple[Mark, list[Any]]:
    """The mark and all else."""
    mark, *rest = carddav_reader.read(options(book.server, book.url, **changed), PLAN, token)
    assert isinstance(mark, Mark)
    return mark, rest


def why(server: Radicale, url: str, token: str = "", **changed: Any) -> str:
    """The sentence with which reading fails."""
    with pytest.raises(CannotRead) as refusal:
        list(carddav_reader.read(options(server, url, **changed), PLAN, token))
    sentence = str(refusal.value)
    assert sentence.endswith(".")
    assert PASSWORD not in sentence
    return sentence


def names(found: list[Any]) -> dict[str, str]:
    """Names by key, of contacts alone."""
    assert all(isinstance(one, Contact) for one in found), found
    return {one.key: one.name for one in found}


THREE = {"Jürgen Müßig": "030 555 01", "O'Neill & Söhne": "030 555 02", "Łucja": "+48 22 5550011"}


def test_radicale_listens_on_loopback_only(radicale: Radicale) -> None:
    assert radicale.listens() == {("tcp", "127.0.0.1", radicale.port)}


def test_the_first_sync_brings_all(new_book: NewBook) -> None:
    book = new_book(THREE)
    mark, found = read(book)
    assert (mark.mode, mark.total) == ("full", 3)
    assert {one.name: one.numbers for one in found} == {
        "Jürgen Müßig": (("+493055501", "work"),),
        "O'Neill & Söhne": (("+493055502", "work"),),
        "Łucja": (("+48225550011", "work"),),
    }
    assert all(one.key.startswith(f"/{book.path}") and one.key.isascii() for one in found)


def test_a_thousand_cards_come_in_several_helpings(new_book: NewBook) -> None:
    cards = {f"Person {n}": f"030 555 {n:04}" for n in range(1000)}
    mark, found = read(new_book(cards))
    assert mark.total == 1000
    assert {one.name for one in found} == set(cards)
    assert len(names(found)) == 1000


def test_nothing_comes_when_nothing_has_changed(new_book: NewBook) -> None:
    book = new_book(THREE)
    mark, _ = read(book)
    again, found = read(book, mark.token)
    assert (again.mode, again.total, again.token, found) == ("delta", 0, mark.token, [])


def test_only_what_was_added_changed_or_deleted_comes(new_book: NewBook) -> None:
    book = new_book(THREE)
    first, found = read(book)
    keys = {name: key for key, name in names(found).items()}
    file = {name: key.rpartition("/")[2] for name, key in keys.items()}
    book.put("neu ä+@%.vcf", card("Neu", "030 555 09"))
    book.put(file["Łucja"], card("Łucja Nowa", "030 555 03", uid="Łucja"))
    book.delete(file["Jürgen Müßig"])
    mark, found = read(book, first.token)
    assert mark.mode == "delta"
    assert [one for one in found if isinstance(one, Gone)] == [Gone(keys["Jürgen Müßig"])]
    changed = names([one for one in found if not isinstance(one, Gone)])
    assert changed.pop(keys["Łucja"]) == "Łucja Nowa"
    [(new, name)] = changed.items()
    assert name == "Neu"
    book.delete("neu ä+@%.vcf")
    assert read(book, mark.token)[1] == [Gone(new)]


def test_a_card_that_came_and_went_between_two_syncs_leaves_no_contact(new_book: NewBook) -> None:
    book = new_book(THREE)
    first, _ = read(book)
    book.put("short.vcf", card("Short", "030 555 07"))
    book.delete("short.vcf")
    _, found = read(book, first.token)
    assert all(isinstance(one, Gone) for one in found)


@pytest.mark.parametrize(
    "token",
    [
        "nonsense",
        "[]",
        '{"source": 1}',
        '{"source":"someone else","book":"https://nowhere.invalid/","sync":"x"}',
        "a token the server has forgotten",
        "a token it never gave",
    ],
)
def test_with_a_token_that_is_none_all_is_read_anew(new_book: NewBook, token: str) -> None:
    book = new_book(THREE)
    if token.startswith("a token"):
        known = json.loads(read(book)[0].token)
        forgotten = "http://radicale.org/ns/sync/" + "0" * 64
        known["sync"] = forgotten if "forgotten" in token else "x:y"
        token = json.dumps(known)
    mark, found = read(book, token)
    assert (mark.mode, len(found)) == ("full", 3)


def test_a_book_that_was_made_anew_is_read_anew(new_book: NewBook) -> None:
    book = new_book(THREE)
    mark, _ = read(book)
    book.delete()
    assert "has nothing there (404)" in why(book.server, book.url, mark.token)
    again = new_book({"Only": "030 555 01"}, path=book.path)
    mark, found = read(again, mark.token)
    assert [one.name for one in found if isinstance(one, Contact)] == ["Only"]
    assert mark.mode == "full" or len([one for one in found if isinstance(one, Gone)]) == 3


def test_an_empty_book_is_no_failure(new_book: NewBook) -> None:
    book = new_book({"Only": "030 555 01"})
    mark, [only] = read(book)
    book.delete(only.key.rpartition("/")[2])
    assert read(book)[1] == []
    assert read(book, mark.token)[1] == [Gone(only.key)]


@pytest.mark.parametrize("start", ["", f"{OTHER}/"])
def test_the_book_is_found_from_the_server_or_the_user(
    new_book: NewBook, radicale: Radicale, start: str
) -> None:
    new_book(THREE, path=f"{OTHER}/found/", user=OTHER)
    source = options(radicale, f"{radicale.url}{start}", user=OTHER)
    mark, *found = carddav_reader.read(source, PLAN, "")
    assert isinstance(mark, Mark)
    assert set(names(found).values()) == set(THREE)
    again, *nothing = carddav_reader.read(source, PLAN, mark.token)
    assert (again, nothing) == (Mark("delta", mark.token, 0), [])


def test_etags_do_where_the_server_does_not_tell_changes(
    new_book: NewBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*arguments: object) -> Any:
        raise dav_http.Refused("No such report.", 403)

    monkeypatch.setattr(carddav_changes, "_changed", refused)
    book = new_book(THREE)
    mark, found = read(book)
    assert (mark.mode, len(found)) == ("full", 3)
    assert read(book, mark.token) == (Mark("delta", mark.token, 0), [])
    keys = {name: key for key, name in names(found).items()}
    book.put("neu.vcf", card("Neu", "030 555 09"))
    book.delete(keys["Łucja"].rpartition("/")[2])
    delta, found = read(book, mark.token)
    assert delta.mode == "delta"
    assert found[0] == Gone(keys["Łucja"])
    assert list(names(found[1:]).values()) == ["Neu"]


def test_a_long_list_of_etags_is_not_kept(
    new_book: NewBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*arguments: object) -> Any:
        raise dav_http.Refused("No such report.", 403)

    monkeypatch.setattr(carddav_changes, "_changed", refused)
    monkeypatch.setattr(carddav_changes, "LONGEST_TOKEN", 100)
    mark, found = read(new_book(THREE))
    assert (mark, len(found)) == (Mark("full", "", 3), 3)


def test_cards_too_large_together_are_fetched_in_smaller_helpings(
    new_book: NewBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = new_book({f"Person {n}": f"030 555 {n:02}" for n in range(40)})
    photo = "".join(f" {'A' * 72}\r\n" for _ in range(400))
    book.put(
        "huge.vcf", card("Huge", "030 1").replace("END:", f"PHOTO;ENCODING=b:AAAA\r\n{photo}END:")
    )
    monkeypatch.setattr(dav_http, "LARGEST_ANSWER", 20_000)
    mark, found = read(book)
    assert mark.total == 41
    assert len([one for one in found if isinstance(one, Contact)]) == 40
    [skipped] = [one for one in found if isinstance(one, Skipped)]
    assert skipped.file.endswith("/huge.vcf")


def test_wrong_logins_addresses_and_certificates_are_told_apart(
    new_book: NewBook, radicale: Radicale
) -> None:
    url = new_book(THREE).url
    assert f"login of {USER}" in why(radicale, url, password=SecretStr("wrong"))
    assert "login of nobody" in why(radicale, url, user="nobody")
    assert "wants a login" in why(radicale, url, user="")
    assert "may not be read" in why(radicale, f"{radicale.url}{OTHER}/found/")
    assert "has nothing there" in why(radicale, f"{radicale.url}{USER}/nowhere/")
    assert "certificate that can't be trusted" in why(radicale, url, ca_file="")
    stranger = str(radicale.certificates.stranger)
    assert "certificate that can't be trusted" in why(radicale, url, ca_file=stranger)
    assert "/nowhere.pem" in why(radicale, url, ca_file="/nowhere.pem")
    assert "broke off" in why(radicale, url.replace("https:", "http:"))
    assert "can't be reached" in why(radicale, "https://127.0.0.1:1/")
    assert "can't be reached" in why(radicale, "https://nowhere.invalid/")
    assert "own fields" in why(radicale, url.replace("//", f"//{USER}:secret@"))


def test_a_password_that_was_changed_is_not_taken_for_an_old_token(new_book: NewBook) -> None:
    book = new_book(THREE)
    mark, _ = read(book)
    assert "login of" in why(book.server, book.url, mark.token, password=SecretStr("old"))


def test_a_server_that_is_gone_or_frozen_gives_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Radicale()
    try:
        server.begin()
        book = Book(server, f"{USER}/book/", {f"Person {n}": f"030 555 {n}" for n in range(300)})
        reader = carddav_reader.read(options(server, book.url), PLAN, "")
        for _ in range(120):
            next(reader)
        server.kill()
        with pytest.raises(CannotRead, match=r"can't be reached|broke off"):
            list(reader)
        server.begin()
        monkeypatch.setattr(dav_http, "READ_SECONDS", 0.3)
        monkeypatch.setattr(dav_http, "CONNECT_SECONDS", 0.3)
        reader = carddav_reader.read(options(server, book.url), PLAN, "")
        for _ in range(120):
            next(reader)
        server.signal(signal.SIGSTOP)
        with pytest.raises(CannotRead, match="does not answer in time"):
            list(reader)
        book.close()
    finally:
        server.remove()
