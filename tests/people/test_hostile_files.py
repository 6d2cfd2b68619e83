"""Files that somebody made to hurt: time stays in proportion to their size, and nothing raises."""

import time
import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.calls.numbers import NumberPlan
from console.people.company_cards import read_company_cards
from console.people.csv_contacts import columns_of, guess, read_contacts
from console.people.skipped import Skipped
from console.people.values import Contact
from console.people.vcard import read_cards
from console.people.vcard_writing import write_cards

PLAN = NumberPlan("DE", "030", "0")
SIZE = 20_000


def vcard(*lines: str) -> bytes:
    return "\n".join(["BEGIN:VCARD", "FN:A", *lines, "END:VCARD", ""]).encode()


# Each makes a file that grows with n; what stands in it is as bad as n is large.
CARDS: dict[str, Callable[[int], bytes]] = {
    "commas in a type": lambda n: vcard("TEL;TYPE=" + "a," * n + "a:030 1"),
    "commas in a value": lambda n: vcard("CATEGORIES:" + "," * n),
    "semicolons": lambda n: vcard("N:" + ";" * n, "ADR:" + ";\\" * n),
    "quotes in parameters": lambda n: vcard("TEL;A=" + '"' * n + ":1"),
    "an open quote": lambda n: vcard('TEL;A="' + "a:;" * n),
    "parameters": lambda n: vcard("TEL" + ";A=b" * n + ":1"),
    "one giant line": lambda n: b"x" * (4 * n),
    "one giant head": lambda n: b"BEGIN:VCARD\n" + b"x" * (4 * n) + b":1",
    "blank lines": lambda n: b"BEGIN:VCARD\n" + b"\n" * (4 * n),
    "bare returns": lambda n: b"BEGIN:VCARD\r" + b"FN:a\r" * n,
    "zeros": lambda n: b"BEGIN:VCARD\n" + b"\0" * (4 * n),
    "begins": lambda n: b"BEGIN:VCARD\n" * n,
    "begins with names": lambda n: b"BEGIN:VCARD\nFN:a\n" * n,
    "ends": lambda n: b"END:VCARD\n" * n,
    "agents inside agents": lambda n: b"BEGIN:VCARD\nFN:a\nAGENT:\n" * n,
    "agents in one line": lambda n: b"BEGIN:VCARD\nFN:a\nAGENT:BEGIN:VCARD\n" * n,
    "agents in a value": lambda n: vcard("AGENT:" + "BEGIN:VCARD\\nFN:a\\nAGENT:" * (n // 4)),
    "folds": lambda n: vcard("NOTE:a", " b\n" * n),
    "soft breaks": lambda n: vcard("NOTE;ENCODING=QUOTED-PRINTABLE:=\n" + "=\n" * n),
    "a photo": lambda n: vcard("PHOTO;ENCODING=b:" + "QUJD\n " * n),
    "a photo without folds": lambda n: vcard("PHOTO;ENCODING=b:\n" + "QUJDQUJD\n" * n),
    "many numbers": lambda n: vcard("TEL:030 1\n" * (n // 4)),
    "many different lines": lambda n: vcard("\n".join(f"X-{i}:{i}" for i in range(n // 2))),
    "numbers in a number": lambda n: vcard("TEL:" + "030 1234567 / " * n),
    "signs in a number": lambda n: vcard("TEL:" + "+(0)-" * n),
    "letters in a number": lambda n: vcard("TEL:0" + "1x" * n),
    "labels": lambda n: vcard("a.TEL:1", "a.X-ABLabel:" + "_$!<" * n + ">!$_" * n),
    "marks on a letter": lambda n: vcard("FN:e" + "\u0301" * n, "NOTE:e" + "\u0301" * n),
    "escapes": lambda n: vcard("NOTE:" + "\\n" * n, "ORG:" + "\\" * n),
    "run on text": lambda n: vcard("NOTE:a", "no colon here\n" * n),
}
TABLES: dict[str, Callable[[int], bytes]] = {
    "commas": lambda n: b"name,phone\n" + b"," * n + b"\n" + b"," * n,
    "columns": lambda n: ",".join(f"phone {i}" for i in range(n // 4)).encode() + b"\n" + b"1," * n,
    "the same column": lambda n: b"phone," * 2000 + b"\n" + b"030 1," * n,
    "quotes": lambda n: b"name,phone\n" + b'"\n' * n,
    "quotes that never end": lambda n: b"name,phone\n" + (b'"a\n' + b"b\n" * 299) * (n // 300),
    "doubled quotes": lambda n: b"name,phone\n" + b'"a""\n' * n,
    "one giant cell": lambda n: b'name,phone\n"' + b"x" * (4 * n) + b'",1\n',
    "one giant line": lambda n: b"x" * (4 * n),
    "blank lines": lambda n: b"name,phone\n" + b"\n" * (4 * n),
    "bare returns": lambda n: b"name,phone\r" + b"a,1\r" * n,
    "zeros": lambda n: b"name,phone\n" + b"\0" * (4 * n),
    "numbers in a cell": lambda n: b"name,phone\na," + b"030 1234567 ::: " * n + b"\n",
    "mails in a cell": lambda n: b"name,email\na," + b"a@b; " * n + b"\n",
    "lines in a cell": lambda n: b'name,notes\na,"' + b"\n" * n + b'"\n',
    "the same name": lambda n: b"name\n" + b"a\n" * (n // 4),
}


Reader = Callable[[bytes], Iterator[object]]


def seconds(reader: Reader, data: bytes) -> float:
    best = 1e9
    for _ in range(2):
        began = time.process_time()
        for _ in reader(data):
            pass
        best = min(best, time.process_time() - began)
    return best


def in_proportion(reader: Reader, make: Callable[[int], bytes]) -> bool:
    """Whether four times as much takes about four times as long (sixteen would be quadratic)."""
    large = seconds(reader, make(SIZE))
    if large < 0.1:  # too quick to compare
        return True
    return large < 8 * seconds(reader, make(SIZE // 4)) and large < 5.0


def read_vcf(data: bytes) -> Iterator[Contact | Skipped]:
    return read_cards(data, "hostile.vcf", PLAN)


def read_csv(data: bytes) -> Iterator[Contact | Skipped]:
    guess(columns_of(data))
    return read_contacts(data, "hostile.csv", PLAN)


@pytest.mark.parametrize("make", CARDS.values(), ids=CARDS)
def test_a_hostile_card_takes_time_by_its_size_only(make: Callable[[int], bytes]) -> None:
    assert in_proportion(read_vcf, make)


@pytest.mark.parametrize("make", TABLES.values(), ids=TABLES)
def test_a_hostile_table_takes_time_by_its_size_only(make: Callable[[int], bytes]) -> None:
    assert in_proportion(read_csv, make)


@pytest.mark.parametrize("make", CARDS.values(), ids=CARDS)
def test_what_is_left_of_a_hostile_card_can_be_written_and_is_small(
    make: Callable[[int], bytes],
) -> None:
    data = make(SIZE // 50)
    found = [one for one in read_vcf(data) if isinstance(one, Contact)][:5]
    assert len(write_cards(found)) < 5 * 500_000
    for _ in read_company_cards(data, "", PLAN):
        pass


@pytest.mark.parametrize("make", CARDS.values(), ids=CARDS)
def test_the_card_after_a_hostile_one_is_found(make: Callable[[int], bytes]) -> None:
    good = b"\nEND:VCARD\n" * 12 + b"BEGIN:VCARD\nFN:Good\nTEL:030 1234\nEND:VCARD\n"
    data = make(2000).replace(b"\0", b"") + b"\n" + good
    names = [one.name for one in read_vcf(data) if isinstance(one, Contact)]
    assert names[-1] == "Good"


def test_a_large_file_is_read_in_bounded_memory() -> None:
    card = vcard("TEL:030 1234567", "NOTE:" + "x" * 200, "PHOTO;ENCODING=b:" + "QUJD" * 2000)
    data = card * 2000  # 17 MB; 200 MB take as much
    tracemalloc.start()
    try:
        count = sum(isinstance(one, Contact) for one in read_vcf(data))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 2000
    assert peak < 4_000_000


def test_agents_too_deep_are_told_and_cost_nothing_after_them() -> None:
    deep = b"BEGIN:VCARD\nFN:a\nAGENT:\n" * 30 + b"END:VCARD\n" * 30
    found = list(read_vcf(deep + vcard("TEL:030 1234")))
    assert [one.reason for one in found if isinstance(one, Skipped)] == [
        "A card 10 cards deep inside others is left out."
    ]
    assert isinstance(found[-1], Contact)
    assert found[-1].numbers == (("+49301234", ""),)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_as_a_table_without_an_error(data: bytes) -> None:
    for start in (b"", b"name;phone;email;street;note;uid;title\n"):
        for one in read_csv(start + data):
            assert isinstance(one, Contact | Skipped)
