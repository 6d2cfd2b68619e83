"""A contact as it goes into a staging file: made anywhere, also by a process that helps."""

from dataclasses import replace

from console.people.keys import Keys
from console.people.staging import contact_row, number_rows
from console.people.values import Contact

LONGEST_KEY = 300

# The values of CONTACT_COLUMNS, and those of NUMBER_COLUMNS for each number.
Row = tuple[object, ...]
Prepared = tuple[Row, tuple[Row, ...]]


class SameKeys(Keys):
    """Leaves equal keys to the staging file, which tells them apart across all of a source."""

    def unique(self, key: str) -> str:
        """The key as it is."""
        return key


def prepared(contact: Contact) -> Prepared | str:
    """The rows of a contact; or why it is left out, a sentence."""
    if not (contact.name.strip() or contact.numbers):
        return "It has neither a name nor a number."
    if not contact.key or len(contact.key) > LONGEST_KEY:
        contact = replace(contact, key=_key(contact))
    try:
        return contact_row(contact), tuple(number_rows(contact))
    except UnicodeEncodeError:
        return "It has characters that are none."


def _key(contact: Contact) -> str:
    """What stays the same when the rest changes, where the reader knows nothing better."""
    if contact.uid:
        return contact.uid[:LONGEST_KEY]
    number = "" if contact.name else contact.numbers[0][0]
    return "\n".join((contact.name, contact.company, number))[:LONGEST_KEY]
