"""One state of the settings with a little of everything, for pictures."""

from dataclasses import replace
from datetime import timedelta

from call_lists import NOON, record
from front_desk import today

from console.calls.words import Direction
from console.desk.changes import AddActionFailure, PutCompany, PutContacts, PutSource
from console.desk.commands import ChangeSettings
from console.desk.contacts import ActionFailure, Companies, SyncProgress, Tried, TrySource
from console.people.skipped import Skipped
from console.people.values import Contact
from console.settings.live import (
    Action,
    Actions,
    Live,
    Occasion,
    OpenContact,
    OpenUrl,
    PostWebhook,
    stored,
)
from console.settings.sources import ContactSource, CsvFile, Ldap, VcardFolder

SOURCES = (
    ContactSource(name="Customers", options=CsvFile(path="/srv/customers.csv"), position=10),
    ContactSource(
        name="Office",
        options=Ldap(url="ldap://ldap.example.org", base="ou=people,dc=example", password="x"),
        position=20,
    ),
    ContactSource(
        name="Old phone book", options=VcardFolder(path="/srv/old"), enabled=False, position=30
    ),
    ContactSource(
        name="Sue's own", options=VcardFolder(path="/home/sue/cards"), owner="sue", position=40
    ),
)
ACTIONS = Actions(
    actions=(
        Action(id="open", name="Open the contact", deed=OpenContact(), caller="known"),
        Action(
            id="crm",
            name="Customer system",
            deed=OpenUrl(url="https://crm.example/search?q={{ caller.number }}"),
            on=(Occasion.INCOMING, Occasion.ANSWERED),
            companies=("Meyer & Söhne", "Kanzlei Berg"),
        ),
        Action(
            id="tickets",
            name="Tell the ticket system",
            enabled=False,
            deed=PostWebhook(url="https://tickets.example/hook", secret="x"),
            on=(Occasion.UNANSWERED,),
            directions=(Direction.INBOUND,),
        ),
    )
)
TRIED = Tried(
    True,
    "It can be read: 3 contacts. 1 entry could not be used.",
    (
        Contact("Anna Muster", (("+49301234567", "work"),), company="Muster GmbH"),
        Contact("Hans Schulz", (("+491701234567", "mobile"),)),
    ),
    (Skipped("customers.csv", 17, "The quotes in this line don't match."),),
    ("Name", "Firma", "Telefon", "E-Mail"),
    (("Name", "name"), ("Firma", "company"), ("Telefon", "phone:"), ("E-Mail", "email")),
)


async def tried(_query, _who):
    """Stands in for the directory room."""
    return TRIED


ENTRUSTED = {TrySource: tried}


def unowned_calls():
    """Calls to two numbers that no company has."""
    for number in range(5):
        made = today(record(number), 50 + number)
        called = "+4930222333" if number else "+4930222444"
        yield replace(made, call=replace(made.call, called=called), company_name="")


async def furnish(story):
    """Put everything there, and let it be seen."""
    write, now = story.store.write, NOON
    away = next(one for one in await story.store.ask(Companies()) if one.name == "Kanzlei Berg")
    await write([PutCompany(replace(away, archived=True), "olga", now)])
    await write([PutSource(source, "olga", now) for source in SOURCES])
    cards = tuple(Contact(f"Card {number}", key=str(number)) for number in range(1234))
    await write([PutContacts(cards, "Christmas cards", "olga", now)])
    ids = {state.source.name: state.source.id for state in await story.store.sources()}
    why = "ldap.example.org does not answer (connection refused). What was read before stays."
    await story.store.sync_failed(ids["Office"], now - timedelta(hours=2), why)
    id = ids["Customers"]
    story.desk.syncing(id, SyncProgress(id, "Customers", "reading", 4321, 12345))
    for minutes in (200, 5):
        broken = "The template is broken in line 1: 'caler' is undefined."
        at = now - timedelta(minutes=minutes)
        await write([AddActionFailure(ActionFailure("crm", at, "1", broken))])
    await story.somebody_does(ChangeSettings("actions", stored(Live(actions=ACTIONS), "actions")))
    story.desk.directory_changed()
    await story.settle()
