"""An LDAP entry as a contact: which attribute is what (RFC 2798, RFC 4519; Active Directory)."""

import re
from collections.abc import Iterable, Mapping, Sequence

from console.calls.numbers import NumberPlan
from console.calls.text import clean
from console.directory.reading import CannotRead
from console.people.charset import decoded
from console.people.values import Address, Contact

# Kinds of numbers are fields of their own. Of several attributes the first that has a value
# holds, except for numbers and e-mail addresses: there all values of all of them do.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "name": ("cn", "displayName"),
    "family": ("sn",),
    "given": ("givenName",),
    "company": ("o", "company"),
    "department": ("ou", "department"),
    "title": ("title",),
    "work": ("telephoneNumber", "otherTelephone"),
    "mobile": ("mobile", "otherMobile"),
    "home": ("homePhone", "otherHomePhone"),
    "internal": ("ipPhone", "otherIpPhone"),
    "fax": ("facsimileTelephoneNumber", "otherFacsimileTelephoneNumber"),
    "pager": ("pager",),
    "emails": ("mail",),
    "street": ("street", "streetAddress"),
    "place": ("l",),
    "code": ("postalCode",),
    "region": ("st",),
    "country": ("co", "c"),
    "note": ("description",),
    "web": ("labeledURI", "wWWHomePage"),
    "key": ("entryUUID", "objectGUID"),
}
NUMBERS = ("work", "mobile", "home", "internal", "fax", "pager")

# Bounds for hostile entries; real ones are far below.
MOST_VALUES = 50
LONGEST_VALUE = 16 * 1024
LONGEST_NOTE = 1000
LONGEST_KEY = 1000

_ATTRIBUTE = re.compile(r"(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)(?:;[A-Za-z0-9-]+)*\Z")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")

Fields = Mapping[str, tuple[str, ...]]


def fields_with(chosen: Mapping[str, str]) -> Fields:
    """FIELDS with some of them chosen otherwise: "attribute, attribute"; empty: not read.

    Raises CannotRead for a field that there is not, and for what can't be an attribute's name.
    """
    fields = dict(FIELDS)
    for field, written in chosen.items():
        if field not in FIELDS:
            raise CannotRead(
                f"There is no field “{clean(field, 40)}” for an LDAP attribute. "
                f"The fields are {', '.join(FIELDS)}."
            )
        names = tuple(name.strip() for name in written.split(",") if name.strip())
        for name in names:
            if not _ATTRIBUTE.match(name):
                raise CannotRead(
                    f"“{clean(name, 40)}” can't be the name of an LDAP attribute. Correct the "
                    f"attribute of the field {field}."
                )
        fields[field] = names
    return fields


def attributes_of(fields: Fields) -> list[str]:
    """All attributes to ask for, each once however it is written."""
    names = {name.lower(): name for names in fields.values() for name in names}
    return list(names.values())


def contact_of(
    dn: str, attributes: Mapping[str, object], fields: Fields, plan: NumberPlan | None
) -> Contact | None:
    """The contact that an entry is, None if it has no name; values are bytes, or what came."""
    values = _by_name(attributes)

    def every(field: str) -> list[str]:
        names = (name.lower() for name in fields[field])
        return [text for name in names for value in values.get(name, ()) if (text := _text(value))]

    def one(field: str) -> str:
        return next((text for value in every(field) if (text := clean(value))), "")

    family, given, company = one("family"), one("given"), one("company")
    name = one("name") or clean(f"{given} {family}") or company
    if not name:
        return None
    key = next((value for name in fields["key"] for value in values.get(name.lower(), ())), b"")
    address = Address(
        one("street"), one("place"), one("code"), one("region"), one("country"), kind="work"
    )
    return Contact(
        name=name,
        numbers=_numbers(((kind, every(kind)) for kind in NUMBERS), plan),
        company=company,
        emails=tuple(dict.fromkeys(text for value in every("emails") if (text := clean(value)))),
        note=clean(" ".join(every("note")), LONGEST_NOTE),
        uid=_key(key),
        family=family,
        given=given,
        department=one("department"),
        title=one("title"),
        addresses=(address,) if address != Address(kind="work") else (),
        # labeledURI is an address, a space, and words (RFC 2079).
        web=one("web").partition(" ")[0],
        key=_key(key) or clean(dn, LONGEST_KEY),
    )


def _by_name(attributes: Mapping[str, object]) -> dict[str, list[object]]:
    """Values by the attribute's name in small letters; those with options (cn;lang-en) last."""
    found: dict[str, list[object]] = {}
    for name in sorted(attributes, key=lambda name: ";" in name):
        values = attributes[name]
        if isinstance(values, Sequence) and not isinstance(values, str | bytes):
            for wanted in {name.lower(), name.lower().partition(";")[0]}:
                found.setdefault(wanted, []).extend(values[:MOST_VALUES])
    return found


def _text(value: object) -> str:
    """A value as text, "" if it is none: a picture, a certificate."""
    if isinstance(value, str):
        return value[:LONGEST_VALUE]
    if not isinstance(value, bytes):
        return ""
    value = value[:LONGEST_VALUE]
    return "" if _CONTROL.search(value) else decoded(value)


def _key(value: object) -> str:
    """A key as text; Active Directory's objectGUID is 16 bytes."""
    if isinstance(value, bytes):
        try:
            text = value.decode()
        except UnicodeDecodeError:
            text = ""
        if not (text and text.isprintable()):
            return value[:LONGEST_KEY].hex()
        value = text
    return clean(value, LONGEST_KEY) if isinstance(value, str) else ""


def _numbers(
    kinds: Iterable[tuple[str, list[str]]], plan: NumberPlan | None
) -> tuple[tuple[str, str], ...]:
    numbers: dict[str, str] = {}
    for kind, values in kinds:
        for value in values:
            written = clean(value, 64)
            number = plan.written.normal(written) if plan else written
            if number and len(numbers) < MOST_VALUES:
                numbers.setdefault(number, kind)
    return tuple(numbers.items())
