"""Real servers read the way the console does it: by a process of its own, into a staging file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from pydantic import SecretStr

from console.calls.numbers import NumberPlan
from console.directory.job import Ended, Job
from console.directory.reading import CannotRead
from console.directory.reading_child import read_elsewhere
from console.settings.sources import CardDav, ContactSource, Ldap, stored_options

from . import radicale_server
from .radicale_server import Book, Radicale
from .slapd import BASE, MANY, PASSWORD, READER, Slapd

pytestmark = pytest.mark.servers


def job(options: Ldap | CardDav, folder: Path, token: str = "") -> Job:
    source = ContactSource(id=2, name="Somewhere", options=options)
    return Job(stored_options(source), NumberPlan("DE"), str(folder / "staging.db"), token)


def rows(folder: Path, what: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "staging.db") as staging:
        found = staging.execute(what).fetchall()
    staging.close()
    return found


async def test_a_thousand_people_of_slapd_reach_the_staging_file(
    slapd: Slapd, tmp_path: Path
) -> None:
    options = Ldap(
        url=slapd.url,
        ca_file=str(slapd.certificates.authority),
        bind_dn=READER,
        password=SecretStr(PASSWORD),
        base=f"ou=people,{BASE}",
    )
    ended = await read_elsewhere(job(options, tmp_path), lambda progress: None)
    assert ended == Ended(read=MANY)
    assert rows(tmp_path, "SELECT count(*), count(DISTINCT key) FROM contacts") == [(1000, 1000)]
    assert rows(tmp_path, "SELECT value FROM about WHERE name = 'mode'") == [("full",)]


async def test_radicale_is_read_whole_and_then_by_what_changed(
    radicale: Radicale, tmp_path: Path
) -> None:
    book = Book(radicale, f"{radicale_server.USER}/process/", {"A": "030 1", "B": "030 2"})
    options = CardDav(
        url=book.url,
        user=radicale_server.USER,
        password=SecretStr(radicale_server.PASSWORD),
        ca_file=str(radicale.certificates.authority),
    )
    first, second, third = (tmp_path / name for name in ("first", "second", "third"))
    for folder in (first, second, third):
        folder.mkdir()
    assert await read_elsewhere(job(options, first), lambda progress: None) == Ended(read=2)
    [(token,)] = rows(first, "SELECT value FROM about WHERE name = 'token'")
    book.delete("card0.vcf")
    ended = await read_elsewhere(job(options, second, str(token)), lambda progress: None)
    assert ended == Ended()
    assert rows(second, "SELECT key FROM gone") == [(f"/{book.path}card0.vcf",)]
    [(token,)] = rows(second, "SELECT value FROM about WHERE name = 'token'")
    ended = await read_elsewhere(job(options, third, str(token)), lambda progress: None)
    assert ended == Ended(unchanged=True)
    book.close()


async def test_what_is_wrong_arrives_as_the_readers_own_sentence(
    slapd: Slapd, radicale: Radicale, tmp_path: Path
) -> None:
    for options in (Ldap(url=slapd.url, base=BASE), CardDav(url=radicale.url)):
        (folder := tmp_path / options.kind).mkdir()
        with pytest.raises(CannotRead, match="certificate that can't be trusted"):
            await read_elsewhere(job(options, folder), lambda progress: None)
