"""What every reader of a contact source yields, and how it fails.

A reader is `read(options, plan, token) -> Iterator[Contact | Skipped | Gone | Mark]`, plain
synchronous code in a process of its own. It yields a Mark when it knows what the result is; the
last one holds. It raises CannotRead rather than end early: what it yielded is then thrown away.
One of files may also yield vCards unread (card_blocks.py), which others then read.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from console.people.skipped import Skipped
from console.people.values import Contact


@dataclass(frozen=True, slots=True)
class Gone:
    """A key that the source has no longer; only in a delta."""

    key: str


@dataclass(frozen=True, slots=True)
class Mark:
    """How the result is to be taken: "full" (all the source has) or "delta" (what changed).

    `token` is given to the reader next time, and is stored with the contacts. `total` is how many
    there will be, for the progress, where that is known.
    """

    mode: str = "full"
    token: str = ""
    total: int | None = None


class CannotRead(Exception):
    """The source can't be read; a sentence for a person: what, where, and what to do."""


Reading = Iterator[Contact | Skipped | Gone | Mark]
