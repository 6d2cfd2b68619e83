"""Reads blocks of vCards: here, or if there are many, by processes that help."""

import contextlib
import os
import pickle
import subprocess
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import chain, cycle
from typing import Any

from console.calls.numbers import NumberPlan
from console.directory.card_blocks import Block, FileEnd
from console.directory.card_helper import prepared_of, read_frame, write_frame
from console.directory.own_process import command, environment
from console.directory.prepared import Prepared
from console.directory.reading import CannotRead, Mark
from console.people.skipped import Skipped
from console.people.vcard import NO_CARD

_MODULE = "console.directory.card_helper"
# Bytes from which on it is worth to wait for helpers to start.
MANY = 4 << 20
BATCH = 256 << 10
_PIPE = 1 << 20
# The rest of the machine has calls to answer.
MOST_HELPERS = 3


@dataclass(frozen=True, slots=True)
class Cards:
    """What was in a block, in order."""

    block: Block
    made: list[Prepared | Skipped]


def read_blocks(stream: Iterator[Any], plan: NumberPlan) -> Iterator[Any]:
    """The same stream with what is in its blocks instead of them, and how many there may be.

    Of a file without a card that is said. Raises CannotRead if a helper ends.
    """
    in_file = in_all = 0
    with contextlib.closing(_made(stream, plan)) as read:
        for one in read:
            match one:
                case Cards(block, made):
                    cards = len(made) - sum(isinstance(each, Skipped) for each in made)
                    in_file, in_all = in_file + cards, in_all + cards
                    yield Mark(total=round(in_all / block.share))
                    yield from made
                case FileEnd(file):
                    if not in_file:
                        yield Skipped(file, 1, NO_CARD)
                    in_file = 0
                case _:
                    yield one


def _made(stream: Iterator[Any], plan: NumberPlan) -> Generator[Any, None, None]:
    """The stream with Cards instead of blocks."""
    size = 0
    for one in stream:
        if isinstance(one, Block):
            size += len(one.data)
            # Of the whole, not of what was seen: then the helpers can begin at once.
            if size / one.share >= MANY and (count := _helpers_here()) > 1:
                yield from _Helpers(count, plan).read(chain([one], stream))
                return
            yield Cards(one, list(prepared_of(one, plan)))
        else:
            yield one


def _helpers_here() -> int:
    return min(MOST_HELPERS, os.cpu_count() or 1)


class _Helpers:
    """Processes of card_helper.py; each gets a batch, and no other before it has answered."""

    def __init__(self, count: int, plan: NumberPlan) -> None:
        self._helpers = [
            subprocess.Popen(
                command(_MODULE),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment(),
            )
            for _ in range(count)
        ]
        for helper in self._helpers:
            _widen(helper)
        self._plan = plan
        self._busy: deque[tuple[subprocess.Popen[bytes], list[Any]]] = deque()

    def read(self, stream: Iterator[Any]) -> Iterator[Any]:
        """The stream with Cards instead of blocks, in order."""
        try:
            for helper in self._helpers:
                _send(helper, self._plan)
            turns = cycle(self._helpers)
            for batch in _batches(stream):
                helper, ready = next(turns), list[Any]()
                if len(self._busy) == len(self._helpers):
                    # It is this helper's, which was asked first.
                    ready = self._answer()
                _send(helper, [one for one in batch if isinstance(one, Block)])
                self._busy.append((helper, batch))
                # Only now, so that the helper does not wait until all is stored.
                yield from ready
            while self._busy:
                yield from self._answer()
        finally:
            for helper in self._helpers:
                helper.kill()
                helper.communicate()

    def _answer(self) -> list[Any]:
        helper, batch = self._busy.popleft()
        assert helper.stdout is not None
        try:
            made = iter(pickle.loads(read_frame(helper.stdout)))
        except (EOFError, pickle.UnpicklingError):
            raise CannotRead(_ENDED) from None
        return [Cards(one, next(made)) if isinstance(one, Block) else one for one in batch]


def _batches(stream: Iterator[Any]) -> Iterator[list[Any]]:
    """The stream in pieces: a folder may have a file for each card."""
    batch, size = list[Any](), 0
    for one in stream:
        batch.append(one)
        size += len(one.data) if isinstance(one, Block) else 0
        if size >= BATCH or len(batch) >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _widen(helper: "subprocess.Popen[bytes]") -> None:
    """Let a batch fit into a pipe, so that neither side waits for the other amid one."""
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import fcntl

        for pipe in filter(None, (helper.stdin, helper.stdout)):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)


def _send(helper: "subprocess.Popen[bytes]", what: object) -> None:
    assert helper.stdin is not None
    try:
        write_frame(helper.stdin, pickle.dumps(what, pickle.HIGHEST_PROTOCOL))
    except OSError:
        raise CannotRead(_ENDED) from None


_ENDED = (
    "A process that helped to read it ended too early, perhaps because the machine had no memory "
    "left. What was there before stays."
)
