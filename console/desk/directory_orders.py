"""What commands about companies, contacts and sources ask of the store."""

from dataclasses import replace
from datetime import datetime

from console.calls.words import Role
from console.desk import changes as ch
from console.desk import commands as do
from console.desk import rights
from console.desk.contacts import SyncReport
from console.desk.operators import Operator
from console.desk.order import Order, Undoable, counted
from console.people.values import Company, Contact
from console.settings.sources import OWN, ContactSource

LONGEST_NAME = 200


def directory_order(command: do.Command, operator: Operator, now: datetime) -> Order | do.Refused:
    """The order behind a command; Refused if it makes no sense; ValueError if it is none here."""
    by = operator.name or operator.login
    match command:
        case do.ImportCompanies(companies):
            return _companies(ch.PutCompanies(companies, by, now))
        case do.SaveCompany(company):
            return _company(company, by, now)
        case do.SaveContact(contact):
            return _contact(contact, operator, now)
        case do.RemoveContact(id):
            return _no_contact(id, operator, now)
        case do.ChooseContact(number, ref, company_id):
            return _choice(number, company_id, ref, by, now)
        case do.SaveSource(source):
            return _source(source, operator, now)
        case do.RemoveSource(id):
            return _no_source(id, operator, now)
        case _:
            raise ValueError(f"{type(command).__name__} is not carried out by writing")


def _companies(change: ch.PutCompanies) -> Order:
    def finish(written: ch.Written) -> tuple[do.Answer, Undoable | None]:
        text = counted(written.count, "companies", "company")
        report = SyncReport(
            read=len(change.companies),
            added=written.added,
            changed=written.changed,
            left_out=len(written.skipped),
            skipped=written.skipped,
        )
        return do.Done(text, written.count, report=report), None

    return Order(change, finish)


def _company(company: Company, by: str, now: datetime) -> Order | do.Refused:
    if not company.name.strip():
        return do.Refused("A company needs a name.")
    if len(company.name) > LONGEST_NAME:
        return do.Refused(f"A company's name has at most {LONGEST_NAME} characters.")

    def finish(written: ch.Written) -> tuple[do.Answer, Undoable | None]:
        if written.refused:
            return do.Refused(written.refused), None
        if not written.count or written.id is None:
            return do.Refused("This company is not there any more."), None
        id, former = written.id, written.company
        said = f"{company.name} saved"
        if former is not None and former.archived != company.archived:
            said = f"{company.name} {'put away' if company.archived else 'is back'}"
        saved = replace(company, id=id)
        undo = Undoable(lambda who, at: _uncompany(saved, former, who, at))
        return do.Done(said, written.count, id), undo

    return Order(ch.PutCompany(company, by, now), finish)


def _uncompany(saved: Company, former: Company | None, who: Operator, at: datetime) -> Order:
    by = who.name or who.login
    change: ch.RemoveCompany | ch.PutCompany
    if former is None:
        assert saved.id is not None
        change = ch.RemoveCompany(saved.id, by, at, expects=saved)
    else:
        change = ch.PutCompany(former, by, at, expects=saved)
    return Order(change, lambda written: (_undone(written, saved.name), None))


def _contact(contact: Contact, operator: Operator, now: datetime) -> Order | do.Refused:
    by = operator.name or operator.login
    if not (contact.name.strip() or contact.company.strip()):
        return do.Refused("A contact needs a name, or a company.")
    if not contact.name.strip():
        contact = replace(contact, name=contact.company)

    def finish(written: ch.Written) -> tuple[do.Answer, Undoable | None]:
        if written.refused:
            return do.Refused(written.refused), None
        if not written.count or written.id is None:
            return do.Refused("This contact is not there any more."), None
        id, former = written.id, written.contact
        saved = replace(contact, id=id)
        undo = Undoable(lambda who, at: _uncontact(saved, former, who, at))
        return do.Done(f"{contact.name} saved", written.count, id), undo

    return Order(ch.PutContact(contact, by, now, operator.login), finish)


def _uncontact(saved: Contact, former: Contact | None, who: Operator, at: datetime) -> Order:
    by = who.name or who.login
    change: ch.DropContact | ch.PutContact
    if former is None:
        assert saved.id is not None
        change = ch.DropContact(saved.id, by, at, expects=saved)
    else:
        change = ch.PutContact(former, by, at, expects=saved)
    return Order(change, lambda written: (_undone(written, saved.name), None))


def _no_contact(id: int, operator: Operator, now: datetime) -> Order:
    by = operator.name or operator.login

    def finish(written: ch.Written) -> tuple[do.Answer, Undoable | None]:
        former = written.contact
        if written.refused or former is None:
            why = written.refused or "This contact is not there any more."
            return do.Refused(why), None
        undo = Undoable(
            lambda who, at: Order(
                ch.PutContact(replace(former, id=None), who.name or who.login, at),
                lambda written: (_undone(written, former.name), None),
            )
        )
        return do.Done(f"{former.name} deleted", written.count), undo

    return Order(ch.DropContact(id, by, now, operator.login), finish)


def _choice(
    number: str, company_id: int | None, ref: str, by: str, now: datetime
) -> Order | do.Refused:
    if not number:
        return do.Refused("A hidden number can't be anybody's.")

    def finish(written: ch.Written) -> tuple[do.Answer, Undoable | None]:
        if written.refused:
            return do.Refused(written.refused), None

        def undo(who: Operator, at: datetime) -> Order:
            # phonenumbers takes a tenth of a second, which the start has not.
            from console.calls.numbers import NumberPlan

            by, shown = who.name or who.login, NumberPlan().shown(number)
            back = ch.SetChoice(number, company_id, written.ref, by, at, expects=ref)
            return Order(back, lambda written: (_undone(written, f"who {shown} is"), None))

        return do.Done("remembered" if ref else "forgotten", written.count), Undoable(undo)

    return Order(ch.SetChoice(number, company_id, ref, by, now), finish)


def _source(source: ContactSource, operator: Operator, now: datetime) -> Order | do.Refused:
    if source.owner not in ("", operator.login):
        # Not even a supervisor: what else that operator has would show in the answer.
        return do.Refused("A source is everybody's or your own, never somebody else's.")
    if source.owner and source.for_called:
        return do.Refused("An operator's own source can't say which company is called.")
    if source.kind == "own" and source.id != OWN:
        return do.Refused("Own contacts are one source, which is always there.")
    mine = "" if rights.supervises(operator) else operator.login
    by = operator.name or operator.login

    def finish(written: ch.Written) -> tuple[do.Answer, Undoable | None]:
        if written.refused:
            return do.Refused(written.refused), None
        if not written.count:
            return do.Refused("This source is not there any more."), None
        return do.Done(f"{source.name} saved", written.count, written.id), None

    return Order(ch.PutSource(source, by, now, mine, operator.login), finish)


def _no_source(id: int, operator: Operator, now: datetime) -> Order | do.Refused:
    if id == OWN:
        return do.Refused("Own contacts stay; turn the source off instead.")
    mine = "" if rights.supervises(operator) else operator.login
    by = operator.name or operator.login

    def finish(written: ch.Written) -> tuple[do.Answer, Undoable | None]:
        if written.refused or not written.count:
            return do.Refused(written.refused or "This source is not there any more."), None
        return do.Done("source removed", written.count), None

    left = operator.role is Role.ADMIN
    return Order(ch.DropSource(id, by, now, mine, operator.login, left), finish)


def _undone(written: ch.Written, what: str) -> do.Answer:
    if written.refused or not written.count:
        return do.Refused(written.refused or "Somebody has changed it since; nothing was undone.")
    return do.Done(f"undone: {what}", written.count)
