"""A person at the console."""

from dataclasses import dataclass

from console.calls.words import Role


@dataclass(frozen=True, slots=True)
class Operator:
    """Who sits there: `extensions` are the phones that ring at this person's desk."""

    login: str
    name: str
    role: Role = Role.OPERATOR
    extensions: tuple[str, ...] = ()
