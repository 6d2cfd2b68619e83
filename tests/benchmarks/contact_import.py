"""How fast vCards are imported, compared with plain vobject; it prints figures.

    python -m tests.benchmarks.contact_import [CARDS]

The whole import: read by the reading process, staged, taken into the real database. vobject only
reads a sample of the same cards in the same run, and keeps nothing.
"""

import asyncio
import contextlib
import gc
import io
import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

from console.calls.words import Role
from console.clock import SystemClock
from console.desk.commands import Answer, Done, ImportFiles
from console.desk.contacts import SyncProgress
from console.desk.operators import Operator
from console.directory.syncs import Syncs
from console.settings.site import Site
from console.settings.sources import ContactSource
from console.store.database import SqlStore, open_store

CARDS = 100_000
PHOTO_LINES = 108  # 8 KB: a face of 120 by 120 points
SAMPLE = 2_000  # cards that vobject reads, several times
ROUNDS = 5
EVA = Operator("eva", "Eva", Role.SUPERVISOR)

_GIVEN = ("Anna", "Jürgen", "Zoë", "Paul", "Miloš", "Inge", "Karl-Heinz", "Ayşe", "Lena", "Tom")
_FAMILY = ("Meyer", "Schulz", "Groß", "Öztürk", "Nowak", "Dvořák", "Kaiser", "van Dijk", "Le Goff")
_FIRMS = ("Meyer & Söhne", "Stadtwerke", "Kanzlei Berg", "Bäckerei Öhl", "Nordlicht IT", "")
_TOWNS = (("Berlin", "10115", "30"), ("München", "80331", "89"), ("Köln", "50667", "221"))


def google(n: int, chance: random.Random) -> str:
    """A card as Google Contacts exports it."""
    given, family = chance.choice(_GIVEN), chance.choice(_FAMILY)
    town, code, area = chance.choice(_TOWNS)
    return f"""BEGIN:VCARD
VERSION:3.0
FN:{given} {family} {n}
N:{family} {n};{given};;;
EMAIL;TYPE=INTERNET;TYPE=WORK:{n}@firma.example
EMAIL;TYPE=INTERNET;TYPE=HOME:{given.casefold()}.{n}@mail.example
TEL;TYPE=CELL:+49 170 {n:07}
TEL;TYPE=WORK:0{area} / {n % 10**7:07}
TEL;TYPE=HOME:+49{area}{(n * 7) % 10**7:07}
ADR;TYPE=WORK:;;Hauptstr. {n % 200};{town};;{code};Deutschland
ORG:{chance.choice(_FIRMS)}
TITLE:Einkauf
BDAY:1971-03-{n % 28 + 1:02}
item1.URL:http\\://www.firma-{n}.example
item1.X-ABLabel:
NOTE:Kundennummer {n}\\nRuft gern vormittags an.
CATEGORIES:myContacts,Kunden
END:VCARD
"""


def apple(n: int, chance: random.Random) -> str:
    """A card as iCloud exports it, four of ten with a small photo."""
    given, family = chance.choice(_GIVEN), chance.choice(_FAMILY)
    town, code, area = chance.choice(_TOWNS)
    photo = ""
    if n % 10 < 4:
        line = "".join(chance.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef0123456789+/", k=74))
        photo = "PHOTO;ENCODING=b;TYPE=JPEG:" + "\n ".join([line] * PHOTO_LINES) + "\n"
    return f"""BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iCloud Web Address Book 2117B3//EN
N:{family};{given};{n};;
FN:{given} {n} {family}
ORG:{chance.choice(_FIRMS)};Vertrieb
TITLE:Leitung
EMAIL;type=INTERNET;type=WORK;type=pref:{n}@arbeit.example
TEL;type=CELL;type=VOICE;type=pref:0171 {n:07}
TEL;type=WORK;type=VOICE:+49 {area} {n % 10**7:07}
item1.TEL:+49 {area} {(n * 3) % 10**7:07}
item1.X-ABLabel:Zentrale
ADR;type=WORK;type=pref:;;Am Markt {n % 90};{town};;{code};Deutschland
NOTE:Lange Notiz über den Kontakt {n}\\, mit Komma und Umlauten äöü.
URL;type=pref:https://arbeit.example/{n}
{photo}REV:2025-0{n % 9 + 1}-11T08:12:33Z
UID:{chance.getrandbits(128):032x}
END:VCARD
"""


def cards(count: int) -> str:
    """So many cards, half of each kind."""
    chance = random.Random(7)
    return "".join((google if n % 2 else apple)(n, chance) for n in range(count))


def write_file(path: Path, count: int) -> None:
    """Write the same cards as `cards` without having them all in memory."""
    chance = random.Random(7)
    with path.open("w", newline="") as file:
        for n in range(count):
            file.write((google if n % 2 else apple)(n, chance).replace("\n", "\r\n"))


def processor() -> float:
    """Seconds of processor time so far, of this process and all it has started and ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def by_vobject(text: str, count: int) -> tuple[float, float]:
    """Microseconds a card that vobject takes: (on the wall, of a processor), the least of some."""
    import vobject

    took = []
    for _ in range(ROUNDS):
        begun, used = time.perf_counter(), processor()
        read = sum(1 for _ in vobject.readComponents(io.StringIO(text)))
        assert read == count
        took.append((time.perf_counter() - begun, processor() - used))
    wall, used = (min(each) / count * 1e6 for each in zip(*took, strict=True))
    return wall, used


def in_memory(id: int | str, what: str) -> float:
    """Megabytes of a process: VmRSS is what it has, VmHWM what it had at most."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        status = Path(f"/proc/{id}/status").read_text()
        return int(status.partition(f"{what}:")[2].split()[0]) / 1024
    return 0.0


def below(id: int | str) -> float:
    """Megabytes that all processes below one had at most."""
    with contextlib.suppress(OSError):
        children = Path(f"/proc/{id}/task/{id}/children").read_text().split()
        return sum(in_memory(child, "VmHWM") + below(child) for child in children)
    return 0.0


class Watch:
    """What the import costs beside time: memory of both processes, the longest stop of the loop."""

    def __init__(self) -> None:
        self.child = self.parent = self.stop = 0.0
        self.stages: dict[str, float] = {}
        self._stage, self._since = "", 0.0

    def show(self, id: int, progress: SyncProgress | None) -> None:
        """As the desk is told."""
        now, stage = time.perf_counter(), progress.stage if progress else ""
        if stage != self._stage:
            self.stages[self._stage] = self.stages.get(self._stage, 0.0) + now - self._since
            self._stage, self._since = stage, now

    async def stops(self) -> None:
        """Measure how late the loop comes back."""
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            self.stop, last = max(self.stop, now - last - 0.001), now

    async def memory(self) -> None:
        """Look at both processes, ten times a second."""
        while True:
            self.child = max(self.child, below(os.getpid()))
            self.parent = max(self.parent, in_memory(os.getpid(), "VmRSS"))
            await asyncio.sleep(0.1)


async def imported(
    store: SqlStore, folder: Path, file: Path, watch: Watch
) -> tuple[float, float, Done]:
    """Seconds the import took: on the wall, and of processors; and its answer."""

    async def put_source(source: ContactSource, operator: Operator, origin: str) -> Answer:
        from console.clock import utc_now
        from console.desk.changes import PutSource

        (written,) = await store.write([PutSource(source, operator.name, utc_now())])
        return Done(id=written.id)

    site = Site(area_code="30")
    syncs = Syncs(
        store,
        SystemClock(),
        site.plan,
        folder / "reading",
        secret=lambda text: text,
        show=watch.show,
        changed=lambda: None,
        put_source=put_source,
    )
    async with asyncio.TaskGroup() as tasks:
        others = [
            tasks.create_task(syncs.run(by_itself=False)),
            tasks.create_task(watch.memory()),
        ]
        await asyncio.sleep(0.2)
        gc.collect()
        others.append(tasks.create_task(watch.stops()))
        begun, before = time.perf_counter(), processor()
        answer = await syncs.import_files(ImportFiles((str(file),), "Bench"), EVA)
        took, used = time.perf_counter() - begun, processor() - before
        for task in others:
            task.cancel()
    assert isinstance(answer, Done), answer
    return took, used, answer


async def main(count: int) -> None:
    """Import, and print a table."""
    sample = cards(SAMPLE)
    plain = [by_vobject(sample, SAMPLE)]
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name:
        folder = Path(name)
        write_file(folder / "cards.vcf", count)
        size = (folder / "cards.vcf").stat().st_size / 1e6
        store = await open_store(str(folder / "hotline.db"))
        watch = Watch()
        before = in_memory(os.getpid(), "VmRSS")
        took, used, answer = await imported(store, folder, folder / "cards.vcf", watch)
        again, _, _ = await imported(store, folder, folder / "cards.vcf", Watch())
        await store.close()
    plain.append(by_vobject(sample, SAMPLE))
    wall, processors = (min(each) for each in zip(*plain, strict=True))
    each, spent = took / count * 1e6, used / count * 1e6
    report = answer.report
    assert report is not None
    print(f"{count:,} cards, {size:,.0f} MB: {report.added:,} added, {report.left_out} left out")
    stages = ", ".join(f"{stage} {s:.1f} s" for stage, s in watch.stages.items() if stage)
    print(f"imported in            {took:8.1f} s ({stages}); again, unchanged: {again:.1f} s")
    print(f"a second               {count / took:8,.0f} cards")
    print(f"a card                 {each:8.1f} us; vobject, only reading it: {wall:.1f} us")
    print(f"faster than vobject    {wall / each:8.1f} times (wanted: 5)")
    print(f"processor time a card  {spent:8.1f} us of all processes; vobject: {processors:.1f} us")
    print(f"reading processes      {watch.child:8.0f} MB at most, together")
    print(f"console                {watch.parent:8.0f} MB at most, {before:.0f} before")
    print(f"longest stop of loop   {watch.stop * 1000:8.1f} ms (wanted: 20)")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else CARDS))
