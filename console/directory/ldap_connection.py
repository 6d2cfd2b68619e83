"""One connection to an LDAP server that never waits longer than told. Needs bonsai (extra `ldap`).

bonsai's own synchronous connection crashes the process when a paged search takes too long (1.5.5
takes the search for a modification and rolls it back), so the asynchronous one is polled. What has
no end even so is a TLS handshake that the server begins and never finishes, which libldap makes in
one piece: only who runs the reader can end that.
"""

import select
import time
from collections.abc import Mapping
from typing import Any

import bonsai
from bonsai.ldapconnection import BaseLDAPConnection

from console.directory.ldap_way import Way

SHORTEST_WAIT, LONGEST_WAIT = 0.001, 0.25  # seconds between two looks

TooLate = bonsai.TimeoutError
Failed = bonsai.LDAPError


class Unusable(Exception):
    """What was given can't even be sent: a NUL in the base, an underscore in a host's name."""


class Connection(BaseLDAPConnection):  # type: ignore[misc]  # bonsai is optional
    """A bonsai connection whose operations block, each until its timeout (seconds)."""

    def __init__(self, client: Any) -> None:
        super().__init__(client, is_async=True)

    def _evaluate(self, msg_id: int, timeout: float | None = None) -> Any:
        return self.wait(msg_id, timeout or 60.0)

    def wait(self, msg_id: int, seconds: float) -> Any:
        """The result of an operation; raises TooLate, or Failed."""
        until = time.monotonic() + seconds
        pause = SHORTEST_WAIT
        while (result := self.get_result(msg_id)) is None:
            if time.monotonic() >= until:
                raise TooLate
            # Data may wait inside the TLS layer, where select does not see them: so never long.
            descriptor = self.fileno()
            select.select([descriptor] if descriptor >= 0 else [], [], [], pause)
            pause = min(2 * pause, LONGEST_WAIT)
        return result


def connect(way: Way, user: str, password: str, attributes: list[str], seconds: float) -> Any:
    """Connect, encrypt, log in (if there is a user); raises TooLate, Failed, Unusable."""
    try:
        client = bonsai.LDAPClient(way.server, way.tls == "start")
    except ValueError as problem:
        raise Unusable(str(problem)) from problem
    client.set_cert_policy("demand")
    client.set_ca_cert(way.ca_file)
    client.set_auto_page_acquire(False)
    # Otherwise a value that looks like a number is made one: +49301234 comes as 49301234.
    client.set_raw_attributes(attributes)
    if user:
        client.set_credentials("SIMPLE", user=user, password=password)
    return Connection(client).open(seconds)


def page(
    connection: Any, base: str, filter_: str, attributes: list[str], size: int, seconds: float
) -> Any:
    """The first page of a search below `base`: an iterator of entries."""
    try:
        return connection.paged_search(
            base,
            bonsai.LDAPSearchScope.SUBTREE,
            filter_,
            attrlist=attributes,
            timeout=seconds,
            page_size=size,
        )
    except (TypeError, ValueError) as problem:
        raise Unusable("base or filter has a character that can't be sent") from problem


def next_page(connection: Any, entries: Any, seconds: float) -> Any | None:
    """The page after one, None after the last."""
    msg_id = entries.acquire_next_page()
    return None if msg_id is None else connection.wait(msg_id, seconds)


def parts(entry: Any) -> tuple[str, Mapping[str, object]]:
    """An entry's distinguished name and its attributes."""
    return str(entry.dn), {name: value for name, value in entry.items() if name != "dn"}
