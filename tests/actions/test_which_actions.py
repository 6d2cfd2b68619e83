"""Which actions a call sets off."""

from dataclasses import replace
from typing import Any

import pytest

from console.actions.errand import wanted
from console.calls.words import Direction
from console.desk.records import CallRecord, Identity
from console.settings.live import Occasion, OpenContact
from tests.actions.conftest import CALL, RECORD, action

UNKNOWN = CallRecord(CALL, 1, "Meyer & Söhne")
STORED = CallRecord(CALL, 1, "Meyer & Söhne", caller_name="Hans Schulz")
BY_ID = CallRecord(CALL, identity=Identity(contact_id=7))


@pytest.mark.parametrize(
    ("fields", "record", "is_wanted"),
    [
        ({}, RECORD, True),
        ({"enabled": False}, RECORD, False),
        ({"on": (Occasion.ANSWERED, Occasion.ENDED)}, RECORD, False),
        ({"on": (Occasion.ANSWERED, Occasion.INCOMING)}, RECORD, True),
        ({"companies": ("Berg", "meyer & SÖHNE")}, RECORD, True),
        ({"companies": ("Berg",)}, RECORD, False),
        ({"companies": ("Berg",)}, CallRecord(CALL), False),
        ({"directions": (Direction.INBOUND,)}, RECORD, True),
        ({"directions": (Direction.OUTBOUND, Direction.INTERNAL)}, RECORD, False),
        ({"caller": "known"}, RECORD, True),
        ({"caller": "known"}, STORED, True),
        ({"caller": "known"}, BY_ID, True),
        ({"caller": "known"}, UNKNOWN, False),
        ({"caller": "unknown"}, UNKNOWN, True),
        ({"caller": "unknown"}, RECORD, False),
        ({"caller": "unknown"}, STORED, False),
    ],
)
def test_an_action_is_wanted_when_all_filters_let_the_call_through(
    fields: dict[str, Any], record: CallRecord, is_wanted: bool
) -> None:
    assert wanted(action(OpenContact(), **fields), Occasion.INCOMING, record) is is_wanted


def test_an_outgoing_call_passes_a_filter_for_outgoing_calls() -> None:
    record = replace(RECORD, call=replace(CALL, direction=Direction.OUTBOUND))
    out = action(OpenContact(), on=(Occasion.OUTGOING,), directions=(Direction.OUTBOUND,))
    assert wanted(out, Occasion.OUTGOING, record)
    assert not wanted(out, Occasion.OUTGOING, RECORD)
