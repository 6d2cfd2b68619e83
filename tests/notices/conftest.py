from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.notices.office import MAIL, SERVER, Office, office


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Office]:
    """An office that tells front@desk.example by e-mail."""
    async with office(tmp_path) as one:
        await one.set(mail=MAIL, mail_server=SERVER)
        yield one
