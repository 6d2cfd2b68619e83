"""One change to be written for a command, what is said about it, and how it is undone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from console.desk import changes as ch
from console.desk import commands as do
from console.desk.operators import Operator


@dataclass(frozen=True, slots=True)
class Undoable:
    """One change of somebody's that can be taken back."""

    order: Callable[[Operator, datetime], "Order"]


@dataclass(frozen=True, slots=True)
class Order:
    """One change to be written, and what to say about it afterwards.

    `finish` turns what was written into the answer, and into what would undo it. `calls` are the
    calls it may touch besides those that Written names.
    """

    change: ch.Change
    finish: Callable[[ch.Written], tuple[do.Answer, Undoable | None]]
    calls: tuple[str, ...] = ()


def counted(count: int, many: str, one: str) -> str:
    """ "1 call", "2 calls"."""
    return f"{count} {one if count == 1 else many}"
