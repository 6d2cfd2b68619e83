"""The invented people and firms of the demo: every number is one that nobody has.

Numbers come from ranges kept for drama where a country has some (Bundesnetzagentur, Ofcom, ARCEP,
NANPA 555-01xx); the Austrian and Polish ones are made up.
"""

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

from console.calls.words import Role
from console.desk.operators import Operator
from console.people.values import Address, Company, Contact, Greeting, Person

# Always the same people, whatever the seed of the calls.
_WORLD_SEED = 7

_OPERATORS = (
    Operator("eva", "Eva Brandt", Role.ADMIN, ("101",)),
    Operator("lena", "Lena Vogt", Role.OPERATOR, ("102",)),
    Operator("tomasz", "Tomasz Wójcik", Role.OPERATOR, ("103",)),
    Operator("marie", "Marie Hofer", Role.SUPERVISOR, ("104",)),
    Operator("emre", "Emre Yıldız", Role.OPERATOR, ("105",)),
    Operator("jana", "Jana Šimková", Role.OPERATOR, ("106",)),
)

_COMPANIES = (
    Company(
        name="Meyer & Söhne",
        numbers=("+493023125110", "+493023125111"),
        colour="#2f6fbb",
        greeting="Meyer und Söhne, Sanitär und Heizung, guten Tag!",
        pronunciation="MY-er oont ZER-ne",
        facts=(
            "burst pipe: put through to Herr Meyer, +49 171 3920001",
            "Monday: Herr Meyer is on site, take messages",
        ),
        hours=(
            "Mon-Thu 07:30-17:00",
            "Fri 07:30-14:00",
            "12-24..12-26 closed Christmas",
            "01-01 closed New Year",
        ),
        greetings=(
            Greeting("closed", "Meyer und Söhne, Notdienst, guten Tag! Was ist passiert?"),
            Greeting("holiday", "Meyer und Söhne, wir sind heute nur im Notfall da."),
        ),
        address="Lindenstraße 12, 10969 Berlin",
        web="https://meyer.example",
        people=(
            Person("Bernd Meyer", "owner, on site on Mondays", "+491713920001"),
            Person("Petra Kunz", "office", "+493023125110", "office@meyer.example"),
        ),
        notes="Invoices and offers: by e-mail to the office, never by phone.",
    ),
    Company(
        name="Zahnarzt Dr. Lind",
        numbers=("+493023125220",),
        colour="#1f9d8a",
        greeting="Zahnarztpraxis Doktor Lind, guten Tag!",
        pronunciation="TSAHN-artst, lint",
        facts=("no appointments by phone before 9:00", "pain: today at 11:30 or 16:00"),
        hours=("Mon-Fri 08:00-12:00, 14:00-18:00", "12-24..01-01 closed holidays"),
        greetings=(
            Greeting(
                "closed", "Zahnarztpraxis Doktor Lind, die Praxis ist geschlossen, guten Tag!"
            ),
        ),
        people=(Person("Dr. Karin Lind", "dentist", "", "praxis@lind.example"),),
    ),
    Company(
        name="Kanzlei Berg & Partner",
        numbers=("+494066969300", "kanzlei-berg"),
        colour="#8a4fbf",
        greeting="Kanzlei Berg und Partner, guten Tag, was kann ich für Sie tun?",
        pronunciation="kants-LYE bairk",
        facts=("never say who is a client", "Dr. Roth is in court until 13:00"),
        hours=("Mon-Thu 09:00-18:00", "Fri 09:00-15:00"),
        people=(
            Person("Dr. Henning Roth", "litigation"),
            Person("Maja Berg", "family law", "", "berg@kanzlei.example"),
        ),
    ),
    Company(
        name="Biuro Podróży Żuraw",
        numbers=("+48225550140",),
        colour="#d9822b",
        greeting="Biuro Podróży Żuraw, dzień dobry, w czym mogę pomóc?",
        pronunciation="BYOO-ro pod-ROO-zhi ZHOO-raf",
        facts=("callers from Poland and Germany", "booking number starts with ŻU"),
        time_zone="Europe/Warsaw",
        hours=("Mon-Fri 09:00-19:00", "Sat 10:00-14:00"),
    ),
    Company(
        name="Tischlerei Huber",
        numbers=("+4312312560",),
        colour="#7a5c3e",
        greeting="Tischlerei Huber, grüß Gott!",
        pronunciation="TISH-ler-eye HOO-ber",
        facts=("Vienna: say “Grüß Gott”", "offers by e-mail only"),
        time_zone="Europe/Vienna",
        hours=("Mon-Thu 07:00-16:00", "Fri 07:00-12:00"),
        address="Lerchenfelder Gürtel 8, 1160 Wien",
    ),
    Company(
        name="Autohaus Çelik",
        numbers=("+492214710450", "+492214710451"),
        colour="#c23b4b",
        greeting="Autohaus Çelik, guten Tag!",
        pronunciation="CHEH-lik",
        facts=("workshop: 105 until 12:00", "towing: 0221 4710 499"),
        hours=("Mon-Fri 08:00-18:30", "Sat 09:00-14:00"),
    ),
    Company(
        name="Hausverwaltung Nordlicht",
        numbers=("+494066969410", "nordlicht"),
        colour="#3c7d3c",
        greeting="Hausverwaltung Nordlicht, guten Tag!",
        pronunciation="NORT-likht",
        facts=("ask for the house and the flat", "heating out: ticket, then call Meyer & Söhne"),
    ),
    Company(
        name="Café Größenwahn",
        numbers=("+496990009660",),
        colour="#b8860b",
        greeting="Café Größenwahn, schönen guten Tag!",
        pronunciation="GRER-sen-vahn",
        facts=("tables only until 20:00", "no table outside when it rains"),
        hours=("Tue-Sun 09:00-23:00",),
        greetings=(Greeting("Mon", "Café Größenwahn, wir haben heute Ruhetag, guten Tag!"),),
    ),
    Company(
        name="Praxis Dr. Nguyễn",
        numbers=("+498999998770",),
        colour="#0f7fa8",
        greeting="Praxis Doktor Nguyễn, grüß Gott!",
        pronunciation="nwin",
        facts=("prescriptions: answering machine 2", "emergency: 112"),
        hours=("Mon,Tue,Thu 08:00-12:00, 15:00-18:00", "Wed,Fri 08:00-12:00"),
    ),
    Company(
        name="Elektro Schröder GmbH",
        numbers=("+493023125330", "notdienst"),
        colour="#e0b000",
        greeting="Elektro Schröder, guten Tag!",
        pronunciation="SHRER-der",
        facts=("emergency service day and night", "no power: ask for the street first"),
        greetings=(
            Greeting("18:00-07:00", "Elektro Schröder, Notdienst, guten Abend!"),
            Greeting("07:00-18:00", "Elektro Schröder, guten Tag, {{ operator.name }} am Apparat."),
        ),
    ),
    Company(
        name="Szczepański Logistik",
        numbers=("+493023125440",),
        colour="#5b6770",
        greeting="Szczepański Logistik, guten Tag, dzień dobry!",
        pronunciation="shche-PINE-skee",
        facts=("drivers: number of the lorry first", "customs: Frau Lis, 106"),
    ),
    Company(
        name="Smith & Daughters",
        numbers=("+442079460120",),
        colour="#6b2d5c",
        greeting="Smith and Daughters, good morning, how may I help?",
        pronunciation="as written, in English",
        facts=("Ms Smith takes calls after 10:00 London time",),
        time_zone="Europe/London",
        hours=("Mon-Fri 09:00-17:30",),
        template="{{ called.name }}\nIt is {{ now.time }} in London.\n"
        "{% for fact in called.facts %}\n· {{ fact }}\n{% endfor %}\n",
    ),
)

_FIRST = (
    "Anna Hans Ayşe Piotr Katharina Jürgen Zofia Mehmet Sabine Łukasz Thérèse Andreas Małgorzata "
    "Bjørn Franziska Stefan Agnieszka Günther Elif Matthias Nadja Krzysztof Ursula Tim Dorota "
    "Heinz Claudia Paweł Birgit Émile Susanne Wolfgang Ewa Oskar Miriam Jan Hatice Rolf Silke Leon"
)
_LAST = (
    "Muster Schulz Kowalska Öztürk Gruber Roth Nowak Weiß Lehmann Wiśniewski Pichler Böhm Krüger "
    "Zieliński Jäger Yılmaz Steiner Köhler Mazur Vogel Groß Dąbrowska Brunner Schäfer Wójtowicz "
    "Müller-Lüdenscheidt Hölzl Baumann Lis Żak Kraft Demir Sauer Fuchs Großmann Kaczmarek Eder "
    "Oßwald Pohl Ivanović"
)
_FIRMS = (
    "Schulz Immobilien GmbH;Bäckerei Korn;Nowak Transport Sp. z o.o.;Gruber & Co. KG;"
    "Apotheke am Markt;Hotel Goldener Löwe;Steuerbüro Weiß;Druckerei Jäger;Reinigung Blitzblank;"
    "Fahrschule Kraft;Blumen Vogel;Architekturbüro Böhm;Kita Sonnenschein;Malerbetrieb Krüger;"
    "Zakład Stolarski Mazur;Brunner Metallbau;Öztürk Feinkost;Optik Hell;Tierarztpraxis Fuchs;"
    "Musikschule Allegro;Versicherungen Pohl;Kaczmarek i Syn;Dachdecker Sauer;Weinhandlung Eder;"
    "Lüdenscheid Software AG;Fahrrad Köhler;Physio am Park;Hausmeisterdienst Lehmann;"
    "Stadtwerke Musterstadt;Spedition Groß"
)
_NOTES = (
    "",
    "",
    "",
    "speaks Polish",
    "prefers to be called back after 16:00",
    "hard of hearing: speak slowly",
    "boiler, wants an offer",
    "always in a hurry",
)

_TITLES = ("", "", "office", "owner", "accounts", "dispatch", "workshop", "sales")
_PLACES = (
    ("Lindenstraße", "10969", "Berlin"),
    ("Elbchaussee", "22763", "Hamburg"),
    ("Severinstraße", "50678", "Köln"),
    ("Isartorplatz", "80469", "München"),
    ("Zeil", "60313", "Frankfurt am Main"),
    ("Gürtel", "1160", "Wien"),
    ("ul. Długa", "00-238", "Warszawa"),
)

_MOBILES = (
    *(f"+491713920{n:03}" for n in range(2, 100)),
    *(f"+4917604069{n:03}" for n in range(100)),
    *(f"+447700900{n:03}" for n in range(100, 130)),
    *(f"+336399800{n:02}" for n in range(10, 30)),
    *(f"+48600555{n:03}" for n in range(100, 140)),
    *(f"+436605550{n:03}" for n in range(100, 140)),
)
_LANDLINES = (
    *(f"+493023125{n}" for n in range(500, 640)),
    *(f"+494066969{n}" for n in range(500, 530)),
    *(f"+492214710{n}" for n in range(500, 530)),
    *(f"+498999998{n}" for n in range(100, 130)),
    *(f"+496990009{n}" for n in range(100, 130)),
    *(f"+4822555{n:04}" for n in range(200, 230)),
    *(f"+431231257{n:02}" for n in range(20)),
    *(f"+443069990{n:03}" for n in range(100, 115)),
    *(f"+12125550{n}" for n in range(100, 112)),
)
_STRANGERS = (
    # Phones behind the switchboards of firms that are known.
    *(f"+49302312550{n}{extension}" for n in range(10) for extension in (23, 40, 117)),
    *(f"+493023125{n}" for n in range(700, 1000)),
    *(f"+492214710{n}" for n in range(700, 1000)),
    *(f"+447700900{n}" for n in range(700, 1000)),
)


def demo_operators() -> tuple[Operator, ...]:
    """The six people at the demo's front desk; the first is its admin."""
    return _OPERATORS


def demo_companies() -> tuple[Company, ...]:
    """The dozen companies the demo answers for."""
    return _COMPANIES


def demo_actions() -> dict[str, Any]:
    """Examples of what the console may do by itself; all off, as a demo opens no browser."""
    return {
        "actions": [
            {
                "id": "contact",
                "name": "Open the caller's card",
                "enabled": False,
                "deed": {"kind": "contact"},
                "caller": "known",
            },
            {
                "id": "meyer-crm",
                "name": "Customer file",
                "enabled": False,
                "companies": ["Meyer & Söhne"],
                "deed": {
                    "kind": "url",
                    "url": "https://crm.meyer.example/?phone={{ caller.number }}",
                },
            },
            {
                "id": "tickets",
                "name": "Ticket for who was missed",
                "enabled": False,
                "on": ["unanswered"],
                "deed": {"kind": "webhook", "url": "https://tickets.example/hooks/missed"},
            },
        ]
    }


def demo_strangers() -> tuple[str, ...]:
    """Numbers that nobody in the demo's directory has."""
    return _STRANGERS


@cache
def demo_contacts() -> tuple[Contact, ...]:
    """The 200 people and firms that call the demo, and the ones who are known of them."""
    rng = random.Random(_WORLD_SEED)
    mobiles, landlines = _shuffled(rng, _MOBILES), _shuffled(rng, _LANDLINES)
    names = [f"{first} {last}" for first in _FIRST.split() for last in _LAST.split()]
    firms = _FIRMS.split(";")
    rng.shuffle(names)
    people = iter(names)
    made: list[Contact] = []
    for firm in firms:
        made.append(_contact(rng, len(made), firm, "", ((next(landlines), "landline"),)))
    while len(made) < 120:
        numbers = ((next(landlines), "work"), (next(mobiles), "mobile"))
        which = rng.randrange(len(firms))
        chosen = numbers[rng.randrange(2) :]
        if rng.random() < 0.15:
            # Who has no direct line calls with the firm's number, as others there do.
            chosen = (*chosen, (made[which].numbers[0][0], "main"))
        made.append(_contact(rng, len(made), next(people), firms[which], chosen))
    while len(made) < 200:
        numbers = ((next(landlines), "home"), (next(mobiles), "mobile"))
        chosen = numbers if rng.random() < 0.2 else (rng.choice(numbers),)
        made.append(_contact(rng, len(made), next(people), "", chosen))
    return tuple(made)


def _shuffled(rng: random.Random, numbers: tuple[str, ...]) -> Iterator[str]:
    mixed = list(numbers)
    rng.shuffle(mixed)
    return iter(mixed)


def _contact(
    rng: random.Random, index: int, name: str, company: str, numbers: tuple[tuple[str, str], ...]
) -> Contact:
    given, _, family = name.partition(" ") if company else ("", "", "")
    street, code, place = rng.choice(_PLACES)
    return Contact(
        name=name,
        family=family,
        given=given,
        numbers=numbers,
        company=company,
        title=rng.choice(_TITLES) if company else "",
        emails=(f"caller{index}@mail.example",) if rng.random() < 0.5 else (),
        addresses=(Address(f"{street} {index + 1}", place, code),) if rng.random() < 0.6 else (),
        note=rng.choice(_NOTES),
        uid=f"demo-{index}",
        key=f"demo-{index}",
        source="Customers",
    )
