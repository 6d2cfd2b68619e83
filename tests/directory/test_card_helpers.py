import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.directory import card_helpers
from console.directory.card_blocks import Block, FileEnd, card_blocks
from console.directory.card_helpers import read_blocks
from console.directory.reading import CannotRead, Mark
from console.people.skipped import Skipped
from tests.directory.contacts_front import PLAN, alive, many_cards


def stream(cards: int, tmp_path: Path) -> Iterator[Any]:
    """A file with many cards and a bad one, one that is empty, and how it is to be taken."""
    text = many_cards(cards // 2) + "BEGIN:VCARD\r\nEND:VCARD\r\n" + many_cards(cards // 2)
    (tmp_path / "a.vcf").write_text(text, newline="")
    with (tmp_path / "a.vcf").open("rb") as file:
        for line, data in card_blocks(file, 4000):
            yield Block("a.vcf", line, data, 0.5)
    yield FileEnd("a.vcf")
    yield Skipped("b.vcf", 1, "It can't be read.")
    yield Block("c.vcf", 1, b"", 1.0)
    yield FileEnd("c.vcf")
    yield Mark("full", "t")


@pytest.fixture
def helped(monkeypatch: pytest.MonkeyPatch) -> list["subprocess.Popen[bytes]"]:
    """Two helpers for all but the first block, and which they are."""
    monkeypatch.setattr(card_helpers, "MANY", 1)
    monkeypatch.setattr(card_helpers, "BATCH", 10_000)
    monkeypatch.setattr(card_helpers, "MOST_HELPERS", 2)
    monkeypatch.setattr(card_helpers.os, "cpu_count", lambda: 8)
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def start(*args: Any, **more: Any) -> "subprocess.Popen[bytes]":
        started.append(popen(*args, **more))
        return started[-1]

    monkeypatch.setattr(card_helpers.subprocess, "Popen", start)
    return started


def test_helpers_give_the_same_in_the_same_order(
    tmp_path: Path, helped: list["subprocess.Popen[bytes]"], monkeypatch: pytest.MonkeyPatch
) -> None:
    by_helpers = list(read_blocks(stream(600, tmp_path), PLAN))
    assert len(helped) == 2
    assert not any(alive(helper.pid) for helper in helped)
    monkeypatch.setattr(card_helpers, "MANY", 1 << 40)
    assert list(read_blocks(stream(600, tmp_path), PLAN)) == by_helpers
    assert len(helped) == 2
    contacts = [one for one in by_helpers if isinstance(one, tuple)]
    assert len(contacts) == 600
    skipped = [(one.file, one.line) for one in by_helpers if isinstance(one, Skipped)]
    assert skipped == [("a.vcf", many_cards(300).count("\n") + 1), ("b.vcf", 1), ("c.vcf", 1)]
    assert by_helpers[-1] == Mark("full", "t")
    assert Mark(total=1200) in by_helpers


def test_a_helper_that_is_killed_ends_the_reading(
    tmp_path: Path, helped: list["subprocess.Popen[bytes]"]
) -> None:
    reading = read_blocks(stream(6000, tmp_path), PLAN)
    for one in reading:
        if len(helped) == 2 and isinstance(one, tuple):
            break
    os.kill(helped[1].pid, signal.SIGKILL)
    with pytest.raises(CannotRead, match="ended too early"):
        list(reading)
    assert not any(alive(helper.pid) for helper in helped)


def test_who_stops_in_the_middle_leaves_no_helper(
    tmp_path: Path, helped: list["subprocess.Popen[bytes]"]
) -> None:
    reading = read_blocks(stream(6000, tmp_path), PLAN)
    for _ in reading:
        if len(helped) == 2:
            break
    reading.close()  # type: ignore[attr-defined]
    assert not any(alive(helper.pid) for helper in helped)
