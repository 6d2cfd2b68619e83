"""Contacts of an LDAP server, all of them each time (a full sync), page by page (RFC 2696)."""

import contextlib
from collections.abc import Iterator
from typing import Any

from console.calls.numbers import NumberPlan
from console.calls.text import clean
from console.directory.ldap_entry import attributes_of, contact_of, fields_with
from console.directory.ldap_way import SECONDS, Way, walk, way_to
from console.directory.reading import CannotRead, Gone, Mark
from console.people.skipped import Skipped
from console.people.values import Contact
from console.settings.sources import Ldap

PAGE_SECONDS = 60.0
# A server that never comes to an end is not believed.
MOST_ENTRIES = 2_000_000
MOST_EMPTY_PAGES = 100

# Result codes of RFC 4511, 4.1.9, and of libldap (negative).
_FILTER = -7
_SIZE_LIMIT, _ADMIN_LIMIT = 4, 11
_TIME_LIMIT = 3
_ENCRYPTION_NEEDED = 13
_NO_SUCH_BASE, _NO_DN = 32, 34
_LOGIN = (7, 8, 48, 49, 53)
_NOT_ALLOWED = 50


def read(options: Ldap, plan: NumberPlan, token: str) -> Iterator[Contact | Skipped | Gone | Mark]:
    """Yield the contacts below a base that a filter finds; always a full sync, so without token.

    Raises CannotRead, also when the server goes, or stops giving, in the middle.
    """
    fields = fields_with(options.attributes)
    way = way_to(options.url, options.start_tls, options.ca_file)
    password = options.password.get_secret_value()
    if options.bind_dn and not password:
        # RFC 4513, 5.1.2: the server would take it for nobody, and perhaps show less.
        raise CannotRead(f"There is no password for {options.bind_dn} at {way.server}. Enter one.")
    walk(way)
    try:
        from console.directory import ldap_connection as ldap
    except ImportError as missing:
        raise CannotRead(
            "Reading LDAP needs the library bonsai, which is not installed. Install it with: apt "
            "install gcc libldap-dev libsasl2-dev && pip install 'hotline-console[ldap]'"
        ) from missing
    attributes = attributes_of(fields)
    number = 0
    connection: Any = None
    try:
        connection = ldap.connect(way, options.bind_dn, password, attributes, SECONDS)
        size = options.page_size
        entries = ldap.page(
            connection, options.base, options.filter, attributes, size, PAGE_SECONDS
        )
        empty = 0
        while entries is not None:
            before = number
            for entry in entries:
                number += 1
                dn, values = ldap.parts(entry)
                contact = contact_of(dn, values, fields, plan)
                yield contact or Skipped(
                    way.server, number, f"{clean(dn)} has no name (attributes of the field name)."
                )
            empty = empty + 1 if number == before else 0
            if number > MOST_ENTRIES or empty > MOST_EMPTY_PAGES:
                raise CannotRead(
                    f"{way.server} does not come to an end after {number} entries. Narrow base or "
                    "filter."
                )
            entries = ldap.next_page(connection, entries, PAGE_SECONDS)
    except ldap.Unusable as problem:
        raise CannotRead(
            f"{way.server} can't be asked so: {problem}. Check address, base and filter."
        ) from problem
    except ldap.TooLate as problem:
        raise CannotRead(_too_late(way, number)) from problem
    except ldap.Failed as problem:
        raise CannotRead(_failed(problem, way, options, number)) from problem
    finally:
        if connection is not None:
            with contextlib.suppress(ldap.Failed):
                connection.close()
    if not number:
        raise CannotRead(
            f"{way.server} has nothing for {options.filter} below {options.base}, or shows nothing "
            f"to {options.bind_dn or 'somebody who is not logged in'}. Check the three."
        )
    yield Mark("full", total=number)


def _too_late(way: Way, number: int) -> str:
    if number:
        return (
            f"{way.server} stopped answering after {number} entries. Nothing was taken; try again."
        )
    return f"{way.server} was reached but did not answer. Look at the server, and try again."


def _failed(problem: Any, way: Way, options: Ldap, number: int) -> str:
    """What the server's result code means for who set the source up."""
    code = int(problem.code)
    said = clean(str(problem.args[0] if problem.args else "")).rstrip(". ")
    who = options.bind_dn or "somebody who is not logged in"
    taken = f" after {number} entries" if number else ""
    if code == _FILTER:
        return f"The filter {options.filter} is not one (RFC 4515). Look at its brackets."
    if code in (_SIZE_LIMIT, _ADMIN_LIMIT):
        most = f"after {number}" if number else f"within the first {options.page_size}"
        return (
            f"{way.server} stopped {most} entries: it gives {who} no more in one search, however "
            "it is paged. Nothing was taken. Ask its administrator to lift the size limit for that "
            "login (slapd: limits ... size.prtotal=unlimited), or narrow base or filter."
        )
    if code == _TIME_LIMIT:
        return (
            f"{way.server} stopped{taken}: the search took longer than it allows. Nothing was "
            "taken. Narrow base or filter, or have the filter's attributes indexed there."
        )
    if code == _ENCRYPTION_NEEDED:
        return f"{way.server} wants encryption ({said}). Switch StartTLS on, or use ldaps://."
    if code == _NO_SUCH_BASE:
        return f"{way.server} has no {options.base}, or does not show it to {who}. Check the base."
    if code == _NO_DN:
        return (
            f"{way.server} can't read a distinguished name ({said}). Check base and login: they "
            "are written as ou=people,dc=example,dc=org."
        )
    if code in _LOGIN:
        return f"{way.server} does not let {who} in: {said}. Check login and password."
    if code == _NOT_ALLOWED:
        return f"{way.server} does not allow {who} to search {options.base}: {said}."
    if code in (-1, -11):
        return (
            f"{way.server} is gone{taken}: {said}. Nothing was taken; see whether it runs, and try "
            "again."
        )
    return f"{way.server} could not search{taken}: {said} (LDAP result {code})."
