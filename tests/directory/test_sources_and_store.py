"""Contact sources with the real database: from a file to the name of a caller."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from console.clock import SystemClock, utc_now
from console.desk.changes import PutSource
from console.desk.commands import Answer, Done, ImportFiles, Refused, StopSync, SyncSource
from console.desk.contacts import Certainty, FindContacts, SyncProgress
from console.desk.operators import Operator
from console.directory import reading_child, schedule, watching
from console.directory.syncs import Syncs
from console.settings.sources import ContactSource
from console.store.database import SqlStore, open_store
from tests.directory import held_reader
from tests.directory.contacts_front import EVA, PLAN, card, many_cards, until


class Office:
    """A database, its sources, and who reads them."""

    def __init__(self, store: SqlStore, folder: Path) -> None:
        self.store = store
        self.stages: list[str] = []
        self.news = asyncio.Event()
        self.syncs = Syncs(
            store,
            SystemClock(),
            PLAN,
            folder / "reading",
            secret=lambda text: text,
            show=self._show,
            changed=self._changed,
            put_source=self.put_source,
        )

    def _show(self, id: int, progress: SyncProgress | None) -> None:
        self.stages.append(progress.stage if progress else "")

    async def put_source(
        self, source: ContactSource, operator: Operator, origin: str = ""
    ) -> Answer:
        (written,) = await self.store.write([PutSource(source, operator.name, utc_now())])
        return Refused(written.refused) if written.refused else Done(id=written.id)

    async def add(self, path: Path, **more: object) -> int:
        source = {"name": path.name, "options": {"kind": "vcards", "path": str(path)}, **more}
        answer = await self.put_source(ContactSource.model_validate(source), EVA)
        assert isinstance(answer, Done)
        assert answer.id is not None
        self.syncs.sources_changed()
        return answer.id

    async def names(self) -> list[str]:
        found = await self.store.ask(FindContacts())
        return [contact.name for contact in found.contacts]

    def _changed(self) -> None:
        self.news.set()
        self.syncs.sources_changed()

    async def becomes(self, true: Callable[[], Awaitable[object]]) -> None:
        """Return when it is true."""
        async with asyncio.timeout(60):
            while not await true():
                self.news.clear()
                await self.news.wait()

    async def names_are(self, *names: str) -> None:
        async def are() -> bool:
            return await self.names() == list(names)

        await self.becomes(are)

    async def error(self, id: int) -> str:
        return next(each.error for each in await self.store.sources() if each.source.id == id)


@pytest.fixture
async def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    monkeypatch.setattr(schedule, "QUIET", 0.1)
    monkeypatch.setattr(watching, "LOOK", 0.1)
    store = await open_store(str(tmp_path / "hotline.db"))
    office = Office(store, tmp_path)
    running = asyncio.ensure_future(office.syncs.run())
    yield office
    running.cancel()
    await asyncio.wait({running})
    await store.close()


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    folder = tmp_path / "cards"
    folder.mkdir()
    (folder / "anna.vcf").write_text(card("Anna Muster", "030 1110099"))
    return folder


async def test_from_a_file_to_the_name_of_a_caller(office: Office, cards: Path) -> None:
    id = await office.add(cards)
    await office.names_are("Anna Muster")
    (match,) = await office.store.who_is("+49301110099", None)
    assert (match.contact.name, match.contact.source) == ("Anna Muster", "cards")
    (match,) = await office.store.who_is("+493011100991", None)
    assert match.certainty is Certainty.EXTENSION
    (cards / "anna.vcf").write_text(card("Anna Beispiel", "030 1110099") + card("Berta"))
    await office.names_are("Anna Beispiel", "Berta")
    state = next(each for each in await office.store.sources() if each.source.id == id)
    assert (state.count, state.error, state.report.read) == (2, "", 2)
    assert state.token


async def test_a_lost_folder_is_told_and_its_contacts_are_still_found(
    office: Office, cards: Path
) -> None:
    id = await office.add(cards)
    await office.names_are("Anna Muster")
    await asyncio.to_thread(cards.rename, cards.with_name("gone"))
    await office.becomes(lambda: office.error(id))
    assert "is not there" in await office.error(id)
    assert await office.names() == ["Anna Muster"]
    await asyncio.to_thread(cards.with_name("gone").rename, cards)

    async def well() -> bool:
        return not await office.error(id)

    await office.becomes(well)


async def test_a_second_import_adds_and_changes_and_removes_nothing(
    office: Office, tmp_path: Path
) -> None:
    (tmp_path / "one.vcf").write_text(card("Anna", UID="a") + card("Berta", UID="b"))
    (tmp_path / "two.vcf").write_text(card("Anna Neu", UID="a") + card("Carl", UID="c"))
    for file, added, changed in (("one.vcf", 2, 0), ("two.vcf", 1, 1), ("two.vcf", 0, 0)):
        wanted = ImportFiles((str(tmp_path / file),), "Phone")
        answer = await office.syncs.import_files(wanted, EVA)
        assert isinstance(answer, Done)
        assert answer.report is not None
        assert (answer.report.added, answer.report.changed) == (added, changed)
    assert await office.names() == ["Anna Neu", "Berta", "Carl"]


@pytest.mark.parametrize("stage", ["reading", "storing"])
async def test_stopped_in_the_middle_the_source_is_what_it_was(
    office: Office, cards: Path, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = await office.add(cards)
    await office.names_are("Anna Muster")
    if stage == "reading":
        monkeypatch.setattr(reading_child, "_MODULE", held_reader.MODULE)
    (cards / "many.vcf").write_text(many_cards(20_000))
    office.stages.clear()
    await until(lambda: stage in office.stages)
    answer = await office.syncs.stop_sync(StopSync(id), EVA)
    assert isinstance(answer, Done)
    assert await office.names() == ["Anna Muster"]
    assert await office.store.who_is("+49300000007", None) == ()
    (cards.parent / held_reader.GATE).touch()
    answer = await office.syncs.sync_source(SyncSource(id), EVA)
    assert isinstance(answer, Done)
    await office.becomes(lambda: office.store.who_is("+49300000007", None))


async def test_a_source_of_somebodys_own_is_found_by_nobody_else(
    office: Office, cards: Path
) -> None:
    await office.add(cards, owner="tom")

    async def toms() -> object:
        return (await office.store.ask(FindContacts(viewer="tom"))).contacts

    await office.becomes(toms)
    assert await office.names() == []
    assert await office.store.who_is("+49301110099", None) == ()


async def test_an_operators_own_source_is_nobody_elses_to_read_or_to_stop(
    office: Office, tmp_path: Path
) -> None:
    (tmp_path / "toms").mkdir()
    toms = await office.add(tmp_path / "toms", owner="tom")
    for id in (toms, 99):
        gone = Refused("This source is not there any more.")
        assert await office.syncs.sync_source(SyncSource(id), EVA) == gone
        assert await office.syncs.stop_sync(StopSync(id), EVA) == gone


async def test_files_are_imported_into_a_source_whose_name_another_operators_own_has(
    office: Office, cards: Path, tmp_path: Path
) -> None:
    (tmp_path / "toms").mkdir()
    await office.add(tmp_path / "toms", owner="tom", name="Doctors")
    answer = await office.syncs.import_files(ImportFiles((str(cards),), "doctors"), EVA)
    assert isinstance(answer, Done)
    assert await office.names() == ["Anna Muster"]
