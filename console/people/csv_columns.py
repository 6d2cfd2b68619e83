"""Which column of a contact table is what, by its name: Outlook, Google, Thunderbird, and people.

A field is a word of FIELDS, some with a kind behind a colon: `phone:mobile`, `street:work`. Kinds
of numbers may be any word.
"""

import re
from collections.abc import Iterable

# Field: what it is called in a form.
FIELDS = {
    "name": "Name",
    "given": "First name",
    "family": "Last name",
    "prefix": "Title before the name",
    "middle": "Middle name",
    "suffix": "Behind the name",
    "company": "Company",
    "department": "Department",
    "title": "Position",
    "phone:": "Number",
    "phone:work": "Number (work)",
    "phone:mobile": "Number (mobile)",
    "phone:home": "Number (home)",
    "phone:main": "Number (main)",
    "phone:fax": "Number (fax)",
    "phone:pager": "Number (pager)",
    "kind": "Kind of the next number or address",
    "email": "E-mail",
    "street": "Street",
    "place": "Place",
    "code": "Postal code",
    "region": "Region",
    "country": "Country",
    "box": "PO box",
    "address": "Address in one",
    "street:work": "Street (work)",
    "place:work": "Place (work)",
    "code:work": "Postal code (work)",
    "region:work": "Region (work)",
    "country:work": "Country (work)",
    "box:work": "PO box (work)",
    "address:work": "Address in one (work)",
    "street:home": "Street (home)",
    "place:home": "Place (home)",
    "code:home": "Postal code (home)",
    "region:home": "Region (home)",
    "country:home": "Country (home)",
    "box:home": "PO box (home)",
    "address:home": "Address in one (home)",
    "web": "Web page",
    "note": "Note",
    "uid": "Unique id",
}
ADDRESS_FIELDS = ("street", "place", "code", "region", "country", "box", "address")

# Names as _normal makes them. English, German, French.
_NAMES = {
    "name": (
        "name|full name|display name|anzeigename|angezeigter name|vollständiger name|nom complet|"
        "contact name|kontakt|contact|kontaktname|ansprechpartner|nom affiché|nom d affichage"
    ),
    "given": "first name|given name|firstname|givenname|vorname|vornamen|prénom|prenom|rufname",
    "family": (
        "last name|family name|lastname|familyname|surname|nachname|familienname|zuname|"
        "nom de famille"
    ),
    "prefix": "name prefix|anrede|salutation|prefix|civilité|präfix",
    "middle": "middle name|additional name|weitere vornamen|zweiter vorname|deuxième prénom",
    "suffix": "name suffix|suffix|namenszusatz",
    "company": (
        "company|company name|organization|organisation|organization name|organization 1 name|"
        "firma|firmenname|unternehmen|betrieb|société|societe|entreprise|organisation name"
    ),
    "department": (
        "department|abteilung|organization department|organization 1 department|service|département"
    ),
    "title": (
        "job title|jobtitle|position|funktion|beruf|rolle|role|fonction|organization title|"
        "organization 1 title|arbeitstitel|stellenbezeichnung|berufsbezeichnung"
    ),
    "web": (
        "web page|webpage|website|webseite|url|homepage|internet|www|web|internetseite|site web|"
        "personal web page|web page 1|web page 2|webseite 1|webseite 2|webadresse"
    ),
    "note": (
        "notes|note|notizen|notiz|bemerkung|bemerkungen|kommentar|kommentare|comment|comments|"
        "remarks|remarque|remarques|beschreibung|anmerkung|anmerkungen|hinweis|hinweise"
    ),
    "uid": "uid|unique id|contact id|kontakt id|id|guid",
}
_BY_NAME = {name: field for field, names in _NAMES.items() for name in names.split("|")}

# Of an address, or of what has no kind.
_PARTS = {
    "street": "street|strasse|rue|street address|adresse 2|address 2|street 2|street 3",
    "place": "city|place|town|ort|stadt|wohnort|ville|localité|locality",
    "code": "postal code|zip|zip code|zipcode|postcode|plz|postleitzahl|code postal",
    "region": (
        "state|region|province|county|bundesland|kanton|bundesland kanton|bundesstaat|région|"
        "r bundesland kanton|state province"
    ),
    "country": "country|country region|land|land region|staat|pays|e land region|e land",
    "box": "po box|address po box|postfach|boîte postale|p o box",
    "address": "address|adresse|postal address|anschrift|formatted|postanschrift",
}
_PART_BY_NAME = {name: part for part, names in _PARTS.items() for name in names.split("|")}
_KIND_WORDS = {
    **dict.fromkeys(
        (
            *("business", "work", "office", "company", "geschäftlich", "dienstlich", "firma"),
            *("büro", "arbeit", "beruflich", "travail", "bureau", "professionnel", "pro"),
            *("professionnelle", "gesch", "geschäft"),
        ),
        "work",
    ),
    **dict.fromkeys(
        ("home", "privat", "private", "zuhause", "domicile", "personnel", "personal"), "home"
    ),
    **dict.fromkeys(("other", "weitere", "weiterer", "weiteres", "autre", "andere"), ""),
}
_NUMBER = re.compile(
    r"phone(?!tic)|telefon|telephon|téléphon|rufnummer|fax|mobil|\b(?:fon|handy|cell|callback|rückmeldung)|"
    r"\b(?:tel|tél|mob|gsm|portable|number|nummer|numéro|pager|durchwahl|festnetz|isdn)\b"
)
_NO_NUMBER = re.compile(r"\b(?:type|typ|label|telex|country|id)\b")
_EMAIL = re.compile(r"\b(?:e ?mails?|mail|mailadresse|emailadresse|courriel|mél)\b")
_NO_EMAIL = re.compile(r"\b(?:type|typ|label|name|art)\b")
_KIND_COLUMN = re.compile(r"(?:(?:phone|address|adresse|telefon) \d+ )?(?:type|typ|label|art)\Z")
_NUMBERED = re.compile(r"(?:phone|address|e mail|website|organization) \d+ (.*)\Z")
_NOT_A_WORD = re.compile(r"[\W_]+")
_COUNT = re.compile(r" \d+\Z")


def guess(columns: Iterable[str]) -> dict[str, str]:
    """Return the field of each column whose name says it; others are left out."""
    columns = tuple(columns)
    normal = {column: _normal(column) for column in columns}
    found = {column: field for column in columns if (field := _field(normal[column]))}
    fields = set(found.values())
    for column, name in normal.items():
        if name in ("title", "titel", "titre"):
            # In Outlook "Title" is Mr. or Dr., and "Job Title" the position.
            found[column] = "prefix" if "title" in fields else "title"
        elif name in ("name", "nom") and "given" in fields and "family" not in fields:
            found[column] = "family"
        elif name == "nom":
            found[column] = "name"
    return {column: found[column] for column in columns if column in found}


def kind_of(label: str) -> str:
    """The kind of a number or address by what Google's Type or Label, or a person, calls it."""
    text = _normal(label)
    words = text.split()
    if not words:
        return ""
    if "fax" in text:
        return "fax"
    if any(word.startswith(("mobil", "handy", "cell", "gsm", "portable")) for word in words):
        return "mobile"
    if "pager" in words:
        return "pager"
    if any(word in ("main", "haupt", "hauptnummer", "zentrale", "principal") for word in words):
        return "main"
    for word in words:
        if word in _KIND_WORDS:
            return _KIND_WORDS[word]
    return label.strip(" *")


def is_field(field: str) -> bool:
    """Whether a column can be that: one of FIELDS, or of a number or address with any kind."""
    base, _, kind = field.partition(":")
    return field in FIELDS or base == "phone" or (base in ADDRESS_FIELDS and kind != "")


def _normal(name: str) -> str:
    """Lower case, "ss" for "ß", words apart by one space, nothing else."""
    return _NOT_A_WORD.sub(" ", name.casefold()).strip()


def _field(name: str) -> str:
    if name in _BY_NAME:
        return _BY_NAME[name]
    if _KIND_COLUMN.match(name):
        return "kind"
    if _EMAIL.search(name):
        return "" if _NO_EMAIL.search(name) else "email"
    if name.startswith("website ") and name.endswith(" value"):
        return "web"
    if part := _address_part(name):
        return part
    if _NUMBER.search(name) and not _NO_NUMBER.search(name):
        return f"phone:{_number_kind(name)}"
    return ""


def _number_kind(name: str) -> str:
    words = name.split()
    if any(word.startswith("assist") for word in words):
        return "assistant"
    if name in ("company main phone", "telefon firma", "telefon zentrale"):
        return "main"
    if re.search(r"\b(?:callback|rückmeldung)\b", name):
        return "callback"
    if any(word.startswith(("car", "auto")) for word in words):
        return "car"
    kind = kind_of(name)
    return kind if kind in ("fax", "mobile", "pager", "main", "work", "home") else ""


def _address_part(name: str) -> str:
    """ "street:work" of "Business Street 2", "Straße geschäftlich", "Dienstlich: Adresse"."""
    if numbered := _NUMBERED.match(name):
        name = numbered[1]
        return _PART_BY_NAME.get(name, "") if name != "extended address" else "street"
    kind = None
    words = []
    for word in name.split():
        if kind is None and word in _KIND_WORDS and word not in ("company", "firma"):
            kind = _KIND_WORDS[word]
        else:
            words.append(word)
    rest = " ".join(words)
    part = _PART_BY_NAME.get(rest) or _PART_BY_NAME.get(_COUNT.sub("", rest), "")
    if not part:
        return ""
    if rest == "adresse 2" or rest == "address 2":
        part = "address"
    return f"{part}:{kind}" if kind else f"{part}:other" if kind == "" else part
