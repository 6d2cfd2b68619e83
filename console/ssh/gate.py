"""Who may knock: how many strangers at once, and for how long an address that failed is kept out.

Pure: times are arguments (UTC). asyncssh counts neither connections without a log-in nor failures.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from console.desk.accounts import Block

FREE_FAILURES = 5  # in FORGOTTEN_AFTER, before an address is kept out
FIRST_BLOCK = timedelta(minutes=1)  # doubled with each further failure
LONGEST_BLOCK = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(hours=1)
REMEMBERED = 10_000  # addresses


@dataclass(frozen=True, slots=True)
class Limits:
    """How many connections may be without a log-in, in all and from one address."""

    strangers: int = 50
    strangers_of_one: int = 10


class Gate:
    """Counts strangers and failures by address; an IPv6 network of 64 bits counts as one."""

    def __init__(self, limits: Limits, blocks: Iterable[Block] = ()) -> None:
        self._limits = limits
        self._strangers: Counter[str] = Counter()
        self._failed: OrderedDict[str, Block] = OrderedDict(
            (block.address, block) for block in blocks
        )

    def why_not(self, address: str, now: datetime) -> str:
        """Why a new connection is turned away, "" if it may come in."""
        place = place_of(address)
        block = self._failed.get(place)
        if block is not None and block.until is not None and block.until > now:
            return f"{place} is kept out until {block.until:%H:%M:%S} UTC"
        if self._strangers.total() >= self._limits.strangers:
            return "too many connections without a log-in"
        if self._strangers[place] >= self._limits.strangers_of_one:
            return f"too many connections without a log-in from {place}"
        return ""

    def came(self, address: str) -> None:
        """A connection is there, without a log-in as yet."""
        self._strangers[place_of(address)] += 1

    def went(self, address: str) -> None:
        """That connection has logged in, or has ended."""
        place = place_of(address)
        self._strangers[place] -= 1
        if self._strangers[place] <= 0:
            del self._strangers[place]

    def failed(self, address: str, login: str, now: datetime) -> Block:
        """A connection ended without a log-in though it tried; what is now known of its address."""
        place = place_of(address)
        former = self._failed.pop(place, None)
        if former is None or former.at + FORGOTTEN_AFTER < now:
            former = Block(place, 0, now, None, "")
        failures = former.failures + 1
        until = None
        if failures >= FREE_FAILURES:
            doubled = FIRST_BLOCK * 2 ** min(failures - FREE_FAILURES, 20)
            until = now + min(doubled, LONGEST_BLOCK)
        block = replace(former, failures=failures, at=now, until=until, login=login)
        self._failed[place] = block
        while len(self._failed) > REMEMBERED:
            self._failed.popitem(last=False)
        return block

    def lift(self, address: str) -> None:
        """Forget the failures of an address."""
        self._failed.pop(place_of(address), None)


def place_of(address: str) -> str:
    """What counts as one: an IPv4 address, or the first 64 bits of an IPv6 one."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return f"{IPv6Address(int(ip) >> 64 << 64)}/64"
    return str(ip)
