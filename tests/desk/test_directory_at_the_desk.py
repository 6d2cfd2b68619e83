"""What the desk does about companies, contacts, sources, settings and actions."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from console.calls import events as ev
from console.calls.words import Direction, Role
from console.desk import commands as do
from console.desk.changes import Change, Written
from console.desk.contacts import (
    Companies,
    FindContacts,
    Previewed,
    PreviewText,
    Sources,
    SyncProgress,
    Tried,
    TrySource,
    WhoIs,
)
from console.desk.operators import Operator
from console.desk.records import CallRecord, Identity, Offer
from console.people.values import Company, Contact
from console.settings.live import Live, Occasion
from console.settings.sources import ContactSource as Source
from console.settings.sources import Ldap, VcardFolder
from tests.desk.front import ANNA, EVA, LENA, Front, arrived, front

MEYER = Company("Meyer & Söhne", ("+4930222000",))


class Told:
    """Remembers what happened."""

    def __init__(self) -> None:
        self.occasions: list[tuple[Occasion, str, str]] = []

    def happened(self, occasion: Occasion, record: CallRecord, settings: Live) -> None:
        self.occasions.append((occasion, record.call.id, record.caller_name))

    def of(self, call: str) -> list[Occasion]:
        return [occasion for occasion, id, _ in self.occasions if id == call]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Front]:
    async with front(tmp_path / "desk.db", reflexes=Told()) as one:
        yield one


def told(desk: Front) -> Told:
    assert isinstance(desk.reflexes, Told)
    return desk.reflexes


def saves(desk: Front) -> list[object]:
    """What is written from now on."""
    written: list[object] = []
    write = desk.store.write

    async def remember(changes: Sequence[Change]) -> list[Written]:
        written.extend(changes)
        return await write(changes)

    desk.store.write = remember  # type: ignore[method-assign]
    return written


async def done(desk: Front, command: do.Command, who: Operator = EVA) -> do.Done:
    answer = await desk.desk.do(command, who)
    assert isinstance(answer, do.Done), answer
    return answer


async def refused(desk: Front, command: do.Command, who: Operator = EVA) -> str:
    answer = await desk.desk.do(command, who)
    assert isinstance(answer, do.Refused), answer
    return answer.why


async def test_a_company_is_saved_changed_and_both_are_undone(desk: Front) -> None:
    id = (await done(desk, do.SaveCompany(MEYER))).id
    await done(desk, do.SaveCompany(replace(MEYER, id=id, name="Meyer GmbH")))
    (company,) = await desk.eva.ask(Companies())
    assert (company.id, company.name) == (id, "Meyer GmbH")
    await done(desk, do.Undo())
    assert [each.name for each in await desk.eva.ask(Companies())] == ["Meyer & Söhne"]
    await done(desk, do.Undo())
    assert await desk.eva.ask(Companies()) == ()


async def test_a_company_put_away_is_said_to_be(desk: Front) -> None:
    id = (await done(desk, do.SaveCompany(MEYER))).id
    away = await done(desk, do.SaveCompany(replace(MEYER, id=id, archived=True)))
    assert away.text == "Meyer & Söhne put away"
    assert await desk.eva.ask(Companies()) == ()
    assert len(await desk.eva.ask(Companies(archived=True))) == 1


async def test_two_companies_can_not_have_one_number(desk: Front) -> None:
    await done(desk, do.SaveCompany(MEYER))
    why = await refused(desk, do.SaveCompany(Company("Lind", ("+4930222000",))))
    assert "Meyer & Söhne" in why
    assert "+49 30 222000" in why
    assert len(await desk.eva.ask(Companies())) == 1


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (do.SaveCompany(Company("  ")), "needs a name"),
        (do.SaveContact(Contact("")), "needs a name"),
        (do.ChooseContact("", "1:x"), "hidden number"),
        (do.ChangeSettings("hotline", {"display_called": "perhaps"}), "Display called contact"),
        (do.ChangeSettings("nothing", {}), "no settings called nothing"),
        (do.RemoveSource(1), "Own contacts stay"),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_what_makes_no_sense_is_refused_in_words(
    desk: Front, command: do.Command, words: str
) -> None:
    assert words in await refused(desk, command)


async def test_an_added_contact_names_the_call_that_rings(desk: Front) -> None:
    await desk.hear(1, arrived("1"))
    looked_up = desk.lookup.asked
    before = desk.eva.snapshot.directory
    desk.lookup.identity = Identity(name="Anna Muster")
    contact = Contact("Anna Muster", ((str(ANNA.number), "mobile"),))
    id = (await done(desk, do.SaveContact(contact), LENA)).id
    await desk.desk.quiet()
    assert desk.lookup.asked == looked_up + 1
    assert desk.eva.snapshot.live[0].caller_name == "Anna Muster"
    assert desk.eva.snapshot.directory > before
    (match,) = await desk.eva.ask(WhoIs(str(ANNA.number)))
    assert match.contact.id == id
    await done(desk, do.Undo(), LENA)
    assert await desk.eva.ask(WhoIs(str(ANNA.number))) == ()


async def test_a_deleted_contact_comes_back_by_undo(desk: Front) -> None:
    contact = Contact("Anna Muster", (("+4917012345678", "mobile"),), note="boiler")
    id = (await done(desk, do.SaveContact(contact))).id
    assert id is not None
    await done(desk, do.RemoveContact(id))
    assert not (await desk.eva.ask(FindContacts("anna"))).contacts
    await done(desk, do.Undo())
    (back,) = (await desk.eva.ask(FindContacts("anna"))).contacts
    assert (back.name, back.numbers, back.note) == (contact.name, contact.numbers, "boiler")


async def test_settings_are_live_for_everybody_and_undone(desk: Front) -> None:
    assert desk.lena.snapshot.settings.hotline.display_called
    await done(desk, do.ChangeSettings("hotline", {"display_called": False}))
    assert not desk.lena.snapshot.settings.hotline.display_called
    await desk.hear(1, arrived("1"))
    assert not desk.lookup.settings.hotline.display_called
    assert (await done(desk, do.Undo())).text == "undone: Hotline services"
    assert desk.lena.snapshot.settings.hotline.display_called


async def test_that_a_choice_is_undone_is_said_with_the_number_for_people(desk: Front) -> None:
    await done(desk, do.ChooseContact("+493023125508", "1:x"))
    assert (await done(desk, do.Undo())).text == "undone: who +49 30 23125508 is"


async def test_settings_are_there_after_a_restart(tmp_path: Path) -> None:
    async with front(tmp_path / "desk.db") as one:
        await done(one, do.ChangeSettings("hotline", {"template": "{{ called.name }}!"}))
    async with front(tmp_path / "desk.db") as one:
        assert one.eva.snapshot.settings.hotline.template == "{{ called.name }}!"


async def test_an_operator_may_have_sources_of_files_and_nobody_elses(desk: Front) -> None:
    mine = Source(name="mine", owner="lena", options=VcardFolder(path="/tmp/x"))
    ours = mine.model_copy(update={"owner": "", "name": "ours"})
    server = mine.model_copy(update={"options": Ldap(url="ldap://x", base="dc=x"), "name": "x"})
    assert "supervisor" in await refused(desk, do.SaveSource(ours), LENA)
    assert "supervisor" in await refused(desk, do.SaveSource(server), LENA)
    id = (await done(desk, do.SaveSource(mine), LENA)).id
    theirs = (await done(desk, do.SaveSource(ours))).id
    assert id is not None
    assert theirs is not None
    await refused(desk, do.RemoveSource(theirs), LENA)
    # Not by naming a source's id either.
    taken_over = mine.model_copy(update={"id": theirs, "name": "taken"})
    await refused(desk, do.SaveSource(taken_over), LENA)
    seen = {state.source.name for state in await desk.lena.ask(Sources())}
    assert {"mine", "ours"} <= seen
    assert "mine" not in {state.source.name for state in await desk.eva.ask(Sources())}
    await done(desk, do.RemoveSource(id), LENA)


async def test_nobody_changes_or_removes_an_operators_own_source_by_its_id(desk: Front) -> None:
    await done(desk, do.ChangeOperator("lena", "Lena", Role.OPERATOR))
    mine = Source(name="mine", owner="lena", options=VcardFolder(path="/tmp/x"))
    id = (await done(desk, do.SaveSource(mine), LENA)).id
    assert id is not None

    async def answers(id: int) -> list[str]:
        taken = [
            mine.model_copy(update={"id": id, "owner": owner, "name": "taken"})
            for owner in ("", "eva", "lena")
        ]
        wanted = [*map(do.SaveSource, taken), do.RemoveSource(id)]
        return [await refused(desk, command) for command in wanted]

    # Word by word: the answer must not tell that there is one.
    assert await answers(id) == await answers(id + 50)
    await refused(desk, do.SaveSource(mine))  # nor that the name is taken
    await refused(desk, do.SaveSource(mine.model_copy(update={"name": "for you"})))
    (kept,) = [state.source for state in await desk.lena.ask(Sources()) if state.source.id == id]
    assert kept == mine.model_copy(update={"id": id})


async def test_trying_a_source_takes_the_right_to_have_it(desk: Front) -> None:
    async def tried(query: TrySource, operator: Operator) -> Tried:
        return Tried(True, f"for {operator.login}")

    desk.desk.entrust(TrySource, tried)
    server = Source(name="x", options=Ldap(url="ldap://x", base="dc=x"))
    assert (await desk.eva.ask(TrySource(server))).words == "for eva"
    answer = await desk.lena.ask(TrySource(server))
    assert not answer.ok
    assert "supervisor" in answer.words


async def test_what_is_entrusted_is_answered_elsewhere_after_the_rights(desk: Front) -> None:
    asked: list[object] = []

    async def handler(command: object, operator: Operator) -> do.Answer:
        asked.append((command, operator.login))
        return do.Done("on it")

    async def preview(query: PreviewText, operator: Operator) -> Previewed:
        return Previewed(f"{query.template} for {operator.login}")

    desk.desk.entrust(do.ImportFiles, handler)
    desk.desk.entrust(PreviewText, preview)
    order = do.ImportFiles(("/tmp/a.vcf",), "a")
    assert "supervisor" in await refused(desk, order, LENA)
    assert (await done(desk, order)).text == "on it"
    assert asked == [(order, "eva")]
    assert (await desk.lena.ask(PreviewText("x"))).text == "x for lena"
    assert "can't do that" in await refused(desk, do.CallNumber("+4930"))


async def test_the_second_answer_of_a_look_up_adds_the_text_and_stores_nothing(
    desk: Front,
) -> None:
    first = Identity(company=Company("Meyer", id=1), name="Anna")
    desk.lookup.identities = [first, replace(first, called_text="MEYER", greeting="Tag!")]
    await desk.hear(1, arrived("1"))
    (live,) = desk.eva.snapshot.live
    assert live.identity.called_text == "MEYER"
    saved = saves(desk)
    # Asked again, the text does not go while it is rendered anew.
    gate = desk.lookup.between = asyncio.Event()
    desk.desk.directory_changed()
    await asyncio.sleep(0.02)
    assert desk.eva.snapshot.live[0].identity.called_text == "MEYER"
    gate.set()
    await desk.desk.quiet()
    assert not saved


async def test_an_older_look_up_does_not_overwrite_a_newer_one(desk: Front) -> None:
    first = Identity(name="Old")
    desk.lookup.identities = [first, replace(first, called_text="old")]
    gate = desk.lookup.between = asyncio.Event()
    desk.desk.hear([arrived("1")], desk.now)
    await asyncio.sleep(0.02)
    desk.lookup.between = None
    desk.lookup.identities = [Identity(name="New")]
    desk.desk.directory_changed()
    await asyncio.sleep(0.02)
    gate.set()
    await desk.desk.quiet()
    (live,) = desk.eva.snapshot.live
    assert (live.identity.name, live.identity.called_text) == ("New", "")


async def test_what_happens_to_a_call_is_told_once_each_and_after_it_is_stored(
    desk: Front,
) -> None:
    desk.lookup.identity = Identity(name="Anna Muster")
    await desk.hear(1, arrived("1"), ev.Rang("1", "a", "101"))
    assert told(desk).occasions == [(Occasion.INCOMING, "1", "Anna Muster")]
    await desk.hear(2, ev.Answered("1", "a"))
    assert told(desk).of("1") == [Occasion.INCOMING, Occasion.ANSWERED]
    await desk.hear(9, ev.HungUp("1"))
    await desk.hear(3)
    assert told(desk).of("1") == [Occasion.INCOMING, Occasion.ANSWERED, Occasion.ENDED]
    assert (await desk.one("1")).call.settled
    await desk.abandoned("2")
    assert told(desk).of("2") == [Occasion.INCOMING, Occasion.ENDED, Occasion.UNANSWERED]
    out = replace(arrived("3"), direction=Direction.OUTBOUND)
    await desk.hear(1, out)
    assert told(desk).of("3") == [Occasion.OUTGOING]


async def test_a_call_of_which_nobody_can_say_anything_happens_all_the_same(desk: Front) -> None:
    desk.lookup.broken = True
    await desk.abandoned("1")
    assert told(desk).of("1") == [Occasion.INCOMING, Occasion.ENDED, Occasion.UNANSWERED]


async def test_after_a_restart_what_was_told_is_not_told_again(tmp_path: Path) -> None:
    async with front(tmp_path / "desk.db") as one:
        await one.hear(1, arrived("1"), ev.Rang("1", "a", "101"))
        at = one.now
    async with front(tmp_path / "desk.db", at, reflexes=Told()) as one:
        await one.hear(1, ev.HungUp("1"))
        await one.hear(3)
        assert told(one).of("1") == [Occasion.ENDED, Occasion.UNANSWERED]


async def test_an_offer_is_on_the_live_call_once(desk: Front) -> None:
    await desk.hear(1, arrived("1"))
    link = Offer("CRM", "url", "https://crm.example/1")
    desk.desk.offer("1", link)
    desk.desk.offer("1", link)
    desk.desk.offer("gone", link)
    await desk.desk.quiet()
    assert desk.eva.snapshot.live[0].offers == (link,)


async def test_how_far_a_sync_is_stands_in_the_picture(desk: Front) -> None:
    desk.desk.syncing(7, SyncProgress(7, "Customers", "reading", 10, 100))
    await desk.desk.quiet()
    await asyncio.sleep(0)
    assert desk.eva.snapshot.syncs[0].done == 10
    desk.desk.syncing(7, None)
    await desk.desk.quiet()
    await asyncio.sleep(0)
    assert desk.eva.snapshot.syncs == ()


def test_every_command_is_in_the_table_of_rights() -> None:
    from typing import get_args

    from console.desk.rights import LEAST

    assert set(get_args(do.Command)) <= set(LEAST)
    assert LEAST[do.ChangeSettings] is Role.SUPERVISOR


async def test_what_can_not_be_stored_costs_no_call_and_no_command_of_the_same_commit(
    desk: Front,
) -> None:
    await desk.hear(1, arrived("1"), ev.Rang("1", "a", "101"))
    desk.now += timedelta(seconds=5)
    await desk.clock.reach(desk.now)
    desk.desk.hear([ev.HungUp("1")], desk.now)
    broken, sound = await asyncio.gather(
        desk.desk.do(do.SaveCompany(Company("\ud800 surrogate")), EVA),
        desk.desk.do(do.SaveCompany(MEYER), EVA),
    )
    assert isinstance(broken, do.Refused)
    assert isinstance(sound, do.Done)
    await desk.hear(3)
    assert (await desk.one("1")).call.settled


async def test_nothing_acts_on_an_answer_that_is_not_whole_yet(desk: Front) -> None:
    half = Identity(provisional=True)
    desk.lookup.identities = [half, Identity(name="Anna Muster")]
    gate = desk.lookup.between = asyncio.Event()
    desk.desk.hear([arrived("1")], desk.now)
    await asyncio.sleep(0.02)
    assert told(desk).occasions == []
    gate.set()
    await desk.desk.quiet()
    assert told(desk).occasions == [(Occasion.INCOMING, "1", "Anna Muster")]


async def test_reflexes_that_fail_cost_no_call(tmp_path: Path) -> None:
    class Broken:
        def happened(self, occasion: Occasion, record: CallRecord, settings: Live) -> None:
            raise RuntimeError("no")

    async with front(tmp_path / "desk.db", reflexes=Broken()) as one:
        await one.abandoned("1")
        assert (await one.one("1")).open


async def test_who_may_no_longer_do_it_may_not_undo_it_either(desk: Front) -> None:
    await done(desk, do.ChangeSettings("hotline", {"display_called": False}))
    demoted = replace(EVA, role=Role.OPERATOR)
    assert "supervisor" in await refused(desk, do.Undo(), demoted)
    assert not desk.eva.snapshot.settings.hotline.display_called
    await done(desk, do.Undo())
    assert desk.eva.snapshot.settings.hotline.display_called


async def test_that_an_own_source_is_read_is_seen_by_its_owner_alone(desk: Front) -> None:
    desk.desk.syncing(7, SyncProgress(7, "Private", "reading", 10, owner="lena"))
    desk.desk.syncing(8, SyncProgress(8, "Customers", "reading", 10))
    await desk.desk.quiet()
    await asyncio.sleep(0)
    assert [sync.name for sync in desk.lena.snapshot.syncs] == ["Private", "Customers"]
    assert [sync.name for sync in desk.eva.snapshot.syncs] == ["Customers"]
    assert desk.eva.snapshot is desk.eva.snapshot


async def test_who_sits_elsewhere_has_no_files_here(desk: Front) -> None:
    far = desk.desk.door(LENA, "ssh 192.0.2.7")
    mine = Source(name="mine", owner="lena", options=VcardFolder(path="/etc"))
    answer = await far.do(do.SaveSource(mine))
    assert isinstance(answer, do.Refused)
    assert not (await far.ask(TrySource(mine))).ok
    assert isinstance(await desk.lena.do(do.SaveSource(mine)), do.Done)
    far.close()


async def test_an_undo_does_not_take_back_what_somebody_else_has_done_since(desk: Front) -> None:
    chief = replace(LENA, role=Role.SUPERVISOR)
    id = (await done(desk, do.SaveCompany(MEYER))).id
    await done(desk, do.SaveCompany(replace(MEYER, id=id, greeting="Tag!")), chief)
    assert "changed it since" in await refused(desk, do.Undo())
    (company,) = await desk.eva.ask(Companies())
    assert company.greeting == "Tag!"
    await done(desk, do.ChangeSettings("hotline", {"template": "one"}))
    await done(desk, do.ChangeSettings("hotline", {"template": "two"}), chief)
    await refused(desk, do.Undo())
    assert desk.eva.snapshot.settings.hotline.template == "two"
    contact = Contact("Anna Muster", (("+4917012345678", "mobile"),))
    id = (await done(desk, do.SaveContact(contact))).id
    (mine,) = (await desk.eva.ask(FindContacts("anna"))).contacts
    await done(desk, do.SaveContact(replace(mine, note="a long one")), LENA)
    assert "changed it since" in await refused(desk, do.Undo())
    (kept,) = (await desk.eva.ask(FindContacts("anna"))).contacts
    assert (kept.id, kept.note) == (id, "a long one")
    await done(desk, do.Undo(), LENA)
    (back,) = (await desk.eva.ask(FindContacts("anna"))).contacts
    assert back.note == ""


async def test_a_name_that_is_not_certain_is_stored_as_such(desk: Front) -> None:
    desk.lookup.identity = Identity(name="Hans Schulz", maybe=True)
    await desk.abandoned("1")
    assert (await desk.one("1")).caller_name == "maybe Hans Schulz"
