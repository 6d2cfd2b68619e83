"""One action to be carried out for one call."""

from dataclasses import dataclass
from datetime import datetime

from console.desk.records import CallRecord
from console.settings.live import Action, Occasion


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be done, why, for which call as it was then; `at` is when (UTC)."""

    action: Action
    occasion: Occasion
    record: CallRecord
    at: datetime


class ActionFailed(Exception):
    """An action could not be carried out: a sentence that says what, where, and what to do."""


def wanted(action: Action, occasion: Occasion, record: CallRecord) -> bool:
    """Whether an action is on and its filters let this call through; empty ones let all."""
    if not action.enabled or occasion not in action.on:
        return False
    if action.companies:
        company = record.company_name.casefold()
        if company not in {name.casefold() for name in action.companies}:
            return False
    if action.directions and record.call.direction not in action.directions:
        return False
    return action.caller == "any" or (action.caller == "known") == known(record)


def known(record: CallRecord) -> bool:
    """Whether somebody knows who calls; a record that was stored has only the name."""
    identity = record.identity
    return bool(identity.contact or identity.contact_id is not None or record.caller_name)
