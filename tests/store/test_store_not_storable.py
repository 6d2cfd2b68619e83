"""A value that no database takes fails its own write, wholly, and is told from a failing disk."""

import pytest
from pydantic import SecretStr
from store_samples import NOON, call, ids, save

from console.desk.changes import (
    AddNote,
    PutCompanies,
    PutContact,
    PutOperator,
    PutSettings,
    SaveCall,
    SetChoice,
)
from console.desk.operators import Operator
from console.desk.ports import NotStorable
from console.desk.records import Note
from console.people.values import Company, Contact

BY = ("eva", NOON)


@pytest.mark.parametrize(
    "change",
    [
        PutContact(Contact("a\ud800"), *BY),
        PutContact(Contact("a", key="\ud800"), *BY),
        PutContact(Contact("a", (("+4930\ud800", ""),)), *BY),
        PutCompanies((Company("\ud800x"),), *BY),
        PutCompanies((Company("x", facts=("\ud800", SecretStr("hunter2"))),), *BY),
        PutSettings("actions", {"actions": [{"secret": SecretStr("hunter2")}]}, *BY),
        SetChoice("+49", 10**30, "1:x", *BY),
        SetChoice("+49", None, object(), *BY),
        PutOperator(Operator(None, "hunter2"), *BY),
        AddNote("c1", Note("eva", NOON, "\udc80")),
        SaveCall(call("c3", number="+49\ud800")),
    ],
    ids=lambda change: type(change).__name__,
)
async def test_nothing_of_its_batch_is_stored_and_the_next_one_is(store, change):
    await save(store, call("c1"))
    with pytest.raises(NotStorable) as failed:
        await store.write([SaveCall(call("c2", 1)), change, AddNote("c1", Note("e", NOON, "x"))])
    assert "hunter2" not in str(failed.value)
    assert await ids(store) == ["c1"]
    await save(store, call("c2", 1))
    assert await ids(store) == ["c2", "c1"]
    assert await store.companies() == ()
