"""People at the desk: who is on and looks at what, messages, ended sessions, kept places."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from console.calls.words import Role
from console.desk import commands as do
from console.desk.accounts import Accounts, Blocks, KeptPlace
from console.desk.contacts import Tried, TrySource
from console.desk.door import DeskDoor
from console.desk.operators import Operator
from console.desk.ports import Forbidden
from console.desk.rights import NO_FILES
from console.settings.sources import CardDav, ContactSource, CsvFile, Ldap, VcardFolder
from console.store.schema import audit
from tests.desk.front import EVA, LENA, Front, front

SUE = Operator("sue", "Sue", Role.SUPERVISOR)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Front]:
    async with front(tmp_path / "hotline.db") as one:
        for operator in (EVA, LENA, SUE):
            role, phones = operator.role, operator.extensions
            await one.eva.do(do.ChangeOperator(operator.login, operator.name, role, phones))
        yield one


async def audited(desk: Front, what: str) -> list[tuple[str, str]]:
    """What was written down under a word, and by whom."""
    await desk.desk.quiet()

    def read(sql: sa.Connection) -> list[tuple[str, str]]:
        c = audit.c
        found = sql.execute(sa.select(c.new, c.by).where(c.what == what).order_by(c.id))
        return [(row.new, row.by) for row in found]

    return await desk.store._connections.read(read)


async def test_to_keep_a_place_is_no_news_for_anybody(desk: Front) -> None:
    await desk.desk.quiet()
    asked, before = desk.lookup.asked, desk.desk.snapshot
    told: list[int] = []
    desk.lena.watch(lambda: told.append(1))
    for number in range(5):
        answer = await desk.eva.do(do.KeepPlace({"mode": "journal", "told": {"n": str(number)}}))
        assert isinstance(answer, do.Done)
    after = desk.desk.snapshot
    assert (after.stored, after.revision) == (before.stored, before.revision)
    assert not told
    assert desk.lookup.asked == asked
    assert await desk.eva.ask(KeptPlace()) == {"mode": "journal", "told": {"n": "4"}}
    assert await desk.lena.ask(KeptPlace()) is None


async def test_a_place_in_the_same_commit_as_a_call_does_not_hide_it(desk: Front) -> None:
    before = desk.desk.snapshot.stored
    await desk.abandoned("c1")
    await desk.eva.do(do.KeepPlace({"mode": "calls"}))
    assert desk.desk.snapshot.stored > before
    assert desk.desk.snapshot.counts.open == 1


async def test_a_place_that_is_too_much_is_refused_and_none_forgets_it(desk: Front) -> None:
    assert isinstance(await desk.eva.do(do.KeepPlace({"x": "y" * 30_000})), do.Refused)
    await desk.eva.do(do.KeepPlace({"mode": "calls"}))
    await desk.eva.do(do.KeepPlace(None))
    assert await desk.eva.ask(KeptPlace()) is None


async def test_a_message_to_all_is_in_the_next_picture_and_written_down(desk: Front) -> None:
    sue = desk.desk.door(SUE)
    answer = await sue.do(do.TellAll(" Lunch\x1b[2J is\nhere "))
    assert answer == do.Done("3 consoles show it", 3)
    said = desk.lena.snapshot.said
    assert said is not None
    assert (said.number, said.by) == (1, "Sue")
    assert "\x1b" not in said.text
    assert [by for _, by in await audited(desk, "told all")] == ["Sue"]
    assert isinstance(await sue.do(do.TellAll("  ")), do.Refused)


@pytest.mark.parametrize(
    "command", [do.TellAll("hello"), do.EndSession(1), do.SetExtensions("eva", ("666",))]
)
async def test_what_a_supervisor_may_an_operator_may_not(desk: Front, command: do.Command) -> None:
    answer = await desk.lena.do(command)
    assert isinstance(answer, do.Refused)
    assert "supervisor" in answer.why
    assert await audited(desk, "refused") == [(f"lena {type(command).__name__}", "Lena")]
    assert desk.desk.snapshot.said is None


async def test_a_session_is_ended_with_a_sentence_once(desk: Front) -> None:
    ended: list[str] = []
    desk.lena.ending(ended.append)
    sue = desk.desk.door(SUE)
    session = desk.lena.present.session
    assert isinstance(await sue.do(do.EndSession(session)), do.Done)
    assert ended == ["Sue has ended this session."]
    desk.lena.close()
    assert isinstance(await sue.do(do.EndSession(session)), do.Refused)


async def test_new_rights_hold_at_once_and_who_is_demoted_may_ask_no_more(desk: Front) -> None:
    sue = desk.desk.door(SUE)
    assert await sue.ask(Accounts())
    await desk.eva.do(do.ChangeOperator("sue", "Sue", Role.OPERATOR))
    assert sue.operator.role is Role.OPERATOR
    for query in (Accounts(), Blocks()):
        with pytest.raises(Forbidden):
            await sue.ask(query)


async def test_names_and_phones_are_clean_and_each_phone_is_there_once(desk: Front) -> None:
    command = do.ChangeOperator(
        "mia", "\x1b[2JMia\n", Role.OPERATOR, ("1\x07", "", "2", "2", " 1 ")
    )
    await desk.eva.do(command)
    mia = await desk.store.operator("mia")
    assert mia is not None
    assert "\x1b" not in mia.name
    assert len(mia.extensions) == len(set(mia.extensions))
    assert "" not in mia.extensions
    await desk.eva.do(do.SetExtensions("mia", ("3", "3", "")))
    again = await desk.store.operator("mia")
    assert again is not None
    assert again.extensions == ("3",)


async def test_the_last_admin_stays(desk: Front) -> None:
    for command in (
        do.RemoveOperator("eva"),
        do.DisableOperator("eva"),
        do.ChangeOperator("eva", "Eva", Role.OPERATOR),
    ):
        answer = await desk.eva.do(command)
        assert isinstance(answer, do.Refused)
        assert "last admin" in answer.why
    assert isinstance(desk.eva, DeskDoor)
    assert desk.eva.operator.role is Role.ADMIN


async def test_what_somebody_looks_at_is_told_in_one_picture_for_many_moves(desk: Front) -> None:
    before = desk.desk.snapshot.revision
    for number in range(20):
        desk.eva.looks_at("Unanswered", f"c{number}")
    await asyncio.sleep(0.7)
    assert desk.desk.snapshot.revision == before + 1
    (eva, _) = desk.desk.snapshot.present
    assert (eva.screen, eva.call) == ("Unanswered", "c19")


# -- files of the desk's machine ----------------------------------------------------------------


FROM = "192.0.2.4 (password)"
CARDS = ContactSource(name="Cards", options=VcardFolder(path="/srv/cards"))
CA = "/etc/hotline/ca.pem"


async def test_who_sits_elsewhere_names_no_file_of_this_machine(desk: Front) -> None:
    tried: list[ContactSource] = []

    async def bring(query: TrySource, _who: Operator) -> Tried:
        tried.append(query.source)
        return Tried(True, "read")

    async def take_in(_command: do.ImportFiles, _who: Operator) -> do.Answer:
        return do.Done("taken in")

    desk.desk.entrust(TrySource, bring)
    desk.desk.entrust(do.ImportFiles, take_in)
    far, near = desk.desk.door(SUE, FROM), desk.desk.door(SUE)
    assert (far.local, near.local) == (False, True)
    with_ca = Ldap(url="ldap://x", base="dc=x", ca_file=CA)
    table = CsvFile(path="/etc/passwd")
    for options in (CARDS.options, table, with_ca, CardDav(url="https://x", ca_file=CA)):
        source = CARDS.model_copy(update={"options": options})
        assert await far.do(do.SaveSource(source)) == do.Refused(NO_FILES)
        assert await far.ask(TrySource(source)) == Tried(False, NO_FILES)
        assert (await near.ask(TrySource(source))).ok
    assert len(tried) == 4
    mail = {"host": "mail.example", "ca": CA}
    for command in (
        do.ChangeSettings("mail_server", mail),
        do.ImportSettings({"mail_server": mail}),
        do.ImportFiles(("/etc/passwd",), "x"),
        do.ImportFiles(("/etc/passwd",), "x", SUE.login),
    ):
        assert await far.do(command) == do.Refused(NO_FILES)
    assert ("sue SaveSource", "Sue") in await audited(desk, "refused")
    # What was sent along is in a file that nobody named.
    sent = do.ImportFiles(("/tmp/sent.vcf",), "x", SUE.login)
    assert isinstance(await desk.desk.do(sent, SUE, FROM, sent=True), do.Done)


async def test_what_was_named_here_may_stay_when_the_rest_is_changed_from_elsewhere(
    desk: Front,
) -> None:
    far, near = desk.desk.door(SUE, FROM), desk.desk.door(SUE)
    saved = await near.do(do.SaveSource(CARDS))
    assert isinstance(saved, do.Done)
    assert isinstance(await near.do(do.ChangeSettings("mail_server", {"ca": CA})), do.Done)
    mine = CARDS.model_copy(update={"id": saved.id, "enabled": False})
    assert isinstance(await far.do(do.SaveSource(mine)), do.Done)
    moved = mine.model_copy(update={"options": VcardFolder(path="/home")})
    assert await far.do(do.SaveSource(moved)) == do.Refused(NO_FILES)
    for ca in (CA, ""):
        change = do.ChangeSettings("mail_server", {"host": "mail.example", "ca": ca})
        assert isinstance(await far.do(change), do.Done)
    server = ContactSource(name="x", options=Ldap(url="ldap://x", base="dc=x"))
    assert isinstance(await far.do(do.SaveSource(server)), do.Done)
