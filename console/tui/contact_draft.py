"""What was typed into the contact form, and the contact that it makes."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from console.calls.text import clean
from console.people.values import Address, Contact
from console.tui.cells import plain

if TYPE_CHECKING:
    from console.calls.numbers import NumberPlan

LONGEST = 200
LONGEST_NOTE = 4000
LEAST_DIGITS = 2


class Mistake(Exception):
    """Something can't be saved; `field` names the part of the draft, `place` which of several."""

    def __init__(self, why: str, field: str, place: int = 0) -> None:
        super().__init__(why)
        self.field = field
        self.place = place


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything as typed; `numbers` are (number, kind) pairs."""

    name: str = ""
    given: str = ""
    family: str = ""
    company: str = ""
    department: str = ""
    title: str = ""
    numbers: tuple[tuple[str, str], ...] = ()
    emails: tuple[str, ...] = ()
    street: str = ""
    code: str = ""
    place: str = ""
    country: str = ""
    web: str = ""
    note: str = ""


def draft_of(contact: Contact, plan: "NumberPlan") -> Draft:
    """A contact as one would type it, with nothing that a terminal obeys; the first address."""
    address = contact.addresses[0] if contact.addresses else Address()
    return Draft(
        name=plain(contact.name),
        given=plain(contact.given),
        family=plain(contact.family),
        company=plain(contact.company),
        department=plain(contact.department),
        title=plain(contact.title),
        numbers=tuple((plain(plan.shown(number)), plain(kind)) for number, kind in contact.numbers),
        emails=tuple(map(plain, contact.emails)),
        street=plain(address.street),
        code=plain(address.code),
        place=plain(address.place),
        country=plain(address.country),
        web=plain(contact.web),
        note="\n".join(map(plain, contact.note.splitlines())),
    )


def key_of(typed: str, before: Contact, plan: "NumberPlan") -> str:
    """The key of a number as typed; one that was left as it is keeps its own. Raises ValueError."""
    for number, _ in before.numbers:
        if typed == plain(plan.shown(number)).strip():
            return number
    key = plan.written.normal(clean(typed))
    if not key or sum(letter.isdigit() for letter in key) < LEAST_DIGITS:
        raise ValueError("This is no telephone number.")
    return key


def contact_of(draft: Draft, before: Contact, plan: "NumberPlan") -> Contact:
    """The contact `before` with what was typed; what the form does not show stays.

    Raises Mistake.
    """

    old = draft_of(before, plan)

    def line(field: str) -> str:
        typed: str = getattr(draft, field)
        # What nobody touched stays to the letter, however long its source made it.
        untouched = typed == getattr(old, field) and hasattr(before, field)
        return getattr(before, field) if untouched else clean(typed, LONGEST)

    given, family, company = line("given"), line("family"), line("company")
    name = line("name") or " ".join(filter(None, (given, family)))
    if not (name or company):
        raise Mistake("A name, or a company, is needed.", "name")
    numbers: dict[str, str] = {}
    for place, (typed, kind) in enumerate(draft.numbers):
        if typed.strip():
            try:
                key = key_of(typed.strip(), before, plan)
            except ValueError as why:
                raise Mistake(str(why), "numbers", place) from None
            numbers.setdefault(key, clean(kind, LONGEST))
    emails = []
    known = {plain(mail): mail for mail in before.emails}
    for place, typed in enumerate(draft.emails):
        if typed in known:
            emails.append(known[typed])
        elif mail := clean(typed, LONGEST):
            if "@" not in mail.strip("@") or " " in mail:
                raise Mistake("This is no e-mail address.", "emails", place)
            emails.append(mail)
    return replace(
        before,
        name=name,
        given=given,
        family=family,
        company=company,
        department=line("department"),
        title=line("title"),
        numbers=tuple(numbers.items()),
        emails=tuple(dict.fromkeys(emails)),
        addresses=_addresses(draft, old, before),
        web=line("web"),
        note=before.note if draft.note == old.note else _note(draft.note),
    )


def _note(typed: str) -> str:
    lines = typed[:LONGEST_NOTE].splitlines()
    return "\n".join(clean(each, LONGEST_NOTE) for each in lines).strip()


def _addresses(draft: Draft, old: Draft, before: Contact) -> tuple[Address, ...]:
    parts = ("street", "code", "place", "country")
    if all(getattr(draft, part) == getattr(old, part) for part in parts):
        return before.addresses
    first, rest = before.addresses[:1], before.addresses[1:]
    typed = replace(
        first[0] if first else Address(),
        street=clean(draft.street, LONGEST),
        code=clean(draft.code, LONGEST),
        place=clean(draft.place, LONGEST),
        country=clean(draft.country, LONGEST),
    )
    return (typed, *rest) if any((typed.street, typed.code, typed.place, typed.country)) else rest
