"""Strangers and failures are counted by address, and forgotten in time."""

from datetime import UTC, datetime, timedelta

import pytest

from console.desk.accounts import Block
from console.ssh.gate import (
    FIRST_BLOCK,
    FORGOTTEN_AFTER,
    FREE_FAILURES,
    LONGEST_BLOCK,
    REMEMBERED,
    Gate,
    Limits,
    place_of,
)

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)

HERE, THERE = "203.0.113.7", "203.0.113.8"


def test_so_many_strangers_in_all_and_of_one_address():
    gate = Gate(Limits(strangers=3, strangers_of_one=2))
    for _ in range(2):
        assert gate.why_not(HERE, NOON) == ""
        gate.came(HERE)
    assert HERE in gate.why_not(HERE, NOON)
    gate.came(THERE)
    assert gate.why_not("203.0.113.9", NOON)
    gate.went(HERE)
    assert gate.why_not(HERE, NOON) == ""


def test_after_some_failures_an_address_is_kept_out_for_longer_and_longer():
    gate = Gate(Limits())
    for _ in range(FREE_FAILURES - 1):
        assert gate.failed(HERE, "eva", NOON).until is None
    assert gate.why_not(HERE, NOON) == ""
    first = gate.failed(HERE, "eva", NOON)
    assert first.until == NOON + FIRST_BLOCK
    assert "kept out until 12:01:00" in gate.why_not(HERE, NOON)
    assert gate.why_not(THERE, NOON) == ""
    assert gate.why_not(HERE, NOON + FIRST_BLOCK) == ""
    assert gate.failed(HERE, "eva", NOON).until == NOON + 2 * FIRST_BLOCK
    for _ in range(50):
        last = gate.failed(HERE, "eva", NOON)
    assert last.until == NOON + LONGEST_BLOCK


def test_failures_are_forgotten_after_a_while():
    gate = Gate(Limits())
    for _ in range(FREE_FAILURES - 1):
        gate.failed(HERE, "eva", NOON)
    later = NOON + FORGOTTEN_AFTER + timedelta(seconds=1)
    assert gate.failed(HERE, "eva", later).failures == 1


def test_what_was_stored_holds_after_a_restart_until_it_is_lifted():
    gate = Gate(Limits(), [Block(HERE, 9, NOON, NOON + LONGEST_BLOCK, "root")])
    assert gate.why_not(HERE, NOON)
    gate.lift(HERE)
    assert gate.why_not(HERE, NOON) == ""


def test_it_remembers_only_so_many_addresses():
    gate = Gate(Limits())
    for number in range(REMEMBERED + 10):
        gate.failed(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", "x", NOON)
    assert len(gate._failed) == REMEMBERED


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("?", "?"),
    ],
)
def test_a_network_of_ipv6_counts_as_one(address, place):
    assert place_of(address) == place
