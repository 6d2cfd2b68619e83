"""The Manager Interface over TLS, with a certificate of one's own."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from console.calls.events import FeedBack
from console.clock import SystemClock
from console.feeds.link import Link
from console.feeds.login import LoginFailed, try_login
from console.settings.site import Feed
from console.wiring import dialect
from tests.pbx.conftest import demand_asterisk
from tests.pbx.house import SITE
from tests.pbx.server import AsteriskServer, Choices

pytestmark = pytest.mark.pbx


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost with its key, signed by nobody else."""
    demand_asterisk()
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", "-",
         "-out", "-", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    file.write_bytes(made.stdout)
    return file


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(certificate: Path) -> AsyncIterator[AsteriskServer]:
    """An Asterisk of its own that speaks TLS as well."""
    one = AsteriskServer(Choices(tls_certificate=certificate))
    try:
        await one.start()
        yield one
    finally:
        await one.stop()


def feed(server: AsteriskServer, **other: object) -> Feed:
    """Its manager over TLS as a setting, with something changed."""
    given = {
        "host": "localhost",
        "port": server.ports.ami_tls,
        "tls": True,
        "tls_ca": str(server.choices.tls_certificate),
        "user": server.user,
        "secret": server.secret,
    }
    return Feed.model_validate(given | other)


async def test_with_its_authority_the_pbx_is_heard_over_tls(server: AsteriskServer) -> None:
    settings = feed(server)
    assert (await try_login(settings)).events
    said: asyncio.Queue[object] = asyncio.Queue()

    def hear(events, at) -> None:  # type: ignore[no-untyped-def]
        for event in events:
            said.put_nowait(event)

    link = Link(settings, lambda: dialect(settings, SITE), hear, SystemClock())
    running = asyncio.ensure_future(link.run())
    try:
        async with asyncio.timeout(10):
            back = await said.get()
    finally:
        running.cancel()
    assert isinstance(back, FeedBack)
    assert back.version is not None
    assert back.version.startswith("22.")


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"tls_ca": ""}, "not trusted: self-signed certificate. Name the file of its authority"),
        ({"host": "127.0.0.1"}, "Give the host by a name that stands in the certificate."),
        ({"tls_ca": "/nothere.pem"}, "/nothere.pem (tls_ca) can't be read: No such file"),
        ({"tls_ca": __file__}, "holds no certificate in PEM format"),
        ({"tls": False}, "Or does that port want TLS?"),
    ],
)
async def test_what_is_wrong_with_tls_says_what_to_do(
    server: AsteriskServer, other: dict[str, object], sentence: str
) -> None:
    with pytest.raises(LoginFailed) as failed:
        await try_login(feed(server, **other))
    assert sentence in str(failed.value)
