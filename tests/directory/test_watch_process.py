import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.directory import watch_process
from console.directory.watch_process import matters, watched


@pytest.mark.parametrize(
    ("change", "path", "does"),
    [
        (2, "/srv/c/anna.vcf", True),
        (2, "/srv/c/sub/anna.VCARD", True),
        (2, "/srv/c/notes.txt", False),
        (1, "/srv/c/moved-in", True),
        (3, "/srv/c/sub.d", True),
        (1, "/srv/c/.anna.vcf.part", False),
        (1, "/srv/c/.git/x.vcf", False),
        (1, "/srv/other/anna.vcf", False),
        (1, "/srv/c2/anna.vcf", False),
    ],
)
def test_what_can_mean_other_contacts(change: int, path: str, does: bool) -> None:
    assert matters("/srv/c", change, path) is does


def quiet(times: int) -> Callable[[float], None]:
    """A pause that takes no time, and ends the test after some."""
    left = iter(range(times))

    def pause(seconds: float) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    return pause


def test_where_the_system_cannot_watch_folders_are_looked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    polled: list[bool] = []

    def changes(
        folders: list[str], look: float, poll: bool, pause: Callable[[float], None]
    ) -> Iterator[set[tuple[int, str]]]:
        polled.append(poll)
        if not poll:
            raise OSError(28, "No space left on device (os error 28)")
        yield {(2, os.path.join(folders[0], "anna.vcf"))}

    monkeypatch.setattr(watch_process, "_changes", changes)
    told: list[str] = []
    found = watched({7: str(tmp_path)}, 0.1, quiet(5), told.append)
    assert next(found) == {7}
    assert polled == [False, True]
    assert told == ["[Errno 28] No space left on device (os error 28)"]


def test_a_folder_that_goes_while_it_is_being_watched_is_no_reason_to_poll(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    polled: list[bool] = []

    def changes(
        folders: list[str], look: float, poll: bool, pause: Callable[[float], None]
    ) -> Iterator[set[tuple[int, str]]]:
        polled.append(poll)
        if len(polled) == 1:
            raise FileNotFoundError(2, "No such file")
        yield set()

    monkeypatch.setattr(watch_process, "_changes", changes)
    told: list[str] = []
    assert next(watched({7: str(tmp_path)}, 0.1, quiet(5), told.append)) == {7}
    assert (polled, told) == ([False, False], [])


def test_single_files_and_what_is_not_there_are_seen_by_looking(tmp_path: Path) -> None:
    file, later = tmp_path / "book.csv", tmp_path / "later.csv"
    file.write_text("a")
    steps = iter(
        [
            lambda: None,
            lambda: file.write_text("ab"),
            lambda: later.write_text("x"),
            lambda: os.replace(later, file),
        ]
    )

    def pause(seconds: float) -> None:
        next(steps)()

    found = watched({1: str(file), 2: str(later)}, 0.1, pause, lambda why: None)
    assert [next(found) for _ in range(4)] == [{1, 2}, {1}, {2}, {1, 2}]
