"""`hotline companies import` and `hotline contacts import`."""

import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

from console.cli.changing import tell
from console.cli.failure import Failure
from console.cli.start import configured, guest
from console.desk.commands import ImportCompanies, ImportContacts
from console.people.skipped import Skipped
from console.people.values import Company, Contact

AT_ONCE = 500  # in one command, so that no message to the desk grows without bound
LARGEST_FILE = 200_000_000
SHOWN = 20
_T = TypeVar("_T")


def companies(given: Namespace) -> int:
    """Add or change companies by a table."""
    from console.people.table import read_companies

    config = configured(given)
    report = _Report()
    rows = read_companies(_bytes(given.file), str(given.file), config.site.plan)
    found: Iterator[Company] = report.keep(rows)
    done = tell(config, guest(given), (ImportCompanies(some) for some in _parts(found)))
    return report.say(done.count, "company", "companies")


def contacts(given: Namespace) -> int:
    """Add or change contacts by vCards."""
    from console.people.vcard import read_cards

    config = configured(given)
    report = _Report()
    plan = config.site.plan
    cards = (
        one for file in _cards_in(given.file) for one in read_cards(_bytes(file), str(file), plan)
    )
    found: Iterator[Contact] = report.keep(cards)
    source = given.file.name
    done = tell(config, guest(given), (ImportContacts(some, source) for some in _parts(found)))
    return report.say(done.count, "contact", "contacts")


def _cards_in(place: Path) -> list[Path]:
    if not place.is_dir():
        return [place]
    files = sorted(one for one in place.rglob("*") if one.suffix.lower() in (".vcf", ".vcard"))
    if not files:
        raise Failure(f"{place} holds no vCards (*.vcf)")
    return files


def _bytes(file: Path) -> bytes:
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise Failure(f"{file} is larger than {LARGEST_FILE // 1_000_000} MB; split it")
        return file.read_bytes()
    except OSError as failed:
        raise Failure(f"{file} can't be read: {failed.strerror}") from None


def _parts(found: Iterator[_T]) -> Iterator[tuple[_T, ...]]:
    while some := tuple(islice(found, AT_ONCE)):
        yield some


class _Report:
    """What was left out, while the rest goes by."""

    def __init__(self) -> None:
        self._skipped: list[Skipped] = []

    def keep(self, rows: Iterable[_T | Skipped]) -> Iterator[_T]:
        """What can be used."""
        for row in rows:
            if isinstance(row, Skipped):
                self._skipped.append(row)
            else:
                yield row

    def say(self, count: int, one: str, many: str) -> int:
        """Print how many came in, and what did not; the exit code."""
        for skipped in self._skipped[:SHOWN]:
            print(f"{skipped.file}, line {skipped.line}: {skipped.reason}", file=sys.stderr)
        if len(self._skipped) > SHOWN:
            print(f"... and {len(self._skipped) - SHOWN} more", file=sys.stderr)
        left_out = f"; {len(self._skipped)} left out" if self._skipped else ""
        print(f"{count} {one if count == 1 else many} imported{left_out}")
        return 0 if count or not self._skipped else 1
