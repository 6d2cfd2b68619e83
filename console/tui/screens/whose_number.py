"""Whose number it is at the other end of a call: asking, and saying so."""

from console.desk.commands import ChooseContact, Done
from console.desk.contacts import Match, WhoIs
from console.desk.ports import Door, StoreFailed
from console.desk.records import CallRecord
from console.people.values import Contact
from console.tui import legible
from console.tui.cells import plain
from console.tui.screens.contact_choice import Chosen, ContactChoice, For
from console.tui.screens.desk_screen import DeskScreen
from console.tui.source_book import SourceBook

HIDDEN = "The caller does not show a number."
UNKNOWN = "The PBX does not say which number this is."


def why_nobody(record: CallRecord) -> str:
    """Why there can be no contact at the other end of a call; empty if there can."""
    if legible.other_end(record):
        return ""
    return HIDDEN if record.call.caller.hidden else UNKNOWN


async def who_is(door: Door, record: CallRecord) -> tuple[Match, ...]:
    """Who may be at the other end of a call, the likeliest first; raises StoreFailed."""
    number = legible.other_end(record)
    return await door.ask(WhoIs(number, record.company_id)) if number else ()


async def choose_other(screen: DeskScreen, record: CallRecord) -> None:
    """The same for a call of which nothing is known here but its number."""
    if why := why_nobody(record):
        screen.notify(why, severity="warning", markup=False)
        return
    try:
        matches = await who_is(screen.door, record)
        mine = await SourceBook(screen.door).mine()
    except StoreFailed as failure:
        screen.notify(str(failure), severity="error", markup=False)
        return
    await choose_contact(screen, record, matches, mine)


async def choose_contact(
    screen: DeskScreen, record: CallRecord, matches: tuple[Match, ...], mine: frozenset[int]
) -> None:
    """Let the operator say who a call's number is, and remember it."""
    if not matches:
        screen.notify("Nobody known has this number; c adds a contact.", markup=False)
        return
    if len(matches) == 1 and not matches[0].chosen:
        name = legible.contact_name(matches[0].contact, screen.site.plan)
        screen.notify(f"{plain(name)}: nobody else known has this number.", markup=False)
        return
    number, plan = legible.other_end(record), screen.site.plan
    company = record.company_name if record.company_id is not None else ""
    dialog = ContactChoice(number, matches, mine, company, plan)
    chosen: Chosen | None = await screen.app.push_screen_wait(dialog)
    match chosen:
        case Chosen(For.COMPANY, place):
            ref = matches[place].contact.ref
            await screen.tell(ChooseContact(number, ref, record.company_id))
        case Chosen(For.ALL, place):
            await screen.tell(ChooseContact(number, matches[place].contact.ref))
        case Chosen(For.FORGET):
            await _forget(screen, number, record.company_id)
        case None:
            pass


async def _forget(screen: DeskScreen, number: str, company_id: int | None) -> None:
    """What was chosen for calls to the company, else what was chosen for all."""
    if company_id is not None:
        answer = await screen.door.do(ChooseContact(number, "", company_id))
        if isinstance(answer, Done) and answer.count:
            screen.notify(answer.text, timeout=3, markup=False)
            return
    await screen.tell(ChooseContact(number, ""))


def new_contact(record: CallRecord) -> Contact:
    """What is known of a caller who is no contact yet."""
    number = legible.other_end(record)
    caller = record.call.caller
    said = caller.display if number == caller.number and caller.display else ""
    # Many a PBX repeats the number where the name should be.
    name = "" if any(letter.isdigit() for letter in said) else said
    return Contact(name=name, numbers=((number, ""),))
