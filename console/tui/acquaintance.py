"""Who is at the other end of a call, as far as one operator may know."""

from dataclasses import dataclass

from console.desk.contacts import Certainty, Match
from console.desk.records import Identity
from console.people.values import Contact


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """A contact and how sure that is; `yours` if only this operator has it, `others` as well."""

    contact: Contact | None = None
    certainty: Certainty = Certainty.EXACT
    yours: bool = False
    others: int = 0


STRANGER = Acquaintance()


def acquaintance(
    identity: Identity, matches: tuple[Match, ...], mine: frozenset[int]
) -> Acquaintance:
    """What the directory told everybody, unless one of the operator's own sources knows better.

    `matches` is what WhoIs answered at the operator's door, empty if it was not asked; `mine` are
    the operator's own sources.
    """
    certainty = identity.certainty or (Certainty.MAYBE if identity.maybe else Certainty.EXACT)
    told = Acquaintance(identity.contact, certainty, others=identity.others)
    if not matches:
        return told
    best = matches[0]
    sure = Certainty.EXACT if best.chosen else best.certainty
    return Acquaintance(best.contact, sure, best.contact.source_id in mine, len(matches) - 1)


def asked_about(identity: Identity) -> bool:
    """Whether the directory has said anything of the caller yet, if only what number it is."""
    told = (identity.contact, identity.name, identity.number_kind, identity.country)
    return any(told) or bool(identity.last_calls)


def words(certainty: Certainty) -> str:
    """What stands before the name of a contact that is not quite sure."""
    match certainty:
        case Certainty.EXACT:
            return ""
        case Certainty.EXTENSION:
            return "extension of"
        case Certainty.MAYBE:
            return "maybe"


def label(certainty: Certainty) -> str:
    """How sure a match is, in a word; empty where it is quite sure."""
    return "extension" if certainty is Certainty.EXTENSION else words(certainty)


def reason(certainty: Certainty) -> str:
    """Why it is not quite sure, in a sentence."""
    match certainty:
        case Certainty.EXACT:
            return ""
        case Certainty.EXTENSION:
            return "The number continues one of these: a phone behind the switchboard."
        case Certainty.MAYBE:
            return "Maybe: only the last digits of the number agree."
