"""One moment at a busy front desk, for stories and pictures."""

from datetime import timedelta

from fake_door import NOW, FakeDoor, a_call, picture

from console.calls.words import Direction, Outcome, Phase
from console.desk.records import LastCall
from console.people.values import Company

MEYER = Company(
    "Meyer & Söhne",
    ("+4930222000",),
    1,
    "#1d5fa8",
    "Meyer und Söhne, Sanitär und Heizung, guten Tag, mein Name ist Eva Brandt.",
    "MY-er, ZER-ne",
    ("open until 17:00 · emergencies: Herr Meyer +49 171 2345678", "Mon: Herr Meyer on site"),
)
LIND = Company("Zahnarzt Dr. Lind", ("+4930222001",), 2, "#2e8562", "Praxis Doktor Lind.")
BERG = Company("Kanzlei Berg", ("+4930222002",), 3, "#8e4fa8", "Kanzlei Berg, guten Tag.")


def last_calls() -> tuple[LastCall, ...]:
    return (
        LastCall("a", NOW - timedelta(hours=21, minutes=42), MEYER.name, "gave up", open=True),
        LastCall(
            "b",
            NOW - timedelta(days=4, hours=3),
            MEYER.name,
            "answered by 102, 4:10",
            note="boiler, wants offer",
        ),
        LastCall("c", NOW - timedelta(days=31), LIND.name, "nobody answered"),
    )


def busy():
    """Two ring, one of them here; one waits, one talks, one has ended."""
    return picture(
        a_call(
            "1",
            company=MEYER,
            name="Hans Schulz",
            caller_company="Schulz Immobilien GmbH",
            number_kind="mobile",
            country="Germany",
            last_calls=last_calls(),
        ),
        a_call("2", company=LIND, seconds=5, rings=("102",), name="Anna Muster"),
        a_call("3", company=BERG, seconds=92, phase=Phase.WAITING, queue="Sales", hidden=True),
        a_call("4", company=MEYER, seconds=190, phase=Phase.TALKING, talking_to="102", name="Roth"),
        a_call(
            "5",
            company="",
            seconds=30,
            phase=Phase.TALKING,
            talking_to="+4940998010",
            number="103",
            called="+4940998010",
            direction=Direction.OUTBOUND,
        ),
        ended=(
            a_call("8", company=BERG, name="Dr. Roth", phase=Phase.ENDED, seconds=6,
                   outcome=Outcome.ANSWERED, talking_to="102"),
            a_call("9", company=MEYER, hidden=True, phase=Phase.ENDED, seconds=21,
                   outcome=Outcome.ABANDONED),
        ),
        open=4,
    )  # fmt: skip


def at_the_desk() -> FakeDoor:
    return FakeDoor(busy())
