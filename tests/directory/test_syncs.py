import asyncio
import contextlib
import gc
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from console.desk.commands import Done, ImportFiles, Refused, StopSync, SyncSource
from console.desk.contacts import TrySource
from console.directory import reading_child, schedule, watching
from console.directory import turns as turns_module
from console.directory.progress import Shown
from console.settings.sources import ContactSource
from tests.directory import held_reader
from tests.directory.contacts_front import (
    EVA,
    TOM,
    Front,
    alive,
    at_work,
    card,
    children,
    many_cards,
    until,
)

READER = "console.directory.reader_process"
HELD_READER = held_reader.MODULE
WATCHER = "console.directory.watch_process"


@pytest.fixture
def front(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Front:
    monkeypatch.setattr(schedule, "QUIET", 0.1)
    monkeypatch.setattr(watching, "LOOK", 0.1)
    return Front(tmp_path)


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    folder = tmp_path / "cards"
    folder.mkdir()
    (folder / "anna.vcf").write_text(card("Anna"))
    return folder


def vcards(path: Path, name: str = "Cards", owner: str = "") -> dict[str, object]:
    return {"name": name, "options": {"kind": "vcards", "path": str(path)}, "owner": owner}


@pytest.fixture
def held(front: Front, cards: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Readings stop at their second contact, until this is called."""
    monkeypatch.setattr(reading_child, "_MODULE", HELD_READER)
    return (cards.parent / held_reader.GATE).touch


# -- by themselves -----------------------------------------------------------------------------


async def test_a_folder_is_read_at_once_and_when_something_changes(
    front: Front, cards: Path
) -> None:
    id = front.add(**vcards(cards))
    async with at_work(front):
        assert await front.taken() == id
        assert front.tables.names(id) == ["Anna"]
        await until(lambda: list(children(WATCHER)) and not list(children(READER)))
        (cards / "berta.vcf").write_text(card("Berta"))
        await front.taken()
        assert front.tables.names(id) == ["Anna", "Berta"]
        (cards / "new").write_text(card("Anne"))
        os.replace(cards / "new", cards / "anna.vcf")
        await front.taken()
        assert front.tables.names(id) == ["Anne", "Berta"]
        (cards / "berta.vcf").unlink()
        await front.taken()
        assert front.tables.names(id) == ["Anne"]
    assert front.shown[-1] == (id, None)


async def test_nothing_is_stored_again_while_nothing_changes(front: Front, cards: Path) -> None:
    id = front.add(**vcards(cards))
    async with at_work(front):
        await front.taken()
    report = front.tables.states[id]
    async with at_work(front):
        await until(lambda: len([p for _, p in front.shown if p is None]) >= 2)
    assert front.tables.states[id] is report


async def test_a_folder_that_goes_is_told_and_its_contacts_stay_until_it_is_back(
    front: Front, cards: Path
) -> None:
    id = front.add(**vcards(cards))
    async with at_work(front):
        await front.taken()
        elsewhere = cards.with_name("elsewhere")
        os.rename(cards, elsewhere)
        why = await front.failed()
        assert "is not there" in why
        assert str(cards) in why
        assert front.tables.names(id) == ["Anna"]
        (elsewhere / "berta.vcf").write_text(card("Berta"))
        os.rename(elsewhere, cards)
        await front.taken()
        assert front.tables.names(id) == ["Anna", "Berta"]
        assert front.tables.states[id].error == ""
        (cards / "carl.vcf").write_text(card("Carl"))
        await front.taken()
        assert front.tables.names(id) == ["Anna", "Berta", "Carl"]


async def test_an_emptied_folder_does_not_empty_the_source(front: Front, cards: Path) -> None:
    id = front.add(**vcards(cards))
    async with at_work(front):
        await front.taken()
        (cards / "anna.vcf").unlink()
        await until(lambda: "There is no file" in front.tables.states[id].error)
    assert front.tables.names(id) == ["Anna"]


async def test_a_folder_that_appears_later_is_read_then(front: Front, tmp_path: Path) -> None:
    later = tmp_path / "later"
    id = front.add(**vcards(later))
    async with at_work(front):
        await front.failed()
        later.mkdir()
        (later / "anna.vcf").write_text(card("Anna"))
        await front.taken()
        assert front.tables.names(id) == ["Anna"]


async def test_a_single_file_is_watched_through_replacements(front: Front, tmp_path: Path) -> None:
    file = tmp_path / "book.vcf"
    file.write_text(card("Anna"))
    id = front.add(**vcards(file))
    async with at_work(front):
        await front.taken()
        for name in ("Berta", "Carl"):
            (tmp_path / "other").write_text(card(name))
            os.replace(tmp_path / "other", file)
            await front.taken()
            assert front.tables.names(id) == [name]


async def test_a_file_that_is_being_written_is_taken_when_it_is_whole(
    front: Front, cards: Path, held: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "FIRST_WAIT_FOR_CHANGES", 0.1)
    (cards / "book.vcf").write_text(many_cards(2))
    id = front.add(**vcards(cards))
    async with at_work(front):
        await front.storing_or_reading("reading")
        with (cards / "book.vcf").open("a") as book:
            for name in ("Berta", "Carl"):
                book.write(card(name))
                book.flush()
        held()
        await front.taken()
        assert front.tables.states[id].count == 5


async def test_sources_of_operators_are_watched_too(front: Front, cards: Path) -> None:
    id = front.add(**vcards(cards, owner="tom"))
    async with at_work(front):
        assert await front.taken() == id


async def test_a_source_that_is_added_while_it_runs_is_read(front: Front, cards: Path) -> None:
    async with at_work(front):
        id = front.add(**vcards(cards))
        assert await front.taken() == id


async def test_a_source_that_is_off_is_not_read_until_it_is_on(front: Front, cards: Path) -> None:
    off = front.add(**vcards(cards), enabled=False)
    on = front.add(**vcards(cards, "Other"))
    async with at_work(front):
        assert await front.taken() == on
        assert off not in front.tables.contacts
        front.add(**vcards(cards), id=off)
        assert await front.taken() == off


async def test_a_source_that_is_removed_or_changed_is_not_read_any_longer(
    front: Front, cards: Path, held: Callable[[], None], tmp_path: Path
) -> None:
    (cards / "many.vcf").write_text(many_cards(2))
    id = front.add(**vcards(cards))
    async with at_work(front):
        await front.storing_or_reading("reading")
        (pid,) = children(HELD_READER)
        other = tmp_path / "other"
        other.mkdir()
        (other / "otto.vcf").write_text(card("Otto"))
        front.add(**vcards(other), id=id)
        await front.taken()
        assert not alive(pid)
        assert front.tables.names(id) == ["Otto"]
        del front.tables.states[id]
        front.syncs.sources_changed()
        await until(lambda: not list(children(WATCHER)))


# -- what operators want -----------------------------------------------------------------------


async def test_sync_now_reads_all_again(front: Front, cards: Path) -> None:
    id = front.add(**vcards(cards))
    async with at_work(front):
        await front.taken()
        await until(
            lambda: list(children(WATCHER)) and front.syncs._turns.running("vcards") is None
        )
        answer = await front.syncs.sync_source(SyncSource(id), EVA)
        assert isinstance(answer, Done)
        await front.taken()


async def test_one_at_a_time_and_the_others_are_shown_to_wait(
    front: Front, cards: Path, held: Callable[[], None]
) -> None:
    (cards / "many.vcf").write_text(many_cards(2))
    first = front.add(**vcards(cards, "First"))
    async with at_work(front):
        await front.storing_or_reading("reading")
        second = front.add(**vcards(cards / "anna.vcf", "Second"))
        answer = await front.syncs.sync_source(SyncSource(second), EVA)
        assert answer == Done("Second is read after First", id=second)
        id, waiting = front.shown[-1]
        assert (id, waiting and waiting.stage) == (second, "waiting")
        assert len(list(children(HELD_READER))) == 1
        held()
        assert [await front.taken(), await front.taken()] == [first, second]


@pytest.mark.parametrize("kind", ["ldap", "carddav"])
async def test_a_server_that_hangs_is_shown_as_being_read_and_can_be_stopped(
    front: Front, kind: str
) -> None:
    if kind == "ldap":
        pytest.importorskip("ldap")
    async with await asyncio.start_server(lambda r, w: None, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        options = {
            "ldap": {"url": f"ldap://127.0.0.1:{port}", "start_tls": False, "base": "dc=x"},
            "carddav": {"url": f"http://127.0.0.1:{port}/book/"},
        }[kind]
        id = front.add(name="Server", options={"kind": kind, **options})
        async with at_work(front):
            await until(lambda: list(children(READER)))
            seen, progress = front.shown[0]
            assert progress is not None
            assert (seen, progress.stage, progress.done) == (id, "reading", 0)
            answer = await front.syncs.stop_sync(StopSync(id), EVA)
            assert answer == Done("Server is no longer read; what was there before stays")
            assert front.shown[-1] == (id, None)


@pytest.mark.parametrize("stage", ["reading", "storing"])
async def test_a_reading_can_be_stopped_in_the_middle(
    front: Front, cards: Path, held: Callable[[], None], stage: str
) -> None:
    id = front.add(**vcards(cards))
    async with at_work(front):
        await front.taken()
        (cards / "many.vcf").write_text(many_cards(2))
        front.tables.hold = asyncio.Event()
        if stage == "storing":
            held()
        await front.storing_or_reading(stage)
        pids = list(children(HELD_READER))
        before = len(front.shown)
        answer = await front.syncs.stop_sync(StopSync(id), EVA)
        assert answer == Done("Cards is no longer read; what was there before stays")
        assert not any(alive(pid) for pid in pids)
        assert list(front.folder.iterdir()) == []
        # The watch may have told of the file once more: then it is read again.
        assert (id, None) in front.shown[before:]
        assert front.tables.names(id) == ["Anna"]
        assert front.tables.states[id].error == ""


async def test_who_stops_it_too_late_is_told_so_and_the_screens_are_told_too(
    front: Front, cards: Path
) -> None:
    id = front.add(**vcards(cards))
    front.tables.hold_end = asyncio.Event()
    async with at_work(front):
        await front.taken()
        changes = front.changes
        answer = await front.syncs.stop_sync(StopSync(id), EVA)
        assert answer == Done("Cards had come in already: it was too late to stop it")
        assert front.changes > changes
        assert front.tables.names(id) == ["Anna"]


async def test_an_import_that_is_stopped_too_late_is_answered_with_what_came(
    front: Front, cards: Path
) -> None:
    front.tables.hold_end = asyncio.Event()
    async with at_work(front):
        wanted = ImportFiles((str(cards),), "Old phone")
        importing = asyncio.ensure_future(front.syncs.import_files(wanted, EVA))
        await front.taken()
        shown = next(id for id, progress in reversed(front.shown) if progress)
        stopped = await front.syncs.stop_sync(StopSync(shown), EVA)
        assert isinstance(stopped, Done)
        assert "too late" in stopped.text
        answer = await importing
        assert isinstance(answer, Done)
        assert answer.report is not None
        assert answer.report.added == 1


async def test_files_are_read_while_a_server_gives_no_answer(front: Front, cards: Path) -> None:
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    options = {"kind": "carddav", "url": f"http://127.0.0.1:{port}/"}
    dav = front.add(name="Dav", options=options)
    async with at_work(front):
        await until(lambda: front.syncs._turns.running("carddav"))
        id = front.add(**vcards(cards))
        assert await front.taken() == id
        running = front.syncs._turns.running("carddav")
        assert running is not None
        assert running.id == dav
    server.close()


async def test_whose_a_reading_is_is_told(front: Front, cards: Path) -> None:
    id = front.add(**vcards(cards, owner="tom"))
    async with at_work(front):
        await front.taken()
    told = [progress for shown, progress in front.shown if shown == id and progress]
    assert told
    assert {progress.owner for progress in told} == {"tom"}


async def test_what_is_not_read_cannot_be_stopped(front: Front, cards: Path) -> None:
    id = front.add(**vcards(cards), enabled=False)
    async with at_work(front):
        assert await front.syncs.stop_sync(StopSync(id), EVA) == Refused("It is not being read.")


async def test_one_that_waits_can_be_stopped(
    front: Front, cards: Path, held: Callable[[], None]
) -> None:
    (cards / "many.vcf").write_text(many_cards(2))
    first = front.add(**vcards(cards, "First"))
    async with at_work(front):
        await front.storing_or_reading("reading")
        second = front.add(**vcards(cards / "anna.vcf", "Second"))
        await front.syncs.sync_source(SyncSource(second), EVA)
        assert isinstance(await front.syncs.stop_sync(StopSync(second), EVA), Done)
        held()
        assert await front.taken() == first
        assert second not in front.tables.contacts


async def test_who_may(front: Front, cards: Path) -> None:
    everybodys = front.add(**vcards(cards, "Everybody's"))
    toms = front.add(**vcards(cards, "Tom's", owner="tom"))
    evas = front.add(**vcards(cards, "Eva's", owner="eva"))
    own = front.add(name="Own", options={"kind": "own"})
    off = front.add(**vcards(cards, "Off"), enabled=False)
    async with at_work(front):
        gone = Refused("This source is not there any more.")
        ask = "Everybody's is everybody's: ask a supervisor."
        assert await front.syncs.sync_source(SyncSource(everybodys), TOM) == Refused(ask)
        assert await front.syncs.stop_sync(StopSync(everybodys), TOM) == Refused(ask)
        assert isinstance(await front.syncs.sync_source(SyncSource(toms), TOM), Done)
        assert await front.syncs.sync_source(SyncSource(evas), TOM) == gone
        assert await front.syncs.stop_sync(StopSync(evas), TOM) == gone
        assert await front.syncs.sync_source(SyncSource(99), EVA) == gone
        for nothing in (own, off):
            assert isinstance(await front.syncs.sync_source(SyncSource(nothing), EVA), Refused)


async def test_nothing_can_be_wanted_of_one_that_does_not_run(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.directory.syncs.STARTING_SECONDS", 0.01)
    assert isinstance(await front.syncs.import_files(ImportFiles(("x",), "X"), EVA), Refused)


async def test_not_by_itself_it_reads_only_what_is_asked_for(front: Front, cards: Path) -> None:
    front.add(**vcards(cards, "First"))
    second = front.add(**vcards(cards, "Second"))
    async with at_work(front, by_itself=False):
        await front.syncs.sync_source(SyncSource(second), EVA)
        assert await front.taken() == second
        assert list(front.tables.contacts) == [second]
        assert not list(children(WATCHER))


# -- import and try ----------------------------------------------------------------------------


async def test_files_are_imported_into_a_new_source_and_others_added_later(
    front: Front, cards: Path, tmp_path: Path
) -> None:
    async with at_work(front):
        answer = await front.syncs.import_files(ImportFiles((str(cards),), " Old phone "), EVA)
        assert isinstance(answer, Done)
        assert answer.id is not None
        assert answer.report is not None
        assert (answer.report.read, answer.report.added) == (1, 1)
        assert front.tables.states[answer.id].source.name == "Old phone"
        (tmp_path / "more.vcf").write_text(card("Berta") + card("Anna"))
        paths = (str(tmp_path / "more.vcf"),)
        again = await front.syncs.import_files(ImportFiles(paths, "old PHONE"), EVA)
        assert isinstance(again, Done)
        assert again.id == answer.id
        assert front.tables.names(answer.id) == ["Anna", "Berta"]


async def test_of_two_new_imports_one_can_be_stopped(front: Front, cards: Path) -> None:
    front.tables.hold = asyncio.Event()
    async with at_work(front):
        first, second = (
            asyncio.ensure_future(front.syncs.import_files(ImportFiles((str(cards),), name), EVA))
            for name in ("First", "Second")
        )
        await front.storing_or_reading("storing")
        ids = {progress.name: id for id, progress in front.shown if progress}
        assert max(ids.values()) < 0
        assert await front.syncs.stop_sync(StopSync(ids["Second"]), EVA) == Done(
            "It waits no longer"
        )
        assert isinstance(await second, Refused)
        assert not first.done()
        front.tables.hold.set()
        assert isinstance(await first, Done)


async def test_an_import_that_is_stopped_before_its_first_step_is_answered(
    front: Front, cards: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns, files = front.syncs._turns, turns_module.Lane.FILES
    shown_of = turns._shown

    def shown(id: int, source: ContactSource) -> Shown:
        # The task is made after this, so it is cancelled before it is ever run.
        asyncio.get_running_loop().call_soon(lambda: turns._running[files].task.cancel())
        return shown_of(id, source)

    monkeypatch.setattr(turns, "_shown", shown)
    async with at_work(front):
        wanted = ImportFiles((str(cards),), "Old phone")
        async with asyncio.timeout(5):
            assert isinstance(await front.syncs.import_files(wanted, EVA), Refused)
    assert front.shown[-1][1] is None


async def test_an_import_at_the_end_is_answered(front: Front, cards: Path) -> None:
    front.tables.hold = asyncio.Event()
    async with at_work(front):
        importing = [
            asyncio.ensure_future(front.syncs.import_files(ImportFiles((str(cards),), name), EVA))
            for name in ("First", "Second")
        ]
        await front.storing_or_reading("storing")
    async with asyncio.timeout(5):
        assert all(isinstance(answer, Refused) for answer in await asyncio.gather(*importing))


async def test_a_name_that_is_too_long_is_cut_before_it_is_looked_for(
    front: Front, cards: Path
) -> None:
    wanted = ImportFiles((str(cards),), "Old phone " * 10)
    async with at_work(front):
        ids = [await front.syncs.import_files(wanted, EVA) for _ in range(2)]
    assert [answer.id for answer in ids if isinstance(answer, Done)] == [2, 2]


async def test_two_imports_into_one_new_source_are_one_source(front: Front, cards: Path) -> None:
    async with at_work(front):
        wanted = ImportFiles((str(cards),), "Old phone")
        answers = await asyncio.gather(*(front.syncs.import_files(wanted, EVA) for _ in range(2)))
        assert {answer.id for answer in answers if isinstance(answer, Done)} == {2}


async def test_of_files_that_cannot_be_read_no_source_stays(front: Front, tmp_path: Path) -> None:
    async with at_work(front):
        wanted = ImportFiles((str(tmp_path / "none"),), "Old phone")
        answer = await front.syncs.import_files(wanted, EVA)
        assert isinstance(answer, Refused)
        assert "is not there" in answer.why
        assert front.tables.states == {}


async def test_files_are_not_imported_into_a_source_of_another_kind(
    front: Front, cards: Path
) -> None:
    front.add(**vcards(cards))
    async with at_work(front):
        answer = await front.syncs.import_files(ImportFiles((str(cards),), "cards"), EVA)
        assert isinstance(answer, Refused)
        assert "another name" in answer.why


async def test_a_try_shows_what_would_come_and_stores_nothing(front: Front, cards: Path) -> None:
    (cards / "many.vcf").write_text(many_cards(1000))
    source = ContactSource.model_validate(vcards(cards))
    async with at_work(front):
        found = await front.syncs.try_source(TrySource(source), EVA)
        assert found.ok
        assert "300" in found.words
        assert [one.name for one in found.sample][:2] == ["Anna", "Person 0"]
        assert found.sample[0].numbers == (("+49301110099", "work"),)
        broken = ContactSource.model_validate(vcards(cards / "none"))
        found = await front.syncs.try_source(TrySource(broken), EVA)
        assert (found.ok, found.sample) == (False, ())
        assert "is not there" in found.words
    assert front.tables.contacts == {}


async def test_a_try_sends_the_stored_password_to_no_other_server(front: Front) -> None:
    options = {"kind": "ldap", "url": "ldap://127.0.0.1:9", "base": "dc=x", "password": "hunter2"}
    id = front.add(name="Staff", options=options)
    moved = {"id": id, "name": "Staff", "options": options | {"url": "ldap://127.0.0.1:10"}}
    async with at_work(front):
        tried = await front.syncs.try_source(TrySource(ContactSource.model_validate(moved)), EVA)
        assert tried.words == (
            "The password of Staff was entered for another server: enter it anew, or leave it "
            "empty."
        )
        same = moved | {"options": options}
        tried = await front.syncs.try_source(TrySource(ContactSource.model_validate(same)), EVA)
        assert "entered for another server" not in tried.words


async def test_a_table_whose_columns_have_changed_keeps_its_contacts_and_a_try_tells_the_new_ones(
    front: Front, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("Wer?;Tel\nAnna;030 1110099\n")
    options = {"kind": "csv", "path": str(file), "columns": {"Wer?": "name", "Tel": "phone"}}
    id = front.add(name="People", options=options)
    async with at_work(front):
        await front.taken()
        file.write_text("Wer;Tel\nAnna;030 1110099\n")
        assert "no column “Wer?”" in await front.failed()
        assert front.tables.names(id) == ["Anna"]
        tried = await front.syncs.try_source(TrySource(front.tables.states[id].source), EVA)
        assert (tried.ok, tried.columns) == (False, ("Wer", "Tel"))
        assert "no column “Wer?”" in tried.words
        assert dict(tried.guessed)["Tel"] == "phone:"


# -- what goes wrong ---------------------------------------------------------------------------


async def test_a_reader_that_is_killed_costs_nothing(
    front: Front, cards: Path, held: Callable[[], None]
) -> None:
    id = front.add(**vcards(cards))
    async with at_work(front):
        await front.taken()
        (cards / "many.vcf").write_text(many_cards(2))
        await front.storing_or_reading("reading")
        (pid,) = children(HELD_READER)
        os.kill(pid, signal.SIGKILL)
        assert "was killed" in await front.failed()
        assert front.tables.names(id) == ["Anna"]
        assert list(front.folder.iterdir()) == []


async def test_a_reader_that_says_nothing_any_more_is_not_waited_for(
    front: Front, cards: Path, held: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    id = front.add(**vcards(cards))
    async with at_work(front):
        await front.taken()
        # Longer than a process takes to start, and shorter than the patience of a test.
        monkeypatch.setattr(reading_child, "SILENCE", 5.0)
        (cards / "many.vcf").write_text(many_cards(2))
        await front.storing_or_reading("reading")
        (pid,) = children(HELD_READER)
        os.kill(pid, signal.SIGSTOP)
        assert "Nothing came" in await front.failed()
        assert not alive(pid)
        assert front.tables.names(id) == ["Anna"]


async def test_a_watcher_that_is_killed_is_replaced(
    front: Front, cards: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "AGAIN", 0.05)
    id = front.add(**vcards(cards))
    async with at_work(front):
        await front.taken()
        (pid,) = children(WATCHER)
        os.kill(pid, signal.SIGKILL)
        await until(lambda: [each for each in children(WATCHER) if each != pid])
        (cards / "berta.vcf").write_text(card("Berta"))
        await front.taken()
        assert front.tables.names(id) == ["Anna", "Berta"]


async def test_a_store_that_fails_is_told_and_the_rest_goes_on(front: Front, cards: Path) -> None:
    front.tables.full = True
    id = front.add(**vcards(cards))
    async with at_work(front):
        assert await front.failed() == "The disk is full."
        front.tables.full = False
        await front.syncs.sync_source(SyncSource(id), EVA)
        assert await front.taken() == id


async def test_a_password_that_cannot_be_had_is_told(front: Front) -> None:
    options = {"kind": "carddav", "url": "http://127.0.0.1:9/", "password": "env:NONE"}
    front.add(name="Dav", options=options)
    async with at_work(front):
        assert await front.failed() == "env:NONE is not set."


async def test_what_an_earlier_run_left_is_removed_and_the_folder_is_private(
    front: Front, cards: Path
) -> None:
    front.folder.mkdir()
    (front.folder / "7").write_text("left")
    async with at_work(front):
        await until(lambda: not (front.folder / "7").exists() and front.folder.exists())
        assert front.folder.stat().st_mode & 0o777 == 0o700
    assert not front.folder.exists()


async def test_a_folder_that_was_tidied_away_is_made_again(front: Front, cards: Path) -> None:
    id = front.add(**vcards(cards))
    async with at_work(front):
        await front.taken()
        await until(lambda: front.syncs._turns.running("vcards") is None)
        front.folder.rmdir()
        await front.syncs.sync_source(SyncSource(id), EVA)
        await front.taken()
        assert front.folder.stat().st_mode & 0o777 == 0o700


async def test_at_the_end_no_process_is_left(
    front: Front, cards: Path, held: Callable[[], None]
) -> None:
    (cards / "many.vcf").write_text(many_cards(2))
    front.add(**vcards(cards))
    async with at_work(front):
        await front.storing_or_reading("reading")
        await until(lambda: list(children(WATCHER)))
        pids = [*children(HELD_READER), *children(WATCHER)]
        assert len(pids) == 2
    assert not any(alive(pid) for pid in pids)


async def test_the_loop_is_never_held_up(front: Front, cards: Path) -> None:
    for n in range(3000):
        (cards / f"{n}.vcf").write_text(card(f"Person {n}"))
    (cards / "many.vcf").write_text(many_cards(3000))
    worst = 0.0

    async def sample() -> None:
        # Processor time of this process, not the time on the wall: others work here, too.
        nonlocal worst
        last = time.process_time()
        while True:
            await asyncio.sleep(0.001)
            now = time.process_time()
            worst, last = max(worst, now - last), now

    # What thousands of tests have left behind is not to be looked through meanwhile.
    gc.collect()
    gc.freeze()
    sampling = asyncio.ensure_future(sample())
    front.add(**vcards(cards))
    async with at_work(front):
        await front.storing_or_reading("storing")
    sampling.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await sampling
    assert worst < 0.02
