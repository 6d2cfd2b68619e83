"""A company we answer for, and a contact who calls."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to ask at a company; `number` is a key (E.164) or as written."""

    name: str
    role: str = ""
    number: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Greeting:
    """What to say at certain times; `when` is a rule of hours.py ("Mon-Fri 12:00-13:00")."""

    when: str
    text: str


@dataclass(frozen=True, slots=True)
class Company:
    """A company the front desk answers for.

    `numbers` are the called numbers and queues that belong to it, in the forms that
    called_numbers.py reads: a number (E.164), `+4930231*` (all that begin so),
    `+493023100..+493023199` (a range), `+4930231??` (any digit), or a queue's name. `colour` is
    `#rrggbb` or empty (one is then derived from the name). `facts` are lines for the one who
    answers, often "key: value". `hours` are rules of hours.py, one a line; times are in
    `time_zone` (IANA; empty: the site's). `template` is empty where the site's holds.
    """

    name: str
    numbers: tuple[str, ...] = ()
    id: int | None = None
    colour: str = ""
    greeting: str = ""
    pronunciation: str = ""
    facts: tuple[str, ...] = ()
    time_zone: str = ""
    address: str = ""
    web: str = ""
    people: tuple[Person, ...] = ()
    notes: str = ""
    hours: tuple[str, ...] = ()
    greetings: tuple[Greeting, ...] = ()
    template: str = ""
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address, in the parts of vCard's ADR (RFC 6350, 6.3.1)."""

    street: str = ""
    place: str = ""
    code: str = ""
    region: str = ""
    country: str = ""
    box: str = ""
    extra: str = ""
    kind: str = ""

    @property
    def one_line(self) -> str:
        """Street (or box), code and place, and country, as far as they are known."""
        place = " ".join(part for part in (self.code, self.place) if part)
        return ", ".join(part for part in (self.street or self.box, place, self.country) if part)


@dataclass(frozen=True, slots=True)
class Contact:
    """A person or firm that may call; `numbers` are (E.164 or as written, kind) pairs.

    `extra` are content lines of its vCard that nobody here understands, unfolded, kept for the
    export. `photo` says that the card had one, which is not kept. `key` is what stays the same in
    its source when the rest changes. `source` is the source's name, for people. `corrects` is the
    ref of another source's contact that this own one stands for, empty for most.
    """

    name: str
    numbers: tuple[tuple[str, str], ...] = ()
    id: int | None = None
    company: str = ""
    emails: tuple[str, ...] = ()
    note: str = ""
    uid: str = ""
    source: str = ""
    family: str = ""
    given: str = ""
    department: str = ""
    title: str = ""
    addresses: tuple[Address, ...] = ()
    web: str = ""
    photo: bool = False
    extra: tuple[str, ...] = ()
    key: str = ""
    source_id: int | None = None
    corrects: str = ""

    @property
    def ref(self) -> str:
        """What names this contact for good, also after its source was read anew."""
        return f"{self.source_id}:{self.key}"
