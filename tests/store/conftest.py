from collections.abc import AsyncIterator

import pytest

from console.store.database import SqlStore, open_store


@pytest.fixture
async def store() -> AsyncIterator[SqlStore]:
    store = await open_store("sqlite:///:memory:")
    yield store
    await store.close()
