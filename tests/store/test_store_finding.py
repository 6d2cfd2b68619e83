"""Contacts that a search finds, the same ones whichever way it goes about it."""

import random

import pytest
from staged import add_source, names, take_in
from store_samples import NOON

from console.calls.text import fold
from console.desk.changes import DropContact, PutContact, PutContacts, PutSource
from console.desk.contacts import FindContacts, GetContact, Sources
from console.people.values import Address, Contact
from console.settings.sources import OWN, ContactSource, OwnContacts, VcardFolder
from console.store import contact_words, finding
from console.store.contact_terms import contact_terms

PEOPLE = (
    Contact("Jürgen Müller-Schmidt", (("+4917012345678", "mobile"),), key="1"),
    Contact("Zoë Özdemir", (("+493011100023", "work"),), company="Muster GmbH", key="2"),
    Contact("Anna Straße", emails=("anna.b@example.org",), key="3"),
    Contact("Bert", addresses=(Address("Hauptstr. 7", "Köln", "01067"),), key="4"),
    Contact("Carl", (("112", ""), ("0800 FLOWERS", "")), note="VIP, please put through", key="5"),
    Contact("Дмитрий Иванов", (("030 123", ""),), department="Продажи", key="6"),
)


@pytest.fixture(params=["index", "index, as many", "no index"])
async def people(request, store, tmp_path, monkeypatch):
    """A store with PEOPLE, searched in each of the three ways; the source's id."""
    if request.param == "index, as many":
        monkeypatch.setattr(finding, "FEW", 0)
    if request.param == "no index":
        monkeypatch.setattr(contact_words, "usable", lambda run: False)
    else:
        by_name = finding._Finding.by_name

        def only_without_words(self, total):
            assert not self._terms
            return by_name(self, total)

        monkeypatch.setattr(finding._Finding, "by_name", only_without_words)
    source = await add_source(store)
    await take_in(store, source, tmp_path / "s", PEOPLE)
    return source


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "123456"),
        ("  ", "123456"),
        ("m", "12"),
        ("MULLER", "1"),
        ("müller-schm", "1"),
        ("mueller", "1"),
        ("Muel", "1"),
        ("mueller-schm", "1"),
        ("m -mueller", "2"),
        ("mu\u0308ller", "1"),
        ("schmidt jürgen", "1"),
        ("urgen", ""),
        ("strasse", "3"),
        ("anna.b@exam", "3"),
        ("straßen", ""),
        ("zoe oz must", "2"),
        ("koln", "4"),
        ("haupt 7", "4"),
        ("01067", "4"),
        ("010", "4"),
        ("1067", ""),
        ("0170 12", "1"),
        ("0170 12345678", "1"),
        ("+49 (0)170 / 123", "1"),
        ("0049170", "1"),
        ("170123456789", ""),
        ("112", "5"),
        ("030", "26"),
        ("030 1", "26"),
        ("30123", ""),
        ("müller 0170", "1"),
        ("bert 010", "4"),
        ("0800 flow", "5"),
        ("vip thr", "5"),
        ("иван прод", "6"),
        ("m -gmbh", "1"),
        ("m -0170", "2"),
        ("-gmbh", "2"),
        ("-gmbh -zoe", ""),
        ("m -gmbh -schmidt", ""),
        ("m -", "12"),
        ("...", "123456"),
        ('"; DROP TABLE * OR', ""),
        ("muster AND gmbh", ""),
        ("\ue000", "123456"),
        ("%", "123456"),
    ],
)
async def test_words_begin_in_any_order_without_regard_to_case_and_accents(
    people, store, text, found
):
    page = await store.ask(FindContacts(text))
    assert "".join(sorted(contact.key for contact in page.contacts)) == found
    assert not page.more


async def test_a_page_says_that_there_is_more_and_the_next_goes_on(people, store):
    for text, count in (("", 6), ("e", 1), ("m -x", 2), ("0", 3)):
        whole = (await store.ask(FindContacts(text))).contacts
        assert len(whole) == count or text == "0", text
        paged: list[Contact] = []
        after = None
        while True:
            page = await store.ask(FindContacts(text, limit=1, after=after))
            paged += page.contacts
            assert page.more == (len(paged) < len(whole))
            if not page.more:
                break
            after = (page.contacts[-1].name, page.contacts[-1].id)
        assert paged == list(whole)
        assert len({contact.id for contact in paged}) == len(paged)
        paged, after = [], None
        while True:
            query = FindContacts(text, limit=2, after=after, backwards=True)
            page = await store.ask(query)
            paged = [*page.contacts, *paged]
            assert page.more == (len(paged) < len(whole))
            if not page.more:
                break
            after = (page.contacts[0].name, page.contacts[0].id)
        assert paged == list(whole)


async def test_names_are_sorted_as_people_sort_across_sources(store, tmp_path):
    for source, own in (("one", ("Émile", "zoe", "Anna")), ("two", ("Ärger", "Bert", "emil"))):
        id = await add_source(store, source)
        people = [Contact(f"{name} x", key=name) for name in own]
        await take_in(store, id, tmp_path / "s", people)
    sorted_ = ["Anna x", "Ärger x", "Bert x", "emil x", "Émile x", "zoe x"]
    assert await names(store) == sorted_
    assert await names(store, "x") == sorted_
    found = await store.ask(FindContacts(limit=4))
    assert ([each.name for each in found.contacts], found.more, found.total) == (
        *(sorted_[:4], True, 6),
    )


async def test_a_letter_with_a_stroke_stands_with_the_letter_and_is_found_by_it(store, tmp_path):
    source = await add_source(store)
    sorted_ = ["Çelik x", "Dora x", "Łódź x", "Lose x", "Oper x", "Øresund x", "Zoe x"]
    await take_in(store, source, tmp_path / "s", [Contact(name, key=name) for name in sorted_])
    assert await names(store) == sorted_
    assert await names(store, "x") == sorted_
    for text, name in (("lodz", "Łódź x"), ("oresund", "Øresund x"), ("celik", "Çelik x")):
        assert await names(store, text) == [name]


async def test_umlauts_are_found_however_germans_write_them(store, tmp_path):
    source = await add_source(store)
    both = ["Mueller Bär", "Müller Baer"]
    await take_in(store, source, tmp_path / "s", [Contact(name, key=name) for name in both])
    for text in ("mueller", "müller", "MÜL", "mueller bär", "müller baer", "müller-bär"):
        assert await names(store, text) == both
    assert await names(store, "muller") == both[1:]


@pytest.mark.parametrize("text", ["", "anna", "a"])
@pytest.mark.parametrize("few", [0, 1000])
async def test_everybody_finds_what_is_for_everybody_or_ones_own(
    store, tmp_path, monkeypatch, text, few
):
    monkeypatch.setattr(finding, "FEW", few)
    ids = {}
    for owner in ("", "eva", "otto"):
        ids[owner] = await add_source(store, f"of {owner}", owner=owner)
        people = [Contact(f"Anna of {owner or 'all'}", key="k")]
        await take_in(store, ids[owner], tmp_path / "s", people)
    off = await add_source(store, "off")
    await take_in(store, off, tmp_path / "s", [Contact("Anna off", key="k")])
    await store.write(
        [
            PutSource(
                ContactSource(id=off, name="off", options=VcardFolder(path="/srv"), enabled=False),
                "eva",
                NOON,
            )
        ]
    )
    assert await names(store, text) == ["Anna of all"]
    assert await names(store, text, viewer="eva") == ["Anna of all", "Anna of eva"]
    assert await names(store, text, viewer="eva", source_id=ids["eva"]) == ["Anna of eva"]
    assert await names(store, text, viewer="eva", source_id=ids["otto"]) == []
    assert await names(store, text, source_id=off) == []
    (mine,) = (await store.ask(FindContacts(viewer="otto", source_id=ids["otto"]))).contacts
    assert await store.ask(GetContact(mine.id, viewer="eva")) is None
    assert await store.ask(GetContact(mine.id, viewer="otto")) == mine
    assert [s.source.name for s in await store.ask(Sources(viewer="eva"))] == [
        *("Own contacts", "of ", "of eva", "off"),
    ]


async def test_a_correction_is_found_in_place_of_what_it_corrects(people, store):
    wrong = (await store.ask(FindContacts("bert"))).contacts[0]
    right = Contact("Berta", id=wrong.id, key=wrong.key, source_id=wrong.source_id)
    (written,) = await store.write([PutContact(right, "eva", NOON)])
    assert await names(store, "b") == ["Anna Straße", "Berta"]
    everybody = await store.ask(FindContacts())
    assert (len(everybody.contacts), everybody.total) == (6, 6)
    assert "Bert" not in [each.name for each in everybody.contacts]
    assert await names(store, "koln") == []
    off = ContactSource(id=OWN, name="Mine", options=OwnContacts(), enabled=False)
    await store.write([PutSource(off, "eva", NOON)])
    everybody = await store.ask(FindContacts())
    assert ("Bert" in [each.name for each in everybody.contacts], everybody.total) == (True, 6)
    await store.write([DropContact(written.id, "eva", NOON)])
    assert await names(store, "bert") == ["Bert"]


async def test_contacts_put_one_by_one_are_found_as_they_are_now(store):
    async def put(*contacts: Contact) -> str:
        return (await store.write([PutContacts(contacts, "demo", "demo", NOON)]))[0].refused

    assert not await put(Contact("Anna Alt", key="k"), Contact("Bert", key="l"))
    assert not await put(Contact("Anna Neu", key="k"))
    assert await names(store, "alt") == []
    assert await names(store, "neu") == ["Anna Neu"]
    assert (await store.sources())[1].count == 2
    await add_source(store, "Read")
    (written,) = await store.write([PutContacts([Contact("X")], "read", "demo", NOON)])
    assert "another kind" in written.refused


async def test_search_by_index_and_by_reading_find_the_same(store, tmp_path, monkeypatch):
    """Random contacts and searches, against words compared one by one."""
    dice = random.Random(5)
    vocabulary = (
        *("an", "anna", "annabella", "annabellina", "bert", "berthold", "bertholdine", "c", "ca"),
        *("käse", "kaseina", "müller", "mullerei", "schifffahrt", "schiffahrtsamt", "x1", "170"),
    )

    def some(n: int) -> str:
        return " ".join(dice.choice(vocabulary) for _ in range(n))

    contacts = [
        Contact(some(2), ((f"+49{dice.choice((17, 30))}{n:06}", ""),), note=some(2), key=str(n))
        for n in range(300)
    ]
    for part in range(3):
        source = await add_source(store, f"s{part}", owner="otto" if part == 2 else "")
        await take_in(store, source, tmp_path / "s", contacts[part::3])
    seen = [each for n, each in enumerate(contacts) if n % 3 != 2]
    monkeypatch.setattr(finding, "_SAMPLE", 20)
    for _ in range(150):
        typed = [dice.choice(vocabulary)[: dice.randrange(1, 12)] for _ in range(2)]
        text = " ".join((typed[0], dice.choice(("", "-")) + typed[1])[: dice.randrange(1, 3)])
        wanted = sorted(each.key for each in seen if _fits(each, text))
        for few in (0, 10, 1_000):
            monkeypatch.setattr(finding, "FEW", few)
            found: list[str] = []
            after = None
            while True:
                page = await store.ask(FindContacts(text, limit=40, after=after))
                found += [each.key for each in page.contacts]
                if not page.more:
                    break
                after = (page.contacts[-1].name, page.contacts[-1].id)
            assert sorted(found) == wanted, (text, few)


def _fits(contact: Contact, text: str) -> bool:
    """Whether all typed words begin in a contact: written down once more, without any index."""
    (number,) = contact.numbers
    said = [*fold(f"{contact.name} {contact.note}").split(), number[0][1:], number[0][3:]]
    first, *rest = text.split()

    def begins(word: str) -> bool:
        return any(each.startswith(word) for each in said)

    return begins(fold(first)) and all(
        not begins(fold(word[1:])) if word.startswith("-") else begins(fold(word)) for word in rest
    )


def test_what_is_typed_is_cut_into_beginnings():
    def cut(text):
        return [(term.either, term.excluded) for term in contact_terms(text)]

    assert cut("Meyer & Söhne") == [((("meyer",),), False), ((("sohne",), ("soehne",)), False)]
    assert cut("Schroeder") == [((("schroeder",), ("schroder",)), False)]
    for same in ("Bauer", "Quelle", "joe", "neue", "Boeing", "strasse", "łódź"):
        assert cut(same) == [(((fold(same),),), False)]
    assert cut("Müller-Schroeder") == [
        ((("muller",), ("mueller",)), False),
        ((("schroeder",), ("schroder",)), False),
    ]
    assert cut("x -Müller-x")[1] == ((("muller", "x"), ("mueller", "x")), True)
    assert cut("a.b@c") == [((("a", "b", "c"),), False)]
    assert cut("-x -y") == [((("x",),), False), ((("y",),), True)]
    assert cut("0170 12") == [((("17012",), ("017012",), ("0170", "12")), False)]
    assert cut("x -030") == [((("x",),), False), ((("30",), ("030",)), True)]
    assert cut("x" * 500) == [((("x" * 200,),), False)]
    assert cut("٣٤ ()") == []
