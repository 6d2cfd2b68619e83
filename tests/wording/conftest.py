from collections.abc import AsyncIterator

import pytest

from console.wording.wording import Wording


@pytest.fixture
async def wording() -> AsyncIterator[Wording]:
    """A warm process, gone after the test."""
    made = Wording()
    await made.warm()
    yield made
    await made.close()
