"""Companies: kept whole, each number only one's."""

import asyncio
from dataclasses import replace

from store_samples import NOON, call, save

from console.calls.words import Direction
from console.desk.changes import PutCompanies, PutCompany, RemoveCompany
from console.desk.contacts import Companies, Unowned, UnownedNumbers
from console.desk.queries import CompanyNames
from console.people.values import Company, Greeting, Person
from console.store.database import open_store

MEYER = Company(
    "Meyer & Söhne",
    ("+49301110", "support", "+4930111*", "+493022200..+493022299"),
    colour="#ff0000",
    greeting="Guten Tag",
    pronunciation="MY-er",
    facts=("open until 17:00", "ask for Herr Meyer"),
    time_zone="Europe/Berlin",
    address="Hauptstr. 1\n10115 Berlin",
    web="https://meyer.example",
    people=(Person("Herr Meyer", "owner", "+49171", "m@meyer.example"), Person("Lena")),
    notes="boiler",
    hours=("Mon-Fri 09:00-17:00", "12-25 closed Christmas"),
    greetings=(Greeting("closed", "We are closed."), Greeting("Sat", "Samstag")),
    template="{{ called.name }}",
)
BERG = Company("Kanzlei Berg", ("+4930999", "berg"))


async def put(store, company: Company):
    return (await store.write([PutCompany(company, "eva", NOON)]))[0]


async def put_many(store, *companies: Company):
    return (await store.write([PutCompanies(companies, "eva", NOON)]))[0]


def with_id(company: Company, id: int | None, **more) -> Company:
    return replace(company, id=id, **more)


async def test_a_company_comes_back_whole_and_its_former_state_with_each_change(store):
    added = await put(store, MEYER)
    assert (added.count, added.company) == (1, None)
    meyer = with_id(MEYER, added.id)
    assert await store.companies() == (meyer,)
    changed = with_id(meyer, added.id, name="Meyer AG", numbers=("+4977",), facts=())
    assert (await put(store, changed)).company == meyer
    assert await store.companies() == (changed,)
    (removed,) = await store.write([RemoveCompany(added.id, "eva", NOON)])
    assert (removed.count, removed.company) == (1, changed)
    assert await store.companies() == ()
    assert (await put(store, changed)).count == 0
    (removed,) = await store.write([RemoveCompany(added.id, "eva", NOON)])
    assert removed.count == 0
    # Calls keep speaking of the one that is gone.
    assert (await put(store, BERG)).id > added.id


class TestANumberOfAnother:
    async def test_is_refused_with_number_owner_and_what_to_do(self, store):
        await put(store, MEYER)
        refused = await put(store, Company("Berg", ("+4977", "SUPPORT")))
        assert not refused.count
        assert "The number support belongs to Meyer & Söhne" in refused.refused
        assert "Take it away there first" in refused.refused
        assert [each.name for each in await store.companies()] == ["Meyer & Söhne"]

    async def test_is_a_number_however_it_is_written(self, store):
        await put(store, MEYER)
        for claim in ("+4930222??", "+493022250..+493022350", "SUPPORT", "+4930111*"):
            refused = await put(store, Company("Berg", (claim,)))
            assert "belongs to Meyer & Söhne" in refused.refused, claim
        # What is narrower wins, so it may be.
        assert (await put(store, Company("Berg", ("+493022207",)))).count == 1

    async def test_leaves_out_the_one_who_claims_it_and_only_that_one(self, store):
        await put_many(store, MEYER, BERG)
        written = await put_many(
            store,
            Company("New", ("+4988",)),
            Company("Thief", ("+4999", "berg")),
            Company("Second", ("+4988",)),
        )
        assert written.count == 1
        assert [(each.line, each.reason.split(":")[0]) for each in written.skipped] == [
            *((2, "Thief was left out"), (3, "Second was left out")),
        ]
        assert "berg belongs to Kanzlei Berg" in written.skipped[0].reason
        assert await store.ask(CompanyNames()) == ("Kanzlei Berg", "Meyer & Söhne", "New")

    async def test_may_be_given_away_and_taken_in_one_go_in_any_order(self, store):
        await put_many(store, Company("A", ("1",)), Company("B", ("2",)))
        written = await put_many(store, Company("A", ("2",)), Company("B", ("1",)))
        assert (written.count, written.skipped) == (2, ())
        assert [each.numbers for each in await store.companies()] == [("2",), ("1",)]

    async def test_is_lost_only_to_one_who_is_taken_in(self, store):
        await put(store, Company("A", ("1",)))
        written = await put_many(
            store, Company("B", ("1", "2")), Company("C", ("2",)), Company("D", ("2", "3"))
        )
        assert written.count == 1
        assert [each.reason.partition(".")[0] for each in written.skipped] == [
            "B was left out: the number 1 belongs to A",
            "D was left out: the number 2 belongs to C",
        ]

    async def test_that_is_left_out_keeps_what_it_had_from_the_others(self, store):
        await put_many(store, Company("A", ("1",)), Company("B", ("2",)), Company("C", ("3",)))
        # A wants B's, so it stays as it was, and C can't have A's.
        written = await put_many(store, Company("C", ("1",)), Company("A", ("2", "4")))
        assert written.count == 0
        assert sorted(each.line for each in written.skipped) == [1, 2]
        assert [each.numbers for each in await store.companies()] == [("1",), ("2",), ("3",)]

    async def test_is_free_while_the_other_is_archived(self, store):
        meyer = (await put(store, MEYER)).id
        await put(store, with_id(MEYER, meyer, archived=True))
        assert not (await put(store, Company("New", ("support",)))).refused
        back = await put(store, with_id(MEYER, meyer))
        assert "support belongs to New" in back.refused


async def test_they_are_sorted_as_people_sort(store):
    sorted_ = ["Äpfel", "Apotheke", "Çelik", "Dora", "Łódź Invest", "Lose", "Öl AG", "Ost", "Zoe"]
    await put_many(store, *(Company(name) for name in reversed(sorted_)))
    assert [each.name for each in await store.ask(Companies())] == sorted_
    assert await store.ask(CompanyNames()) == tuple(sorted_)
    assert [each.name for each in await store.ask(Companies("lodz"))] == ["Łódź Invest"]


async def test_a_name_is_one_companys_whatever_its_case(store):
    meyer = await put(store, MEYER)
    refused = await put(store, Company("MEYER & SÖHNE"))
    assert "another name" in refused.refused
    assert (await put(store, with_id(MEYER, meyer.id, name="MEYER & SÖHNE"))).count == 1
    await put(store, with_id(MEYER, meyer.id, archived=True))
    assert "archived" in (await put(store, Company("meyer & söhne"))).refused


async def test_an_import_replaces_what_a_table_says_and_keeps_the_rest(store):
    id = (await put(store, MEYER)).id
    await put_many(store, Company("MEYER & SÖHNE", ("+4977",), notes="new"))
    assert await store.companies() == (
        with_id(
            MEYER,
            id,
            name="MEYER & SÖHNE",
            numbers=("+4977",),
            notes="new",
        ),
    )


async def test_a_number_that_an_import_says_nothing_of_is_still_its_companys(store):
    await put(store, MEYER)
    written = await put_many(
        store, Company(MEYER.name, greeting="New"), Company("New", ("support",))
    )
    assert [each.reason for each in written.skipped]
    (meyer,) = await store.companies()
    assert (meyer.numbers, meyer.greeting) == (MEYER.numbers, "New")


async def test_are_listed_by_words_in_any_field_and_archived_only_if_asked_for(store):
    await put_many(store, MEYER, BERG)
    old = await put(store, Company("Old", ("+4911",), archived=True))

    async def found(text="", archived=False):
        return [each.name for each in await store.ask(Companies(text, archived))]

    assert await found() == ["Kanzlei Berg", "Meyer & Söhne"]
    assert await found(archived=True) == ["Kanzlei Berg", "Meyer & Söhne", "Old"]
    for text in ("sohne", "SUPPORT", "22299", "lena", "boiler", "samstag", "berlin christmas"):
        assert await found(text) == ["Meyer & Söhne"], text
    assert await found("e") == ["Kanzlei Berg", "Meyer & Söhne"]
    assert await found("berg boiler") == []
    assert await store.ask(CompanyNames()) == ("Kanzlei Berg", "Meyer & Söhne", "Old")
    assert old.id not in [each.id for each in await store.companies()]


async def test_the_companies_are_the_same_tuple_until_one_changes(store):
    await put(store, MEYER)
    once = await store.companies()
    await save(store, call("c1"))
    assert await store.companies() is once
    await put(store, BERG)
    assert [each.name for each in await store.companies()] == ["Kanzlei Berg", "Meyer & Söhne"]


async def test_a_change_while_the_companies_are_read_is_not_lost(store):
    for n in range(30):
        reading = asyncio.ensure_future(store.companies())
        await asyncio.sleep(0.0005 * (n % 4))
        await put(store, Company(f"C{n:02}"))
        await reading
        assert len(await store.companies()) == n + 1


async def test_a_reader_in_another_program_sees_new_companies(tmp_path):
    path = str(tmp_path / "hotline.db")
    desk = await open_store(path)
    reader = await open_store(path, read_only=True)
    assert await reader.companies() == ()
    await put(desk, MEYER)
    once = await reader.companies()
    assert [each.name for each in once] == [MEYER.name]
    assert await reader.companies() is once
    await desk.close()
    await reader.close()


async def test_called_numbers_that_nobody_has_are_told_most_called_first(store):
    await save(
        store,
        *(call(f"a{n}", n, called="+4930111") for n in range(3)),
        *(call(f"b{n}", 10 + n, called="+4930222") for n in range(5)),
        call("owned", 20, called="+4930333", company="Meyer"),
        call("old", -9, called="+4930444"),
        call("none", 21, called=None),
        call("out", 22, called="+4930555", direction=Direction.OUTBOUND),
    )
    found = await store.ask(UnownedNumbers(NOON))
    assert [(each.number, each.calls) for each in found] == [("+4930222", 5), ("+4930111", 3)]
    assert found[0] == Unowned("+4930222", 5, call("x", 14).call.started_at)
    assert len(await store.ask(UnownedNumbers(NOON, limit=1))) == 1
    # One that has a company by now is no longer told, and does not stand in the others' way.
    await put(store, Company("New", ("+49302*",)))
    (left,) = await store.ask(UnownedNumbers(NOON, limit=1))
    assert left.number == "+4930111"


async def test_thousands_are_put_in_a_moment_also_when_each_claims_its_neighbours_number(store):
    many = [Company(f"Firm {n}", (f"+49308{n:06}", f"+49307{n:06}")) for n in range(5_000)]
    async with asyncio.timeout(4):
        assert (await put_many(store, *many)).count == 5_000
        assert (await put_many(store, *(replace(each, colour="#fff") for each in many))).count
    assert {each.colour for each in await store.companies()} == {"#fff"}
    assert len(await store.companies()) == 5_000
    chain = [Company(f"Link {n}", (f"+4955{n:06}", f"+4955{n + 1:06}")) for n in range(2_000)]
    async with asyncio.timeout(4):
        put = await put_many(store, Company("First", ("+4955000000",)), *chain)
    assert put.count + len(put.skipped) == 2_001
    assert put.skipped[0].reason.startswith("Link 0 was left out: the number +4955000000 belongs")
