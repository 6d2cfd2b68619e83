"""A company we answer for, and a contact who calls."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Company:
    """A company the front desk answers for.

    `numbers` are the called numbers (E.164) and queues that belong to it; a number ending in `*`
    is a prefix. `colour` is `#rrggbb` or empty (one is then derived from the name). `facts` are
    short lines for the one who answers ("open until 17:00").
    """

    name: str
    numbers: tuple[str, ...] = ()
    id: int | None = None
    colour: str = ""
    greeting: str = ""
    pronunciation: str = ""
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """A person or firm that may call; `numbers` are (E.164 or as written, kind) pairs."""

    name: str
    numbers: tuple[tuple[str, str], ...] = ()
    id: int | None = None
    company: str = ""
    emails: tuple[str, ...] = ()
    note: str = ""
    uid: str = ""
    source: str = ""
