"""What a reading process is told, and what it tells: JSON lines through its pipes.

Secrets go the same way, resolved: neither a command line nor the environment ever has them.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

from console.calls.numbers import NumberPlan
from console.people.skipped import Skipped
from console.people.values import Address, Contact


@dataclass(frozen=True, slots=True)
class Job:
    """A source to read into a staging file.

    `options` are those of settings/sources.py as JSON values, `paths` what an import reads.
    `token` is what the last reading left behind; without one all is read. With `insist` files are
    taken although they change while they are read. With a `limit` it is a try: it ends after so
    many contacts, and tells some of them.
    """

    options: dict[str, Any]
    plan: NumberPlan
    staging: str
    token: str = ""
    paths: tuple[str, ...] = ()
    insist: bool = False
    limit: int | None = None

    def line(self) -> bytes:
        """The job as a line."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def of(cls, line: bytes) -> "Job":
        """The job of a line; raises ValueError, TypeError or KeyError if it is none."""
        fields = json.loads(line)
        plan, paths = NumberPlan(**fields.pop("plan")), tuple(fields.pop("paths"))
        return cls(plan=plan, paths=paths, **fields)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many contacts were read, of how many where that is known."""

    done: int
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """All was read and is in the staging file, unless `unchanged` or `changing`.

    `unchanged`: there is nothing new since the token; the staging file is empty. `changing`: the
    files changed while they were read, so that it may be half of what is meant. The rest is told
    of a try: contacts, what was left out, and of a table its columns, and (column, field) guessed.
    """

    read: int = 0
    left_out: int = 0
    unchanged: bool = False
    changing: bool = False
    sample: tuple[Contact, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    columns: tuple[str, ...] = ()
    guessed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """Why it can't be read, a sentence; `trace` is for the log where the reader itself broke."""

    why: str
    trace: str = ""


Told = Progress | Ended | Failed


def told_line(told: Told) -> bytes:
    """What a reading process tells, as a line."""
    return json.dumps({"is": type(told).__name__, **asdict(told)}).encode() + b"\n"


def told_of(line: bytes) -> Told:
    """What a line tells; raises ValueError, TypeError or KeyError if it is half a line."""
    fields = json.loads(line)
    match fields.pop("is"):
        case "Progress":
            return Progress(**fields)
        case "Failed":
            return Failed(**fields)
        case _:
            return Ended(
                sample=tuple(_contact(each) for each in fields.pop("sample")),
                skipped=tuple(Skipped(**each) for each in fields.pop("skipped")),
                columns=tuple(fields.pop("columns")),
                guessed=tuple((column, field) for column, field in fields.pop("guessed")),
                **fields,
            )


def _contact(fields: dict[str, Any]) -> Contact:
    lists = {
        "numbers": tuple((number, kind) for number, kind in fields["numbers"]),
        "addresses": tuple(Address(**each) for each in fields["addresses"]),
        "emails": tuple(fields["emails"]),
        "extra": tuple(fields["extra"]),
    }
    return Contact(**{**fields, **lists})
