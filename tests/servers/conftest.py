"""Real servers for the readers: one for the session, and one more for who hurts it."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .certificates import Certificates, make
from .exim import EXIM, WRAPPER, Exim
from .kannel import BEARERBOX, FAKESMSC, SMSBOX, Kannel
from .radicale_server import Radicale
from .slapd import INSTALL, SLAPD, Slapd


def demand(missing: str) -> None:
    """Skips where a server is missing, but fails in CI: there it must not go unnoticed."""
    if os.environ.get("CI", "").lower() in ("true", "1"):
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture(scope="session")
def ldap_library() -> None:
    """The library that reads LDAP is there."""
    if importlib.util.find_spec("bonsai") is None:
        demand(f"bonsai is not installed. Install it with: {INSTALL} && pip install '.[dev,ldap]'")


@pytest.fixture(scope="session")
def slapds(ldap_library: None) -> Iterator[Callable[[], Slapd]]:
    """What starts one more slapd; all end with the session."""
    if not SLAPD:
        demand(f"slapd is not installed. Install it with: {INSTALL}")
    started: list[Slapd] = []

    def start() -> Slapd:
        started.append(Slapd())
        started[-1].begin()
        return started[-1]

    try:
        yield start
    finally:
        for one in started:
            one.remove()


@pytest.fixture(scope="session")
def slapd(slapds: Callable[[], Slapd]) -> Slapd:
    """The slapd that nobody hurts."""
    return slapds()


@pytest.fixture
def broken_slapd(slapds: Callable[[], Slapd]) -> Slapd:
    """A slapd to be stopped and killed."""
    return slapds()


@pytest.fixture(scope="session")
def radicale() -> Iterator[Radicale]:
    """The Radicale of this session; each test has books of its own in it."""
    server = Radicale()
    try:
        server.begin()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Certificates for servers that are made of a few lines."""
    return make(Path(tmp_path_factory.mktemp("tls")))


@pytest.fixture(scope="session")
def exim() -> Iterator[Exim]:
    """A real mail server."""
    if not EXIM or WRAPPER is None:
        demand(f"Exim or libnss_wrapper is not installed. Install it with: {INSTALL}")
    server = Exim()
    try:
        server.begin()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def kannel() -> Iterator[Kannel]:
    """A real gateway of text messages, with a fake SMSC behind it."""
    if not (BEARERBOX and SMSBOX and FAKESMSC):
        demand(f"Kannel is not installed. Install it with: {INSTALL}")
    server = Kannel()
    try:
        server.begin()
        yield server
    finally:
        server.remove()
