"""A million contacts: how long it takes to take them in, look one up, search among them; it prints.

    python -m tests.benchmarks.million_contacts [CONTACTS]

The staging file is written once and kept in the temporary folder. It never fails.
"""

import asyncio
import random
import resource
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from console.desk.changes import PutSource, SaveCall
from console.desk.contacts import FindContacts
from console.people.staging import CONTACT_COLUMNS, SCHEMA, contact_row, number_rows
from console.people.values import Address, Contact
from console.settings.sources import ContactSource, VcardFolder
from console.store.database import SqlStore, open_store
from tests.benchmarks.million_rows import COMPANIES, FIRST, some_calls

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
# Parts of names, so that there are many different ones, some of them frequent.
BEGIN = (
    *("schu", "mül", "wei", "krä", "bra", "ro", "öz", "now", "lin", "gro", "köh", "bau", "vo"),
    *("zim", "hub", "eb", "mei", "be", "ha", "ka", "lo", "mar", "nie", "ot", "pe", "ri", "sa"),
)
MIDDLE = ("", "ber", "del", "fin", "gel", "hol", "len", "man", "ner", "pen", "sel", "ter")
END = ("mann", "er", "ler", "berg", "stein", "hardt", "ski", "sen", "meier", "hofer", "inger", "ke")
TOWNS = tuple(
    f"{a}{b}"
    for a in ("Ober", "Unter", "Neu", "Alt", "Groß", "Klein", "Wald", "Rosen", "Linden", "Schön")
    for b in ("berg", "burg", "stadt", "dorf", "heim", "hausen", "feld", "au", "furt", "kirchen")
)
AREAS = (30, 40, 89, 221, 69, 711, 351, 341, 511, 2104, 4131, 9131)
NOTES = ("", "", "", "", "calls about the invoice", "VIP, please put through", "boiler of 2024")
TYPED = (
    "müller",
    "anna schuber",
    "0170 1234567",
    "+49 30 4567",
    "schuster gmbh",
    "oberberg",
    "vip please",
    "gmbh -anna",
    "peter.schu@mül",
    "nobody like this",
    "exampletown",
)


def some_contacts(count: int) -> Iterator[Contact]:
    """People of firms, most with a mobile phone besides, as an address book of a town has them."""
    dice = random.Random(7)
    families = [f"{a}{b}{c}".capitalize() for a in BEGIN for b in MIDDLE for c in END]

    def family() -> str:
        # Some names are frequent.
        return families[int(len(families) * dice.random() ** 3)]

    for n in range(count):
        first, last = dice.choice(FIRST), family()
        firm = f"{family()} {dice.choice(COMPANIES).split()[-1]}" if dice.random() < 0.7 else ""
        numbers = [(f"+49{dice.choice(AREAS)}{dice.randrange(10**5, 10**8)}", "work")]
        if dice.random() < 0.6:
            numbers.append((f"+4917{dice.randrange(10)}{dice.randrange(10**6, 10**8)}", "mobile"))
        street = f"{family()}straße {dice.randrange(1, 200)}"
        code = f"{dice.randrange(1000, 99999):05}"
        yield Contact(
            f"{first} {last}",
            tuple(numbers),
            company=firm,
            emails=(f"{first}.{last}{n}@example.org",) if dice.random() < 0.6 else (),
            note=dice.choice(NOTES),
            uid=f"urn:uuid:{n}",
            family=last,
            given=first,
            addresses=(Address(street, dice.choice(TOWNS), code, country="Germany"),),
            key=f"{dice.getrandbits(128):032x}",
        )


def stage(file: Path, contacts: Iterator[Contact]) -> None:
    """As the reader of a source does it."""
    marks = ", ".join("?" * len(CONTACT_COLUMNS))
    insert = f"INSERT INTO contacts ({', '.join(CONTACT_COLUMNS)}) VALUES ({marks})"
    count = 0
    with closing(sqlite3.connect(file)) as sql:
        sql.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {SCHEMA}")
        for contact in contacts:
            row = sql.execute(insert, contact_row(contact)).lastrowid
            rows = [(row, *number) for number in number_rows(contact)]
            sql.executemany("INSERT INTO numbers VALUES (?, ?, ?, ?, ?)", rows)
            count += 1
        sql.executemany(
            "INSERT INTO about VALUES (?, ?)", [("mode", "full"), ("read", count), ("left_out", 0)]
        )
        sql.commit()


def percentile(took: list[float], part: float) -> float:
    """In ms."""
    return sorted(took)[min(len(took) - 1, int(len(took) * part))] * 1000


class Meanwhile:
    """What others feel while contacts are taken in: the loop by a ticker of 1 ms, and callers."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        # Made before anybody is timed.
        self._calls = list(islice(some_calls(20_000), 20_000))
        self.late: list[float] = []
        self.writes: list[float] = []
        self.looks: list[float] = []

    async def tick(self) -> None:
        """Note how late the loop comes back."""
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            self.late.append(now - last - 0.001)
            last = now

    async def ring(self) -> None:
        """A call every 50 ms: stored, and its caller looked up."""
        for record in self._calls:
            begun = time.perf_counter()
            await self._store.who_is("+4930123456", None)
            self.looks.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            await self._store.write([SaveCall(record)])
            self.writes.append(time.perf_counter() - begun)
            await asyncio.sleep(0.05)


async def take_in(store: SqlStore, source: int, staging: Path, what: str) -> None:
    """Take a copy of a staging file in, while calls come."""
    with tempfile.TemporaryDirectory(dir=store.path.parent) as folder:
        file = Path(folder) / "staging.db"
        await asyncio.to_thread(shutil.copy, staging, file)
        meanwhile = Meanwhile(store)
        others = [asyncio.ensure_future(work) for work in (meanwhile.tick(), meanwhile.ring())]
        worked_out: list[float] = []
        begun = time.perf_counter()

        def progress(done: int, total: int) -> None:
            if not worked_out:
                worked_out.append(time.perf_counter() - begun)

        report = await store.take_in(source, str(file), NOW, progress)
        took = time.perf_counter() - begun
        for other in others:
            other.cancel()
        await asyncio.gather(*others, return_exceptions=True)
    print(
        f"{what}: {report.read:,} read, {report.added:,} added, {report.changed:,} changed, "
        f"{report.removed:,} removed in {took:.1f} s, {report.read / took:,.0f}/s"
        + (f" ({worked_out[0]:.1f} s to work it out)" if worked_out else "")
    )
    late, writes, looks = meanwhile.late, meanwhile.writes, meanwhile.looks
    longest = max(late) * 1000
    print(
        f"  meanwhile: loop blocked p99 {percentile(late, 0.99):.1f}, longest {longest:.1f} ms; "
        f"a call stored p50 {percentile(writes, 0.5):.1f}, p99 {percentile(writes, 0.99):.1f} ms; "
        f"looked up p50 {percentile(looks, 0.5):.2f}, p99 {percentile(looks, 0.99):.2f} ms "
        f"({len(writes)} calls)"
    )


async def look_up(store: SqlStore, file: Path) -> None:
    """By the public method, one after the other."""
    with closing(sqlite3.connect(file)) as sql:
        rows = sql.execute("SELECT number FROM numbers WHERE contact_row % 977 = 3").fetchall()
    dice = random.Random(3)
    numbers = [number for (number,) in rows]
    dice.shuffle(numbers)
    numbers = numbers[:2_000]
    kinds = {
        "exact": numbers,
        "extension": [f"{number}{dice.randrange(10, 99)}" for number in numbers],
        "maybe": [f"+48{number[-9:]}" for number in numbers],
        "unknown": [f"+1212{dice.randrange(10**6, 10**7)}" for _ in numbers],
        "short": ["101", "110", "112"] * 300,
    }
    print("\nlook-up on ring")
    for what, asked in kinds.items():
        took, found = [], 0
        for number in asked:
            begun = time.perf_counter()
            matches = await store.who_is(number, 7)
            took.append(time.perf_counter() - begun)
            found += bool(matches)
        print(
            f"  {what:10} p50 {percentile(took, 0.5):.2f}  p99 {percentile(took, 0.99):.2f}  "
            f"worst {max(took) * 1000:.2f} ms   found {found:,} of {len(asked):,}"
        )


async def search(store: SqlStore) -> None:
    """Each beginning of what is typed, three times."""
    print("\nsearch as one types: every beginning")
    everything: list[float] = []
    for typed in ("", *TYPED):
        took: list[tuple[float, str]] = []
        for size in range(1, len(typed) + 1) if typed else (0,):
            for _ in range(3):
                begun = time.perf_counter()
                found = await store.ask(FindContacts(typed[:size]))
                took.append((time.perf_counter() - begun, typed[:size]))
        figures = [each for each, _ in took]
        everything += figures
        worst, at = max(took)
        more = "+" if found.more else ""
        print(
            f"  {typed!r:20} p50 {percentile(figures, 0.5):5.1f}  worst {worst * 1000:5.1f} ms "
            f"at {at!r:20} finds {len(found.contacts)}{more}"
        )
    print(
        f"  all: p50 {percentile(everything, 0.5):.1f}  p99 {percentile(everything, 0.99):.1f}  "
        f"worst {max(everything) * 1000:.1f} ms"
    )


async def changed(store: SqlStore, source: int, staging: Path, count: int) -> None:
    """The same source once more, unchanged; then with every hundredth contact changed."""
    await take_in(store, source, staging, "again, unchanged")
    file = staging.with_suffix(".changed")
    await asyncio.to_thread(shutil.copy, staging, file)
    try:
        with closing(sqlite3.connect(file)) as sql:
            sql.execute("UPDATE contacts SET hash = 'x' || hash WHERE row % 100 = 0")
            sql.execute("DELETE FROM contacts WHERE row % 1000 = 1")
            sql.commit()
        await take_in(store, source, file, "again, with changes")
    finally:
        file.unlink()
    begun = time.perf_counter()
    swept = await store.sweep()
    print(f"swept {swept:,} in {time.perf_counter() - begun:.1f} s")


async def measure(staging: Path, count: int) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory(prefix="hotline-") as folder:
        path = Path(folder) / "hotline.db"
        store = await open_store(str(path))
        source = ContactSource(name="All", options=VcardFolder(path="/srv/contacts"))
        (written,) = await store.write([PutSource(source, "eva", NOW)])
        assert written.id is not None
        await take_in(store, written.id, staging, "taken in")
        await store.close()
        size = path.stat().st_size
        print(f"database {size / 2**20:,.0f} MB, {size / count:.0f} bytes a contact")
        store = await open_store(str(path))
        await look_up(store, staging)
        await search(store)
        print()
        await changed(store, written.id, staging, count)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"memory of the process at most {peak:.0f} MB")
        await store.close()


def main() -> None:
    """Write the staging file if need be, then measure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    staging = Path(tempfile.gettempdir()) / f"hotline-contacts-{count}.db"
    if not staging.exists():
        part = staging.with_suffix(".part")
        part.unlink(missing_ok=True)
        begun = time.perf_counter()
        stage(part, some_contacts(count))
        part.rename(staging)
        print(f"staged {count:,} contacts in {time.perf_counter() - begun:.0f} s")
    asyncio.run(measure(staging, count))


if __name__ == "__main__":
    main()
