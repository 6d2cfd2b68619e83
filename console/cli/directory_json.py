"""Contacts and companies for scripts. Every key is always there; what is unknown is None.

contact:  {"id", "ref", "name", "given", "family", "company", "department", "title",
           "numbers": [{"number", "kind"}], "emails": [...], "addresses": [{"street", "place",
           "code", "region", "country", "box", "extra", "kind"}], "web", "note", "photo", "uid",
           "source"}
company:  {"id", "name", "numbers": [...], "colour", "greeting", "pronunciation", "facts": [...],
           "time_zone", "address", "web", "people": [{"name", "role", "number", "email"}], "notes",
           "hours": [...], "greetings": [{"when", "text"}], "template", "archived"}
match:    {"certainty": "exact" | "extension" | "maybe", "chosen": true | false, "contact"}
report:   {"read", "added", "changed", "removed", "left_out",
           "skipped": [{"file", "line", "reason"}]}
"""

from dataclasses import asdict
from typing import Any

from console.desk.contacts import Match, SyncReport
from console.people.skipped import Skipped
from console.people.values import Company, Contact


def contact_json(contact: Contact) -> dict[str, Any]:
    """A contact; `ref` stays the same when its source is read anew, `id` may not."""
    return {
        "id": contact.id,
        "ref": contact.ref,
        "name": contact.name,
        "given": contact.given or None,
        "family": contact.family or None,
        "company": contact.company or None,
        "department": contact.department or None,
        "title": contact.title or None,
        "numbers": [{"number": number, "kind": kind or None} for number, kind in contact.numbers],
        "emails": list(contact.emails),
        "addresses": [_or_none(asdict(address)) for address in contact.addresses],
        "web": contact.web or None,
        "note": contact.note or None,
        "photo": contact.photo,
        "uid": contact.uid or None,
        "source": contact.source or None,
    }


def company_json(company: Company) -> dict[str, Any]:
    """A company; its numbers are in the forms of people/called_numbers.py."""
    return {
        "id": company.id,
        "name": company.name,
        "numbers": list(company.numbers),
        "colour": company.colour or None,
        "greeting": company.greeting or None,
        "pronunciation": company.pronunciation or None,
        "facts": list(company.facts),
        "time_zone": company.time_zone or None,
        "address": company.address or None,
        "web": company.web or None,
        "people": [_or_none(asdict(person)) for person in company.people],
        "notes": company.notes or None,
        "hours": list(company.hours),
        "greetings": [asdict(greeting) for greeting in company.greetings],
        "template": company.template or None,
        "archived": company.archived,
    }


def match_json(match: Match) -> dict[str, Any]:
    """Who a number may be, and how sure that is."""
    return {
        "certainty": match.certainty.value,
        "chosen": match.chosen,
        "contact": contact_json(match.contact),
    }


def report_json(report: SyncReport) -> dict[str, Any]:
    """What an import brought; `skipped` are the first few hundred of `left_out`."""
    return {
        "read": report.read,
        "added": report.added,
        "changed": report.changed,
        "removed": report.removed,
        "left_out": report.left_out,
        "skipped": [skipped_json(skipped) for skipped in report.skipped],
    }


def skipped_json(skipped: Skipped) -> dict[str, Any]:
    """What was left out; `line` is None where the whole file is meant, or it can't be told."""
    return {"file": skipped.file, "line": skipped.line or None, "reason": skipped.reason}


def _or_none(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value or None for name, value in fields.items()}
